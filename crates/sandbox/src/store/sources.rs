//! Data sources: a file with a status that moves on by itself.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;

use super::Project;
use crate::clock::Instant;
use crate::data::Data;

pub(crate) struct DataSource {
    pub(crate) id: String,
    pub(crate) project: Project,
    pub(crate) dataset: String,
    pub(crate) name: String,
    /// The extension without its dot, in lower case.
    pub(crate) extension: String,
    /// Where it was said to be, if it does not come from an upload.
    pub(crate) url: Option<String>,
    /// What could be had of it.
    pub(crate) content: Option<Bytes>,
    /// It was not read, because the files of its project are too large together.
    pub(crate) over_quota: bool,
    pub(crate) created: Instant,
    /// The content as data, read when it is needed for the first time.
    pub(crate) data: Arc<OnceLock<Arc<Data>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Waiting,
    Running,
    Ready,
    Failed,
}

/// The extensions of files that can be data sources.
const EXTENSIONS: [&str; 11] = ["csv", "tsv", "md", "mdx", "json", "txt", "pdf", "pptx", "docx", "xls", "xlsx"];

/// Of those, the ones that the sandbox can read as text.
const TEXT: [&str; 6] = ["csv", "tsv", "md", "mdx", "json", "txt"];

impl DataSource {
    pub(crate) fn status(&self, now: Instant, delay: Duration) -> Status {
        let age = now.since(self.created);
        if age < delay / 2 {
            return Status::Waiting;
        }
        if age < delay {
            return Status::Running;
        }
        let readable =
            !self.over_quota && self.content.as_ref().is_some_and(|content| !content.is_empty() && !is_broken(&self.extension, content));
        if readable { Status::Ready } else { Status::Failed }
    }
}

/// A text that is none: files with zeros in them are something else under a wrong name.
fn is_broken(extension: &str, content: &Bytes) -> bool {
    let wide = content.starts_with(b"\xff\xfe") || content.starts_with(b"\xfe\xff");
    TEXT.contains(&extension) && !wide && content.iter().take(8192).any(|byte| *byte == 0)
}

/// `Sales.2024.CSV` -> `csv`.
pub(crate) fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

pub(crate) fn is_supported(extension: &str) -> bool {
    EXTENSIONS.contains(&extension)
}
