//! What reaches the server, and what comes back of a good reply.

use apispec_runtime::{CallOptions, Method, Response, Violation};
use serde_json::{Value, json};

use super::server::{Server, reply_with};
use super::support::{CREATE, GET, KEY, LIST, RENAME, client};

const OK: &str = r#"{"code":0,"data":{"id":"s-1"}}"#;

#[tokio::test]
async fn a_call_from_end_to_end() {
    let server = Server::replying(200, OK).await;
    let reply: Value = client(&server.url())
        .call(&RENAME)
        .path("session_id", "s-1")
        .query("lang", "EN")
        .query_opt("page", None::<u32>)
        .query_opt("size", Some(5))
        .query_each("tag", ["a", "b c"])
        .query_joined("ids", ["x", "y"])
        .query_joined("none", Vec::<String>::new())
        .fill_query("user_id", "user_id")
        .header("x-version", "2021-02-04")
        .json(&json!({"name": "Q3"}))
        .fill_body("user_id", "user_id")
        .send()
        .await
        .expect("a reply");
    assert_eq!(reply, json!({"id": "s-1"}));
    let seen = server.last();
    assert_eq!(seen.method, "PATCH");
    assert_eq!(seen.target, "/v2/team/sessions/s-1?lang=EN&size=5&tag=a&tag=b%20c&ids=x%2Cy&user_id=user-1");
    assert_eq!(seen.text(), r#"{"name":"Q3","user_id":"user-1"}"#);
    assert_eq!(seen.header("x-test-key"), Some(KEY));
    assert_eq!(seen.header("x-version"), Some("2021-02-04"));
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert!(seen.header("user-agent").is_some_and(|agent| agent.starts_with("apispec-runtime/")));
}

#[tokio::test]
async fn lists_travel_with_commas_and_the_client_fills_headers_in() {
    let server = Server::replying(200, OK).await;
    let call = || client(&server.url()).call(&GET).path_joined("session_id", [1, 2]).header_joined("x-ids", ["a", "b"]);
    call().header_joined("x-none", Vec::<String>::new()).fill_header("x-user", "user_id").send_unit().await.expect("a reply");
    let seen = server.last();
    assert_eq!(seen.target, "/v2/team/sessions/1%2C2");
    assert_eq!((seen.header("x-ids"), seen.header("x-none"), seen.header("x-user")), (Some("a,b"), None, Some("user-1")));
    call().header("x-user", "other").fill_header("x-user", "user_id").send_unit().await.expect("a reply");
    assert_eq!(server.last().header("x-user"), Some("other"));
    let error = call().header_joined("x-ids", ["a,b"]).send_unit().await.expect_err("two in one");
    assert_eq!(error.to_string(), "get_session: not sent: x-ids has an item with a comma, which the server would read as two");
}

#[tokio::test]
async fn path_values_arrive_intact() {
    let server = Server::replying(200, OK).await;
    for (value, path) in [
        ("a/b", "a%2Fb"),
        ("50%", "50%25"),
        ("a?b", "a%3Fb"),
        ("a b", "a%20b"),
        ("#1", "%231"),
        ("\u{4e2d}\u{6587}", "%E4%B8%AD%E6%96%87"),
        ("..a", "..a"),
        ("%2e%2e", "%252e%252e"),
        ("a\\b", "a%5Cb"),
        ("a\r\nb", "a%0D%0Ab"),
    ] {
        client(&server.url()).call(&GET).path("session_id", value).send_unit().await.expect(value);
        assert_eq!(server.last().target, format!("/v2/team/sessions/{path}"));
    }
    let sent = server.count();
    for (value, expected) in [
        ("", "get_session: not sent: session_id is empty"),
        (".", "get_session: not sent: session_id is `.` or `..`, which a URL cannot hold"),
        ("..", "get_session: not sent: session_id is `.` or `..`, which a URL cannot hold"),
    ] {
        let error = client(&server.url()).call(&GET).path("session_id", value).send_unit().await.expect_err(value);
        assert_eq!(error.to_string(), expected);
        assert!(!error.outcome_unknown());
    }
    let error = client(&server.url()).call(&GET).send_unit().await.expect_err("no id");
    assert_eq!(error.to_string(), "get_session: not sent: session_id is missing");
    assert_eq!(server.count(), sent, "nothing was sent");
}

#[tokio::test]
async fn the_first_mistake_is_told_and_nothing_is_sent() {
    let server = Server::replying(200, OK).await;
    let call = || client(&server.url()).call(&CREATE).json(&json!({}));
    let told = [
        call().check(Err(Violation::new("question", "is empty"))).check(Err(Violation::new("second", "too"))),
        call().header("x-a", "line\nend"),
        call().header("bad name", "x"),
        call().fill_query("team", "team_id"),
        call().query_joined("ids", ["a,b"]),
        call().json(&std::collections::BTreeMap::from([((1, 2), 3)])),
    ]
    .map(|call| async { call.send_unit().await.expect_err("a mistake").to_string() });
    let mut lines = Vec::new();
    for call in told {
        lines.push(call.await);
    }
    assert_eq!(
        lines,
        [
            "create_job: not sent: question is empty",
            "create_job: not sent: x-a contains a line end or another character that no header may hold",
            "create_job: not sent: a header has a name that no header can have",
            "create_job: not set up: there is no team_id: give it to the call or to the builder of the client",
            "create_job: not sent: ids has an item with a comma, which the server would read as two",
            "create_job: not sent: body cannot be written as JSON: key must be a string",
        ]
    );
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_call_overrides_the_client() {
    let server = Server::replying(200, OK).await;
    let call = client(&server.url()).call(&LIST).query("user_id", "other").fill_query("user_id", "user_id");
    call.send_unit().await.expect("a reply");
    assert_eq!(server.last().target, "/v2/team/sessions?user_id=other");
    let call = client(&server.url()).call(&CREATE).json(&json!({"user_id": "other"})).fill_body("user_id", "user_id");
    call.send_unit().await.expect("a reply");
    assert_eq!(server.last().text(), r#"{"user_id":"other"}"#);
    let call = client(&server.url()).call(&CREATE).form([("a", "1 2")]).fill_body("user_id", "user_id");
    call.send_unit().await.expect("a reply");
    assert_eq!(server.last().text(), "a=1%202&user_id=user-1");
    assert_eq!(server.last().header("content-type"), Some("application/x-www-form-urlencoded"));
}

#[tokio::test]
async fn options_of_one_call() {
    let server = Server::replying(200, OK).await;
    let mut options = CallOptions::default();
    options.add_header("x-external-trace", "t-1");
    options.add_header("x-test-key", "not this one");
    options.add_query("beta", "1&2");
    client(&server.url()).call(&LIST).options(options).send_unit().await.expect("a reply");
    assert_eq!(server.last().target, "/v2/team/sessions?beta=1%262");
    assert_eq!(server.last().header("x-external-trace"), Some("t-1"));
    assert_eq!(server.last().header("x-test-key"), Some(KEY), "the client's key counts");
}

#[tokio::test]
async fn the_reply_with_everything_around_it() {
    let body = r#"{"data":{"id":"s-1","new":true},"code":0}"#;
    let server = Server::start(move |_, _| reply_with(201, &[("x-trace-id", "t-1"), ("x-more", "m")], body)).await;
    let reply: Response<Value> = client(&server.url()).call(&LIST).send_raw().await.expect("a reply");
    assert_eq!((reply.status(), reply.trace_id()), (201, Some("t-1")));
    assert_eq!(reply.headers()["x-more"], "m");
    assert_eq!(reply.raw(), body);
    assert_eq!(reply.value()["id"], "s-1");
    assert!(!format!("{reply:?}").contains("x-more"));
    assert!(reply.map(|value| value["new"] == true).into_value());
}

#[tokio::test]
async fn replies_that_say_nothing() {
    for body in
        [r#"{"code":0}"#, r#"{"code":0,"data":null}"#, r#"{"code":0,"data":{}}"#, r#"{"code":0,"data":"done"}"#, r#"{"code":{"code":0}}"#]
    {
        let server = Server::replying(200, body).await;
        client(&server.url()).call(&CREATE).json(&json!({})).send_unit().await.expect(body);
    }
    let server = Server::replying(200, r#"{"code":0}"#).await;
    let nothing: Option<Value> = client(&server.url()).call(&LIST).send().await.expect("a reply");
    assert_eq!(nothing, None);
}

#[tokio::test]
async fn requests_the_client_has_no_method_for() {
    let server = Server::replying(200, OK).await;
    let reply: Value = client(&server.url()).request(Method::Get, "/v2/team/beta%2Fx").query("limit", 5).send().await.expect("a reply");
    assert_eq!(reply["id"], "s-1");
    assert_eq!(server.last().target, "/v2/team/beta%2Fx?limit=5");
    assert_eq!(server.last().header("x-test-key"), Some(KEY));
    for path in ["beta", "@evil.example.com/", ":80@evil.example.com", ".evil.example.com"] {
        let error = client(&server.url()).request(Method::Get, path).send_unit().await.expect_err(path);
        assert!(error.to_string().ends_with("not sent: the path must begin with a slash"), "{error}");
    }
    assert_eq!(server.count(), 1);
}

#[test]
fn calls_travel_between_threads() {
    fn travels<T: Send>(_: &T) {}
    let client = client("http://127.0.0.1:1");
    travels(&client);
    travels(&client.call(&LIST).send::<Value>());
    travels(&client.call(&LIST).open_stream("stream"));
    let size = size_of_val(&client.call(&LIST).send::<Value>());
    assert!(size < 2048, "a future of {size} bytes");
}
