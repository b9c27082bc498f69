//! The personal API.

use apispec_runtime::{OrText, Result};
use powerdrill_client::v1::chat::{self, ChatEvent as Raw, StreamFrame};
use powerdrill_client::v2::jobs::TaskStatus;
use powerdrill_client::v2::types::Stage;

use super::{Step, failed, group, read_text};
use crate::block::{Block, BlockContent, Chart, File, SourceReference};
use crate::event::{JobEvent, Process, Task, Trigger};

pub(crate) fn step(name: &str, data: &str) -> Result<Step> {
    Ok(Step::Report(match Raw::decode(name, data)? {
        Raw::AiMessageId(id) => JobEvent::MessageId(id),
        Raw::JobId(id) => JobEvent::JobId(id.into()),
        Raw::TitleGeneration(title) => JobEvent::Title(title),
        Raw::Task { content, .. } => JobEvent::Task(content.into()),
        Raw::Message { frame, content, .. } => block(*frame, BlockContent::Message(content)),
        Raw::Code { frame, content, .. } => block(*frame, BlockContent::Code(content)),
        Raw::Table { frame, content, .. } => block(*frame, BlockContent::Table(content.into())),
        Raw::Image { frame, content, .. } => block(*frame, BlockContent::Image(content.into())),
        Raw::Chart { frame, content, .. } => block(*frame, BlockContent::Chart(Box::new(content.into()))),
        Raw::Sources { frame, content, .. } => block(*frame, BlockContent::Sources(content.into_iter().map(Into::into).collect())),
        Raw::Questions { frame, content, .. } => block(*frame, BlockContent::Questions(content)),
        Raw::Trigger { content, .. } => JobEvent::Trigger(content.into()),
        Raw::Process { content, .. } => JobEvent::Process(content.into()),
        Raw::Tag { content, .. } => JobEvent::Tag(content.into()),
        Raw::Unknown { name, .. } if is_heartbeat(&name) => JobEvent::KeepAlive,
        Raw::Unknown { name, data, .. } => JobEvent::Unknown { name, data },
        Raw::Error { content, .. } => return Ok(failed(content.code, content.message)),
        Raw::End { complete, text, .. } => return Ok(Step::End { complete, text }),
        // An event that the generated client has learnt and this crate has not.
        _ => JobEvent::Unknown { name: name.to_owned(), data: data.into() },
    }))
}

/// This generation declares no event that is a heartbeat; what the next one calls so is read as one here too.
fn is_heartbeat(name: &str) -> bool {
    matches!(powerdrill_client::v2::jobs::JobEvent::decode(name, ""), Ok(powerdrill_client::v2::jobs::JobEvent::KeepAlive(_)))
}

fn block(frame: StreamFrame, content: BlockContent) -> JobEvent {
    let group_id = group(frame.group_id).or_else(|| group(frame.id));
    JobEvent::Block(Block { group_id, group_name: frame.group_name, stage: frame.stage.map(stage), content })
}

fn stage(stage: chat::Stage) -> Stage {
    stage.as_str().into()
}

fn status(status: chat::TaskStatus) -> TaskStatus {
    status.as_str().into()
}

impl From<chat::FileLink> for File {
    fn from(link: chat::FileLink) -> Self {
        Self { name: link.name.unwrap_or_default(), url: link.url, expires_at: link.expired_at }
    }
}

impl From<chat::ChartContent> for Chart {
    fn from(chart: chat::ChartContent) -> Self {
        let config = chart.chart_config.map(|config| match config {
            OrText::Value(config) => serde_json::to_value(config).unwrap_or_default().into(),
            OrText::Text(text) => read_text(text),
        });
        Self {
            name: chart.name,
            url: chart.url,
            image: chart.image_url,
            code: chart.code,
            code_type: chart.code_type,
            config,
            datasource_id: chart.datasource_id.map(|id| id.as_str().into()),
            dataset_id: chart.dataset_id.map(|id| id.as_str().into()),
            ..Self::default()
        }
    }
}

impl From<chat::SourceReference> for SourceReference {
    fn from(source: chat::SourceReference) -> Self {
        Self {
            id: source.id,
            source: source.source,
            page_no: source.page_no,
            content: source.content,
            datasource_id: source.datasource_id.map(|id| id.as_str().into()),
            dataset_id: source.dataset_id.map(|id| id.as_str().into()),
            file_type: source.file_type,
            external_id: source.external_id,
        }
    }
}

impl From<chat::Task> for Task {
    fn from(task: chat::Task) -> Self {
        Self {
            id: task.id,
            name: task.name,
            status: task.status.map_or(TaskStatus::Running, status),
            parent_id: task.parent_id,
            stage: task.stage.map(stage),
            file: task.properties.and_then(|properties| properties.files).filter(|file| !file.is_empty()),
        }
    }
}

impl From<chat::ProcessStep> for Process {
    fn from(step: chat::ProcessStep) -> Self {
        Self { name: step.name, kind: step.r#type.map(|kind| kind.as_str().to_owned()), status: step.status.map(status) }
    }
}

impl From<chat::Trigger> for Trigger {
    fn from(trigger: chat::Trigger) -> Self {
        Self { name: trigger.name, arguments: trigger.arguments.unwrap_or_default() }
    }
}
