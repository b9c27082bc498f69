//! Opening a stream, reading it, and the ways in which it can end.

use std::pin::Pin;
use std::time::Duration;

use apispec_runtime::{Client, Code, Error, ErrorKind, EventBytes, RetryPolicy, Stream, Timeout, Timeouts};
use serde_json::json;

use super::server::{Server, Step, Steps, head, reply};
use super::support::{API, CREATE, RENAME, builder};

const SHORT: Duration = Duration::from_millis(300);

fn opened(steps: Steps) -> Steps {
    [vec![Step::Send(head(200, &[("content-type", "text/event-stream;charset=UTF-8"), ("x-trace-id", "t-1")]))], steps].concat()
}

fn event(text: &str) -> Step {
    Step::Send(text.as_bytes().to_vec())
}

async fn serving(steps: Steps) -> (Server, Client) {
    let server = Server::start(move |_, _| steps.clone()).await;
    let client = builder(&server.url()).timeouts(Timeouts::default().idle(SHORT).first_byte(SHORT).total(SHORT).attempt(SHORT));
    let client = client.build().expect("a client");
    (server, client)
}

async fn open(client: &Client) -> Result<EventBytes, Error> {
    client.call(&CREATE).json(&json!({"question": "?"})).open_stream("stream").await
}

async fn next(stream: &mut EventBytes) -> Option<Result<String, Error>> {
    let piece = std::future::poll_fn(|context| Pin::new(&mut *stream).poll_next(context)).await;
    piece.map(|piece| piece.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// Everything that comes, and the error at the end if there is one.
async fn all(mut stream: EventBytes) -> (String, Option<Error>) {
    let mut text = String::new();
    loop {
        match next(&mut stream).await {
            None => return (text, None),
            Some(Ok(piece)) => text.push_str(&piece),
            Some(Err(error)) => {
                assert!(next(&mut stream).await.is_none(), "nothing comes after an error");
                return (text, Some(error));
            }
        }
    }
}

#[tokio::test]
async fn the_flag_is_set_and_the_bytes_come() {
    let (server, client) = serving(opened(vec![event("event: A\n"), event("data: 1\n\n"), event("data: [DONE]\n\n")])).await;
    let stream = open(&client).await.expect("a stream");
    assert_eq!((stream.trace_id(), stream.operation()), (Some("t-1"), "create_job"));
    assert!(stream.headers().contains_key("content-type"));
    let (text, error) = all(stream).await;
    assert_eq!(text, "event: A\ndata: 1\n\ndata: [DONE]\n\n");
    assert!(error.is_none());
    assert_eq!(server.last().text(), r#"{"question":"?","stream":true}"#);
    assert_eq!(server.last().header("accept"), Some("text/event-stream, application/json"));
}

#[tokio::test]
async fn any_byte_keeps_it_alive_for_longer_than_every_timeout_of_a_call() {
    let beats = (0..12).flat_map(|_| [Step::Wait(SHORT / 4), event(":\n")]).collect();
    let (_server, client) = serving(opened(beats)).await;
    let (text, error) = all(open(&client).await.expect("a stream")).await;
    assert_eq!(text, ":\n".repeat(12));
    assert!(error.is_none(), "{error:?}");
}

#[tokio::test]
async fn silence_ends_it() {
    let (server, client) = serving(opened(vec![event("data: 1\n\n"), Step::Hang])).await;
    let (text, error) = all(open(&client).await.expect("a stream")).await;
    let error = error.expect("silence");
    assert_eq!((text.as_str(), error.kind()), ("data: 1\n\n", &ErrorKind::Timeout(Timeout::Idle)));
    assert!(error.outcome_unknown());
    assert_eq!(
        error.to_string(),
        "create_job: timed out (a silent reply): nothing came for 300ms, not even a heartbeat, in the middle of the stream"
    );
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_cut_is_an_error_where_the_connection_shows_it() {
    let chunked = head(200, &[("content-type", "text/event-stream"), ("transfer-encoding", "chunked")]);
    let (server, client) = serving(vec![Step::Send(chunked), event("9\r\ndata: 1\n\n\r\n"), event("20\r\ndata")]).await;
    let (text, error) = all(open(&client).await.expect("a stream")).await;
    let error = error.expect("a cut");
    assert!(text.starts_with("data: 1\n\n"), "{text}");
    assert_eq!(*error.kind(), ErrorKind::StreamEnded);
    assert!(error.outcome_unknown(), "the job may go on");
    assert_eq!((error.attempts(), error.http_status(), server.count()), (1, Some(200), 1));
}

#[tokio::test]
async fn what_is_no_stream_is_an_error_of_opening_it() {
    for (steps, expected, unknown) in [
        (
            reply(200, "application/json", r#"{"code":210021,"msg":"no jobs left"}"#),
            "create_job: refused, code 210021 job_quota_exceeded (HTTP 200): no jobs left",
            false,
        ),
        (
            reply(400, "application/json;charset=utf-8", r#"{"code":300001,"msg":"no question"}"#),
            "create_job: refused, code 300001 bad_request (HTTP 400): no question",
            false,
        ),
        (
            reply(200, "text/html", "<html>log in</html>"),
            "create_job: answered by something other than the API (HTTP 200, text/html): <html>log in</html>",
            true,
        ),
        (
            reply(200, "application/json", r#"{"code":0,"data":{"blocks":[]}}"#),
            "create_job: answered by something other than the API (HTTP 200, application/json): application/json instead of a stream of events",
            true,
        ),
        (
            reply(502, "text/event-stream", "upstream"),
            "create_job: answered by something other than the API (HTTP 502, text/event-stream): upstream",
            true,
        ),
        (Vec::new(), "create_job: the connection broke: connection closed before message completed", true),
        (vec![Step::Hang], "create_job: timed out (waiting for the first byte): no reply within 300ms", true),
    ] {
        let server = Server::start(move |_, _| steps.clone()).await;
        let client = builder(&server.url()).timeouts(Timeouts::default().first_byte(SHORT)).build().expect("a client");
        let error = open(&client).await.expect_err(expected);
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.outcome_unknown(), unknown, "{expected}");
        assert_eq!(server.count(), 1, "{expected}");
    }
}

#[tokio::test]
async fn a_stream_that_is_safe_is_opened_again() {
    let server = Server::start(|number, _| if number == 0 { Vec::new() } else { opened(vec![event("data: 1\n\n")]) }).await;
    let client = builder(&server.url()).build().expect("a client");
    let call = client.call(&RENAME).path("session_id", "s-1").json(&json!({}));
    assert_eq!(all(call.open_stream("stream").await.expect("the second attempt")).await.0, "data: 1\n\n");
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn bodies_that_cannot_take_the_flag() {
    let (server, client) = serving(Vec::new()).await;
    let call = || client.call(&CREATE);
    for call in [call(), call().json(&json!([1])), call().json(&json!({"stream": false})), call().form([("a", "b")])] {
        let error = call.open_stream("stream").await.expect_err("no flag");
        assert_eq!(*error.kind(), ErrorKind::InvalidRequest { field: "stream".to_owned() });
    }
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_failure_that_an_event_tells_is_the_error_of_a_refusal() {
    let (_server, client) = serving(opened(vec![event("event: ERROR\n\n")])).await;
    let stream = open(&client).await.expect("a stream");
    let error = stream.about(Error::refusal(&API, Some(Code::Text("210021")), "no jobs left"));
    assert_eq!(error.to_string(), "create_job: refused, code 210021 job_quota_exceeded (HTTP 200, trace t-1): no jobs left");
    assert!(error.is_quota() && !error.outcome_unknown());
    let taken = Error::refusal(&API, Some(Code::Text("201")), "slow down").after_acceptance();
    for error in [&stream.about(Error::refusal(&API, Some(Code::Text("210021")), "no jobs left").after_acceptance()), &taken] {
        assert!(error.outcome_unknown() && !error.is_retryable() && !error.is_rate_limited(), "{error}");
    }
    assert_eq!(stream.about(Error::refusal(&API, None, "x")).to_string(), "create_job: refused (HTTP 200, trace t-1): x");
    let ended = stream.about(Error::new(ErrorKind::StreamEnded, "no end mark"));
    assert_eq!(ended.to_string(), "create_job: the stream ended early (HTTP 200, trace t-1): no end mark");
    let wrapped =
        ended.caused_by(std::io::Error::other("reset")).through(|cause| std::io::Error::other(format!("before the end: {cause:?}")));
    let source = std::error::Error::source(&wrapped).expect("a source").to_string();
    assert!(source.starts_with("before the end: Some(") && source.contains("reset"), "{source}");
}

#[tokio::test]
async fn dropping_it_closes_the_connection() {
    closes_the_connection(drop).await;
}

#[tokio::test]
async fn closing_it_closes_the_connection_and_nothing_comes() {
    let mut kept = None;
    closes_the_connection(|mut stream| {
        stream.close();
        kept = Some(stream);
    })
    .await;
    assert!(next(&mut kept.expect("the stream")).await.is_none());
}

async fn closes_the_connection(end_it: impl FnOnce(EventBytes)) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let (mut buffer, mut request) = (vec![0; 4096], Vec::new());
        while !request.ends_with(b"true}") {
            let count = stream.read(&mut buffer).await.expect("a request");
            request.extend_from_slice(&buffer[..count]);
        }
        stream.write_all(&head(200, &[("content-type", "text/event-stream")])).await.expect("sent");
        stream.write_all(b"data: 1\n\n").await.expect("sent");
        // The end of the connection, as the server sees it.
        stream.read(&mut buffer).await
    });
    let client = builder(&url).retry(RetryPolicy::off()).build().expect("a client");
    let mut stream = open(&client).await.expect("a stream");
    assert!(next(&mut stream).await.expect("a piece").is_ok());
    end_it(stream);
    let end = tokio::time::timeout(Duration::from_secs(5), server).await.expect("closed at once").expect("no panic");
    assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
}
