//! How a stream ended, and what is known when it did not end well.

use std::error::Error as StdError;
use std::fmt;

use apispec_runtime::Error;
use powerdrill_client::v2::types::Stage;

use crate::answer::Answer;
use crate::recover::Recovery;

/// How a stream ended. Only [`Completed`](Self::Completed) means that everything was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum End {
    /// The server said that the answer is complete.
    Completed,
    /// The server said that the job has failed. The error is of kind `Api`, with the server's words.
    Failed,
    /// The bytes ended, or the connection broke, before the server said how it went. The error is of kind `StreamEnded`.
    Truncated,
    /// Not even a heartbeat came for too long. The error is of kind `Timeout`.
    Idle,
    /// An event was larger than the stream accepts, or the answer than it keeps. The error is of kind `TooLarge`.
    TooLarge,
    /// An event was not text. The error is of kind `Decode`.
    Unreadable,
    /// The program gave it up. The error is of kind `StreamEnded`.
    Cancelled,
}

impl fmt::Display for End {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Truncated => "truncated",
            Self::Idle => "idle",
            Self::TooLarge => "over-size",
            Self::Unreadable => "unreadable",
            Self::Cancelled => "cancelled",
        })
    }
}

/// What is known of a stream that did not end well: a part of its error, found with [`Interrupted::of`].
///
/// Its [`end`](Self::end) is [`End::Completed`] in one case only: the stream came to its end, but an event of it was
/// [malformed](Self::malformed) and is missing in the answer.
///
/// ```
/// # use powerdrill::{Error, Interrupted};
/// fn explain(error: &Error) {
///     if let Some(stream) = Interrupted::of(error) {
///         eprintln!("{} after {} events of {:?}", stream.end, stream.events, stream.job_id);
///     }
/// }
/// ```
#[non_exhaustive]
pub struct Interrupted {
    /// How the stream ended.
    pub end: End,
    /// The id of the job, if it came; in the personal API, that of the answer if there is no other.
    pub job_id: Option<String>,
    /// How many events came, those that are not reported included.
    pub events: u64,
    /// How many of them were malformed, and are missing in the answer.
    pub malformed: u64,
    /// The stage that the last event with a stage belonged to.
    pub last_stage: Option<Stage>,
    /// The answer as far as it came. It is empty if the stream does not keep its answer.
    pub answer: Answer,
    /// The way to the whole answer, if the job has an id to look for and has not failed.
    pub recovery: Option<Recovery>,
    pub(crate) cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl Interrupted {
    /// Finds what is known in an error that a stream gave.
    #[must_use]
    pub fn of(error: &Error) -> Option<&Self> {
        error.source()?.downcast_ref()
    }
}

impl fmt::Display for Interrupted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the stream of {} is {}", self.job_id.as_deref().unwrap_or("a job without an id"), self.end)?;
        write!(formatter, " after {} events", self.events)?;
        if self.malformed > 0 {
            write!(formatter, ", {} of them malformed", self.malformed)?;
        }
        match &self.last_stage {
            Some(stage) => write!(formatter, ", in the stage {stage}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Interrupted {
    /// The cause by its text: what a transport prints of itself may be more than is meant to be seen.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Interrupted")
            .field("end", &self.end)
            .field("job_id", &self.job_id)
            .field("events", &self.events)
            .field("malformed", &self.malformed)
            .field("last_stage", &self.last_stage)
            .field("answer", &self.answer)
            .field("recovery", &self.recovery)
            .field("cause", &self.cause.as_ref().map(ToString::to_string))
            .finish()
    }
}

impl StdError for Interrupted {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}
