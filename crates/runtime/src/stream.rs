//! Bodies that are read as they come in: streams of events, and downloads.
//!
//! Pull only: there is no task and no channel, and dropping one closes its connection.

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::HeaderMap;
use tokio::time::{Instant, Sleep, sleep};

use crate::call::Head;
use crate::client::Client;
use crate::clock::after;
use crate::error::{Delivery, Error, ErrorKind, Timeout};
use crate::transport::ByteStream;

/// The bytes of a stream of events that the server has opened.
///
/// The end of the bytes is not the end of what they say: whoever reads the events has to see whether the last one was the last.
/// After an error there is nothing more. Dropping it closes the connection.
pub struct EventBytes {
    incoming: Incoming,
    client: Client,
}

/// The bytes of a download. After an error there is nothing more.
pub struct Download(Incoming);

struct Incoming {
    head: Head,
    /// `None` once it has ended.
    body: Option<ByteStream>,
    operation: Cow<'static, str>,
    silence: Option<Silence>,
    what: &'static str,
}

/// How long nothing may come while somebody waits. A reader that asks for nothing is not the server's silence.
struct Silence {
    limit: Duration,
    timer: Pin<Box<Sleep>>,
    /// Somebody has asked since something came.
    asked: bool,
}

impl EventBytes {
    pub(crate) fn new(client: Client, head: Head, body: ByteStream, operation: Cow<'static, str>) -> Self {
        let idle = client.shared().timeouts.idle;
        Self { incoming: Incoming::new(head, body, operation, idle, "stream"), client }
    }

    /// Gives the headers of the reply.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.incoming.head.headers
    }

    /// Gives the id that the server gave the call.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.incoming.head.trace_id.as_deref()
    }

    /// Gives the name of the operation, for errors about what the events say.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.incoming.operation
    }

    /// Adds what is known of the call to an error about what the events say: the operation, the status, the id.
    /// The key, which a server may echo, is taken out of it.
    #[must_use]
    pub fn about(&self, error: Error) -> Error {
        self.incoming.annotate(self.client.shared().redacted_error(error))
    }

    /// Closes the connection. Nothing more comes.
    pub fn close(&mut self) {
        self.incoming.body = None;
    }
}

impl Download {
    pub(crate) fn new(head: Head, body: ByteStream, operation: Cow<'static, str>, idle: Option<Duration>) -> Self {
        Self(Incoming::new(head, body, operation, idle, "download"))
    }

    /// Gives the number of bytes, if the server says it.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.0.head.length()
    }

    /// Gives the HTTP status: 206 where only a part was asked for and is given, else 200.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.head.status
    }

    /// Gives the headers of the reply.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.head.headers
    }

    /// Gives the type of the content, if the server says it.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.0.head.content_type()
    }

    /// Reads everything into memory.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLarge`] if it is more than `limit` bytes; [`ErrorKind::StreamEnded`] and [`ErrorKind::Timeout`] if it breaks.
    pub async fn bytes(mut self, limit: usize) -> Result<Bytes, Error> {
        let mut all = BytesMut::new();
        while let Some(piece) = std::future::poll_fn(|context| self.0.poll(context)).await {
            let piece = piece?;
            if all.len() + piece.len() > limit {
                return Err(self.0.error(ErrorKind::TooLarge { limit }, "it was not read to its end".to_owned()));
            }
            all.extend_from_slice(&piece);
        }
        Ok(all.freeze())
    }
}

impl Incoming {
    fn new(head: Head, body: ByteStream, operation: Cow<'static, str>, idle: Option<Duration>, what: &'static str) -> Self {
        let silence = idle.map(|limit| Silence { limit, timer: Box::pin(sleep(limit)), asked: false });
        Self { head, body: Some(body), operation, silence, what }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        if let Poll::Ready(next) = Pin::new(body).poll_next(context) {
            if let Some(silence) = &mut self.silence {
                silence.asked = false;
            }
            return Poll::Ready(match next {
                Some(Ok(piece)) => Some(Ok(piece)),
                Some(Err(error)) => {
                    self.body = None;
                    Some(Err(self.error(ErrorKind::StreamEnded, error.to_string()).caused_by(error)))
                }
                None => {
                    self.body = None;
                    None
                }
            });
        }
        let Some(silence) = &mut self.silence else { return Poll::Pending };
        if !silence.asked {
            silence.asked = true;
            silence.timer.as_mut().reset(after(Instant::now(), silence.limit));
        }
        if silence.timer.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        let limit = silence.limit;
        let message = format!("nothing came for {limit:?}, not even a heartbeat, in the middle of the {}", self.what);
        self.body = None;
        Poll::Ready(Some(Err(self.error(ErrorKind::Timeout(Timeout::Idle), message))))
    }

    fn error(&self, kind: ErrorKind, message: String) -> Error {
        self.annotate(Error::new(kind, message))
    }

    fn annotate(&self, error: Error) -> Error {
        self.head.annotate(error.during(self.operation.clone()).with(|inner| inner.delivery = Delivery::Answered))
    }
}

impl Stream for EventBytes {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.incoming.poll(context)
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll(context)
    }
}

impl fmt::Debug for EventBytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("EventBytes").field("operation", &self.incoming.operation).finish_non_exhaustive()
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Download").field("operation", &self.0.operation).finish_non_exhaustive()
    }
}
