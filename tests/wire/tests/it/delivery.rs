//! A question costs money: whatever fails after the request may have reached the server, the request for a job arrives once, and the
//! error says that it may have been carried out.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use powerdrill_client::{Error, ErrorKind, Timeouts, v2};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

use wire::server::{Server, Step, Steps, head, reply, reply_with};
use wire::show;
use wire::support::{JSON, page, v2_builder};

/// Short, and long enough for a machine that is busy.
const SHORT: Duration = Duration::from_millis(400);

struct Case {
    name: &'static str,
    steps: fn() -> Steps,
    kind: fn(&ErrorKind) -> bool,
    /// Whether the job may run.
    unknown: bool,
    requests: usize,
}

/// A case in which the job may run, and which is therefore not tried again.
const fn once(name: &'static str, steps: fn() -> Steps, kind: fn(&ErrorKind) -> bool) -> Case {
    Case { name, steps, kind, unknown: true, requests: 1 }
}

/// A refusal that is final.
const fn refused(name: &'static str, steps: fn() -> Steps, kind: fn(&ErrorKind) -> bool) -> Case {
    Case { name, steps, kind, unknown: false, requests: 1 }
}

/// A refusal because of too many requests: nothing was done, and the next one may succeed.
const fn again(name: &'static str, steps: fn() -> Steps, kind: fn(&ErrorKind) -> bool) -> Case {
    Case { name, steps, kind, unknown: false, requests: 3 }
}

const CASES: [Case; 26] = [
    once("closed without a reply", Vec::new, is_transport),
    once("half a head", || vec![Step::Send(b"HTTP/1.1 200 O".to_vec())], is_transport),
    once("garbage", || vec![Step::Send(b"\x00\xff\x16\x03not HTTP\r\n\r\n".to_vec())], is_transport),
    once("cut in the reply", cut, is_transport),
    once("cut in the chunks", cut_in_chunks, is_transport),
    once("no first byte", || vec![Step::Hang], |kind| matches!(kind, ErrorKind::Timeout(_))),
    once("silent in the reply", || [cut(), vec![Step::Hang]].concat(), |kind| matches!(kind, ErrorKind::Timeout(_))),
    once("dripping", drip, |kind| matches!(kind, ErrorKind::Timeout(_))),
    once("500 without a body", || reply(500, JSON, ""), is_http),
    once("500 with a code", || reply(500, JSON, r#"{"code":9999,"msg":"internal error"}"#), is_api),
    once("500 with a code nobody knows", || reply(500, JSON, r#"{"code":7,"msg":"?"}"#), is_api),
    once("a page in 502", || page(502), is_http),
    once("503", || page(503), is_http),
    once("503 that says when", || reply_with(503, &[("retry-after", "1")], ""), is_http),
    once("504", || page(504), is_http),
    once("broken JSON in 200", || reply(200, JSON, r#"{"code":0,"data":{"job_id":"#), is_http),
    once("a page in 200", || page(200), is_http),
    once("nothing in 200", || reply(200, JSON, ""), is_http),
    once("408", || page(408), is_http),
    refused("307 to the same server", || redirect(307, "/elsewhere"), is_redirect),
    // It says that the request has been carried out, and where to see what came of it.
    once("303 to another server", || redirect(303, "https://other.example.com/"), is_redirect),
    refused("a bad request", || reply(400, JSON, r#"{"code":300001,"msg":"bad request"}"#), is_api),
    refused("no quota, in 200", || reply(200, JSON, r#"{"code":210021,"msg":"no quota"}"#), is_api),
    // A proxy says so, which does not know whether the job runs already.
    refused("a page in 429", || page(429), is_http),
    again("429", || reply(429, JSON, r#"{"code":201,"msg":"slow down"}"#), is_api),
    again("the code of the rate limit", || reply(200, JSON, r#"{"code":201,"msg":"slow down"}"#), is_api),
];

fn cut() -> Steps {
    let mut bytes = head(200, &[("content-type", JSON), ("content-length", "100")]);
    bytes.extend_from_slice(br#"{"code":0,"data":{"job_id":"job-1","#);
    vec![Step::Send(bytes)]
}

fn cut_in_chunks() -> Steps {
    let mut bytes = head(200, &[("content-type", JSON), ("transfer-encoding", "chunked")]);
    bytes.extend_from_slice(b"14\r\n{\"code\":0,\"data\":{\"j\r\n");
    vec![Step::Send(bytes)]
}

/// Never silent and never done.
fn drip() -> Steps {
    let mut steps = vec![Step::Send(head(200, &[("content-type", JSON), ("content-length", "1000")]))];
    steps.extend((0..200).flat_map(|_| [Step::Send(b" ".to_vec()), Step::Wait(SHORT / 8)]));
    steps
}

fn redirect(status: u16, location: &'static str) -> Steps {
    reply_with(status, &[("location", location)], "")
}

fn is_transport(kind: &ErrorKind) -> bool {
    *kind == ErrorKind::Transport
}

fn is_http(kind: &ErrorKind) -> bool {
    *kind == ErrorKind::Http
}

fn is_api(kind: &ErrorKind) -> bool {
    *kind == ErrorKind::Api
}

fn is_redirect(kind: &ErrorKind) -> bool {
    matches!(kind, ErrorKind::Redirect { .. })
}

/// Both ways to ask a question.
#[derive(Clone, Copy, Debug)]
enum Way {
    Whole,
    Streamed,
}

async fn ask(client: &v2::Client, way: Way, question: &str) -> Result<(), Error> {
    let call = client.jobs().create("session-1", question);
    match way {
        Way::Whole => call.send().await.map(drop),
        Way::Streamed => call.open_stream().await.map(drop),
    }
}

fn client(url: &str) -> v2::Client {
    v2_builder(url).timeouts(Timeouts::default().first_byte(SHORT).idle(SHORT).attempt(SHORT * 2)).build().expect("a client")
}

#[tokio::test]
async fn a_job_is_sent_once_whatever_happens() {
    let mut running = Vec::new();
    for case in &CASES {
        for way in [Way::Whole, Way::Streamed] {
            running.push(tokio::spawn(fails(case, way)));
        }
    }
    for case in running {
        case.await.expect("as the table says");
    }
}

async fn fails(case: &'static Case, way: Way) {
    let steps = case.steps;
    let server = Server::start(move |_, _| steps()).await;
    let error = ask(&client(&server.url()), way, "Which region grew?").await.expect_err(case.name);
    let line = show::error(&error);
    assert!((case.kind)(error.kind()), "{} ({way:?}): {line}", case.name);
    assert_eq!(server.count(), case.requests, "{} ({way:?}): {line}", case.name);
    assert_eq!(error.outcome_unknown(), case.unknown, "{} ({way:?}): {line}", case.name);
    assert_eq!(error.attempts() as usize, case.requests, "{} ({way:?}): {line}", case.name);
    assert!(server.seen().iter().all(|seen| (seen.method.as_str(), seen.target.as_str()) == ("POST", "/v2/team/jobs")));
}

/// Resets every connection as soon as it has read so many bytes, and counts the connections.
async fn resetting(bytes: usize) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let mut read = 0;
            while read < bytes {
                let mut piece = vec![0; 1024.min(bytes - read)];
                match stream.read(&mut piece).await {
                    Ok(more @ 1..) => read += more,
                    Ok(0) | Err(_) => break,
                }
            }
            stream.set_zero_linger().expect("a connection");
        }
    });
    (url, count)
}

/// A question that no buffer on the way holds in full.
fn long_ids() -> Vec<String> {
    (0..1000).map(|number| format!("{number}-{}", "x".repeat(4 * 1024))).collect()
}

#[tokio::test]
async fn a_reset_on_the_way_is_not_repeated() {
    for (name, bytes) in [("at once", 0), ("in the head", 20), ("after the head", 250), ("in the body", 100_000)] {
        let (url, count) = resetting(bytes).await;
        let error = client(&url).jobs().create("session-1", "Which region grew?").datasource_ids(long_ids()).send().await.expect_err(name);
        let line = show::error(&error);
        assert_eq!(*error.kind(), ErrorKind::Transport, "{name}: {line}");
        assert!(error.outcome_unknown(), "{name}: {line}");
        assert_eq!(count.load(Ordering::SeqCst), 1, "{name}: {line}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_tried_again() {
    let server = Server::start(|_, _| Vec::new()).await;
    let url = server.url();
    drop(server);
    tokio::task::yield_now().await;
    for way in [Way::Whole, Way::Streamed] {
        let error = ask(&client(&url), way, "Which region grew?").await.expect_err("nobody there");
        show::error(&error);
        assert_eq!(*error.kind(), ErrorKind::Connect);
        assert_eq!((error.attempts(), error.outcome_unknown()), (3, false));
    }
}

#[tokio::test]
async fn a_reply_that_cannot_be_read_is_an_answer() {
    for body in [r#"{"code":0}"#, r#"{"code":0,"data":{"job_id":7,"blocks":[]}}"#, r#"{"code":0,"data":{"job_id":"job-1"}}"#] {
        let server = Server::start(move |_, _| reply(200, JSON, body)).await;
        let error = ask(&client(&server.url()), Way::Whole, "Which region grew?").await.expect_err(body);
        show::error(&error);
        assert!(matches!(error.kind(), ErrorKind::Decode { .. }), "{body}: {error:?}");
        assert_eq!((server.count(), error.outcome_unknown()), (1, true), "{body}");
    }
}

/// A stream that breaks off does not ask the question again.
#[tokio::test]
async fn a_broken_stream_is_not_opened_again() {
    let server = Server::start(|_, _| {
        let mut bytes = head(200, &[("content-type", "text/event-stream"), ("content-length", "1000")]);
        bytes.extend_from_slice(b"event:JOB_ID\ndata:job-1\n\n");
        vec![Step::Send(bytes)]
    })
    .await;
    let mut events = client(&server.url()).jobs().create("session-1", "Which region grew?").open_stream().await.expect("a stream");
    let mut pieces = Vec::new();
    loop {
        match std::future::poll_fn(|context| apispec_runtime::Stream::poll_next(std::pin::Pin::new(&mut events), context)).await {
            Some(Ok(piece)) => pieces.extend_from_slice(&piece),
            Some(Err(error)) => {
                show::error(&error);
                assert!(error.outcome_unknown(), "{error:?}");
                break;
            }
            None => panic!("the stream ended as if it were complete"),
        }
    }
    assert_eq!(pieces, b"event:JOB_ID\ndata:job-1\n\n");
    assert_eq!(server.count(), 1);
}
