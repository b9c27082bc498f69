//! A call whose reply has a type that is known before it is sent, as in generated code.

use std::fmt;

use serde::de::DeserializeOwned;

use super::{Call, run};
use crate::decode;
use crate::error::Error;
use crate::response::Response;
use crate::stream::EventBytes;

/// A [`Call`] with what reads the payload of its reply.
///
/// The two part here because futures are compiled in the program that awaits them: what reads a reply is compiled once, in the package
/// that makes the call.
#[must_use = "nothing is sent until it is awaited"]
pub struct TypedCall<T> {
    call: Call,
    read: fn(&str) -> Result<T, Error>,
}

impl Call {
    /// Says what the payload of the reply is read as.
    pub fn typed<T: DeserializeOwned>(self) -> TypedCall<T> {
        TypedCall { call: self, read: decode::from_text }
    }
}

impl<T> TypedCall<T> {
    /// Sends the request and reads the payload of the reply.
    ///
    /// # Errors
    ///
    /// As [`Call::send`].
    pub async fn send(self) -> Result<T, Error> {
        let client = self.call.client.clone();
        let reply = run::reply(self.call).await?;
        (self.read)(reply.payload()).map_err(|error| reply.unreadable(client.shared(), error))
    }

    /// Sends the request and gives the reply with everything around the payload.
    ///
    /// # Errors
    ///
    /// As [`Call::send`].
    pub async fn send_raw(self) -> Result<Response<T>, Error> {
        let client = self.call.client.clone();
        let reply = run::reply(self.call).await?;
        match (self.read)(reply.payload()) {
            Ok(value) => Ok(reply.with(value)),
            Err(error) => Err(reply.unreadable(client.shared(), error)),
        }
    }

    /// Sends the request with `flag` set in its JSON body, and opens the stream of events that answers it.
    ///
    /// # Errors
    ///
    /// As [`Call::open_stream`].
    pub async fn open_stream(self, flag: &str) -> Result<EventBytes, Error> {
        self.call.open_stream(flag).await
    }
}

impl<T> fmt::Debug for TypedCall<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.call.fmt(formatter)
    }
}
