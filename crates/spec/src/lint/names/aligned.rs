//! Rule `type-across`: what two documents say of the same operation.
//!
//! Operations are the same when method and path are, leaving aside versions (`v2`), names of path parameters and separators. Their
//! parameters, bodies and replies are walked side by side, and every member that both know is compared: type, values and default.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::Value;

use super::super::Findings;
use super::super::context::Context;
use super::super::words::folded;
use super::across::file_name;
use super::spots::Spots;
use super::{drift, shape};
use crate::index::{Operation, Target, items, members, texts};
use crate::{Document, Index, Pointer};

/// How deep two schemas are walked, and how many members of an operation are compared.
const DEEPEST: usize = 12;
const MOST_VISITS: usize = 5_000;

/// What differs: the two names, what each document says, and the places.
#[derive(Default)]
struct Differences {
    found: BTreeMap<(String, String, String), Vec<(Pointer, Pointer)>>,
    visits: usize,
}

pub(super) fn check(contexts: &[Context<'_>], findings: &mut Findings<'_>) {
    for (position, left) in contexts.iter().enumerate() {
        for right in &contexts[position + 1..] {
            compare(left, right, findings);
        }
    }
}

fn compare(left: &Context<'_>, right: &Context<'_>, findings: &mut Findings<'_>) {
    let theirs: HashMap<String, &Operation<'_>> =
        right.index.operations().iter().map(|operation| (identity(operation), operation)).collect();
    let mut differences = Differences::default();
    for operation in left.index.operations() {
        let Some(twin) = theirs.get(&identity(operation)) else { continue };
        differences.visits = 0;
        differences.operation(&left.index, operation, &right.index, twin);
    }
    let (ours, other) = (left.index.document().file(), right.index.document().file());
    let (slips, their_slips) = (slips(left), slips(right));
    for ((name, here, there), mut places) in differences.found {
        places.retain(|(place, twin)| !left.is_settled(place) && !right.is_settled(twin));
        places.retain(|(place, twin)| !slips.contains(place) && !their_slips.contains(twin));
        let Some((first, _)) = places.first() else { continue };
        let problem = findings.add_in(ours, first, format!("{name} {here} here and {there} in {}", file_name(other)));
        for (place, twin) in places.iter().take(6) {
            if place != first {
                problem.relate_in(ours, place);
            }
            problem.relate_in(other, twin);
        }
    }
}

/// The places of which a document says by itself that they are wrong; that is said by another rule.
fn slips(context: &Context<'_>) -> HashSet<Pointer> {
    let spots = Spots::of(context);
    drift::types(&spots).into_iter().flat_map(|drift| drift.odd).map(|(_, spot)| spot.pointer.clone()).collect()
}

/// Method and path without what may differ between versions of one API.
fn identity(operation: &Operation<'_>) -> String {
    let is_version = |segment: &str| segment.strip_prefix('v').is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()));
    let segments = operation.path.split('/').filter(|segment| !is_version(segment));
    let parts: Vec<_> = segments.map(|segment| if segment.starts_with('{') { "{}".to_owned() } else { folded(segment) }).collect();
    format!("{} {}", operation.method, parts.join("/"))
}

impl Differences {
    fn operation(&mut self, left: &Index<'_>, ours: &Operation<'_>, right: &Index<'_>, theirs: &Operation<'_>) {
        let key = |parameter: &Target<'_>| -> Option<(String, String)> {
            let text = |member: &str| parameter.value.get(member).and_then(Value::as_str);
            Some((text("in")?.to_owned(), folded(text("name")?)))
        };
        for parameter in ours.parameters.iter().filter(|parameter| key(parameter).is_some()) {
            let Some(twin) = theirs.parameters.iter().find(|twin| key(twin) == key(parameter)) else { continue };
            let name = parameter.value.get("name").and_then(Value::as_str).unwrap_or_default();
            if parameter.value.get("in").and_then(Value::as_str) != Some("path") {
                self.member(name, left, &parameter.pointer.child("schema"), right, &twin.pointer.child("schema"), 0);
            }
        }
        if let (Some(body), Some(twin)) = (&ours.body, &theirs.body) {
            self.content(left, body, right, twin);
        }
        for (status, reply) in ours.successes() {
            if let Some((_, twin)) = theirs.successes().find(|(other, _)| other == status) {
                self.content(left, reply, right, twin);
            }
        }
    }

    fn content(&mut self, left: &Index<'_>, ours: &Target<'_>, right: &Index<'_>, theirs: &Target<'_>) {
        for (media, _) in members(ours.value, "content") {
            let schema = |target: &Target<'_>| target.pointer.child("content").child(media).child("schema");
            if members(theirs.value, "content").any(|(other, _)| other == media) {
                self.schemas(left, &schema(ours), right, &schema(theirs), 0);
            }
        }
    }

    /// Compares what is within two schemas.
    fn schemas(&mut self, left: &Index<'_>, ours: &Pointer, right: &Index<'_>, theirs: &Pointer, depth: usize) {
        self.visits += 1;
        if depth > DEEPEST || self.visits > MOST_VISITS {
            return;
        }
        let (Some(ours), Some(theirs)) = (left.resolve(ours), right.resolve(theirs)) else { return };
        if ours.value.get("items").is_some() && theirs.value.get("items").is_some() {
            return self.schemas(left, &ours.pointer.child("items"), right, &theirs.pointer.child("items"), depth + 1);
        }
        let known: HashMap<String, Pointer> =
            own_properties(right, &theirs).into_iter().map(|(name, place)| (folded(name), place)).collect();
        for (name, place) in own_properties(left, &ours) {
            if let Some(twin) = known.get(&folded(name)) {
                self.member(name, left, &place, right, twin, depth);
            }
        }
    }

    /// Compares two members of the same name, then what is within them.
    fn member(&mut self, name: &str, left: &Index<'_>, ours: &Pointer, right: &Index<'_>, theirs: &Pointer, depth: usize) {
        let (Some(one), Some(other)) = (left.resolve(ours), right.resolve(theirs)) else { return };
        let (here, there) = (says(left.document(), one.value), says(right.document(), other.value));
        let twin = theirs.last().filter(|twin| twin != name && twin != "schema");
        let told = twin.map_or_else(|| format!("`{name}`"), |twin| format!("`{name}` (there `{twin}`)"));
        let mut note = |here: &str, there: &str| {
            self.found.entry((told.clone(), here.to_owned(), there.to_owned())).or_default().push((ours.clone(), theirs.clone()));
        };
        if let (Some(one), Some(other)) = (here.class, there.class)
            && one != other
        {
            return note(&format!("is {}", shape::said(one)), shape::said(other));
        }
        match (here.values.is_empty(), there.values.is_empty()) {
            (false, false) if here.values != there.values => {
                note(&only(&here.values, &there.values), &only(&there.values, &here.values));
            }
            (true, false) => note("has no list of values", &format!("lists {}", list(&there.values))),
            (false, true) => note(&format!("lists {}", list(&here.values)), "no values"),
            _ => {}
        }
        if let (Some(one), Some(other)) = (&here.default, &there.default)
            && one != other
        {
            note(&format!("has the default `{}`", shape::plain(one)), &format!("`{}`", shape::plain(other)));
        }
        self.schemas(left, ours, right, theirs, depth + 1);
    }
}

/// What a schema says of its values.
struct Said<'d> {
    class: Option<&'d str>,
    values: BTreeSet<&'d str>,
    default: Option<&'d Value>,
}

fn says<'d>(document: &'d Document, schema: &'d Value) -> Said<'d> {
    Said {
        class: shape::json_type(document, schema).map(shape::class),
        values: texts(schema, "enum").collect(),
        default: schema.get("default"),
    }
}

fn list(values: &BTreeSet<&str>) -> String {
    let more = if values.len() > 8 { ", …" } else { "" };
    format!("{}{more}", values.iter().take(8).map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", "))
}

/// What one list has and the other has not.
fn only(values: &BTreeSet<&str>, others: &BTreeSet<&str>) -> String {
    match values.difference(others).copied().collect::<BTreeSet<_>>() {
        none if none.is_empty() => "lists nothing more".to_owned(),
        values => format!("lists also {}", list(&values)),
    }
}

/// The properties of an object and of the parts that it is composed of.
fn own_properties<'d>(index: &Index<'d>, schema: &Target<'d>) -> Vec<(&'d str, Pointer)> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut open = vec![schema.clone()];
    while let Some(part) = open.pop() {
        if !seen.insert(part.pointer.clone()) {
            continue;
        }
        let place = part.pointer.child("properties");
        found.extend(members(part.value, "properties").map(|(name, _)| (name.as_str(), place.child(name))));
        let parts = part.pointer.child("allOf");
        open.extend((0..items(part.value, "allOf").count()).rev().filter_map(|number| index.resolve(&parts.item(number))));
    }
    found
}
