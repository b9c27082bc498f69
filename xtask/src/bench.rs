//! `cargo xtask bench`: starts a benchmark, which is a program of another package, optimised.

use std::process::Command;

use clap::{Args, Subcommand};

use crate::Outcome;
use crate::workspace;

/// Measures, beside the usual ways of doing it
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// How fast streamed answers are read, and how much memory open streams take
    Stream {
        /// `speed` or `memory`; both if nothing is given
        part: Option<String>,
    },
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let What::Stream { part } = &arguments.what;
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["run", "--quiet", "--release", "--package", "peers", "--features", "bench", "--bin", "bench-stream", "--"]);
    command.args(part);
    let root = workspace::root();
    if !root.as_os_str().is_empty() {
        command.current_dir(root);
    }
    match command.status() {
        Ok(status) if status.success() => Outcome::Clean,
        Ok(_) => Outcome::Failed,
        Err(error) => {
            eprintln!("bench: cargo did not start: {error}");
            Outcome::Failed
        }
    }
}
