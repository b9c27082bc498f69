//! Typed clients of the Powerdrill APIs: [`v1`], the personal one, and [`v2`], the team one, which is also sold as MAXIR AI.
//!
//! Everything in the two modules is generated from `specs/` by `cargo xtask codegen`; `API.md` lists every call and type on one page.
//! They share the runtime ([`Error`], [`RetryPolicy`], [`Timeouts`]) and nothing else. Answers that are streamed need the `powerdrill`
//! package, which stands on this one.

#[rustfmt::skip]
mod generated {
    #[cfg(feature = "v1")]
    pub mod v1;
    #[cfg(feature = "v2")]
    pub mod v2;
}

pub use apispec_runtime::{
    Client as Runtime, Code, Delivery, Error, ErrorKind, Field, Json, Part, RawText, Result, RetryPolicy, SecretText, Source, Timeouts,
    Timestamp, Transport,
};
#[cfg(feature = "v1")]
pub use generated::v1;
#[cfg(feature = "v2")]
pub use generated::v2;

/// The example in the README is one of the tests.
#[cfg(all(doctest, feature = "v2"))]
#[doc = include_str!("../README.md")]
struct Readme;
