//! A server of a few lines: it records every request that reaches it in full and answers with the steps that a test gives it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// No test sends more.
const MOST: usize = 32 * 1024 * 1024;

#[derive(Clone, Debug)]
pub struct Seen {
    pub method: String,
    /// Path and query, as they were sent.
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a text")
    }
}

/// What to do with one request. After the last step the connection is closed.
#[derive(Clone, Debug)]
pub enum Step {
    Send(Vec<u8>),
    Wait(Duration),
    /// Keeps the connection open and says nothing.
    Hang,
}

pub type Steps = Vec<Step>;

pub struct Server {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Server {
    /// `answer` gets the number of the request, from 0, and the request.
    pub async fn start(answer: impl Fn(usize, &Seen) -> Steps + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (answer, record) = (Arc::new(answer), Arc::clone(&seen));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, record) = (Arc::clone(&answer), Arc::clone(&record));
                tokio::spawn(async move {
                    // A client that goes away is a part of many tests.
                    drop(serve(stream, answer.as_ref(), &record).await);
                });
            }
        });
        Self { address, seen, task }
    }

    /// Always the same reply.
    pub async fn replying(status: u16, body: &str) -> Self {
        let reply = reply(status, "application/json", body);
        Self::start(move |_, _| reply.clone()).await
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("not poisoned").clone()
    }

    pub fn count(&self) -> usize {
        self.seen().len()
    }

    pub fn last(&self) -> Seen {
        self.seen().pop().expect("a request")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    answer: &(impl Fn(usize, &Seen) -> Steps + ?Sized),
    record: &Mutex<Vec<Seen>>,
) -> std::io::Result<()> {
    let Some(request) = read(&mut stream).await? else { return Ok(()) };
    let number = {
        let mut seen = record.lock().expect("not poisoned");
        seen.push(request.clone());
        seen.len() - 1
    };
    for step in answer(number, &request) {
        match step {
            Step::Send(bytes) => {
                stream.write_all(&bytes).await?;
                stream.flush().await?;
            }
            Step::Wait(time) => tokio::time::sleep(time).await,
            Step::Hang => std::future::pending().await,
        }
    }
    stream.shutdown().await
}

/// Reads a request with a length or in chunks.
async fn read(stream: &mut TcpStream) -> std::io::Result<Option<Seen>> {
    let mut buffer = Vec::new();
    let head_end = loop {
        if let Some(end) = find(&buffer, b"\r\n\r\n") {
            break end;
        }
        if !more(stream, &mut buffer).await? {
            return Ok(None);
        }
    };
    let head = String::from_utf8_lossy(&buffer[..head_end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (first.next().unwrap_or_default().to_owned(), first.next().unwrap_or_default().to_owned());
    let headers: Vec<(String, String)> =
        lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.to_lowercase(), value.trim().to_owned())).collect();
    let value = |wanted: &str| headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    let mut rest = buffer.split_off(head_end + 4);
    let body = if let Some(length) = value("content-length").and_then(|length| length.parse::<usize>().ok()) {
        while rest.len() < length {
            if !more(stream, &mut rest).await? {
                return Ok(None);
            }
        }
        rest.truncate(length);
        rest
    } else if value("transfer-encoding").is_some() {
        while find(&rest, b"0\r\n\r\n").is_none() {
            if !more(stream, &mut rest).await? {
                return Ok(None);
            }
        }
        unchunk(&rest)
    } else {
        Vec::new()
    };
    Ok(Some(Seen { method, target, headers, body }))
}

async fn more(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> std::io::Result<bool> {
    assert!(buffer.len() < MOST, "a test sends too much");
    let mut piece = vec![0; 16 * 1024];
    let count = stream.read(&mut piece).await?;
    buffer.extend_from_slice(&piece[..count]);
    Ok(count > 0)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

fn unchunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = find(bytes, b"\r\n") {
        let size = std::str::from_utf8(&bytes[..end]).ok().and_then(|size| usize::from_str_radix(size, 16).ok()).expect("a size");
        if size == 0 {
            break;
        }
        body.extend_from_slice(&bytes[end + 2..end + 2 + size]);
        bytes = &bytes[end + 2 + size + 2..];
    }
    body
}

/// The head of a reply, with whatever headers a test wants.
pub fn head(status: u16, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} Whatever\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// A whole reply.
pub fn reply(status: u16, content_type: &str, body: &str) -> Steps {
    reply_with(status, &[("content-type", content_type)], body)
}

pub fn reply_with(status: u16, headers: &[(&str, &str)], body: &str) -> Steps {
    let length = body.len().to_string();
    let mut bytes = head(status, &[&[("content-length", length.as_str())], headers].concat());
    bytes.extend_from_slice(body.as_bytes());
    vec![Step::Send(bytes)]
}
