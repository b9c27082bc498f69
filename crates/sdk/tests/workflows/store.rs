//! A store of one file: it gives parts of it, has versions, breaks off, and refuses, as a test wants it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use powerdrill::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// How one request is answered.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub content: Vec<u8>,
    /// Answers with the part that is asked for, if the version is that which is asked for.
    pub ranges: bool,
    pub etag: Option<&'static str>,
    /// The connection breaks after so many bytes of the body.
    pub cut: Option<usize>,
    /// Further headers, each with its line end.
    pub headers: String,
    /// Says how long the body is.
    pub sized: bool,
}

impl Reply {
    pub fn file(content: &[u8]) -> Self {
        Self { status: 200, content: content.to_vec(), ranges: true, etag: Some("\"v1\""), cut: None, headers: String::new(), sized: true }
    }

    pub fn status(status: u16) -> Self {
        Self { status, ranges: false, etag: None, ..Self::file(b"<Error><Code>AccessDenied</Code></Error>") }
    }

    pub fn cut(self, after: usize) -> Self {
        Self { cut: Some(after), ..self }
    }

    pub fn etag(self, etag: Option<&'static str>) -> Self {
        Self { etag, ..self }
    }

    fn bytes(&self, request: &Request) -> Vec<u8> {
        let mut head = String::new();
        let mut body = &self.content[..];
        let mut status = self.status;
        let start = request.header("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
        let same = request.header("if-range").is_none_or(|version| Some(version) == self.etag);
        if let (true, true, Some(start)) = (self.ranges, same, start) {
            let total = body.len();
            if start >= total {
                return format!(
                    "HTTP/1.1 416 Whatever\r\ncontent-range: bytes */{total}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                )
                .into();
            }
            body = &body[start..];
            status = 206;
            head += &format!("content-range: bytes {start}-{}/{total}\r\n", total - 1);
        }
        if let Some(etag) = self.etag {
            head += &format!("etag: {etag}\r\n");
        }
        if self.sized {
            head += &format!("content-length: {}\r\n", body.len());
        }
        let kept = &body[..self.cut.unwrap_or(body.len()).min(body.len())];
        let head = format!("HTTP/1.1 {status} Whatever\r\n{head}{}connection: close\r\n\r\n", self.headers);
        [head.as_bytes(), kept].concat()
    }
}

#[derive(Clone, Debug)]
pub struct Request {
    pub line: String,
    pub headers: Vec<(String, String)>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

pub struct Store {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
    task: JoinHandle<()>,
}

impl Store {
    /// Gives one reply after the other; the last again and again.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies: Vec<Reply> = replies.into_iter().collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let Some(request) = read(&mut stream).await else { continue };
                let number = {
                    let mut seen = record.lock().expect("not poisoned");
                    seen.push(request.clone());
                    seen.len() - 1
                };
                let reply = &replies[number.min(replies.len() - 1)];
                // A client that goes away is a part of some tests.
                drop(stream.write_all(&reply.bytes(&request)).await);
            }
        });
        Self { address, seen, task }
    }

    pub fn link(&self) -> String {
        format!("http://{}/tables/sales.csv?signature=canary", self.address)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.seen.lock().expect("not poisoned").clone()
    }

    /// What was asked for: where the range begins, and of which version.
    pub fn ranges(&self) -> Vec<Option<String>> {
        let shown = |request: &Request| Some(format!("{} {}", request.header("range")?, request.header("if-range").unwrap_or("-")));
        self.requests().iter().map(shown).collect()
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A client whose API is elsewhere. What breaks is not repeated by it, so that a test sees what the download does.
pub fn client() -> Client {
    let builder = Client::builder().key("key-canary").user_id("user-1").base_url("http://127.0.0.1:9");
    builder.retry(powerdrill::RetryPolicy::off()).build().expect("a client")
}

/// Reads a request without a body.
async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    while !text.windows(4).any(|window| window == b"\r\n\r\n") {
        let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        text.extend_from_slice(&buffer[..count]);
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut lines = text.lines();
    let line = lines.next()?.to_owned();
    let headers = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Some(Request { line, headers })
}
