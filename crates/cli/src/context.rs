//! The options that all commands share -> where to write, and in which form.

use std::io::{self, Write};

use crate::args::{Common, Output};
use crate::failure::{Failure, say};
use crate::safe;
use crate::terminal::{Style, Terminal};

/// What every command is given.
pub(crate) struct Context {
    pub(crate) common: Common,
    /// Standard output.
    pub(crate) terminal: Terminal,
    /// Standard error.
    pub(crate) errors: Terminal,
}

impl Context {
    pub(crate) fn new(common: Common) -> Self {
        let terminal = Terminal::output(common.color, common.width);
        let errors = Terminal::errors(common.color, common.width);
        Self { common, terminal, errors }
    }

    /// The form in which results are written.
    pub(crate) fn output(&self) -> Output {
        self.common.output
    }

    /// Whether results are for people.
    pub(crate) fn is_text(&self) -> bool {
        self.common.output == Output::Text
    }

    /// Writes to standard output, at once.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        let mut output = io::stdout().lock();
        output.write_all(text.as_bytes()).and_then(|()| output.flush()).map_err(|error| Failure::output(&error))
    }

    /// Says something beside the result, on standard error.
    pub(crate) fn note(&self, text: &str) {
        if !self.common.quiet {
            say(&self.errors.message("", Style::PLAIN, &safe::line(text)));
        }
    }
}
