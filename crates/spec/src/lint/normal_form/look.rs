//! What the rules of the normal form ask again and again: where a schema stands, which members it has, what a reply carries.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::Value;

use crate::grammar::Kind;
use crate::index::{Operation, Place, items, members, texts};
use crate::lint::Context;
use crate::{Index, Pointer};

/// Where in another object a schema stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// In `components/schemas`, under a name.
    Component,
    /// In `properties`.
    Property,
    /// In `items`.
    Items,
    /// In `additionalProperties`.
    Values,
    /// In `allOf`.
    Part,
    /// In `oneOf` or `anyOf`.
    Alternative,
    /// In `not`.
    Negation,
    /// In a parameter, a header or a media type.
    Content,
}

/// Where the schema `place` stands.
pub(super) fn role(index: &Index<'_>, place: &Place<'_>) -> Option<Role> {
    let parent = index.parent(place)?;
    let relative = place.pointer.as_str().strip_prefix(parent.pointer.as_str())?;
    match (parent.kind, relative.split('/').nth(1)?) {
        (Kind::Components, "schemas") => Some(Role::Component),
        (Kind::Schema, "properties") => Some(Role::Property),
        (Kind::Schema, "items") => Some(Role::Items),
        (Kind::Schema, "additionalProperties") => Some(Role::Values),
        (Kind::Schema, "allOf") => Some(Role::Part),
        (Kind::Schema, "oneOf" | "anyOf") => Some(Role::Alternative),
        (Kind::Schema, "not") => Some(Role::Negation),
        (Kind::MediaType | Kind::Parameter | Kind::Header, "schema") => Some(Role::Content),
        _ => None,
    }
}

/// Whether a place is under `paths`.
pub(super) fn is_under_paths(pointer: &Pointer) -> bool {
    pointer.as_str().starts_with("/paths/")
}

/// The place of the schema component `name`.
pub(super) fn component(name: &str) -> Pointer {
    Pointer::root().child("components").child("schemas").child(name)
}

/// The name of the schema component that `value` refers to, if it is a reference to one.
pub(super) fn component_name(value: &Value) -> Option<&str> {
    let name = value.get("$ref")?.as_str()?.strip_prefix("#/components/schemas/")?;
    (!name.is_empty() && !name.contains('/')).then_some(name)
}

/// The members that an object has, through references and `allOf`.
#[derive(Debug, Default)]
pub(super) struct Members<'d> {
    /// The place of each property.
    pub(super) properties: BTreeMap<&'d str, Pointer>,
    /// The names of those that are required.
    pub(super) required: HashSet<&'d str>,
}

impl<'d> Members<'d> {
    pub(super) fn of(index: &Index<'d>, schema: &Pointer) -> Self {
        let mut found = Self::default();
        let mut open = vec![schema.clone()];
        let mut seen = HashSet::new();
        while let Some(place) = open.pop() {
            let Some(target) = index.resolve(&place) else { continue };
            if !seen.insert(target.pointer.clone()) {
                continue;
            }
            found.required.extend(texts(target.value, "required"));
            for (name, _) in members(target.value, "properties") {
                found.properties.entry(name).or_insert_with(|| target.pointer.child("properties").child(name));
            }
            let parts = target.pointer.child("allOf");
            open.extend((0..items(target.value, "allOf").count()).map(|number| parts.item(number)));
        }
        found
    }
}

/// How many schemas are looked at to find the types of one. A union of itself would otherwise never end.
const MOST_VISITS: usize = 500;

/// The JSON types that a value of the schema can have; none if it can have any.
pub(super) fn json_types<'d>(index: &Index<'d>, schema: &Pointer) -> BTreeSet<&'d str> {
    types_within(index, schema, &mut 0)
}

fn types_within<'d>(index: &Index<'d>, schema: &Pointer, visits: &mut usize) -> BTreeSet<&'d str> {
    *visits += 1;
    let Some(target) = index.resolve(schema).filter(|_| *visits < MOST_VISITS) else { return BTreeSet::new() };
    if let Some(declared) = target.value.get("type").and_then(Value::as_str) {
        let only_null = target.value.get("enum").and_then(Value::as_array).is_some_and(|values| values.iter().all(Value::is_null));
        return BTreeSet::from([match declared {
            _ if only_null => "null",
            "integer" => "number",
            other => other,
        }]);
    }
    let mut within = |keyword: &str, number: usize| types_within(index, &target.pointer.child(keyword).item(number), visits);
    let part = (0..items(target.value, "allOf").count()).map(|number| within("allOf", number)).find(|types| !types.is_empty());
    if let Some(types) = part {
        return types;
    }
    let alternatives: Vec<_> = (0..items(target.value, "oneOf").count()).map(|number| within("oneOf", number)).collect();
    if alternatives.iter().any(BTreeSet::is_empty) { BTreeSet::new() } else { alternatives.into_iter().flatten().collect() }
}

/// The member of the reply that carries its payload: `data` of `x-envelope`.
pub(super) fn payload_member<'d>(context: &Context<'d>) -> Option<&'d str> {
    context.index.document().root().get("x-envelope")?.get("data")?.as_str()
}

/// The schema of the body of a refusal.
pub(super) fn refusal_body(context: &Context<'_>) -> Option<Pointer> {
    let refusal = context.index.resolve(&Pointer::root().join("/components/responses/Refusal"))?;
    let schema = refusal.pointer.join("/content/application~1json/schema");
    context.index.document().find(&schema).map(|_| schema)
}

/// The schema of what `operation` returns, without its envelope.
pub(super) fn payload(context: &Context<'_>, operation: &Operation<'_>) -> Option<Pointer> {
    let (_, response) = operation.successes().next()?;
    let schema = response.pointer.join("/content/application~1json/schema");
    context.index.document().find(&schema)?;
    match payload_member(context) {
        None => Some(schema),
        Some(name) => Members::of(&context.index, &schema).properties.remove(name),
    }
}

/// Whether a text is in snake case: `create_session`.
pub(super) fn is_snake_case(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
        && !text.contains("__")
        && !text.ends_with('_')
}

/// Whether a text can be a name in Rust.
pub(super) fn is_rust_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// `names` in backticks, separated by commas.
pub(super) fn quoted<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The text that stands for a value of an enum in `x-enum`.
pub(super) fn value_name(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
