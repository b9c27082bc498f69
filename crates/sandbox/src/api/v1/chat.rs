//! Questions of the personal API.

use std::sync::Arc;

use serde_json::json;

use crate::api::chosen;
use crate::ask::answer;
use crate::call::{Answered, Call, Outcome};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::store::Job;
use crate::wire::{stream, text};

pub(super) fn create(call: &Call) -> Answered {
    let session = call.text("sessionId").to_owned();
    let mut store = call.state.store();
    store.session(&call.project, "", &session)?;
    let unready = Refusal::new(100_001, "operate.invalid: not all data sources are synched");
    let sources = chosen(call, &mut store, "datasetId", "datasourceIdList", unready)?;
    store.pay(&call.project, call.state.config.limits.jobs)?;
    drop(store);
    let (state, now, request, api) = (Arc::clone(&call.state), call.now, call.request.clone(), call.api());
    let (id, question_id, question) = (state.ids.uuid(), state.ids.uuid(), call.text("question").to_owned());
    let streamed = call.body("stream").as_bool().unwrap_or(false);
    Ok(Outcome::Work(Box::new(move || {
        let answer = answer::answer(&state.ids, &question, &sources, true);
        let job = Arc::new(Job { id, question_id, question, answer });
        state.store().remember(&session, Arc::clone(&job));
        if streamed {
            return Ok(Reply::events(stream::v1(&state, &job, now)));
        }
        // What the server replies without streaming is not documented. This is what its history tells.
        let data = json!({ "messageId": job.id, "content": text(&job.answer) });
        Ok(Outcome::reply(data, api, state.captured(), &request))
    })))
}
