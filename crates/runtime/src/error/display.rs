//! An error -> one line that ends with the vendor's words, at most 200 characters of them.

use std::fmt::{self, Formatter};

use super::{ErrorKind, Inner};
use crate::text::one_line;

pub(super) fn line(error: &Inner, formatter: &mut Formatter<'_>) -> fmt::Result {
    if !error.operation.is_empty() {
        write!(formatter, "{}: ", error.operation)?;
    }
    let message = one_line(&error.message);
    match &error.kind {
        ErrorKind::Config => write!(formatter, "not set up: {message}"),
        ErrorKind::InvalidRequest { field } => write!(formatter, "not sent: {} {message}", one_line(field)),
        ErrorKind::Connect => write!(formatter, "no connection{}: {message}", tried(error)),
        ErrorKind::Timeout(which) => write!(formatter, "timed out ({which}{}): {message}", Attempts(error.attempts)),
        ErrorKind::Transport => write!(formatter, "the connection broke{}: {message}", tried(error)),
        ErrorKind::Redirect { host } => {
            write!(formatter, "redirected to {}, which was not followed{}: {message}", one_line(host), facts(error))
        }
        ErrorKind::Api => {
            formatter.write_str("refused")?;
            if let Some(code) = &error.code {
                write!(formatter, ", code {}", one_line(&code.borrow().to_string()))?;
            }
            if let Some(known) = error.known {
                write!(formatter, " {}", known.name)?;
            }
            let message = if message.is_empty() { "no reason given" } else { &message };
            write!(formatter, "{}: {message}", facts(error))
        }
        ErrorKind::Http => {
            let what = if message.is_empty() { "an empty body" } else { &message };
            write!(formatter, "answered by something other than the API{}: {what}", facts(error))
        }
        ErrorKind::Decode { path } if path.is_empty() => write!(formatter, "unreadable reply{}: {message}", facts(error)),
        ErrorKind::Decode { path } => write!(formatter, "unreadable reply at {}{}: {message}", one_line(path), facts(error)),
        ErrorKind::TooLarge { limit } => write!(formatter, "the reply has more than {limit} bytes{}: {message}", facts(error)),
        ErrorKind::StreamEnded => write!(formatter, "the stream ended early{}: {message}", facts(error)),
        ErrorKind::File { path } => write!(formatter, "{} {message}", one_line(path)),
        ErrorKind::RepeatedPage => write!(formatter, "{message}"),
    }
}

/// ` (after 3 attempts)`, or nothing.
fn tried(error: &Inner) -> String {
    if error.attempts > 1 { format!(" after {} attempts", error.attempts) } else { String::new() }
}

struct Attempts(u32);

impl fmt::Display for Attempts {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if self.0 > 1 { write!(formatter, ", attempt {}", self.0) } else { Ok(()) }
    }
}

/// ` (HTTP 400, text/html, trace 6f1c)`, as far as known.
fn facts(error: &Inner) -> String {
    let mut facts = Vec::new();
    if let Some(status) = error.status {
        facts.push(format!("HTTP {status}"));
    }
    if let (ErrorKind::Http, Some(content_type)) = (&error.kind, &error.content_type) {
        facts.push(one_line(content_type));
    }
    if let Some(trace) = &error.trace_id {
        facts.push(format!("trace {}", one_line(trace)));
    }
    if facts.is_empty() { String::new() } else { format!(" ({})", facts.join(", ")) }
}
