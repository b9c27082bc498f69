//! What carries a request to a server and a reply back: a trait, and the one that is used unless another is given.
//!
//! A transport does one exchange. It repeats nothing, follows nothing and knows no key beyond the headers it is given.

mod builtin;
mod tls;

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, StatusCode};

pub(crate) use builtin::Builtin;

use crate::clock::BoxFuture;
use crate::error::Delivery;
use crate::operation::Method;

/// Carries requests. Implement it to send them another way: through a test double, a recorder, or another HTTP library.
///
/// ```
/// use apispec_runtime::{BoxFuture, Transport, TransportError, TransportRequest, TransportResponse};
///
/// /// Answers everything with the same text.
/// struct Canned(&'static str);
///
/// impl Transport for Canned {
///     fn send(&self, _request: TransportRequest) -> BoxFuture<'_, Result<TransportResponse, TransportError>> {
///         Box::pin(async { Ok(TransportResponse::new(200, self.0)) })
///     }
/// }
/// ```
pub trait Transport: Send + Sync + 'static {
    /// Sends a request and answers as soon as the status and the headers of the reply are there.
    ///
    /// Dropping the future, or the body of the reply, ends the exchange and releases what it held.
    fn send(&self, request: TransportRequest) -> BoxFuture<'_, Result<TransportResponse, TransportError>>;
}

/// A request, complete and authorised.
pub struct TransportRequest {
    /// The method.
    pub method: Method,
    /// The whole URL. It may hold a secret, so it is not a part of `Debug`.
    pub url: String,
    /// The headers, the key among them.
    pub headers: HeaderMap,
    /// The body.
    pub body: TransportBody,
}

impl fmt::Debug for TransportRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.keys().map(http::HeaderName::as_str).collect();
        formatter.debug_struct("TransportRequest").field("method", &self.method).field("headers", &names).finish_non_exhaustive()
    }
}

/// The body of a request.
pub enum TransportBody {
    /// None.
    Empty,
    /// In memory.
    Bytes(Bytes),
    /// Piece by piece. The length is known if it is `Some`.
    Stream(Option<u64>, ByteStream),
}

/// A reply: its head, and its body as it comes in.
pub struct TransportResponse {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: ByteStream,
}

impl TransportResponse {
    /// Makes a reply from memory. A status that does not exist becomes 500.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, headers: HeaderMap::new(), body: ByteStream::once(body.into()) }
    }
}

impl fmt::Debug for TransportResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TransportResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Pieces of a body.
pub struct ByteStream(Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>);

impl ByteStream {
    /// Takes any stream of pieces.
    pub fn new(stream: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static) -> Self {
        Self(Box::pin(stream))
    }

    /// Makes a stream of one piece, or of none if it is empty.
    pub fn once(piece: Bytes) -> Self {
        Self::new(Once(Some(piece).filter(|piece| !piece.is_empty())))
    }
}

impl Stream for ByteStream {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ByteStream")
    }
}

struct Once(Option<Bytes>);

impl Stream for Once {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

/// Why an exchange failed.
#[derive(Debug)]
pub struct TransportError {
    pub(crate) delivery: Delivery,
    pub(crate) reason: Reason,
    pub(crate) source: Box<dyn std::error::Error + Send + Sync>,
}

/// What failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// No connection.
    Connect,
    /// No connection in time.
    ConnectTimeout,
    /// A server that cannot prove who it is.
    Untrusted,
    /// What can only be mended in the program: no certificates, a request that cannot be written.
    Config,
    /// The body of the request could not be read.
    Body,
    /// The connection broke.
    Broken,
}

impl TransportError {
    /// No connection could be made: nothing was sent.
    pub fn connect(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { delivery: Delivery::NotSent, reason: Reason::Connect, source: source.into() }
    }

    /// No connection could be made in time: nothing was sent.
    pub fn connect_timeout(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { delivery: Delivery::NotSent, reason: Reason::ConnectTimeout, source: source.into() }
    }

    /// The server could not prove who it is, for example by its certificate: nothing was sent, and trying again would give the same.
    pub fn untrusted(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { delivery: Delivery::NotSent, reason: Reason::Untrusted, source: source.into() }
    }

    /// The exchange broke off: the request may have arrived.
    pub fn broken(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { delivery: Delivery::Unknown, reason: Reason::Broken, source: source.into() }
    }

    /// The transport is set up wrongly: nothing was sent.
    pub fn config(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { delivery: Delivery::NotSent, reason: Reason::Config, source: source.into() }
    }

    /// The body of the request could not be read to its end: a part of it may have been sent.
    pub fn body(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { delivery: Delivery::Unknown, reason: Reason::Body, source: source.into() }
    }
}

impl fmt::Display for TransportError {
    /// The innermost cause, which says most: `connection refused` rather than `error sending request`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut cause: &(dyn std::error::Error + 'static) = self.source.as_ref();
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        fmt::Display::fmt(cause, formatter)
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.source.as_ref())
    }
}
