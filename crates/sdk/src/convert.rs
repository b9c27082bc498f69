//! The generated types of one generation of the API -> the ones that all generations share.
//!
//! A raw event becomes a [`Step`]: something to report, or something that ends the stream. Nothing else decides what an event means.

#[cfg(feature = "v1")]
pub(crate) mod v1;
pub(crate) mod v2;

use apispec_runtime::Json;
use powerdrill_client::v2::jobs::StreamFrame;
use serde_json::Value;

use crate::block::{Block, BlockContent};
use crate::event::JobEvent;

/// What an event does.
pub(crate) enum Step {
    /// It is reported.
    Report(JobEvent),
    /// The job has failed.
    Failed {
        /// The code, if the server gave one.
        code: Option<String>,
        /// The server's words.
        message: String,
    },
    /// It is the last one.
    End {
        /// Whether everything was said.
        complete: bool,
        /// What it says.
        text: String,
    },
}

/// The text that stands for no group is none.
fn group(id: Option<String>) -> Option<String> {
    id.filter(|id| !id.is_empty() && id != "-1")
}

/// What the answer keeps of an event that is not known: a block, if the event is framed as one, and belongs to a group or a stage. The
/// frame of the team API has the members of all generations.
pub(crate) fn unknown_block(name: &str, data: &str) -> Option<Block> {
    let frame: StreamFrame = serde_json::from_str(data).ok()?;
    let raw = frame.choices?.into_iter().next()?.delta?.content;
    let group_id = group(frame.group_id).or_else(|| group(frame.id));
    if group_id.is_none() && frame.stage.is_none() {
        return None;
    }
    let content = BlockContent::Unknown { tag: name.to_owned(), raw };
    Some(Block { group_id, group_name: frame.group_name, stage: frame.stage, content })
}

/// What failed. Some servers put the words where the code should be.
fn failed(code: Option<String>, message: Option<String>) -> Step {
    let is_code = |text: &str| text.parse::<i64>().is_ok();
    match (code, message.filter(|message| !message.is_empty())) {
        (Some(text), None) if !is_code(&text) => Step::Failed { code: None, message: text },
        (code, message) => Step::Failed { code, message: message.unwrap_or_default() },
    }
}

/// What was sent as JSON or as the text of it.
fn read_text(text: String) -> Json {
    serde_json::from_str(&text).unwrap_or(Value::String(text)).into()
}
