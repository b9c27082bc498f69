//! Looking again and again until something has happened or the time is over, with longer and longer pauses.

use std::future::Future;
use std::time::Duration;

use apispec_runtime::{Error, ErrorKind, Result, Timeout};
use tokio::time::{Instant, sleep, timeout_at};

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// For ever, as far as a program is concerned.
const FOR_EVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// The time and the pauses of one wait.
#[derive(Debug)]
pub(crate) struct Patience {
    deadline: Duration,
    end: Instant,
    pause: Duration,
    /// Why the last look failed, if it did in a way that may pass.
    problem: Option<Error>,
}

impl Patience {
    pub(crate) fn new(deadline: Duration) -> Self {
        Self { deadline, end: Instant::now() + deadline.min(FOR_EVER), pause: FIRST_PAUSE, problem: None }
    }

    /// Looks once. `None` if nothing was seen, because the time is over or the look failed in a way that may pass.
    pub(crate) async fn look<T>(&mut self, look: impl Future<Output = Result<T>>) -> Result<Option<T>> {
        match timeout_at(self.end, look).await {
            Ok(Ok(seen)) => {
                self.problem = None;
                Ok(Some(seen))
            }
            Ok(Err(error)) if error.is_retryable() => {
                self.problem = Some(error);
                Ok(None)
            }
            Ok(Err(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// Waits before the next look. When the time is over, that is an error which says what was waited for.
    pub(crate) async fn rest(&mut self, operation: &'static str, waiting: impl FnOnce() -> String) -> Result<()> {
        if timeout_at(self.end, sleep(self.pause)).await.is_ok() {
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
            return Ok(());
        }
        let message = format!("after {:?}, {}", self.deadline, waiting());
        let error = Error::new(ErrorKind::Timeout(Timeout::Total), message).during(operation);
        Err(if let Some(problem) = self.problem.take() { error.caused_by(problem) } else { error })
    }
}
