//! Hostile input: it is refused clearly or answered rightly, and the sandbox stays up.

use std::time::Duration;

use serde_json::json;

use super::client::{Caller, raw, send};
use super::frozen;
use crate::{Config, Delays, Limits, Sandbox};

#[tokio::test]
async fn large_slow_and_broken_requests_are_refused() {
    let limits = Limits { body: 1000, ..Limits::default() };
    let delays = Delays { head: Duration::from_millis(300), body: Duration::from_millis(300), ..Delays::default() };
    let sandbox = Sandbox::start(Config { limits, delays, ..Config::default() }).await.unwrap();
    let path = "/api/v2/team/sessions";
    let headers = [("x-pd-api-key", "key-1"), ("content-type", "application/json")];
    let large = send(&sandbox, "POST", path, &headers, &[b'x'; 1001]).await;
    assert_eq!((large.status, large.code()), (413, 300_001));
    let slow = raw(&sandbox, b"POST /api/v2/team/sessions HTTP/1.1\r\nhost: x\r\n").await;
    assert!(slow.status == 0 || slow.status == 408, "the head never ends, and the connection is closed: {slow:?}");
    let slow = raw(&sandbox, b"POST /api/v2/team/sessions HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 5\r\n\r\nab").await;
    assert_eq!(slow.status, 408, "the body never ends");
    assert_eq!(raw(&sandbox, b"\x16\x03\x01 not http\r\n\r\n").await.status, 400);
    for (body, said) in [
        (&b"{"[..], "/body: json"),
        (b"{\"name\":\"\xff\"}", "/body: json"),
        (b"[]", "/body: type"),
        (b"{\"name\":\"a\",\"user_id\":null}", "/body/user_id: type"),
        (b"", "/headers/content-type: media-type"),
    ] {
        let headers = [("x-pd-api-key", "key-1"), ("content-type", if body.is_empty() { "text/plain" } else { "application/json" })];
        let refused = send(&sandbox, "POST", path, &headers, body).await;
        assert_eq!(refused.status, 400);
        assert!(refused.text().contains(said), "{}", refused.text());
    }
    let deep = [vec![b'['; 400], vec![b']'; 400]].concat();
    assert!(send(&sandbox, "POST", path, &headers, &deep).await.text().contains("recursion limit"));
    let nothing = send(&sandbox, "POST", path, &[("x-pd-api-key", "key-1")], b"").await;
    assert!(nothing.text().contains("/body: required"), "{}", nothing.text());
    Caller::v2(&sandbox).session().await;
}

#[tokio::test]
async fn forms_that_are_none_are_refused() {
    let sandbox = frozen(Config::default()).await;
    let path = "/api/v2/team/file/upload-datasource";
    for (media, body, said) in [
        ("multipart/form-data", "", "boundary"),
        ("multipart/form-data; boundary=x", "--x--", "/body/file: required"),
        ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc\r\n--x--", "`filename`"),
        ("application/json", "{}", "media-type"),
    ] {
        let refused = send(&sandbox, "POST", path, &[("x-pd-api-key", "key-1"), ("content-type", media)], body.as_bytes()).await;
        assert_eq!(refused.status, 400);
        assert!(refused.text().contains(said), "{}", refused.text());
    }
}

#[tokio::test]
async fn odd_files_are_answered_or_explained() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let session = caller.session().await;
    for (name, content, said) in [
        ("header.csv", "a,b\n", "has a header and no rows"),
        ("quotes.csv", "a,b\n\"x,1\ny,2\n", "never closed"),
        ("broken.json", "[{", "is not JSON"),
        ("report.pdf", "%PDF-1.7", "does not read"),
        ("ragged.csv", "a,b\n1,2\n3\n", "fewer cells"),
        ("formula.csv", "a,b\n=cmd|' /C calc'!A0,2\nx,3\n", "total b is **5**"),
    ] {
        let dataset = caller.dataset(name, content).await;
        let answer = caller.ask(&session, &dataset, "What is the total b?").await;
        answer.data();
        assert!(answer.text().contains(said), "{name}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_million_rows_are_counted() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let mut text = String::from("Region,Sales\n");
    for row in 0..1_000_000 {
        text.push_str(if row % 4 == 0 { "North,3\n" } else { "South,1\n" });
    }
    let (session, dataset) = (caller.session().await, caller.dataset("big.csv", text).await);
    let answer = caller.ask(&session, &dataset, "What is the total sales by region?").await;
    assert!(answer.text().contains("North: **750000**") && answer.text().contains("South: **750000**"), "{}", answer.text());
}

#[tokio::test]
async fn the_same_seed_gives_the_same_ids() {
    let mut told = Vec::new();
    for seed in [1, 1, 2] {
        let sandbox = frozen(Config { seed, ..Config::default() }).await;
        let caller = Caller::v2(&sandbox);
        let session = caller.session().await;
        let job = caller.post("/jobs", json!({ "session_id": session, "question": "Why?" })).await;
        told.push((session, job.text()));
    }
    assert_eq!(told[0], told[1]);
    assert_ne!(told[0].0, told[2].0);
    assert!(told[0].1.contains("there is no data to answer it from"));
}
