//! Calls of every operation by its name and with arguments as the ledger writes them, and a server that shows what was sent.
//!
//! The tests of the wire are made of this, in this package and in its neighbours.

#![expect(missing_docs, reason = "for tests, which read the code")]

pub mod arguments;
pub mod calls;
mod pai;
#[path = "../../../crates/runtime/tests/it/server.rs"]
pub mod server;
pub mod show;
pub mod spec;
pub mod support;
mod v1;
mod v2;
