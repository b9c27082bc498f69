//! One call of an operation that keeps to the spec: its values, and what is needed to answer it.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::clock::Instant;
use crate::refusal::{Refusal, envelope};
use crate::reply::Reply;
use crate::spec::Api;
use crate::spec::check::Values;
use crate::state::State;
use crate::store::Project;

pub(crate) struct Call {
    pub(crate) state: Arc<State>,
    pub(crate) project: Project,
    pub(crate) values: Values,
    pub(crate) now: Instant,
    /// The id of the request.
    pub(crate) request: String,
}

/// What comes of a call.
pub(crate) enum Outcome {
    /// The payload of a reply.
    Data(Value),
    /// Something that takes a while, and is done where nothing waits for it.
    Work(Work),
}

/// Something that takes a while.
pub(crate) type Work = Box<dyn FnOnce() -> Result<Reply, Refusal> + Send>;

pub(crate) type Answered = Result<Outcome, Refusal>;

impl Call {
    /// A text of the path.
    pub(crate) fn path(&self, name: &str) -> &str {
        self.values.path.get(name).map(String::as_str).unwrap_or_default()
    }

    /// A member of the body, which is null when it is missing.
    pub(crate) fn body(&self, name: &str) -> &Value {
        &self.values.body[name]
    }

    /// A text of the body, which is empty when it is missing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.body(name).as_str().unwrap_or_default()
    }

    /// A parameter of the query, if it was sent.
    pub(crate) fn query(&self, name: &str) -> Option<&Value> {
        self.values.query.get(name)
    }

    pub(crate) fn query_text(&self, name: &str) -> Option<&str> {
        self.query(name).and_then(Value::as_str)
    }

    /// The user in whose name the call is made. The personal API has none.
    pub(crate) fn user(&self) -> &str {
        self.query_text("user_id").unwrap_or_else(|| self.text("user_id"))
    }

    pub(crate) fn api(&self) -> Api {
        self.project.api
    }

    /// A new id: short and readable.
    pub(crate) fn id(&self, prefix: &str) -> String {
        self.state.ids.id(prefix)
    }

    /// One page of what matches, as the API spells it: page, size, items and total.
    pub(crate) fn page(&self, all: Vec<Value>, page: &str, size: &str, items: &str, total: &str) -> Value {
        let number = self.query(page).and_then(Value::as_i64).unwrap_or(1).max(1);
        let length = self.query(size).and_then(Value::as_i64).unwrap_or(10).max(1);
        json!({ total: all.len(), page: number, size: length, items: page_of(all, number, length) })
    }
}

/// What is on a page. The first has the number 1.
pub(crate) fn page_of(all: Vec<Value>, number: i64, length: i64) -> Vec<Value> {
    let skipped = usize::try_from((number - 1).saturating_mul(length)).unwrap_or(usize::MAX);
    all.into_iter().skip(skipped).take(usize::try_from(length).unwrap_or(usize::MAX)).collect()
}

impl Outcome {
    /// Success without anything to say.
    pub(crate) fn nothing(call: &Call) -> Answered {
        // The documents say an empty object, and null was seen.
        Ok(Self::Data(if call.state.captured() { Value::Null } else { json!({}) }))
    }

    /// The payload in the form of its API.
    pub(crate) fn reply(data: Value, api: Api, captured: bool, request: &str) -> Reply {
        let body = match (api, data) {
            (Api::Pai, Value::Object(mut members)) => {
                members.insert("RequestId".into(), json!(request));
                Value::Object(members)
            }
            (_, data) => envelope(captured, data),
        };
        Reply::json(hyper::StatusCode::OK, body)
    }
}
