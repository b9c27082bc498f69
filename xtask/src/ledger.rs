//! `cargo xtask ledger`: renders `specs/LEDGER.md` from `specs/ledger.yaml`.

use std::fs;
use std::path::PathBuf;

use apispec::Problem;
use apispec::ledger::Ledger;

use crate::output::{Format, print, rendered};
use crate::{Outcome, workspace};

/// Renders specs/LEDGER.md from specs/ledger.yaml
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; say whether the page is up to date
    #[arg(long)]
    check: bool,
}

fn page() -> PathBuf {
    workspace::specs_folder().join("LEDGER.md")
}

/// The problem that the rendered page is not what the record says, if that is so.
pub(crate) fn stale(ledger: &Ledger) -> Option<Problem> {
    let path = page();
    let current = fs::read_to_string(&path).unwrap_or_default();
    let help = "run `cargo xtask ledger`";
    (current != ledger.render()).then(|| Problem::new("ledger-rendered", &path.display().to_string(), "is not what ledger.yaml says", help))
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let ledger = match Ledger::read(&workspace::specs_folder().join("ledger.yaml")) {
        Ok(ledger) => ledger,
        Err(report) => {
            print(&rendered(&report, Format::Text));
            return Outcome::Failed;
        }
    };
    let Some(problem) = stale(&ledger) else { return Outcome::Clean };
    if arguments.check {
        print(&rendered(&problem.into(), Format::Text));
        return Outcome::Found;
    }
    match fs::write(page(), ledger.render()) {
        Ok(()) => Outcome::Clean,
        Err(error) => {
            eprintln!("{}: cannot be written: {error}", page().display());
            Outcome::Failed
        }
    }
}
