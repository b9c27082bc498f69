//! The whole answer after a stream has broken, in virtual time: no request leaves the process.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use apispec_runtime::{BoxFuture, TransportBody, TransportError, TransportRequest, TransportResponse};
use powerdrill::prelude::*;
use powerdrill::{ErrorKind, Interrupted, Recovery, RetryPolicy, Transport};
use serde_json::{Value, json};
use tokio::time::Instant;

/// Answers each request with what it is given, in turn, and the last again and again.
struct Script {
    replies: Mutex<Vec<(u16, &'static str, String)>>,
    seen: Mutex<Vec<(Duration, String, String)>>,
    started: Instant,
}

impl Transport for Script {
    fn send(&self, request: TransportRequest) -> BoxFuture<'_, Result<TransportResponse, TransportError>> {
        let body = match request.body {
            TransportBody::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            _ => String::new(),
        };
        let place = request.url.split_once("/v").map_or("", |(_, path)| path);
        self.seen.lock().expect("not poisoned").push((self.started.elapsed(), format!("{} /v{place}", request.method), body));
        let mut replies = self.replies.lock().expect("not poisoned");
        let (status, content_type, body) = if replies.len() > 1 { replies.remove(0) } else { replies[0].clone() };
        let mut response = TransportResponse::new(status, body);
        response.headers.insert("content-type", content_type.parse().expect("a header"));
        Box::pin(async { Ok(response) })
    }
}

impl Script {
    fn new(replies: impl IntoIterator<Item = (u16, &'static str, String)>) -> Arc<Self> {
        let replies = Mutex::new(replies.into_iter().collect());
        Arc::new(Self { replies, seen: Mutex::default(), started: Instant::now() })
    }

    fn requests(&self) -> Vec<String> {
        self.seen.lock().expect("not poisoned").iter().map(|(_, request, _)| request.clone()).collect()
    }

    /// When each request came, in seconds.
    fn times(&self) -> Vec<u64> {
        self.seen.lock().expect("not poisoned").iter().map(|(time, ..)| time.as_secs()).collect()
    }
}

fn client(script: &Arc<Script>) -> Client {
    let builder = Client::builder().key("key-1").user_id("user-1").retry(RetryPolicy::off());
    builder.with(|builder| builder.transport(Arc::clone(script) as Arc<dyn Transport>)).build().expect("a client")
}

fn stream(text: &str) -> (u16, &'static str, String) {
    (200, "text/event-stream", text.to_owned())
}

fn json_reply(value: &Value) -> (u16, &'static str, String) {
    (200, "application/json", value.to_string())
}

/// One page of a history with these jobs, newest first: each an id and the text of its answer.
fn history(total: usize, jobs: &[(&str, &str)]) -> (u16, &'static str, String) {
    let records = jobs.iter().map(|(id, text)| {
        let blocks =
            if text.is_empty() { json!([]) } else { json!([{"type": "MESSAGE", "content": text, "group_id": "g", "stage": "Respond"}]) };
        let question = json!({"blocks": [{"type": "MESSAGE", "content": "Which region grew?"}]});
        json!({"job_id": id, "question": question, "answer": {"blocks": blocks}})
    });
    let records: Vec<_> = records.collect();
    json_reply(&json!({"code": 0, "data": {"total_items": total, "page_number": 1, "page_size": 10, "records": records}}))
}

const BROKEN: &str = "event:JOB_ID\ndata:job-1\n\n\
    event:MESSAGE\ndata:{\"choices\":[{\"delta\":{\"content\":\"The north \"}}],\"group_id\":\"g\",\"stage\":\"Respond\"}\n\n";
const HISTORY: &str = "GET /v2/team/sessions/session-1/history";

#[tokio::test(start_paused = true)]
async fn the_answer_is_found_when_it_is_finished() {
    let script = Script::new([
        stream(BROKEN),
        history(1, &[("job-0", "Another one.")]),
        history(2, &[("job-1", ""), ("job-0", "Another one.")]),
        (503, "text/html", "busy".to_owned()),
        history(2, &[("job-1", "The"), ("job-0", "Another one.")]),
        history(2, &[("job-1", "The"), ("job-0", "Another one.")]),
        history(2, &[("job-1", "The north grew."), ("job-0", "Another one.")]),
    ]);
    let mut answer = client(&script).jobs().create("session-1", "Which region grew?").user_id("user-2").stream().await.expect("a stream");
    let error = answer.finish().await.expect_err("truncated");
    let recovered = answer.recover().await.expect("the answer");
    assert_eq!((recovered.text().as_str(), recovered.job_id.as_deref()), ("The north grew.", Some("job-1")));
    let requests = script.requests();
    assert_eq!(requests[0], "POST /v2/team/jobs");
    assert!(requests[1..].iter().all(|request| request.starts_with(HISTORY) && request.contains("user_id=user-2")), "{requests:#?}");
    assert_eq!(script.times(), [0, 0, 1, 3, 7, 15, 31, 61], "longer and longer pauses, the last two looks alike");

    let kept = Interrupted::of(&error).expect("what is known").recovery.clone().expect("an id");
    assert_eq!(kept.find().await.expect("the error alone is enough").text(), "The north grew.");
}

#[tokio::test(start_paused = true)]
async fn it_is_looked_for_on_the_latest_pages() {
    let others = |from: usize| (from..from + 2).map(|number| (format!("job-{number}"), "Another one.")).collect::<Vec<_>>();
    let page = |jobs: &[(String, &str)]| history(9, &jobs.iter().map(|(id, text)| (id.as_str(), *text)).collect::<Vec<_>>());
    let found = history(9, &[("job-1", "Found.")]);
    let script = Script::new([page(&others(10)), page(&others(20)), found.clone(), page(&others(10)), page(&others(20)), found]);
    let answer = Recovery::of_job(&client(&script), "session-1", "job-1").find().await.expect("the answer");
    assert_eq!(answer.text(), "Found.");
    let requests = script.requests();
    assert_eq!(requests.len(), 6);
    assert!(requests[2].contains("page_number=3"), "{requests:#?}");
}

#[tokio::test(start_paused = true)]
async fn the_deadline_ends_it() {
    let script = Script::new([history(1, &[("job-0", "Another one.")])]);
    let look = || Recovery::of_job(&client(&script), "session-1", "job-1").deadline(Duration::from_secs(100));
    let started = Instant::now();
    let error = look().find().await.expect_err("not there");
    assert_eq!(started.elapsed().as_secs(), 100);
    assert!(error.is_timeout() && !error.operation().is_empty());
    assert!(error.to_string().ends_with("after 100s, job-1 is not in the history of its session"), "{error}");

    let script = Script::new([history(1, &[("job-1", "")])]);
    let look = Recovery::of_job(&client(&script), "session-1", "job-1").deadline(Duration::from_secs(9));
    let error = look.find().await.expect_err("not finished");
    assert!(error.to_string().ends_with("after 9s, job-1 is not finished"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_get_better_is_not_tried_again() {
    let refusal = json!({"code": 1003, "msg": "insufficient.authentication"});
    let script = Script::new([(403, "application/json", refusal.to_string())]);
    let error = Recovery::of_job(&client(&script), "session-1", "job-1").find().await.expect_err("refused");
    assert!(error.is_auth());
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stream_without_an_id_cannot_be_looked_for() {
    let script = Script::new([stream("event:JOB_I")]);
    let mut answer = client(&script).jobs().create("session-1", "?").stream().await.expect("a stream");
    let error = answer.next_event().await.expect_err("truncated");
    let known = Interrupted::of(&error).expect("what is known");
    assert_eq!((known.end, known.events, known.recovery.is_none()), (End::Truncated, 0, true));
    let error = answer.recover().await.expect_err("no id");
    assert_eq!(*error.kind(), ErrorKind::StreamEnded);
    assert_eq!(script.requests().len(), 1, "nothing was looked up, and nothing asked again");
}

#[cfg(feature = "v1")]
#[tokio::test(start_paused = true)]
async fn the_personal_api_has_the_text() {
    let message = |id: &str, text: &str| json!({"messageId": id, "content": text});
    let record = json!({"question": message("message-0", "?"), "answer": message("message-1", "The north grew.")});
    let page = json!({"code": 0, "data": {"total": 1, "pageNumber": 1, "pageSize": 10, "records": [record]}});
    let script = Script::new([stream("event:AI_MESSAGE_ID\ndata:message-1\n\nevent:TITLE_GENERATION\ndata:Sal"), json_reply(&page)]);
    let builder = powerdrill::v1::Client::builder().key("key-1").retry(RetryPolicy::off());
    let client = builder.with(|builder| builder.transport(Arc::clone(&script) as Arc<dyn Transport>)).build().expect("a client");
    let mut answer = client.chat().create_completion("session-1", "?").stream().await.expect("a stream");
    assert!(answer.finish().await.is_err());
    assert_eq!(answer.job_id(), Some("message-1"));
    assert_eq!(answer.recover().await.expect("the answer").text(), "The north grew.");
    let requests = script.requests();
    assert_eq!(requests[0], "POST /v1/chat/completions");
    assert!(requests[1].starts_with("GET /v1/sessions/session-1/history"), "{requests:#?}");
}
