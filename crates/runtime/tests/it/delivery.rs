//! Where a request can fail, how many requests reach the server, and what is said about the outcome.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use apispec_runtime::{Client, Error, ErrorKind, Operation, RetryPolicy, Timeout, Timeouts};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::server::{Server, Step, Steps, head, reply, reply_with};
use super::support::{CREATE, Quick, RENAME, builder};

/// Short, and long enough for a machine that is busy.
const SHORT: Duration = Duration::from_millis(500);

async fn called(client: &Client, operation: &'static Operation) -> Result<(), Error> {
    let call = client.call(operation).path("session_id", "s-1").json(&json!({"question": "?"}));
    call.send::<serde_json::Value>().await.map(drop)
}

fn cut_in_the_body() -> Steps {
    let mut bytes = head(200, &[("content-type", "application/json"), ("content-length", "100")]);
    bytes.extend_from_slice(br#"{"code":0,"data":"#);
    vec![Step::Send(bytes)]
}

fn hang_in_the_body() -> Steps {
    [cut_in_the_body(), vec![Step::Hang]].concat()
}

fn drip() -> Steps {
    let mut steps = vec![Step::Send(head(200, &[("content-length", "1000")]))];
    steps.extend((0..200).flat_map(|_| [Step::Send(b" ".to_vec()), Step::Wait(SHORT / 6)]));
    steps
}

/// One way to fail: what the server does, the kind, whether the outcome is unknown, and how many requests arrive under
/// `Retry::Never` and `Retry::Safe` with two retries.
struct Case {
    name: &'static str,
    steps: fn() -> Steps,
    kind: fn(&ErrorKind) -> bool,
    unknown: bool,
    never: usize,
    safe: usize,
}

static CASES: [Case; 28] = [
    Case { name: "closed before the head", steps: Vec::new, kind: is_transport, unknown: true, never: 1, safe: 3 },
    Case {
        name: "half a head",
        steps: || vec![Step::Send(b"HTTP/1.1 200".to_vec())],
        kind: is_transport,
        unknown: true,
        never: 1,
        safe: 3,
    },
    Case {
        name: "not HTTP",
        steps: || vec![Step::Send(b"SSH-2.0\r\n\r\n".to_vec())],
        kind: is_transport,
        unknown: true,
        never: 1,
        safe: 3,
    },
    Case { name: "cut in the body", steps: cut_in_the_body, kind: is_transport, unknown: true, never: 1, safe: 3 },
    Case {
        name: "no first byte",
        steps: || vec![Step::Hang],
        kind: |kind| *kind == ErrorKind::Timeout(Timeout::FirstByte),
        unknown: true,
        never: 1,
        safe: 3,
    },
    Case {
        name: "silent in the body",
        steps: hang_in_the_body,
        kind: |kind| *kind == ErrorKind::Timeout(Timeout::Idle),
        unknown: true,
        never: 1,
        safe: 3,
    },
    Case { name: "dripping", steps: drip, kind: |kind| *kind == ErrorKind::Timeout(Timeout::Attempt), unknown: true, never: 1, safe: 3 },
    Case { name: "500 refusal", steps: || reply(500, JSON, r#"{"code":9999,"msg":"x"}"#), kind: is_api, unknown: true, never: 1, safe: 3 },
    Case {
        name: "internal in 200",
        steps: || reply(200, JSON, r#"{"code":9999,"msg":"x"}"#),
        kind: is_api,
        unknown: true,
        never: 1,
        safe: 3,
    },
    Case { name: "busy", steps: || reply(503, JSON, r#"{"code":"Busy.Now","msg":"x"}"#), kind: is_api, unknown: true, never: 1, safe: 3 },
    Case {
        name: "unknown code in 500",
        steps: || reply(500, JSON, r#"{"code":7,"msg":"x"}"#),
        kind: is_api,
        unknown: true,
        never: 1,
        safe: 3,
    },
    Case { name: "empty 502", steps: || reply(502, "text/plain", ""), kind: is_http, unknown: true, never: 1, safe: 3 },
    Case { name: "503 page", steps: || reply(503, "text/html", "<html>"), kind: is_http, unknown: true, never: 1, safe: 3 },
    Case { name: "429 page", steps: || reply(429, "text/html", "<html>"), kind: is_http, unknown: false, never: 1, safe: 3 },
    Case { name: "cut 429", steps: || reply(429, JSON, r#"{"co"#), kind: is_http, unknown: false, never: 1, safe: 3 },
    Case {
        name: "429 of another kind",
        steps: || reply(429, JSON, r#"{"code":7,"msg":"x"}"#),
        kind: is_api,
        unknown: false,
        never: 1,
        safe: 3,
    },
    Case { name: "600 page", steps: || reply(600, "text/html", "<html>"), kind: is_http, unknown: true, never: 1, safe: 1 },
    Case { name: "600 refusal", steps: || reply(600, JSON, r#"{"code":7,"msg":"x"}"#), kind: is_api, unknown: true, never: 1, safe: 1 },
    Case { name: "304", steps: || reply_with(304, &[], ""), kind: is_http, unknown: false, never: 1, safe: 1 },
    Case { name: "429 code", steps: || reply(429, JSON, r#"{"code":201,"msg":"x"}"#), kind: is_api, unknown: false, never: 3, safe: 3 },
    Case {
        name: "rate limit in 200",
        steps: || reply(200, JSON, r#"{"code":201,"msg":"x"}"#),
        kind: is_api,
        unknown: false,
        never: 3,
        safe: 3,
    },
    Case {
        name: "quota in 429",
        steps: || reply(429, JSON, r#"{"code":210021,"msg":"x"}"#),
        kind: is_api,
        unknown: false,
        never: 1,
        safe: 1,
    },
    Case {
        name: "refusal in 400",
        steps: || reply(400, JSON, r#"{"code":300001,"msg":"x"}"#),
        kind: is_api,
        unknown: false,
        never: 1,
        safe: 1,
    },
    Case {
        name: "refusal in 200",
        steps: || reply(200, JSON, r#"{"code":300003,"msg":"x"}"#),
        kind: is_api,
        unknown: false,
        never: 1,
        safe: 1,
    },
    Case { name: "404 page", steps: || reply(404, "text/html", "<html>"), kind: is_http, unknown: false, never: 1, safe: 1 },
    Case { name: "200 page", steps: || reply(200, "text/html", "<html>"), kind: is_http, unknown: true, never: 1, safe: 1 },
    Case {
        name: "unreadable payload",
        steps: || reply(200, JSON, r#"{"code":0,"data":"\ud800"}"#),
        kind: |kind| matches!(kind, ErrorKind::Decode { .. }),
        unknown: true,
        never: 1,
        safe: 1,
    },
    Case {
        name: "too large",
        steps: || reply(200, JSON, &format!(r#"{{"code":0,"data":"{}"}}"#, "x".repeat(2000))),
        kind: |kind| *kind == ErrorKind::TooLarge { limit: 1000 },
        unknown: true,
        never: 1,
        safe: 1,
    },
];

const JSON: &str = "application/json";

fn is_transport(kind: &ErrorKind) -> bool {
    *kind == ErrorKind::Transport
}

fn is_api(kind: &ErrorKind) -> bool {
    *kind == ErrorKind::Api
}

fn is_http(kind: &ErrorKind) -> bool {
    *kind == ErrorKind::Http
}

#[tokio::test]
async fn table() {
    let mut running = Vec::new();
    for case in &CASES {
        running.push(tokio::spawn(fails(case, &CREATE, case.never)));
        running.push(tokio::spawn(fails(case, &RENAME, case.safe)));
    }
    for case in running {
        case.await.expect("as the table says");
    }
}

async fn fails(case: &'static Case, operation: &'static Operation, requests: usize) {
    let (name, called_as, steps) = (case.name, operation.name(), case.steps);
    let server = Server::start(move |_, _| steps()).await;
    let times = Timeouts::default().first_byte(SHORT).idle(SHORT).attempt(SHORT * 2);
    let client = builder(&server.url()).timeouts(times).max_reply_bytes(1000).build().expect("a client");
    let error = called(&client, operation).await.expect_err(name);
    assert!((case.kind)(error.kind()), "{name}, {called_as}: {error:?}");
    assert_eq!(error.outcome_unknown(), case.unknown, "{name}, {called_as}: {error:?}");
    assert_eq!(server.count(), requests, "{name}, {called_as}: {error:?}");
    assert_eq!(error.attempts() as usize, requests, "{name}, {called_as}");
    assert_eq!(error.operation(), called_as);
}

#[tokio::test]
async fn what_was_not_sent_is_tried_again_whatever_it_costs() {
    let server = Server::replying(200, "{}").await;
    let url = server.url();
    drop(server);
    tokio::task::yield_now().await;
    let clock = Arc::new(Quick::default());
    let client = builder(&url).clock(Arc::clone(&clock) as _).build().expect("a client");
    for operation in [&CREATE, &RENAME] {
        let error = called(&client, operation).await.expect_err("nobody there");
        assert_eq!(*error.kind(), ErrorKind::Connect, "{error:?}");
        assert!(!error.outcome_unknown());
        assert_eq!(error.attempts(), 3);
        assert!(error.to_string().contains("no connection after 3 attempts: 127.0.0.1: "), "{error}");
    }
    assert_eq!(clock.waits(), [250, 500, 250, 500]);
}

#[tokio::test]
async fn a_second_attempt_succeeds_with_the_same_body() {
    let server = Server::start(|number, _| if number == 0 { Vec::new() } else { reply(200, JSON, r#"{"code":0}"#) }).await;
    let client = builder(&server.url()).build().expect("a client");
    called(&client, &RENAME).await.expect("the second attempt");
    let bodies: Vec<_> = server.seen().iter().map(|seen| seen.text().to_owned()).collect();
    assert_eq!(bodies, [r#"{"question":"?"}"#; 2]);
}

#[tokio::test]
async fn a_server_that_says_when_is_obeyed() {
    for (headers, waits, requests) in [
        (&[("retry-after", "2")][..], &[2250_u128, 2250][..], 3),
        (&[("retry-after", "Sun, 06 Nov 1994 08:50:07 GMT")][..], &[30_250, 30_250][..], 3),
        (&[("x-retry-after-ms", "40"), ("retry-after", "9")][..], &[290, 290][..], 3),
        (&[("retry-after", "61")][..], &[][..], 1),
        (&[][..], &[250, 500][..], 3),
    ] {
        let server = Server::start(move |_, _| reply_with(429, headers, r#"{"code":201,"msg":"x"}"#)).await;
        let clock = Arc::new(Quick::default());
        let client = builder(&server.url()).clock(Arc::clone(&clock) as _).build().expect("a client");
        let error = called(&client, &CREATE).await.expect_err("too fast");
        assert!(error.is_rate_limited());
        assert_eq!(clock.waits(), waits, "{headers:?}");
        assert_eq!(server.count(), requests, "{headers:?}");
    }
}

#[tokio::test]
async fn no_wait_goes_beyond_the_end_of_the_call() {
    let server = Server::start(|_, _| reply_with(503, &[("retry-after", "30")], "")).await;
    let clock = Arc::new(Quick::default());
    let client = builder(&server.url()).timeouts(Timeouts::default().total(Duration::from_secs(20))).clock(Arc::clone(&clock) as _);
    let error = called(&client.build().expect("a client"), &RENAME).await.expect_err("busy");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert_eq!((server.count(), clock.waits().len()), (1, 0));
}

#[tokio::test]
async fn repeating_can_be_switched_off() {
    let server = Server::start(|_, _| Vec::new()).await;
    let client = builder(&server.url()).retry(RetryPolicy::off()).build().expect("a client");
    called(&client, &RENAME).await.expect_err("closed");
    assert_eq!(server.count(), 1);
}

/// Answers the first request and keeps the connection, then closes it: at once, or when the next request has come in. Every further
/// connection is answered once.
async fn keeping(close_unread: bool) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&seen);
    tokio::spawn(async move {
        for connection in 0.. {
            let (mut stream, _) = listener.accept().await.expect("a client");
            let requests = if connection == 0 && !close_unread { 2 } else { 1 };
            for number in 0..requests {
                let mut request = Vec::new();
                while !request.ends_with(b"}") {
                    let mut piece = vec![0; 4096];
                    let count = stream.read(&mut piece).await.expect("a request");
                    request.extend_from_slice(&piece[..count]);
                }
                record.lock().expect("not poisoned").push(format!("{connection}.{number}"));
                if number == 0 {
                    let reply = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"code\":0}";
                    stream.write_all(reply).await.expect("sent");
                }
            }
        }
    });
    (url, seen)
}

#[tokio::test]
async fn a_kept_connection_that_breaks_does_not_send_twice() {
    let (url, seen) = keeping(false).await;
    let client = builder(&url).build().expect("a client");
    called(&client, &CREATE).await.map_or_else(|error| panic!("{error}"), drop);
    let error = called(&client, &CREATE).await.expect_err("closed without an answer");
    assert_eq!(*error.kind(), ErrorKind::Transport);
    assert!(error.outcome_unknown());
    assert_eq!(*seen.lock().expect("not poisoned"), ["0.0", "0.1"], "not on a new connection");
}

#[tokio::test]
async fn a_kept_connection_that_was_closed_is_replaced() {
    let (url, seen) = keeping(true).await;
    let client = builder(&url).build().expect("a client");
    for _ in 0..3 {
        called(&client, &CREATE).await.expect("a reply");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(*seen.lock().expect("not poisoned"), ["0.0", "1.0", "2.0"]);
}

#[tokio::test]
async fn a_server_without_tls_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("https://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.expect("sent");
        }
    });
    let error = called(&builder(&url).build().expect("a client"), &CREATE).await.expect_err("no TLS");
    // Where the system has no root certificates, that is said first.
    assert!(matches!(error.kind(), ErrorKind::Connect | ErrorKind::Config), "{error:?}");
    assert!(!error.outcome_unknown());
}
