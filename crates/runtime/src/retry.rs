//! Whether a failed attempt is followed by another, and when: a pure function and a table.
//!
//! It knows no clock and no randomness; both are handed in. What was sent may be sent again only if that does no harm.

mod after;

use std::time::Duration;

pub(crate) use after::{own_retry_after, retry_after};

use crate::api::{Api, CodeKind};
use crate::error::{Delivery, Error, ErrorKind, Timeout};
use crate::operation::Retry;

/// How often and how patiently requests are repeated.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How many attempts may follow the first. Two by default; zero switches repeating off.
    pub retries: u32,
    /// The longest wait after the first failure; it doubles with every further one. Half a second by default.
    pub base: Duration,
    /// The longest wait between two attempts. 20 seconds by default.
    pub longest: Duration,
    /// The longest wait that is accepted from a server. If it asks for more, the call fails at once. One minute by default.
    pub longest_asked: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { retries: 2, base: Duration::from_millis(500), longest: Duration::from_secs(20), longest_asked: Duration::from_secs(60) }
    }
}

impl RetryPolicy {
    /// Repeats nothing.
    #[must_use]
    pub fn off() -> Self {
        Self { retries: 0, ..Self::default() }
    }

    /// How many attempts may follow the first.
    #[must_use]
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// The longest wait after the first failure.
    #[must_use]
    pub fn base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// The longest wait between two attempts.
    #[must_use]
    pub fn longest(mut self, longest: Duration) -> Self {
        self.longest = longest;
        self
    }

    /// The longest wait that is accepted from a server.
    #[must_use]
    pub fn longest_asked(mut self, longest: Duration) -> Self {
        self.longest_asked = longest;
        self
    }

    /// How long to wait after attempt number `attempt` (from 1); `random` is in `0.0..1.0`. `None` means that it is over.
    pub(crate) fn wait(&self, attempt: u32, asked: Option<Duration>, random: f64) -> Option<Duration> {
        if let Some(asked) = asked {
            // A little is added so that all who were told the same do not come back in the same moment.
            return (asked <= self.longest_asked).then(|| asked.saturating_add(self.base.mul_f64(random)));
        }
        let doubled = self.base.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
        Some(doubled.min(self.longest).mul_f64(random))
    }
}

/// What went wrong with one attempt, as far as repeating is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No connection, or none in time.
    NoConnection,
    /// The connection broke, or a timeout of one attempt ended it.
    Broken,
    /// The time for the whole call is over.
    OutOfTime,
    /// A refusal whose code is known.
    Refused(CodeKind),
    /// Any other answer that is not a success.
    Status(u16),
    /// Sending it again would give the same.
    Lasting,
}

impl Failure {
    /// A status of 429 is the word of an API that has no envelope; where there is one, it may be that of a proxy, which does not know
    /// whether the request was carried out.
    pub(crate) fn of(error: &Error, api: &Api) -> Self {
        match error.kind() {
            _ if error.is_lasting() || error.is_accepted() => Self::Lasting,
            ErrorKind::Connect | ErrorKind::Timeout(Timeout::Connect) => Self::NoConnection,
            ErrorKind::Transport | ErrorKind::StreamEnded | ErrorKind::Timeout(Timeout::FirstByte | Timeout::Attempt | Timeout::Idle) => {
                Self::Broken
            }
            ErrorKind::Timeout(Timeout::Total | Timeout::Queue) => Self::OutOfTime,
            ErrorKind::Api | ErrorKind::Http => match (error.code_kind(), error.http_status()) {
                (Some(kind), _) => Self::Refused(kind),
                (None, Some(429)) if !api.envelope.tells() => Self::Refused(CodeKind::RateLimited),
                (None, Some(status)) => Self::Status(status),
                (None, None) => Self::Lasting,
            },
            ErrorKind::Config
            | ErrorKind::InvalidRequest { .. }
            | ErrorKind::Redirect { .. }
            | ErrorKind::Decode { .. }
            | ErrorKind::TooLarge { .. }
            | ErrorKind::File { .. }
            | ErrorKind::RepeatedPage => Self::Lasting,
        }
    }
}

/// Whether a failure may be followed by another attempt, the number of attempts aside.
pub(crate) fn may_repeat(retry: Retry, delivery: Delivery, failure: Failure) -> bool {
    match (failure, delivery, retry) {
        (Failure::OutOfTime | Failure::Lasting, _, _) => false,
        (Failure::NoConnection | Failure::Broken, Delivery::NotSent, _) => true,
        // A refusal for coming too fast says that nothing was done, if it is the API that says so.
        (Failure::Refused(CodeKind::RateLimited), _, _) => true,
        (Failure::NoConnection | Failure::Broken, Delivery::Unknown | Delivery::Answered, Retry::Safe) => true,
        (Failure::Refused(CodeKind::Unavailable | CodeKind::Internal), _, Retry::Safe) => true,
        (Failure::Status(408 | 429 | 500 | 502 | 503 | 504), _, Retry::Safe) => true,
        (Failure::NoConnection | Failure::Broken | Failure::Refused(_) | Failure::Status(_), _, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Failure, RetryPolicy, may_repeat};
    use crate::api::CodeKind;
    use crate::error::Delivery::{Answered, NotSent, Unknown};
    use crate::operation::Retry;

    #[test]
    fn table() {
        let table = [
            // failure, delivery, may be repeated when never, when safe
            (Failure::NoConnection, NotSent, true, true),
            (Failure::NoConnection, Unknown, false, true),
            (Failure::Broken, NotSent, true, true),
            (Failure::Broken, Unknown, false, true),
            (Failure::Broken, Answered, false, true),
            (Failure::OutOfTime, NotSent, false, false),
            (Failure::OutOfTime, Unknown, false, false),
            (Failure::Refused(CodeKind::RateLimited), Answered, true, true),
            (Failure::Refused(CodeKind::Unavailable), Answered, false, true),
            (Failure::Refused(CodeKind::Internal), Answered, false, true),
            (Failure::Refused(CodeKind::NotReady), Answered, false, false),
            (Failure::Refused(CodeKind::Quota), Answered, false, false),
            (Failure::Refused(CodeKind::Authentication), Answered, false, false),
            (Failure::Refused(CodeKind::Permission), Answered, false, false),
            (Failure::Refused(CodeKind::NotFound), Answered, false, false),
            (Failure::Refused(CodeKind::InvalidRequest), Answered, false, false),
            (Failure::Status(429), Answered, false, true),
            (Failure::Status(408), Answered, false, true),
            (Failure::Status(500), Answered, false, true),
            (Failure::Status(502), Answered, false, true),
            (Failure::Status(503), Answered, false, true),
            (Failure::Status(504), Answered, false, true),
            (Failure::Status(501), Answered, false, false),
            (Failure::Status(400), Answered, false, false),
            (Failure::Status(401), Answered, false, false),
            (Failure::Status(404), Answered, false, false),
            (Failure::Status(200), Answered, false, false),
            (Failure::Lasting, Answered, false, false),
            (Failure::Lasting, NotSent, false, false),
        ];
        for (failure, delivery, never, safe) in table {
            assert_eq!(may_repeat(Retry::Never, delivery, failure), never, "never: {failure:?}, {delivery:?}");
            assert_eq!(may_repeat(Retry::Safe, delivery, failure), safe, "safe: {failure:?}, {delivery:?}");
        }
    }

    #[test]
    fn waits_double_up_to_the_longest_with_full_jitter() {
        let policy = RetryPolicy::default().base(Duration::from_secs(1)).longest(Duration::from_secs(5));
        let waits = |random| [1, 2, 3, 4, 99].map(|attempt| policy.wait(attempt, None, random).expect("a wait").as_millis());
        assert_eq!(waits(1.0), [1000, 2000, 4000, 5000, 5000]);
        assert_eq!(waits(0.5), [500, 1000, 2000, 2500, 2500]);
        assert_eq!(waits(0.0), [0; 5]);
    }

    #[test]
    fn a_server_that_asks_is_obeyed_up_to_the_cap() {
        let policy = RetryPolicy::default();
        let asked = |seconds| policy.wait(1, Some(Duration::from_secs(seconds)), 0.0);
        assert_eq!(asked(3), Some(Duration::from_secs(3)));
        assert_eq!(asked(60), Some(Duration::from_secs(60)));
        assert_eq!(asked(61), None, "coming back earlier than asked is worse than failing");
        let patient = RetryPolicy::default().longest_asked(Duration::MAX).base(Duration::from_secs(3600));
        assert_eq!(patient.wait(1, Some(Duration::from_secs(u64::MAX)), 0.5), Some(Duration::MAX), "for ever");
    }
}
