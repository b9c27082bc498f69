//! Every code, as it reaches a user: those that the sandbox gives by itself in the situation that they are about, and all of them on
//! request. A code that it does not give by itself is listed with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use powerdrill::Result;
use powerdrill_client::v2::data_sources::DataSourceStatus;
use powerdrill_client::v2::files::UploadedPart;
use powerdrill_client::{Code, CodeKind, Error, ErrorKind, Json, Method, Source, v1, v2};
use powerdrill_sandbox::{Config, Limits, Sandbox};
use serde_json::{Value, json};

use super::support::{ADDRESS, prepared, sandbox, v1_client, v2_builder, v2_client};
use wire::spec::index;

/// The codes of a spec: their names and kinds.
fn declared(api: &str) -> BTreeMap<i64, (String, String)> {
    let codes = index(api).document().root()["x-error-codes"].as_array().expect("a list of codes");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    codes.iter().map(|code| (code["code"].as_i64().expect("a number"), (text(&code["name"]), text(&code["kind"])))).collect()
}

/// What an error says of itself, compared with what the spec says of its code.
fn judge(error: &Error, code: i64, name: &str, kind: &str) {
    assert!(matches!(error.kind(), ErrorKind::Api), "{code}: {error:?}");
    assert_eq!(error.code(), Some(Code::Number(code)), "{error}");
    assert_eq!(error.code_name(), Some(name));
    let expected = match kind {
        "authentication" => CodeKind::Authentication,
        "permission" => CodeKind::Permission,
        "not_found" => CodeKind::NotFound,
        "invalid_request" => CodeKind::InvalidRequest,
        "quota" => CodeKind::Quota,
        "rate_limited" => CodeKind::RateLimited,
        "not_ready" => CodeKind::NotReady,
        "unavailable" => CodeKind::Unavailable,
        "internal" => CodeKind::Internal,
        other => panic!("there is no kind {other}"),
    };
    assert_eq!(error.code_kind(), Some(expected));
    assert_eq!(error.is_auth(), matches!(kind, "authentication" | "permission"), "{error}");
    assert_eq!(error.is_not_found(), kind == "not_found", "{error}");
    assert_eq!(error.is_rate_limited(), kind == "rate_limited", "{error}");
    assert_eq!(error.is_quota(), kind == "quota", "{error}");
    assert_eq!(error.is_retryable(), matches!(kind, "rate_limited" | "not_ready" | "unavailable" | "internal"), "{error}");
    assert!(!error.is_timeout());
    assert!(error.trace_id().is_some(), "{error}");
}

#[tokio::test]
async fn every_code_of_the_specs_arrives_when_it_is_asked_for() {
    let sandbox = sandbox(Config::default()).await;
    let (first, second) = (v1_client(&sandbox), v2_client(&sandbox));
    for (code, (name, kind)) in declared("powerdrill-v1") {
        let fault = format!("json-refusal={code}");
        let error = first.sessions().list().header("x-sandbox-fault", &fault).send().await.expect_err("a refusal");
        judge(&error, code, &name, &kind);
        let error =
            first.chat().create_completion("session-1", "Why?").header("x-sandbox-fault", fault).send().await.expect_err("a refusal");
        judge(&error, code, &name, &kind);
    }
    for (code, (name, kind)) in declared("powerdrill-v2") {
        let fault = format!("json-refusal={code}");
        let error = second.sessions().list().header("x-sandbox-fault", &fault).send().await.expect_err("a refusal");
        judge(&error, code, &name, &kind);
        let call = second.jobs().create("session-1", "Why?").header("x-sandbox-fault", fault);
        judge(&call.open_stream().await.map(drop).expect_err("a refusal"), code, &name, &kind);
    }
}

type Situation<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// Puts a situation into the form of the table.
fn arises<'a, T>(call: impl Future<Output = Result<T>> + 'a) -> Situation<'a> {
    Box::pin(async { call.await.map(drop) })
}

/// Compares what arises with the constants that a program would compare it with, and gives the codes that arose.
async fn judge_all(api: &str, situations: Vec<(Code<'static>, Situation<'_>)>) -> BTreeSet<i64> {
    let declared = declared(api);
    let mut arisen = BTreeSet::new();
    for (constant, situation) in situations {
        let Code::Number(code) = constant else { panic!("{constant:?} is no number") };
        let error = situation.await.expect_err("a refusal");
        assert_eq!(error.code(), Some(constant), "{error}");
        let (name, kind) = &declared[&code];
        judge(&error, code, name, kind);
        arisen.insert(code);
    }
    arisen
}

/// Each code of the spec has arisen, or has a reason, and never both.
fn compare(api: &str, arisen: &BTreeSet<i64>, reasons: &[(i64, &str)]) {
    let listed: BTreeSet<i64> = reasons.iter().map(|(code, _)| *code).collect();
    assert_eq!(arisen.intersection(&listed).collect::<Vec<_>>(), Vec::<&i64>::new(), "{api}: these do arise");
    let both: BTreeSet<i64> = arisen.union(&listed).copied().collect();
    assert_eq!(both, declared(api).into_keys().collect(), "{api}");
    assert!(reasons.iter().all(|(_, reason)| reason.ends_with('.')));
}

const NOT_BY_ITSELF_V2: [(i64, &str); 15] = [
    (100, "It is the older form of 300001, which is what arises."),
    (1002, "Keys of the sandbox do not expire."),
    (9999, "The sandbox is not to fail by itself; `status=500` gives it."),
    (100_001, "Only older servers send it."),
    (100_105, "It belongs to the personal API."),
    (100_112, "There is no such parameter in this API."),
    (204_001, "It is known from a draft; 300001 names the missing parameter."),
    (210_020, "The jobs of the sandbox do not fail; `error-event` and `json-refusal` let them."),
    (210_024, "No operation speaks."),
    (210_026, "No source says when it arises; what cannot be analysed is explained in the answer."),
    (211_001, "It is the older form of 300009, which is what arises."),
    (211_002, "It is the older form of 300003, which is what arises."),
    (214_002, "It is known from a draft; users of the sandbox exist as soon as they are named."),
    (300_010, "It is reserved; there is no such parameter."),
    (300_011, "A data source is made and then becomes `invalid`."),
];

#[tokio::test]
async fn every_code_of_the_team_api_arises_in_its_situation() {
    let limits = Limits { sessions: 2, jobs: Some(1), storage: 100, part: 30, ..Limits::default() };
    let sandbox = sandbox(Config { limits, keys: vec!["key-1".into()], ..Config::default() }).await;
    let client = v2_client(&sandbox);
    let (session, dataset) = prepared(&sandbox).await;
    client.sessions().create("Second").send().await.expect("there is room");
    let stranger = v2_builder(&sandbox).key("key-2").build().expect("a client");
    let colleague = v2_builder(&sandbox).user_id("user-2").build().expect("a client");
    let upload = |name: &str, content: String| client.files().upload((name.to_owned(), Source::bytes(content)));
    let unready = unready(&sandbox, &client, &dataset).await;
    let hurried = hurried().await;
    let begun = client.files().init_multipart_upload("sales.csv", 10).send().await.expect("an upload");
    let (key, id) = (begun.file_object_key, begun.upload_id);
    let job = |question: Value, sources: Value| {
        let body =
            json!({ "session_id": session, "question": question, "dataset_id": dataset, "datasource_ids": sources, "user_id": "user-1" });
        client.request(Method::Post, "/v2/team/jobs").json(&body).send::<Json>()
    };
    let many: Vec<String> = (0..1001).map(|number| format!("datasource-{number}")).collect();
    let arisen = judge_all(
        "powerdrill-v2",
        vec![
            (v2::codes::RATE_LIMITED, arises(v2_client(&hurried).sessions().list().send())),
            // The personal API wants the key in another header.
            (v2::codes::INSUFFICIENT_AUTHENTICATION, arises(client.request(Method::Get, "/v1/sessions").send::<Json>())),
            (v2::codes::BAD_CREDENTIALS, arises(stranger.sessions().list().send())),
            (v2::codes::SESSION_LIMIT_REACHED, arises(client.sessions().create("Third").send())),
            (v2::codes::RESOURCE_NOT_FOUND, arises(client.sessions().get("session-none").send())),
            (v2::codes::RESOURCE_NOT_FOUND, arises(client.datasets().get_status("dataset-none").send())),
            (v2::codes::RESOURCE_NOT_FOUND, arises(client.data_sources().get(&*dataset, "datasource-none").send())),
            (v2::codes::PERMISSION_DENIED, arises(colleague.sessions().get(&*session).send())),
            (v2::codes::PERMISSION_DENIED, arises(colleague.datasets().delete(&*dataset).send())),
            (v2::codes::INVALID_PARAMETERS, arises(job(json!(""), json!([])))),
            (v2::codes::QUESTION_TOO_LONG, arises(job(json!("x".repeat(6001)), json!([])))),
            (v2::codes::TOO_MANY_DATA_SOURCES, arises(job(json!("Why?"), json!(many)))),
            (v2::codes::DATA_SOURCES_NOT_READY, arises(job(json!("Why?"), json!([unready])))),
            (v2::codes::UNSUPPORTED_FILE_EXTENSION, arises(upload("program.exe", "x".to_owned()).send())),
            (v2::codes::EMPTY_FILE, arises(upload("empty.csv", String::new()).send())),
            (v2::codes::INSUFFICIENT_STORAGE, arises(upload("large.csv", "x".repeat(101)).send())),
            (
                v2::codes::UPLOAD_FAILED,
                arises(client.files().complete_multipart_upload(&key, &id, [UploadedPart::new(1, "etag-1")]).send()),
            ),
            (v2::codes::PRESIGN_FAILED, arises(client.data_sources().presign(&*dataset, &*unready).send())),
        ],
    )
    .await;
    client.jobs().create(&*session, "Why?").send().await.expect("the one job that there is");
    let more = judge_all("powerdrill-v2", vec![(v2::codes::JOB_QUOTA_EXCEEDED, arises(client.jobs().create(&*session, "Why?").send()))]);
    let arisen: BTreeSet<i64> = arisen.union(&more.await).copied().collect();
    compare("powerdrill-v2", &arisen, &NOT_BY_ITSELF_V2);
}

/// The id of a data source that never becomes ready, because there is nothing at its address.
async fn unready(sandbox: &Sandbox, client: &v2::Client, dataset: &str) -> String {
    let url = "https://files.example.com/none.csv";
    let source = client.data_sources().create(dataset, "none.csv").url(url).send().await.expect("it is made");
    assert_eq!(source.status, DataSourceStatus::Synching);
    sandbox.advance(Duration::from_secs(1));
    let shown = client.data_sources().get(dataset, &source.id).send().await.expect("it is there");
    assert_eq!(shown.status, DataSourceStatus::Invalid);
    source.id.as_str().to_owned()
}

/// The second request in one second, where one is allowed.
async fn hurried() -> Sandbox {
    let limits = Limits { requests_per_second: Some(1), ..Limits::default() };
    let sandbox = sandbox(Config { limits, ..Config::default() }).await;
    v2_client(&sandbox).sessions().list().send().await.expect("the first");
    sandbox
}

const NOT_BY_ITSELF_V1: [(i64, &str); 2] =
    [(1002, "Keys of the sandbox do not expire."), (9999, "The sandbox is not to fail by itself; `status=500` gives it.")];

#[tokio::test]
async fn every_code_of_the_personal_api_arises_in_its_situation() {
    let limits = Limits { sessions: 1, v1_data_sources: 1, ..Limits::default() };
    let sandbox = sandbox(Config { limits, keys: vec!["key-1".into()], ..Config::default() }).await;
    let client = v1_client(&sandbox);
    client.sessions().create("First", Default::default()).send().await.expect("there is room");
    let source = client.data_sources().create_in_new_dataset("sales.csv", ADDRESS, "csv").send().await.expect("a data source");
    let stranger = v1::Client::builder().key("key-2").base_url(sandbox.base()).build().expect("a client");
    let session =
        |config: Value| client.request(Method::Post, "/v1/sessions").json(&json!({ "title": "Review", "config": config })).send::<Json>();
    let second = v1::data_sources::CreateDataSourceBody::new("more.csv", ADDRESS, "csv");
    let hurried = hurried().await;
    let arisen = judge_all(
        "powerdrill-v1",
        vec![
            (v1::codes::RATE_LIMITED, arises(v1_client(&hurried).sessions().list().send())),
            // The team API wants the key in another header.
            (v1::codes::INSUFFICIENT_AUTHENTICATION, arises(client.request(Method::Get, "/v2/team/sessions").send::<Json>())),
            (v1::codes::BAD_CREDENTIALS, arises(stranger.sessions().list().send())),
            (v1::codes::BAD_REQUEST, arises(session(json!({ "chatMode": "NONE" })))),
            (v1::codes::CONTEXT_SIZE_OUT_OF_RANGE, arises(session(json!({ "maxMessagesInContext": 31 })))),
            (v1::codes::MEDIA_TTL_OUT_OF_RANGE, arises(session(json!({ "mediaTtl": 0 })))),
            (v1::codes::SESSION_LIMIT_REACHED, arises(session(json!({})))),
            (v1::codes::SESSION_NOT_FOUND, arises(client.sessions().get("session-none").send())),
            (v1::codes::INVALID_OPERATION, arises(client.datasets().get_status("dataset-none").send())),
            (v1::codes::INVALID_OPERATION, arises(client.data_sources().create(&source.dataset_id, second).send())),
        ],
    )
    .await;
    compare("powerdrill-v1", &arisen, &NOT_BY_ITSELF_V1);
}
