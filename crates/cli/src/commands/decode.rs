//! `powerdrill decode`: a recorded stream or reply -> its events or blocks, offline, and the truth about how it ended.

mod lines;
mod reply;
mod stream;
mod wire;

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::conversation;
use crate::args::{Decode, Kind, Output};
use crate::context::Context;
use crate::failure::{Exit, Failure, usage};
use crate::record::Last;
use lines::Lines;
use reply::Reply;

/// How much is read and written at once.
const PIECE: usize = 256 * 1024;

/// How a recording ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Completed,
    Failed,
    Truncated,
}

/// What a recording came to.
#[derive(Debug)]
struct Summary {
    end: End,
    job_id: Option<String>,
    /// The id of the answer, which the personal API gives in place of that of the job.
    message_id: Option<String>,
    events: u64,
    unknown: u64,
    malformed: u64,
    /// What was wrong first.
    failure: Option<Failure>,
}

/// Why decoding stopped before the recording was over.
enum Problem {
    Read(io::Error),
    Write(Failure),
}

/// Whose fault it is that a recording is not whole, which decides what to do.
#[derive(Clone, Copy)]
enum Trouble {
    Server,
    Cut,
    Foreign,
}

pub(super) fn run(context: &Context, arguments: &Decode) -> Result<(), Failure> {
    if context.output() == Output::Json {
        return Err(usage("decode writes text or jsonl", "use `--output jsonl`"));
    }
    let path = &arguments.file;
    let mut input = open(path)?;
    let start = input.fill_buf().map_err(|error| Failure::file(path, "read", &error))?;
    if start.is_empty() {
        return Err(Failure::new(Exit::File, format!("{}: is empty", path.display()), "record a stream with `curl -N`, or a reply"));
    }
    let kind = arguments.kind.or_else(|| (!is_json(start)).then_some(Kind::Sse));
    let decoded = if context.is_text() { in_text(context, input.as_mut(), kind) } else { in_lines(input.as_mut(), kind) };
    decoded.map_err(|problem| match problem {
        Problem::Read(error) => Failure::file(path, "read", &error),
        Problem::Write(failure) => failure,
    })?
}

fn open(path: &Path) -> Result<Box<dyn BufRead>, Failure> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::with_capacity(PIECE, io::stdin().lock())));
    }
    let file = File::open(path).map_err(|error| Failure::file(path, "read", &error))?;
    Ok(Box::new(BufReader::with_capacity(PIECE, file)))
}

/// Replies begin with a brace, streams with a name.
fn is_json(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    matches!(start.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// Writes one object for each event or block, and a last one. The outer error is why that stopped; the inner one, what is wrong.
fn in_lines(input: &mut dyn BufRead, kind: Option<Kind>) -> Result<Result<(), Failure>, Problem> {
    let mut lines = Lines::new();
    let summary = if kind == Some(Kind::Sse) {
        stream::lines(input, &mut lines)?
    } else {
        let text = all(input)?;
        reply::lines(Reply::read(&text, kind), &mut lines)?
    };
    let Summary { end, job_id, events, unknown, .. } = &summary;
    lines.write(&Last { end: end.name(), job_id: job_id.as_deref(), events: *events, unknown: *unknown })?;
    lines.finish()?;
    Ok(summary.verdict())
}

/// Shows the answers, and says on standard error what the recording came to.
fn in_text(context: &Context, input: &mut dyn BufRead, kind: Option<Kind>) -> Result<Result<(), Failure>, Problem> {
    let (summary, answers) = if kind == Some(Kind::Sse) {
        let (summary, answer) = stream::answer(input)?;
        (summary, vec![(String::new(), answer)])
    } else {
        let text = all(input)?;
        reply::answers(Reply::read(&text, kind))
    };
    for (number, (question, answer)) in answers.iter().enumerate() {
        conversation::show(context, number, question, answer).map_err(Problem::Write)?;
    }
    let Summary { end, job_id, events, unknown, malformed, .. } = &summary;
    let of = job_id.as_deref().map(|id| format!(" of {id}")).unwrap_or_default();
    let what = if kind == Some(Kind::Sse) { "events" } else { "blocks" };
    context.note(&format!("{}: {events} {what}{of}, {unknown} unknown, {malformed} malformed", end.name()));
    Ok(summary.verdict())
}

fn all(input: &mut dyn BufRead) -> Result<Vec<u8>, Problem> {
    let mut text = Vec::new();
    io::Read::read_to_end(input, &mut text).map_err(Problem::Read)?;
    Ok(text)
}

impl Summary {
    fn new(end: End) -> Self {
        Self { end, job_id: None, message_id: None, events: 0, unknown: 0, malformed: 0, failure: None }
    }

    /// Remembers what is wrong, if nothing was before.
    fn wrong(&mut self, exit: Exit, what: String, trouble: Trouble) {
        let help = match trouble {
            Trouble::Server => "the words after the colon are the server's",
            Trouble::Cut => "record it again, to its end",
            Trouble::Foreign => "is it what `--kind` says? decode reads streams, replies to questions, and histories",
        };
        self.failure.get_or_insert_with(|| Failure::new(exit, what, help));
    }

    /// An event or block that is known and does not have the form that it should have. What follows is decoded all the same.
    fn malformed(&mut self, name: &str, error: &str) {
        self.malformed += 1;
        self.failure.get_or_insert_with(|| {
            let help = "everything else was decoded; a newer version of this program may know this form";
            Failure::new(Exit::Unreadable, format!("{name} is malformed: {error}"), help)
        });
    }

    /// Only what is complete and could be read as a whole is well.
    fn verdict(self) -> Result<(), Failure> {
        self.failure.map_or(Ok(()), Err)
    }
}

impl End {
    fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Truncated => "truncated",
        }
    }
}
