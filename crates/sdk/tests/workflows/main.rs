//! Uploads, waits and downloads against the sandbox, and against a store that breaks off in ways that the sandbox does not know.

#![cfg(any(feature = "ring", feature = "aws-lc-rs"))]

mod downloads;
mod examples;
mod links;
mod maxir;
mod store;
mod support;
mod uploads;
#[cfg(feature = "v1")]
mod waits;
