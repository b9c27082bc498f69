//! Bytes -> events, without a runtime: for recorded streams, and for the streams that are read as they come in.
//!
//! After it has ended it says how, and nothing follows. It assembles nothing: [`Answer`](crate::Answer) does.

use apispec_runtime::{Code, Error, ErrorKind, Result};
use powerdrill_client::v2::types::Stage;

use crate::convert::{self, Step};
use crate::end::End;
use crate::event::JobEvent;
use crate::frames::{Frames, Unreadable};

/// The greatest size of an event if nothing else is said.
pub const MAX_EVENT: usize = 16 * 1024 * 1024;

/// The generation of the API that a stream comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Generation {
    /// The personal API.
    #[cfg(feature = "v1")]
    V1,
    /// The team API. Streams of its predecessor, in camelCase, are read too.
    V2,
}

/// Takes the bytes of a stream in, in pieces of any size, and gives its events out.
///
/// ```
/// use powerdrill::{Decoder, End, Generation, JobEvent};
///
/// let recorded = b"event:JOB_ID\ndata:job-1\n\nevent:END_MARK\ndata:[DONE]\n\n";
/// let mut decoder = Decoder::new(Generation::V2);
/// for piece in recorded.chunks(7) {
///     decoder.push(piece);
///     while let Some(event) = decoder.next_event()? {
///         assert_eq!(event, JobEvent::JobId("job-1".into()));
///     }
/// }
/// decoder.finish();
/// assert!(decoder.next_event()?.is_none());
/// assert_eq!(decoder.end(), Some(End::Completed));
/// # Ok::<(), powerdrill::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Decoder {
    generation: Generation,
    frames: Frames,
    no_more_bytes: bool,
    end: Option<End>,
    job_id: Option<String>,
    message_id: Option<String>,
    events: u64,
    malformed: u64,
    last_stage: Option<Stage>,
}

impl Decoder {
    /// Starts at the beginning of a stream. An event may have [`MAX_EVENT`] bytes.
    #[must_use]
    pub fn new(generation: Generation) -> Self {
        Self {
            generation,
            frames: Frames::new(MAX_EVENT),
            no_more_bytes: false,
            end: None,
            job_id: None,
            message_id: None,
            events: 0,
            malformed: 0,
            last_stage: None,
        }
    }

    /// Sets how many bytes an event may have from now on, its lines and line ends included.
    pub fn set_max_event(&mut self, bytes: usize) {
        self.frames.set_limit(bytes);
    }

    /// Takes the next bytes in. Nothing that comes after the end is kept.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.end.is_none() {
            self.frames.push(bytes);
        }
    }

    /// Says that no more bytes come. What that means, the next event or error tells.
    pub fn finish(&mut self) {
        self.no_more_bytes = true;
    }

    /// Gives the next event. `None` means that more bytes are needed, or that the stream is [complete](Self::end).
    ///
    /// # Errors
    ///
    /// `Api` with the server's words if the job has failed, which is no refusal: it was begun, and asking again is another job.
    /// `StreamEnded` if the bytes have ended too early, `TooLarge` if an event is,
    /// `Decode` if one is not UTF-8. These end the stream, and every later call says so again, as `StreamEnded`.
    ///
    /// `Decode` with a path if an event is known and malformed. The stream has not ended then: the next call goes on with the next event.
    pub fn next_event(&mut self) -> Result<Option<JobEvent>> {
        match self.end {
            Some(End::Completed) => return Ok(None),
            Some(end) => return Err(Error::new(ErrorKind::StreamEnded, format!("nothing follows: the stream is {end}"))),
            None => {}
        }
        let step = match self.frames.next_frame() {
            Ok(Some(frame)) => {
                self.events += 1;
                step(self.generation, frame.name, frame.data).inspect_err(|_| self.malformed += 1)?
            }
            Ok(None) if self.no_more_bytes => return self.at_the_end().map(|()| None),
            Ok(None) => return Ok(None),
            Err(unreadable) => return Err(self.unreadable(&unreadable)),
        };
        match step {
            Step::Report(event) => {
                self.note(&event);
                Ok(Some(event))
            }
            Step::End { complete: true, .. } => {
                self.ended(End::Completed);
                Ok(None)
            }
            Step::End { text, .. } => Err(self.failed(None, text.trim().to_owned())),
            Step::Failed { code, message } => Err(self.failed(code.as_deref(), message)),
        }
    }

    /// Gives up. Every later call is an error.
    pub fn cancel(&mut self) {
        if self.end.is_none() {
            self.ended(End::Cancelled);
        }
    }

    /// Says how the stream ended, if it has.
    #[must_use]
    pub fn end(&self) -> Option<End> {
        self.end
    }

    /// Gives the id of the job once it has come; in the personal API, that of the answer if there is no other.
    #[must_use]
    pub fn job_id(&self) -> Option<&str> {
        self.job_id.as_deref().or(self.message_id.as_deref())
    }

    /// Gives the id of the answer, by which the history of the personal API knows it, once it has come.
    #[must_use]
    pub fn message_id(&self) -> Option<&str> {
        self.message_id.as_deref()
    }

    /// Says how many events have come, those that are not reported included.
    #[must_use]
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Says how many of the events were malformed, and are missing in what was reported.
    #[must_use]
    pub fn malformed(&self) -> u64 {
        self.malformed
    }

    /// Gives the stage that the last event with a stage belonged to.
    #[must_use]
    pub fn last_stage(&self) -> Option<&Stage> {
        self.last_stage.as_ref()
    }

    /// For ends that the bytes do not show. Says whether the stream is complete all the same.
    pub(crate) fn broke(&mut self, end: End) -> bool {
        let complete = self.at_the_end().is_ok();
        self.ended(if complete { End::Completed } else { end });
        complete
    }

    /// Nothing follows, so nothing is kept.
    pub(crate) fn ended(&mut self, end: End) {
        self.end = Some(end);
        self.frames.release();
    }

    fn note(&mut self, event: &JobEvent) {
        if let Some(stage) = event.stage().filter(|stage| self.last_stage.as_ref() != Some(stage)) {
            self.last_stage = Some(stage.clone());
        }
        match event {
            JobEvent::JobId(id) => set_id(&mut self.job_id, id.as_str()),
            JobEvent::MessageId(id) => set_id(&mut self.message_id, id),
            _ => {}
        }
    }

    /// A last event without its blank line counts if it says that all is well. Any other may have lost its end.
    fn at_the_end(&mut self) -> Result<()> {
        let inside = self.frames.is_inside();
        let last = match self.frames.finish() {
            Ok(Some(frame)) => step(self.generation, frame.name, frame.data).ok(),
            // A character that is cut in two is a cut.
            Ok(None) | Err(_) => None,
        };
        if let Some(Step::End { complete: true, .. }) = last {
            self.events += 1;
            self.ended(End::Completed);
            return Ok(());
        }
        self.ended(End::Truncated);
        let place = if inside { "in the middle of an event" } else { "without the last event" };
        let of = self.job_id().map(|id| format!(" of {id}")).unwrap_or_default();
        Err(Error::new(ErrorKind::StreamEnded, format!("the bytes ended {place}, after {} events{of}", self.events)))
    }

    fn failed(&mut self, code: Option<&str>, message: String) -> Error {
        self.ended(End::Failed);
        let api = match self.generation {
            #[cfg(feature = "v1")]
            Generation::V1 => &powerdrill_client::v1::API,
            Generation::V2 => &powerdrill_client::v2::API,
        };
        Error::refusal(api, code.map(Code::Text), message).after_acceptance()
    }

    fn unreadable(&mut self, unreadable: &Unreadable) -> Error {
        let (end, kind) = match *unreadable {
            Unreadable::TooLarge { limit } => (End::TooLarge, ErrorKind::TooLarge { limit }),
            Unreadable::NotUtf8 => (End::Unreadable, ErrorKind::Decode { path: String::new() }),
        };
        self.ended(end);
        Error::new(kind, format!("{unreadable}, after {} events", self.events))
    }
}

/// An id that says nothing is none.
pub(crate) fn set_id(known: &mut Option<String>, id: &str) {
    let id = id.trim();
    if !id.is_empty() {
        *known = Some(id.to_owned());
    }
}

fn step(generation: Generation, name: &str, data: &str) -> Result<Step> {
    match generation {
        #[cfg(feature = "v1")]
        Generation::V1 => convert::v1::step(name, data),
        Generation::V2 => convert::v2::step(name, data),
    }
}
