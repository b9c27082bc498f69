//! What an answer is made of, in one form for all generations of the API.

use std::time::SystemTime;

use apispec_runtime::{Json, SecretText, Timestamp};
use powerdrill_client::v2::types::{DataSourceId, DatasetId, Stage};

/// One part of an answer. `Debug` shows its words, and no link to a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The group to which the block belongs, which is one step of the work or the whole answer. The wire's `""` and `-1` are `None`.
    pub group_id: Option<String>,
    /// The name of the group, for display only. Blocks of one group may give it differently.
    pub group_name: Option<String>,
    /// Whether the block belongs to the work (`Analyze`) or to the answer (`Respond`). The personal API does not say it, and for sources
    /// it means nothing.
    pub stage: Option<Stage>,
    /// What the block says.
    pub content: BlockContent,
}

/// What a block says.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum BlockContent {
    /// Text in Markdown. In a stream it is a piece, which is joined to the ones before as it is, and may be empty.
    Message(String),
    /// A program that was run, as a fenced block of Markdown. [`unfenced`] takes the fence off.
    Code(String),
    /// A table. It comes once with the work and again, with a fresh link, with the answer.
    Table(File),
    /// A picture. It comes twice, like a table.
    Image(File),
    /// A chart, with what is needed to draw it again.
    Chart(Box<Chart>),
    /// The places in the data that the answer rests on.
    Sources(Vec<SourceReference>),
    /// Suggested next questions.
    Questions(Vec<String>),
    /// A kind of block that this version does not know. Streams report one as [`JobEvent::Unknown`](crate::JobEvent::Unknown), and the
    /// [answer](crate::Answer) keeps it as this.
    Unknown {
        /// The kind, as it is on the wire.
        tag: String,
        /// What the block holds, if it holds anything: its content, or its other members where it has none.
        raw: Option<Json>,
    },
}

/// A file that an answer has made.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct File {
    /// The name of the file. It is empty where the server gives the link only.
    pub name: String,
    /// Where the file is: usually a link that everyone who has it can open, but it may be a key in the server's own storage.
    pub url: SecretText,
    /// When the link stops working, which may be ten minutes after it was made.
    pub expires_at: Option<Timestamp>,
}

/// A chart. The generations of the API give different members.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Chart {
    /// The name of the file with the data.
    pub name: Option<String>,
    /// Where the data is.
    pub url: Option<SecretText>,
    /// Where a picture of the chart is.
    pub image: Option<SecretText>,
    /// The program that draws the chart, without a fence.
    pub code: Option<String>,
    /// The language of the program, such as `PYTHON`.
    pub code_type: Option<String>,
    /// How the chart is drawn: its axes, its legend. JSON text has been read, where it is JSON.
    pub config: Option<Json>,
    /// The kinds of chart that the data can be drawn as.
    pub options: Option<Json>,
    /// The columns of the data.
    pub columns: Option<Json>,
    /// When the links stop working.
    pub expires_at: Option<Timestamp>,
    /// The data source from which the chart was made.
    pub datasource_id: Option<DataSourceId>,
    /// The dataset from which the chart was made.
    pub dataset_id: Option<DatasetId>,
}

/// A place in the data that an answer rests on.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SourceReference {
    /// The number by which the text of the answer refers to this place.
    pub id: Option<String>,
    /// The name of the file.
    pub source: String,
    /// The page in the file. It is empty when there is none.
    pub page_no: Option<String>,
    /// The passage that was used.
    pub content: Option<String>,
    /// The data source.
    pub datasource_id: Option<DataSourceId>,
    /// The dataset of the data source.
    pub dataset_id: Option<DatasetId>,
    /// The extension of the file, with or without its dot: see [`extension`](Self::extension).
    pub file_type: Option<String>,
    /// An id of unknown meaning.
    pub external_id: Option<String>,
}

impl File {
    /// Whether the link has stopped working at `now`. One that does not say when is taken to work.
    #[must_use]
    pub fn is_expired(&self, now: SystemTime) -> bool {
        is_over(self.expires_at.as_ref(), now)
    }

    /// What stays the same when the file is linked to again: a signature in the query does not.
    pub(crate) fn place(&self) -> &str {
        let url = self.url.expose();
        url.split_once('?').map_or(url, |(place, _)| place)
    }
}

impl Chart {
    /// Whether the links have stopped working at `now`. Links that do not say when are taken to work.
    #[must_use]
    pub fn is_expired(&self, now: SystemTime) -> bool {
        is_over(self.expires_at.as_ref(), now)
    }
}

impl SourceReference {
    /// The extension of the file without a dot.
    #[must_use]
    pub fn extension(&self) -> Option<&str> {
        self.file_type.as_deref().map(|text| text.strip_prefix('.').unwrap_or(text))
    }
}

fn is_over(expires_at: Option<&Timestamp>, now: SystemTime) -> bool {
    expires_at.and_then(Timestamp::to_system_time).is_some_and(|end| end <= now)
}

/// Takes the fence off a fenced block of Markdown: gives the language, which may be empty, and the program. A text without a fence is
/// given back as it is.
///
/// ```
/// assert_eq!(powerdrill::unfenced("```python\nif x:\n    y()\n```"), ("python", "if x:\n    y()\n"));
/// assert_eq!(powerdrill::unfenced("y()"), ("", "y()"));
/// ```
#[must_use]
pub fn unfenced(code: &str) -> (&str, &str) {
    let text = code.trim();
    let length = text.len() - text.trim_start_matches('`').len();
    let (fence, rest) = text.split_at(length);
    let inner = rest.strip_suffix(fence).filter(|_| length >= 3).and_then(|inner| inner.split_once('\n'));
    match inner {
        Some((language, program)) => (language.trim(), program),
        None => ("", code),
    }
}
