//! Every fault, by header and through the library, and that it does what its table says.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::client::{Caller, send};
use super::{frozen, oracle};
use crate::spec::{Api, Specs};
use crate::{Config, Fault, Rule, Sandbox};

const CSV: &str = "Region,Sales\nNorth,10\nSouth,40\n";
const QUESTION: &str = "What is the total sales by region?";

async fn prepared(sandbox: &Sandbox) -> (String, String) {
    let caller = Caller::v2(sandbox);
    (caller.session().await, caller.dataset("sales.csv", CSV).await)
}

#[tokio::test]
async fn faults_in_place_of_the_reply_do_nothing_else() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let create = |faults: &'static str| caller.faulty("POST", "/sessions", json!({ "name": "a" }), faults);
    let refused = create("status=503").await;
    assert_eq!((refused.status, refused.code()), (503, 9999));
    let limited = create("rate-limit=7").await;
    assert_eq!((limited.status, limited.code(), limited.header("retry-after")), (429, 201, Some("7")));
    assert_eq!(create("rate-limit").await.header("retry-after"), Some("1"));
    let page = create("html").await;
    assert_eq!((page.status, page.header("content-type")), (502, Some("text/html; charset=utf-8")));
    for (code, status) in [("210021", 400), ("300003", 200), ("9999", 500), ("1003", 403)] {
        let refused = caller.faulty("POST", "/sessions", json!({ "name": "a" }), &format!("json-refusal={code}")).await;
        assert_eq!((refused.status, refused.code().to_string()), (status, code.to_owned()));
    }
    let moved = create("redirect=http://127.0.0.1:1/elsewhere").await;
    assert_eq!((moved.status, moved.header("location")), (307, Some("http://127.0.0.1:1/elsewhere")));
    assert_eq!(caller.get("/sessions").await.data()["total_items"], 0, "none of them created a session");
    for (wrong, said) in
        [("explode", "there is no fault `explode`"), ("error-event", "needs a streamed answer"), ("unknown-event", "needs the answer")]
    {
        let refused = create(wrong).await;
        assert_eq!(refused.status, 400);
        assert!(refused.text().contains(said), "{}", refused.text());
    }
    let throttled = send(&sandbox, "GET", "/api/v1/datasets/d-1/datasetjobs", &[("x-sandbox-fault", "rate-limit=2")], b"").await;
    assert_eq!(
        (throttled.status, &throttled.json()["Code"], throttled.header("x-acs-retry-after")),
        (400, &json!("Throttling.User"), Some("2000"))
    );
}

#[tokio::test]
async fn a_refusal_comes_as_json_even_if_a_stream_was_asked_for() {
    let sandbox = frozen(Config::default()).await;
    let (session, dataset) = prepared(&sandbox).await;
    let refused = Caller::v2(&sandbox).stream(&session, &dataset, QUESTION, "json-refusal=210021").await;
    assert_eq!((refused.status, refused.header("content-type"), refused.code()), (400, Some("application/json"), 210_021));
}

#[tokio::test]
async fn a_cut_breaks_the_connection_after_so_many_bytes() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let (session, dataset) = prepared(&sandbox).await;
    for bytes in [0, 1, 37, 1000] {
        let cut = caller.stream(&session, &dataset, QUESTION, &format!("cut={bytes}")).await;
        assert_eq!((cut.body.len(), cut.whole, cut.status), (bytes, false, 200));
    }
    let cut = caller.faulty("GET", "/sessions", Value::Null, "cut=5").await;
    assert_eq!((cut.body.len(), cut.whole, cut.status), (5, false, 200));
    assert_eq!(caller.get(&format!("/sessions/{session}/history")).await.data()["total_items"], 4, "the jobs were carried out");
}

#[tokio::test]
async fn split_sends_every_byte_in_a_chunk_of_its_own() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let (session, dataset) = prepared(&sandbox).await;
    for answer in
        [caller.stream(&session, &dataset, QUESTION, "split").await, caller.faulty("GET", "/sessions", Value::Null, "split").await]
    {
        assert!(answer.whole && answer.chunks.len() == answer.body.len() && answer.chunks.iter().all(|size| *size == 1));
    }
}

#[tokio::test]
async fn stalls_are_silent_and_then_go_on() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let (session, dataset) = prepared(&sandbox).await;
    for path in ["stream", "reply"] {
        let start = Instant::now();
        let answer = match path {
            "stream" => caller.stream(&session, &dataset, QUESTION, "stall=1").await,
            _ => caller.faulty("GET", "/sessions", Value::Null, "stall=1").await,
        };
        assert!(answer.whole && start.elapsed() >= Duration::from_secs(1), "{path}");
    }
    let forever = caller.stream(&session, &dataset, QUESTION, "stall");
    assert!(tokio::time::timeout(Duration::from_millis(300), forever).await.is_err());
}

#[tokio::test]
async fn bad_utf8_is_in_one_place() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let (session, dataset) = prepared(&sandbox).await;
    for answer in
        [caller.stream(&session, &dataset, QUESTION, "bad-utf8").await, caller.faulty("GET", "/sessions", Value::Null, "bad-utf8").await]
    {
        assert!(answer.whole && answer.status == 200);
        assert_eq!(answer.body.iter().filter(|byte| **byte == 0xff).count(), 1);
        let repaired: Vec<u8> = answer.body.iter().copied().filter(|byte| *byte != 0xff).collect();
        assert!(String::from_utf8(repaired).is_ok());
    }
}

#[tokio::test]
async fn events_fail_grow_and_surprise() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let (session, dataset) = prepared(&sandbox).await;
    let failed = caller.stream(&session, &dataset, QUESTION, "error-event").await.events();
    assert_eq!(failed.last().expect("one at least"), &("END_MARK".to_owned(), "[ERROR]".to_owned()));
    let error = &failed[failed.len() - 2];
    assert!(error.0 == "ERROR" && error.1.contains("\"content\":{\"code\":\"the sandbox failed on request\"}"), "{error:?}");
    let document = Specs::shared().expect("the specs").document(Api::V2).expect("a spec");
    let described = Specs::shared()
        .expect("the specs")
        .operations
        .iter()
        .find_map(|operation| operation.stream.as_ref().filter(|_| operation.api == Api::V2))
        .expect("an operation that streams");
    oracle::judge_event(document, described, "ERROR", &error.1);

    let huge = caller.stream(&session, &dataset, QUESTION, "huge-event=100000").await;
    assert!(huge.events()[1].0 == "MESSAGE" && huge.events()[1].1.len() > 100_000);
    let padded = caller.faulty("GET", "/sessions", Value::Null, "huge-event=5000").await;
    assert_eq!(padded.json()["x_sandbox_padding"].as_str().expect("a text").len(), 5000);

    let news = caller.stream(&session, &dataset, QUESTION, "unknown-event").await;
    assert_eq!(news.events()[1].0, "SANDBOX_NEWS");
    let body = json!({ "session_id": session, "question": QUESTION, "dataset_id": dataset });
    let block = caller.faulty("POST", "/jobs", body, "unknown-event").await;
    assert_eq!(block.json()["data"]["blocks"][0]["type"], "SANDBOX_NEWS");
}

#[tokio::test]
async fn null_fields_keep_to_the_spec_and_extra_fields_leave_it() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let (session, dataset) = prepared(&sandbox).await;
    let emptied = caller.faulty("GET", &format!("/sessions/{session}"), Value::Null, "null-fields").await.json();
    let expected = json!({ "id": session, "name": "Review", "output_language": null, "job_mode": null, "max_contextual_job_history": null, "agent_id": null });
    assert_eq!(emptied["data"], expected);
    let body = json!({ "session_id": session, "question": QUESTION, "dataset_id": dataset });
    let job = caller.faulty("POST", "/jobs", body, "null-fields").await.json();
    let table = job["data"]["blocks"].as_array().expect("a list").iter().find(|block| block["type"] == "TABLE").expect("a table");
    assert_eq!((&table["group_id"], &table["stage"], &table["content"]["name"]), (&Value::Null, &Value::Null, &Value::Null));
    assert!(table["content"]["url"].is_string());
    let stream = caller.stream(&session, &dataset, QUESTION, "null-fields").await;
    let (_, data) = stream.events().into_iter().find(|(name, _)| name == "MESSAGE").expect("such an event");
    let frame: Value = serde_json::from_str(&data).expect("JSON");
    assert_eq!((&frame["group_id"], &frame["created"]), (&Value::Null, &Value::Null));
    assert!(frame["choices"][0]["delta"]["content"].is_string());

    let extended = caller.faulty("GET", &format!("/sessions/{session}"), Value::Null, "extra-fields").await.json();
    assert!(extended["x_sandbox_extra"].is_object() && extended["data"]["x_sandbox_extra"].is_object());
    let stream = caller.stream(&session, &dataset, QUESTION, "extra-fields").await;
    let (_, data) = stream.events().into_iter().find(|(name, _)| name == "TABLE").expect("such an event");
    let frame: Value = serde_json::from_str(&data).expect("JSON");
    assert!(frame["choices"][0]["delta"]["content"]["x_sandbox_extra"].is_object());
}

#[tokio::test]
async fn rules_happen_to_the_requests_that_they_name() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    sandbox.fault(Rule::new(Fault::Status(500)).operation("list_datasets").skip(1).times(2));
    assert_eq!(caller.get("/sessions").await.status, 200);
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(caller.get("/datasets").await.status);
    }
    assert_eq!(statuses, [200, 500, 500, 200]);
    sandbox.fault(Fault::JsonRefusal("300003".into()));
    assert_eq!(caller.get("/sessions").await.code(), 300_003);
    assert_eq!(caller.get("/sessions").await.code(), 0);
    let (session, dataset) = prepared(&sandbox).await;
    let job = caller.ask(&session, &dataset, QUESTION).await.data();
    let link = job["blocks"][1]["content"]["url"].as_str().expect("a text").to_owned();
    sandbox.fault(Rule::new(Fault::Cut(3)).operation("files"));
    assert_eq!(send(&sandbox, "GET", &link, &[], b"").await.body.len(), 3, "downloads break as well");
    assert!(send(&sandbox, "GET", &link, &[], b"").await.whole);
}

#[tokio::test]
async fn faults_that_cannot_happen_are_refused() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    for (faults, said) in [
        ("huge-event=9999999999", "at most 67108864 bytes"),
        ("huge-event=18446744073709551615", "at most 67108864 bytes"),
        ("huge-event=1;huge-event=2", "is there twice"),
        ("status=503;null-fields", "cannot happen beside `status`"),
        ("redirect=/a;rate-limit", "cannot happen beside `redirect`"),
        ("json-refusal=0", "is written `json-refusal=CODE`"),
        ("stall=1e18", "is written `stall=SECONDS`"),
    ] {
        let refused = caller.faulty("GET", "/sessions", Value::Null, faults).await;
        assert_eq!(refused.status, 400, "{faults}");
        assert!(refused.text().contains(said), "{faults}: {}", refused.text());
    }
    let limited = [("x-sandbox-fault", "rate-limit=18446744073709551615")];
    let limited = send(&sandbox, "GET", "/api/v1/datasets/d-1/datasetjobs", &limited, b"").await;
    assert_eq!(limited.header("x-acs-retry-after"), Some("18446744073709551615"));
    let (session, dataset) = prepared(&sandbox).await;
    let job = caller.ask(&session, &dataset, QUESTION).await.data();
    let link = job["blocks"][1]["content"]["url"].as_str().expect("a text");
    for fault in ["null-fields", "extra-fields", "unknown-event", "error-event", "huge-event=5"] {
        let refused = send(&sandbox, "GET", link, &[("x-sandbox-fault", fault)], b"").await;
        assert_eq!(refused.status, 400, "{fault}");
        assert!(refused.text().contains("needs a reply of an operation"), "{fault}: {}", refused.text());
    }
}

#[tokio::test]
async fn faults_in_how_a_reply_is_sent_go_together() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let (session, dataset) = prepared(&sandbox).await;
    for faults in ["split;cut=900", "cut=900;split"] {
        let answer = caller.stream(&session, &dataset, QUESTION, faults).await;
        assert!(!answer.whole && answer.chunks == [1; 900], "{faults}: {:?}", answer.chunks.len());
    }
    let damaged = caller.stream(&session, &dataset, QUESTION, "split;bad-utf8").await;
    let at = damaged.body.iter().position(|byte| *byte == 0xff).expect("a damaged byte");
    assert!(damaged.body[..at].ends_with(b"\"content\":\""), "it is in the text of a message");
    let refused = caller.faulty("GET", "/sessions", Value::Null, "status=503;split").await;
    assert!(refused.status == 503 && refused.chunks.len() == refused.body.len());
}
