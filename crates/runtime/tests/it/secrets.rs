//! A canary: the key is in the requests and nowhere else.

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use apispec_runtime::decode::{self, Object};
use apispec_runtime::{
    Client, Code, Error, ErrorKind, Method, RetryPolicy, SecretText, Transport, TransportError, TransportRequest, TransportResponse,
};
use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::{Event, Id, Metadata, Subscriber, span};

use super::server::{Server, reply, reply_with};
use super::support::{API, CREATE, KEY, LIST, builder, client};

const LINK_SECRET: &str = "canary-link-19ab";

/// Writes down everything that is logged, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Log {
    fn text(&self) -> String {
        self.0.lock().expect("not poisoned").clone()
    }
}

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0.lock().expect("not poisoned"), "{field}={value:?} ").expect("a string");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &span::Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

fn clean(what: &str, text: &str) {
    assert!(!text.contains(KEY) && !text.contains(LINK_SECRET), "{what} shows a secret: {text}");
}

#[tokio::test]
async fn the_canary_is_shown_nowhere() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    // A server that sends back what it was sent, as a debugging proxy does.
    let echoing = Server::start(|number, seen| {
        let key = seen.header("x-test-key").unwrap_or_default();
        let echo = format!("<p>{key} {}</p>", seen.target);
        match number {
            0 => reply(200, "application/json", &json!({"code": 0, "data": {"echo": key}}).to_string()),
            1 => reply_with(400, &[("x-echo", key), ("x-trace-id", "t-1")], &json!({"code": 300001, "msg": echo}).to_string()),
            2 => reply(502, "text/html", &echo),
            3 => reply(200, "application/json", &json!({"code": 0, "data": {"echo": key, "n": key}}).to_string()),
            _ => Vec::new(),
        }
    })
    .await;
    let builder = builder(&echoing.url());
    clean("the builder", &format!("{builder:?}"));
    let client = builder.build().expect("a client");
    clean("the client", &format!("{client:?}"));
    let call = client.call(&LIST).header("x-more", KEY);
    clean("the call", &format!("{call:?}"));
    let reply = call.send_raw::<Value>().await.expect("a reply");
    assert_eq!(reply.value()["echo"], KEY, "what was asked for is given");

    let mut errors = Vec::new();
    for _ in 0..2 {
        errors.push(client.call(&CREATE).json(&json!({})).send_unit().await.expect_err("refused"));
    }
    errors.push(client.call(&CREATE).json(&json!({})).send::<BTreeMap<String, u8>>().await.expect_err("unreadable"));
    errors.push(client.call(&CREATE).json(&json!({})).send_unit().await.expect_err("closed"));
    assert_eq!(echoing.count(), 5);
    assert!(echoing.seen().iter().all(|seen| seen.header("x-test-key") == Some(KEY)));

    let link = SecretText::from(format!("{}/f?signature={LINK_SECRET}", echoing.url()));
    clean("a link", &format!("{link:?}"));
    errors.push(client.external("download", Method::Put, &link).send_unit().await.expect_err("closed"));
    let nobody = SecretText::from(format!("http://127.0.0.1:1/f?signature={LINK_SECRET}"));
    errors.push(client.external("download", Method::Get, &nobody).download().await.expect_err("nobody there"));
    let odd = SecretText::from(format!("no address {LINK_SECRET}"));
    errors.push(client.external("download", Method::Get, &odd).download().await.expect_err("no address"));

    for error in &errors {
        clean("an error", &format!("{error} {error:?} {error:#?} {}", error.message()));
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            clean("a cause", &format!("{cause} {cause:?}"));
            source = cause.source();
        }
    }
    assert!(errors[0].message().contains("(key)"), "{}", errors[0]);
    let log = log.text();
    clean("the log", &log);
    for expected in ["operation=create_job", "status=400", "trace_id=\"t-1\"", "code=300001", "attempts=3", "api=\"test\""] {
        assert!(log.contains(expected), "{expected} is missing: {log}");
    }
}

#[tokio::test]
async fn no_half_of_the_key_is_shown_where_a_text_is_cut() {
    for before in 180..205 {
        let page = format!("{}{KEY}", "x".repeat(before));
        let server = Server::start(move |_, _| reply(500, "text/html", &page)).await;
        let error = client(&server.url()).call(&CREATE).json(&json!({})).send_unit().await.expect_err("a page");
        assert!(!error.message().contains("canary") && !format!("{error} {error:?}").contains("canary"), "{error:?}");
    }
}

#[test]
fn a_bad_key_is_not_quoted() {
    for key in [format!("{KEY}\nx"), format!("{KEY} x"), format!("{KEY}\u{e9}")] {
        let error = Client::builder(&API).key(key).build().expect_err("no key");
        clean("the error", &format!("{error} {error:?}"));
        assert!(error.to_string().starts_with("not set up: the key contains a space, a line end"), "{error}");
    }
    let error = Client::builder(&API).key("k").base_url(format!("https://user:{KEY}@example.com")).build().expect_err("no base");
    clean("the error", &format!("{error} {error:?}"));
}

/// Keeps what it is asked to send.
#[derive(Default)]
struct Recorder(Mutex<Vec<String>>);

impl Transport for Recorder {
    fn send(&self, request: TransportRequest) -> apispec_runtime::BoxFuture<'_, Result<TransportResponse, TransportError>> {
        let header = &request.headers["x-test-key"];
        assert!(header.is_sensitive());
        self.0.lock().expect("not poisoned").push(format!("{request:?} {header:?}"));
        Box::pin(async { Ok(TransportResponse::new(200, r#"{"code":0,"data":7}"#)) })
    }
}

#[tokio::test]
async fn a_transport_of_ones_own() {
    let recorder = Arc::new(Recorder::default());
    let transport: Arc<dyn Transport> = Arc::clone(&recorder) as _;
    let client = builder("https://api.example.com").transport(transport).build().expect("a client");
    assert_eq!(client.call(&LIST).send::<u8>().await.expect("a reply"), 7);
    let recorded = recorder.0.lock().expect("not poisoned").join("\n");
    assert!(recorded.contains("x-test-key"), "{recorded}");
    clean("the recorder", &recorded);
}

#[tokio::test]
async fn plain_http_needs_to_be_insisted_on() {
    for url in ["http://api.example.com", "http://10.1.2.3:8080", "http://localhost.example.com", "http://127.0.0.1.example.com"] {
        let error = builder(url).build().expect_err(url);
        assert!(error.to_string().contains("over plain http, where anyone on the way can read it: use https"), "{error}");
        builder(url).allow_plain_http().build().expect(url);
    }
    for url in ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "https://api.example.com"] {
        builder(url).build().expect(url);
    }
    drop(client("http://127.0.0.1:1"));
}

fn all(error: &Error) -> String {
    format!("{error} {error:?} {error:#?} {:?} {}", error.kind(), error.message())
}

#[tokio::test]
async fn a_server_that_echoes_the_key_in_odd_places() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let server = Server::start(|number, seen| {
        let key = seen.header("x-test-key").unwrap_or_default();
        match number {
            0 => reply(502, &format!("text/{key}"), "<html>"),
            1 => reply(200, &format!("application/{key}"), r#"{"code":0}"#),
            2 => reply(200, "application/json", &format!(r#"{{"code":0,"data":{{"x":{{"{key}":"text"}}}}}}"#)),
            3 => reply_with(307, &[("location", &format!("https://{}.example/", key.to_uppercase()))], ""),
            // Cut by the server, in the middle of the key.
            _ => reply(500, "text/html", &format!("{key} {}", &key[..9])),
        }
    })
    .await;
    let client = builder(&server.url()).retry(RetryPolicy::off()).build().expect("a client");
    let job = || client.call(&CREATE).json(&json!({}));
    let errors = [
        job().send_unit().await.expect_err("a page"),
        job().open_stream("stream").await.expect_err("no stream"),
        job().send::<BTreeMap<String, BTreeMap<String, u8>>>().await.expect_err("unreadable"),
        job().send_unit().await.expect_err("not followed"),
        job().send_unit().await.expect_err("a page"),
    ];
    for error in &errors {
        assert!(!all(error).to_lowercase().contains("canary"), "{}", all(error));
        assert!(all(error).contains("(key)"), "{}", all(error));
    }
    assert_eq!(*errors[2].kind(), ErrorKind::Decode { path: "x.(key)".to_owned() });
    assert_eq!(errors[4].message(), "(key) (key)");
    let log = log.text();
    assert!(log.contains("content_type=\"text/(key)\"") && !log.to_lowercase().contains("canary"), "{log}");
}

#[tokio::test]
async fn what_events_say_is_shown_without_the_key() {
    let server = Server::start(|_, _| reply(200, "text/event-stream", "data: 1\n\n")).await;
    let stream = client(&server.url()).call(&CREATE).json(&json!({})).open_stream("stream").await.expect("a stream");
    let told = format!("[ERROR] {KEY}");
    let wrong = decode::from_text::<BTreeMap<String, u8>>(&json!({KEY: "text"}).to_string()).expect_err("unreadable");
    let errors = [Error::refusal(&API, Some(Code::Text(KEY)), told.as_str()), Error::new(ErrorKind::StreamEnded, told.as_str()), wrong];
    let errors = errors.map(|error| stream.about(error));
    for error in &errors {
        clean("an error", &format!("{} {:?}", all(error), error.code()));
        assert!(all(error).contains("(key)") && error.operation() == "create_job" && error.http_status() == Some(200), "{error}");
    }
}

#[tokio::test]
async fn a_long_key_is_found_where_the_text_is_cut() {
    let key = "canary".repeat(101);
    let server = Server::start(|_, seen| reply(500, "text/html", &seen.header("x-test-key").unwrap_or_default().repeat(30))).await;
    let client = builder(&server.url()).key(key).retry(RetryPolicy::off()).build().expect("a client");
    let error = client.call(&CREATE).json(&json!({})).send_unit().await.expect_err("a page");
    assert!(!all(&error).contains("canary") && all(&error).contains("(key)"), "{error}");
}

#[tokio::test]
async fn a_hostile_reply_is_refused_in_no_time() {
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let body = format!(r#"{{"code":0,"data":{{"junk":{nested}}}}}"#);
    let server = Server::replying(200, &body).await;
    let started = Instant::now();
    let error = client(&server.url()).call(&LIST).send::<Named>().await.expect_err("there is no id");
    assert_eq!(*error.kind(), ErrorKind::Decode { path: "id".to_owned() });
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
}

#[derive(Debug)]
struct Named;

impl<'de> Object<'de> for Named {
    const EXPECTED: &'static str = "an object (Named)";

    fn read<A: serde::de::MapAccess<'de>>(mut members: A) -> Result<Self, A::Error> {
        while members.next_entry::<String, serde::de::IgnoredAny>()?.is_some() {}
        Err(serde::de::Error::missing_field("id"))
    }
}

impl<'de> serde::Deserialize<'de> for Named {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode::object(deserializer)
    }
}
