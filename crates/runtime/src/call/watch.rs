//! Waiting for the head of a reply, with a timer that every piece of the request starts anew.
//!
//! A large upload over a slow line is not a silent server: the time counts from the last piece that was taken to be sent.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::clock::after;
use crate::transport::{ByteStream, TransportBody, TransportError};

/// When a piece of the request was taken last.
#[derive(Clone)]
pub(super) struct Progress(Arc<Mutex<Instant>>);

impl Progress {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Watches a body being taken.
    pub(super) fn over(&self, body: TransportBody) -> TransportBody {
        match body {
            TransportBody::Stream(length, stream) => {
                TransportBody::Stream(length, ByteStream::new(Watched { stream, progress: self.clone() }))
            }
            other => other,
        }
    }
}

struct Watched {
    stream: ByteStream,
    progress: Progress,
}

impl Stream for Watched {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.progress.note();
        Pin::new(&mut self.stream).poll_next(context)
    }
}

/// The time without progress is over.
#[derive(Debug)]
pub(super) struct Silent;

/// Drives `future` until it is ready, or until `limit` has passed since the last progress.
pub(super) async fn first_byte<F: Future>(future: F, limit: Option<Duration>, progress: &Progress) -> Result<F::Output, Silent> {
    let Some(limit) = limit else { return Ok(future.await) };
    let mut future = Box::pin(future);
    let mut timer: Pin<Box<Sleep>> = Box::pin(sleep_until(after(progress.last(), limit)));
    std::future::poll_fn(move |context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Ok(output));
        }
        while timer.as_mut().poll(context).is_ready() {
            let due = after(progress.last(), limit);
            if due <= Instant::now() {
                return Poll::Ready(Err(Silent));
            }
            timer.as_mut().reset(due);
        }
        Poll::Pending
    })
    .await
}
