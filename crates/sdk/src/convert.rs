//! The generated types of one generation of the API -> the ones that all generations share.
//!
//! A raw event becomes a [`Step`]: something to report, or something that ends the stream. Nothing else decides what an event means.

#[cfg(feature = "v1")]
pub(crate) mod v1;
pub(crate) mod v2;

use apispec_runtime::Json;
use serde_json::Value;

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
