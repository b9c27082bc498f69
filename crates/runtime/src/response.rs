//! A reply with everything around its payload.

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;

use crate::call::Head;

/// A reply: the payload, and the status, headers, id and body it came with.
pub struct Response<T> {
    head: Head,
    raw: Bytes,
    value: T,
}

impl<T> Response<T> {
    pub(crate) fn new(head: Head, raw: Bytes, value: T) -> Self {
        Self { head, raw, value }
    }

    /// Gives the HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.head.status
    }

    /// Gives the headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// Gives the id that the server gave the call.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.head.trace_id.as_deref()
    }

    /// Gives the body as it was received, with the members that the types do not know.
    #[must_use]
    pub fn raw(&self) -> &Bytes {
        &self.raw
    }

    /// Gives the payload.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }

    /// Keeps the payload only.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }

    /// Turns the payload into something else.
    #[must_use]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response { head: self.head, raw: self.raw, value: change(self.value) }
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    /// Without the headers and the body, which may hold secrets that the types hide.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Response")
            .field("status", &self.head.status)
            .field("trace_id", &self.head.trace_id)
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}
