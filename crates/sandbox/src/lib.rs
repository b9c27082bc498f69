//! A server of all three APIs in memory: the personal and the team API of Powerdrill, and dataset jobs of PAI.
//!
//! Tests and demonstrations talk to it in place of the real thing. It reads the specs by itself and shares no type with the client, so
//! what both agree on is what the specs say. Requests that break a spec are refused with the rule and the place; questions about tables
//! are really answered from the tables; and what goes wrong in the real world goes wrong on request, see [`Fault`].
//!
//! It keeps nothing on disk, fetches nothing, and answers nobody but this machine unless it is told to.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test that fails says where"))]

mod api;
mod ask;
mod auth;
mod call;
mod clock;
mod config;
mod data;
mod downloads;
mod fault;
mod ids;
mod log;
mod refusal;
mod reply;
mod sandbox;
mod service;
mod spec;
mod state;
mod store;
mod wire;

#[cfg(test)]
mod tests;

/// The examples in the README are compiled like those here.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

pub use config::{AccessKey, Config, Delays, Forms, Limits, Time};
pub use fault::{Fault, Rule};
pub use log::Received;
pub use sandbox::{Error, Sandbox};
