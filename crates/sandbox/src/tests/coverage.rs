//! Every operation of every spec is called and answered with success, in both forms; the oracle judges each reply.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Caller, send};
use super::pai::Signer;
use super::{frozen, oracle};
use crate::spec::Specs;
use crate::{Config, Forms, Sandbox};

#[tokio::test]
async fn every_operation_can_succeed_and_every_reply_is_in_its_spec() {
    for forms in [Forms::Captured, Forms::Documented] {
        let sandbox = frozen(Config { forms, ..Config::default() }).await;
        every_v2(&sandbox).await;
        every_v1(&sandbox).await;
        every_pai(&sandbox).await;
    }
    let succeeded = oracle::succeeded();
    for operation in &Specs::shared().expect("the specs").operations {
        assert!(succeeded.contains(&operation.name()), "{} was never answered with success", operation.name());
    }
}

async fn every_v2(sandbox: &Sandbox) {
    let caller = Caller::v2(sandbox);
    let session = caller.session().await;
    let settings =
        json!({ "name": "x".repeat(200), "output_language": "EN", "job_mode": "DATA_ANALYTICS", "max_contextual_job_history": 3 });
    caller.post(&format!("/sessions/{session}"), settings).await.data();
    let shown = caller.get(&format!("/sessions/{session}")).await.data();
    assert_eq!(shown["name"].as_str().expect("a text").len(), 128, "names are cut off");
    assert_eq!(shown["max_contextual_job_history"], 3);
    caller.post(&format!("/sessions/{session}"), json!({ "name": "Review" })).await.data();
    assert_eq!(caller.get(&format!("/sessions/{session}")).await.data()["max_contextual_job_history"], 10, "back to the default");
    assert_eq!(caller.get("/sessions?search=VIEW&page_number=1&page_size=5").await.data()["total_items"], 1);

    let dataset = caller.post("/datasets", json!({ "name": "Sales", "description": "Orders" })).await.data()["id"]
        .as_str()
        .expect("a text")
        .to_owned();
    caller.post(&format!("/datasets/{dataset}"), json!({ "description": "All orders" })).await.data();
    assert_eq!(caller.get("/datasets?search=all%20ord").await.data()["records"][0]["name"], "Sales");
    sandbox.register_content("https://files.example.com/a.csv", "Region,Sales\nNorth,1\nSouth,2\n");
    let body = json!({ "name": "a.csv", "type": "FILE", "url": "https://files.example.com/a.csv" });
    let source = caller.post(&format!("/datasets/{dataset}/datasources"), body).await.data();
    assert_eq!(source["status"], "synching");
    let id = source["id"].as_str().expect("a text");
    let path = format!("/datasets/{dataset}/datasources/{id}");
    assert_eq!(caller.get(&format!("/datasets/{dataset}/status")).await.data()["synching_count"], 1);
    assert_eq!(caller.get(&format!("/datasets/{dataset}/overview")).await.data()["keywords"], Value::Null);
    sandbox.advance(Duration::from_secs(1));
    assert_eq!(caller.get(&path).await.data()["status"], "synched");
    assert_eq!(caller.get(&format!("/datasets/{dataset}/datasources?status=invalid,synched")).await.data()["total_items"], 1);
    assert_eq!(caller.get(&format!("/datasets/{dataset}/datasources?status=synching")).await.data()["total_items"], 0);
    assert_eq!(caller.get(&format!("/datasets/{dataset}/overview")).await.data()["keywords"], json!(["Region", "Sales"]));
    let link = caller.post(&format!("{path}/presign"), json!({ "expires_in": 60 })).await.data();
    let url = link["presigned_url"].as_str().expect("a text");
    assert_eq!(send(sandbox, "GET", url, &[], b"").await.text(), "Region,Sales\nNorth,1\nSouth,2\n");

    let answer = caller.ask(&session, &dataset, "What is the total Sales by Region?").await.data();
    let history = caller.get(&format!("/sessions/{session}/history")).await.data();
    assert_eq!(history["records"][0]["job_id"], answer["job_id"]);
    caller.call("DELETE", &path, json!({})).await.data();
    caller.call("DELETE", &format!("/datasets/{dataset}"), json!({})).await.data();
    caller.call("DELETE", &format!("/sessions/{session}"), json!({})).await.data();
    assert_eq!(caller.get(&path).await.code(), 300_003);
    super::uploads::both_ways(&caller).await;
}

async fn every_v1(sandbox: &Sandbox) {
    let caller = Caller::v1(sandbox);
    // Captured replies have the bare id, documented ones may be objects.
    let id = |data: Value| data.as_str().or_else(|| data["id"].as_str()).expect("an id").to_owned();
    let config = json!({ "languageType": "EN", "mediaTtl": 600, "maxMessagesInContext": 5, "colorIndex": ["#ff0000"], "chatMode": "ALL" });
    let session = id(caller.post("/sessions", json!({ "title": "Review", "config": config })).await.data());
    caller.call("PATCH", &format!("/sessions/{session}"), json!({ "config": { "mediaTtl": 60 } })).await.data();
    let shown = caller.get(&format!("/sessions/{session}")).await.data();
    assert_eq!((&shown["config"]["mediaTtl"], &shown["config"]["languageType"]), (&json!(60), &json!("EN")));
    assert_eq!(caller.get("/sessions?title=rev&pageNumber=2&pageSize=1").await.data()["records"], json!([]));
    let dataset = id(caller.post("/datasets", json!({ "name": "Sales" })).await.data());
    caller.call("PATCH", &format!("/datasets/{dataset}"), json!({ "description": "Orders" })).await.data();
    assert_eq!(caller.get("/datasets?name=sal").await.data()["records"][0]["description"], "Orders");
    assert_eq!(caller.get(&format!("/datasets/{dataset}/status")).await.data(), "empty_datasource");
    sandbox.register_content("https://files.example.com/b", "Region,Sales\nNorth,1\nSouth,2\n");
    let body = json!({ "name": "b.csv", "type": "FILE", "url": "https://files.example.com/b", "ext": "csv" });
    let source = caller.post(&format!("/datasets/{dataset}/datasources"), body.clone()).await.data();
    let path = format!("/datasets/{dataset}/datasources/{}", source["id"].as_str().expect("a text"));
    assert_eq!((&source["status"], &source["url"]), (&json!("pending"), &json!("https://files.example.com/b")));
    assert_eq!(caller.get(&format!("/datasets/{dataset}/status")).await.data(), "processing");
    sandbox.advance(Duration::from_secs(1));
    assert_eq!(caller.get(&format!("/datasets/{dataset}/status")).await.data(), "synched");
    let expanded = caller.get(&format!("{path}?expand=preSignUrl")).await.data();
    assert!(expanded["url"].as_str().expect("a text").starts_with(sandbox.url()));
    assert_eq!(caller.get(&format!("/datasets/{dataset}/datasources?name=b")).await.data()["total"], 1);
    let question = json!({ "sessionId": session, "question": "How many rows are there?", "datasetId": dataset });
    let answer = caller.post("/chat/completions", question).await.data();
    assert!(answer["content"].as_str().expect("a text").contains("**2**"));
    let history = caller.get(&format!("/sessions/{session}/history")).await.data();
    assert_eq!(history["records"][0]["answer"], json!({ "messageId": answer["messageId"], "content": answer["content"] }));
    let made = caller.post("/datasources", body).await.data();
    assert_ne!(made["datasetId"], json!(dataset));
    caller.call("DELETE", &path, Value::Null).await.data();
    caller.call("DELETE", &format!("/datasets/{dataset}"), Value::Null).await.data();
    caller.call("DELETE", &format!("/sessions/{session}"), Value::Null).await.data();
    assert_eq!(caller.get(&format!("/sessions/{session}")).await.code(), 211_002);
}

async fn every_pai(sandbox: &Sandbox) {
    let signer = Signer::new(sandbox);
    super::pai::live(&signer).await;
    super::pai::configs(&signer).await;
}
