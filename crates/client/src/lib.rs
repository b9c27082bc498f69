//! Typed clients of the Powerdrill APIs: [`v1`], the personal one, and [`v2`], the team one, which is also sold as MAXIR AI.
//!
//! Everything in the two modules is generated from `specs/` by `cargo xtask codegen`; `API.md` lists every call and type on one page.
//! They share the [`runtime`] ([`Error`], [`RetryPolicy`], [`Timeouts`]) and nothing else; a program needs no dependency on it to name
//! any type that it meets. Answers that are streamed need the `powerdrill`
//! package, which stands on this one.

#[rustfmt::skip]
mod generated {
    #[cfg(feature = "v1")]
    pub mod v1;
    #[cfg(feature = "v2")]
    pub mod v2;
}

/// What both modules stand on, whole. What most programs name of it is also here at the top.
pub use apispec_runtime as runtime;
pub use apispec_runtime::{
    Api, BoxFuture, ByteStream, Bytes, Call, Code, CodeKind, Delivery, Download, Error, ErrorKind, EventBytes, Field, HeaderMap, Items,
    Json, JsonText, Method, Multipart, NotATimestamp, OrText, Page, Pages, Part, RawText, Response, Result, Retry, RetryPolicy, SecretText,
    Source, StatusCode, Stream, Timeout, Timeouts, Timestamp, Transport, TransportBody, TransportError, TransportRequest,
    TransportResponse, Violation,
};
#[cfg(feature = "v1")]
pub use generated::v1;
#[cfg(feature = "v2")]
pub use generated::v2;

/// The example in the README is one of the tests.
#[cfg(all(doctest, feature = "v2"))]
#[doc = include_str!("../README.md")]
struct Readme;
