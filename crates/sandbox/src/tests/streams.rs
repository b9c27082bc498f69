//! Streams: their order, their spellings, and that they say the same as a reply in one piece.

use serde_json::Value;

use super::client::{Answer, Caller, send};
use super::frozen;
use crate::{Config, Forms};

const CSV: &str = "Region,Month,Sales\nNorth,2024-01-05,10\nNorth,2024-02-05,20\nSouth,2024-01-07,40\nSouth,2024-02-09,5\n";

fn frames(answer: &Answer, name: &str) -> Vec<Value> {
    let events = answer.events().into_iter().filter(|(event, _)| event == name);
    events.map(|(_, data)| serde_json::from_str(&data).expect("JSON")).collect()
}

fn payloads(answer: &Answer, name: &str) -> Vec<Value> {
    frames(answer, name).into_iter().map(|mut frame| frame["choices"][0]["delta"]["content"].take()).collect()
}

#[tokio::test]
async fn an_analysis_comes_in_the_order_that_was_seen() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let (session, dataset) = (caller.session().await, caller.dataset("sales.csv", CSV).await);
    let answer = caller.stream(&session, &dataset, "Which region has the highest total sales?", "").await;
    let mut order: Vec<String> = answer.events().into_iter().map(|(name, _)| name).collect();
    order.dedup();
    let expected =
        "JOB_ID TASK CODE TASK TABLE TASK CODE IMAGE TASK MESSAGE TABLE MESSAGE IMAGE MESSAGE QUESTIONS TRIGGER TASK SOURCES END_MARK";
    assert_eq!(order.join(" "), expected);
    let text = answer.text();
    assert!(text.starts_with("event:JOB_ID\ndata:job-") && text.ends_with("\n\nevent:END_MARK\ndata:[DONE]\n\n"));
    assert!(text.matches(":keep-alive\n\n").count() == 2);
    assert!(payloads(&answer, "TABLE").iter().all(|table| table.get("expired_at").is_some()));
    assert!(payloads(&answer, "IMAGE").iter().all(|image| image.get("expiredAt").is_some()));
    assert_eq!(payloads(&answer, "MESSAGE")[0], "\n\n`Analyzing Conclusions` \n\n");
    let statuses: Vec<String> = payloads(&answer, "TASK").iter().map(|task| task["status"].as_str().expect("a text").to_owned()).collect();
    assert!(statuses.windows(2).any(|pair| pair == ["error", "running"]), "a step fails and runs again");
    let sources = &frames(&answer, "SOURCES")[0];
    assert_eq!((&sources["id"], &sources["stage"]), (&"-1".into(), &"Analyze".into()));
}

#[tokio::test]
async fn both_kinds_of_reply_say_the_same() {
    for forms in [Forms::Captured, Forms::Documented] {
        let sandbox = frozen(Config { forms, ..Config::default() }).await;
        let caller = Caller::v2(&sandbox);
        let (session, dataset) = (caller.session().await, caller.dataset("sales.csv", CSV).await);
        let question = "What is the total sales per month?";
        let streamed = caller.stream(&session, &dataset, question, "").await;
        let whole = caller.ask(&session, &dataset, question).await.data();
        let history = caller.get(&format!("/sessions/{session}/history")).await.data();
        let records = history["records"].as_array().expect("a list");
        assert_eq!(records[0]["job_id"], whole["job_id"], "the newest comes first");
        assert_eq!(streamed.events()[0].1, records[1]["job_id"].as_str().expect("a text"), "a broken stream can be looked up");
        let texts = |blocks: &Value| -> String {
            let texts = blocks.as_array().expect("a list").iter().filter(|block| block["type"] == "MESSAGE");
            texts.map(|block| block["content"].as_str().expect("a text")).collect()
        };
        let joined: String = payloads(&streamed, "MESSAGE").iter().map(|text| text.as_str().expect("a text").to_owned()).collect();
        assert_eq!(joined, texts(&whole["blocks"]));
        assert_eq!(joined, texts(&records[1]["answer"]["blocks"]));
        let kinds = |blocks: &Value| -> Vec<String> {
            blocks.as_array().expect("a list").iter().map(|block| block["type"].as_str().expect("a text").to_owned()).collect()
        };
        let expected = "CODE TABLE CODE IMAGE MESSAGE TABLE MESSAGE IMAGE MESSAGE SOURCES QUESTIONS";
        assert_eq!(kinds(&whole["blocks"]).join(" "), expected);
        assert_eq!(kinds(&records[1]["answer"]["blocks"]).join(" "), expected);
        assert_eq!(records[0]["answer"]["blocks"][1]["content"].is_string(), forms == Forms::Captured, "histories had bare links");
        let link = payloads(&streamed, "TABLE")[0]["url"].as_str().expect("a text").to_owned();
        let table = send(&sandbox, "GET", &link, &[], b"").await;
        assert_eq!(table.text(), "month of Month,total Sales\n2024-01,50\n2024-02,25\n");
        let image = payloads(&streamed, "IMAGE")[0]["url"].as_str().expect("a text").to_owned();
        let image = send(&sandbox, "GET", &image, &[], b"").await;
        assert!(image.body.starts_with(b"\x89PNG") && image.body.len() > 3000 && image.header("content-type") == Some("image/png"));
    }
}

#[tokio::test]
async fn the_personal_stream_has_its_own_events() {
    for (forms, picture) in [(Forms::Captured, "CHART"), (Forms::Documented, "IMAGE")] {
        let sandbox = frozen(Config { forms, ..Config::default() }).await;
        let caller = Caller::v1(&sandbox);
        let session = caller.post("/sessions", serde_json::json!({ "title": "Review", "config": {} })).await.data();
        let session = session.as_str().or_else(|| session["id"].as_str()).expect("an id").to_owned();
        let dataset = caller.dataset("sales.csv", CSV).await;
        let answer = caller.stream(&session, &dataset, "Which region has the highest total sales?", "").await;
        let mut order: Vec<String> = answer.events().into_iter().map(|(name, _)| name).collect();
        order.dedup();
        let expected = "AI_MESSAGE_ID TITLE_GENERATION TASK CODE PROCESS TASK TABLE TASK CODE PROCESS PICTURE TASK MESSAGE TABLE MESSAGE \
                        PICTURE MESSAGE QUESTIONS TRIGGER TASK TAG SOURCES END_MARK";
        assert_eq!(order.join(" "), expected.replace("PICTURE", picture));
        let frame = &frames(&answer, "MESSAGE")[0];
        assert!(frame.get("group_id").is_none() && frame.get("groupId").is_none() && frame.get("stage").is_none());
        let chart = &payloads(&answer, picture)[0];
        let image = chart.get("imageUrl").or(chart.get("url")).expect("a link").as_str().expect("a text");
        assert!(send(&sandbox, "GET", image, &[], b"").await.body.starts_with(b"\x89PNG"));
    }
}

#[tokio::test]
async fn texts_are_searched() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let text = "# Returns\n\nGoods can be returned within 30 days.\n\n# Delivery\n\nDelivery takes three days inside the country.\n";
    let (session, dataset) = (caller.session().await, caller.dataset("faq.md", text).await);
    let answer = caller.stream(&session, &dataset, "How long does delivery take?", "").await;
    let mut order: Vec<String> = answer.events().into_iter().map(|(name, _)| name).collect();
    order.dedup();
    assert_eq!(order.join(" "), "JOB_ID TASK SOURCES TASK MESSAGE TASK END_MARK");
    assert!(payloads(&answer, "SOURCES")[0][0]["content"].as_str().expect("a text").contains("three days"));
    let nothing = caller.ask(&session, &dataset, "Who won the match?").await.data();
    assert_eq!(nothing["blocks"][0]["content"], "Nothing in the texts is about this question.");
    let body = serde_json::json!({ "session_id": session, "question": "How long does delivery take?", "dataset_id": dataset, "custom_options": { "with_citation": false } });
    let plain = caller.post("/jobs", body).await.data();
    assert!(plain["blocks"].as_array().expect("a list").iter().all(|block| block["type"] != "SOURCES"));
}
