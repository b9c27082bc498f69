//! The team API, which reads the spellings of older servers too.

use std::collections::BTreeMap;

use apispec_runtime::{Json, OrText, Result};
use powerdrill_client::v2::jobs::{self, JobEvent as Raw, StreamFrame, TaskStatus};
use powerdrill_client::v2::types;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Step, failed, group, read_text};
use crate::block::{Block, BlockContent, Chart, File, SourceReference};
use crate::event::{JobEvent, Process, Task, Trigger};

pub(crate) fn step(name: &str, data: &str) -> Result<Step> {
    Ok(Step::Report(match Raw::decode(name, data)? {
        Raw::JobId(id) => JobEvent::JobId(id.into()),
        Raw::AiMessageId(id) => JobEvent::MessageId(id),
        Raw::TitleGeneration(title) => JobEvent::Title(title),
        Raw::Task { content, .. } => JobEvent::Task(content.into()),
        Raw::Message { frame, content, .. } => block(*frame, BlockContent::Message(content)),
        Raw::Code { frame, content, .. } => block(*frame, BlockContent::Code(content)),
        Raw::Table { frame, content, .. } => block(*frame, BlockContent::Table(content.into())),
        Raw::Image { frame, content, .. } => block(*frame, BlockContent::Image(content.into())),
        Raw::ChartInfo { frame, content, .. } => block(*frame, BlockContent::Chart(Box::new(content.into()))),
        Raw::Sources { frame, content, .. } => block(*frame, BlockContent::Sources(content.into_iter().map(Into::into).collect())),
        Raw::Questions { frame, content, .. } => block(*frame, BlockContent::Questions(content)),
        Raw::Trigger { content, .. } => JobEvent::Trigger(content.into()),
        Raw::Process { content, .. } => JobEvent::Process(content.into()),
        Raw::Tag { content, .. } => JobEvent::Tag(content.into()),
        Raw::KeepAlive(_) => JobEvent::KeepAlive,
        Raw::Unknown { name, data, .. } => JobEvent::Unknown { name, data },
        Raw::Error { content, .. } => return Ok(failed(content.code, content.message)),
        Raw::End { complete, text, .. } => return Ok(Step::End { complete, text }),
        // An event that the generated client has learnt and this crate has not.
        _ => JobEvent::Unknown { name: name.to_owned(), data: data.into() },
    }))
}

fn block(frame: StreamFrame, content: BlockContent) -> JobEvent {
    let group_id = group(frame.group_id).or_else(|| group(frame.id));
    JobEvent::Block(Block { group_id, group_name: frame.group_name, stage: frame.stage, content })
}

impl From<types::Block> for Block {
    fn from(block: types::Block) -> Self {
        Self { group_id: group(block.group_id), group_name: block.group_name, stage: block.stage, content: block.content.into() }
    }
}

impl From<types::BlockContent> for BlockContent {
    fn from(content: types::BlockContent) -> Self {
        match content {
            types::BlockContent::Message(text) => Self::Message(text),
            types::BlockContent::Code(text) => Self::Code(text),
            types::BlockContent::Table(file) => Self::Table(file.into()),
            types::BlockContent::Image(file) => Self::Image(file.into()),
            types::BlockContent::Sources(sources) => Self::Sources(sources.into_iter().map(Into::into).collect()),
            types::BlockContent::Questions(questions) => Self::Questions(questions),
            types::BlockContent::ChartInfo(chart) => Self::Chart(Box::new(chart.into())),
            types::BlockContent::Unknown { tag, raw, extra, .. } => Self::Unknown { tag, raw: raw.or_else(|| members(extra)) },
            other => Self::Unknown { tag: other.tag().to_owned(), raw: None },
        }
    }
}

impl From<types::FileLink> for File {
    fn from(link: types::FileLink) -> Self {
        Self { name: link.name.unwrap_or_default(), url: link.url, expires_at: link.expires_at }
    }
}

impl From<types::ChartContent> for Chart {
    fn from(chart: types::ChartContent) -> Self {
        Self {
            name: chart.name,
            url: chart.url,
            image: chart.image,
            code: chart.code,
            code_type: chart.code_type,
            config: chart.chart_config.map(json),
            options: chart.options.map(json),
            columns: chart.columns.map(json),
            expires_at: chart.expires_at,
            datasource_id: chart.datasource_id,
            dataset_id: chart.dataset_id,
        }
    }
}

impl From<types::SourceReference> for SourceReference {
    fn from(source: types::SourceReference) -> Self {
        Self {
            id: source.id,
            source: source.source,
            page_no: source.page_no,
            content: source.content,
            datasource_id: source.datasource_id,
            dataset_id: source.dataset_id,
            file_type: source.file_type,
            external_id: source.external_id,
        }
    }
}

impl From<jobs::Task> for Task {
    fn from(task: jobs::Task) -> Self {
        Self {
            id: task.id,
            name: task.name.unwrap_or_default(),
            status: task.status.unwrap_or(TaskStatus::Running),
            parent_id: task.parent_id,
            stage: task.stage,
            file: task.properties.and_then(|properties| properties.files).filter(|file| !file.is_empty()),
        }
    }
}

impl From<jobs::ProcessStep> for Process {
    fn from(step: jobs::ProcessStep) -> Self {
        Self { name: step.name.unwrap_or_default(), kind: step.r#type, status: step.status }
    }
}

impl From<jobs::Trigger> for Trigger {
    fn from(trigger: jobs::Trigger) -> Self {
        Self { name: trigger.name.unwrap_or_default(), arguments: trigger.arguments.unwrap_or_default() }
    }
}

/// What an unknown block holds that has no content.
fn members(extra: BTreeMap<String, Json>) -> Option<Json> {
    let members: Map<String, Value> = extra.into_iter().map(|(name, value)| (name, value.into_value())).collect();
    (!members.is_empty()).then(|| members.into())
}

fn json<T: Serialize>(value: OrText<T>) -> Json {
    match value {
        OrText::Value(value) => serde_json::to_value(value).unwrap_or_default().into(),
        OrText::Text(text) => read_text(text),
    }
}
