//! A recorded stream -> its events, in pieces: the file is never in memory as a whole.

use std::io::{self, BufRead};
use std::path::Path;

use powerdrill::{Decoder, End as StreamEnd, Error, Generation};

use super::{End, Found, Summary};
use crate::failure::{Exit, Failure};
use crate::record::{Content, Record};

/// A recording is on this machine already, so its events may be larger than those that a connection may bring.
const MAX_EVENT: usize = 256 * 1024 * 1024;

/// Why decoding stopped.
pub(super) enum Problem {
    Read(io::Error),
    Write(Failure),
}

impl Problem {
    pub(super) fn failure(self, path: &Path) -> Failure {
        match self {
            Self::Read(error) => Failure::file(path, "read", &error),
            Self::Write(failure) => failure,
        }
    }
}

/// Decodes to the end. Every generation of the API is read: the spellings of the older ones are known to the newest.
pub(super) fn decode(input: &mut dyn BufRead, found: &mut Found) -> Result<Summary, Problem> {
    let mut decoder = Decoder::new(Generation::V2);
    decoder.set_max_event(MAX_EVENT);
    loop {
        match decoder.next_event() {
            Ok(Some(event)) => found.event(&event, decoder.last_name()).map_err(Problem::Write)?,
            Ok(None) if decoder.end().is_some() => break,
            Ok(None) => {
                let piece = input.fill_buf().map_err(Problem::Read)?;
                let length = piece.len();
                if length == 0 {
                    decoder.finish();
                } else {
                    decoder.push(piece);
                }
                input.consume(length);
            }
            Err(error) if decoder.end().is_some() => {
                ended(&decoder, &error, found).map_err(Problem::Write)?;
                break;
            }
            Err(error) => found.malformed(decoder.last_name(), &error.to_string()).map_err(Problem::Write)?,
        }
    }
    let end = match decoder.end() {
        Some(StreamEnd::Completed) => {
            mark(found, decoder.last_name(), "end", Content::Text("[DONE]")).map_err(Problem::Write)?;
            End::Completed
        }
        Some(StreamEnd::Truncated) | None => End::Truncated,
        Some(_) => End::Failed,
    };
    Ok(Summary { end, job_id: decoder.job_id().map(str::to_owned), events: decoder.events() })
}

/// The stream has ended, and not well.
fn ended(decoder: &Decoder, error: &Error, found: &mut Found) -> Result<(), Failure> {
    let (exit, help) = match decoder.end() {
        Some(StreamEnd::Failed) => {
            let code = error.code().map(|code| code.to_string());
            let name = decoder.last_name();
            let (sort, content) = match name {
                "END_MARK" => ("end", Content::Text(error.message())),
                _ => ("error", Content::Value(serde_json::json!({ "code": code, "message": error.message() }))),
            };
            mark(found, name, sort, content)?;
            (Exit::Refused, "the job failed; the words are the server's")
        }
        Some(StreamEnd::Truncated) => (Exit::Truncated, "the recording stops before the server said how it went"),
        _ => (Exit::Unreadable, "is it a recorded stream? `--kind` says what it is"),
    };
    found.failure = Some(Failure::new(exit, error.to_string(), help));
    Ok(())
}

/// Writes an event that ends the stream.
fn mark(found: &mut Found, name: &str, r#type: &'static str, content: Content<'_>) -> Result<(), Failure> {
    match &mut found.lines {
        Some(lines) => lines.write(&Record { event: name, r#type, group_id: None, stage: None, content }),
        None => Ok(()),
    }
}
