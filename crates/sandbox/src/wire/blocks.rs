//! An answer -> the blocks of the team API: in a reply, where links are objects, and in a history, where they were seen as bare texts.

use serde_json::{Value, json};

use super::{file, source};
use crate::ask::answer::{Item, What};
use crate::clock::Instant;
use crate::state::State;
use crate::store::Job;
use crate::store::files::Kind;

/// The payload of a reply that is not streamed.
pub(crate) fn reply(state: &State, job: &Job, now: Instant) -> Value {
    json!({ "job_id": job.id, "blocks": blocks(state, job, now, false) })
}

/// The blocks as a history tells them, with fresh links.
pub(crate) fn history(state: &State, job: &Job, now: Instant) -> Vec<Value> {
    blocks(state, job, now, state.captured())
}

/// Pieces of text that follow each other in one group are one block. Steps are not told.
fn blocks(state: &State, job: &Job, now: Instant, bare: bool) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    let mut open: Option<(Option<usize>, String)> = None;
    let close = |found: &mut Vec<Value>, open: &mut Option<(Option<usize>, String)>, stage: &str| {
        if let Some((group, text)) = open.take() {
            found.push(framed(job, group, "MESSAGE", json!(text), stage));
        }
    };
    let mut last = Vec::new();
    for item in &job.answer.items {
        if let What::Message(text) = &item.what {
            match &mut open {
                Some((group, known)) if *group == item.group => known.push_str(text),
                _ => {
                    close(&mut found, &mut open, "Respond");
                    open = Some((item.group, text.clone()));
                }
            }
            continue;
        }
        let Some(block) = block(state, job, item, now, bare) else { continue };
        close(&mut found, &mut open, "Respond");
        // Sources and then questions come at the end, whenever they were streamed.
        match block["type"].as_str() {
            Some("SOURCES") => last.insert(0, block),
            Some("QUESTIONS") => last.push(block),
            _ => found.push(block),
        }
    }
    close(&mut found, &mut open, "Respond");
    found.extend(last);
    found
}

fn framed(job: &Job, group: Option<usize>, kind: &str, content: Value, stage: &str) -> Value {
    let group = group.and_then(|group| job.answer.groups.get(group));
    let (id, name) = group.map_or(("", ""), |group| (&group.id, &group.name));
    json!({ "type": kind, "content": content, "group_id": id, "group_name": name, "stage": stage })
}

fn block(state: &State, job: &Job, item: &Item, now: Instant, bare: bool) -> Option<Value> {
    let stage = item.stage.name();
    let link = |kind| {
        let file = file(state, job, kind, now);
        if bare {
            return json!(file.url);
        }
        let expires = if state.captured() { "expired_at" } else { "expires_at" };
        json!({ "url": file.url, "name": file.name, expires: file.expires })
    };
    Some(match &item.what {
        What::Code(code) => framed(job, item.group, "CODE", json!(code), stage),
        What::Table => framed(job, item.group, "TABLE", link(Kind::Table), stage),
        What::Image => framed(job, item.group, "IMAGE", link(Kind::Image), stage),
        What::Sources(sources) => {
            let mut told: Vec<Value> = sources.iter().enumerate().map(|(at, each)| source(at, each)).collect();
            if state.captured() && sources.iter().all(|source| source.passage.is_none()) {
                // What is empty was left out where nothing was streamed.
                for member in ["id", "page_no", "content"] {
                    told.iter_mut().filter_map(Value::as_object_mut).for_each(|source| drop(source.shift_remove(member)));
                }
            }
            let stage = if state.captured() && item.group.is_none() { "Respond" } else { stage };
            framed(job, item.group, "SOURCES", json!(told), stage)
        }
        What::Questions(questions) if state.captured() => {
            json!({ "type": "QUESTIONS", "content": questions, "group_id": "-1", "group_name": null, "stage": stage })
        }
        What::Questions(questions) => framed(job, item.group, "QUESTIONS", json!(questions), stage),
        What::Task { .. } | What::Message(_) | What::Trigger | What::Pause => return None,
    })
}
