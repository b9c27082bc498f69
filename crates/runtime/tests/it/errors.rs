//! Each failure as the one line that a person reads, and what a program can ask about it.

use std::error::Error as _;

use apispec_runtime::{Code, CodeKind, Delivery, Error, ErrorKind, RetryPolicy};
use serde_json::json;

use super::server::{Server, Steps, reply, reply_with};
use super::support::{CREATE, builder};

async fn failed(steps: Steps) -> Error {
    let server = Server::start(move |_, _| steps.clone()).await;
    let client = builder(&server.url()).retry(RetryPolicy::off()).build().expect("a client");
    let error = client.call(&CREATE).json(&json!({})).send::<Vec<u32>>().await.expect_err("a failure");
    assert!(!error.to_string().contains('\n'), "{error}");
    assert!(error.to_string().chars().count() < 400, "{error}");
    error
}

const JSON: &str = "application/json";

#[tokio::test]
async fn lines() {
    let traced = &[("content-type", JSON), ("x-trace-id", "6f1c")][..];
    let details = r#"{"code":300001,"msg":"question: must not be empty; session_id: is unknown"}"#;
    let html = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>";
    for (steps, expected) in [
        (
            reply_with(400, traced, r#"{"code":210021,"msg":"Job quota exceeded"}"#),
            "create_job: refused, code 210021 job_quota_exceeded (HTTP 400, trace 6f1c): Job quota exceeded",
        ),
        (
            reply(400, JSON, details),
            "create_job: refused, code 300001 bad_request (HTTP 400): question: must not be empty; session_id: is unknown",
        ),
        (reply(200, JSON, r#"{"code":300003,"message":"gone"}"#), "create_job: refused, code 300003 not_found (HTTP 200): gone"),
        (reply(403, JSON, r#"{"code":"1003","msg":"key"}"#), "create_job: refused, code 1003 bad_key (HTTP 403): key"),
        (reply(400, JSON, r#"{"code":7,"msg":"odd","request_id":"r-1"}"#), "create_job: refused, code 7 (HTTP 400, trace r-1): odd"),
        (reply(400, JSON, r#"{"code":7,"msg":null}"#), "create_job: refused, code 7 (HTTP 400): no reason given"),
        (
            reply(400, JSON, r#"{"code":7,"msg":"two\nlines\u001b[31m \u202eturned"}"#),
            "create_job: refused, code 7 (HTTP 400): two\\nlines\\u{1b}[31m \\u{202e}turned",
        ),
        (
            reply(502, "text/html", html),
            "create_job: answered by something other than the API (HTTP 502, text/html): \
             <html>\\r\\n<head><title>502 Bad Gateway</title></head>\\r\\n<body>nginx</body>\\r\\n</html>",
        ),
        (reply_with(502, &[], ""), "create_job: answered by something other than the API (HTTP 502): an empty body"),
        (
            reply(200, JSON, r#"{"data":[1]}"#),
            "create_job: answered by something other than the API (HTTP 200, application/json): {\"data\":[1]}",
        ),
        (
            reply_with(200, traced, r#"{"code":0,"data":[1,"canary"]}"#),
            "create_job: unreadable reply at [1] (HTTP 200, trace 6f1c): invalid type: string, expected u32",
        ),
        (reply(200, JSON, r#"{"code":0}"#), "create_job: unreadable reply (HTTP 200): the reply has no data"),
        (
            reply_with(307, &[("location", "https://other.example.com/x?token=canary")], ""),
            "create_job: redirected to other.example.com, which was not followed (HTTP 307): the key and the request are for the first server only",
        ),
    ] {
        assert_eq!(failed(steps).await.to_string(), expected);
    }
}

#[tokio::test]
async fn long_texts_are_cut_in_the_line_and_kept_in_the_message() {
    let long = "\u{4e2d}".repeat(1000);
    let error = failed(reply(400, JSON, &json!({"code": 7, "msg": long}).to_string())).await;
    assert_eq!(error.message(), long);
    assert_eq!(error.to_string().matches('\u{4e2d}').count(), 200);
    let error = failed(reply(500, "text/html", &"x".repeat(100_000))).await;
    assert_eq!(error.message().len(), 200);
}

#[tokio::test]
async fn what_a_failed_main_prints_is_the_line() {
    let error = failed(reply(400, JSON, r#"{"code":210021,"msg":"Job quota exceeded"}"#)).await;
    assert_eq!(format!("{error:?}"), "create_job: refused, code 210021 job_quota_exceeded (HTTP 400): Job quota exceeded");
    let facts = format!("{error:#?}");
    assert!(facts.starts_with("Error {\n    kind: Api,\n    operation: \"create_job\",\n"), "{facts}");
}

#[tokio::test]
async fn what_a_program_can_ask() {
    const QUOTA: Code<'static> = Code::Number(210021);
    let error = failed(reply(429, JSON, r#"{"code":"210021","msg":"x"}"#)).await;
    assert!(matches!(error.code(), Some(QUOTA)), "a number that came as text is the number of the table");
    assert_eq!((error.code_kind(), error.code_name()), (Some(CodeKind::Quota), Some("job_quota_exceeded")));
    assert!(error.is_quota() && !error.is_rate_limited() && !error.is_retryable(), "the code decides, not the status");
    assert_eq!((error.http_status(), error.delivery()), (Some(429), Delivery::Answered));

    let error = failed(reply(503, JSON, r#"{"code":"Busy.Now","msg":"x"}"#)).await;
    assert_eq!(error.code(), Some(Code::Text("Busy.Now")));
    assert!(error.is_retryable() && error.outcome_unknown());

    let error = failed(reply(200, JSON, r#"{"code":300003,"msg":"x"}"#)).await;
    assert!(error.is_not_found() && !error.outcome_unknown() && !error.is_retryable());
    let error = failed(reply(403, JSON, r#"{"code":1003,"msg":"x"}"#)).await;
    assert!(error.is_auth() && !error.is_not_found());
    for (status, auth, gone, fast) in
        [(401, true, false, false), (403, true, false, false), (404, false, true, false), (429, false, false, true)]
    {
        let error = failed(reply(status, "text/html", "<html>")).await;
        assert_eq!((error.is_auth(), error.is_not_found(), error.is_rate_limited()), (auth, gone, fast), "{status}");
    }
}

#[tokio::test]
async fn causes_are_kept() {
    let error = failed(Vec::new()).await;
    assert_eq!(*error.kind(), ErrorKind::Transport);
    assert!(error.source().is_some());
    assert!(!error.message().is_empty());
}

#[test]
fn errors_are_small_and_travel() {
    fn travels<T: Send + Sync + 'static>() {}
    travels::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}
