//! How long a client waits for what.

use std::time::Duration;

/// The five times that a client waits for at most. `None` means for ever, and so does a time that no clock can hold.
///
/// | timeout | default | begins | ends |
/// |---|---|---|---|
/// | `connect` | 10 s | with a new connection | when it is made |
/// | `first_byte` | 5 min | when the request is sent, or its last piece | with the head of the reply |
/// | `attempt` | 10 min | with each attempt | with the last byte of its reply |
/// | `total` | 15 min | with the call | with its result, all attempts and waits included |
/// | `idle` | 90 s | with each piece of a reply or a stream, once the next one is asked for | with the next one, heartbeats included |
///
/// A stream has no total time: once it is open, only `idle` can end it. What is uploaded or downloaded piece by piece is not subject
/// to `attempt` and `total` either, since only its size decides how long that takes; a timeout given to the call itself always counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// Making a connection.
    pub connect: Option<Duration>,
    /// Waiting for the head of the reply.
    pub first_byte: Option<Duration>,
    /// One attempt.
    pub attempt: Option<Duration>,
    /// The whole call.
    pub total: Option<Duration>,
    /// The silence between two pieces of a reply or a stream.
    pub idle: Option<Duration>,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Some(Duration::from_secs(10)),
            first_byte: Some(Duration::from_secs(5 * 60)),
            attempt: Some(Duration::from_secs(10 * 60)),
            total: Some(Duration::from_secs(15 * 60)),
            idle: Some(Duration::from_secs(90)),
        }
    }
}

impl Timeouts {
    /// Sets the time for making a connection. A transport of the caller's own has to keep it by itself.
    #[must_use]
    pub fn connect(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.connect = time.into();
        self
    }

    /// Sets the time for the head of the reply.
    #[must_use]
    pub fn first_byte(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.first_byte = time.into();
        self
    }

    /// Sets the time for one attempt.
    #[must_use]
    pub fn attempt(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.attempt = time.into();
        self
    }

    /// Sets the time for the whole call.
    #[must_use]
    pub fn total(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.total = time.into();
        self
    }

    /// Sets the longest silence within a reply or a stream.
    #[must_use]
    pub fn idle(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.idle = time.into();
        self
    }
}
