//! Rules about single names: components that cannot be identifiers or that nobody uses, operations without a name, stray blanks.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::super::Findings;
use super::super::context::Context;
use crate::grammar::Kind;
use crate::index::{extension_references, items, local, mapping_target, members, texts};
use crate::{Pointer, Problem};

/// From how many findings of one kind on they are one finding.
const MANY: usize = 20;

/// How many places one finding names.
const SHOWN: usize = 30;

/// The maps of components that others refer to. Security schemes are used by name.
const REFERRED: [&str; 6] = ["schemas", "responses", "parameters", "examples", "requestBodies", "headers"];

/// `component-name`: OpenAPI allows letters, digits, `.`, `-` and `_`.
pub(super) fn check_names(context: &Context<'_>, findings: &mut Findings<'_>) {
    let components = Pointer::root().child("components");
    for (kind, map) in members(context.index.document().root(), "components") {
        let names = map.as_object().into_iter().flatten().filter(|_| !kind.starts_with("x-"));
        for (name, _) in names {
            let unfit = |letter: &char| !(letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_'));
            let Some(letter) = name.chars().find(unfit) else { continue };
            let what = if letter == ' ' { "a blank".to_owned() } else { format!("`{letter}`") };
            let message = format!("the component name `{name}` has {what}; OpenAPI allows ASCII letters, digits, `.`, `-` and `_`");
            findings.add(&components.child(kind).child(name), message);
        }
    }
}

/// `unused-component`: nothing outside of a component refers to it.
pub(super) fn check_unused(context: &Context<'_>, findings: &mut Findings<'_>) {
    let index = &context.index;
    if index.operations().is_empty() {
        // A library of components for other documents.
        return;
    }
    let used = used_components(context);
    let components = Pointer::root().child("components");
    let Some(root) = index.document().root().get("components") else { return };
    let mut unused = Vec::new();
    for kind in REFERRED {
        for (name, value) in members(root, kind) {
            let pointer = components.child(kind).child(name);
            if !used.contains(&pointer) && !context.is_settled(&pointer) && !extends_union(context, value) {
                unused.push((kind, name, pointer));
            }
        }
    }
    if unused.len() < MANY {
        for (kind, name, pointer) in unused {
            findings.add(&pointer, format!("nothing refers to `{name}` in `components/{kind}`"));
        }
        return;
    }
    let names: Vec<_> = unused.iter().take(5).map(|(_, name, _)| format!("`{name}`")).collect();
    let message = format!("nothing refers to {} of the components: {}, …", unused.len(), names.join(", "));
    let problem = findings.add(&unused[0].2, message);
    unused[1..].iter().take(SHOWN).for_each(|(_, _, pointer)| _ = problem.relate(pointer));
}

/// Every component that something outside of it refers to.
fn used_components(context: &Context<'_>) -> HashSet<Pointer> {
    let mut used = HashSet::new();
    let root = context.index.document().root();
    let elsewhere = root.as_object().into_iter().flatten().filter(|(key, _)| *key != "components");
    elsewhere.for_each(|(_, value)| used.extend(references(value)));
    for (kind, map) in members(root, "components") {
        for (name, value) in map.as_object().into_iter().flatten() {
            let own = Pointer::root().child("components").child(kind).child(name);
            used.extend(references(value).into_iter().filter(|target| *target != own));
        }
    }
    used
}

/// The components that something within `value` refers to.
fn references(value: &Value) -> Vec<Pointer> {
    let mut found = Vec::new();
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str).and_then(local));
                found.extend(extension_references(value));
                found.extend(members(value, "mapping").filter_map(|(_, target)| target.as_str().and_then(mapping_target)));
                open.extend(map.values());
            }
            Value::Array(list) => open.extend(list),
            _ => {}
        }
    }
    found.iter().filter_map(component_of).collect()
}

/// `/components/schemas/Order` of `/components/schemas/Order/properties/id`.
fn component_of(pointer: &Pointer) -> Option<Pointer> {
    let mut tokens = pointer.tokens();
    if tokens.next()? != "components" {
        return None;
    }
    Some(Pointer::root().child("components").child(&tokens.next()?).child(&tokens.next()?))
}

/// Whether a schema is a variant of one with a discriminator, which finds its variants by their names.
fn extends_union(context: &Context<'_>, schema: &Value) -> bool {
    items(schema, "allOf").filter_map(|part| part.get("$ref")?.as_str().and_then(local)).any(|base| {
        let target = context.index.resolve(&base);
        target.is_some_and(|target| {
            target.value.get("discriminator").is_some() || items(target.value, "allOf").any(|part| part.get("discriminator").is_some())
        })
    })
}

/// `missing-operation-id`: one finding for a document.
pub(super) fn check_operation_ids(context: &Context<'_>, findings: &mut Findings<'_>) {
    let operations = context.index.operations();
    let without: Vec<_> = operations.iter().filter(|operation| operation.value.get("operationId").is_none()).collect();
    let Some(first) = without.first() else { return };
    let message = match (without.len(), operations.len()) {
        (1, 1) => "the operation has no `operationId`".to_owned(),
        (some, all) if some == all => format!("none of the {all} operations has an `operationId`"),
        (1, all) => format!("the operation `{}` has no `operationId`, {} others have", first.name(), all - 1),
        (some, all) => format!("{some} of {all} operations have no `operationId`"),
    };
    let problem = findings.add(&first.pointer, message);
    without[1..].iter().take(SHOWN).for_each(|operation| _ = problem.relate(&operation.pointer));
}

/// `stray-blank`: a name or a summary begins or ends with a blank.
pub(super) fn check_blanks(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut found: Vec<(Pointer, &str)> = Vec::new();
    for place in context.index.places() {
        let texts_of: &[&str] = match place.kind {
            Kind::Info => &["title", "version"],
            Kind::Tag | Kind::Parameter => &["name"],
            Kind::Operation => &["summary", "operationId"],
            Kind::Schema => &["title"],
            Kind::Example => &["summary"],
            _ => &[],
        };
        found.extend(texts_of.iter().filter_map(|member| Some((place.pointer.child(member), place.text(member)?))));
        match place.kind {
            Kind::Schema => {
                found.extend(
                    members(place.value, "properties").map(|(name, _)| (place.pointer.child("properties").child(name), name.as_str())),
                );
                let values = place.pointer.child("enum");
                found.extend(
                    items(place.value, "enum").enumerate().filter_map(|(number, value)| Some((values.item(number), value.as_str()?))),
                );
                found.extend(
                    texts(place.value, "required").enumerate().map(|(number, name)| (place.pointer.child("required").item(number), name)),
                );
            }
            Kind::Operation => {
                found.extend(texts(place.value, "tags").enumerate().map(|(number, name)| (place.pointer.child("tags").item(number), name)));
            }
            Kind::Paths => {
                found.extend(members(context.index.document().root(), "paths").map(|(path, _)| (place.pointer.child(path), path.as_str())))
            }
            _ => {}
        }
    }
    // A block of YAML ends with a line end, which nobody sees.
    found.retain(|(_, text)| !text.trim().is_empty() && text.trim_end_matches(['\n', '\r']) != text.trim());
    let mut by_text: HashMap<&str, usize> = HashMap::new();
    let mut groups: Vec<(&str, Vec<Pointer>)> = Vec::new();
    for (pointer, text) in found {
        let position = *by_text.entry(text).or_insert_with(|| {
            groups.push((text, Vec::new()));
            groups.len() - 1
        });
        groups[position].1.push(pointer);
    }
    if groups.len() >= MANY {
        let message = format!("{} names and summaries begin or end with a blank: `{}`, …", groups.len(), groups[0].0);
        let problem = findings.add(&groups[0].1[0], message);
        groups[1..].iter().take(SHOWN).for_each(|(_, places)| relate_all(problem, &places[..1]));
        return;
    }
    for (text, places) in groups {
        let side = if text.starts_with(char::is_whitespace) { "begins" } else { "ends" };
        let problem = findings.add(&places[0], format!("`{text}` {side} with a blank"));
        relate_all(problem, &places[1..]);
    }
}

fn relate_all(problem: &mut Problem, places: &[Pointer]) {
    places.iter().take(SHOWN).for_each(|place| _ = problem.relate(place));
}
