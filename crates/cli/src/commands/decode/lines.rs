//! Objects -> lines of JSON on standard output, written in large pieces.

use std::io::{self, BufWriter, Stdout, Write};

use serde::Serialize;
use serde_json::json;

use crate::failure::Failure;

/// Lines of JSON. Links are written: a recording that is decoded loses nothing.
pub(super) struct Lines(BufWriter<Stdout>);

impl Lines {
    pub(super) fn new() -> Self {
        Self(BufWriter::with_capacity(super::PIECE, io::stdout()))
    }

    pub(super) fn write(&mut self, line: &impl Serialize) -> Result<(), Failure> {
        let written = serde_json::to_writer(&mut self.0, line).map_err(io::Error::from).and_then(|()| self.0.write_all(b"\n"));
        written.map_err(|error| Failure::output(&error))
    }

    pub(super) fn malformed(&mut self, name: &str, error: &str) -> Result<(), Failure> {
        self.write(&json!({ "event": name, "type": "malformed", "group_id": null, "stage": null, "content": null, "error": error }))
    }

    pub(super) fn finish(mut self) -> Result<(), Failure> {
        self.0.flush().map_err(|error| Failure::output(&error))
    }
}
