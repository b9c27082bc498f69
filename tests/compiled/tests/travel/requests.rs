//! Calls of generated clients -> what they put on the wire, or the error before anything is sent.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use apispec_runtime::{
    BoxFuture, ErrorKind, Part, Source, Stream, Transport, TransportBody, TransportError, TransportRequest, TransportResponse,
};
use compiled::{bounds, choices, client_parameters, comma_list, constants, events, json_text, multipart, paging, parameters};
use compiled::{presence_sent, secrets, whole_body};

/// Keeps every request as text, and answers with these bodies in turn.
pub struct Recorder {
    seen: Mutex<Vec<String>>,
    heads: Mutex<Vec<Vec<(String, String)>>>,
    answers: Mutex<Vec<&'static str>>,
}

impl Recorder {
    /// Answers with the same each time.
    pub fn new(answer: &'static str) -> Arc<Self> {
        Self::answering(&[answer; 8])
    }

    pub fn answering(answers: &[&'static str]) -> Arc<Self> {
        let answers = answers.iter().rev().copied().collect();
        Arc::new(Self { seen: Mutex::default(), heads: Mutex::default(), answers: Mutex::new(answers) })
    }

    /// The requests, and none of them again.
    pub fn seen(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.lock().expect("not poisoned"))
    }
}

impl Recorder {
    /// What this header was in each request, and none of them again.
    pub fn header(&self, name: &str) -> Vec<String> {
        let heads = std::mem::take(&mut *self.heads.lock().expect("not poisoned"));
        let value = |head: &Vec<(String, String)>| head.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        heads.iter().map(|head| value(head).unwrap_or_default()).collect()
    }
}

impl Transport for Recorder {
    fn send(&self, request: TransportRequest) -> BoxFuture<'_, Result<TransportResponse, TransportError>> {
        let mut text = format!("{:?} {}", request.method, request.url.trim_start_matches("https://api.example.com"));
        for (name, value) in request.headers.iter().filter(|(name, _)| name.as_str().starts_with("x-")) {
            text += &format!("\n{name}: {}", value.to_str().expect("a text"));
        }
        let head = request.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().expect("a text").to_owned()));
        self.heads.lock().expect("not poisoned").push(head.collect());
        let answer = self.answers.lock().expect("not poisoned").pop().expect("an answer for each request");
        Box::pin(async move {
            let body = whole(request.body).await;
            if !body.is_empty() {
                text += &format!("\n{body}");
            }
            self.seen.lock().expect("not poisoned").push(text);
            Ok(TransportResponse::new(200, answer))
        })
    }
}

/// The text of a body.
async fn whole(body: TransportBody) -> String {
    let mut whole = Vec::new();
    match body {
        TransportBody::Empty => {}
        TransportBody::Bytes(bytes) => whole.extend(bytes),
        TransportBody::Stream(_, mut stream) => {
            while let Some(piece) = poll_fn(|context| Pin::new(&mut stream).poll_next(context)).await {
                whole.extend(piece.expect("a piece"));
            }
        }
    }
    String::from_utf8_lossy(&whole).into_owned()
}

/// A client of a document whose requests are kept.
macro_rules! client {
    ($module:ident, $recorder:expr) => {{
        let recorder = $recorder.clone();
        $module::Client::builder().key("made-up").with(|builder| builder.base_url("https://api.example.com").transport(recorder)).build()
    }
    .expect("a client")};
}

#[tokio::test]
async fn parameters_go_where_they_belong() {
    let recorder = Recorder::new(r#"{"id":"kite-1"}"#);
    let kites = client!(parameters, recorder).kites();
    kites.get("a/b ?", 7, "name", "north").send().await.expect("a kite");
    let all = kites.get("kite-1", 7, "name", "north").deep(true).states(["UP", "later"]).sizes([1, 2]).trace("t-1");
    all.send().await.expect("a kite");
    assert_eq!(
        recorder.seen(),
        [
            "Get /kites/a%2Fb%20%3F/lines/7?sort=name\nx-shard: north",
            "Get /kites/kite-1/lines/7?sort=name&deep=true&states=UP%2Clater&sizes=1&sizes=2\nx-trace: t-1\nx-shard: north",
        ]
    );
}

#[tokio::test]
async fn constants_are_sent_by_the_client() {
    let recorder = Recorder::new("{}");
    client!(constants, recorder).kites().create("Red").send().await.expect("done");
    assert_eq!(
        recorder.seen(),
        ["Post /kites?format=json\nx-action: CreateKite\n{\"kind\":\"KITE\",\"shape\":\"DELTA\",\"name\":\"Red\"}"]
    );
}

#[tokio::test]
async fn the_client_fills_in_its_parameters_unless_the_call_has_them() {
    let recorder = Recorder::new("{}");
    let own = recorder.clone();
    let client = client_parameters::Client::builder().key("made-up").user_id("user-1");
    let client = client.with(|builder| builder.base_url("https://api.example.com").transport(own)).build().expect("a client");
    client.kites().get().send().await.expect("a kite");
    client.kites().get().user_id("user-2").send().await.expect("a kite");
    client.kites().create().send().await.expect("done");
    client.kites().create().user_id("user-2").send().await.expect("done");
    let expected = [
        "Get /kite?user_id=user-1",
        "Get /kite?user_id=user-2",
        "Post /kites\n{\"user_id\":\"user-1\"}",
        "Post /kites\n{\"user_id\":\"user-2\"}",
    ];
    assert_eq!(recorder.seen(), expected);
    let error = client!(client_parameters, recorder).kites().get().send().await.expect_err("no user");
    assert!(error.to_string().contains("user_id"), "{error}");
    assert!(recorder.seen().is_empty());
}

#[tokio::test]
async fn what_is_not_set_is_not_sent() {
    let recorder = Recorder::new("{}");
    let kites = client!(presence_sent, recorder).kites();
    kites.create("a", None).send().await.expect("done");
    kites.create("a", Some("b".to_owned())).maybe("c").maybe_null("d").send().await.expect("done");
    kites.create("a", None).maybe_null_null().send().await.expect("done");
    assert_eq!(
        recorder.seen(),
        [
            "Post /kites\n{\"must\":\"a\",\"or_null\":null}",
            "Post /kites\n{\"must\":\"a\",\"or_null\":\"b\",\"maybe\":\"c\",\"maybe_null\":\"d\"}",
            "Post /kites\n{\"must\":\"a\",\"or_null\":null,\"maybe_null\":null}",
        ]
    );
}

#[tokio::test]
async fn bodies_are_written_as_the_document_has_them() {
    let recorder = Recorder::new(r#"{"tags":"a,b"}"#);
    client!(comma_list, recorder).kites().replace(["a", "b"]).colours(Vec::<String>::new()).send().await.expect("a kite");
    let body = whole_body::kites::CreateKiteBody::new("Red", 3, "red").line(whole_body::kites::Line::new(30));
    client!(whole_body, recorder).kites().create("shop-1", body).send().await.expect("done");
    let spec = json_text::kites::FlySpec::new().height(9);
    client!(json_text, recorder).kites().create(spec).line(json_text::kites::Line::new(30)).send().await.expect("done");
    let other = json_text::kites::Spec::other("AWAY", r#"{"far":true}"#);
    client!(json_text, recorder).kites().create(other).send().await.expect("done");
    assert_eq!(
        recorder.seen(),
        [
            "Put /kite\n{\"tags\":\"a,b\",\"colours\":\"\"}",
            "Post /shops/shop-1/kites\n{\"name\":\"Red\",\"size\":3,\"colour\":\"red\",\"line\":{\"metres\":30}}",
            r#"Post /kites
{"state":"UP","spec":"{\"height\":9}","line":"{\"metres\":30}"}"#,
            r#"Post /kites
{"state":"AWAY","spec":"{\"far\":true}"}"#,
        ]
    );
}

#[tokio::test]
async fn a_form_has_its_parts_in_order() {
    let recorder = Recorder::new("{}");
    let form = client!(multipart, recorder).kites().send_picture("Sea", Part::file("any", "sea.png", Source::bytes("png")));
    form.pin("1234").width(30).state("UP").send().await.expect("done");
    let seen = recorder.seen().remove(0);
    let names: Vec<&str> = seen.split("name=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
    let names: Vec<&str> = names.into_iter().filter(|name| *name != "sea.png").collect();
    assert_eq!(names, ["kind", "title", "file", "pin", "width", "state"], "{seen}");
    for value in ["PICTURE", "Sea", "png", "1234", "30", "UP"] {
        assert!(seen.contains(&format!("\r\n\r\n{value}\r\n")), "{value} in {seen}");
    }
}

#[tokio::test]
async fn what_breaks_a_bound_is_not_sent() {
    let recorder = Recorder::new("{}");
    let field = |error: apispec_runtime::Error| match error.kind() {
        ErrorKind::InvalidRequest { field } => format!("{field} {}", error.message()),
        other => panic!("{other:?}: {error}"),
    };
    let kites = client!(bounds, recorder).kites();
    let line = |metres| bounds::kites::Line::new(metres);
    for (call, expected) in [
        (kites.create("", [line(1)]), "name has 0 characters, but needs at least 1"),
        (kites.create("a", [line(1)]).size(9), "size is 9, but must be at most 8"),
        (kites.create("a", [line(1), line(0)]), "lines[1].metres is 0, but must be at least 1"),
        (kites.create("a", [line(1), line(1), line(1), line(1)]), "lines has 4 items, but may have at most 3"),
        (kites.create("a", [line(1)]).owner("x"), "owner has 1 character, but needs at least 2"),
        (kites.create("a", [line(1)]).copies(6), "copies is 6, but must be at most 5"),
    ] {
        assert_eq!(field(call.send().await.expect_err(expected)), expected);
    }
    let kites = client!(choices, recorder).kites();
    let changed = choices::kites::LineChange::new();
    for (call, expected) in [
        (kites.create(), "url or key with bucket must be given, but neither is"),
        (kites.create().key("k"), "url or key with bucket must be given, but neither is"),
        (kites.create().url("u").key("k").bucket("b"), "url and key with bucket are given together, but at most 1 of them may be"),
        (kites.create().url("u").line(changed.clone()), "line.metres or colour must be given, but neither is"),
    ] {
        assert_eq!(field(call.send().await.expect_err(expected)), expected);
    }
    assert!(recorder.seen().is_empty(), "nothing was sent");
    kites.create().url("u").line(changed.metres_null()).send().await.expect("null is given");
    assert_eq!(recorder.seen(), ["Post /kites\n{\"url\":\"u\",\"line\":{\"metres\":null}}"]);
}

#[tokio::test]
async fn pages_are_fetched_as_they_are_needed() {
    let answers = [r#"{"kites":[{"id":"kite-1"},{"id":"kite-2"}],"total":3}"#, r#"{"kites":[{"id":"kite-3"}],"total":3}"#];
    let recorder = Recorder::answering(&answers);
    let mut pages = client!(paging, recorder).kites().list().size(2).pages();
    let first = pages.next_page().await.expect("a page").expect("there is one");
    assert_eq!((first.items.len(), first.total), (2, Some(3)));
    assert_eq!(recorder.seen(), ["Get /kites?page=1&size=2"]);
    let second = pages.next_page().await.expect("a page").expect("there is one more");
    assert_eq!(second.items[0].id.as_deref(), Some("kite-3"));
    assert_eq!(recorder.seen(), ["Get /kites?page=2&size=2"]);
    assert!(pages.next_page().await.expect("the end").is_none());
    assert!(recorder.seen().is_empty(), "the number of all items was known");
    let error = client!(paging, recorder).kites().list().page(-1).pages().next_page().await.expect_err("there is no such page");
    assert_eq!(error.message(), "is -1, but must be at least 1");
    assert!(recorder.seen().is_empty());
}

#[test]
fn secrets_are_in_no_output() {
    let body = secrets::kites::CreateKiteBody::new("canary-1").spare_pins(["canary-2"]).link("canary-3");
    let text = format!("{body:?}");
    assert!(!text.contains("canary"), "{text}");
    let sent = serde_json::to_string(&body).expect("it is written");
    assert_eq!(sent, r#"{"pin":"canary-1","spare_pins":["canary-2"],"link":"canary-3"}"#);
}

#[test]
fn events_are_read_by_their_names() {
    use events::kites::KiteEvent;
    let framed = |content: &str| format!(r#"{{"at":7,"payload":[{{"content":{content}}}]}}"#);
    let gust = KiteEvent::decode("GUST", &framed(r#"{"force":9}"#)).expect("a gust");
    assert!(matches!(&gust, KiteEvent::Gust { frame, content, .. } if content.force == 9 && frame.at == Some(7)), "{gust:?}");
    assert_eq!(KiteEvent::decode("WIND", &framed(r#"{"force":9}"#)).expect("the same"), gust);
    assert_eq!(KiteEvent::decode("FLIGHT_ID", "flight-1").expect("a text"), KiteEvent::FlightId("flight-1".to_owned()));
    let crash = KiteEvent::decode("CRASH", "no wind").expect("plain text");
    assert!(matches!(&crash, KiteEvent::Crash { frame: None, content, .. } if content == "no wind"), "{crash:?}");
    for (data, complete) in [("[DONE]", true), (" [DONE]\n", true), ("[DON", false), ("", false)] {
        let end = KiteEvent::decode("LANDED", data).expect("the end");
        assert!(matches!(&end, KiteEvent::End { complete: is, .. } if *is == complete), "{end:?}");
    }
    let unknown = KiteEvent::decode("LATER", "{").expect("kept");
    assert!(matches!(&unknown, KiteEvent::Unknown { name, data, .. } if name == "LATER" && data == "{"), "{unknown:?}");
    let flight = KiteEvent::FlightId("flight-1".to_owned());
    assert_eq!([gust.name(), crash.name(), flight.name(), unknown.name()], ["GUST", "CRASH", "FLIGHT_ID", "LATER"]);
    assert_eq!(gust.frame().and_then(|frame| frame.at), Some(7));
    assert!(crash.frame().is_none() && flight.frame().is_none() && unknown.frame().is_none());
    let error = KiteEvent::decode("GUST", &framed(r#"{"force":"strong"}"#)).expect_err("malformed");
    assert!(matches!(error.kind(), ErrorKind::Decode { path } if path == "payload[0].content.force"), "{error:?}");
}
