//! A stream that is read as it comes in: a [`Decoder`] over the bytes of a connection, and the [`Answer`] beside it.
//!
//! Pull only: there is no task and no channel, and nothing is read that nobody asks for. Dropping a stream closes its connection.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use apispec_runtime::{Error, ErrorKind, EventBytes, Result, Stream, Timeout};
use powerdrill_client::v2::types::Stage;

use crate::answer::Answer;
use crate::decoder::{Decoder, Generation};
use crate::end::{End, Interrupted};
use crate::event::JobEvent;
use crate::recover::{History, Recovery};

/// The answer to a question, event by event, as it is made.
///
/// ```no_run
/// use powerdrill::prelude::*;
///
/// # async fn example(client: Client) -> powerdrill::Result<()> {
/// let mut answer = client.jobs().create("session-1", "Which region grew?").stream().await?;
/// while let Some(event) = answer.next_event().await? {
///     if let JobEvent::Task(task) = event {
///         eprintln!("{}: {}", task.name, task.status);
///     }
/// }
/// println!("{}", answer.answer().text());
/// # Ok(())
/// # }
/// ```
///
/// # How it ends
///
/// `None` comes only after the server has said that the answer is complete. Every other [`End`] is an error. The error carries
/// [what is known](Interrupted); the stream still gives the answer as far as it came, and [`recover`](Self::recover) the whole one.
#[derive(Debug)]
pub struct JobStream {
    events: JobEvents,
    answer: Answer,
    history: History,
}

/// A stream that does not keep its answer: made by [`JobStream::into_events`].
#[derive(Debug)]
pub struct JobEvents {
    bytes: EventBytes,
    decoder: Decoder,
}

impl JobStream {
    pub(crate) fn new(bytes: EventBytes, generation: Generation, history: History) -> Self {
        Self { events: JobEvents { bytes, decoder: Decoder::new(generation) }, answer: Answer::default(), history }
    }

    /// Sets how many bytes an event may have from now on, [`MAX_EVENT`](crate::MAX_EVENT) if this is not set.
    #[must_use]
    pub fn max_event(mut self, bytes: usize) -> Self {
        self.events.decoder.set_max_event(bytes);
        self
    }

    /// Gives the next event, and `None` when the answer is complete. It can be dropped and called again: no event is lost.
    ///
    /// # Errors
    ///
    /// As [`Decoder::next_event`], and `Timeout` if nothing comes for too long. In no case was the question sent again.
    pub async fn next_event(&mut self) -> Result<Option<JobEvent>> {
        poll_fn(|context| self.poll_event(context)).await
    }

    /// Reads what is left of the stream and gives the whole answer: the blocks of a reply that is not streamed, and the tasks.
    ///
    /// # Errors
    ///
    /// As [`next_event`](Self::next_event). The answer as far as it came stays in [`answer`](Self::answer).
    pub async fn finish(&mut self) -> Result<Answer> {
        while self.next_event().await?.is_some() {}
        Ok(self.answer.clone())
    }

    /// Gives the answer as far as it has come.
    #[must_use]
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// Gives the way to the whole answer if this stream does not end well; `None` until the job has an id.
    #[must_use]
    pub fn recovery(&self) -> Option<Recovery> {
        let id = self.events.decoder.job_id()?;
        Some(Recovery::new(self.history.clone(), id.to_owned(), &self.answer))
    }

    /// Gets the whole answer from the history of the session, after a stream has broken. The question is not sent again.
    ///
    /// # Errors
    ///
    /// As [`Recovery::find`], and `StreamEnded` if the stream broke before the job had an id to look for.
    pub async fn recover(&self) -> Result<Answer> {
        match self.recovery() {
            Some(recovery) => recovery.find().await,
            None => Err(self.events.bytes.about(Error::new(
                ErrorKind::StreamEnded,
                "the stream broke before the job had an id: look for the question in the history of the session",
            ))),
        }
    }

    /// Closes the connection. The job may go on; its quota is spent.
    pub fn cancel(&mut self) {
        self.events.cancel();
    }

    /// Says how the stream ended, if it has.
    #[must_use]
    pub fn end(&self) -> Option<End> {
        self.events.end()
    }

    /// Gives the id of the job, or of the answer in the personal API, once it has come.
    #[must_use]
    pub fn job_id(&self) -> Option<&str> {
        self.events.job_id()
    }

    /// Says how many events have come, those that are not reported included.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.events.events()
    }

    /// Gives the stage that the last event with a stage belonged to.
    #[must_use]
    pub fn last_stage(&self) -> Option<&Stage> {
        self.events.last_stage()
    }

    /// Gives the id that the server gave the call.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.events.trace_id()
    }

    /// Stops keeping the answer, so that a stream of any length needs no more memory than its largest event.
    #[must_use]
    pub fn into_events(self) -> JobEvents {
        self.events
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<JobEvent>>> {
        let next = ready!(self.events.poll_raw(context));
        Poll::Ready(match next {
            Ok(Some(event)) => {
                self.answer.add(&event);
                Ok(Some(event))
            }
            Ok(None) => Ok(None),
            Err(error) => Err(self.events.interrupted(error, || (self.answer.clone(), self.recovery()))),
        })
    }
}

impl JobEvents {
    /// Gives the next event, and `None` when everything was said. It can be dropped and called again: no event is lost.
    ///
    /// # Errors
    ///
    /// As [`JobStream::next_event`].
    pub async fn next_event(&mut self) -> Result<Option<JobEvent>> {
        poll_fn(|context| self.poll_event(context)).await
    }

    /// Closes the connection. The job may go on; its quota is spent.
    pub fn cancel(&mut self) {
        self.decoder.cancel();
        self.bytes.close();
    }

    /// Says how the stream ended, if it has.
    #[must_use]
    pub fn end(&self) -> Option<End> {
        self.decoder.end()
    }

    /// Gives the id of the job, or of the answer in the personal API, once it has come.
    #[must_use]
    pub fn job_id(&self) -> Option<&str> {
        self.decoder.job_id()
    }

    /// Says how many events have come, those that are not reported included.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.decoder.events()
    }

    /// Gives the stage that the last event with a stage belonged to.
    #[must_use]
    pub fn last_stage(&self) -> Option<&Stage> {
        self.decoder.last_stage()
    }

    /// Gives the id that the server gave the call.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.bytes.trace_id()
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<JobEvent>>> {
        let next = ready!(self.poll_raw(context));
        Poll::Ready(next.map_err(|error| self.interrupted(error, Default::default)))
    }

    fn poll_raw(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<JobEvent>>> {
        loop {
            match self.decoder.next_event() {
                Ok(Some(event)) => return Poll::Ready(Ok(Some(event))),
                Ok(None) if self.decoder.end().is_some() => {
                    self.let_go(context);
                    return Poll::Ready(Ok(None));
                }
                Ok(None) => {}
                Err(error) => {
                    if self.decoder.end().is_some() {
                        self.bytes.close();
                    }
                    return Poll::Ready(Err(self.bytes.about(error)));
                }
            }
            match ready!(Pin::new(&mut self.bytes).poll_next(context)) {
                Some(Ok(piece)) => self.decoder.push(&piece),
                Some(Err(error)) => return Poll::Ready(self.broken(error)),
                None => self.decoder.finish(),
            }
        }
    }

    /// The connection failed. The end mark may have come all the same, without its blank line.
    fn broken(&mut self, error: Error) -> Result<Option<JobEvent>> {
        let idle = matches!(error.kind(), ErrorKind::Timeout(Timeout::Idle));
        if self.decoder.broke(if idle { End::Idle } else { End::Truncated }) { Ok(None) } else { Err(error) }
    }

    /// A connection whose body has been read to its end can be used again; any other is closed.
    fn let_go(&mut self, context: &mut Context<'_>) {
        if !matches!(Pin::new(&mut self.bytes).poll_next(context), Poll::Ready(None)) {
            self.bytes.close();
        }
    }

    /// Puts what is known into an error that ends the stream.
    fn interrupted(&self, error: Error, received: impl FnOnce() -> (Answer, Option<Recovery>)) -> Error {
        let Some(end) = self.decoder.end() else { return error };
        let (answer, recovery) = received();
        error.through(|cause| Interrupted {
            end,
            job_id: self.decoder.job_id().map(str::to_owned),
            events: self.decoder.events(),
            last_stage: self.decoder.last_stage().cloned(),
            answer,
            recovery,
            cause,
        })
    }
}

impl Stream for JobStream {
    type Item = Result<JobEvent>;

    /// After an error that ends the stream there is nothing more.
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.end().is_some() { Poll::Ready(None) } else { self.poll_event(context).map(Result::transpose) }
    }
}

impl Stream for JobEvents {
    type Item = Result<JobEvent>;

    /// After an error that ends the stream there is nothing more.
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.end().is_some() { Poll::Ready(None) } else { self.poll_event(context).map(Result::transpose) }
    }
}
