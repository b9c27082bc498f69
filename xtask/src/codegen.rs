//! `cargo xtask codegen`: specs -> the generated crates, written or compared with what is there.
//!
//! Everything is generated in memory first. Writing and checking then look at the same list of differences, so that what a check says is
//! what a write would do.

mod differences;
mod foreign;
mod output;
mod targets;

use std::path::PathBuf;
use std::time::Instant;

use apispec::{Problem, Report};

use crate::codegen::differences::Difference;
use crate::codegen::targets::{TARGETS, Target};
use crate::{Outcome, workspace};

/// Generates the client crates from the specs
///
/// Owns `src/generated` and `API.md` of each crate: what the specs do not ask for is deleted there, and only files that change are written.
///
/// With `--spec` it makes a crate of its own from any OpenAPI 3.0 document: the rules of the normal form do not hold for it, and the summary
/// says where the client is weaker than the document, and what it leaves out. A `Cargo.toml` and `src/lib.rs` that are there already are kept.
///
/// Exits with 0 when all is well, 1 when `--check` found a difference, 2 when a spec has problems or a file cannot be read or written.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The crates, by the names of their folders [default: all]
    #[arg(value_name = "NAME", value_parser = targets::names())]
    names: Vec<String>,
    /// Make a crate from this document, JSON or YAML, which need not be in normal form
    #[arg(long, value_name = "FILE", requires_all = ["out", "name"], conflicts_with = "names")]
    spec: Option<PathBuf>,
    /// The folder of that crate
    #[arg(long, value_name = "DIR", requires = "spec")]
    out: Option<PathBuf>,
    /// The name of that crate
    #[arg(long, value_name = "CRATE", requires = "spec")]
    name: Option<String>,
    /// Write nothing; list what is stale, missing or too many, with what differs
    #[arg(long)]
    check: bool,
    /// Print one JSON object instead of text
    #[arg(long)]
    json: bool,
}

/// What came of one run.
#[derive(Default)]
struct Run {
    /// How many files the specs ask for.
    files: usize,
    /// What has changed, or would.
    differences: Vec<Difference>,
    /// Where a spec says more than the client can express.
    fallbacks: Vec<Problem>,
    /// Why something could not be done.
    problems: Vec<Problem>,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    if let (Some(spec), Some(out), Some(name)) = (&arguments.spec, &arguments.out, &arguments.name) {
        return foreign::run(&foreign::Order { spec, out, name }, arguments.check, arguments.json);
    }
    let mut run = Run::default();
    for target in TARGETS.iter().filter(|target| arguments.names.is_empty() || arguments.names.iter().any(|name| name == target.name)) {
        if let Err(report) = run.take(target, arguments.check) {
            run.problems.extend_from_slice(report.problems());
        }
    }
    output::print(&run, arguments);
    if !run.problems.is_empty() {
        Outcome::Failed
    } else if arguments.check && !run.differences.is_empty() {
        Outcome::Found
    } else {
        Outcome::Clean
    }
}

/// Generates every client again, and says what it made of what, and how long that took.
pub(crate) fn regenerate() -> Outcome {
    let begun = Instant::now();
    let mut run = Run::default();
    for target in TARGETS {
        if let Err(report) = run.take(target, false) {
            run.problems.extend_from_slice(report.problems());
        }
    }
    if !run.problems.is_empty() {
        output::print(&run, &Arguments { names: Vec::new(), spec: None, out: None, name: None, check: false, json: false });
        return Outcome::Failed;
    }
    let crates: Vec<String> = TARGETS.iter().map(Target::said).collect();
    let changed = run.differences.len();
    eprintln!("generated {}: {} files, {changed} changed, in {} ms", crates.join(", "), run.files, begun.elapsed().as_millis());
    Outcome::Clean
}

impl Run {
    fn take(&mut self, target: &Target, check: bool) -> Result<(), Report> {
        let generated = target.generate()?;
        let differences = differences::between(&target.folder(), &target.page(), &generated.files, &workspace::root())?;
        if !check {
            differences::settle(&differences, &workspace::root())?;
        }
        self.files += generated.files.len();
        self.differences.extend(differences);
        self.fallbacks.extend(generated.fallbacks);
        Ok(())
    }
}
