//! A recorded reply -> its blocks: the reply to a question that was not streamed, or a page of a history.
//!
//! Blocks are read one by one, so that one that is malformed does not hide the others.

use apispec_runtime::decode::from_text;
use powerdrill::v2::types;
use powerdrill::{Answer, Block, BlockContent, Error, ErrorKind};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::lines::Lines;
use super::wire::Line;
use super::{End, Problem, Summary, Trouble};
use crate::args::Kind;
use crate::failure::Exit;

/// What a reply says: the parts of one or more answers, and what it comes to as far as that can be told without reading them.
pub(super) struct Reply<'a> {
    entries: Vec<Entry<'a>>,
    summary: Summary,
}

/// What is around the payload.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    code: Option<&'a RawValue>,
    #[serde(alias = "message")]
    msg: Option<String>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
}

/// A payload of either kind.
#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(alias = "jobId")]
    job_id: Option<String>,
    #[serde(borrow)]
    blocks: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    records: Option<Vec<&'a RawValue>>,
}

/// A question and its answer.
#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(alias = "jobId")]
    job_id: Option<String>,
    #[serde(borrow)]
    question: Option<Said<'a>>,
    #[serde(borrow)]
    answer: Option<Said<'a>>,
    /// Where its parts are.
    #[serde(skip)]
    place: String,
}

/// What one side said: blocks in the team API, a text in the personal one.
#[derive(Deserialize)]
struct Said<'a> {
    #[serde(borrow)]
    blocks: Option<Vec<&'a RawValue>>,
    content: Option<String>,
    #[serde(alias = "messageId")]
    message_id: Option<String>,
}

#[derive(Deserialize)]
struct Tag {
    r#type: Option<String>,
}

impl<'a> Reply<'a> {
    /// Reads everything but the blocks. What the reply is may be given; otherwise its members say it.
    pub(super) fn read(text: &'a [u8], kind: Option<Kind>) -> Self {
        let mut reply = Self { entries: Vec::new(), summary: Summary::new(End::Failed) };
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        match serde_json::from_slice::<Envelope<'a>>(text) {
            Ok(envelope) => reply.open(text, &envelope, kind),
            Err(error) if error.is_eof() => {
                reply.summary.end = End::Truncated;
                reply.summary.wrong(Exit::Truncated, format!("the recording stops in the middle of the reply: {error}"), Trouble::Cut);
            }
            Err(error) => {
                reply.summary.wrong(Exit::Unreadable, format!("the recording is not a reply in JSON: {error}"), Trouble::Foreign);
            }
        }
        reply
    }

    fn open(&mut self, text: &'a [u8], envelope: &Envelope<'a>, kind: Option<Kind>) {
        if let Some(refusal) = refusal(envelope) {
            self.summary.wrong(Exit::Refused, refusal, Trouble::Server);
            return;
        }
        // A payload that was recorded without what was around it is read as well.
        let payload = match envelope.data {
            Some(data) => serde_json::from_str::<Payload<'a>>(data.get()),
            None => serde_json::from_slice(text),
        };
        match payload {
            Ok(Payload { records: Some(records), .. }) if kind != Some(Kind::Job) => self.history(&records),
            Ok(Payload { job_id, blocks: Some(blocks), .. }) if kind != Some(Kind::History) => {
                self.summary.end = End::Completed;
                self.summary.job_id.clone_from(&job_id);
                let answer = Said { blocks: Some(blocks), content: None, message_id: None };
                self.entries.push(Entry { job_id, question: None, answer: Some(answer), place: String::new() });
            }
            Ok(_) => {
                let wanted = match kind {
                    Some(Kind::History) => "records",
                    Some(Kind::Job) => "blocks",
                    _ => "blocks or records",
                };
                self.summary.wrong(Exit::Unreadable, format!("the reply has no {wanted}"), Trouble::Foreign);
            }
            Err(error) => self.summary.malformed("the reply", &error.to_string()),
        }
    }

    fn history(&mut self, records: &[&'a RawValue]) {
        self.summary.end = End::Completed;
        for (number, record) in records.iter().enumerate() {
            let place = format!("records[{number}]");
            let mut entry: Entry<'a> = match serde_json::from_str(record.get()) {
                Ok(entry) => entry,
                Err(error) => {
                    self.summary.malformed(&place, &error.to_string());
                    continue;
                }
            };
            let message = entry.answer.as_ref().and_then(|answer| answer.message_id.clone());
            entry.job_id = entry.job_id.or(message);
            if entry.answer.is_none() {
                self.summary.end = End::Truncated;
                let of = entry.job_id.as_deref().unwrap_or(&place);
                self.summary.wrong(Exit::Truncated, format!("{of} has no answer yet"), Trouble::Cut);
            }
            entry.place = place;
            self.entries.push(entry);
        }
        // One id belongs to one answer; a page of several has none.
        if let [entry] = &self.entries[..] {
            self.summary.job_id.clone_from(&entry.job_id);
        }
    }
}

/// What the server refused with, if it did. The code was seen as a number, as a text and in an object of its own.
fn refusal(envelope: &Envelope<'_>) -> Option<String> {
    let code: Value = serde_json::from_str(envelope.code?.get()).ok()?;
    let code = code.get("code").unwrap_or(&code);
    let number = code.as_i64().or_else(|| code.as_str()?.parse().ok());
    if number == Some(0) || code.is_null() {
        return None;
    }
    let words = envelope.msg.as_deref().unwrap_or("without a word");
    Some(format!("refused, code {}: {words}", code.as_str().map_or_else(|| code.to_string(), str::to_owned)))
}

/// Writes a line for each block: for each entry of a history the question, then the answer.
pub(super) fn lines(reply: Reply<'_>, lines: &mut Lines) -> Result<Summary, Problem> {
    let Reply { entries, mut summary } = reply;
    for entry in &entries {
        for (side, said) in entry.sides() {
            for part in said.parts(&side) {
                summary.events += 1;
                match part {
                    Ok((name, block)) => {
                        let line = Line::of_block(&name, &block);
                        summary.unknown += u64::from(line.is_unknown());
                        lines.write(&line)?;
                    }
                    Err(wrong) => {
                        summary.malformed(&wrong.name, &wrong.error);
                        lines.write(&Line::malformed(&wrong.name, wrong.raw, &wrong.error))?;
                    }
                }
            }
        }
    }
    Ok(summary)
}

/// Puts the answers together, each with its question.
pub(super) fn answers(reply: Reply<'_>) -> (Summary, Vec<(String, Answer)>) {
    let Reply { entries, mut summary } = reply;
    let mut answers = Vec::new();
    for entry in &entries {
        let mut question = Vec::new();
        let mut answer = Answer::default();
        for (number, (side, said)) in entry.sides().into_iter().enumerate() {
            for part in said.parts(&side) {
                summary.events += 1;
                let block = match part {
                    Ok((_, block)) => Block::from(block),
                    Err(wrong) => {
                        summary.malformed(&wrong.name, &wrong.error);
                        continue;
                    }
                };
                summary.unknown += u64::from(matches!(block.content, BlockContent::Unknown { .. }));
                match block.content {
                    BlockContent::Message(text) if number == 0 && entry.question.is_some() => question.push(text),
                    _ => answer.blocks.push(block),
                }
            }
        }
        answers.push((question.join(" "), answer));
    }
    (summary, answers)
}

/// A block and what it was called, or what is wrong with it.
type Read<'a> = Result<(String, types::Block), Wrong<'a>>;

struct Wrong<'a> {
    name: String,
    error: String,
    raw: &'a str,
}

impl<'a> Entry<'a> {
    /// The question, then the answer, each with its place.
    fn sides(&self) -> Vec<(String, &Said<'a>)> {
        let within = |name: &str| if self.place.is_empty() { String::new() } else { format!("{}.{name}.", self.place) };
        let question = self.question.iter().map(|said| (within("question"), said));
        question.chain(self.answer.iter().map(|said| (within("answer"), said))).collect()
    }
}

impl Said<'_> {
    fn parts<'b>(&'b self, place: &'b str) -> Box<dyn Iterator<Item = Read<'b>> + 'b> {
        match (&self.blocks, &self.content) {
            (Some(blocks), _) => Box::new(blocks.iter().enumerate().map(move |(number, raw)| {
                let name = serde_json::from_str::<Tag>(raw.get()).ok().and_then(|tag| tag.r#type).unwrap_or_default();
                match from_text::<types::Block>(raw.get()) {
                    Ok(block) => Ok((name, block)),
                    Err(error) => Err(Wrong { name, error: within(&format!("{place}blocks[{number}]"), &error), raw: raw.get() }),
                }
            })),
            (None, Some(text)) => {
                let block = serde_json::json!({ "type": "MESSAGE", "content": text });
                let wrong = |error: serde_json::Error| Wrong { name: "MESSAGE".to_owned(), error: error.to_string(), raw: text };
                let read = serde_json::from_value(block).map_err(wrong);
                Box::new(std::iter::once(read.map(|block| ("MESSAGE".to_owned(), block))))
            }
            (None, None) => {
                let name = place.trim_end_matches('.').to_owned();
                Box::new(std::iter::once(Err(Wrong { name, error: "it has neither blocks nor content".to_owned(), raw: "null" })))
            }
        }
    }
}

/// The error with its whole path.
fn within(place: &str, error: &Error) -> String {
    match error.kind() {
        ErrorKind::Decode { path } if !path.is_empty() => format!("{place}.{path}: {}", error.message()),
        _ => format!("{place}: {}", error.message()),
    }
}
