//! What a caller wants to be different for one call. Every generated builder holds one.

use std::fmt;
use std::time::Duration;

use super::Call;

/// What a caller wants to be different for one call: its time, and headers and query parameters beyond those the client knows.
#[derive(Clone, Default)]
pub struct CallOptions {
    timeout: Option<Duration>,
    headers: Vec<(String, String)>,
    query: Vec<(String, String)>,
}

impl CallOptions {
    /// Sets the time for the whole call; when a stream is opened, for opening it.
    pub fn set_timeout(&mut self, time: Duration) {
        self.timeout = Some(time);
    }

    /// Adds a header.
    pub fn add_header(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.headers.push((name.into(), value.into()));
    }

    /// Adds a query parameter.
    pub fn add_query(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.query.push((name.into(), value.into()));
    }

    pub(super) fn apply(self, mut call: Call) -> Call {
        call.timeout = self.timeout.or(call.timeout);
        let call = self.headers.into_iter().fold(call, |call, (name, value)| call.header(&name, value));
        self.query.into_iter().fold(call, |call, (name, value)| call.query(name, value))
    }
}

impl fmt::Debug for CallOptions {
    /// Values stay hidden: a caller may put a secret into a header.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |pairs: &[(String, String)]| pairs.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        formatter
            .debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("headers", &names(&self.headers))
            .field("query", &names(&self.query))
            .finish()
    }
}
