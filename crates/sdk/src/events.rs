//! A [`Decoder`] over the bytes of a connection. It keeps no answer, so a stream of any length takes no more memory than its largest
//! event.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use apispec_runtime::{Error, ErrorKind, EventBytes, Result, Stream, Timeout};
use powerdrill_client::v2::types::Stage;

use crate::answer::Answer;
use crate::decoder::{Decoder, Generation};
use crate::end::{End, Interrupted};
use crate::event::JobEvent;
use crate::recover::{Had, History, Recovery};

/// A stream that does not keep its answer: made by [`JobStream::into_events`](crate::JobStream::into_events).
#[derive(Debug)]
pub struct JobEvents {
    bytes: EventBytes,
    decoder: Decoder,
    history: History,
    /// What of the answer has been given out.
    had: Had,
    /// The end has been reported.
    told: bool,
}

impl JobEvents {
    pub(crate) fn new(bytes: EventBytes, generation: Generation, history: History) -> Self {
        Self { bytes, decoder: Decoder::new(generation), history, had: Had::default(), told: false }
    }

    /// Gives the next event, and `None` when everything was said. It can be dropped and called again: no event is lost.
    ///
    /// # Errors
    ///
    /// As [`JobStream::next_event`](crate::JobStream::next_event).
    pub async fn next_event(&mut self) -> Result<Option<JobEvent>> {
        poll_fn(|context| self.poll_event(context)).await
    }

    /// Closes the connection. The job may go on; its quota is spent.
    pub fn cancel(&mut self) {
        self.decoder.cancel();
        self.bytes.close();
    }

    /// Gives the way to the whole answer if this stream does not end well; `None` until the job has an id, and when it has failed.
    #[must_use]
    pub fn recovery(&self) -> Option<Recovery> {
        self.recovery_of(self.had)
    }

    /// Says how the stream ended, if it has.
    #[must_use]
    pub fn end(&self) -> Option<End> {
        self.decoder.end()
    }

    /// Gives the id of the job once it has come; in the personal API, that of the answer if there is no other.
    #[must_use]
    pub fn job_id(&self) -> Option<&str> {
        self.decoder.job_id()
    }

    /// Says how many events have come, those that are not reported included.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.decoder.events()
    }

    /// Says how many of the events were malformed, and are missing in what was reported.
    #[must_use]
    pub fn malformed(&self) -> u64 {
        self.decoder.malformed()
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

    pub(crate) fn set_max_event(&mut self, bytes: usize) {
        self.decoder.set_max_event(bytes);
    }

    /// Notes what was given out before nothing was kept any more.
    pub(crate) fn after(mut self, answer: &Answer) -> Self {
        answer.blocks.iter().for_each(|block| self.had.add(block));
        self
    }

    /// Whether the end has been reported.
    pub(crate) fn has_told(&self) -> bool {
        self.told
    }

    pub(crate) fn about(&self, error: Error) -> Error {
        self.bytes.about(error)
    }

    /// The way to the answer of which a caller has this much. A job that has failed makes no more of it.
    pub(crate) fn recovery_of(&self, had: Had) -> Option<Recovery> {
        if self.end() == Some(End::Failed) {
            return None;
        }
        let id = self.history.id_of(&self.decoder)?;
        Some(Recovery::new(self.history.clone(), id.to_owned(), had))
    }

    /// Why there is no way to the answer.
    pub(crate) fn nothing_to_find(&self) -> Error {
        let message = if self.end() == Some(End::Failed) {
            "the job has failed, so there is no whole answer to look for"
        } else {
            "the stream broke before the job had an id: look for the question in the history of the session"
        };
        self.about(Error::new(ErrorKind::StreamEnded, message))
    }

    /// Ends the stream because its reader keeps no more than `limit` bytes.
    pub(crate) fn answer_too_large(&mut self, limit: usize) -> Error {
        self.decoder.ended(End::TooLarge);
        self.bytes.close();
        self.told = true;
        let message = format!("the answer has more than {limit} bytes, after {} events", self.decoder.events());
        self.about(Error::new(ErrorKind::TooLarge { limit }, message))
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<JobEvent>>> {
        let next = ready!(self.poll_raw(context));
        Poll::Ready(match next {
            Ok(Some(event)) => {
                if let JobEvent::Block(block) = &event {
                    self.had.add(block);
                }
                Ok(Some(event))
            }
            Ok(None) => Ok(None),
            Err(error) => Err(self.interrupted(error, || (Answer::default(), self.recovery()))),
        })
    }

    /// The next event, or an error that does not yet carry what is known of the stream.
    pub(crate) fn poll_raw(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<JobEvent>>> {
        let next = ready!(self.poll_decoder(context));
        self.told = self.decoder.end().is_some();
        Poll::Ready(next)
    }

    fn poll_decoder(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<JobEvent>>> {
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
    pub(crate) fn interrupted(&self, error: Error, received: impl FnOnce() -> (Answer, Option<Recovery>)) -> Error {
        let Some(end) = self.decoder.end() else { return error };
        let (answer, recovery) = received();
        error.through(|cause| Interrupted {
            end,
            job_id: self.decoder.job_id().map(str::to_owned),
            events: self.decoder.events(),
            malformed: self.decoder.malformed(),
            last_stage: self.decoder.last_stage().cloned(),
            answer,
            recovery,
            cause,
        })
    }
}

impl Stream for JobEvents {
    type Item = Result<JobEvent>;

    /// An end that is not a good one is an error once; then there is nothing more.
    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.told { Poll::Ready(None) } else { self.poll_event(context).map(Result::transpose) }
    }
}
