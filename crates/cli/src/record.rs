//! Events and blocks -> JSON objects in one spelling, whichever of the known ones was received.

use powerdrill::{Answer, Block, BlockContent, Chart, File, JobEvent, SourceReference, Task};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;

/// One line: an event or a block.
#[derive(Debug, Serialize)]
pub(crate) struct Record<'a> {
    /// What it is called on the wire.
    pub(crate) event: &'a str,
    /// What it is to this program.
    pub(crate) r#type: &'static str,
    pub(crate) group_id: Option<&'a str>,
    pub(crate) stage: Option<&'a str>,
    pub(crate) content: Content<'a>,
}

/// What an event or block says.
#[derive(Debug)]
pub(crate) enum Content<'a> {
    Text(&'a str),
    File(&'a File),
    Chart(&'a Chart),
    Sources(&'a [SourceReference]),
    Questions(&'a [String]),
    Task(&'a Task),
    Value(Value),
}

/// The last line.
#[derive(Debug, Serialize)]
pub(crate) struct Last<'a> {
    pub(crate) end: &'a str,
    pub(crate) job_id: Option<&'a str>,
    pub(crate) events: u64,
    pub(crate) unknown: u64,
}

impl<'a> Record<'a> {
    /// An event, under the name that it usually has.
    pub(crate) fn of_event(event: &'a JobEvent) -> Self {
        let plain = |event, r#type, content| Self { event, r#type, group_id: None, stage: None, content };
        match event {
            JobEvent::JobId(id) => plain("JOB_ID", "job_id", Content::Text(id.as_str().trim())),
            JobEvent::MessageId(id) => plain("AI_MESSAGE_ID", "ai_message_id", Content::Text(id.trim())),
            JobEvent::Title(title) => plain("TITLE_GENERATION", "title_generation", Content::Text(title)),
            JobEvent::Block(block) => Self::of_block(block),
            JobEvent::Task(task) => {
                Self { stage: task.stage.as_ref().map(|stage| stage.as_str()), ..plain("TASK", "task", Content::Task(task)) }
            }
            JobEvent::Process(process) => {
                let status = process.status.as_ref().map(|status| status.as_str());
                let value = serde_json::json!({ "name": process.name, "type": process.kind, "status": status });
                plain("PROCESS", "process", Content::Value(value))
            }
            JobEvent::Trigger(trigger) => {
                let value = serde_json::json!({ "name": trigger.name, "arguments": trigger.arguments });
                plain("TRIGGER", "trigger", Content::Value(value))
            }
            JobEvent::Tag(text) => plain("TAG", "tag", Content::Text(text)),
            JobEvent::KeepAlive => plain("KEEP_ALIVE", "keep_alive", Content::Text("")),
            JobEvent::Unknown { name, data } => plain(name, UNKNOWN, Content::of_unknown(data.as_str())),
            _ => plain("", UNKNOWN, Content::Value(Value::Null)),
        }
    }

    /// A block of an answer, or an event that brings one.
    pub(crate) fn of_block(block: &'a Block) -> Self {
        let (event, r#type, content) = match &block.content {
            BlockContent::Message(text) => ("MESSAGE", "message", Content::Text(text)),
            BlockContent::Code(text) => ("CODE", "code", Content::Text(text)),
            BlockContent::Table(file) => ("TABLE", "table", Content::File(file)),
            BlockContent::Image(file) => ("IMAGE", "image", Content::File(file)),
            BlockContent::Chart(chart) => ("CHART_INFO", "chart_info", Content::Chart(chart)),
            BlockContent::Sources(list) => ("SOURCES", "sources", Content::Sources(list)),
            BlockContent::Questions(list) => ("QUESTIONS", "questions", Content::Questions(list)),
            BlockContent::Unknown { tag, raw } => {
                (tag.as_str(), UNKNOWN, Content::Value(raw.clone().map(powerdrill::Json::into_value).unwrap_or_default()))
            }
            _ => ("", UNKNOWN, Content::Value(Value::Null)),
        };
        Self { event, r#type, group_id: block.group_id.as_deref(), stage: block.stage.as_ref().map(|stage| stage.as_str()), content }
    }

    pub(crate) fn is_unknown(&self) -> bool {
        self.r#type == UNKNOWN
    }
}

const UNKNOWN: &str = "unknown";

impl Content<'_> {
    /// JSON is read, and anything else is a text.
    fn of_unknown(data: &str) -> Self {
        Self::Value(serde_json::from_str(data).unwrap_or_else(|_| Value::String(data.to_owned())))
    }
}

impl Serialize for Content<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::File(file) => file_members(file, serializer),
            Self::Chart(chart) => chart_members(chart, serializer),
            Self::Sources(list) => serializer.collect_seq(list.iter().map(Place)),
            Self::Questions(list) => serializer.collect_seq(list.iter()),
            Self::Task(task) => task_members(task, serializer),
            Self::Value(value) => value.serialize(serializer),
        }
    }
}

/// Writes the members that are there.
macro_rules! members {
    ($serializer:expr, $($name:literal: $value:expr),* $(,)?) => {{
        let mut map = $serializer.serialize_map(None)?;
        $(if let Some(value) = &$value {
            map.serialize_entry($name, value)?;
        })*
        map.end()
    }};
}

fn file_members<S: Serializer>(file: &File, serializer: S) -> Result<S::Ok, S::Error> {
    let name = Some(&file.name).filter(|name| !name.is_empty());
    members!(serializer, "name": name, "url": Some(file.url.expose()), "expires_at": file.expires_at)
}

fn chart_members<S: Serializer>(chart: &Chart, serializer: S) -> Result<S::Ok, S::Error> {
    members!(
        serializer,
        "code": chart.code,
        "code_type": chart.code_type,
        "name": chart.name,
        "url": chart.url.as_ref().map(|url| url.expose()),
        "image": chart.image.as_ref().map(|url| url.expose()),
        "options": chart.options,
        "columns": chart.columns,
        "chart_config": chart.config,
        "expires_at": chart.expires_at,
        "datasource_id": chart.datasource_id,
        "dataset_id": chart.dataset_id,
    )
}

struct Place<'a>(&'a SourceReference);

impl Serialize for Place<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(source) = self;
        members!(
            serializer,
            "id": source.id,
            "source": Some(&source.source),
            "page_no": source.page_no,
            "content": source.content,
            "datasource_id": source.datasource_id,
            "dataset_id": source.dataset_id,
            "file_type": source.file_type,
            "external_id": source.external_id,
        )
    }
}

fn task_members<S: Serializer>(task: &Task, serializer: S) -> Result<S::Ok, S::Error> {
    members!(
        serializer,
        "id": Some(&task.id),
        "name": Some(&task.name),
        "status": Some(task.status.as_str()),
        "parent_id": task.parent_id,
        "stage": task.stage.as_ref().map(|stage| stage.as_str()),
        "properties": task.file.as_ref().map(|file| serde_json::json!({ "files": file })),
    )
}

/// An answer as one object: the members of a reply that is not streamed, how it ended, and the files that were saved.
pub(crate) fn of_answer(answer: &Answer, session: Option<&str>, end: &str, saved: &[String]) -> Value {
    let blocks: Vec<Value> = answer
        .blocks
        .iter()
        .map(|block| {
            let record = Record::of_block(block);
            serde_json::json!({
                "type": record.event, "group_id": record.group_id, "group_name": block.group_name, "stage": record.stage, "content": record.content,
            })
        })
        .collect();
    serde_json::json!({
        "end": end, "job_id": answer.job_id, "session_id": session, "text": answer.text(), "blocks": blocks, "saved": saved,
    })
}
