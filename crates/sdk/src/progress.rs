//! How far an upload, a download or a wait has come, told to whoever wants to know.

use std::fmt;
use std::sync::Arc;

/// How far something that takes a while has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// What is being done.
    pub step: Step,
    /// How much of it is done: bytes that were sent or received, or data sources that are synchronised. It goes back when a piece has
    /// to be sent or received again.
    pub done: u64,
    /// How much there is to do, if that is known.
    pub total: Option<u64>,
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// A file is sent. It is counted in bytes.
    Sending,
    /// The server reads what it was given. It is counted in data sources.
    Synchronising,
    /// A file is received. It is counted in bytes.
    Receiving,
}

/// Whom to tell, if anyone.
#[derive(Clone, Default)]
pub(crate) struct Listener(Option<Arc<dyn Fn(Progress) + Send + Sync>>);

impl Listener {
    pub(crate) fn new(tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(tell)))
    }

    pub(crate) fn tell(&self, step: Step, done: u64, total: Option<u64>) {
        if let Some(tell) = &self.0 {
            tell(Progress { step, done, total });
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_some() { "Listener" } else { "nobody" })
    }
}
