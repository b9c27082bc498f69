//! The ways in which a stream can end, over connections.

use std::error::Error as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use powerdrill::prelude::*;
use powerdrill::{ErrorKind, JobStream, Result, Stream, Timeouts};
use tokio::sync::oneshot;

use super::recorded::ANALYSIS;
use super::server::{Connection, Server};

/// Nothing here may take longer; most of it takes no time at all.
const LONG: Duration = Duration::from_secs(20);
const IDLE: Duration = Duration::from_millis(200);

const BEGUN: &str = "event:JOB_ID\ndata:job-1\n\n\
    id:g\nevent:MESSAGE\ndata:{\"id\":\"g\",\"choices\":[{\"delta\":{\"content\":\"The north \"}}],\"group_id\":\"g\",\"stage\":\"Respond\"}\n\n\
    :keep-alive\n\n";

async fn ask(client: &Client) -> Result<JobStream> {
    client.jobs().create("session-1", "Which region grew?").stream().await
}

/// A server that sends these bytes and then does what `after` says.
async fn sending<F, R>(bytes: &'static str, after: F) -> Server
where
    F: Fn(Connection) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    Server::start(move |_, mut connection| {
        let after = after.clone();
        async move {
            connection.open().await;
            connection.send(bytes.as_bytes()).await;
            after(connection).await;
        }
    })
    .await
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(LONG, future).await.expect("nothing hangs")
}

/// Reads what there is, and checks what is known after a bad end.
async fn broken(server: &Server, answer: &mut JobStream, end: End, events: u64) -> Error {
    let error = within(answer.finish()).await.expect_err("a bad end");
    let known = Interrupted::of(&error).expect("what is known");
    assert_eq!((known.end, known.job_id.as_deref(), known.events), (end, Some("job-1"), events));
    assert_eq!(known.last_stage, Some(Stage::Respond));
    assert_eq!(known.answer.text(), "The north ");
    assert_eq!((known.recovery.is_some(), known.malformed), (end != End::Failed, 0));
    assert_eq!(answer.answer(), &known.answer);
    assert_eq!((answer.end(), answer.events(), answer.job_id()), (Some(end), events, Some("job-1")));
    assert_eq!((error.operation(), error.trace_id(), error.http_status()), ("create_job", Some("trace-1"), Some(200)));
    let again = within(answer.next_event()).await.expect_err("never a good end");
    assert_eq!((again.kind(), Interrupted::of(&again).map(|known| known.end)), (&ErrorKind::StreamEnded, Some(end)));
    assert_eq!(server.questions(), 1, "the question is sent once");
    error
}

#[tokio::test]
async fn a_stream_is_read_to_its_end() {
    let server = Server::streaming(ANALYSIS).await;
    let mut answer = ask(&server.client()).await.expect("a stream");
    assert_eq!((answer.end(), answer.trace_id()), (None, Some("trace-1")));
    let mut text = String::new();
    while let Some(event) = within(answer.next_event()).await.expect("an event") {
        let JobEvent::Block(block) = event else { continue };
        if let BlockContent::Message(piece) = block.content {
            text.push_str(&piece);
            assert_eq!(answer.answer().text(), text, "a snapshot at any moment");
        }
    }
    assert!(text.ends_with("Look at the north first."));
    assert_eq!((answer.end(), answer.events(), answer.job_id()), (Some(End::Completed), 45, Some("job-1")));
    assert_eq!(answer.next_event().await.expect("still complete"), None);
    assert_eq!(answer.finish().await.expect("still complete").text(), text);
    let sent = r#"{"session_id":"session-1","question":"Which region grew?","user_id":"user-1","stream":true}"#;
    assert_eq!(server.requests()[0].body, sent);
}

#[tokio::test]
async fn silence_is_idle_and_a_heartbeat_is_not_silence() {
    let server = sending(BEGUN, |mut connection| async move {
        for _ in 0..8 {
            tokio::time::sleep(IDLE / 4).await;
            connection.send(b":keep-alive\n\n").await;
        }
        connection.gone().await;
    })
    .await;
    let mut answer = ask(&server.client_with(Timeouts::default().idle(IDLE))).await.expect("a stream");
    let started = Instant::now();
    let error = broken(&server, &mut answer, End::Idle, 2).await;
    assert!(error.is_timeout() && error.outcome_unknown() && started.elapsed() > IDLE * 2, "{:?}", started.elapsed());
    assert_eq!(
        error.to_string(),
        "create_job: timed out (a silent reply): nothing came for 200ms, not even a heartbeat, in the middle of the stream"
    );
    let known = error.source().expect("what is known").to_string();
    assert_eq!(known, "the stream of job-1 is idle after 2 events, in the stage Respond");
}

#[tokio::test]
async fn a_cut_is_truncated_wherever_it_is() {
    for (rest, message) in [
        ("", "the bytes ended without the last event, after 2 events of job-1"),
        ("event:MESSAGE\nda", "the bytes ended in the middle of an event, after 2 events of job-1"),
        ("event:END_MARK\ndata:[DO", "the bytes ended in the middle of an event, after 2 events of job-1"),
    ] {
        let text: &'static str = format!("{BEGUN}{rest}").leak();
        let server = Server::streaming(text).await;
        let mut answer = ask(&server.client()).await.expect("a stream");
        let error = broken(&server, &mut answer, End::Truncated, 2).await;
        assert_eq!(error.to_string(), format!("create_job: the stream ended early (HTTP 200, trace trace-1): {message}"));
    }
}

/// A body in chunks shows that it is cut; the cause is kept behind what is known.
#[tokio::test]
async fn a_connection_that_breaks_is_truncated() {
    let server = Server::start(|_, mut connection| async move {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-pd-trace-id: trace-1\r\ntransfer-encoding: chunked\r\n\r\n";
        connection.send(format!("{head}{:x}\r\n{BEGUN}\r\n40\r\nevent:MES", BEGUN.len()).as_bytes()).await;
    })
    .await;
    let mut answer = ask(&server.client()).await.expect("a stream");
    let error = broken(&server, &mut answer, End::Truncated, 2).await;
    assert_eq!(*error.kind(), ErrorKind::StreamEnded);
    assert!(error.source().and_then(|known| known.source()).is_some(), "{error:?}");
}

#[tokio::test]
async fn the_end_mark_counts_without_its_blank_line() {
    let bytes = format!("{BEGUN}event:END_MARK\ndata:[DONE]");
    let closed = Server::streaming(bytes.clone()).await;
    let silent = sending(bytes.leak(), Connection::gone).await;
    for server in [closed, silent] {
        let mut answer = ask(&server.client_with(Timeouts::default().idle(IDLE))).await.expect("a stream");
        assert_eq!(within(answer.finish()).await.expect("complete").text(), "The north ");
        assert_eq!(answer.end(), Some(End::Completed));
    }
}

#[tokio::test]
async fn a_failed_job_is_a_refusal() {
    let error = "event:ERROR\ndata:{\"choices\":[{\"delta\":{\"content\":{\"code\":210021,\"message\":\"none left\"}}}]}\n\nevent:END_MARK\ndata:[ERROR]\n\n";
    let server = Server::streaming(format!("{BEGUN}{error}")).await;
    let mut answer = ask(&server.client()).await.expect("a stream");
    let error = broken(&server, &mut answer, End::Failed, 3).await;
    assert_eq!(error.code(), Some(codes::JOB_QUOTA_EXCEEDED));
    assert!(error.outcome_unknown() && !error.is_retryable(), "the question was taken");
    assert_eq!(error.to_string(), "create_job: refused, code 210021 job_quota_exceeded (HTTP 200, trace trace-1): none left");
}

#[tokio::test]
async fn an_event_that_is_too_large_ends_it() {
    let server = sending(BEGUN, |mut connection| async move { while connection.send(&[b'x'; 4096]).await {} }).await;
    let mut answer = ask(&server.client()).await.expect("a stream").max_event(100_000);
    let error = broken(&server, &mut answer, End::TooLarge, 2).await;
    assert_eq!(*error.kind(), ErrorKind::TooLarge { limit: 100_000 });
}

#[tokio::test]
async fn giving_up_closes_the_connection() {
    for cancel in [true, false] {
        let (told, gone) = oneshot::channel();
        let told = Arc::new(std::sync::Mutex::new(Some(told)));
        let server = sending(BEGUN, move |connection| {
            let told = told.lock().expect("not poisoned").take().expect("one connection");
            async move {
                connection.gone().await;
                told.send(()).expect("somebody waits");
            }
        })
        .await;
        let mut answer = ask(&server.client()).await.expect("a stream");
        assert!(answer.next_event().await.expect("an event").is_some());
        if cancel {
            answer.cancel();
            within(gone).await.expect("the server has seen it");
            let error = answer.next_event().await.expect_err("cancelled");
            assert_eq!(Interrupted::of(&error).expect("what is known").end, End::Cancelled);
        } else {
            drop(answer);
            within(gone).await.expect("the server has seen it");
        }
    }
}

/// Whoever keeps a stream that has ended, to look at its answer, keeps no connection.
#[tokio::test]
async fn an_end_closes_the_connection() {
    for (rest, end) in [
        ("event:END_MARK\ndata:[DONE]\n\n", End::Completed),
        ("event:END_MARK\ndata:[DONE]\n\nevent:LATE\ndata:1\n\n", End::Completed),
        ("event:END_MARK\ndata:[ERROR]\n\n", End::Failed),
        ("event:ERROR\ndata:no\n\n", End::Failed),
        (":".repeat(300).leak(), End::TooLarge),
        (BEGUN.repeat(20).leak(), End::TooLarge),
        ("", End::Idle),
    ] {
        let (told, gone) = oneshot::channel();
        let told = Arc::new(std::sync::Mutex::new(Some(told)));
        let server = sending(format!("{BEGUN}{rest}").leak(), move |connection| {
            let told = told.lock().expect("not poisoned").take().expect("one connection");
            async move {
                connection.gone().await;
                told.send(()).expect("somebody waits");
            }
        })
        .await;
        let answer = ask(&server.client_with(Timeouts::default().idle(IDLE))).await.expect("a stream");
        let mut answer = answer.max_event(290).max_answer(200);
        let finished = within(answer.finish()).await;
        assert_eq!((answer.end(), finished.is_ok()), (Some(end), end == End::Completed), "{rest:?}");
        within(gone).await.expect("the server has seen it");
    }
}

#[tokio::test]
async fn what_is_no_stream_is_the_error_of_a_call() {
    for (status, content_type, body, asked, expected) in [
        (
            200,
            "text/html",
            "<html>log in</html>",
            1,
            "create_job: answered by something other than the API (HTTP 200, text/html): <html>log in</html>",
        ),
        (
            200,
            "application/json",
            r#"{"code":210021,"msg":"none left"}"#,
            1,
            "create_job: refused, code 210021 job_quota_exceeded (HTTP 200): none left",
        ),
        // The API itself says that it has not taken the question, so it is asked again: the only case.
        (
            429,
            "application/json",
            r#"{"code":201,"msg":"slow down"}"#,
            3,
            "create_job: refused, code 201 rate_limited (HTTP 429): slow down",
        ),
    ] {
        let server = Server::start(move |_, mut connection| async move { connection.reply(status, content_type, body).await }).await;
        let error = within(ask(&server.client())).await.expect_err("no stream");
        assert_eq!(error.to_string(), expected);
        assert!(Interrupted::of(&error).is_none());
        assert_eq!(server.questions(), asked);
    }
}

/// The trait ends after an error, where `next_event` says it again.
#[tokio::test]
async fn the_stream_trait_ends() {
    let cut = ANALYSIS.len() - 10;
    for (text, events, ok) in [(ANALYSIS, 44, true), (&ANALYSIS[..cut], 44, false)] {
        let server = Server::streaming(text).await;
        let mut answer = ask(&server.client()).await.expect("a stream").into_events();
        let mut seen = Vec::new();
        while let Some(event) = within(std::future::poll_fn(|context| Pin::new(&mut answer).poll_next(context))).await {
            seen.push(event);
        }
        assert_eq!(seen.iter().filter(|event| event.is_ok()).count(), events);
        assert_eq!(seen.last().expect("something").is_ok(), ok);
        assert_eq!(answer.events(), events as u64 + u64::from(ok));
    }
}

/// Nothing is read that nobody asks for: the server can send what the sockets hold, and no more.
#[tokio::test]
async fn a_slow_reader_slows_the_server() {
    let sent = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&sent);
    let server = sending("event:JOB_ID\ndata:job-1\n\n", move |mut connection| {
        let count = Arc::clone(&count);
        async move {
            let event = format!("event:NOTE\ndata:{}\n\n", "x".repeat(64 * 1024));
            while connection.send(event.as_bytes()).await {
                count.fetch_add(event.len(), Ordering::Relaxed);
            }
        }
    })
    .await;
    let mut answer = ask(&server.client()).await.expect("a stream").into_events();
    let mut last = usize::MAX;
    while sent.load(Ordering::Relaxed) != last {
        last = sent.load(Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(last < 32 << 20, "{last} bytes were taken without a reader");
    for _ in 0..100 {
        assert!(within(answer.next_event()).await.expect("an event").is_some());
    }
    assert!(sent.load(Ordering::Relaxed) < last + (100 + 64) * 65 * 1024, "as many as were read");
}
