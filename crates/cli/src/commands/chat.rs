//! `powerdrill chat`: question after question. The session keeps what was said.

use std::io::{self, BufRead, IsTerminal};

use super::ask::prepare;
use super::until_interrupted;
use crate::answering::Asked;
use crate::args::Chat;
use crate::connect::connect;
use crate::context::Context;
use crate::failure::{Exit, Failure, say};
use crate::interrupt;
use crate::terminal::Style;

pub(super) async fn run(context: &Context, arguments: Chat) -> Result<(), Failure> {
    let connection = connect(context).await?;
    let client = &connection.client;
    let place = until_interrupted(prepare(context, client, &arguments.about, "Chat")).await?;
    let typed = io::stdin().is_terminal();
    if typed {
        context.note("Ask; an empty line or Ctrl-D ends the conversation.");
    }
    loop {
        if typed {
            say(&format!("{} ", context.errors.paint(Style::HEADING, ">")));
        }
        let interrupt = interrupt::listen().await;
        let line = tokio::select! {
            line = next_line() => line?,
            _ = interrupt => {
                leave(context, typed);
                let help = format!("`powerdrill chat --session {}` goes on", place.session);
                return Err(Failure::new(Exit::Interrupted, "interrupted", help));
            }
        };
        let question = match line {
            Some(line) if !line.trim().is_empty() => line.trim().to_owned(),
            // Blank lines in a file separate questions; typed, one is the end.
            Some(_) if !typed => continue,
            Some(_) => return Ok(()),
            None => {
                leave(context, typed);
                return Ok(());
            }
        };
        let asked = Asked {
            client,
            question: &question,
            session: &place.session,
            dataset: place.dataset.as_ref(),
            about: &arguments.about,
            report: None,
            replace: false,
        };
        if let Err(failure) = asked.answer(context).await {
            // A question that failed ends a conversation only where nobody can ask another one.
            if !typed || failure.exit == Exit::ClosedPipe {
                return Err(failure);
            }
            failure.print(&context.errors);
        }
        if context.is_text() {
            context.print("\n")?;
        }
    }
}

/// Ends the line of the prompt, behind which nobody has pressed Enter.
fn leave(context: &Context, typed: bool) {
    if typed && context.errors.live {
        say("\n");
    }
}

/// Waits for a line in a thread of its own, so that Ctrl-C is heard.
async fn next_line() -> Result<Option<String>, Failure> {
    let read = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map(|length| (length > 0).then_some(line))
    });
    let unreadable =
        |error: &dyn std::fmt::Display| Failure::new(Exit::File, format!("standard input: {error}"), "type or pipe questions in");
    read.await.map_err(|error| unreadable(&error))?.map_err(|error| unreadable(&error))
}
