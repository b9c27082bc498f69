//! Rules: which schemas may stand inside others, and which need a name.
//!
//! Objects, enums and unions live in `components/schemas`. What stands elsewhere is a reference to them, or one of the few forms that need
//! no name: a text, a number, a truth value, a list or a map of such things, a constant, or any JSON.

use serde_json::Value;

use super::look::{Role, component_name, is_under_paths, quoted, role};
use super::rule;
use crate::Index;
use crate::grammar::Kind;
use crate::index::{Place, items};
use crate::lint::{Context, Findings, Rule};

pub(super) const INLINE_SCHEMA: Rule = rule(
    "inline-schema",
    "Operations, parameters, headers and responses have no objects, enums or unions of their own.",
    "move the schema to `components/schemas`, under a name, and refer to it",
    inline_schema,
);

pub(super) const PROPERTY_FORM: Rule = rule(
    "property-form",
    "A property, an item or a value of a map is a reference, `allOf` of one reference, or a type without structure of its own.",
    "move what has structure to `components/schemas`, under a name, and refer to it",
    property_form,
);

pub(super) const SCHEMA_FORM: Rule = rule(
    "schema-form",
    "A schema component is an object, an enum, a simple type, a list, a map, a union, or one reference extended by one object.",
    "give the schema one of the forms that specs/README.md lists",
    schema_form,
);

const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];

/// What may stand beside `allOf` of one reference, and in a schema that allows any JSON.
const REMARKS: [&str; 3] = ["description", "example", "deprecated"];

fn has(value: &Value, key: &str) -> bool {
    value.get(key).is_some()
}

/// What kind of thing with a structure of its own the schema is, if it is one.
fn structure(value: &Value) -> Option<&'static str> {
    let is_object = has(value, "properties") || (value.get("type") == Some(&Value::from("object")) && !has(value, "additionalProperties"));
    let is_constant = items(value, "enum").count() == 1 && items(value, "enum").all(|value| !value.is_null());
    match () {
        () if has(value, "oneOf") || has(value, "anyOf") => Some("union"),
        () if has(value, "allOf") => Some("composition"),
        () if is_object => Some("object"),
        () if is_constant => Some("constant"),
        () if has(value, "enum") => Some("enum"),
        () => None,
    }
}

fn inline_schema(context: &Context<'_>, findings: &mut Findings<'_>) {
    for place in context.index.schemas() {
        let under_paths = is_under_paths(&place.pointer);
        if !under_paths && role(&context.index, place) != Some(Role::Content) {
            continue;
        }
        match structure(place.value) {
            None => {}
            Some("constant") if !under_paths => {}
            // What an inline schema contains will move with it.
            Some(_) if is_within_structure(&context.index, place) => {}
            Some(kind) => {
                findings.add(&place.pointer, format!("here is {} without a name", article(kind)));
            }
        }
    }
}

fn is_within_structure(index: &Index<'_>, place: &Place<'_>) -> bool {
    let parents = std::iter::successors(index.parent(place), |place| index.parent(place));
    parents.take_while(|parent| parent.kind == Kind::Schema).any(|parent| structure(parent.value).is_some())
}

fn article(kind: &str) -> String {
    let article = if kind.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {kind}")
}

fn property_form(context: &Context<'_>, findings: &mut Findings<'_>) {
    for place in context.index.schemas().filter(|place| !is_under_paths(&place.pointer)) {
        let role = role(&context.index, place);
        let (Some(Role::Property | Role::Items | Role::Values), Some(role)) = (role, role) else { continue };
        if let Some(message) = wrong_value(place.value, role) {
            let what = match role {
                Role::Property => format!("the property `{}`", place.pointer.last().unwrap_or_default()),
                Role::Items => "the item of this list".into(),
                _ => "the value of this map".into(),
            };
            findings.add(&place.pointer, format!("{what} {message}"));
        }
    }
}

/// What is wrong with a schema in the place of a property, an item or a value of a map.
fn wrong_value(value: &Value, role: Role) -> Option<String> {
    match structure(value) {
        Some("union") if is_null_or_reference(value) => beside(value, "oneOf"),
        Some("composition")
            if items(value, "allOf").map(component_name).eq([items(value, "allOf").next().and_then(component_name)])
                && items(value, "allOf").all(|part| component_name(part).is_some()) =>
        {
            beside(value, "allOf")
        }
        Some("composition") => Some("has an `allOf` that is not exactly one reference".into()),
        Some("object") if !has(value, "properties") => Some("is an object of which nothing is known".into()),
        Some("constant") if role == Role::Property => None,
        Some(kind) => Some(format!("is {} without a name", article(kind))),
        None => wrong_type(value),
    }
}

/// `oneOf` of a reference and `JsonNull`.
fn is_null_or_reference(value: &Value) -> bool {
    let names: Vec<_> = items(value, "oneOf").map(component_name).collect();
    matches!(names[..], [Some(name), Some("JsonNull")] if name != "JsonNull") && !has(value, "anyOf")
}

/// Complains about keys that may not stand beside the reference.
fn beside(value: &Value, composition: &str) -> Option<String> {
    let keys = value.as_object()?.keys().map(String::as_str);
    let others: Vec<_> = keys.filter(|key| *key != composition && !REMARKS.contains(key) && !key.starts_with("x-")).collect();
    (!others.is_empty()).then(|| format!("has {} beside `{composition}`", quoted(others)))
}

/// What is wrong with a schema that has no structure of its own.
fn wrong_type(value: &Value) -> Option<String> {
    match value.get("type").and_then(Value::as_str) {
        Some("array") if !has(value, "items") => Some("is a list and does not say of what".into()),
        Some(name) if !TYPES.contains(&name) => Some(format!("has the type `{name}`, which OpenAPI does not know")),
        Some(_) => None,
        None => {
            let keys = value.as_object()?.keys().map(String::as_str);
            let others: Vec<_> =
                keys.filter(|key| !REMARKS.contains(key) && !matches!(*key, "nullable" | "default") && !key.starts_with("x-")).collect();
            (!others.is_empty()).then(|| format!("has {} and no `type`", quoted(others)))
        }
    }
}

fn schema_form(context: &Context<'_>, findings: &mut Findings<'_>) {
    for place in context.index.schemas() {
        let message = match role(&context.index, place) {
            Some(Role::Component) => wrong_component(place.value),
            Some(Role::Part) if !is_under_paths(&place.pointer) => wrong_part(place.value),
            _ => continue,
        };
        if let Some(message) = message {
            findings.add(&place.pointer, message);
        }
    }
}

fn wrong_component(value: &Value) -> Option<String> {
    let what = match structure(value) {
        Some("composition") => {
            let parts: Vec<_> = items(value, "allOf").map(|part| has(part, "$ref")).collect();
            if parts != [true, false] {
                return Some("`allOf` of a component is one reference, followed by one object".into());
            }
            let others: Vec<_> = ["type", "properties", "required", "enum", "items", "additionalProperties", "oneOf", "anyOf"]
                .into_iter()
                .filter(|key| has(value, key))
                .collect();
            return (!others.is_empty()).then(|| format!("beside `allOf` stands {}, which belongs into its object", quoted(others)));
        }
        // The alternatives have a rule of their own.
        Some("union") if !has(value, "properties") => return has(value, "type").then(|| "a union has no `type` of its own".into()),
        Some("union" | "object") if value.get("type") != Some(&Value::from("object")) => "has members and no `type: object`".to_owned(),
        Some("object") if !has(value, "properties") => "is an object of which nothing is known".into(),
        Some("enum" | "constant") if value.get("type").is_none() => "is an enum without a `type`".into(),
        Some(_) => return None,
        None => wrong_type(value)?,
    };
    Some(format!("the schema {what}"))
}

/// The second part of `allOf`.
fn wrong_part(value: &Value) -> Option<String> {
    let is_object = value.get("type") == Some(&Value::from("object")) && has(value, "properties");
    (!is_object).then(|| "this part of `allOf` is not `type: object` with `properties`".into())
}
