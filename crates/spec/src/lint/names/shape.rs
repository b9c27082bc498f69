//! A schema -> the JSON type of its values, as far as one can be told.
//!
//! References are followed. A union has a type only if its members agree; a schema that says nothing has none and takes no part in any
//! comparison.

use serde_json::Value;

use crate::Document;
use crate::index::{items, local, texts};

/// How many schemas are looked at to find the type of one. A composition of itself would otherwise never end.
const MOST_VISITS: usize = 500;

/// The JSON type of what `schema` describes.
pub(super) fn json_type<'d>(document: &'d Document, schema: &'d Value) -> Option<&'d str> {
    type_within(document, schema, &mut 0)
}

fn type_within<'d>(document: &'d Document, schema: &'d Value, visits: &mut usize) -> Option<&'d str> {
    *visits += 1;
    if *visits > MOST_VISITS {
        return None;
    }
    let schema = follow(document, schema)?;
    if let Some(declared) = schema.get("type").and_then(Value::as_str) {
        return Some(declared);
    }
    if schema.get("properties").is_some_and(Value::is_object) {
        return Some("object");
    }
    if schema.get("items").is_some_and(Value::is_object) {
        return Some("array");
    }
    if texts(schema, "enum").next().is_some() {
        return Some("string");
    }
    if let Some(found) = items(schema, "allOf").find_map(|part| type_within(document, part, visits)) {
        return Some(found);
    }
    let mut members = items(schema, "oneOf").chain(items(schema, "anyOf")).map(|part| type_within(document, part, visits));
    let first = members.next()??;
    members.all(|other| other == Some(first)).then_some(first)
}

/// The type as comparisons see it: whole numbers are numbers.
pub(super) fn class(name: &str) -> &str {
    if name == "integer" { "number" } else { name }
}

/// A type with its article.
pub(super) fn said(name: &str) -> &'static str {
    match name {
        "string" => "a string",
        "number" | "integer" => "a number",
        "boolean" => "a boolean",
        "array" => "an array",
        "object" => "an object",
        _ => "of an unknown type",
    }
}

/// Whether a type has no members.
pub(super) fn is_scalar(name: &str) -> bool {
    !matches!(name, "array" | "object")
}

/// `schema`, or what it refers to.
pub(super) fn follow<'d>(document: &'d Document, mut schema: &'d Value) -> Option<&'d Value> {
    for _ in 0..64 {
        let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { return Some(schema) };
        schema = document.find(&local(reference)?)?;
    }
    None
}

/// A value as a sentence quotes it: texts without their own quotes.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
