//! One evidence file against the specs: what was received reads as it says, what is sent fits, and what is refused is refused.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::aliases::Seen;
use super::{FORM, requests, resolve};
use crate::document::{parse_text, read_text};
use crate::index::{items, members, texts};
use crate::schema;
use crate::{Index, Pointer, Problem};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Evidence {
    about: String,
    #[serde(default)]
    decodes: Vec<Decode>,
    #[serde(default)]
    events: Vec<Event>,
    #[serde(default)]
    sends: Vec<Send>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decode {
    r#as: String,
    seen: String,
    #[serde(default, deserialize_with = "present")]
    wire: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    reads: Option<Value>,
    refused: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Event {
    of: String,
    seen: String,
    name: String,
    /// The event that it is read as; null for one that is kept as unknown.
    #[serde(default, deserialize_with = "present")]
    reads: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Send {
    operation: String,
    retry: Option<String>,
    arguments: Option<Value>,
    refused: Option<String>,
    wire: requests::Wire,
}

/// A member that is there, null or not.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Everything that is wrong with the file at `path`.
pub(super) fn check(path: &Path, indexes: &[Index<'_>], seen: &mut Seen) -> Vec<Problem> {
    let file = path.display().to_string();
    let read = read_text(path).and_then(|text| Ok((parse_text(&file, &text)?.1, text)));
    let (root, text) = match read {
        Ok(read) => read,
        Err(report) => return report.problems().to_vec(),
    };
    let mut problems = items_of_form(&file, &root);
    if problems.is_empty() {
        match Evidence::deserialize(&root) {
            Ok(evidence) => problems = judge(&file, &evidence, indexes, seen),
            Err(error) => problems.push(Problem::new("evidence-form", &file, error.to_string(), FORM)),
        }
    }
    super::locate(&file, &text, &mut problems);
    problems
}

/// The items that are not of the form, each at its place.
fn items_of_form(file: &str, root: &Value) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut report = |list: &str, number: usize, error: Option<serde_json::Error>| {
        let place = Pointer::root().child(list).item(number);
        problems.extend(error.map(|error| Problem::new("evidence-form", file, error.to_string(), FORM).at(place)));
    };
    items(root, "decodes").enumerate().for_each(|(number, item)| report("decodes", number, Decode::deserialize(item).err()));
    items(root, "events").enumerate().for_each(|(number, item)| report("events", number, Event::deserialize(item).err()));
    items(root, "sends").enumerate().for_each(|(number, item)| report("sends", number, Send::deserialize(item).err()));
    problems
}

/// Holds each item against the specs.
fn judge(file: &str, evidence: &Evidence, indexes: &[Index<'_>], known: &mut Seen) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut report = |rule: &'static str, place: Pointer, message: String| {
        let help = "correct the evidence if it is wrong, else the spec: what was seen must be readable";
        problems.push(Problem::new(rule, file, message, help).at(place));
    };
    let silent = evidence.decodes.is_empty() && evidence.events.is_empty() && evidence.sends.is_empty();
    if evidence.about.is_empty() || silent {
        report("evidence-form", Pointer::root(), "says nothing: `about`, and `decodes`, `events` or `sends`, are needed".into());
    }
    for (number, decode) in evidence.decodes.iter().enumerate() {
        let spec = decode.r#as.split('#').next().unwrap_or_default();
        known.payload(spec, decode.wire.as_ref().unwrap_or(&Value::Null));
        if let Err(message) = decode.check(indexes) {
            report("evidence-decodes", Pointer::root().child("decodes").item(number), format!("{}: {message}", decode.seen));
        }
    }
    for (number, event) in evidence.events.iter().enumerate() {
        known.word(event.of.split('#').next().unwrap_or_default(), &event.name);
        if let Err(message) = event.check(indexes) {
            report("evidence-decodes", Pointer::root().child("events").item(number), format!("{}: {message}", event.seen));
        }
    }
    for (number, send) in evidence.sends.iter().enumerate() {
        if let Err(message) = send.check(indexes) {
            report("evidence-sends", Pointer::root().child("sends").item(number), message);
        }
    }
    problems
}

impl Decode {
    fn check(&self, indexes: &[Index<'_>]) -> Result<(), String> {
        let (index, schema) = resolve(indexes, &self.r#as).ok_or_else(|| format!("`{}` is not in the specs", self.r#as))?;
        let wire = self.wire.as_ref().ok_or("`wire` is missing")?;
        if self.seen.is_empty() {
            return Err("`seen` is empty".into());
        }
        let (canonical, violations) = schema::read(index, &schema, wire);
        match (&self.reads, &self.refused) {
            (Some(reads), None) => {
                if let Some(first) = violations.first() {
                    let place = if first.instance == Pointer::root() { "the value".to_owned() } else { format!("`{}`", first.instance) };
                    return Err(format!("{place} {}", first.message));
                }
                difference(&canonical, reads, &Pointer::root()).map_or(Ok(()), Err)
            }
            (None, Some(refused)) => refusal(refused, violations.iter().map(schema::Violation::place)),
            _ => Err("needs either `reads` or `refused`".into()),
        }
    }
}

impl Event {
    fn check(&self, indexes: &[Index<'_>]) -> Result<(), String> {
        let (index, place) = resolve(indexes, &self.of).ok_or_else(|| format!("`{}` is not in the specs", self.of))?;
        let stream = index.document().find(&place.join("/responses/200/content/text~1event-stream/x-event-stream"));
        let events = stream.ok_or_else(|| format!("`{}` answers with no stream", self.of))?;
        let mut events = members(events, "events");
        let found = events.find(|(name, event)| **name == self.name || texts(event, "aliases").any(|alias| alias == self.name));
        let found = found.map_or(Value::Null, |(name, _)| Value::String(name.clone()));
        match &self.reads {
            Some(reads) if *reads == found => Ok(()),
            Some(reads) => Err(format!("`{}` is read as {found}, but `reads` says {reads}", self.name)),
            None => Err("`reads` is missing: the canonical event, or null".into()),
        }
    }
}

impl Send {
    fn check(&self, indexes: &[Index<'_>]) -> Result<(), String> {
        let found = resolve(indexes, &self.operation);
        let found = found.and_then(|(index, place)| Some((index, index.operations().iter().find(|operation| operation.pointer == place)?)));
        let (index, operation) = found.ok_or_else(|| format!("`{}` is not an operation of the specs", self.operation))?;
        if let Some(class) = self.retry.as_deref().filter(|class| *class != requests::retry_class(operation)) {
            return Err(format!("says that retrying is `{class}`, but the operation has `{}`", requests::retry_class(operation)));
        }
        let faults = requests::faults(index, operation, &self.wire);
        match (&self.refused, &self.arguments) {
            (None, Some(Value::Object(arguments))) => match faults.first() {
                Some((place, message)) => Err(format!("`{place}` {message}")),
                None => requests::same_arguments(index, operation, &self.wire, arguments),
            },
            (Some(refused), None) => refusal(refused, faults.into_iter().map(|(place, _)| place)),
            _ => Err("needs either `arguments`, a map, or `refused`".into()),
        }
    }
}

/// Whether what was refused was refused at the place that the evidence names.
fn refusal(expected: &str, found: impl Iterator<Item = Pointer>) -> Result<(), String> {
    let found: Vec<_> = found.collect();
    if found.iter().any(|place| place.as_str() == expected) {
        return Ok(());
    }
    let places: Vec<_> = found.iter().map(|place| format!("`{place}`")).collect();
    match places[..] {
        [] => Err(format!("should be refused at `{expected}`, but is accepted")),
        _ => Err(format!("should be refused at `{expected}`, but is refused at {}", places.join(", "))),
    }
}

/// The first place at which two values differ.
fn difference(left: &Value, right: &Value, at: &Pointer) -> Option<String> {
    match (left, right) {
        (Value::Object(left_members), Value::Object(right_members)) => {
            let lost = right_members.keys().find(|key| !left_members.contains_key(*key));
            let extra = left_members.keys().find(|key| !right_members.contains_key(*key));
            if let Some(key) = lost.or(extra) {
                let side = if lost.is_some() { "is not read" } else { "is read, but `reads` does not have it" };
                return Some(format!("`{}` {side}", at.child(key)));
            }
            left_members.iter().find_map(|(key, member)| difference(member, &right_members[key], &at.child(key)))
        }
        (Value::Array(left_items), Value::Array(right_items)) if left_items.len() == right_items.len() => {
            let pairs = left_items.iter().zip(right_items).enumerate();
            pairs.into_iter().find_map(|(number, (left, right))| difference(left, right, &at.item(number)))
        }
        _ => (left != right).then(|| format!("`{at}` is read as {left}, but `reads` says {right}")),
    }
}
