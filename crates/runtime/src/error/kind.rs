//! What can happen to a call, and whether the request was sent.

use std::fmt;

use super::Delivery;

/// What happened to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client is set up wrongly: no key, a bad base URL, no cryptography. Nothing was sent.
    Config,
    /// The request breaks a rule of the API. Nothing was sent.
    InvalidRequest {
        /// The member or parameter that is wrong.
        field: String,
    },
    /// No connection could be made, or none to a server that can be trusted. Nothing was sent.
    Connect,
    /// A timeout ended the call. Only [`Timeout::Connect`] says that nothing was sent.
    Timeout(Timeout),
    /// The connection broke before the reply was complete. The request may have been carried out.
    Transport,
    /// The server pointed elsewhere, which was not followed. The request was sent to the first server only.
    Redirect {
        /// The host it pointed to.
        host: String,
    },
    /// The server answered and refused. Unless the code or the status is one of a failing server, nothing was carried out.
    Api,
    /// Something answered that is not the API, such as a proxy, or the API in a form it should not have. With a status of 4xx nothing
    /// was carried out; otherwise it may have been.
    Http,
    /// The call succeeded, but its reply does not have the form it should have. The request was carried out.
    Decode {
        /// Where in the payload, such as `records[0].id`. Empty for the payload itself.
        path: String,
    },
    /// The reply is larger than the client accepts. The request was carried out.
    TooLarge {
        /// How many bytes it accepts.
        limit: usize,
    },
    /// A stream ended before it was complete. The request was accepted, and may still be carried out to its end.
    StreamEnded,
    /// A file of this machine cannot be read or written: it is missing, a folder, or the disk is full. Nothing that matters to the
    /// server was left half done.
    File {
        /// The file, as the program named it.
        path: String,
    },
    /// The server gave the same page twice, so the list cannot be read to its end. The requests were carried out.
    RepeatedPage,
}

impl ErrorKind {
    /// What this kind means for the request when nothing more is known.
    pub(super) fn usual_delivery(&self) -> Delivery {
        match self {
            Self::Config
            | Self::InvalidRequest { .. }
            | Self::Connect
            | Self::File { .. }
            | Self::Timeout(Timeout::Connect | Timeout::Queue) => Delivery::NotSent,
            Self::Timeout(Timeout::FirstByte | Timeout::Attempt | Timeout::Total | Timeout::Idle) | Self::Transport => Delivery::Unknown,
            Self::Redirect { .. }
            | Self::Api
            | Self::Http
            | Self::Decode { .. }
            | Self::TooLarge { .. }
            | Self::StreamEnded
            | Self::RepeatedPage => Delivery::Answered,
        }
    }
}

/// Which of the timeouts ended a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timeout {
    /// Making the connection. Nothing was sent.
    Connect,
    /// Waiting for the first byte of the reply.
    FirstByte,
    /// One attempt.
    Attempt,
    /// The call with all of its attempts.
    Total,
    /// The call had no time left for its turn under the client's own rate limit. Nothing was sent.
    Queue,
    /// A reply or a stream that had begun fell silent.
    Idle,
}

impl fmt::Display for Timeout {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Connect => "connecting",
            Self::FirstByte => "waiting for the first byte",
            Self::Attempt => "one attempt",
            Self::Total => "the whole call",
            Self::Queue => "waiting for a turn under the rate limit",
            Self::Idle => "a silent reply",
        })
    }
}
