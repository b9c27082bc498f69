//! Arguments -> what the command prints and its exit code.
//!
//! Nothing is started before the arguments are read: `--version`, `--help` and mistakes in them cost no runtime, and `decode` needs none.

mod answering;
mod args;
mod commands;
mod connect;
mod context;
mod failure;
mod interrupt;
mod markdown;
mod output;
mod picture;
mod progress;
mod record;
mod report;
mod safe;
mod table;
mod terminal;
mod transfer;
mod wrap;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Arguments;
use crate::context::Context;
use crate::failure::{Exit, Failure};

fn main() -> ExitCode {
    let Arguments { common, command } = Arguments::parse();
    let context = Context::new(common);
    match commands::run(&context, command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print(&context.errors);
            failure.exit.into()
        }
    }
}

/// Runs a command that talks to a server.
fn block_on(task: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime =
        runtime.map_err(|error| Failure::new(Exit::File, format!("no runtime: {error}"), "close other programs and try again"))?;
    let result = runtime.block_on(task);
    // A thread may be waiting for a line that nobody will type.
    runtime.shutdown_background();
    result
}
