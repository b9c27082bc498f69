//! Objects -> lines of JSON on standard output, written in large pieces.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::Problem;
use crate::failure::Failure;

/// Lines of JSON. Links are written: a recording that is decoded loses nothing.
pub(super) struct Lines(BufWriter<Box<dyn Write>>);

impl Lines {
    pub(super) fn new() -> Self {
        Self(BufWriter::with_capacity(super::PIECE, Box::new(io::stdout())))
    }

    pub(super) fn write(&mut self, line: &impl Serialize) -> Result<(), Problem> {
        let written = serde_json::to_writer(&mut self.0, line).map_err(io::Error::from).and_then(|()| self.0.write_all(b"\n"));
        written.map_err(|error| Problem::Write(Failure::output(&error)))
    }

    pub(super) fn finish(mut self) -> Result<(), Problem> {
        self.0.flush().map_err(|error| Problem::Write(Failure::output(&error)))
    }
}

#[cfg(test)]
impl Lines {
    /// For tests that look at the end only.
    pub(super) fn into_nothing() -> Self {
        Self(BufWriter::new(Box::new(io::sink())))
    }
}
