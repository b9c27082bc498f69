//! References: chains that come back to themselves, and the names inside extensions that count as references.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::{items, local, members};
use crate::{Document, Pointer, Problem, Report};

/// Refuses a document in which a reference, or a schema that is `allOf` references, leads back to itself.
///
/// Such a thing has no content. A schema that contains itself in a property or an item is fine: it is a tree.
pub(crate) fn check_cycles(document: &Document) -> Result<(), Report> {
    let mut done = HashSet::new();
    let mut problems = Vec::new();
    for start in targets_of_references(document) {
        if let Some((place, message)) = follow(document, &start, &mut Vec::new(), &mut done) {
            problems.push(Problem::new("reference-cycle", document.file(), message, "give one of them content of its own").at(place));
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    let mut report = Report::new(problems);
    let places: Vec<_> = report.problems().iter().map(|problem| problem.pointer.clone()).collect();
    let found = document.locate(&places);
    report.problems_mut().iter_mut().for_each(|problem| problem.location = found.get(&problem.pointer).copied());
    Err(report)
}

/// The target of every reference in the document, once each, sorted. A `$ref` inside an example is data.
fn targets_of_references(document: &Document) -> BTreeSet<Pointer> {
    let (places, _) = super::walk::places(document);
    places.iter().filter_map(|place| local(place.reference()?)).collect()
}

/// How many references may lead from one to the next. No document that is meant to be read comes near.
pub(super) const LONGEST: usize = 500;

/// Goes from `place` along `$ref` and `allOf`; returns a place and a message if that does not end well.
fn follow(document: &Document, place: &Pointer, trail: &mut Vec<Pointer>, done: &mut HashSet<Pointer>) -> Option<(Pointer, String)> {
    if let Some(start) = trail.iter().position(|passed| passed == place) {
        let names: Vec<_> = trail[start..].iter().chain([place]).map(|passed| format!("#{passed}")).collect();
        return Some((place.clone(), format!("a reference leads back to itself: {}", names.join(" -> "))));
    }
    if trail.len() == LONGEST {
        return Some((place.clone(), format!("more than {LONGEST} references lead from one to the next")));
    }
    if !done.insert(place.clone()) {
        return None;
    }
    trail.push(place.clone());
    let value = document.find(place);
    let direct = value.and_then(|value| value.get("$ref")).into_iter();
    let parts = value.into_iter().flat_map(|value| items(value, "allOf")).filter_map(|part| part.get("$ref"));
    let targets: Vec<_> = direct.chain(parts).filter_map(Value::as_str).filter_map(local).collect();
    let trouble = targets.iter().find_map(|target| follow(document, target, trail, done));
    trail.pop();
    trouble
}

/// The schemas that an extension of this project names: in `x-json-text` of a schema and in `x-event-stream` of a media type.
pub fn extension_references(value: &Value) -> impl Iterator<Item = Pointer> + '_ {
    let text = value.get("x-json-text").into_iter();
    let stream = value.get("x-event-stream").into_iter();
    let of_text = text.flat_map(|text| text.get("schema").into_iter().chain(members(text, "schemas").map(|(_, name)| name)));
    let of_stream = stream.flat_map(|stream| {
        let events = members(stream, "events").filter_map(|(_, event)| event.get("schema"));
        stream.get("frame").into_iter().chain(events)
    });
    of_text.chain(of_stream).filter_map(Value::as_str).map(|name| Pointer::root().child("components").child("schemas").child(name))
}
