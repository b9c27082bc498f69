//! One evidence file against the specs: what was received reads as it says, what is sent fits, and what is refused is refused.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::{FORM, requests, resolve};
use crate::document::{parse_text, read_text};
use crate::schema;
use crate::{Index, Pointer, Problem};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Evidence {
    about: String,
    #[serde(default)]
    decodes: Vec<Decode>,
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
struct Send {
    operation: String,
    arguments: Option<Value>,
    refused: Option<String>,
    wire: requests::Wire,
}

/// A member that is there, null or not.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Everything that is wrong with the file at `path`.
pub(super) fn check(path: &Path, indexes: &[Index<'_>]) -> Vec<Problem> {
    let file = path.display().to_string();
    let read = read_text(path).and_then(|text| parse_text(&file, &text));
    let root = match read {
        Ok((_, root)) => root,
        Err(report) => return report.problems().to_vec(),
    };
    let evidence = match Evidence::deserialize(&root) {
        Ok(evidence) => evidence,
        Err(error) => return vec![Problem::new("evidence-form", &file, error.to_string(), FORM)],
    };
    let mut problems = Vec::new();
    let mut report = |rule: &'static str, place: Pointer, message: String| {
        let help = "correct the evidence if it is wrong, else the spec: what was seen must be readable";
        problems.push(Problem::new(rule, &file, message, help).at(place));
    };
    if evidence.about.is_empty() || (evidence.decodes.is_empty() && evidence.sends.is_empty()) {
        report("evidence-form", Pointer::root(), "says nothing: `about`, and `decodes` or `sends`, are needed".into());
    }
    for (number, decode) in evidence.decodes.iter().enumerate() {
        if let Err(message) = decode.check(indexes) {
            report("evidence-decodes", Pointer::root().child("decodes").item(number), message);
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
                    return Err(format!("`{}` {}", first.instance, first.message));
                }
                difference(&canonical, reads, &Pointer::root()).map_or(Ok(()), Err)
            }
            (None, Some(refused)) => refusal(refused, violations.iter().map(schema::Violation::place)),
            _ => Err("needs either `reads` or `refused`".into()),
        }
    }
}

impl Send {
    fn check(&self, indexes: &[Index<'_>]) -> Result<(), String> {
        let found = resolve(indexes, &self.operation);
        let found = found.and_then(|(index, place)| Some((index, index.operations().iter().find(|operation| operation.pointer == place)?)));
        let (index, operation) = found.ok_or_else(|| format!("`{}` is not an operation of the specs", self.operation))?;
        let faults = requests::faults(index, operation, &self.wire);
        match (&self.refused, &self.arguments) {
            (None, Some(Value::Object(_))) => faults.first().map_or(Ok(()), |(place, message)| Err(format!("`{place}` {message}"))),
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
