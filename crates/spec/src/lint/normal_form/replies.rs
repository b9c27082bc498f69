//! Rules: which replies an operation has, and what is around their payload.

use std::collections::HashSet;

use serde_json::Value;

use super::look::{Members, component, component_name, payload_member, quoted, refusal_body};
use super::rule;
use crate::grammar::Kind;
use crate::index::{Operation, items, members, texts};
use crate::lint::{Context, Findings, Rule};

pub(super) const RESPONSE_SET: Rule = rule(
    "response-set",
    "The responses of an operation are one success status, `4XX` and `5XX`.",
    "keep one success status, and let `4XX` and `5XX` each be `$ref: '#/components/responses/Refusal'`",
    response_set,
);

pub(super) const JSON_FIRST: Rule = rule(
    "json-first",
    "`application/json` stands before `text/event-stream`.",
    "move `application/json` to the front: it is the reply when no stream was asked for",
    json_first,
);

pub(super) const ENVELOPE_REPLY: Rule = rule(
    "envelope-reply",
    "A reply with an envelope is a component made of the envelope and an object with the payload, which is not required.",
    "write the reply as a component: `allOf: [{$ref: Envelope}, {type: object, properties: {data: ..}}]`, with nothing required in it",
    envelope_reply,
);

const REFUSAL: &str = "#/components/responses/Refusal";

fn response_set(context: &Context<'_>, findings: &mut Findings<'_>) {
    for operation in context.index.operations() {
        let place = operation.pointer.child("responses");
        let responses: Vec<_> = members(operation.value, "responses").filter(|(status, _)| !status.starts_with("x-")).collect();
        let successes: Vec<&str> = responses.iter().map(|(status, _)| status.as_str()).filter(|status| status.starts_with('2')).collect();
        match successes[..] {
            [] => {
                findings.add(&place, format!("`{}` has no success status", operation.name()));
            }
            [status] if status.parse::<u16>().is_err() => {
                findings.add(&place.child(status), format!("the success of `{}` is `{status}`, which is not one status", operation.name()));
            }
            [_] => {}
            _ => {
                let message = format!("`{}` has several success statuses: {}", operation.name(), quoted(successes.iter().copied()));
                findings.add(&place, message);
            }
        }
        let missing: Vec<_> = ["4XX", "5XX"].into_iter().filter(|range| !responses.iter().any(|(status, _)| status == range)).collect();
        if !missing.is_empty() {
            findings.add(&place, format!("the responses of `{}` lack {}", operation.name(), quoted(missing)));
        }
        for (status, response) in responses.iter().filter(|(status, _)| !status.starts_with('2')) {
            if status.as_str() == "default" {
                findings.add(&place.child(status), "`default` is not used: `4XX` and `5XX` say what it would say");
            } else if !matches!(status.as_str(), "4XX" | "5XX") {
                findings.add(&place.child(status), format!("the status `{status}` is neither a success nor `4XX` nor `5XX`"));
            } else if response.get("$ref").and_then(Value::as_str) != Some(REFUSAL) {
                findings.add(&place.child(status), format!("`{status}` of `{}` is not a reference to `{REFUSAL}`", operation.name()));
            }
        }
    }
}

fn json_first(context: &Context<'_>, findings: &mut Findings<'_>) {
    for place in context.index.of_kind(Kind::Response).filter(|place| place.reference().is_none()) {
        let position = |wanted: &str| members(place.value, "content").position(|(name, _)| name == wanted);
        if let (Some(json), Some(stream)) = (position("application/json"), position("text/event-stream"))
            && stream < json
        {
            findings.add(&place.pointer.child("content"), "`text/event-stream` stands before `application/json`");
        }
    }
}

fn envelope_reply(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(data) = payload_member(context) else { return };
    let mut judged = HashSet::new();
    for operation in context.index.operations() {
        for (_, response) in operation.successes() {
            let Some(media) = response.value.get("content").and_then(|content| content.get("application/json")) else { continue };
            let place = response.pointer.join("/content/application~1json");
            let Some(schema) = media.get("schema") else {
                findings.add(&place, format!("the reply of `{}` has no schema", operation.name()));
                continue;
            };
            match component_name(schema) {
                None => {
                    let message = format!("the reply of `{}` is not a reference to a schema component", operation.name());
                    findings.add(&place.child("schema"), message);
                }
                Some(name) if judged.insert(name) => judge_reply(context, operation, name, data, findings),
                Some(_) => {}
            }
        }
    }
}

fn judge_reply(context: &Context<'_>, operation: &Operation<'_>, name: &str, data: &str, findings: &mut Findings<'_>) {
    let place = component(name);
    let Some(reply) = context.index.document().find(&place) else { return };
    let parts: Vec<_> = items(reply, "allOf").collect();
    let [envelope, object] = parts[..] else {
        findings.add(&place, format!("`{name}`, the reply of `{}`, is not made of an envelope and an object", operation.name()));
        return;
    };
    let frame = place.child("allOf").item(0);
    if !is_envelope(context, envelope) {
        findings.add(&frame, format!("the first part of `{name}` is not a reference to what refusals consist of"));
    } else if let Some(own) = Members::of(&context.index, &frame).properties.get(data) {
        findings.add(own, format!("the envelope has `{data}`, which belongs into each reply"));
    }
    let inner = place.child("allOf").item(1);
    let properties: Vec<&str> = members(object, "properties").map(|(name, _)| name.as_str()).collect();
    if properties != [data] {
        let found = if properties.is_empty() { "no members".into() } else { quoted(properties) };
        findings.add(&inner, format!("the second part of `{name}` has {found} where it has only `{data}`"));
    }
    for (holder, value) in [(&place, reply), (&inner, object)] {
        if texts(value, "required").any(|required| required == data) {
            let message = format!("`{name}` requires `{data}`, which a refusal with HTTP 200 comes without");
            findings.add(&holder.child("required"), message);
        }
    }
}

/// Whether a part of a reply is a reference to what refusals consist of, if the document says what that is.
fn is_envelope(context: &Context<'_>, part: &Value) -> bool {
    let refusal = refusal_body(context).and_then(|body| component_name(context.index.document().find(&body)?));
    component_name(part).is_some_and(|name| refusal.is_none_or(|refusal| refusal == name))
}
