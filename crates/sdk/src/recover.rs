//! The id of a job -> its whole answer, from the history of the session.
//!
//! For streams that broke: the job goes on without its reader, and asking again would be another job, which costs again. Nothing here
//! sends a question.

use std::time::Duration;

use apispec_runtime::{Error, ErrorKind, Result, Timeout};
#[cfg(feature = "v1")]
use powerdrill_client::v1;
use powerdrill_client::v2;
use tokio::time::{Instant, sleep, timeout_at};

use crate::answer::Answer;
#[cfg(feature = "v1")]
use crate::block::Block;
use crate::block::BlockContent;

const DEADLINE: Duration = Duration::from_secs(10 * 60);
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// What it is called in errors.
const OPERATION: &str = "list_session_history";
/// The job is among the latest of its session.
const PAGES: usize = 5;

/// Looks for the answer of one job. It is clonable, so that it can be kept while the stream is read.
#[derive(Clone, Debug)]
#[must_use = "nothing is looked up until `find` is awaited"]
pub struct Recovery {
    history: History,
    id: String,
    seen: Seen,
    deadline: Duration,
}

#[derive(Clone, Debug)]
pub(crate) enum History {
    #[cfg(feature = "v1")]
    V1 {
        client: v1::Client,
        session: v1::types::SessionId,
    },
    V2 {
        client: v2::Client,
        session: v2::types::SessionId,
        user: Option<v2::types::UserId>,
    },
}

/// How much of an answer there is, in what does not change when links are made anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    blocks: usize,
    letters: usize,
}

impl Recovery {
    /// Looks for a job in a session of the team API.
    pub fn of_job(client: &v2::Client, session: impl Into<v2::types::SessionId>, job: impl Into<v2::types::JobId>) -> Self {
        let history = History::V2 { client: client.clone(), session: session.into(), user: None };
        Self::new(history, job.into().as_str().to_owned(), &Answer::default())
    }

    /// Looks for an answer in a session of the personal API.
    #[cfg(feature = "v1")]
    pub fn of_message(client: &v1::Client, session: impl Into<v1::types::SessionId>, message: impl Into<v1::sessions::MessageId>) -> Self {
        let history = History::V1 { client: client.clone(), session: session.into() };
        Self::new(history, message.into().as_str().to_owned(), &Answer::default())
    }

    pub(crate) fn new(history: History, id: String, received: &Answer) -> Self {
        Self { history, id, seen: Seen::of(received), deadline: DEADLINE }
    }

    /// Sets how long to look, 10 minutes if this is not set.
    pub fn deadline(mut self, time: Duration) -> Self {
        self.deadline = time;
        self
    }

    /// Looks until the answer is there, with longer and longer pauses, up to half a minute.
    ///
    /// The servers do not say whether an answer in the history is finished. It is taken to be when it has text, has no less than the
    /// stream had, and has not changed since the look before.
    ///
    /// # Errors
    ///
    /// `Timeout` if it is not there in time; those of reading the history, if trying again does not help.
    pub async fn find(self) -> Result<Answer> {
        let end = Instant::now() + self.deadline;
        let mut pause = FIRST_PAUSE;
        let (mut before, mut problem) = (None, None);
        while let Ok(looked) = timeout_at(end, self.look()).await {
            match looked {
                Ok(Some(answer)) => {
                    let now = Seen::of(&answer);
                    if now.letters > 0 && now.letters >= self.seen.letters && before == Some(now) {
                        return Ok(answer);
                    }
                    before = Some(now);
                }
                Ok(None) => before = None,
                Err(error) if error.is_retryable() => problem = Some(error),
                Err(error) => return Err(error),
            }
            if timeout_at(end, sleep(pause)).await.is_err() {
                break;
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        let state = if before.is_some() { "is not finished" } else { "is not in the history of its session" };
        let error = Error::new(ErrorKind::Timeout(Timeout::Total), format!("after {:?}, {} {state}", self.deadline, self.id));
        let error = error.during(OPERATION);
        Err(if let Some(problem) = problem { error.caused_by(problem) } else { error })
    }

    /// Goes through the latest pages of the history.
    async fn look(&self) -> Result<Option<Answer>> {
        match &self.history {
            #[cfg(feature = "v1")]
            History::V1 { client, session } => {
                let mut pages = client.sessions().list_history(session).pages();
                for _ in 0..PAGES {
                    let Some(page) = pages.next_page().await? else { break };
                    let found = page.items.into_iter().find(|item| item.answer.message_id.as_str() == self.id);
                    if let Some(found) = found {
                        return Ok(Some(self.text_only(found.answer.content)));
                    }
                }
            }
            History::V2 { client, session, user } => {
                let mut list = client.sessions().list_history(session);
                if let Some(user) = user {
                    list = list.user_id(user);
                }
                let mut pages = list.pages();
                for _ in 0..PAGES {
                    let Some(page) = pages.next_page().await? else { break };
                    if let Some(found) = page.items.into_iter().find(|item| item.job_id.as_str() == self.id) {
                        return Ok(Some(found.into()));
                    }
                }
            }
        }
        Ok(None)
    }

    /// The history of the personal API has only the text of an answer.
    #[cfg(feature = "v1")]
    fn text_only(&self, text: String) -> Answer {
        let block = Block { group_id: None, group_name: None, stage: None, content: BlockContent::Message(text) };
        Answer { job_id: Some(self.id.clone()), blocks: vec![block], ..Answer::default() }
    }
}

impl Seen {
    fn of(answer: &Answer) -> Self {
        let texts =
            answer.blocks.iter().filter_map(|block| if let BlockContent::Message(text) = &block.content { Some(text) } else { None });
        let letters = texts.flat_map(|text| text.chars()).filter(|letter| !letter.is_whitespace()).count();
        Self { blocks: answer.blocks.len(), letters }
    }
}
