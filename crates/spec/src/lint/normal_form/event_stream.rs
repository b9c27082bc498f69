//! Rule: a stream of events is described well enough to be read.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::fields;
use super::look::{Members, component, component_name};
use super::marks::is_only;
use super::rule;
use crate::index::{Operation, items, members};
use crate::lint::{Context, Findings, Rule};
use crate::{Index, Pointer};

pub(super) const EVENT_STREAM_FORM: Rule = rule(
    "event-stream-form",
    "`text/event-stream` has an `x-event-stream` whose members, schemas and events exist.",
    "write the members that specs/README.md lists, with names of schemas in `components` and of events in `events`",
    event_stream_form,
);

const STREAM: &str = "text/event-stream";

fn event_stream_form(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut judged = HashSet::new();
    for operation in context.index.operations() {
        for (_, response) in &operation.responses {
            let Some(media) = response.value.get("content").and_then(|content| content.get(STREAM)) else { continue };
            let place = response.pointer.child("content").child(STREAM);
            let Some(stream) = media.get("x-event-stream") else {
                if judged.insert(place.clone()) {
                    findings.add(&place, format!("the stream of `{}` has no `x-event-stream`", operation.name()));
                }
                continue;
            };
            let here = place.child("x-event-stream");
            if let Some(flag) = stream.get("flag").and_then(Value::as_str) {
                flag_of_request(context, operation, &here.child("flag"), flag, findings);
            }
            if judged.insert(place.clone()) {
                judge(context, media, &place, stream, findings);
            }
        }
    }
}

fn flag_of_request(context: &Context<'_>, operation: &Operation<'_>, here: &Pointer, flag: &str, findings: &mut Findings<'_>) {
    let schema = operation.body.as_ref().map(|body| body.pointer.join("/content/application~1json/schema"));
    let declared = schema.map(|schema| Members::of(&context.index, &schema).properties).unwrap_or_default();
    match declared.get(flag) {
        None => {
            findings.add(here, format!("the body of `{}` has no member `{flag}`", operation.name()));
        }
        Some(member) if !is_only(&context.index, member, "boolean") => {
            findings.add(here, format!("the member `{flag}` of the body is not a boolean")).relate(member);
        }
        Some(_) => {}
    }
}

const MEMBERS: [&str; 7] = ["flag", "first", "end", "error", "frame", "payload", "events"];

fn judge(context: &Context<'_>, media: &Value, place: &Pointer, stream: &Value, findings: &mut Findings<'_>) {
    let here = place.child("x-event-stream");
    let Some(found) = fields::map(findings, &here, stream, &MEMBERS, &[]) else { return };
    fields::text(findings, &here, found, "flag");
    if let Some(end) = found.get("end") {
        let place = here.child("end");
        if let Some(end) = fields::map(findings, &place, end, &["event", "ok"], &[]) {
            fields::text(findings, &place, end, "event");
            fields::text(findings, &place, end, "ok");
        }
    }
    events(context, &here, stream, findings);
    named_events(&here, found, stream, findings);
    let Some(frame) = fields::text(findings, &here, found, "frame") else { return };
    if context.index.at(&component(frame)).is_none() {
        findings.add(&here.child("frame"), format!("there is no schema `{frame}`"));
        return;
    }
    if media.get("schema").is_some_and(|schema| component_name(schema) != Some(frame)) {
        findings.add(&place.child("schema"), format!("the schema of the stream is not its frame, `{frame}`")).relate(&here.child("frame"));
    }
    if let Some(payload) = fields::text(findings, &here, found, "payload") {
        match Pointer::parse(payload).filter(|_| payload.starts_with('/')) {
            None => {
                findings.add(&here.child("payload"), format!("`{payload}` is not a JSON pointer: it does not begin with `/`"));
            }
            Some(path) => {
                if let Some(lost) = follow(&context.index, component(frame), &path) {
                    findings.add(&here.child("payload"), format!("`{frame}` has no `{lost}` where `{payload}` leads"));
                }
            }
        }
    }
}

/// Goes along a pointer into the values of a schema; returns the token at which that ends.
fn follow(index: &Index<'_>, start: Pointer, path: &Pointer) -> Option<String> {
    let mut place = start;
    for token in path.tokens() {
        let mut target = index.resolve(&place)?;
        // A value that may be null is followed as what it is otherwise.
        if items(target.value, "oneOf").next().is_some() {
            target = index.resolve(&target.pointer.child("oneOf").item(0))?;
        }
        let is_number = token.bytes().all(|byte| byte.is_ascii_digit());
        place = if is_number && target.value.get("items").is_some() {
            target.pointer.child("items")
        } else {
            match Members::of(index, &target.pointer).properties.remove(token.as_str()) {
                Some(member) => member,
                None => return Some(token),
            }
        };
    }
    None
}

fn events(context: &Context<'_>, here: &Pointer, stream: &Value, findings: &mut Findings<'_>) {
    let place = here.child("events");
    let mut names: HashMap<&str, Pointer> = members(stream, "events").map(|(name, _)| (name.as_str(), place.child(name))).collect();
    for (name, event) in members(stream, "events") {
        let event_place = place.child(name);
        // A missing description is what the rule about descriptions reports.
        let Some(found) = fields::map(findings, &event_place, event, &[], &["description", "text", "schema", "aliases", "x-ledger"]) else {
            continue;
        };
        match (found.get("text"), found.get("schema")) {
            (Some(text), None) => fields::mark(findings, &event_place.child("text"), text),
            (None, Some(_)) => {
                if let Some(schema) = fields::text(findings, &event_place, found, "schema")
                    && context.index.at(&component(schema)).is_none()
                {
                    findings.add(&event_place.child("schema"), format!("there is no schema `{schema}`"));
                }
            }
            _ => {
                findings.add(&event_place, format!("the event `{name}` has either `text: true` or a `schema`"));
            }
        }
        let Some(aliases) = found.get("aliases") else { continue };
        for alias in fields::texts(findings, &event_place.child("aliases"), aliases) {
            if let Some(first) = names.insert(alias, event_place.clone()) {
                findings.add(&event_place.child("aliases"), format!("`{alias}` means another event too")).relate(&first);
            }
        }
    }
}

/// The events that mean something to the client are among those that are described.
fn named_events(here: &Pointer, found: &Map<String, Value>, stream: &Value, findings: &mut Findings<'_>) {
    for key in ["first", "error"] {
        let Some(name) = fields::text(findings, here, found, key) else { continue };
        match stream.get("events").and_then(|events| events.get(name)) {
            None => {
                findings.add(&here.child(key), format!("`{name}` is not among the events"));
            }
            Some(event) if key == "first" && event.get("text") != Some(&Value::Bool(true)) => {
                findings.add(&here.child(key), format!("`{name}` names the run and is not `text: true`"));
            }
            Some(_) => {}
        }
    }
}
