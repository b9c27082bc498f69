//! Rules: what schemas are called, how they refer to each other, and which of them may be null.

use serde_json::Value;

use super::look::{Role, component, component_name, quoted, role};
use super::rule;
use crate::index::items;
use crate::lint::words::words;
use crate::lint::{Context, Findings, Rule};

pub(super) const SCHEMA_NAME: Rule = rule(
    "schema-name",
    "A schema has a name in PascalCase, in ASCII, without `DTO` or `Model`.",
    "rename the schema to what its values are called in the descriptions: `SessionPage`",
    schema_name,
);

pub(super) const BARE_REFERENCE: Rule = rule(
    "bare-reference",
    "A reference stands alone and leads to a component.",
    "put what stands beside `$ref` into its target, or write `allOf` with the one reference beside it; refer to components only",
    bare_reference,
);

pub(super) const NULLABLE_FORM: Rule = rule(
    "nullable-form",
    "`nullable: true` stands beside `type`, and an enum that may be null lists null.",
    "write `nullable` beside `type` and list `null` in the enum; for a reference write `oneOf` of it and `JsonNull`",
    nullable_form,
);

fn schema_name(context: &Context<'_>, findings: &mut Findings<'_>) {
    for place in context.index.places().iter().filter(|place| role(&context.index, place) == Some(Role::Component)) {
        let Some(name) = place.pointer.last() else { continue };
        let pascal =
            name.starts_with(|first: char| first.is_ascii_uppercase()) && name.chars().all(|letter| letter.is_ascii_alphanumeric());
        let words = words(&name);
        let suffix = words.last().filter(|last| words.len() > 1 && matches!(last.as_str(), "dto" | "model"));
        if !pascal {
            findings.add(&place.pointer, format!("the name `{name}` is not in PascalCase"));
        } else if suffix.is_some() {
            findings.add(&place.pointer, format!("the name `{name}` ends in a word that says nothing about it"));
        }
    }
}

fn bare_reference(context: &Context<'_>, findings: &mut Findings<'_>) {
    for place in context.index.places() {
        let (Some(reference), Some(members)) = (place.reference(), place.value.as_object()) else { continue };
        let beside: Vec<&str> = members.keys().map(String::as_str).filter(|key| *key != "$ref").collect();
        if !beside.is_empty() {
            findings.add(&place.pointer, format!("beside the reference stands {}, which OpenAPI ignores", quoted(beside)));
        }
        let inside = reference.strip_prefix("#/components/").map(|rest| rest.split('/').count());
        if reference.starts_with('#') && inside != Some(2) {
            findings.add(&place.pointer, format!("`{reference}` does not name a component"));
        }
        if role(&context.index, place) == Some(Role::Component) {
            let name = place.pointer.last().unwrap_or_default();
            let target = component_name(place.value).unwrap_or(reference);
            findings.add(&place.pointer, format!("the schema `{name}` is only another name for `{target}`"));
        }
    }
}

fn nullable_form(context: &Context<'_>, findings: &mut Findings<'_>) {
    let null = component("JsonNull");
    if let Some(value) = context.index.document().find(&null)
        && !(value.get("type") == Some(&Value::from("string"))
            && value.get("nullable") == Some(&Value::Bool(true))
            && items(value, "enum").eq([&Value::Null]))
    {
        findings.add(&null, "`JsonNull` is not `{type: string, nullable: true, enum: [null]}`");
        return;
    }
    for place in context.index.schemas() {
        let nullable = place.value.get("nullable") == Some(&Value::Bool(true));
        let lists_null = items(place.value, "enum").any(Value::is_null);
        if nullable && place.value.get("type").is_none() {
            findings.add(&place.pointer.child("nullable"), "`nullable: true` without `type` beside it has no effect");
        } else if nullable && place.value.get("enum").is_some() && !lists_null {
            findings.add(&place.pointer.child("enum"), "the enum is nullable and does not list `null`");
        } else if lists_null && !nullable {
            findings.add(&place.pointer.child("enum"), "the enum lists `null`, and the schema is not `nullable: true`");
        }
    }
}
