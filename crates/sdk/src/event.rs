//! What a stream says, event by event, in one form for all generations of the API.

use std::collections::BTreeMap;

use apispec_runtime::{Json, RawText};
use powerdrill_client::v2::jobs::TaskStatus;
use powerdrill_client::v2::types::{JobId, Stage};

use crate::block::Block;

/// Something that a stream says.
///
/// What ends a stream is not among it: the end is `Ok(None)`, and a failure is an error.
///
/// `Debug` shows what is said in words: messages, programs, passages of sources, questions, titles. It shows no link to a file, and hides
/// in what is not known every text that may hold one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum JobEvent {
    /// The id of the job. It comes first.
    JobId(JobId),
    /// The id of the answer. The personal API sends it in place of the id of a job.
    MessageId(String),
    /// A title for the conversation. Only older servers send it.
    Title(String),
    /// A part of the answer. Text comes in pieces.
    Block(Block),
    /// A step of the work has begun, changed or ended. Steps are repeated, and one that failed or was done may run again.
    Task(Task),
    /// Progress inside a step. Only older servers send it.
    Process(Process),
    /// A signal between parts of the server, without meaning for an application.
    Trigger(Trigger),
    /// A note between parts of the server, without meaning for an application.
    Tag(RawText),
    /// An event that only shows that the connection is alive. Comments do the same and are not reported.
    KeepAlive,
    /// An event that this version does not know.
    Unknown {
        /// Its name. It is empty when it has none.
        name: String,
        /// What it says, as it came.
        data: RawText,
    },
}

/// A step of the work.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Task {
    /// Identifies the step.
    pub id: String,
    /// What the step does, in the language of the answer. It may be empty.
    pub name: String,
    /// How far the step has come. A step without a status runs.
    pub status: TaskStatus,
    /// The step to which this one belongs.
    pub parent_id: Option<String>,
    /// Whether the step belongs to the work or to the answer.
    pub stage: Option<Stage>,
    /// The name of the file that the step works on.
    pub file: Option<String>,
}

/// Progress inside a step.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Process {
    /// What is being done.
    pub name: String,
    /// What is being made, such as `code` or `image`.
    pub kind: Option<String>,
    /// How far it has come.
    pub status: Option<TaskStatus>,
}

/// A signal between parts of the server.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Trigger {
    /// The name of the signal.
    pub name: String,
    /// What the signal carries.
    pub arguments: BTreeMap<String, Json>,
}

impl JobEvent {
    /// Whether the event belongs to the work or to the answer, if it says so.
    #[must_use]
    pub fn stage(&self) -> Option<&Stage> {
        match self {
            Self::Block(block) => block.stage.as_ref(),
            Self::Task(task) => task.stage.as_ref(),
            Self::JobId(_)
            | Self::MessageId(_)
            | Self::Title(_)
            | Self::Process(_)
            | Self::Trigger(_)
            | Self::Tag(_)
            | Self::KeepAlive
            | Self::Unknown { .. } => None,
        }
    }
}
