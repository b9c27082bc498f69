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
    /// What generated clients cost: time to generate and to compile, lines, packages. Ours beside progenitor's and openapi-to-rust's
    ///
    /// Takes a quarter of an hour on two cores. Installs openapi-to-rust for itself, and works in `bench-codegen` in the target folder.
    Codegen {
        /// How often each client is compiled in turn; medians are printed
        #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
        rounds: u16,
        /// How often everything that a client needs is checked from nothing
        #[arg(long, value_name = "ROUNDS", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
        clean: u16,
        /// Only generate and count: lines, packages, time to generate
        #[arg(long)]
        quick: bool,
    },
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["run", "--quiet", "--release", "--package", "peers"]);
    match &arguments.what {
        What::Stream { part } => {
            command.args(["--features", "bench", "--bin", "bench-stream", "--"]).args(part);
        }
        What::Codegen { rounds, clean, quick } => {
            command.args(["--bin", "bench-codegen", "--"]).args([rounds.to_string(), clean.to_string()]);
            command.arg(if *quick { "quick" } else { "full" });
        }
    }
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
