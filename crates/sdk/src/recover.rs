//! The id of a job -> its whole answer, from the history of the session.
//!
//! For streams that broke: the job goes on without its reader, and asking again would be another job, which costs again. Nothing here
//! sends a question.

mod had;
mod history;
mod same;

use std::time::Duration;

use apispec_runtime::{Patience, Result};
#[cfg(feature = "v1")]
use powerdrill_client::v1;
use powerdrill_client::v2;
use tokio::time::Instant;

use crate::answer::Answer;
pub(crate) use had::Had;
use had::Most;
pub(crate) use history::History;
use history::{Look, OPERATION};

const DEADLINE: Duration = Duration::from_secs(10 * 60);
const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How long an answer with words of its own must have stayed the same.
const STILL: Duration = Duration::from_secs(2);
/// How long one that has only other parts must have.
const WORDLESS_STILL: Duration = Duration::from_secs(10);
/// How long one that has only the work must have: a step of it may take this long.
const WORK_STILL: Duration = Duration::from_secs(30);
/// How long one that has words, and less than the stream had, must have: the server may keep less than it streams.
const LESSER_STILL: Duration = Duration::from_secs(2 * 60);

/// What the history says while the whole answer is not there.
const UNREAD: &str = "was not looked up: the history of its session cannot be read";
const ABSENT: &str = "is not in the history of its session";
const UNFINISHED: &str = "is not finished";
const LESS: &str = "has less in the history of its session than the stream had";

/// Looks for the answer of one job. It is clonable, so that it can be kept while the stream is read.
#[derive(Clone, Debug)]
#[must_use = "nothing is looked up until `find` is awaited"]
pub struct Recovery {
    history: History,
    id: String,
    had: Had,
    deadline: Duration,
}

/// An answer that may be whole.
struct Candidate {
    /// When the look that found it first had ended.
    since: Instant,
    /// How long it must stay the same.
    still: Duration,
    /// Whether it has less than the stream had. More may come, so it is looked at as often as one that is not there.
    is_less: bool,
    /// What does not change when links are made anew.
    same: Answer,
}

impl Recovery {
    /// Looks for a job in a session of the team API.
    pub fn of_job(client: &v2::Client, session: impl Into<v2::types::SessionId>, job: impl Into<v2::types::JobId>) -> Self {
        let history = History::V2 { client: client.clone(), session: session.into(), user: None };
        Self::new(history, job.into().as_str().to_owned(), Had::default())
    }

    /// Looks for an answer in a session of the personal API.
    #[cfg(feature = "v1")]
    pub fn of_message(client: &v1::Client, session: impl Into<v1::types::SessionId>, message: impl Into<v1::sessions::MessageId>) -> Self {
        let history = History::V1 { client: client.clone(), session: session.into() };
        Self::new(history, message.into().as_str().to_owned(), Had::default())
    }

    pub(crate) fn new(history: History, id: String, had: Had) -> Self {
        Self { history, id, had, deadline: DEADLINE }
    }

    /// Sets how long to look, 10 minutes if this is not set.
    pub fn deadline(mut self, time: Duration) -> Self {
        self.deadline = time;
        self
    }

    /// Looks until the answer is there, with longer and longer pauses, up to half a minute.
    ///
    /// The servers do not say whether an answer in the history is finished. It is taken to be when it holds no less than the stream had, and
    /// two looks have found the same in it, links apart. Two seconds between the two are enough where it has words of the answer itself,
    /// ten where it has other parts of it, and thirty where it has only the work. Words with less beside them than the stream had are
    /// taken when they have been all that there is for two minutes.
    ///
    /// # Errors
    ///
    /// `Timeout` if it is not there in time; `Decode` with a path if it is there and malformed; those of reading the history, if trying
    /// again does not help.
    pub async fn find(self) -> Result<Answer> {
        let mut patience = Patience::new(self.deadline).pauses(FIRST_PAUSE, LONGEST_PAUSE);
        let mut state = UNREAD;
        let mut candidate: Option<Candidate> = None;
        loop {
            let asked = Instant::now();
            let looked = patience.look(self.history.look(&self.id)).await?;
            let mut rest = patience.pause();
            match looked {
                Some(Look::Found(answer)) => {
                    let before = candidate.take();
                    match self.candidate(&answer) {
                        Ok(found) => {
                            let has_changed =
                                before.as_ref().is_some_and(|before| before.same != found.same && before.is_less == found.is_less);
                            let current = before.filter(|before| before.same == found.same).unwrap_or(found);
                            let whole_at = current.since + current.still;
                            if asked >= whole_at {
                                return Ok(*answer);
                            }
                            let left = whole_at.saturating_duration_since(Instant::now());
                            if current.is_less {
                                rest = rest.min(left);
                            } else if !has_changed {
                                rest = left;
                            }
                            (state, candidate) = (if current.is_less { LESS } else { UNFINISHED }, Some(current));
                        }
                        Err(why) => state = why,
                    }
                }
                Some(Look::Unfinished) => (state, candidate) = (UNFINISHED, None),
                Some(Look::Absent) => (state, candidate) = (ABSENT, None),
                // Nothing was seen, so what was seen before still counts.
                None => {}
            }
            patience.rest_for(rest, OPERATION, || format!("{} {state}", self.id)).await?;
        }
    }

    /// Or why it cannot be whole.
    fn candidate(&self, answer: &Answer) -> Result<Candidate, &'static str> {
        let found = Had::of(answer);
        let most = found.most().ok_or(UNFINISHED)?;
        let is_less = !found.covers(&self.had, self.history.has_blocks());
        let still = match (most, is_less) {
            (Most::Words, false) => STILL,
            (Most::Parts, false) => WORDLESS_STILL,
            (Most::Work, false) => WORK_STILL,
            (Most::Words, true) => LESSER_STILL,
            (Most::Parts | Most::Work, true) => return Err(LESS),
        };
        Ok(Candidate { since: Instant::now(), still, is_less, same: same::without_links(answer) })
    }
}
