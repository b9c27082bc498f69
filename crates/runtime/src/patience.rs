//! Looking again and again until something has happened or the time is over, with longer and longer pauses: for what is written by hand
//! over generated calls.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use crate::error::{Error, ErrorKind, Result, Timeout};

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// For ever, as far as a program is concerned.
const FOR_EVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// The time and the pauses of one wait.
#[derive(Debug)]
pub struct Patience {
    deadline: Duration,
    end: Instant,
    pause: Duration,
    /// Why the last look failed, if it did in a way that may pass.
    problem: Option<Error>,
}

impl Patience {
    /// Starts to wait. A time of any length is taken.
    #[must_use]
    pub fn new(deadline: Duration) -> Self {
        Self { deadline, end: Instant::now() + deadline.min(FOR_EVER), pause: FIRST_PAUSE, problem: None }
    }

    /// Looks once. `None` if nothing was seen, because the time is over or the look failed in a way that may pass.
    ///
    /// # Errors
    ///
    /// That of the look, if trying again does not help.
    pub async fn look<T>(&mut self, look: impl Future<Output = Result<T>>) -> Result<Option<T>> {
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

    /// Waits before the next look.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`] when the time is over. It says what was waited for, and why the last look failed, if it did.
    pub async fn rest(&mut self, operation: &'static str, waiting: impl FnOnce() -> String) -> Result<()> {
        if timeout_at(self.end, sleep(self.pause)).await.is_ok() {
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
            return Ok(());
        }
        let message = format!("after {:?}, {}", self.deadline, waiting());
        let error = Error::new(ErrorKind::Timeout(Timeout::Total), message).during(operation);
        Err(if let Some(problem) = self.problem.take() { error.caused_by(problem) } else { error })
    }
}
