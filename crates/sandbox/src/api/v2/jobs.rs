//! Questions of the team API.

use std::sync::Arc;

use crate::api::chosen;
use crate::ask::answer;
use crate::call::{Answered, Call, Outcome};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::store::Job;
use crate::wire::{blocks, stream};

pub(super) fn create(call: &Call) -> Answered {
    let session = call.text("session_id").to_owned();
    let mut store = call.state.store();
    store.session(&call.project, call.user(), &session)?;
    let unready = Refusal::new(210_023, "Selected files are not all ready: wait until every data source is synched.");
    let sources = chosen(call, &mut store, "dataset_id", "datasource_ids", unready)?;
    store.pay(&call.project, call.state.config.limits.jobs)?;
    drop(store);
    let (state, now, request, api) = (Arc::clone(&call.state), call.now, call.request.clone(), call.api());
    let (id, question) = (call.id("job"), call.text("question").to_owned());
    let citation = call.body("custom_options")["with_citation"].as_bool().unwrap_or(true);
    let streamed = call.body("stream").as_bool().unwrap_or(false);
    Ok(Outcome::Work(Box::new(move || {
        let answer = answer::answer(&state.ids, &question, &sources, citation);
        let job = Arc::new(Job { id, question_id: String::new(), question, answer });
        state.store().remember(&session, Arc::clone(&job));
        if streamed {
            return Ok(Reply::events(stream::v2(&state, &job, now)));
        }
        Ok(Outcome::reply(blocks::reply(&state, &job, now), api, state.captured(), &request))
    })))
}
