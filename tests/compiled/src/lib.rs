//! Generated clients, compiled under the lints that their users may have, and a table of the types that they read.

#![deny(warnings, missing_docs)]

use apispec_runtime::{Error, decode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A type that a client reads.
#[derive(Clone, Copy, Debug)]
pub struct Readable {
    /// The document that it is from, without extension.
    pub document: &'static str,
    /// The place of its schema there.
    pub schema: &'static str,
    /// Which way it travels.
    pub travels: Travels,
    /// Reads a text, and writes what was read.
    pub read: fn(&str) -> Result<Value, Error>,
}

/// Which way a type travels. What is only sent is read by the mirror alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Travels {
    /// In requests.
    Sent,
    /// In replies.
    Received,
    /// In both.
    Both,
}

/// Reads a text as this type, and writes it again.
fn round<T: DeserializeOwned + Serialize>(text: &str) -> Result<Value, Error> {
    let value: T = decode::from_text(text)?;
    // What was read can be written: its maps have texts for names, and no impl refuses anything.
    Ok(serde_json::to_value(value).unwrap_or_default())
}

include!(concat!(env!("OUT_DIR"), "/clients.rs"));
