//! Sessions of the personal API.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

use super::{created, found, page};
use crate::call::{Answered, Call, Outcome};
use crate::refusal::Refusal;
use crate::store::{Session, cut};
use crate::wire::text;

/// Settings that are stored and told again. The documents leave `chatMode` out of what is told.
const TOLD: [&str; 4] = ["languageType", "mediaTtl", "maxMessagesInContext", "colorIndex"];

fn shown(id: &str, session: &Session) -> Value {
    let defaults = [("languageType", json!("AUTO")), ("mediaTtl", json!(3600)), ("maxMessagesInContext", json!(10))];
    let mut config: Map<String, Value> = defaults.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    config.extend(
        session.settings.iter().filter(|(name, _)| TOLD.contains(&name.as_str())).map(|(name, value)| (name.clone(), value.clone())),
    );
    json!({ "id": id, "title": session.name, "config": config })
}

pub(super) fn create(call: &Call) -> Answered {
    let id = call.id("session");
    let mut store = call.state.store();
    let own = store.sessions.values().filter(|session| session.project == call.project).count();
    if own >= call.state.config.limits.sessions {
        return Err(Refusal::new(211_001, "there are 150 sessions already: delete one first"));
    }
    let session = Session {
        project: call.project.clone(),
        user: String::new(),
        name: cut(call.text("title")),
        settings: call.body("config").as_object().cloned().unwrap_or_default(),
        jobs: VecDeque::new(),
    };
    store.sessions.insert(id.clone(), session);
    Ok(Outcome::Data(created(call, &id)))
}

pub(super) fn list(call: &Call) -> Answered {
    let store = call.state.store();
    let own = store.sessions.iter().rev().filter(|(_, session)| session.project == call.project);
    let matching = own.filter(|(_, session)| found(call, "title", &session.name));
    Ok(Outcome::Data(page(call, matching.map(|(id, session)| shown(id, session)).collect())))
}

pub(super) fn get(call: &Call) -> Answered {
    let id = call.path("session_id");
    let mut store = call.state.store();
    Ok(Outcome::Data(shown(id, store.session(&call.project, "", id)?)))
}

pub(super) fn update(call: &Call) -> Answered {
    let mut store = call.state.store();
    let session = store.session(&call.project, "", call.path("session_id"))?;
    if let Some(title) = call.body("title").as_str() {
        session.name = cut(title);
    }
    session.settings.extend(call.body("config").as_object().cloned().unwrap_or_default());
    drop(store);
    Outcome::nothing(call)
}

pub(super) fn delete(call: &Call) -> Answered {
    let id = call.path("session_id");
    let mut store = call.state.store();
    store.session(&call.project, "", id)?;
    store.delete_session(id);
    drop(store);
    Outcome::nothing(call)
}

pub(super) fn history(call: &Call) -> Answered {
    let mut store = call.state.store();
    let jobs: Vec<String> = store.session(&call.project, "", call.path("session_id"))?.jobs.iter().rev().cloned().collect();
    let records = jobs.iter().filter_map(|id| store.jobs.get(id)).map(|job| {
        json!({
            "question": { "messageId": job.question_id, "content": job.question },
            "answer": { "messageId": job.id, "content": text(&job.answer) },
        })
    });
    Ok(Outcome::Data(page(call, records.collect())))
}
