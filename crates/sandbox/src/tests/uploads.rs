//! Uploads in one request and in parts, and what becomes of the files.

use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::client::{Answer, Caller, send};
use super::frozen;
use crate::{Config, Limits};

const CSV: &str = "Region,Sales\nNorth,1\nSouth,2\n";

fn form(name: &str, content: &[u8], user: &str) -> Vec<u8> {
    let head = format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n");
    let tail = format!("\r\n--x\r\nContent-Disposition: form-data; name=\"user_id\"\r\n\r\n{user}\r\n--x--\r\n");
    [head.as_bytes(), content, tail.as_bytes()].concat()
}

async fn upload(caller: &Caller<'_>, name: &str, content: &[u8]) -> Answer {
    let path = "/api/v2/team/file/upload-datasource";
    let headers = [("x-pd-api-key", caller.key), ("content-type", "multipart/form-data; boundary=x")];
    let answer = send(caller.sandbox, "POST", path, &headers, &form(name, content, caller.user)).await;
    super::oracle::judge("POST", path, &answer);
    answer
}

/// A file in one request and the same in parts; a data source of each has its content.
pub(super) async fn both_ways(caller: &Caller<'_>) {
    let whole = upload(caller, "sales.csv", CSV.as_bytes()).await.data()["file_object_key"].clone();
    let begun = caller.post("/file/init-multipart-upload", json!({ "file_name": "sales.csv", "file_size": CSV.len() })).await.data();
    let parts = put_all(caller, &begun, CSV.as_bytes()).await;
    let body = json!({ "file_object_key": begun["file_object_key"], "upload_id": begun["upload_id"], "part_etags": parts });
    let joined = caller.post("/file/complete-multipart-upload", body).await.data()["file_object_key"].clone();
    for key in [whole, joined] {
        let source = caller.post("/datasources", json!({ "name": "sales.csv", "type": "FILE", "file_object_key": key })).await.data();
        let path =
            format!("/datasets/{}/datasources/{}", source["dataset_id"].as_str().expect("a text"), source["id"].as_str().expect("a text"));
        assert_eq!(caller.get(&path).await.data()["size"], CSV.len());
        let link = caller.post(&format!("{path}/presign"), json!({})).await.data();
        assert_eq!(send(caller.sandbox, "GET", link["presigned_url"].as_str().expect("a text"), &[], b"").await.text(), CSV);
    }
}

/// Sends every part to its link, and returns what the completion needs.
async fn put_all(caller: &Caller<'_>, begun: &Value, content: &[u8]) -> Vec<Value> {
    let mut at = 0;
    let mut parts = Vec::new();
    for part in begun["part_items"].as_array().expect("a list") {
        let size = usize::try_from(part["size"].as_u64().expect("a number")).expect("it fits");
        let sent = send(caller.sandbox, "PUT", part["upload_url"].as_str().expect("a text"), &[], &content[at..at + size]).await;
        let etag = sent.header("etag").expect("an ETag").trim_matches('"').to_owned();
        parts.push(json!({ "number": part["number"], "etag": etag }));
        at += size;
    }
    assert_eq!(at, content.len());
    parts
}

#[tokio::test]
async fn an_upload_in_parts_needs_all_parts_in_order_with_their_etags() {
    let limits = Limits { part: 10, ..Limits::default() };
    let sandbox = frozen(Config { limits, ..Config::default() }).await;
    let caller = Caller::v2(&sandbox);
    let begun = caller.post("/file/init-multipart-upload", json!({ "file_name": "a.csv", "file_size": CSV.len() })).await.data();
    let complete = |parts: Vec<Value>| {
        let body = json!({ "file_object_key": begun["file_object_key"], "upload_id": begun["upload_id"], "part_etags": parts });
        caller.post("/file/complete-multipart-upload", body)
    };
    let part = &begun["part_items"][0];
    let short = send(&sandbox, "PUT", part["upload_url"].as_str().expect("a text"), &[], b"short").await;
    assert_eq!((short.status, short.text().contains("IncompleteBody")), (400, true));
    let parts = put_all(&caller, &begun, CSV.as_bytes()).await;
    assert_eq!(parts.len(), CSV.len().div_ceil(10));
    let mut turned = parts.clone();
    turned.swap(0, 1);
    let mut quoted = parts.clone();
    quoted[1]["etag"] = json!(format!("\"{}\"", quoted[1]["etag"].as_str().expect("a text")));
    for (wrong, said) in [(turned, "in this order"), (parts[1..].to_vec(), "in this order"), (quoted, "the ETag of part 2 is wrong")] {
        let refused = complete(wrong).await;
        assert_eq!(refused.code(), 300_007);
        assert!(refused.text().contains(said), "{}", refused.text());
    }
    complete(parts.clone()).await.data();
    assert_eq!(complete(parts).await.code(), 300_003, "an upload is completed once");
}

#[tokio::test]
async fn files_that_cannot_be_used_are_refused_with_their_codes() {
    let limits = Limits { storage: 100, ..Limits::default() };
    let sandbox = frozen(Config { limits, ..Config::default() }).await;
    let caller = Caller::v2(&sandbox);
    assert_eq!(upload(&caller, "program.exe", b"x").await.code(), 300_004);
    assert_eq!(upload(&caller, "../../etc/passwd", b"x").await.code(), 300_004);
    assert_eq!(upload(&caller, "empty.csv", b"").await.code(), 300_005);
    assert_eq!(upload(&caller, "large.csv", &[b'x'; 101]).await.code(), 300_006);
    let key = upload(&caller, "../../a.csv", b"a\n1\n").await.data()["file_object_key"].as_str().expect("a text").to_owned();
    assert!(key.starts_with("temp/file-") && !key.contains(".."), "{key}");
    let source = |key: &str| caller.post("/datasources", json!({ "name": "a.csv", "type": "FILE", "file_object_key": key }));
    assert_eq!(source("temp/none.csv").await.code(), 300_003);
    assert_eq!(source("../../../etc/passwd").await.code(), 300_003);
    let stranger = Caller { key: "key-2", ..Caller::v2(&sandbox) };
    let body = json!({ "name": "a.csv", "type": "FILE", "file_object_key": key });
    assert_eq!(stranger.post("/datasources", body).await.code(), 300_003, "files belong to a key");
}

#[tokio::test]
async fn links_expire_and_cannot_be_forged() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let dataset = caller.dataset("a.csv", Bytes::from_static(CSV.as_bytes())).await;
    let source =
        caller.get(&format!("/datasets/{dataset}/datasources")).await.data()["records"][0]["id"].as_str().expect("a text").to_owned();
    let path = format!("/datasets/{dataset}/datasources/{source}/presign");
    let link = caller.post(&path, json!({ "expires_in": 60 })).await.data()["presigned_url"].as_str().expect("a text").to_owned();
    assert_eq!(send(&sandbox, "GET", &link, &[], b"").await.text(), CSV);
    assert_eq!(send(&sandbox, "DELETE", &link, &[], b"").await.status, 405);
    let forged = link.replace("expires=1", "expires=2");
    assert!(send(&sandbox, "GET", &forged, &[], b"").await.text().contains("SignatureDoesNotMatch"));
    let elsewhere = link.replace("a.csv", "..%2fb.csv");
    assert_eq!(send(&sandbox, "GET", &elsewhere, &[], b"").await.status, 403);
    sandbox.advance(Duration::from_secs(60));
    let expired = send(&sandbox, "GET", &link, &[], b"").await;
    assert_eq!((expired.status, expired.text().contains("AccessDenied")), (403, true));
    assert_eq!(send(&sandbox, "GET", "/files/../secret", &[], b"").await.status, 404);
}
