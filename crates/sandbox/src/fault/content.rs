//! Faults in what a reply says.

use serde_json::{Map, Value, json};

use super::Fault;
use crate::reply::{Content, Data, Event};
use crate::spec::{Document, Operation};

/// The kind of event and block that nobody knows.
const NEWS: &str = "SANDBOX_NEWS";

/// The largest text that `huge-event` makes: what a client has to survive is found out with far less.
const LARGEST: usize = 64 * 1024 * 1024;

/// Changes the content as the fault wants it. The error says why the fault cannot happen to this reply.
pub(crate) fn change(fault: &Fault, document: &Document, operation: &Operation, content: &mut Content) -> Result<(), String> {
    match (fault, content) {
        (Fault::NullFields, Content::Json(value)) => empty_reply(document, operation, value),
        (Fault::NullFields, Content::Events(events)) => events.iter_mut().for_each(|event| empty_event(document, operation, event)),
        (Fault::ExtraFields, Content::Json(value)) => extend(value),
        (Fault::ExtraFields, Content::Events(events)) => {
            for event in events {
                if let Event::Named { data: Data::Frame(frame), .. } = event {
                    extend(frame);
                }
            }
        }
        (Fault::UnknownEvent, Content::Json(value)) => {
            let blocks = value.pointer_mut("/data/blocks").and_then(Value::as_array_mut);
            let blocks = blocks.ok_or("the fault `unknown-event` needs the answer to a question")?;
            blocks.insert(
                0,
                json!({ "type": NEWS, "content": { "news": [1, 2] }, "group_id": "-1", "group_name": null, "stage": "Analyze" }),
            );
        }
        (Fault::UnknownEvent, Content::Events(events)) => {
            let news = frame(events, json!({ "news": [1, 2] }));
            events.insert(1.min(events.len()), Event::Named { id: Some("-1".into()), name: NEWS.into(), data: Data::Frame(news) });
        }
        (Fault::HugeEvent(bytes), _) if *bytes > LARGEST => {
            return Err(format!("the fault `huge-event` makes at most {LARGEST} bytes"));
        }
        (Fault::HugeEvent(bytes), Content::Json(value)) => {
            let members = value.as_object_mut().ok_or("the fault `huge-event` needs an object")?;
            members.insert("x_sandbox_padding".into(), json!("x".repeat(*bytes)));
        }
        (Fault::HugeEvent(bytes), Content::Events(events)) => {
            let huge = frame(events, json!("x".repeat(*bytes)));
            events.insert(1.min(events.len()), Event::Named { id: Some("-1".into()), name: "MESSAGE".into(), data: Data::Frame(huge) });
        }
        (Fault::ErrorEvent, Content::Events(events)) => {
            let failure = frame(events, json!({ "code": "the sandbox failed on request" }));
            events.truncate(events.len() / 2);
            events.push(Event::Named { id: Some("-1".into()), name: "ERROR".into(), data: Data::Frame(failure) });
            events.push(Event::text("END_MARK", "[ERROR]"));
        }
        (Fault::ErrorEvent, _) => return Err("the fault `error-event` needs a streamed answer".into()),
        (Fault::NullFields | Fault::ExtraFields | Fault::UnknownEvent | Fault::HugeEvent(_), Content::Bytes(_)) => {
            return Err("this fault needs a reply in JSON".into());
        }
        // The others are about how a reply is sent, or take its place.
        _ => {}
    }
    Ok(())
}

/// A frame like that of the other events, around another payload.
fn frame(events: &[Event], payload: Value) -> Value {
    let frames = events.iter().filter_map(|event| match event {
        Event::Named { data: Data::Frame(frame), .. } => Some(frame),
        _ => None,
    });
    let mut frame = frames.clone().next().cloned().unwrap_or_else(|| json!({ "choices": [{ "index": 0, "delta": {} }] }));
    frame["id"] = json!("-1");
    frame["choices"][0]["delta"] = json!({ "content": payload });
    for (member, value) in [("group_id", "-1"), ("group_name", "")] {
        if frame.get(member).is_some() {
            frame[member] = json!(value);
        }
    }
    frame
}

/// What carries the outcome stays: an envelope without its payload would be another fault.
fn empty_reply(document: &Document, operation: &Operation, value: &mut Value) {
    let reply = json!({ "$ref": format!("#/components/schemas/{}", operation.reply) });
    let payload = document.schema(&operation.reply).and_then(|schema| schema["allOf"].as_array()).into_iter().flatten();
    let payload = payload.map(|part| &part["properties"]["data"]).find(|data| !data.is_null());
    match payload {
        Some(payload) => {
            document.empty(payload, &mut value["data"]);
            value["msg"] = Value::Null;
        }
        None => document.empty(&reply, value),
    }
}

fn empty_event(document: &Document, operation: &Operation, event: &mut Event) {
    let Event::Named { name, data: Data::Frame(frame), .. } = event else { return };
    let events = operation.stream.as_ref().and_then(|stream| stream["events"].as_object());
    let described = events.into_iter().flatten().find(|(known, event)| {
        let aliases = event["aliases"].as_array().into_iter().flatten();
        *known == name || aliases.into_iter().any(|alias| alias == name.as_str())
    });
    let mut payload = frame["choices"][0]["delta"]["content"].take();
    if let Some((_, described)) = described {
        let schema = json!({ "$ref": format!("#/components/schemas/{}", described["schema"].as_str().unwrap_or_default()) });
        document.empty(&schema, &mut payload);
    }
    let frame_name = operation.stream.as_ref().and_then(|stream| stream["frame"].as_str()).unwrap_or_default();
    document.empty(&json!({ "$ref": format!("#/components/schemas/{frame_name}") }), frame);
    frame["choices"] = json!([{ "index": null, "delta": { "role": null, "content": payload }, "finish_reason": null }]);
}

/// Gives every object one more member.
fn extend(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(extend),
        Value::Object(members) => {
            members.values_mut().for_each(extend);
            let extra: Map<String, Value> = [("unknown".to_owned(), json!([1, null]))].into_iter().collect();
            members.insert("x_sandbox_extra".into(), Value::Object(extra));
        }
        _ => {}
    }
}
