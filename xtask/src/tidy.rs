//! `cargo xtask tidy`: what holds for the whole tree and no compiler checks.
//!
//! * [`edges`]: who may depend on whom, and that every dependency says why it is there.
//! * [`files`]: form of the sources, and snapshots that nobody reads or that were not reviewed.

mod edges;
mod files;

use crate::Outcome;
use crate::output::print;

/// One thing that is not tidy: where, what, and what to do.
struct Untidy {
    place: String,
    message: String,
    help: &'static str,
}

impl Untidy {
    fn new(place: impl Into<String>, message: impl Into<String>, help: &'static str) -> Self {
        Self { place: place.into(), message: message.into(), help }
    }
}

pub(crate) fn run() -> Outcome {
    let checked = edges::check().and_then(|mut found| {
        found.extend(files::check()?);
        Ok(found)
    });
    match checked {
        Err(message) => {
            eprintln!("tidy: {message}");
            Outcome::Failed
        }
        Ok(found) if found.is_empty() => Outcome::Clean,
        Ok(found) => {
            for Untidy { place, message, help } in &found {
                print(&format!("{place}: {message}\n  help: {help}\n"));
            }
            Outcome::Found
        }
    }
}
