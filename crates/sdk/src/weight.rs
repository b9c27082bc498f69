//! A part of an answer -> about how many bytes of memory it takes, so that an answer can be given an end.
//!
//! Every text counts with its bytes and every value with its size. What an allocator adds does not count.

use serde_json::Value;

use crate::block::{Block, BlockContent, Chart, File, SourceReference};
use crate::event::Task;

/// What a block takes.
pub(crate) fn weight(block: &Block) -> usize {
    let content = match &block.content {
        BlockContent::Message(text) | BlockContent::Code(text) => text.len(),
        BlockContent::Table(file) | BlockContent::Image(file) => of_file(file),
        BlockContent::Chart(chart) => of_chart(chart),
        BlockContent::Sources(sources) => sources.iter().map(of_source).sum(),
        BlockContent::Questions(questions) => questions.iter().map(|question| size_of::<String>() + question.len()).sum(),
        BlockContent::Unknown { tag, raw } => tag.len() + raw.as_deref().map_or(0, of_json),
    };
    size_of::<Block>() + content + of_texts([&block.group_id, &block.group_name])
}

/// What a step takes.
pub(crate) fn of_task(task: &Task) -> usize {
    size_of::<Task>() + task.id.len() + task.name.len() + of_texts([&task.parent_id, &task.file])
}

fn of_texts<const N: usize>(texts: [&Option<String>; N]) -> usize {
    texts.into_iter().flatten().map(String::len).sum()
}

fn of_file(file: &File) -> usize {
    file.name.len() + file.url.expose().len()
}

fn of_chart(chart: &Chart) -> usize {
    let links = [&chart.url, &chart.image].into_iter().flatten().map(|link| link.expose().len()).sum::<usize>();
    let json = [&chart.config, &chart.options, &chart.columns].into_iter().flatten().map(|json| of_json(json)).sum::<usize>();
    size_of::<Chart>() + links + json + of_texts([&chart.name, &chart.code, &chart.code_type])
}

fn of_source(source: &SourceReference) -> usize {
    let texts = [&source.id, &source.page_no, &source.content, &source.file_type, &source.external_id];
    size_of::<SourceReference>() + source.source.len() + of_texts(texts)
}

/// The depth is bounded, since the value has been read from text.
fn of_json(value: &Value) -> usize {
    let inside = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(of_json).sum(),
        Value::Object(members) => members.iter().map(|(name, value)| size_of::<String>() + name.len() + of_json(value)).sum(),
    };
    size_of::<Value>() + inside
}
