//! The runtime against a server on this machine that does what each test tells it to.

#![cfg(any(feature = "ring", feature = "aws-lc-rs"))]

mod delivery;
mod errors;
mod generated;
mod headers;
mod limits;
mod paging;
mod redirects;
mod secrets;
mod server;
mod setup;
mod streams;
mod support;
mod times;
mod trust;
mod uploads;
mod wire;
