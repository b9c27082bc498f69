//! A server of a few lines: every connection is handled by what a test gives it, which sees when the client goes away.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use powerdrill::{Client, Timeouts};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// One request, as it was sent.
#[derive(Clone, Debug)]
pub struct Request {
    /// Method and target, such as `POST /v2/team/jobs`.
    pub line: String,
    pub body: String,
}

pub struct Server {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
    task: JoinHandle<()>,
}

pub struct Connection(TcpStream);

impl Server {
    /// Handles each connection, which carries one request, by `handle`.
    pub async fn start<F, R>(handle: F) -> Self
    where
        F: Fn(Request, Connection) -> R + Send + Sync + 'static,
        R: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (handle, seen) = (Arc::new(handle), Arc::new(Mutex::new(Vec::new())));
        let record = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (handle, record) = (Arc::clone(&handle), Arc::clone(&record));
                tokio::spawn(async move {
                    if let Some(request) = read(&mut stream).await {
                        record.lock().expect("not poisoned").push(request.clone());
                        handle(request, Connection(stream)).await;
                    }
                });
            }
        });
        Self { address, seen, task }
    }

    /// Answers every request with these bytes of a stream and closes the connection.
    pub async fn streaming(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(move |_, mut connection| {
            let bytes = bytes.clone();
            async move {
                connection.open().await;
                connection.send(&bytes).await;
            }
        })
        .await
    }

    pub fn requests(&self) -> Vec<Request> {
        self.seen.lock().expect("not poisoned").clone()
    }

    /// How many questions were asked.
    pub fn questions(&self) -> usize {
        self.requests().iter().filter(|request| request.line.starts_with("POST")).count()
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A client that repeats what may be repeated.
    pub fn client(&self) -> Client {
        self.client_with(Timeouts::default())
    }

    pub fn client_with(&self, timeouts: Timeouts) -> Client {
        let builder = Client::builder().key("key-1").user_id("user-1").base_url(self.url());
        builder.timeouts(timeouts).build().expect("a client")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Connection {
    /// The head of a stream that ends with the connection.
    pub async fn open(&mut self) {
        self.send(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nx-pd-trace-id: trace-1\r\nconnection: close\r\n\r\n").await;
    }

    /// A client that goes away is a part of many tests.
    pub async fn send(&mut self, bytes: &[u8]) -> bool {
        self.0.write_all(bytes).await.is_ok()
    }

    pub async fn reply(&mut self, status: u16, content_type: &str, body: &str) {
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status} Whatever\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
        self.send(format!("{head}{body}").as_bytes()).await;
    }

    /// Waits until the client has gone.
    pub async fn gone(mut self) {
        let mut buffer = [0; 64];
        while matches!(self.0.read(&mut buffer).await, Ok(count) if count > 0) {}
    }
}

/// Reads a request with a length.
async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        text.extend_from_slice(&buffer[..count]);
        let Some(head) = text.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let lines = String::from_utf8_lossy(&text[..head]).into_owned();
        let length = lines.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse().ok()).unwrap_or(0);
        if text.len() >= head + 4 + length {
            let line = lines.lines().next()?.trim_end_matches(" HTTP/1.1").to_owned();
            return Some(Request { line, body: String::from_utf8_lossy(&text[head + 4..]).into_owned() });
        }
    }
}
