//! The head of a reply and what to do with its body: read it whole, open the envelope, or hand it on as a stream.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName};
use tokio::time::timeout;

use crate::body::next;
use crate::client::Shared;
use crate::code::CodeValue;
use crate::envelope::{self, Outcome};
use crate::error::{Delivery, Error, ErrorKind, Timeout};
use crate::response::Response;
use crate::retry::{own_retry_after, retry_after};
use crate::text;
use crate::transport::{ByteStream, TransportResponse};

/// How much of a reply that is not a success is read.
const MAX_REFUSAL: usize = 256 * 1024;

/// How much of a foreign body is looked at to show its beginning.
const READABLE: usize = 16 * 1024;

/// What is known of a reply before its body is read.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) trace_id: Option<String>,
    /// The type of the content as it may be shown: without the key, which a server may echo there.
    shown_type: Option<String>,
    /// How many attempts it took to get here; set when there are no more.
    pub(super) attempts: u32,
}

impl Head {
    /// Splits a reply up. An external server's headers mean nothing to the API.
    pub(super) fn of(shared: &Shared, response: TransportResponse, external: bool) -> (Self, ByteStream) {
        let TransportResponse { status, headers, body } = response;
        let trace = shared.api.envelope.trace_header.filter(|_| !external);
        let trace_id = trace.and_then(|name| headers.get(name)).and_then(|value| value.to_str().ok());
        let trace_id = trace_id.map(|id| shared.redacted(id.to_owned()));
        let mut head = Self { status: status.as_u16(), headers, trace_id, shown_type: None, attempts: 0 };
        // Another server may repeat the address there, which is a secret.
        head.shown_type = head.content_type().filter(|_| !external).map(|text| shared.redacted(text.to_owned()));
        (head, body)
    }

    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn content_type(&self) -> Option<&str> {
        self.text(&CONTENT_TYPE)
    }

    /// The type of the content, for errors and logs.
    pub(super) fn shown_type(&self) -> Option<&str> {
        self.shown_type.as_deref()
    }

    /// Whether the body is of this type, whatever parameters come with it.
    pub(super) fn is(&self, content_type: &str) -> bool {
        let essence = self.content_type().and_then(|text| text.split(';').next()).unwrap_or_default();
        essence.trim().eq_ignore_ascii_case(content_type)
    }

    pub(crate) fn length(&self) -> Option<u64> {
        self.text(&CONTENT_LENGTH).and_then(|text| text.parse().ok())
    }

    fn text(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Adds what is known of the reply to an error that came after it began.
    pub(crate) fn annotate(&self, error: Error) -> Error {
        error.with(|inner| {
            inner.status = Some(self.status);
            inner.attempts = inner.attempts.max(self.attempts);
            inner.trace_id = inner.trace_id.take().or_else(|| self.trace_id.clone());
            inner.content_type = self.shown_type.clone();
        })
    }
}

/// A reply that succeeded, with its payload still as text.
pub(crate) struct Reply {
    head: Head,
    raw: Bytes,
    payload: Bytes,
    /// The member of the envelope that the payload is in.
    member: Option<&'static str>,
    operation: String,
    /// Whether it comes from another server, which may repeat its secret address in any name.
    external: bool,
}

impl Reply {
    pub(super) fn payload(&self) -> &str {
        // It was found in a text, so it is one.
        str::from_utf8(&self.payload).unwrap_or_default()
    }

    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    pub(super) fn head_mut(&mut self) -> &mut Head {
        &mut self.head
    }

    pub(super) fn with<T>(self, value: T) -> Response<T> {
        Response::new(self.head, self.raw, value)
    }

    pub(super) fn unreadable(self, shared: &Shared, error: Error) -> Error {
        // What was expected in place of nothing says less than that there is nothing.
        let nothing = self.payload() == "null" && matches!(error.kind(), ErrorKind::Decode { path } if path.is_empty());
        let error = shared.redacted_error(error).with(|inner| {
            match self.member {
                Some(member) if nothing => inner.message = format!("the reply has no {member}"),
                None if nothing => inner.message = "the reply is empty".to_owned(),
                _ => {}
            }
            if let (true, ErrorKind::Decode { path }) = (self.external, &mut inner.kind) {
                path.clear();
            }
        });
        self.head.annotate(error).during(self.operation)
    }
}

/// Reads the body and opens the envelope.
pub(super) async fn read(shared: &Shared, mut head: Head, body: ByteStream, operation: &str) -> Result<Reply, Error> {
    let limit = if head.is_success() { shared.max_reply } else { MAX_REFUSAL };
    let raw = whole(shared, &head, body, limit).await?;
    match envelope::open(shared.api, head.status, &raw) {
        Outcome::Success(payload, request_id) => {
            head.trace_id = head.trace_id.take().or_else(|| request_id.map(|id| shared.redacted(id)));
            let payload = if payload == "null" { Bytes::from_static(b"null") } else { raw.slice_ref(payload.as_bytes()) };
            Ok(Reply { head, raw, payload, member: shared.api.envelope.data, operation: operation.to_owned(), external: false })
        }
        Outcome::Refusal { code, message, request_id } => {
            head.trace_id = head.trace_id.take().or_else(|| request_id.map(|id| shared.redacted(id)));
            Err(refusal(shared, &head, code, message))
        }
        Outcome::Foreign => Err(foreign(shared, &head, &raw)),
    }
}

/// Reads the reply of another server: there is no envelope, and the body is the payload.
pub(super) async fn read_external(shared: &Shared, head: Head, body: ByteStream, operation: &str) -> Result<Reply, Error> {
    let raw = whole(shared, &head, body, shared.max_reply).await?;
    let payload = if raw.iter().all(u8::is_ascii_whitespace) { Bytes::from_static(b"null") } else { raw.clone() };
    Ok(Reply { head, raw, payload, member: None, operation: operation.to_owned(), external: true })
}

/// The error for a body that is not what was asked for.
pub(super) async fn refused(shared: &Shared, head: Head, body: ByteStream, wanted: &str) -> Error {
    match read(shared, head, body, "").await {
        Err(error) => error,
        Ok(reply) => {
            let found = reply.head.shown_type().unwrap_or("something without a type").to_owned();
            answered(shared, &reply.head, ErrorKind::Http, format!("{found} instead of {wanted}"))
        }
    }
}

/// The error for a refusal of another server. Its body stays unread: such servers say what they were asked for, and the address is a
/// secret.
pub(super) fn refused_elsewhere(shared: &Shared, head: &Head) -> Error {
    answered(shared, head, ErrorKind::Http, "the body is not shown, since it may repeat the address".to_owned())
}

fn refusal(shared: &Shared, head: &Head, code: Option<CodeValue>, message: String) -> Error {
    // With another status it may be that the request was carried out.
    let throttled = (400..500).contains(&head.status) && own_retry_after(&head.headers, shared.api.retry_after).is_some();
    let error = answered(shared, head, ErrorKind::Api, shared.redacted(message)).with(|inner| inner.throttled = throttled);
    match code {
        Some(CodeValue::Text(code)) => error.coded(shared.api, CodeValue::Text(shared.redacted(code))),
        Some(code) => error.coded(shared.api, code),
        None => error,
    }
}

/// What is shown of the body is cut only when the key is out of it: half a key is a secret too.
fn foreign(shared: &Shared, head: &Head, body: &[u8]) -> Error {
    let beginning = shared.redacted_cut(String::from_utf8_lossy(&body[..body.len().min(READABLE)]).into_owned());
    answered(shared, head, ErrorKind::Http, beginning.chars().take(text::SHOWN).collect())
}

fn answered(shared: &Shared, head: &Head, kind: ErrorKind, message: String) -> Error {
    let asked = retry_after(&head.headers, shared.api.retry_after, shared.clock.now());
    head.annotate(Error::new(kind, message)).with(|inner| inner.retry_after = asked)
}

/// The whole body, up to a limit. What does not succeed is cut off there; what does is too large.
async fn whole(shared: &Shared, head: &Head, mut body: ByteStream, limit: usize) -> Result<Bytes, Error> {
    let too_large = || {
        let length = head.length().map_or_else(|| "it was not read to its end".to_owned(), |length| format!("it has {length}"));
        head.annotate(Error::new(ErrorKind::TooLarge { limit }, length))
    };
    let cut = !head.is_success();
    if !cut && head.length().is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    let mut first: Option<Bytes> = None;
    let mut read = BytesMut::new();
    loop {
        let piece = match silence(shared.timeouts.idle, next(&mut body)).await {
            Err(error) => return Err(head.annotate(error)),
            Ok(None) => break,
            // A refusal that breaks off has still said something.
            Ok(Some(Err(_))) if cut && (first.is_some() || !read.is_empty()) => break,
            Ok(Some(Err(error))) => {
                let message = format!("in the middle of the reply: {error}");
                return Err(head.annotate(Error::new(ErrorKind::Transport, message).caused_by(error)));
            }
            Ok(Some(Ok(piece))) => piece,
        };
        let has = first.as_ref().map_or(read.len(), Bytes::len);
        if has + piece.len() > limit {
            if cut {
                break;
            }
            return Err(too_large());
        }
        // Most replies come in one piece, which need not be copied.
        match first.take() {
            None if read.is_empty() => first = Some(piece),
            None => read.extend_from_slice(&piece),
            Some(before) => {
                read.extend_from_slice(&before);
                read.extend_from_slice(&piece);
            }
        }
    }
    Ok(first.unwrap_or_else(|| read.freeze()))
}

async fn silence<T>(limit: Option<Duration>, future: impl Future<Output = T>) -> Result<T, Error> {
    let Some(limit) = limit else { return Ok(future.await) };
    timeout(limit, future).await.map_err(|_| {
        let message = format!("nothing came for {limit:?} in the middle of the reply");
        Error::new(ErrorKind::Timeout(Timeout::Idle), message).with(|inner| inner.delivery = Delivery::Unknown)
    })
}
