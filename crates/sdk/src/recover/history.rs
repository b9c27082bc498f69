//! The history of a session -> what it says of one job.
//!
//! Pages are read as JSON, and only the record that is looked for as what it is: what is wrong with the answer to another question does
//! no harm here.

use apispec_runtime::{Error, ErrorKind, Json, Method, Operation, Page, Pages, Result, Retry, decode};
#[cfg(feature = "v1")]
use powerdrill_client::v1;
use powerdrill_client::v2;
use serde_json::Value;

use crate::answer::Answer;
#[cfg(feature = "v1")]
use crate::block::{Block, BlockContent};
use crate::decoder::Decoder;

/// What it is called in errors.
pub(super) const OPERATION: &str = "list_session_history";
/// The generated call of the same name reads every record as what it is; the tests hold these against it.
#[cfg(feature = "v1")]
const V1: Operation = Operation::new(OPERATION, Method::Get, "/v1/sessions/{session_id}/history", Retry::Safe);
const V2: Operation = Operation::new(OPERATION, Method::Get, "/v2/team/sessions/{session_id}/history", Retry::Safe);
/// The job is among the latest of its session.
const PAGES: usize = 5;

/// The session that a question was asked in.
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

/// What the history says of a job.
pub(super) enum Look {
    /// It is not there, or not yet.
    Absent,
    /// It is there, without an answer.
    Unfinished,
    /// This much of its answer is there.
    Found(Box<Answer>),
}

impl History {
    /// The id by which the history knows what a stream answers: in the personal API, that of the answer and no other.
    pub(crate) fn id_of<'d>(&self, decoder: &'d Decoder) -> Option<&'d str> {
        match self {
            #[cfg(feature = "v1")]
            Self::V1 { .. } => decoder.message_id(),
            Self::V2 { .. } => decoder.job_id(),
        }
    }

    /// Whether there is more than the text of an answer.
    pub(super) fn has_blocks(&self) -> bool {
        match self {
            #[cfg(feature = "v1")]
            Self::V1 { .. } => false,
            Self::V2 { .. } => true,
        }
    }

    /// Goes through the latest pages.
    pub(super) async fn look(&self, id: &str) -> Result<Look> {
        let mut pages = self.pages();
        for _ in 0..PAGES {
            let page = match pages.next_page().await {
                // A server that does not know the next page may know the job at the next look.
                Err(error) if *error.kind() == ErrorKind::RepeatedPage => break,
                page => page?,
            };
            let Some(page) = page else { break };
            for (index, record) in page.items.into_iter().enumerate() {
                if self.id_in(&record) == Some(id) {
                    return self.read(id, &record, index).map_err(|error| error.during(OPERATION));
                }
            }
        }
        Ok(Look::Absent)
    }

    fn pages(&self) -> Pages<Json> {
        let history = self.clone();
        let operation = match self {
            #[cfg(feature = "v1")]
            Self::V1 { .. } => &V1,
            Self::V2 { .. } => &V2,
        };
        Pages::new(operation, 1, 1, move |number| {
            let history = history.clone();
            async move { history.page(number).await }
        })
    }

    async fn page(&self, number: i64) -> Result<Page<Json>> {
        let (call, total) = match self {
            #[cfg(feature = "v1")]
            Self::V1 { client, session } => (client.runtime().call(&V1).path("session_id", session).query("pageNumber", number), "total"),
            Self::V2 { client, session, user } => {
                let call = client.runtime().call(&V2).path("session_id", session).query("page_number", number);
                (call.query_opt("user_id", user.as_ref()).fill_query("user_id", "user_id"), "total_items")
            }
        };
        let mut page = call.send::<Json>().await?.into_value();
        let total = page.get(total).and_then(Value::as_u64);
        match page.get_mut("records").map(Value::take) {
            Some(Value::Array(records)) => Ok(Page { items: records.into_iter().map(Json::from).collect(), total }),
            Some(Value::Null) => Ok(Page { items: Vec::new(), total }),
            Some(_) => Err(unreadable("records", "expected a list").during(OPERATION)),
            None => Err(unreadable("records", "is missing").during(OPERATION)),
        }
    }

    fn id_in<'r>(&self, record: &'r Json) -> Option<&'r str> {
        match self {
            #[cfg(feature = "v1")]
            Self::V1 { .. } => record.get("answer")?.get("messageId")?.as_str(),
            Self::V2 { .. } => record.get("job_id")?.as_str(),
        }
    }

    /// Reads the answer of a record. One that is null, or has nothing in it but null, is still to come.
    fn read(&self, id: &str, record: &Json, index: usize) -> Result<Look> {
        let within = format!("records[{index}].answer");
        let is_to_come = |member: &str| record.get("answer").and_then(|answer| answer.get(member)).is_some_and(Value::is_null);
        let Some(answer) = record.get("answer").filter(|answer| !answer.is_null()) else { return Ok(Look::Unfinished) };
        match self {
            #[cfg(feature = "v1")]
            Self::V1 { .. } if is_to_come("content") => Ok(Look::Unfinished),
            #[cfg(feature = "v1")]
            Self::V1 { .. } => {
                let message: v1::sessions::Message = decode::from_value(answer.clone().into(), &within)?;
                Ok(Look::Found(Box::new(text_only(id, message.content))))
            }
            Self::V2 { .. } if is_to_come("blocks") => Ok(Look::Unfinished),
            Self::V2 { .. } => {
                let answer: v2::sessions::JobAnswer = decode::from_value(answer.clone().into(), &within)?;
                Ok(Look::Found(Box::new(Answer::of_blocks(id.to_owned(), answer.blocks))))
            }
        }
    }
}

fn unreadable(path: &str, message: &str) -> Error {
    Error::new(ErrorKind::Decode { path: path.to_owned() }, message)
}

/// The history of the personal API has only the text of an answer.
#[cfg(feature = "v1")]
fn text_only(id: &str, text: String) -> Answer {
    let block = Block { group_id: None, group_name: None, stage: None, content: BlockContent::Message(text) };
    Answer { job_id: Some(id.to_owned()), message_id: Some(id.to_owned()), blocks: vec![block], ..Answer::default() }
}
