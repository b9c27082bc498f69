//! Limits, owners and keys: what is refused, with which code and status.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Caller, send};
use super::frozen;
use crate::{Config, Limits, Sandbox};

#[tokio::test]
async fn sessions_have_a_limit_per_user() {
    let limits = Limits { sessions: 2, ..Limits::default() };
    let sandbox = frozen(Config { limits, ..Config::default() }).await;
    let caller = Caller::v2(&sandbox);
    let first = caller.session().await;
    caller.session().await;
    let refused = caller.post("/sessions", json!({ "name": "One too many" })).await;
    assert_eq!((refused.status, refused.code()), (200, 300_009));
    Caller { user: "user-2", ..Caller::v2(&sandbox) }.session().await;
    caller.call("DELETE", &format!("/sessions/{first}"), json!({})).await.data();
    caller.session().await;
    let personal = Caller::v1(&sandbox);
    personal.session().await;
    personal.session().await;
    let refused = personal.post("/sessions", json!({ "title": "One too many", "config": {} })).await;
    assert_eq!((refused.status, refused.code()), (200, 211_001));
    assert_eq!(Limits::default().sessions, 150);
}

#[tokio::test]
async fn what_belongs_to_others_cannot_be_changed_and_other_keys_see_nothing() {
    let sandbox = frozen(Config::default()).await;
    let owner = Caller::v2(&sandbox);
    let (session, dataset) = (owner.session().await, owner.dataset("a.csv", "a\n1\n").await);
    let colleague = Caller { user: "user-2", ..Caller::v2(&sandbox) };
    for (method, path, body) in [
        ("GET", format!("/sessions/{session}"), Value::Null),
        ("POST", format!("/sessions/{session}"), json!({ "name": "Mine" })),
        ("DELETE", format!("/sessions/{session}"), json!({})),
        ("POST", format!("/datasets/{dataset}"), json!({ "name": "Mine" })),
        ("DELETE", format!("/datasets/{dataset}"), json!({})),
        ("POST", format!("/datasets/{dataset}/datasources"), json!({ "name": "b.csv", "type": "FILE", "url": "https://example.com" })),
        ("POST", "/jobs".into(), json!({ "session_id": session, "question": "?" })),
    ] {
        let refused = colleague.call(method, &path, body).await;
        assert_eq!((refused.status, refused.code()), (200, 300_002), "{method} {path}");
    }
    assert_eq!(colleague.get("/datasets").await.data()["total_items"], 1, "datasets are shared within a project");
    assert_eq!(colleague.get("/sessions").await.data()["total_items"], 0, "sessions are not");
    let stranger = Caller { key: "key-2", ..Caller::v2(&sandbox) };
    assert_eq!(stranger.get("/datasets").await.data()["total_items"], 0);
    assert_eq!(stranger.get(&format!("/sessions/{session}")).await.code(), 300_003);
    assert_eq!(Caller::v1(&sandbox).get(&format!("/sessions/{session}")).await.code(), 211_002, "the APIs share nothing");
}

#[tokio::test]
async fn keys_are_checked() {
    let sandbox = frozen(Config { keys: vec!["key-1".into()], ..Config::default() }).await;
    Caller::v2(&sandbox).session().await;
    Caller::v1(&sandbox).session().await;
    for (key, code) in [("other", 1004), ("", 1003)] {
        for caller in [Caller { key, ..Caller::v2(&sandbox) }, Caller { key, ..Caller::v1(&sandbox) }] {
            let refused = caller.get("/sessions").await;
            assert_eq!((refused.status, refused.code()), (403, code));
        }
    }
    let kept = sandbox.requests();
    assert!(!format!("{kept:?}").contains("other"), "keys are not remembered");
    assert_eq!((kept[0].status, kept[0].operation.as_deref()), (200, Some("powerdrill-v2#create_session")));
    let open = Sandbox::start(Config { remember_secrets: true, ..Config::default() }).await.expect("it starts");
    Caller::v2(&open).get("/sessions").await;
    assert_eq!(open.requests()[0].header("X-PD-API-KEY"), Some("key-1"));
}

#[tokio::test]
async fn jobs_have_their_limits() {
    let limits = Limits { jobs: Some(1), ..Limits::default() };
    let sandbox = frozen(Config { limits, ..Config::default() }).await;
    let caller = Caller::v2(&sandbox);
    let session = caller.session().await;
    let job = |body: Value| {
        let mut whole = json!({ "session_id": session });
        whole.as_object_mut().expect("an object").extend(body.as_object().expect("an object").clone());
        caller.post("/jobs", whole)
    };
    let many: Vec<String> = (0..1001).map(|at| format!("datasource-{at}")).collect();
    for (body, code) in [
        (json!({ "question": "x".repeat(6001) }), 210_022),
        (json!({ "question": "?", "dataset_id": "dataset-1", "datasource_ids": many }), 210_025),
        (json!({ "question": "" }), 300_001),
        (json!({}), 300_001),
    ] {
        let refused = job(body).await;
        assert_eq!((refused.status, refused.code()), (400, code));
    }
    sandbox.register_content("https://files.example.com/a.csv", "a\n1\n");
    let source =
        caller.post("/datasources", json!({ "name": "a.csv", "type": "FILE", "url": "https://files.example.com/a.csv" })).await.data();
    let asked = || job(json!({ "question": "How many rows?", "dataset_id": source["dataset_id"], "datasource_ids": [source["id"]] }));
    assert_eq!(asked().await.code(), 210_023, "it is not synchronised yet");
    sandbox.advance(Duration::from_secs(1));
    let unknown = job(json!({ "question": "?", "dataset_id": source["dataset_id"], "datasource_ids": ["datasource-none"] })).await;
    assert_eq!(unknown.code(), 300_003);
    asked().await.data();
    let refused = asked().await;
    assert_eq!((refused.status, refused.code()), (400, 210_021));
}

#[tokio::test]
async fn a_source_that_cannot_be_had_becomes_invalid() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    sandbox.register_content("https://files.example.com/zeros.csv", vec![0_u8; 10]);
    sandbox.register_content("https://files.example.com/empty.csv", "");
    for name in ["zeros.csv", "empty.csv", "unknown.csv"] {
        let url = format!("https://files.example.com/{name}");
        let source = caller.post("/datasources", json!({ "name": name, "type": "FILE", "url": url })).await.data();
        sandbox.advance(Duration::from_secs(1));
        let dataset = source["dataset_id"].as_str().expect("a text");
        assert_eq!(caller.get(&format!("/datasets/{dataset}/status")).await.data()["invalid_count"], 1, "{name}");
        let path = format!("/datasets/{dataset}/datasources/{}/presign", source["id"].as_str().expect("a text"));
        assert_eq!(caller.post(&path, json!({})).await.code(), if name == "unknown.csv" { 300_008 } else { 0 });
    }
    let personal = Caller::v1(&sandbox);
    let body = json!({ "name": "u", "type": "FILE", "url": "https://files.example.com/unknown.csv", "ext": "csv" });
    let dataset = personal.post("/datasources", body.clone()).await.data()["datasetId"].as_str().expect("a text").to_owned();
    for _ in 1..10 {
        personal.post(&format!("/datasets/{dataset}/datasources"), body.clone()).await.data();
    }
    assert_eq!(personal.post(&format!("/datasets/{dataset}/datasources"), body).await.code(), 100_001, "10 is the limit");
    sandbox.advance(Duration::from_secs(1));
    assert_eq!(personal.get(&format!("/datasets/{dataset}/status")).await.data(), "part_error");
}

#[tokio::test]
async fn what_is_too_large_for_an_account_is_not_read() {
    let limits = Limits { storage: 10, ..Limits::default() };
    let sandbox = frozen(Config { limits, ..Config::default() }).await;
    let caller = Caller::v1(&sandbox);
    sandbox.register_content("https://files.example.com/a.csv", "a,b\n1,2\n");
    let body = json!({ "name": "a.csv", "type": "FILE", "url": "https://files.example.com/a.csv", "ext": "csv" });
    let mut made = Vec::new();
    for _ in 0..2 {
        made.push(caller.post("/datasources", body.clone()).await.data());
    }
    sandbox.advance(Duration::from_secs(1));
    for (source, status, dataset) in [(&made[0], "synched", "synched"), (&made[1], "usage_limit_reached", "part_error")] {
        let path = format!("/datasets/{}", source["datasetId"].as_str().expect("a text"));
        let shown = caller.get(&format!("{path}/datasources/{}", source["id"].as_str().expect("a text"))).await.data();
        assert_eq!(shown["status"], status);
        assert_eq!(caller.get(&format!("{path}/status")).await.data(), dataset);
    }
}

#[tokio::test]
async fn what_is_remembered_shows_no_links() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let dataset = caller.dataset("secret-place.csv", "a\n1\n").await;
    let source =
        caller.get(&format!("/datasets/{dataset}/datasources")).await.data()["records"][0]["id"].as_str().expect("a text").to_owned();
    let link = caller.post(&format!("/datasets/{dataset}/datasources/{source}/presign"), json!({})).await.data();
    let link = link["presigned_url"].as_str().expect("a text");
    send(&sandbox, "GET", link, &[], b"").await;
    let body = json!({ "name": "again.csv", "type": "FILE", "url": link });
    caller.post("/datasources", body).await.data();
    let requests = sandbox.requests();
    let shown = format!("{requests:?} {requests:#?}");
    assert!(!shown.contains("://") && !shown.contains("signature="), "{shown}");
    assert!(shown.contains("again.csv") && shown.contains("/files/sources/"));
    let last = requests.last().expect("one at least").json().expect("JSON");
    assert_eq!(last["url"], link, "a test that asks for it gets it");
}

#[tokio::test]
async fn too_many_requests_in_a_second_are_refused() {
    let limits = Limits { requests_per_second: Some(3), ..Limits::default() };
    let sandbox = frozen(Config { limits, ..Config::default() }).await;
    let caller = Caller::v2(&sandbox);
    for _ in 0..3 {
        caller.get("/sessions").await.data();
    }
    let refused = caller.get("/sessions").await;
    assert_eq!((refused.status, refused.code(), refused.header("retry-after")), (429, 201, Some("1")));
    Caller { key: "key-2", ..Caller::v2(&sandbox) }.get("/sessions").await.data();
    sandbox.advance(Duration::from_secs(1));
    caller.get("/sessions").await.data();
}

#[tokio::test]
async fn requests_that_break_the_spec_are_told_where() {
    let sandbox = frozen(Config { strict: true, ..Config::default() }).await;
    let caller = Caller::v2(&sandbox);
    let session = caller.session().await;
    for (method, path, body, said) in [
        ("GET", "/sessions?page_number=0".to_owned(), Value::Null, "/query/page_number: minimum"),
        ("GET", "/sessions?page_size=ten".into(), Value::Null, "/query/page_size: type"),
        ("GET", "/sessions?page_size=%ZZ".into(), Value::Null, "/query: encoding"),
        ("GET", "/sessions?page_size=1&page_size=2".into(), Value::Null, "/query/page_size: repeated"),
        ("GET", "/sessions?pagesize=1".into(), Value::Null, "/query/pagesize: unknown"),
        ("GET", "/datasets/dataset-1/datasources?status=ready".into(), Value::Null, "/query/status/0: enum"),
        ("POST", "/sessions".into(), json!({ "name": 7 }), "/body/name: type"),
        ("POST", "/sessions".into(), json!({ "name": "a", "max_contextual_job_history": 11 }), "/body/max_contextual_job_history: maximum"),
        ("POST", "/sessions".into(), json!({ "name": "a", "colour": "red" }), "/body: unevaluatedProperties"),
        ("POST", "/datasources".into(), json!({ "name": "a.csv", "type": "FILE" }), "/body: oneOf"),
        ("POST", format!("/sessions/{session}"), json!({}), "/body/name: required"),
    ] {
        let refused = caller.call(method, &path, body).await;
        assert_eq!((refused.status, refused.code()), (400, 300_001), "{path}");
        assert!(refused.text().contains(said), "{said}: {}", refused.text());
    }
    let nobody = Caller { user: "", ..Caller::v2(&sandbox) };
    assert!(nobody.get("/sessions").await.text().contains("/query/user_id: required"));
    let personal = Caller::v1(&sandbox);
    for (config, code) in
        [(json!({ "maxMessagesInContext": 31 }), 100_105), (json!({ "mediaTtl": 0 }), 100_106), (json!({ "chatMode": "X" }), 100)]
    {
        let refused = personal.post("/sessions", json!({ "title": "a", "config": config })).await;
        assert_eq!((refused.status, refused.code()), (400, code));
    }
    let headers = [("x-pd-api-key", "key-1")];
    for (method, path, status, code) in [
        ("PUT", "/api/v2/team/sessions", 405, 300_001),
        ("GET", "/api/v2/team/nothing", 404, 300_003),
        ("GET", "/api/v1/nothing", 404, 100_001),
        ("GET", "/", 404, 300_003),
    ] {
        let refused = send(&sandbox, method, path, &headers, b"").await;
        assert_eq!((refused.status, refused.code()), (status, code), "{path}");
    }
    assert_eq!(send(&sandbox, "PUT", "/api/v2/team/sessions", &headers, b"").await.header("allow"), Some("POST, GET"));
    assert_eq!(
        send(&sandbox, "GET", "/app/api/v2/team/sessions?user_id=user-1", &headers, b"").await.code(),
        0,
        "MAXIR AI has its own base"
    );
}
