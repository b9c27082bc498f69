//! A client of a few lines: it writes a request to a socket and takes apart what comes back.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::oracle;
use crate::Sandbox;
use crate::spec::Api;

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: Vec<u8>,
    /// The body ended as it was announced.
    pub(super) whole: bool,
    /// The sizes of its chunks, if it came in chunks.
    pub(super) chunks: Vec<usize>,
}

impl Answer {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub(super) fn code(&self) -> i64 {
        self.json()["code"].as_i64().unwrap_or(-1)
    }

    pub(super) fn data(&self) -> Value {
        assert_eq!((self.status, self.code()), (200, 0), "{}", self.text());
        self.json()["data"].clone()
    }

    /// The name and the data of every event.
    pub(super) fn events(&self) -> Vec<(String, String)> {
        let text = self.text();
        let blocks = text.split("\n\n").filter(|block| !block.is_empty() && !block.starts_with(':'));
        let line =
            |block: &str, field: &str| block.lines().find_map(|line| line.strip_prefix(field).map(str::to_owned)).unwrap_or_default();
        blocks.map(|block| (line(block, "event:"), line(block, "data:"))).collect()
    }
}

/// Sends bytes as they are and reads until the server closes the connection.
pub(super) async fn raw(sandbox: &Sandbox, request: &[u8]) -> Answer {
    raw_at(sandbox.address(), request).await
}

pub(super) async fn raw_at(address: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // A server that refuses early closes before everything was written.
    let _ = stream.write_all(request).await;
    let mut received = Vec::new();
    let mut whole = true;
    let mut buffer = vec![0; 65536];
    loop {
        match stream.read(&mut buffer).await {
            Ok(0) => break,
            Ok(length) => received.extend_from_slice(&buffer[..length]),
            Err(_) => {
                whole = false;
                break;
            }
        }
    }
    take_apart(&received, whole)
}

fn take_apart(received: &[u8], whole: bool) -> Answer {
    let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Answer { status: 0, head: String::new(), body: received.to_vec(), whole: false, chunks: Vec::new() };
    };
    let head = String::from_utf8(received[..end].to_vec()).expect("UTF-8");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    let mut answer = Answer { status, head, body: received[end + 4..].to_vec(), whole, chunks: Vec::new() };
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.whole &= unchunk(&mut answer);
    } else if let Some(length) = answer.header("content-length").and_then(|length| length.parse::<usize>().ok()) {
        answer.whole &= answer.body.len() == length;
    }
    answer
}

/// Undoes the chunks. False means that the last one is missing.
fn unchunk(answer: &mut Answer) -> bool {
    let mut rest = std::mem::take(&mut answer.body);
    loop {
        let Some(line) = rest.windows(2).position(|window| window == b"\r\n") else { return false };
        let Ok(size) = usize::from_str_radix(&String::from_utf8_lossy(&rest[..line]), 16) else { return false };
        if size == 0 {
            return true;
        }
        let end = (line + 2 + size).min(rest.len());
        answer.body.extend_from_slice(&rest[line + 2..end]);
        answer.chunks.push(size);
        if end + 2 > rest.len() {
            return false;
        }
        rest.drain(..end + 2);
    }
}

/// One request with headers of its own.
pub(super) async fn send(sandbox: &Sandbox, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let path = path.strip_prefix(sandbox.url()).unwrap_or(path);
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n", sandbox.address());
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() || method == "POST" || method == "PUT" {
        request.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    let bytes = [request.as_bytes(), b"\r\n", body].concat();
    raw(sandbox, &bytes).await
}

/// A caller of one of the Powerdrill APIs. Every reply is judged by the spec.
pub(super) struct Caller<'a> {
    pub(super) sandbox: &'a Sandbox,
    pub(super) api: Api,
    pub(super) key: &'a str,
    pub(super) user: &'a str,
}

impl<'a> Caller<'a> {
    pub(super) fn v2(sandbox: &'a Sandbox) -> Self {
        Self { sandbox, api: Api::V2, key: "key-1", user: "user-1" }
    }

    pub(super) fn v1(sandbox: &'a Sandbox) -> Self {
        Self { sandbox, api: Api::V1, key: "key-1", user: "" }
    }

    pub(super) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        self.faulty(method, path, body, "").await
    }

    /// A call that meets faults.
    pub(super) async fn faulty(&self, method: &str, path: &str, mut body: Value, faults: &str) -> Answer {
        let mut path = format!("/api{}{path}", if self.api == Api::V2 { "/v2/team" } else { "/v1" });
        if !self.user.is_empty() {
            match method {
                "GET" => path = format!("{path}{}user_id={}", if path.contains('?') { "&" } else { "?" }, self.user),
                _ => body["user_id"] = json!(self.user),
            }
        }
        let authorization = format!("Bearer {}", self.key);
        let key = if self.api == Api::V2 { ("x-pd-api-key", self.key) } else { ("authorization", authorization.as_str()) };
        let mut headers = vec![key];
        if !faults.is_empty() {
            headers.push(("x-sandbox-fault", faults));
        }
        let text = body.to_string();
        let text = if body.is_null() { "" } else { &text };
        if !text.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        let answer = send(self.sandbox, method, &path, &headers, text.as_bytes()).await;
        if faults.is_empty() {
            oracle::judge(method, &path, &answer);
        }
        answer
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, Value::Null).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path, body).await
    }

    pub(super) async fn session(&self) -> String {
        let answer = match self.api {
            Api::V1 => self.post("/sessions", json!({ "title": "Review", "config": {} })).await.data(),
            _ => self.post("/sessions", json!({ "name": "Review" })).await.data()["id"].clone(),
        };
        answer.as_str().expect("a text").to_owned()
    }

    /// A dataset with a file in it that is ready.
    pub(super) async fn dataset(&self, name: &str, content: impl Into<bytes::Bytes>) -> String {
        let url = format!("https://files.example.com/{name}");
        self.sandbox.register_content(&url, content);
        let extension = name.rsplit('.').next().unwrap_or_default();
        let body = match self.api {
            Api::V1 => json!({ "name": name, "type": "FILE", "url": url, "ext": extension }),
            _ => json!({ "name": name, "type": "FILE", "url": url }),
        };
        let data = self.post("/datasources", body).await.data();
        self.sandbox.advance(std::time::Duration::from_secs(1));
        let member = if self.api == Api::V1 { "datasetId" } else { "dataset_id" };
        data[member].as_str().expect("a text").to_owned()
    }

    /// The answer to a question, not streamed, of the team API.
    pub(super) async fn ask(&self, session: &str, dataset: &str, question: &str) -> Answer {
        self.post("/jobs", json!({ "session_id": session, "question": question, "dataset_id": dataset })).await
    }

    pub(super) async fn stream(&self, session: &str, dataset: &str, question: &str, faults: &str) -> Answer {
        match self.api {
            Api::V1 => {
                let body = json!({ "sessionId": session, "question": question, "datasetId": dataset, "stream": true });
                self.faulty("POST", "/chat/completions", body, faults).await
            }
            _ => {
                let body = json!({ "session_id": session, "question": question, "dataset_id": dataset, "stream": true });
                self.faulty("POST", "/jobs", body, faults).await
            }
        }
    }
}
