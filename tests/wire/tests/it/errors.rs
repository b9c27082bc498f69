//! The vendor's words reach the user, whole and in one line.

use powerdrill_client::{Code, v2};

use wire::server::{Server, reply, reply_with};
use wire::show;
use wire::support::{JSON, page, v1_client, v2_client};

/// What a user sees if every request is answered with this.
async fn told(steps: wire::server::Steps) -> (String, powerdrill_client::Error) {
    let server = Server::start(move |_, _| steps.clone()).await;
    let error = v2_client(&server.url()).jobs().create("session-1", "Which region grew?").send().await.expect_err("a failure");
    let line = show::error(&error);
    assert!(!line.contains('\n'), "{line:?}");
    (line, error)
}

#[tokio::test]
async fn a_refusal_says_why() {
    let body = r#"{"code":300001,"msg":"Invalid request: 'session_id' must not be empty; 'question' is too long"}"#;
    let (line, error) = told(reply_with(400, &[("content-type", JSON), ("x-pd-trace-id", "trace-1")], body)).await;
    insta::assert_snapshot!(line, @"create_job: refused, code 300001 invalid_parameters (HTTP 400, trace trace-1): Invalid request: 'session_id' must not be empty; 'question' is too long");
    assert_eq!(error.code(), Some(Code::Number(300_001)));
    assert_eq!(error.message(), "Invalid request: 'session_id' must not be empty; 'question' is too long");
    assert_eq!((error.http_status(), error.trace_id()), (Some(400), Some("trace-1")));
}

#[tokio::test]
async fn a_refusal_in_200_is_one() {
    let (line, error) = told(reply(200, JSON, r#"{"code":210021,"msg":"Job quota exceeded","data":null}"#)).await;
    insta::assert_snapshot!(line, @"create_job: refused, code 210021 job_quota_exceeded (HTTP 200): Job quota exceeded");
    assert_eq!(error.code(), Some(v2::codes::JOB_QUOTA_EXCEEDED));
    assert!(error.is_quota() && !error.is_retryable());
}

#[tokio::test]
async fn a_reason_of_several_lines_is_one_line() {
    let (line, error) = told(reply(400, JSON, r#"{"code":300001,"msg":"first\nsecond\tthird\u001b[31m"}"#)).await;
    insta::assert_snapshot!(line, @r"create_job: refused, code 300001 invalid_parameters (HTTP 400): first\nsecond\tthird\u{1b}[31m");
    assert_eq!(error.message(), "first\nsecond\tthird\u{1b}[31m", "the text itself is kept");
}

#[tokio::test]
async fn a_refusal_without_words_is_clear() {
    let (line, _) = told(reply(400, JSON, r#"{"code":300001}"#)).await;
    insta::assert_snapshot!(line, @"create_job: refused, code 300001 invalid_parameters (HTTP 400): no reason given");
    let (line, _) = told(reply(400, JSON, r#"{"code":424242,"msg":null}"#)).await;
    insta::assert_snapshot!(line, @"create_job: refused, code 424242 (HTTP 400): no reason given");
}

#[tokio::test]
async fn what_a_proxy_says_is_told_as_such() {
    let (line, _) = told(page(502)).await;
    insta::assert_snapshot!(line, @r"create_job: answered by something other than the API (HTTP 502, text/html): <html>\n<head><title>502 Bad Gateway</title></head>\n<body>nginx</body>\n</html>");
    let (line, _) = told(reply(502, "text/html", "")).await;
    insta::assert_snapshot!(line, @"create_job: answered by something other than the API (HTTP 502, text/html): an empty body");
    let (line, _) = told(reply_with(502, &[], "")).await;
    insta::assert_snapshot!(line, @"create_job: answered by something other than the API (HTTP 502): an empty body");
    let (line, _) = told(reply(200, "text/html", "<html><title>Sign in to the network</title></html>")).await;
    insta::assert_snapshot!(line, @"create_job: answered by something other than the API (HTTP 200, text/html): <html><title>Sign in to the network</title></html>");
}

#[tokio::test]
async fn a_long_reason_is_cut() {
    let body = format!(r#"{{"code":300001,"msg":"{}"}}"#, "long ".repeat(200));
    let (line, error) = told(reply(400, JSON, &body)).await;
    assert!(line.chars().count() < 320, "{line}");
    assert_eq!(error.message().len(), 1000, "the text itself is kept");
}

#[tokio::test]
async fn an_unreadable_reply_names_the_place() {
    let (line, _) =
        told(reply(200, JSON, r#"{"code":0,"data":{"job_id":"job-1","blocks":[{"type":"TABLE","content":{"name":7}}]}}"#)).await;
    insta::assert_snapshot!(line, @"create_job: unreadable reply at blocks[0].content.name (HTTP 200): invalid type: integer, expected a string");
    let (line, _) = told(reply(200, JSON, r#"{"code":0}"#)).await;
    insta::assert_snapshot!(line, @"create_job: unreadable reply (HTTP 200): the reply has no data");
}

#[tokio::test]
async fn the_personal_api_says_it_the_same_way() {
    let server = Server::replying(400, r#"{"code":211001,"msg":"The session limit has been reached."}"#).await;
    let error = v1_client(&server.url()).sessions().get("session-1").send().await.expect_err("a refusal");
    insta::assert_snapshot!(show::error(&error), @"get_session: refused, code 211001 session_limit_reached (HTTP 400): The session limit has been reached.");
}
