//! Sessions of the team API.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

use super::{found, page};
use crate::call::{Answered, Call, Outcome};
use crate::refusal::Refusal;
use crate::store::{Session, cut};
use crate::wire::blocks;

/// The settings of a session with what the server takes when they are not set.
fn settings(call: &Call) -> Map<String, Value> {
    let defaults = [("output_language", json!("AUTO")), ("job_mode", json!("AUTO")), ("max_contextual_job_history", json!(10))];
    let set = |name: &str, default: Value| Some(call.body(name)).filter(|value| !value.is_null()).cloned().unwrap_or(default);
    let mut settings: Map<String, Value> = defaults.into_iter().map(|(name, default)| (name.to_owned(), set(name, default))).collect();
    settings.insert("agent_id".into(), json!("DATA_ANALYSIS_AGENT"));
    settings
}

fn shown(id: &str, session: &Session) -> Value {
    let mut shown = Map::from_iter([("id".to_owned(), json!(id)), ("name".to_owned(), json!(session.name))]);
    shown.extend(session.settings.clone());
    Value::Object(shown)
}

pub(super) fn create(call: &Call) -> Answered {
    let id = call.id("session");
    let mut store = call.state.store();
    let own = store.sessions.values().filter(|session| session.project == call.project && session.user == call.user()).count();
    if own >= call.state.config.limits.sessions {
        return Err(Refusal::new(300_009, "session limit reached: delete a session first"));
    }
    let session = Session {
        project: call.project.clone(),
        user: call.user().to_owned(),
        name: cut(call.text("name")),
        settings: settings(call),
        jobs: VecDeque::new(),
    };
    store.sessions.insert(id.clone(), session);
    Ok(Outcome::Data(json!({ "id": id })))
}

pub(super) fn list(call: &Call) -> Answered {
    let store = call.state.store();
    let own = store.sessions.iter().rev().filter(|(_, session)| session.project == call.project && session.user == call.user());
    let matching = own.filter(|(_, session)| found(call.query_text("search"), &[&session.name]));
    Ok(Outcome::Data(page(call, matching.map(|(id, session)| shown(id, session)).collect())))
}

pub(super) fn get(call: &Call) -> Answered {
    let id = call.path("session_id");
    let mut store = call.state.store();
    Ok(Outcome::Data(shown(id, store.session(&call.project, call.user(), id)?)))
}

pub(super) fn update(call: &Call) -> Answered {
    let mut store = call.state.store();
    let session = store.session(&call.project, call.user(), call.path("session_id"))?;
    session.name = cut(call.text("name"));
    // What is left out goes back to its default: the worse of the two things that callers have to expect.
    session.settings = settings(call);
    drop(store);
    Outcome::nothing(call)
}

pub(super) fn delete(call: &Call) -> Answered {
    let id = call.path("session_id");
    let mut store = call.state.store();
    store.session(&call.project, call.user(), id)?;
    store.delete_session(id);
    drop(store);
    Outcome::nothing(call)
}

pub(super) fn history(call: &Call) -> Answered {
    let mut store = call.state.store();
    let jobs: Vec<String> = store.session(&call.project, call.user(), call.path("session_id"))?.jobs.iter().rev().cloned().collect();
    let jobs: Vec<_> = jobs.iter().filter_map(|id| store.jobs.get(id).cloned()).collect();
    // Links are made anew, so they need the store no more.
    drop(store);
    let records = jobs.iter().map(|job| {
        json!({
            "job_id": job.id,
            "question": { "blocks": [{ "type": "MESSAGE", "content": job.question }] },
            "answer": { "blocks": blocks::history(&call.state, job, call.now) },
        })
    });
    Ok(Outcome::Data(page(call, records.collect())))
}
