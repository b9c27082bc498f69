//! Every type that a call takes or gives can be named by a program that knows this package and no other.
#![cfg(feature = "v2")]

use std::sync::{Arc, Mutex};

use powerdrill_client::runtime::{self, ClientBuilder};
use powerdrill_client::v2::jobs::{CreateJob, Job, JobEvent};
use powerdrill_client::v2::sessions::Session;
use powerdrill_client::v2::{self, Client};
use powerdrill_client::{
    BoxFuture, Bytes, Call, Code, CodeKind, Delivery, Error, ErrorKind, EventBytes, HeaderMap, Items, Method, Page, Pages, Response,
    Result, RetryPolicy, Timeout, Timeouts, Transport, TransportBody, TransportError, TransportRequest, TransportResponse,
};

const JOB: &str = r#"{"code":0,"data":{"job_id":"job-1","blocks":[]}}"#;
const SESSIONS: &str =
    r#"{"code":0,"data":{"page_number":1,"page_size":10,"total_items":1,"records":[{"id":"session-1","name":"Q3 review"}]}}"#;
const REFUSED: &str = r#"{"code":300003,"msg":"no such session"}"#;

/// Answers by path, and keeps what was asked.
#[derive(Default)]
struct Canned(Mutex<Vec<(Method, HeaderMap, String)>>);

impl Transport for Canned {
    fn send(&self, request: TransportRequest) -> BoxFuture<'_, Result<TransportResponse, TransportError>> {
        let body = match &request.body {
            TransportBody::Empty => Bytes::new(),
            TransportBody::Bytes(bytes) => bytes.clone(),
            TransportBody::Stream(..) => Bytes::from_static(b"a stream"),
        };
        let text = String::from_utf8_lossy(&body).into_owned();
        let reply = match request.url.as_str() {
            url if url.contains("/sessions/") => REFUSED,
            url if url.contains("/sessions") => SESSIONS,
            _ => JOB,
        };
        self.0.lock().expect("not poisoned").push((request.method, request.headers, text));
        Box::pin(async move { Ok(TransportResponse::new(200, reply)) })
    }
}

fn set_up(transport: Arc<Canned>) -> Client {
    let change = |builder: ClientBuilder| builder.transport(transport).max_reply_bytes(1024);
    let builder: v2::ClientBuilder = Client::builder().key("test").user_id("user-1").timeouts(Timeouts::default());
    builder.retry(RetryPolicy::off()).with(change).build().expect("a client")
}

fn sort_of(error: &Error) -> (&ErrorKind, Option<Code<'_>>, Option<CodeKind>, Delivery) {
    (error.kind(), error.code(), error.code_kind(), error.delivery())
}

#[tokio::test]
async fn what_a_call_gives_can_be_named() {
    let transport = Arc::new(Canned::default());
    let client = set_up(Arc::clone(&transport));
    let shared: &runtime::Client = client.runtime();
    assert_eq!(shared.parameter("user_id"), Some("user-1"));

    let asked: CreateJob = client.jobs().create("session-1", "Which region grew?");
    let job: Response<Job> = asked.send_raw().await.expect("an answer");
    assert_eq!(job.status(), 200);
    let mut pages: Pages<Session> = client.sessions().list().pages();
    let page: Page<Session> = pages.next_page().await.expect("a reply").expect("a page");
    assert_eq!((page.items.len(), page.total), (1, Some(1)));
    let items: Items<Session> = client.sessions().list().pages().items();
    assert_eq!(items.all().await.expect("all items").len(), 1);
    let error = client.sessions().get("session-1").send().await.expect_err("a refusal");
    assert_eq!(sort_of(&error), (&ErrorKind::Api, Some(Code::Number(300003)), Some(CodeKind::NotFound), Delivery::Answered));
    let by_hand: Call = client.request(Method::Get, "/v2/team/jobs");
    by_hand.send_unit().await.expect("a reply");

    let asked = transport.0.lock().expect("not poisoned");
    let methods: Vec<Method> = asked.iter().map(|(method, ..)| *method).collect();
    assert_eq!(methods, [Method::Post, Method::Get, Method::Get, Method::Get, Method::Get]);
    assert!(asked[0].2.contains("Which region grew?"), "{}", asked[0].2);
    let called = asked[0].1.get("user-agent").and_then(|name| name.to_str().ok()).unwrap_or_default();
    assert_eq!(called, concat!("powerdrill-client/", env!("CARGO_PKG_VERSION")));
}

#[tokio::test]
async fn streams_and_times_can_be_named() {
    async fn opened(asked: CreateJob) -> Result<EventBytes> {
        asked.open_stream().await
    }
    let client = set_up(Arc::new(Canned::default()));
    let error = opened(client.jobs().create("session-1", "Which region grew?")).await.expect_err("no stream");
    assert_eq!(sort_of(&error), (&ErrorKind::Http, None, None, Delivery::Answered), "{error}");
    assert_ne!(*error.kind(), ErrorKind::Timeout(Timeout::Total));
    let event: JobEvent = JobEvent::decode("JOB_ID", "job-1").expect("an event");
    assert_eq!(event, JobEvent::JobId("job-1".to_owned()));
}
