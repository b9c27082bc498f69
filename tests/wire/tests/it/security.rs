//! Keys and links go where they belong and nowhere else. What is shown of them is looked for by `whole_run` in everything; here are the
//! cases in which somebody tries.

use std::sync::{Arc, Mutex};

use apispec_runtime::decode::from_text;
use apispec_runtime::{BoxFuture, Transport, TransportError, TransportRequest, TransportResponse};
use powerdrill_client::v1::chat::ChatEvent;
use powerdrill_client::v2::jobs::{JobEvent, StreamFrame};
use powerdrill_client::{Error, ErrorKind};
use serde_json::json;

use wire::server::{Server, reply, reply_with};
use wire::show;
use wire::support::{CANARY, DONE, JSON, key, server, v1_builder, v1_client, v2_builder, v2_client};

/// A link that gives access to a file.
fn link() -> String {
    format!("https://files.example.com/sales.csv?signature={CANARY}-link")
}

fn clean(what: &str, text: &str) {
    assert!(!text.contains(CANARY), "{what} shows a secret");
}

#[tokio::test]
async fn another_origin_gets_neither_key_nor_body() {
    for status in [301, 302, 303, 307, 308] {
        let other = server(200, DONE).await;
        let port = other.address.port();
        for location in [
            format!("http://127.0.0.1:{port}/v2/team/jobs"),
            format!("http://localhost:{port}/v2/team/jobs"),
            format!("//127.0.0.1:{port}/"),
        ] {
            let first = Server::start(move |_, _| reply_with(status, &[("location", &location)], "")).await;
            let (client, personal) = (v2_client(&first.url()), v1_client(&first.url()));
            let errors: [Error; 4] = [
                client.jobs().create("session-1", "Which region grew?").send().await.expect_err("a redirect"),
                client.jobs().create("session-1", "Which region grew?").open_stream().await.expect_err("a redirect"),
                client.sessions().get("session-1").send().await.expect_err("a redirect"),
                personal.sessions().get("session-1").send().await.expect_err("a redirect"),
            ];
            for error in &errors {
                show::error(error);
                assert!(
                    matches!(error.kind(), ErrorKind::Redirect { host } if host.contains("127.0.0.1") || host.contains("localhost")),
                    "{error:?}"
                );
            }
            assert_eq!(first.count(), errors.len(), "no call was repeated");
        }
        assert_eq!(other.count(), 0, "{status}: not even a request without a key");
    }
}

/// The same address under another name is another origin: who owns the name may own the machine behind it tomorrow.
#[tokio::test]
async fn another_name_of_the_same_server_is_another_origin() {
    let server = Server::start(|number, seen| match number {
        0 => {
            let host = seen.header("host").unwrap_or_default().replace("127.0.0.1", "localhost");
            reply_with(307, &[("location", &format!("http://{host}{}", seen.target))], "")
        }
        _ => reply(200, JSON, DONE),
    })
    .await;
    let error = v2_client(&server.url()).sessions().get("session-1").send().await.expect_err("a redirect");
    show::error(&error);
    assert!(matches!(error.kind(), ErrorKind::Redirect { host } if host.contains("localhost")), "{error:?}");
    assert_eq!(server.count(), 1, "the other name is not asked");
}

#[tokio::test]
async fn a_read_follows_to_the_same_origin_and_a_question_does_not() {
    let data = json!({"code": 0, "data": {"id": "session-1", "name": "Q3 review"}}).to_string();
    let server = Server::start(move |_, seen| {
        if seen.target.starts_with("/moved") { reply(200, JSON, &data) } else { reply_with(307, &[("location", "/moved")], "") }
    })
    .await;
    let client = v2_client(&server.url());
    let session = client.sessions().get("session-1").send().await.expect("a session");
    assert_eq!(session.name, "Q3 review");
    assert_eq!(server.last().header("x-pd-api-key"), Some(key().as_str()));
    let before = server.count();
    let error = client.jobs().create("session-1", "Which region grew?").send().await.expect_err("a redirect");
    show::error(&error);
    assert_eq!(server.count(), before + 1);
}

#[test]
fn plain_http_leaves_the_machine_only_if_the_caller_insists() {
    for url in [
        "http://api.example.com",
        "http://10.1.2.3",
        "http://192.168.0.1:8080",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
    ] {
        let error = v2_builder(url).build().expect_err(url);
        assert!(matches!(error.kind(), ErrorKind::Config), "{error:?}");
        assert!(show::error(&error).contains("plain http"), "{error}");
        show::error(&v1_builder(url).build().expect_err(url));
        show::value("a client", &v2_builder(url).with(|builder| builder.allow_plain_http()).build().expect(url));
    }
    for url in ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "https://api.example.com"] {
        v2_builder(url).build().expect(url);
        v1_builder(url).build().expect(url);
    }
}

/// A server that sends back what it was sent, as a debugging proxy does.
#[tokio::test]
async fn a_key_that_comes_back_is_not_shown() {
    let echo = Server::start(|number, seen| {
        let key = seen.header("x-pd-api-key").unwrap_or_default();
        match number {
            0 => reply_with(
                400,
                &[("content-type", JSON), ("x-pd-trace-id", key)],
                &json!({"code": 300001, "msg": format!("no key {key}")}).to_string(),
            ),
            1 => reply(502, "text/html", &format!("<p>{key}</p>")),
            2 => reply(200, JSON, &json!({"code": 0, "data": {"id": 7, key: key}}).to_string()),
            3 => reply(400, JSON, &json!({"code": key, "msg": "odd"}).to_string()),
            4 => reply_with(307, &[("location", &format!("https://{key}.example.com/{key}"))], ""),
            _ => Vec::new(),
        }
    })
    .await;
    let client = v2_client(&echo.url());
    for number in 0..6 {
        let error = client.sessions().create("Q3 review").send().await.expect_err("a failure");
        clean(&format!("error {number}"), &format!("{} {error:?} {error:#?} {}", show::error(&error), error.message()));
    }
    assert_eq!(echo.count(), 6);
    assert!(echo.seen().iter().all(|seen| seen.header("x-pd-api-key") == Some(key().as_str())), "the key itself was sent");
}

/// What a recorder would write down.
struct Recorder(Arc<Mutex<Vec<String>>>);

impl Transport for Recorder {
    fn send(&self, request: TransportRequest) -> BoxFuture<'_, Result<TransportResponse, TransportError>> {
        show::value("a request", &request);
        self.0.lock().expect("not poisoned").push(format!("{request:?} {:?}", request.headers));
        let response = TransportResponse::new(200, DONE);
        show::value("a response", &response);
        Box::pin(async { Ok(response) })
    }
}

#[tokio::test]
async fn a_recorded_request_shows_no_secret() {
    let recorded = Arc::new(Mutex::new(Vec::new()));
    let recorder = Arc::new(Recorder(Arc::clone(&recorded)));
    let client = v2_builder("https://api.example.com").with(|builder| builder.transport(recorder)).build().expect("a client");
    let call = client.data_sources().create("dataset-1", "sales.csv").url(link());
    show::value("a call", &call);
    clean("a call", &format!("{call:?} {call:#?}"));
    show::error(&call.send().await.expect_err("not what was asked for"));
    let recorded = recorded.lock().expect("not poisoned").join("\n");
    clean("a record", &recorded);
    assert!(recorded.contains("x-pd-api-key"), "{recorded}");
}

#[tokio::test]
async fn links_are_given_and_not_shown() {
    let file = json!({"name": "sales.csv", "url": link(), "expires_at": "2025-02-13T11:37:20Z"});
    let blocks = json!([
        {"type": "TABLE", "content": file}, {"type": "IMAGE", "content": link()}, {"type": "CHART_INFO", "content": {"url": link(), "image": link()}}
    ]);
    let server = server(200, &json!({"code": 0, "data": {"job_id": "job-1", "blocks": blocks}}).to_string()).await;
    let reply = v2_client(&server.url()).jobs().create("session-1", "Which region grew?").send_raw().await.expect("a job");
    show::value("a reply", &reply);
    clean("a reply", &format!("{reply:?} {reply:#?}"));
    let written = serde_json::to_string(reply.value()).expect("a job can be written");
    assert_eq!(written.matches(&link()).count(), 4, "what was asked for is given: {written}");
    for (name, payload) in [("TABLE", &file), ("IMAGE", &json!(link())), ("CHART_INFO", &json!({"url": link()}))] {
        let data = json!({"choices": [{"delta": {"content": payload}}]}).to_string();
        let event = JobEvent::decode(name, &data).expect("an event");
        show::value("an event", &event);
        clean("an event", &format!("{event:?}"));
    }
}

/// Nobody says of what is not declared that it is a secret, so every link in it counts as one.
#[tokio::test]
async fn links_in_what_is_not_declared_are_given_and_not_shown() {
    let anything = json!({"href": link(), "list": [link()], "text": format!("see {}", link()), "json": json!({"url": link()}).to_string()});
    let chart = json!({"options": [link(), anything], "columns": json!([link()]).to_string(), "chart_config": {"series": anything}});
    let blocks = json!([{"type": "LATER", "content": anything, "preview": link()}, {"content": link(), "type": "LATER"}, {"type": "CHART_INFO", "content": chart}]);
    let links = blocks.to_string().matches(&link()).count();
    assert_eq!(links, 16);
    let answer = server(200, &json!({"code": 0, "data": {"job_id": "job-1", "blocks": blocks}}).to_string()).await;
    let job = v2_client(&answer.url()).jobs().create("session-1", "Which region grew?").send_raw().await.expect("a job");
    show::value("a reply", &job);
    clean("a reply", &format!("{job:?} {job:#?}"));
    let written = serde_json::to_string(job.value()).expect("a job can be written");
    assert_eq!(written.matches(&link()).count(), links, "what was asked for is given: {written}");

    let answer = server(200, &json!({"code": 0, "data": anything}).to_string()).await;
    let chat = v1_client(&answer.url()).chat().create_completion("session-1", "Which region grew?").send_raw().await.expect("a chat");
    show::value("a reply", &chat);
    clean("a reply", &format!("{chat:?} {chat:#?}"));
    assert_eq!(*chat.value(), anything);

    for data in [anything.to_string(), link(), format!("data: {}", json!([link()]))] {
        let (job, chat) = (JobEvent::decode("LATER", &data).expect("an event"), ChatEvent::decode("LATER", &data).expect("an event"));
        clean("an event", &format!("{job:?} {job:#?} {chat:?} {chat:#?}"));
        assert!(matches!(&job, JobEvent::Unknown { data: kept, .. } if **kept == data));
        assert!(matches!(&chat, ChatEvent::Unknown { data: kept, .. } if **kept == data));
        show::value("an event", &(job, chat));
    }
    // A frame whose payload has not been taken out.
    let frame: StreamFrame = from_text(&json!({"choices": [{"delta": {"content": anything}}]}).to_string()).expect("a frame");
    clean("a frame", &format!("{frame:?} {frame:#?}"));
}

/// What is wrong with a reply is said without quoting it.
#[tokio::test]
async fn an_unreadable_link_is_not_shown() {
    for data in
        [json!([link()]), json!({"presigned_url": [link()]}), json!({"presigned_url": link(), "expires_at": [link()]}), json!(link())]
    {
        let server = server(200, &json!({"code": 0, "data": data}).to_string()).await;
        let call = v2_client(&server.url()).data_sources().presign("dataset-1", "datasource-1");
        let error = call.send().await.expect_err("unreadable");
        clean("an error", &format!("{} {error:?}", show::error(&error)));
    }
    // A link in place of a time is read, since any text is.
    let answer = json!({"code": 0, "data": {"presigned_url": link(), "expires_at": link()}});
    let server = server(200, &answer.to_string()).await;
    let call = v2_client(&server.url()).data_sources().presign("dataset-1", "datasource-1");
    let presigned = call.send().await.expect("a link");
    show::value("a reply", &presigned);
    clean("a reply", &format!("{presigned:?} {presigned:#?}"));
    assert_eq!(presigned.expires_at.expect("a text").as_str(), link());
}
