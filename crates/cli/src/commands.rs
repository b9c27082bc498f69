//! One file for each command, and what several of them do.

mod ask;
mod chat;
mod completions;
mod conversation;
mod datasets;
mod decode;
mod demo;
mod files;
mod history;
mod pai;
mod sandbox;
mod sessions;
mod sources;

use crate::args::Command;
use crate::block_on;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::interrupt;

/// Runs a command. Those that need no server start nothing.
pub(crate) fn run(context: &Context, command: Command) -> Result<(), Failure> {
    match command {
        Command::Decode(arguments) => decode::run(context, &arguments),
        Command::Completions { shell } => completions::run(context, shell),
        Command::Demo(arguments) => block_on(demo::run(context, arguments)),
        Command::Ask(arguments) => block_on(ask::run(context, arguments)),
        Command::Chat(arguments) => block_on(chat::run(context, arguments)),
        Command::Sandbox(arguments) => block_on(sandbox::run(context, arguments)),
        Command::Sessions { action } => block_on(until_interrupted(sessions::run(context, action))),
        Command::Datasets { action } => block_on(until_interrupted(datasets::run(context, action))),
        Command::Sources { action } => block_on(until_interrupted(sources::run(context, action))),
        Command::Files { action } => block_on(until_interrupted(files::run(context, action))),
        Command::Pai { place, what } => block_on(until_interrupted(pai::run(context, place, what))),
        Command::History(arguments) => block_on(until_interrupted(history::run(context, arguments))),
    }
}

/// Ctrl-C ends a command that has nothing to put in order.
async fn until_interrupted<T>(task: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let interrupt = interrupt::listen().await;
    tokio::select! {
        result = task => result,
        _ = interrupt => Err(Failure::new(Exit::Interrupted, "interrupted", "what was sent before may have been carried out")),
    }
}
