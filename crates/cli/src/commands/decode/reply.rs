//! A recorded reply -> its blocks: the reply to a question that was not streamed, or a page of a history.
//!
//! Blocks are read one by one, so that one that is malformed does not hide the others.

use apispec_runtime::decode::from_text;
use powerdrill::v2::types;
use powerdrill::{Block, BlockContent, Error, ErrorKind};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{End, Found, Summary};
use crate::args::Kind;
use crate::failure::{Exit, Failure, usage};

/// What is around the payload.
#[derive(Deserialize)]
struct Envelope<'a> {
    code: Option<Value>,
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

/// Decodes a reply. What it is may be given; otherwise its members say it.
pub(super) fn decode(text: &[u8], kind: Option<Kind>, found: &mut Found) -> Result<Summary, Failure> {
    let ended = |end, job_id, events| Ok(Summary { end, job_id, events });
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let envelope: Envelope<'_> = match serde_json::from_slice(text) {
        Ok(envelope) => envelope,
        Err(error) if error.is_eof() => {
            let help = "record the whole reply";
            found.failure = Some(Failure::new(Exit::Truncated, format!("the recording stops in the middle of the reply: {error}"), help));
            return ended(End::Truncated, None, 0);
        }
        Err(error) => {
            let help = "is it a reply? `--kind` says what was recorded";
            found.failure = Some(Failure::new(Exit::Unreadable, format!("the recording is not a reply in JSON: {error}"), help));
            return ended(End::Failed, None, 0);
        }
    };
    if let Some(refusal) = refusal(&envelope) {
        found.failure = Some(Failure::new(Exit::Refused, refusal, "the reply is a refusal; the words after the colon are the server's"));
        return ended(End::Failed, None, 0);
    }
    // A payload that was recorded without what was around it is read as well.
    let payload = match envelope.data {
        Some(data) => serde_json::from_str(data.get()),
        None => serde_json::from_slice::<Payload<'_>>(text),
    };
    let payload = match payload {
        Ok(payload) => payload,
        Err(error) => {
            found.malformed("data", &error.to_string())?;
            return ended(End::Failed, None, 0);
        }
    };
    match (payload.records, payload.blocks, kind) {
        (Some(records), _, None | Some(Kind::History)) => history(&records, found),
        (_, Some(blocks), None | Some(Kind::Job)) => {
            let events = read_all(&blocks, "blocks", found)?;
            ended(End::Completed, payload.job_id, events)
        }
        (Some(_), ..) => Err(usage("the recording is a history", "use `--kind history`")),
        (_, Some(_), _) => Err(usage("the recording is the reply to one question", "use `--kind job`")),
        (None, None, _) => {
            let help = "decode reads streams, replies to questions, and histories";
            found.failure = Some(Failure::new(Exit::Unreadable, "the reply has neither blocks nor records", help));
            ended(End::Failed, payload.job_id, 0)
        }
    }
}

/// What the server refused with, if it did. The code was seen as a number, as a text and in an object of its own.
fn refusal(envelope: &Envelope<'_>) -> Option<String> {
    let code = envelope.code.as_ref()?;
    let code = code.get("code").unwrap_or(code);
    let number = code.as_i64().or_else(|| code.as_str()?.parse().ok());
    if number == Some(0) || code.is_null() {
        return None;
    }
    let words = envelope.msg.as_deref().unwrap_or("without a word");
    Some(format!("refused, code {}: {words}", code.as_str().map_or_else(|| code.to_string(), str::to_owned)))
}

/// Decodes a history: for each entry the question, then the answer.
fn history(records: &[&RawValue], found: &mut Found) -> Result<Summary, Failure> {
    let mut summary = Summary { end: End::Completed, job_id: None, events: 0 };
    for (number, record) in records.iter().enumerate() {
        let place = format!("records[{number}]");
        let entry: Entry<'_> = match serde_json::from_str(record.get()) {
            Ok(entry) => entry,
            Err(error) => {
                found.malformed(&place, &error.to_string())?;
                continue;
            }
        };
        let message = entry.answer.as_ref().and_then(|answer| answer.message_id.clone());
        let id = entry.job_id.or(message);
        // One id belongs to one answer; a page of several has none.
        summary.job_id = if records.len() == 1 { id.clone() } else { None };
        let in_lines = found.lines.is_some();
        match entry.question {
            Some(question) if in_lines => summary.events += said(&question, &format!("{place}.question"), found)?,
            Some(question) => found.begin(words(&question)),
            None => found.begin(String::new()),
        }
        match entry.answer {
            Some(answer) => summary.events += said(&answer, &format!("{place}.answer"), found)?,
            None => {
                summary.end = End::Truncated;
                let of = id.unwrap_or(place);
                found.failure.get_or_insert_with(|| {
                    Failure::new(Exit::Truncated, format!("{of} has no answer yet"), "record the history again when it has")
                });
            }
        }
    }
    Ok(summary)
}

/// Reads what one side said. Gives the number of blocks.
fn said(said: &Said<'_>, place: &str, found: &mut Found) -> Result<u64, Failure> {
    if let Some(blocks) = &said.blocks {
        return read_all(blocks, &format!("{place}.blocks"), found);
    }
    let Some(text) = &said.content else {
        found.malformed(place, "it has neither blocks nor content")?;
        return Ok(0);
    };
    let block = Block { group_id: None, group_name: None, stage: None, content: BlockContent::Message(text.clone()) };
    found.block(block, "MESSAGE")?;
    Ok(1)
}

/// The words of a question.
fn words(question: &Said<'_>) -> String {
    let Some(blocks) = &question.blocks else { return question.content.clone().unwrap_or_default() };
    let texts = blocks.iter().filter_map(|raw| match from_text::<types::Block>(raw.get()).map(Block::from).ok()?.content {
        BlockContent::Message(text) | BlockContent::Code(text) => Some(text),
        _ => None,
    });
    texts.collect::<Vec<_>>().join(" ")
}

fn read_all(blocks: &[&RawValue], place: &str, found: &mut Found) -> Result<u64, Failure> {
    for (number, raw) in blocks.iter().enumerate() {
        let name = serde_json::from_str::<Tag>(raw.get()).ok().and_then(|tag| tag.r#type).unwrap_or_default();
        match from_text::<types::Block>(raw.get()) {
            Ok(block) => found.block(block.into(), &name)?,
            Err(error) => found.malformed(&name, &within(&format!("{place}[{number}]"), &error))?,
        }
    }
    Ok(blocks.len() as u64)
}

/// The error with its whole path.
fn within(place: &str, error: &Error) -> String {
    match error.kind() {
        ErrorKind::Decode { path } if !path.is_empty() => format!("{place}.{path}: {}", error.message()),
        _ => format!("{place}: {}", error.message()),
    }
}
