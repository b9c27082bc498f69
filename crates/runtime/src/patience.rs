//! Looking again and again until something has happened or the time is over, with longer and longer pauses: for what is written by hand
//! over generated calls.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

use crate::clock::after;
use crate::error::{Error, ErrorKind, Result, Timeout};

const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The time and the pauses of one wait.
#[derive(Debug)]
pub struct Patience {
    deadline: Duration,
    end: Instant,
    pause: Duration,
    longest: Duration,
    /// Why the last look failed, if it did in a way that may pass.
    problem: Option<Error>,
}

impl Patience {
    /// Starts to wait. A time of any length is taken.
    #[must_use]
    pub fn new(deadline: Duration) -> Self {
        Self { deadline, end: after(Instant::now(), deadline), pause: FIRST_PAUSE, longest: LONGEST_PAUSE, problem: None }
    }

    /// Sets the first pause, of which each later one is the double, and the longest. They are a quarter of a second and five seconds if
    /// this is not set.
    #[must_use]
    pub fn pauses(self, first: Duration, longest: Duration) -> Self {
        Self { pause: first, longest, ..self }
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

    /// Gives the pause before the next look, which is at least as long as the server has asked for.
    #[must_use]
    pub fn pause(&self) -> Duration {
        let asked = self.problem.as_ref().and_then(Error::retry_after).unwrap_or_default();
        self.pause.max(asked)
    }

    /// Waits before the next look.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`] when the time is over. It says what was waited for, and why the last look failed, if it did.
    pub async fn rest(&mut self, operation: &'static str, waiting: impl FnOnce() -> String) -> Result<()> {
        self.rest_for(self.pause(), operation, waiting).await
    }

    /// Waits for some time in place of the [pause](Self::pause), for a caller who knows when the next look is worth while.
    ///
    /// # Errors
    ///
    /// As [`rest`](Self::rest).
    pub async fn rest_for(&mut self, time: Duration, operation: &'static str, waiting: impl FnOnce() -> String) -> Result<()> {
        if timeout_at(self.end, sleep(time)).await.is_ok() {
            self.pause = self.pause.saturating_mul(2).min(self.longest);
            return Ok(());
        }
        let message = format!("after {:?}, {}", self.deadline, waiting());
        let error = Error::new(ErrorKind::Timeout(Timeout::Total), message).during(operation);
        Err(if let Some(problem) = self.problem.take() { error.caused_by(problem) } else { error })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::Patience;
    use crate::error::{Error, ErrorKind, Timeout};

    #[tokio::test(start_paused = true)]
    async fn a_server_that_asks_for_time_has_it() {
        let start = Instant::now();
        let mut patience = Patience::new(Duration::from_secs(60));
        let busy = |asked: Option<u64>| {
            let error = Error::new(ErrorKind::Timeout(Timeout::FirstByte), "busy");
            async move { Err::<(), _>(error.with(|inner| inner.retry_after = asked.map(Duration::from_secs))) }
        };
        for (asked, expected) in [(None, 250), (Some(7), 7_250), (Some(0), 8_250), (None, 10_250)] {
            assert_eq!(patience.look(busy(asked)).await.expect("it may pass"), None);
            patience.rest("wait", String::new).await.expect("there is time");
            assert_eq!(start.elapsed().as_millis(), expected);
        }
        assert_eq!(patience.look(busy(Some(3600))).await.expect("it may pass"), None);
        let error = patience.rest("wait", || "nothing has come".to_owned()).await.expect_err("more than there is");
        assert!(error.is_timeout() && start.elapsed() == Duration::from_secs(60), "{error}");
    }
}
