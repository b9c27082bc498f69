//! Questions of the team API.

use std::sync::Arc;

use serde_json::Value;

use crate::api::readable;
use crate::ask::{Readable, answer};
use crate::call::{Answered, Call, Outcome};
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::store::sources::Status;
use crate::store::{Job, Store};
use crate::wire::{blocks, stream};

/// The data sources that the question is about, all of which have to be ready.
fn chosen(call: &Call, store: &mut Store) -> Result<Vec<Readable>, Refusal> {
    let Some(dataset) = call.body("dataset_id").as_str() else { return Ok(Vec::new()) };
    store.dataset(&call.project, dataset)?;
    let named: Vec<&str> = call.body("datasource_ids").as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut sources = Vec::new();
    for id in &named {
        sources.push(store.source(&call.project, dataset, id)?);
    }
    if named.is_empty() {
        sources = store.sources_of(dataset).collect();
    }
    let delay = call.state.config.delays.synchronising;
    if sources.iter().any(|source| source.status(call.now, delay) != Status::Ready) {
        return Err(Refusal::new(210_023, "Selected files are not all ready: wait until every data source is synched."));
    }
    Ok(sources.into_iter().map(readable).collect())
}

pub(super) fn create(call: &Call) -> Answered {
    let session = call.text("session_id").to_owned();
    let mut store = call.state.store();
    store.session(&call.project, call.user(), &session)?;
    let sources = chosen(call, &mut store)?;
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
