//! Each of the timeouts, and which of them is said to have ended the call.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use apispec_runtime::{Api, AuthScheme, Client, ClientBuilder, ErrorKind, RetryPolicy, Timeout, Timeouts};
use serde_json::json;

use super::server::{Server, Step, Steps, head, reply};
use super::support::{CREATE, LIST, Quick, builder};

const SHORT: Duration = Duration::from_millis(300);
const NEVER: Option<Duration> = None;

fn none() -> Timeouts {
    Timeouts::default().connect(NEVER).first_byte(NEVER).attempt(NEVER).total(NEVER).idle(NEVER)
}

/// A reply that begins at once and then takes its time.
fn slow() -> Steps {
    let mut steps = vec![Step::Send(head(200, &[("content-type", "application/json")]))];
    steps.extend((0..200).flat_map(|_| [Step::Send(b" ".to_vec()), Step::Wait(SHORT / 10)]));
    steps
}

#[tokio::test]
async fn the_one_that_ended_the_call_is_named() {
    for (times, steps, expected, line) in [
        (none().first_byte(SHORT), vec![Step::Hang], Timeout::FirstByte, "timed out (waiting for the first byte): no reply within 300ms"),
        (none().attempt(SHORT), vec![Step::Hang], Timeout::Attempt, "timed out (one attempt): no complete reply within 300ms"),
        (none().attempt(SHORT), slow(), Timeout::Attempt, "timed out (one attempt): no complete reply within 300ms"),
        (none().total(SHORT), slow(), Timeout::Total, "timed out (the whole call): no complete reply within 300ms"),
        (none().total(SHORT).attempt(SHORT * 9), slow(), Timeout::Total, "timed out (the whole call): no complete reply within 300ms"),
        (
            none().idle(SHORT),
            vec![slow().swap_remove(0), Step::Hang],
            Timeout::Idle,
            "timed out (a silent reply): nothing came for 300ms in the middle of the reply",
        ),
    ] {
        let server = Server::start(move |_, _| steps.clone()).await;
        let client = builder(&server.url()).timeouts(times).retry(RetryPolicy::off()).build().expect("a client");
        let error = client.call(&LIST).send_unit().await.expect_err(line);
        assert_eq!(*error.kind(), ErrorKind::Timeout(expected));
        assert_eq!(error.to_string(), format!("list_sessions: {line}"));
        assert!(error.is_timeout() && error.outcome_unknown());
    }
}

#[tokio::test]
async fn connecting_has_its_own() {
    // A listener whose queue is full does not answer, so connecting hangs.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let mut queue = Vec::new();
    loop {
        match std::net::TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
            Ok(stream) if queue.len() < 5000 => queue.push(stream),
            // A system that lets everybody wait in line cannot show this.
            Ok(_) => return,
            Err(_) => break,
        }
    }
    let client = builder(&format!("http://{address}")).timeouts(none().connect(SHORT)).retry(RetryPolicy::off()).build().expect("a client");
    let error = client.call(&CREATE).json(&json!({})).send_unit().await.expect_err("no answer");
    assert_eq!(*error.kind(), ErrorKind::Timeout(Timeout::Connect));
    assert!(!error.outcome_unknown());
    assert_eq!(error.to_string(), "create_job: timed out (connecting): 127.0.0.1 did not answer within 300ms");
}

#[tokio::test]
async fn the_total_covers_all_attempts() {
    let server = Server::start(|_, _| vec![Step::Hang]).await;
    let times = none().attempt(SHORT).total(SHORT * 2);
    let client = builder(&server.url()).timeouts(times).retry(RetryPolicy::default().retries(9)).clock(Arc::new(Quick::default()));
    let started = Instant::now();
    let error = client.build().expect("a client").call(&LIST).send_unit().await.expect_err("hangs");
    assert!(started.elapsed() < SHORT * 20, "{:?}", started.elapsed());
    assert!(matches!(error.kind(), ErrorKind::Timeout(Timeout::Total | Timeout::Attempt)));
    assert!((2..=3).contains(&server.count()), "{}", server.count());
}

#[tokio::test]
async fn a_call_has_its_own_time() {
    let server = Server::start(|_, _| vec![Step::Hang]).await;
    let client = builder(&server.url()).build().expect("a client");
    let error = client.call(&LIST).timeout(SHORT).send_unit().await.expect_err("hangs");
    assert_eq!(*error.kind(), ErrorKind::Timeout(Timeout::Total));
    let error = client.call(&CREATE).json(&json!({})).timeout(SHORT).open_stream("stream").await.expect_err("hangs");
    assert_eq!(*error.kind(), ErrorKind::Timeout(Timeout::Total));
}

#[tokio::test]
async fn the_rate_limit_is_shared_by_clones_and_off_by_default() {
    let server = Server::start(|_, _| reply(200, "application/json", r#"{"code":0}"#)).await;
    let clock = Arc::new(Quick::default());
    let client = builder(&server.url()).clock(Arc::clone(&clock) as _).build().expect("a client");
    for _ in 0..30 {
        client.call(&LIST).send_unit().await.expect("a reply");
    }
    assert_eq!(clock.waits().len(), 0);
    let client = builder(&server.url()).clock(Arc::clone(&clock) as _).rate_limit(2.0).build().expect("a client");
    for _ in 0..3 {
        client.clone().call(&LIST).send_unit().await.expect("a reply");
    }
    assert_eq!(clock.waits().len(), 1, "two at once, and the third waits");
    let error = client.call(&LIST).timeout(Duration::from_millis(1)).send_unit().await.expect_err("no time");
    assert_eq!(*error.kind(), ErrorKind::Timeout(Timeout::Queue));
    assert!(!error.outcome_unknown());
    builder(&server.url()).published_rate_limit().build().expect("the API has one");
}

#[tokio::test]
async fn an_operation_may_have_a_rate_limit_of_its_own() {
    static LIMITED: Api = Api::new("limited", AuthScheme::None).operation_rates(&[("list_sessions", 1.0)]);
    let server = Server::start(|_, _| reply(200, "application/json", "{}")).await;
    let clock = Arc::new(Quick::default());
    let build = |builder: ClientBuilder| builder.base_url(server.url()).clock(Arc::clone(&clock) as _).build().expect("a client");
    let unlimited = build(Client::builder(&LIMITED));
    let limited = build(Client::builder(&LIMITED).published_rate_limit());
    for client in [&unlimited, &unlimited, &limited] {
        client.call(&LIST).send_unit().await.expect("a reply");
    }
    limited.call(&CREATE).json(&json!({})).send_unit().await.expect("a reply");
    assert_eq!(clock.waits().len(), 0);
    limited.clone().call(&LIST).send_unit().await.expect("a reply");
    assert_eq!(clock.waits().len(), 1, "one in a second");
}
