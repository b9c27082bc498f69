//! A transport that answers from a script, for tests in virtual time: no request leaves the process.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use apispec_runtime::{BoxFuture, ByteStream, Bytes, StatusCode, Stream, TransportError, TransportRequest, TransportResponse};
use powerdrill::{Client, RetryPolicy, Timeouts, Transport};
use serde_json::Value;
use tokio::time::{Instant, Sleep, sleep};

/// What a request is answered with.
#[derive(Clone)]
pub enum Reply {
    /// A status, a type, and pieces, each after a pause; then the end that is said.
    Body(u16, &'static str, Vec<(Duration, Bytes)>, Then),
    /// Too many requests: come again in so many seconds.
    Busy(u64),
    /// No connection.
    Refused,
    /// The connection breaks before anything comes.
    Reset,
    /// Nothing, for ever.
    Silence,
}

/// What comes after the last piece of a body.
#[derive(Clone, Copy)]
pub enum Then {
    End,
    Reset,
    Silence,
}

/// Answers each request with what it is given, in turn, and the last again and again.
pub struct Script {
    replies: Mutex<Vec<Reply>>,
    seen: Mutex<Vec<(Duration, String)>>,
    started: Instant,
}

impl Script {
    pub fn new(replies: impl IntoIterator<Item = Reply>) -> Arc<Self> {
        let replies = Mutex::new(replies.into_iter().collect());
        Arc::new(Self { replies, seen: Mutex::default(), started: Instant::now() })
    }

    pub fn requests(&self) -> Vec<String> {
        self.seen.lock().expect("not poisoned").iter().map(|(_, request)| request.clone()).collect()
    }

    /// When each request came, in seconds.
    pub fn times(&self) -> Vec<u64> {
        self.seen.lock().expect("not poisoned").iter().map(|(time, ..)| time.as_secs()).collect()
    }

    /// How many questions were asked.
    pub fn questions(&self) -> usize {
        self.requests().iter().filter(|request| request.starts_with("POST")).count()
    }

    /// A client that repeats nothing by itself.
    pub fn client(self: &Arc<Self>) -> Client {
        self.client_with(RetryPolicy::off(), Timeouts::default())
    }

    pub fn client_with(self: &Arc<Self>, policy: RetryPolicy, timeouts: Timeouts) -> Client {
        let builder = Client::builder().key("key-1").user_id("user-1").retry(policy).timeouts(timeouts);
        builder.with(|builder| builder.transport(Arc::clone(self) as Arc<dyn Transport>)).build().expect("a client")
    }

    #[cfg(feature = "v1")]
    pub fn personal(self: &Arc<Self>) -> powerdrill::v1::Client {
        let builder = powerdrill::v1::Client::builder().key("key-1").retry(RetryPolicy::off());
        builder.with(|builder| builder.transport(Arc::clone(self) as Arc<dyn Transport>)).build().expect("a client")
    }
}

impl Transport for Script {
    fn send(&self, request: TransportRequest) -> BoxFuture<'_, Result<TransportResponse, TransportError>> {
        drop(request.body);
        let place = request.url.split_once("/v").map_or("", |(_, path)| path);
        self.seen.lock().expect("not poisoned").push((self.started.elapsed(), format!("{} /v{place}", request.method)));
        let mut replies = self.replies.lock().expect("not poisoned");
        let reply = if replies.len() > 1 { replies.remove(0) } else { replies[0].clone() };
        Box::pin(async {
            match reply {
                Reply::Busy(seconds) => {
                    let mut response = TransportResponse::new(429, "");
                    response.headers.insert("retry-after", seconds.into());
                    Ok(response)
                }
                Reply::Refused => Err(TransportError::connect("connection refused")),
                Reply::Reset => Err(TransportError::broken("connection reset")),
                Reply::Silence => std::future::pending().await,
                Reply::Body(status, content_type, pieces, then) => {
                    let body = ByteStream::new(Body { pieces: pieces.into(), pause: None, then: Some(then) });
                    let mut response = TransportResponse::new(status, "");
                    response.status = StatusCode::from_u16(status).expect("a status");
                    response.headers.insert("content-type", content_type.parse().expect("a header"));
                    response.body = body;
                    Ok(response)
                }
            }
        })
    }
}

struct Body {
    pieces: VecDeque<(Duration, Bytes)>,
    pause: Option<Pin<Box<Sleep>>>,
    then: Option<Then>,
}

impl Stream for Body {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some((pause, _)) = self.pieces.front() else {
            return match self.then {
                Some(Then::Silence) => Poll::Pending,
                Some(Then::Reset) => {
                    self.then = Some(Then::End);
                    Poll::Ready(Some(Err(TransportError::broken("connection reset"))))
                }
                Some(Then::End) | None => Poll::Ready(None),
            };
        };
        let pause = *pause;
        if self.pause.get_or_insert_with(|| Box::pin(sleep(pause))).as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        self.pause = None;
        Poll::Ready(self.pieces.pop_front().map(|(_, piece)| Ok(piece)))
    }
}

/// A stream that comes at once and then does what is said.
pub fn stream_then(text: &str, then: Then) -> Reply {
    Reply::Body(200, "text/event-stream", vec![(Duration::ZERO, Bytes::from(text.to_owned()))], then)
}

/// A stream that ends with its connection.
pub fn stream(text: &str) -> Reply {
    stream_then(text, Then::End)
}

pub fn reply(status: u16, content_type: &'static str, body: &str) -> Reply {
    Reply::Body(status, content_type, vec![(Duration::ZERO, Bytes::from(body.to_owned()))], Then::End)
}

pub fn json_reply(value: &Value) -> Reply {
    reply(200, "application/json", &value.to_string())
}
