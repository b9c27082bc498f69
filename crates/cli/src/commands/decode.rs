//! `powerdrill decode`: a recorded stream or reply -> its events or blocks, offline, and the truth about how it ended.

mod lines;
mod reply;
mod stream;

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use powerdrill::{Answer, Block, JobEvent};

use crate::args::{Decode, Kind, Output};
use crate::context::Context;
use crate::failure::{Exit, Failure, usage};
use crate::markdown;
use crate::record::{Last, Record};
use crate::safe;
use crate::terminal::Style;
use lines::Lines;

/// How much is read at once.
const PIECE: usize = 256 * 1024;

/// How a recording ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Completed,
    Failed,
    Truncated,
}

/// What was found so far, and where it goes: written at once, or gathered to be shown.
struct Found {
    lines: Option<Lines>,
    answers: Vec<(String, Answer)>,
    unknown: u64,
    malformed: u64,
    /// What was wrong first.
    failure: Option<Failure>,
}

/// What a recording came to.
struct Summary {
    end: End,
    job_id: Option<String>,
    events: u64,
}

pub(super) fn run(context: &Context, arguments: &Decode) -> Result<(), Failure> {
    if context.output() == Output::Json {
        return Err(usage("decode writes text or jsonl", "use `--output jsonl`"));
    }
    let path = &arguments.file;
    let mut input: Box<dyn BufRead> = if path == Path::new("-") {
        Box::new(BufReader::with_capacity(PIECE, io::stdin().lock()))
    } else {
        let file = File::open(path).map_err(|error| Failure::file(path, "read", &error))?;
        Box::new(BufReader::with_capacity(PIECE, file))
    };
    let unreadable = |error: io::Error| Failure::file(path, "read", &error);
    let lines = (!context.is_text()).then(Lines::new);
    let mut found = Found { lines, answers: Vec::new(), unknown: 0, malformed: 0, failure: None };
    let start = input.fill_buf().map_err(unreadable)?;
    if start.is_empty() {
        return Err(Failure::new(Exit::File, format!("{}: is empty", path.display()), "record a stream with `curl -N`, or a reply"));
    }
    let summary = match arguments.kind.unwrap_or_else(|| if is_json(start) { Kind::Job } else { Kind::Sse }) {
        Kind::Sse => stream::decode(&mut input, &mut found).map_err(|problem| problem.failure(path))?,
        _ => {
            let mut text = Vec::new();
            io::Read::read_to_end(&mut input, &mut text).map_err(unreadable)?;
            reply::decode(&text, arguments.kind, &mut found)?
        }
    };
    found.close(context, &summary)
}

/// Streams begin with a name and a colon, replies with a brace.
fn is_json(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    matches!(start.trim_ascii_start().first(), Some(b'{' | b'['))
}

impl Found {
    /// Begins the next answer. A stream and a reply have one, a history several.
    fn begin(&mut self, question: String) {
        self.answers.push((question, Answer::default()));
    }

    fn answer(&mut self) -> &mut Answer {
        if self.answers.is_empty() {
            self.begin(String::new());
        }
        let last = self.answers.len() - 1;
        &mut self.answers[last].1
    }

    fn event(&mut self, event: &JobEvent, name: &str) -> Result<(), Failure> {
        let record = Record::of_event(event, Some(name));
        self.unknown += u64::from(record.is_unknown());
        match &mut self.lines {
            Some(lines) => lines.write(&record),
            None => {
                self.answer().add(event);
                Ok(())
            }
        }
    }

    fn block(&mut self, block: Block, name: &str) -> Result<(), Failure> {
        let record = Record::of_block(&block, Some(name));
        self.unknown += u64::from(record.is_unknown());
        match &mut self.lines {
            Some(lines) => lines.write(&record),
            None => {
                self.answer().blocks.push(block);
                Ok(())
            }
        }
    }

    /// An event or block that is known and does not have the form that it should have. What follows is decoded all the same.
    fn malformed(&mut self, name: &str, error: &str) -> Result<(), Failure> {
        self.malformed += 1;
        if self.failure.is_none() {
            let help = "what could be read is above; a newer version of this program may know this form";
            self.failure = Some(Failure::new(Exit::Unreadable, format!("{name} is malformed: {error}"), help));
        }
        match &mut self.lines {
            Some(lines) => lines.malformed(name, error),
            None => Ok(()),
        }
    }

    /// Writes the last line or the answer, and says what is wrong.
    fn close(mut self, context: &Context, summary: &Summary) -> Result<(), Failure> {
        let end = summary.end.name();
        if let Some(mut lines) = self.lines.take() {
            lines.write(&Last { end, job_id: summary.job_id.as_deref(), events: summary.events, unknown: self.unknown })?;
            lines.finish()?;
        } else {
            for (number, (question, answer)) in self.answers.iter().enumerate() {
                show(context, number, question, answer)?;
            }
            let job = summary.job_id.as_deref().map(|id| format!(" of {id}")).unwrap_or_default();
            let malformed = if self.malformed > 0 { format!(", {} malformed", self.malformed) } else { String::new() };
            context.note(&format!("{end}: {} events{job}, {} unknown{malformed}", summary.events, self.unknown));
        }
        match self.failure {
            Some(failure) => Err(failure),
            None if summary.end == End::Completed => Ok(()),
            None => Err(Failure::new(summary.end.exit(), format!("the recording is {end}"), "")),
        }
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

    fn exit(self) -> Exit {
        match self {
            Self::Completed | Self::Failed => Exit::Refused,
            Self::Truncated => Exit::Truncated,
        }
    }
}

/// Shows an answer as text. Nothing is downloaded.
fn show(context: &Context, number: usize, question: &str, answer: &Answer) -> Result<(), Failure> {
    let terminal = &context.terminal;
    let mut text = String::new();
    if number > 0 {
        text.push('\n');
    }
    if !question.is_empty() {
        text.push_str(&format!("{} {}\n\n", terminal.paint(Style::HEADING, ">"), terminal.paint(Style::BOLD, &safe::line(question))));
    }
    let words = answer.text();
    let words = words.trim_matches('\n');
    match words {
        "" => {}
        words if terminal.rendered => text.push_str(&markdown::rendered(words, terminal)),
        words => text.push_str(&format!("{}\n", safe::text(words))),
    }
    for (what, files) in [("Table", answer.tables()), ("Picture", answer.images())] {
        for file in files {
            let name = if file.name.is_empty() { "without a name".into() } else { safe::line(&file.name) };
            text.push_str(&format!("{} {name}\n", terminal.paint(Style::HEADING, what)));
        }
    }
    context.print(&text)
}
