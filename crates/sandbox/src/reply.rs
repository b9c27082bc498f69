//! What is answered, first as content that faults can still change, then as pieces that are sent.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{HeaderMap, Response, StatusCode};
use serde_json::Value;
use tokio::time::Sleep;

pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) content: Content,
}

pub(crate) enum Content {
    Json(Value),
    Events(Vec<Event>),
    Bytes(Bytes),
}

/// One thing in a stream.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    Named { id: Option<String>, name: String, data: Data },
    Comment(&'static str),
}

#[derive(Clone, Debug)]
pub(crate) enum Data {
    Text(String),
    Frame(Value),
}

/// One step of sending a body.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Bytes(Bytes),
    /// Every byte goes by itself.
    Split(Bytes),
    Wait(Duration),
    /// The connection breaks here.
    Break,
}

impl Reply {
    pub(crate) fn json(status: StatusCode, value: Value) -> Self {
        Self { status, headers: HeaderMap::new(), content: Content::Json(value) }.header(CONTENT_TYPE, "application/json")
    }

    pub(crate) fn events(events: Vec<Event>) -> Self {
        Self { status: StatusCode::OK, headers: HeaderMap::new(), content: Content::Events(events) }
            .header(CONTENT_TYPE, "text/event-stream")
            .header(hyper::header::CACHE_CONTROL, "no-cache")
    }

    pub(crate) fn bytes(status: StatusCode, media: &str, bytes: impl Into<Bytes>) -> Self {
        Self { status, headers: HeaderMap::new(), content: Content::Bytes(bytes.into()) }.header(CONTENT_TYPE, media)
    }

    /// Sets a header. What is no legal value of a header is left out.
    pub(crate) fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }
}

impl Event {
    pub(crate) fn text(name: &str, text: impl Into<String>) -> Self {
        Self::Named { id: None, name: name.into(), data: Data::Text(text.into()) }
    }

    /// The event as it is sent: no blank after the colons, and one line of data.
    pub(crate) fn wire(&self) -> Bytes {
        let text = match self {
            Self::Comment(text) => format!(":{text}\n\n"),
            Self::Named { id, name, data } => {
                let id = id.as_ref().map(|id| format!("id:{id}\n")).unwrap_or_default();
                let data = match data {
                    Data::Text(text) => text.replace(['\r', '\n'], " "),
                    Data::Frame(frame) => frame.to_string(),
                };
                format!("{id}event:{name}\ndata:{data}\n\n")
            }
        };
        text.into()
    }
}

impl Content {
    /// The content as pieces. Events are pieces of their own, with a pause after each.
    pub(crate) fn pieces(self, pause: Duration) -> Vec<Piece> {
        match self {
            Self::Json(value) => vec![Piece::Bytes(value.to_string().into())],
            Self::Bytes(bytes) => vec![Piece::Bytes(bytes)],
            Self::Events(events) => events
                .iter()
                .flat_map(|event| [Some(Piece::Bytes(event.wire())), (!pause.is_zero()).then_some(Piece::Wait(pause))])
                .flatten()
                .collect(),
        }
    }
}

/// A body that is sent piece by piece.
pub(crate) struct Script {
    pieces: VecDeque<Piece>,
    sleep: Option<Pin<Box<Sleep>>>,
    /// After a piece, others get their turn, so that the piece is really written.
    pause: bool,
    length: Option<u64>,
}

/// The connection was broken on purpose.
#[derive(Debug)]
pub(crate) struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the sandbox broke the connection on purpose")
    }
}

impl std::error::Error for Broken {}

impl Script {
    /// `length` is what is promised; without it the body is sent in chunks.
    pub(crate) fn new(pieces: Vec<Piece>, length: Option<u64>) -> Self {
        // What breaks before its first byte has a head all the same.
        let pause = matches!(pieces.first(), Some(Piece::Break));
        Self { pieces: pieces.into(), sleep: None, pause, length }
    }

    pub(crate) fn response(self, status: StatusCode, headers: HeaderMap) -> Result<Response<Self>, Infallible> {
        let mut response = Response::new(self);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

impl Body for Script {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let this = self.get_mut();
        loop {
            if let Some(sleep) = &mut this.sleep {
                if sleep.as_mut().poll(context).is_pending() {
                    return Poll::Pending;
                }
                this.sleep = None;
            }
            if std::mem::take(&mut this.pause) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            match this.pieces.pop_front() {
                None => return Poll::Ready(None),
                Some(Piece::Bytes(bytes)) => {
                    this.pause = !this.pieces.is_empty();
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                Some(Piece::Split(mut bytes)) if !bytes.is_empty() => {
                    let first = bytes.split_to(1);
                    if !bytes.is_empty() {
                        this.pieces.push_front(Piece::Split(bytes));
                    }
                    this.pause = !this.pieces.is_empty();
                    return Poll::Ready(Some(Ok(Frame::data(first))));
                }
                Some(Piece::Split(_)) => {}
                Some(Piece::Wait(time)) => this.sleep = Some(Box::pin(tokio::time::sleep(time))),
                Some(Piece::Break) => return Poll::Ready(Some(Err(Broken))),
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}
