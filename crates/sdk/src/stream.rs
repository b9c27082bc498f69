//! A stream that is read as it comes in, and the [`Answer`] beside it.
//!
//! Pull only: there is no task and no channel, and nothing is read that nobody asks for. Dropping a stream closes its connection.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use apispec_runtime::{Error, ErrorKind, EventBytes, Result, Stream};
use powerdrill_client::v2::types::Stage;

use crate::answer::Answer;
use crate::decoder::Generation;
use crate::end::End;
use crate::event::JobEvent;
use crate::events::JobEvents;
use crate::recover::{Had, History, Recovery};

/// How many bytes of an answer are kept if nothing else is said.
pub const MAX_ANSWER: usize = 64 * 1024 * 1024;

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
/// [what is known](crate::Interrupted); the stream still gives the answer as far as it came, and [`recover`](Self::recover) the whole one.
#[derive(Debug)]
pub struct JobStream {
    events: JobEvents,
    answer: Answer,
    kept: usize,
    max_answer: usize,
    /// What was wrong with the first event that could not be read: the answer is not whole, whatever comes after.
    malformed: Option<(ErrorKind, String)>,
}

impl JobStream {
    pub(crate) fn new(bytes: EventBytes, generation: Generation, history: History) -> Self {
        Self {
            events: JobEvents::new(bytes, generation, history),
            answer: Answer::default(),
            kept: 0,
            max_answer: MAX_ANSWER,
            malformed: None,
        }
    }

    /// Sets how many bytes an event may have from now on, [`MAX_EVENT`](crate::MAX_EVENT) if this is not set.
    #[must_use]
    pub fn max_event(mut self, bytes: usize) -> Self {
        self.events.set_max_event(bytes);
        self
    }

    /// Sets how many bytes of an answer are kept, [`MAX_ANSWER`] if this is not set. A larger one ends the stream;
    /// [`into_events`](Self::into_events) reads answers of any size.
    #[must_use]
    pub fn max_answer(mut self, bytes: usize) -> Self {
        self.max_answer = bytes;
        self
    }

    /// Gives the next event, and `None` when the answer is complete. It can be dropped and called again: no event is lost.
    ///
    /// # Errors
    ///
    /// As [`Decoder::next_event`](crate::Decoder::next_event), and `Timeout` if nothing comes for too long. In no case was the question sent again.
    pub async fn next_event(&mut self) -> Result<Option<JobEvent>> {
        poll_fn(|context| self.poll_event(context)).await
    }

    /// Reads what is left of the stream and gives the whole answer: the blocks of a reply that is not streamed, and the tasks. It can be
    /// dropped and called again: it goes on where it was.
    ///
    /// # Errors
    ///
    /// As [`next_event`](Self::next_event), and always if an event was malformed, whoever read it: the stream is read to its end, and then
    /// the error is that of the first such event. The answer as far as it came is in the [error](crate::Interrupted::answer), and stays in
    /// [`answer`](Self::answer).
    pub async fn finish(&mut self) -> Result<Answer> {
        let ended = loop {
            match self.next_event().await {
                Ok(Some(_)) => {}
                Ok(None) => break None,
                Err(error) if self.end().is_some() => break Some(error),
                Err(_) => {}
            }
        };
        match (self.malformed.clone(), ended) {
            (None, None) => Ok(self.answer.clone()),
            (None, Some(error)) => Err(error),
            (Some((kind, message)), ended) => {
                let error = self.events.about(Error::new(kind, message));
                let error = if let Some(ended) = ended { error.caused_by(ended) } else { error };
                Err(self.interrupted(error))
            }
        }
    }

    /// Gives the answer as far as it has come.
    #[must_use]
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// Gives the way to the whole answer if this stream does not end well; `None` until the job has an id, and when it has failed.
    #[must_use]
    pub fn recovery(&self) -> Option<Recovery> {
        self.events.recovery_of(Had::of(&self.answer))
    }

    /// Gets the whole answer from the history of the session, after a stream has broken. The question is not sent again.
    ///
    /// # Errors
    ///
    /// As [`Recovery::find`], and `StreamEnded` if the stream broke before the job had an id to look for, or if the job has failed.
    pub async fn recover(&self) -> Result<Answer> {
        match self.recovery() {
            Some(recovery) => recovery.find().await,
            None => Err(self.events.nothing_to_find()),
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

    /// Says how many of the events were malformed, and are missing in the answer.
    #[must_use]
    pub fn malformed(&self) -> u64 {
        self.events.malformed()
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
        self.events.after(&self.answer)
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<JobEvent>>> {
        let error = match ready!(self.events.poll_raw(context)) {
            Ok(Some(event)) => {
                self.kept = self.kept.saturating_add(self.answer.take(&event));
                if self.kept <= self.max_answer {
                    return Poll::Ready(Ok(Some(event)));
                }
                self.events.answer_too_large(self.max_answer)
            }
            Ok(None) => return Poll::Ready(Ok(None)),
            Err(error) => error,
        };
        if self.end().is_none() {
            self.malformed.get_or_insert_with(|| (error.kind().clone(), error.message().to_owned()));
            return Poll::Ready(Err(error));
        }
        Poll::Ready(Err(self.interrupted(error)))
    }

    fn interrupted(&self, error: Error) -> Error {
        self.events.interrupted(error, || (self.answer.clone(), self.recovery()))
    }
}

impl Stream for JobStream {
    type Item = Result<JobEvent>;

    /// An end that is not a good one is an error once; then there is nothing more.
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.events.has_told() { Poll::Ready(None) } else { self.poll_event(context).map(Result::transpose) }
    }
}
