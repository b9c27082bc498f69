//! What a caller may ask for and no request can carry, and times that no clock can hold.

use std::time::Duration;

use apispec_runtime::{Api, AuthScheme, Client, ErrorKind, Method, RetryPolicy, SecretText, Timeouts};
use serde_json::json;

use super::server::{Server, Step, head, reply};
use super::support::{CREATE, GET, LIST, builder, client};

#[tokio::test]
async fn the_longest_times_mean_for_ever() {
    let server = Server::start(|_, seen| {
        let kind = if seen.method == "POST" { "text/event-stream" } else { "application/json" };
        let wait = Step::Wait(Duration::from_millis(20));
        vec![wait.clone(), Step::Send(head(200, &[("content-type", kind)])), wait, Step::Send(br#"{"code":0,"data":7}"#.to_vec())]
    })
    .await;
    let longest = Duration::MAX;
    let times = Timeouts::default().connect(longest).first_byte(longest).attempt(longest).total(longest).idle(longest);
    let client = builder(&server.url()).timeouts(times).build().expect("a client");
    assert_eq!(client.call(&LIST).timeout(longest).send::<u8>().await.expect("a reply"), 7);
    assert_eq!(client.call(&LIST).download().await.expect("a download").bytes(100).await.expect("all of it").len(), 19);
    let mut stream = client.call(&CREATE).json(&json!({})).open_stream("stream").await.expect("a stream");
    let piece = std::future::poll_fn(|context| apispec_runtime::Stream::poll_next(std::pin::Pin::new(&mut stream), context)).await;
    assert_eq!(piece.expect("a piece").expect("a piece").len(), 19);
}

#[tokio::test]
async fn headers_that_frame_the_request_are_refused() {
    let server = Server::replying(200, r#"{"code":0}"#).await;
    for name in ["Content-Length", "transfer-encoding", "HOST", "Connection", "te", "Upgrade"] {
        let error = client(&server.url()).call(&LIST).header(name, "1").send_unit().await.expect_err(name);
        assert_eq!(*error.kind(), ErrorKind::InvalidRequest { field: name.to_lowercase() });
        assert!(!error.outcome_unknown());
    }
    let call = (0..40_000).fold(client(&server.url()).call(&LIST), |call, number| call.header(&format!("x-{number}"), "1"));
    let error = call.send_unit().await.expect_err("too many");
    assert_eq!(error.to_string(), "list_sessions: not sent: the headers are more than a request can carry");
    assert_eq!(server.count(), 0);
}

/// The status is all that such an API says.
#[tokio::test]
async fn an_api_without_an_envelope_says_by_its_status_that_it_was_too_fast() {
    static BARE: Api = Api::new("bare", AuthScheme::None);
    let server = Server::start(|_, _| reply(429, "text/plain", "slow")).await;
    let client = Client::builder(&BARE).base_url(server.url()).retry(RetryPolicy::default().base(Duration::from_millis(1)));
    let error = client.build().expect("a client").call(&CREATE).json(&json!({})).send_unit().await.expect_err("too fast");
    assert!(error.is_rate_limited() && server.count() == 3, "{error}");
}

#[tokio::test]
async fn what_another_server_repeats_of_a_link_is_not_shown() {
    let server = Server::start(|number, seen| {
        let status = if number > 2 { 200 } else { 403 };
        reply(status, &format!("text/{}", seen.target.replace(['/', '?', '='], "-")), &format!(r#"{{"{}":"x"}}"#, seen.target))
    })
    .await;
    let client = builder(&server.url()).retry(RetryPolicy::off()).build().expect("a client");
    let link = SecretText::from(format!("{}/f?sig=canary", server.url()));
    let call = |method| client.external("get_file", method, &link);
    let errors = [
        call(Method::Get).download().await.expect_err("refused"),
        call(Method::Put).send_unit().await.expect_err("refused"),
        call(Method::Put).json(&json!({})).open_stream("stream").await.expect_err("refused"),
        call(Method::Put).json(&json!({})).open_stream("stream").await.expect_err("no stream"),
        call(Method::Get).send::<std::collections::BTreeMap<String, u8>>().await.expect_err("unreadable"),
    ];
    for error in errors {
        assert!(!format!("{error} {error:?} {} {:?}", error.message(), error.kind()).contains("canary"), "{error:?}");
        assert!(error.http_status().is_some() && error.operation() == "get_file", "{error:?}");
    }
}

#[tokio::test]
async fn paths_arrive_as_they_are_or_not_at_all() {
    let server = Server::replying(200, r#"{"code":0}"#).await;
    let client = client(&server.url());
    for path in ["/v2/a\nINJECTED?token=canary", "/a#frag", "/a b", "/a\\b", "/a\u{85}b", "/a\t"] {
        let error = client.request(Method::Get, path).query("q", 1).send_unit().await.expect_err(path);
        assert_eq!(*error.kind(), ErrorKind::InvalidRequest { field: "the path".to_owned() });
        assert!(!error.to_string().contains('\n') && !format!("{error} {error:?}").contains("canary"), "{error}");
    }
    let error = client.request(Method::Get, "v2?token=canary").send_unit().await.expect_err("no slash");
    assert_eq!(error.operation(), "GET v2");
    let link = SecretText::from(format!("{}/a?x=1#frag", server.url()));
    client.external("get_file", Method::Get, &link).query("q", 1).send_unit().await.expect("a reply");
    assert_eq!((server.last().target.as_str(), server.count()), ("/a?x=1&q=1", 1));
}

#[tokio::test]
async fn an_address_has_an_end() {
    let server = Server::replying(200, r#"{"code":0}"#).await;
    let call = client(&server.url()).call(&GET).path("session_id", "x".repeat(100_000));
    let error = call.send_unit().await.expect_err("too long");
    assert_eq!(error.to_string(), "get_session: not sent: the address is longer than 16384 bytes, which no server would read");
    assert_eq!((error.kind(), server.count()), (&ErrorKind::InvalidRequest { field: "the address".to_owned() }, 0));
}
