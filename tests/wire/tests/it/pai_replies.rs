//! Replies of PAI that are odd or hostile: every form in which a refusal may come, waits that servers ask for, and jobs whose members are
//! not what they should be.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use apispec_runtime::{BoxFuture, Clock};
use pai_datasets::dataset_job_configs::{Config, IntelligentTagConfig};
use pai_datasets::dataset_jobs::{DatasetJob, FileMetaBuildSpec, JobSpec, JobStatus};
use pai_datasets::{Client, Code, CodeKind, ErrorKind, Method, codes};
use serde_json::{Value, json};

use wire::server::{Server, Steps, reply, reply_with};
use wire::show;
use wire::support::{CANARY, JSON, pai_client};

async fn answering(steps: Steps) -> (Server, Client) {
    let server = Server::start(move |_, _| steps.clone()).await;
    let client = pai_client(&server.url());
    (server, client)
}

/// Creates a job, and says what came of it and how often it was tried.
async fn create(steps: Steps) -> (pai_datasets::Error, usize) {
    let (server, client) = answering(steps).await;
    let error = client.dataset_jobs().create("dataset-1", "100001", FileMetaBuildSpec::new()).send().await.expect_err("no job");
    show::error(&error);
    (error, server.count())
}

#[tokio::test]
async fn codes_come_as_numbers_as_texts_and_not_at_all() {
    for (body, code, kind) in [
        (r#"{"Code":201300003,"Message":"gone","RequestId":"r-1"}"#, Some(codes::DATASET_NOT_FOUND), Some(CodeKind::NotFound)),
        (r#"{"code":"201300003","message":"gone","requestId":"r-1"}"#, Some(codes::DATASET_NOT_FOUND), Some(CodeKind::NotFound)),
        (r#"{"Code":"Odd.Code","Message":"gone","RequestId":"r-1","AccessDeniedDetail":"none"}"#, Some(Code::Text("Odd.Code")), None),
        (
            r#"{"Code":"Throttling.Unheard","Message":"gone","RequestId":"r-1"}"#,
            Some(Code::Text("Throttling.Unheard")),
            Some(CodeKind::RateLimited),
        ),
        (
            r#"{"Code":"InvalidSecurityToken.Malformed","Message":"gone","RequestId":"r-1"}"#,
            Some(Code::Text("InvalidSecurityToken.Malformed")),
            Some(CodeKind::Authentication),
        ),
        (r#"{"Code":null,"Message":"gone","RequestId":"r-1"}"#, None, None),
        (r#"{"Message":"gone","RequestId":"r-1"}"#, None, None),
    ] {
        let (error, sent) = create(reply(400, JSON, body)).await;
        assert_eq!((error.kind(), error.code(), error.code_kind()), (&ErrorKind::Api, code, kind), "{body}");
        assert_eq!((error.trace_id(), error.message(), error.outcome_unknown()), (Some("r-1"), "gone", false), "{body}");
        assert_eq!(sent, if kind == Some(CodeKind::RateLimited) { 3 } else { 1 }, "{body}");
    }
}

#[tokio::test]
async fn a_refusal_in_200_is_no_job() {
    let body = r#"{"RequestId":"r-1","Code":"Forbidden.RAM","Message":"You are not authorized."}"#;
    let (error, _) = create(reply(200, JSON, body)).await;
    assert_eq!((error.kind(), error.code(), error.trace_id()), (&ErrorKind::Api, Some(codes::FORBIDDEN_BY_RAM), Some("r-1")));
    assert!(error.is_auth() && !error.outcome_unknown(), "{error}");
    let (error, _) = create(reply(200, "text/html", "<html>Sign in</html>")).await;
    assert!(matches!(error.kind(), ErrorKind::Decode { .. }) && error.outcome_unknown(), "{error}");
}

#[tokio::test]
async fn the_header_of_throttling_is_enough() {
    let refusal = r#"{"Code":"Flow.Unheard","Message":"slow down","RequestId":"r-1"}"#;
    let with = |status, header: &str, body: &str| reply_with(status, &[("content-type", JSON), ("x-acs-retry-after", header)], body);
    let (error, sent) = create(with(400, "250", refusal)).await;
    assert!(error.is_rate_limited() && error.is_retryable() && !error.outcome_unknown(), "{error}");
    assert_eq!((sent, error.retry_after()), (3, Some(Duration::from_millis(250))));
    for header in ["0", "-250", "soon", "99999999999999999999"] {
        let (error, sent) = create(with(400, header, refusal)).await;
        assert!(!error.is_rate_limited() && error.retry_after().is_none(), "{header}: {error}");
        assert_eq!(sent, 1, "{header}");
    }
    // A failing server may have made the job, whatever else it says; and a code that is known means what it means.
    let (error, sent) = create(with(500, "250", refusal)).await;
    assert!(error.outcome_unknown() && sent == 1, "{error}");
    let known = r#"{"Code":"InvalidParameter","Message":"wrong","RequestId":"r-1"}"#;
    let (error, sent) = create(with(400, "250", known)).await;
    assert!(!error.is_rate_limited() && sent == 1, "{error}");
}

/// Notes how long it was to wait.
#[derive(Clone, Default)]
struct Noting(Arc<Mutex<Vec<Duration>>>);

impl Clock for Noting {
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.0.lock().expect("not poisoned").push(time);
        Box::pin(async {})
    }
}

#[tokio::test]
async fn waits_are_in_milliseconds_and_signed_anew() {
    let body = r#"{"Code":"Throttling.User","Message":"slow down","RequestId":"r-1"}"#;
    // Half of half a second is added, so that not all come back in one moment.
    for (header, expected) in [("1500", vec![1750, 1750]), ("9223372036854775808", vec![]), ("0", vec![250, 500])] {
        let server = Server::start(move |_, _| reply_with(400, &[("content-type", JSON), ("x-acs-retry-after", header)], body)).await;
        let noting = Noting::default();
        let builder = Client::builder().access_key("access-key-1", "secret-1").base_url(server.url());
        let builder = builder.with(|builder| builder.clock(Arc::new(noting.clone())).random(Arc::new(wire::support::Half)));
        let error = builder.build().expect("a client").dataset_jobs().get("dataset-1", "job-1").send().await.expect_err("a refusal");
        assert!(error.is_rate_limited(), "{error}");
        let waits: Vec<u128> = noting.0.lock().expect("not poisoned").iter().map(Duration::as_millis).collect();
        assert_eq!(waits, expected, "{header}");
        let seen = server.seen();
        assert!(seen.iter().all(|seen| seen.header("authorization").is_some()) && seen.len() == waits.len() + 1);
    }
}

async fn job(members: Value) -> DatasetJob {
    let (_server, client) = answering(reply(200, JSON, &members.to_string())).await;
    client.dataset_jobs().get("dataset-1", "job-1").send().await.expect("a job")
}

#[tokio::test]
async fn whatever_a_job_says_can_be_read() {
    let read = job(json!({"Status": "Rebalancing", "JobAction": "Later", "JobSpec": "{}", "Logs": null, "TotalFileCount": 12})).await;
    assert!(read.status.as_ref().is_some_and(|status| !status.is_final() && status.as_str() == "Rebalancing"));
    assert_eq!((read.logs.as_ref(), read.total_file_count), (None, Some(12)));
    assert!(matches!(read.read_job_spec().expect("a text"), Some(JobSpec::Text(_))));

    let empty = job(json!({"Status": "", "JobAction": "", "JobSpec": "", "CreateTime": "", "FinishTime": ""})).await;
    assert!(!empty.status.as_ref().is_some_and(JobStatus::is_final));
    assert_eq!(job(json!({})).await, DatasetJob::default());

    let deep = format!("{}{}", r#"{"query":"#.repeat(100_000), "}".repeat(100_000));
    let large = format!(r#"{{"contentList":["{}"]}}"#, "x".repeat(4 << 20));
    for text in ["", "no JSON", r#"{\"modelId\":\"xxx\"}"#, "[]", "null", "7", r#"{"contentList":7}"#, &deep] {
        let read = job(json!({"JobAction": "SemanticIndex", "JobSpec": text})).await;
        assert_eq!(read.job_spec, Some(JobSpec::Text(text.to_owned())));
        let error = read.read_job_spec().expect_err(text.get(..20).unwrap_or(text));
        assert!(matches!(error.kind(), ErrorKind::Decode { .. }) && error.to_string().len() < 400, "{error}");
    }
    let read = job(json!({"JobAction": "SemanticIndex", "JobSpec": large})).await;
    let Some(JobSpec::SemanticIndex(spec)) = read.read_job_spec().expect("JSON") else { panic!("another type") };
    assert_eq!(spec.content_list[0].len(), 4 << 20);
}

/// A server that repeats what it was sent, in each place that an error shows.
#[tokio::test]
async fn a_secret_of_the_body_that_comes_back_is_not_shown() {
    let echo = Server::start(|number, seen| {
        let (text, told) = (seen.text(), json!(seen.text()).to_string());
        match number {
            0 => reply(400, JSON, &format!(r#"{{"Code":{told},"Message":{told},"RequestId":{told}}}"#)),
            1 => reply(400, JSON, text),
            2 => reply(502, "text/html", text),
            3 => reply(502, "text/html", text.split("-pass").next().unwrap_or_default()),
            _ => reply(400, JSON, &json!({"Code": "InvalidParameter", "Message": text.replace('\\', "")}).to_string()),
        }
    })
    .await;
    let client = pai_client(&echo.url());
    let secret = format!("{CANARY}-password");
    for number in 0..5 {
        let config = Config::from(IntelligentTagConfig::new().api_key(secret.as_str()));
        let call = client.dataset_job_configs().create("dataset-1", "100001", config);
        show::value("a call", &call);
        let error = call.send().await.expect_err("a refusal");
        assert!(!format!("{error} {error:?} {error:#?} {}", error.message()).contains(CANARY), "{number}: {error:#?}");
        show::error(&error);
    }
    assert!(echo.seen().iter().all(|seen| seen.text().contains(&secret)), "it was sent");
}

#[tokio::test]
async fn a_base_url_may_have_a_path() {
    let (server, _) = answering(reply(200, JSON, "{}")).await;
    for (base, target) in [
        ("/gateway", "/gateway/api/v1/datasets/d/datasetjobs/j"),
        ("/gateway/", "/gateway/api/v1/datasets/d/datasetjobs/j"),
        ("/a%20b/api/v1/datasets/", "/a%20b/api/v1/datasets/d/datasetjobs/j"),
        ("/api/v1/datasets", "/api/v1/datasets/d/datasetjobs/j"),
    ] {
        let client = pai_client(&format!("{}{base}", server.url()));
        client.dataset_jobs().get("d", "j").send().await.expect("a job");
        assert_eq!(server.last().target, target);
        let more = client.request(Method::Get, "/api/v1/datasets/d/datasetjobs/j").query("b", "1 2").query("a", "*");
        more.send::<Value>().await.expect("a job");
        assert_eq!(server.last().target, format!("{target}?a=%2A&b=1%202"));
    }
}
