//! What generated API clients stand on: one error type, authentication, retries that know what a request costs, envelopes, paging,
//! uploads and streams.
//!
//! Generated code states the facts of an API in an [`Api`] and of each operation in an [`Operation`], collects what a caller wants in
//! a [`Call`], and sends it. Users of a generated client meet [`Client`], [`Error`], [`Timeouts`], [`RetryPolicy`] and, if they want to
//! send requests another way, [`Transport`].
//!
//! ```no_run
//! use apispec_runtime::{Api, AuthScheme, Client, Envelope, Method, Operation, Result, Retry, Server, Success};
//!
//! const API: Api = Api::new("example", AuthScheme::Header("x-api-key"))
//!     .servers(&[Server { name: None, url: "https://api.example.com" }])
//!     .envelope(Envelope {
//!         code: &["code"],
//!         message: &["msg"],
//!         data: Some("data"),
//!         success: Success::StatusAndZero,
//!         ..Envelope::NONE
//!     });
//! const RENAME: Operation = Operation::new("rename_session", Method::Patch, "/sessions/{session_id}", Retry::Safe);
//!
//! # async fn example() -> Result<()> {
//! let client = Client::builder(&API).key("your-key").build()?;
//! let body = serde_json::json!({"name": "Q3 review"});
//! client.call(&RENAME).path("session_id", "session-1").json(&body).send_unit().await?;
//! # Ok(())
//! # }
//! ```
//!
//! What this crate does not do: it names no vendor and no endpoint, reads no events (it hands out the bytes of a stream), and decides
//! nothing about how a type looks.
//!
//! # Features
//!
//! `ring` (default) and `aws-lc-rs` bring the cryptography of TLS. Without either (`no-provider` says that this is meant), the program
//! has to install a provider, or building a client fails with [`ErrorKind::Config`].

mod api;
mod auth;
mod base;
mod body;
mod call;
mod client;
mod clock;
mod code;
pub mod decode;
mod encode;
mod envelope;
mod error;
mod field;
mod json;
mod limiter;
mod operation;
mod paging;
mod patience;
mod redirect;
mod response;
mod retry;
mod secret;
mod stream;
mod styled;
mod text;
mod timestamp;
mod transport;
pub mod validate;
mod veil;
pub mod write;

pub use api::{Api, AuthScheme, CodeInfo, CodeKey, CodeKind, Envelope, Environment, Server, Success, TimeUnit};
pub use body::{Multipart, Part, Source};
pub use bytes::Bytes;
pub use call::{Call, CallOptions, TypedCall};
pub use client::{Client, ClientBuilder, Timeouts};
pub use clock::{BoxFuture, Clock, Random, SystemClock, SystemRandom};
pub use code::Code;
pub use decode::{JsonText, OrText};
pub use error::{Delivery, Error, ErrorKind, Result, Timeout};
pub use field::Field;
pub use futures_core::Stream;
pub use http::{HeaderMap, StatusCode};
pub use json::{Json, RawText};
pub use operation::{Method, Operation, Retry};
pub use paging::{Items, Page, Pages};
pub use patience::Patience;
pub use response::Response;
pub use retry::RetryPolicy;
pub use secret::SecretText;
pub use stream::{Download, EventBytes};
pub use styled::Style;
pub use timestamp::{NotATimestamp, Timestamp};
pub use transport::{ByteStream, Transport, TransportBody, TransportError, TransportRequest, TransportResponse};
pub use validate::Violation;
