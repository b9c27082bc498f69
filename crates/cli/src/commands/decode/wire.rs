//! A received event or block -> an object in the spelling of the spec.
//!
//! The contents are the generated types, which read every known spelling and write one.

use std::borrow::Cow;

use powerdrill::v2::jobs::{JobEvent, ProcessStep, StreamError, StreamFrame, Task, Trigger};
use powerdrill::v2::types::{Block, BlockContent, ChartContent, FileLink, SourceReference};
use serde::Serialize;
use serde_json::Value;

/// One line.
#[derive(Debug, Serialize)]
pub(super) struct Line<'a> {
    /// What it was called when it was received.
    event: &'a str,
    /// What it is to this program.
    r#type: &'static str,
    group_id: Option<Cow<'a, str>>,
    stage: Option<Cow<'a, str>>,
    content: Content<'a>,
    /// Why it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Text(&'a str),
    File(&'a FileLink),
    Chart(&'a ChartContent),
    Sources(&'a [SourceReference]),
    Questions(&'a [String]),
    Task(&'a Task),
    Trigger(&'a Trigger),
    Process(&'a ProcessStep),
    Error(&'a StreamError),
    Any(&'a Value),
    Owned(Value),
}

const UNKNOWN: &str = "unknown";
/// Where the frame of an event has what it says.
const PAYLOAD: &str = "/choices/0/delta/content";

impl<'a> Line<'a> {
    pub(super) fn of_event(event: &'a str, decoded: &'a JobEvent) -> Self {
        let plain = |r#type, content| Self { event, r#type, group_id: None, stage: None, content, error: None };
        let framed = |r#type, frame: &'a StreamFrame, content| Self {
            group_id: group(frame.group_id.as_deref()).or_else(|| group(frame.id.as_deref())),
            stage: frame.stage.as_ref().map(|stage| stage.as_str().into()),
            ..plain(r#type, content)
        };
        match decoded {
            JobEvent::JobId(id) => plain("job_id", Content::Text(id.trim())),
            JobEvent::AiMessageId(id) => plain("ai_message_id", Content::Text(id.trim())),
            JobEvent::TitleGeneration(title) => plain("title_generation", Content::Text(title)),
            JobEvent::Task { frame, content, .. } => {
                let line = framed("task", frame, Content::Task(content));
                Self { stage: line.stage.or_else(|| content.stage.as_ref().map(|stage| stage.as_str().into())), ..line }
            }
            JobEvent::Message { frame, content, .. } => framed("message", frame, Content::Text(content)),
            JobEvent::Code { frame, content, .. } => framed("code", frame, Content::Text(content)),
            JobEvent::Table { frame, content, .. } => framed("table", frame, Content::File(content)),
            JobEvent::Image { frame, content, .. } => framed("image", frame, Content::File(content)),
            JobEvent::ChartInfo { frame, content, .. } => framed("chart_info", frame, Content::Chart(content)),
            JobEvent::Sources { frame, content, .. } => framed("sources", frame, Content::Sources(content)),
            JobEvent::Questions { frame, content, .. } => framed("questions", frame, Content::Questions(content)),
            JobEvent::Trigger { frame, content, .. } => framed("trigger", frame, Content::Trigger(content)),
            JobEvent::Process { frame, content, .. } => framed("process", frame, Content::Process(content)),
            JobEvent::Tag { frame, content, .. } => framed("tag", frame, Content::Text(content)),
            JobEvent::KeepAlive(text) => plain("keep_alive", Content::Text(text)),
            JobEvent::Error { content, .. } => plain("error", Content::Error(content)),
            JobEvent::End { text, .. } => plain("end", Content::Text(text.trim())),
            JobEvent::Unknown { data, .. } => Self::unread(event, UNKNOWN, any(data)),
            _ => plain(UNKNOWN, Content::Owned(Value::Null)),
        }
    }

    pub(super) fn of_block(event: &'a str, block: &'a Block) -> Self {
        let (r#type, content) = match &block.content {
            BlockContent::Message(text) => ("message", Content::Text(text)),
            BlockContent::Code(text) => ("code", Content::Text(text)),
            BlockContent::Table(file) => ("table", Content::File(file)),
            BlockContent::Image(file) => ("image", Content::File(file)),
            BlockContent::Sources(list) => ("sources", Content::Sources(list)),
            BlockContent::Questions(list) => ("questions", Content::Questions(list)),
            BlockContent::ChartInfo(chart) => ("chart_info", Content::Chart(chart)),
            BlockContent::Unknown { raw: Some(raw), .. } => (UNKNOWN, Content::Any(raw)),
            _ => (UNKNOWN, Content::Owned(Value::Null)),
        };
        let stage = block.stage.as_ref().map(|stage| stage.as_str().into());
        Self { event, r#type, group_id: group(block.group_id.as_deref()), stage, content, error: None }
    }

    /// What is known and does not have the form that it should have, with the reason.
    pub(super) fn malformed(event: &'a str, data: &str, error: &str) -> Self {
        Self { error: Some(error.to_owned()), ..Self::unread(event, "malformed", any(data)) }
    }

    /// What cannot be read is kept as it is. If it is in the usual frame, or looks like a block, it is taken out of it.
    fn unread(event: &'a str, r#type: &'static str, mut value: Value) -> Self {
        let text = |value: &Value, names: [&str; 2]| {
            let found = names.iter().find_map(|name| value.get(name)?.as_str());
            found.map(|text| Cow::<str>::Owned(text.to_owned()))
        };
        let group_id = text(&value, ["group_id", "groupId"]).filter(|id| !id.is_empty() && id != "-1");
        let stage = text(&value, ["stage", "stage"]);
        let place = if value.pointer(PAYLOAD).is_some() { PAYLOAD } else { "/content" };
        let content = value.pointer_mut(place).map(Value::take);
        Self { event, r#type, group_id, stage, content: Content::Owned(content.unwrap_or(value)), error: None }
    }

    pub(super) fn is_unknown(&self) -> bool {
        self.r#type == UNKNOWN
    }
}

/// The texts that stand for no group are none.
fn group(id: Option<&str>) -> Option<Cow<'_, str>> {
    id.filter(|id| !id.is_empty() && *id != "-1").map(Cow::Borrowed)
}

/// JSON, or a text.
fn any(data: &str) -> Value {
    serde_json::from_str(data).unwrap_or_else(|_| Value::String(data.to_owned()))
}
