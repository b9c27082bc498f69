//! The workspace's own commands. `cargo xtask help` lists them.
//!
//! Every command exits with 0 when all is well, 1 when it found something, and 2 when it could not do its work.

mod bench;
mod codegen;
mod demo;
mod ledger;
mod lint;
mod output;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The workspace's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Codegen(codegen::Arguments),
    Lint(lint::Arguments),
    Ledger(ledger::Arguments),
    Bench(bench::Arguments),
    Demo(demo::Arguments),
    /// Finds forbidden dependencies, untidy sources and snapshots that nobody reads
    Tidy,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// All is well.
    Clean,
    /// Something was found, and said.
    Found,
    /// The work could not be done, and it was said why.
    Failed,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Codegen(arguments) => codegen::run(&arguments),
        Command::Lint(arguments) => lint::run(&arguments),
        Command::Ledger(arguments) => ledger::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Tidy => tidy::run(),
    };
    match outcome {
        Outcome::Clean => ExitCode::SUCCESS,
        Outcome::Found => ExitCode::from(1),
        Outcome::Failed => ExitCode::from(2),
    }
}
