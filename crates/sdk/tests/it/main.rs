//! Streams against a server on this machine that does what each test tells it to.

#![cfg(any(feature = "ring", feature = "aws-lc-rs"))]

mod answer;
mod ends;
mod example;
mod hidden;
mod recorded;
mod recover;
mod script;
mod server;
mod time;
mod waits;
