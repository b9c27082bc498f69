//! A recorded stream -> its events, in pieces: the file is never in memory as a whole.
//!
//! For lines, each event is decoded as it was received, so that nothing is lost; for text, the SDK puts the answer together. A test holds
//! the two against each other: they agree about how a stream ended wherever it is cut.

use std::io::BufRead;

use powerdrill::frames::{Frame, Frames};
use powerdrill::v2::jobs::JobEvent;
use powerdrill::{Answer, Decoder, End as StreamEnd, Error, Generation};

use super::lines::Lines;
use super::wire::Line;
use super::{End, Problem, Summary, Trouble};
use crate::failure::Exit;

/// A recording is on this machine already, so its events may be larger than those that a connection may bring.
const MAX_EVENT: usize = 256 * 1024 * 1024;

/// Decodes into lines.
pub(super) fn lines(input: &mut dyn BufRead, lines: &mut Lines) -> Result<Summary, Problem> {
    let mut summary = read(input, lines)?;
    summary.job_id = summary.job_id.or(summary.message_id.take());
    Ok(summary)
}

fn read(input: &mut dyn BufRead, lines: &mut Lines) -> Result<Summary, Problem> {
    let mut frames = Frames::new(MAX_EVENT);
    let mut summary = Summary::new(End::Truncated);
    loop {
        match frames.next_frame() {
            Ok(Some(frame)) => {
                if summary.take(frame, lines)? {
                    return Ok(summary);
                }
            }
            Ok(None) => {
                let piece = input.fill_buf().map_err(Problem::Read)?;
                let length = piece.len();
                if length == 0 {
                    break;
                }
                frames.push(piece);
                input.consume(length);
            }
            Err(unreadable) => {
                summary.end = End::Failed;
                summary.wrong(Exit::Unreadable, format!("{unreadable}, after {} events", summary.events), Trouble::Foreign);
                return Ok(summary);
            }
        }
    }
    // A last event without its blank line counts if it says that all is well. Any other may have lost its end.
    if let Ok(Some(frame)) = frames.finish()
        && let Ok(JobEvent::End { complete: true, .. }) = JobEvent::decode(frame.name, frame.data)
    {
        summary.take(frame, lines)?;
        return Ok(summary);
    }
    summary.wrong(Exit::Truncated, format!("the recording stops without the last event, after {} events", summary.events), Trouble::Cut);
    Ok(summary)
}

impl Summary {
    /// Takes an event in and writes its line. Says whether it was the last one.
    fn take(&mut self, frame: Frame<'_>, lines: &mut Lines) -> Result<bool, Problem> {
        self.events += 1;
        let event = match JobEvent::decode(frame.name, frame.data) {
            Ok(event) => event,
            Err(error) => {
                self.malformed(frame.name, &error.to_string());
                lines.write(&Line::malformed(frame.name, frame.data, &error.to_string()))?;
                return Ok(false);
            }
        };
        let line = Line::of_event(frame.name, &event);
        self.unknown += u64::from(line.is_unknown());
        lines.write(&line)?;
        match event {
            // An id that says nothing is none, and that of a job goes before that of an answer.
            JobEvent::JobId(id) if !id.trim().is_empty() => self.job_id = Some(id.trim().to_owned()),
            JobEvent::AiMessageId(id) if !id.trim().is_empty() => self.message_id = Some(id.trim().to_owned()),
            JobEvent::End { complete: true, .. } => {
                self.end = End::Completed;
                return Ok(true);
            }
            JobEvent::End { text, .. } => return Ok(self.failed(&text)),
            JobEvent::Error { content, .. } => {
                let words = [content.code, content.message].into_iter().flatten().collect::<Vec<_>>().join(" ");
                return Ok(self.failed(&words));
            }
            _ => {}
        }
        Ok(false)
    }

    fn failed(&mut self, words: &str) -> bool {
        self.end = End::Failed;
        self.wrong(Exit::Refused, format!("the job failed: {}", words.trim()), Trouble::Server);
        true
    }
}

/// Decodes into an answer.
pub(super) fn answer(input: &mut dyn BufRead) -> Result<(Summary, Answer), Problem> {
    let mut decoder = Decoder::new(Generation::V2);
    decoder.set_max_event(MAX_EVENT);
    let mut summary = Summary::new(End::Truncated);
    let mut answer = Answer::default();
    loop {
        match decoder.next_event() {
            Ok(Some(event)) => {
                summary.unknown += u64::from(matches!(event, powerdrill::JobEvent::Unknown { .. }));
                answer.add(&event);
            }
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
                let (exit, trouble) = match decoder.end() {
                    Some(StreamEnd::Failed) => (Exit::Refused, Trouble::Server),
                    Some(StreamEnd::Truncated) => (Exit::Truncated, Trouble::Cut),
                    _ => (Exit::Unreadable, Trouble::Foreign),
                };
                summary.wrong(exit, said(&error), trouble);
                break;
            }
            Err(error) => summary.malformed("an event", &error.to_string()),
        }
    }
    summary.end = match decoder.end() {
        Some(StreamEnd::Completed) => End::Completed,
        Some(StreamEnd::Truncated) | None => End::Truncated,
        Some(_) => End::Failed,
    };
    summary.job_id = decoder.job_id().map(str::to_owned);
    summary.events = decoder.events();
    Ok((summary, answer))
}

fn said(error: &Error) -> String {
    if error.message().is_empty() { "the job failed without a word".to_owned() } else { error.to_string() }
}

#[cfg(test)]
mod tests;
