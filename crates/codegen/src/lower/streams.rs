//! `x-event-stream` -> the table of the events that a stream can carry.

use apispec::Pointer;
use openapiv3::ReferenceOr;
use serde_json::Value;

use super::Context;
use super::operations::STREAM;
use crate::ir::{Event, Events};

impl Context<'_> {
    /// The stream that an operation can answer with.
    pub fn events_of(&mut self, operation: &openapiv3::Operation, origin: &Pointer) -> Option<Events> {
        let (status, response) = operation.responses.responses.iter().find_map(|(status, response)| match response {
            ReferenceOr::Item(response) => Some((status, response.content.get(STREAM)?)),
            ReferenceOr::Reference { .. } => None,
        })?;
        let media = origin.child("responses").child(&status.to_string()).child("content").child(STREAM);
        let Some(value) = response.extensions.get("x-event-stream") else {
            if self.foreign {
                return None;
            }
            self.problem("event-stream", &media, "nothing says which events this stream carries", "describe them in `x-event-stream`");
            return None;
        };
        let extension = ("x-event-stream", value);
        let place = media.child("x-event-stream");
        let end = value.get("end").unwrap_or(&Value::Null);
        let payload = self.member(extension, "payload", &media);
        let Some(payload) = Pointer::parse(&payload) else {
            self.problem("event-stream", &place.child("payload"), format!("`{payload}` is not a pointer"), "begin it with `/`");
            return None;
        };
        let frame = self.member(extension, "frame", &media);
        Some(Events {
            flag: self.member(extension, "flag", &media),
            first: self.member(extension, "first", &media),
            end: self.member(("x-event-stream", end), "event", &media),
            ok: self.member(("x-event-stream", end), "ok", &media),
            error: value.get("error").and_then(Value::as_str).map(str::to_owned),
            frame: self.named(&frame, &place.child("frame"))?,
            payload,
            table: self.table(value, &place.child("events")),
        })
    }

    fn table(&mut self, value: &Value, place: &Pointer) -> Vec<Event> {
        let mut table = Vec::new();
        for (wire, event) in value.get("events").and_then(Value::as_object).into_iter().flatten() {
            let schema = event.get("schema").and_then(Value::as_str);
            let payload = schema.and_then(|schema| self.named(schema, &place.child(wire).child("schema")));
            if schema.is_none() && event.get("text") != Some(&Value::Bool(true)) {
                let message = format!("the event `{wire}` has neither `schema` nor `text: true`");
                self.problem("event-stream", &place.child(wire), message, "say what it carries");
            }
            let aliases = event.get("aliases").and_then(Value::as_array).into_iter().flatten();
            table.push(Event {
                wire: wire.clone(),
                aliases: aliases.filter_map(|alias| alias.as_str().map(str::to_owned)).collect(),
                docs: event.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
                payload,
            });
        }
        table
    }
}
