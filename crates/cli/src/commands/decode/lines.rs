//! Objects -> lines of JSON on standard output, written in large pieces.

use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::Problem;
use crate::failure::Failure;
use crate::safe;

/// Lines of JSON. Links are written: a recording that is decoded loses nothing.
pub(super) struct Lines {
    output: BufWriter<Box<dyn Write>>,
    line: Vec<u8>,
}

impl Lines {
    pub(super) fn new() -> Self {
        Self { output: BufWriter::with_capacity(super::PIECE, Box::new(io::stdout())), line: Vec::new() }
    }

    pub(super) fn write(&mut self, line: &impl Serialize) -> Result<(), Problem> {
        self.line.clear();
        let written = serde_json::to_writer(&mut self.line, line).map_err(io::Error::from).and_then(|()| {
            let text = String::from_utf8_lossy(&self.line);
            self.output.write_all(safe::json(&text).as_bytes())?;
            self.output.write_all(b"\n")
        });
        written.map_err(|error| Problem::Write(Failure::output(&error)))
    }

    pub(super) fn finish(mut self) -> Result<(), Problem> {
        self.output.flush().map_err(|error| Problem::Write(Failure::output(&error)))
    }
}

#[cfg(test)]
impl Lines {
    /// For tests that look at the end only.
    pub(super) fn into_nothing() -> Self {
        Self { output: BufWriter::new(Box::new(io::sink())), line: Vec::new() }
    }
}
