//! Rule: what a text that holds JSON contains.

use std::collections::BTreeSet;

use serde_json::Value;

use super::fields;
use super::look::{component, value_name};
use super::rule;
use crate::Pointer;
use crate::index::{Place, items, members};
use crate::lint::{Context, Findings, Rule};

pub(super) const JSON_TEXT_FORM: Rule = rule(
    "json-text-form",
    "`x-json-text` names schemas that exist, and a sibling whose values select them.",
    "write `{schema: Name}`, or `{by: Sibling, schemas: {Value: Name}}` with an enum for a sibling",
    json_text_form,
);

fn json_text_form(context: &Context<'_>, findings: &mut Findings<'_>) {
    for place in context.index.schemas() {
        let Some(value) = place.value.get("x-json-text") else { continue };
        let here = place.pointer.child("x-json-text");
        let selected = value.get("by").is_some() || value.get("schemas").is_some();
        let required: &[&str] = if selected { &["by", "schemas"] } else { &["schema"] };
        let Some(found) = fields::map(findings, &here, value, required, &[]) else { continue };
        if let Some(name) = found.get("schema") {
            schema(context, &here.child("schema"), name, findings);
        }
        for (key, name) in members(value, "schemas") {
            schema(context, &here.child("schemas").child(key), name, findings);
        }
        if found.get("schemas").is_some_and(|schemas| !schemas.is_object()) {
            findings.add(&here.child("schemas"), "`schemas` is not a map");
        }
        if let Some(by) = fields::text(findings, &here, found, "by") {
            selector(context, place, &here, by, value, findings);
        }
    }
}

fn schema(context: &Context<'_>, place: &Pointer, name: &Value, findings: &mut Findings<'_>) {
    match name.as_str() {
        None => {
            findings.add(place, "here is something other than the name of a schema");
        }
        Some(name) if context.index.at(&component(name)).is_none() => {
            findings.add(place, format!("there is no schema `{name}`"));
        }
        Some(_) => {}
    }
}

fn selector(context: &Context<'_>, place: &Place<'_>, here: &Pointer, by: &str, value: &Value, findings: &mut Findings<'_>) {
    let siblings = place.pointer.parent().filter(|parent| parent.last().as_deref() == Some("properties"));
    let Some(target) = siblings.and_then(|siblings| enum_behind(context, &siblings.child(by))) else {
        findings.add(&here.child("by"), format!("there is no enum in a property `{by}` beside this one"));
        return;
    };
    let known: BTreeSet<String> = items(target, "enum").map(value_name).collect();
    for (key, _) in members(value, "schemas").filter(|(key, _)| !known.contains(*key)) {
        findings.add(&here.child("schemas").child(key), format!("`{key}` is not a value of `{by}`"));
    }
}

/// The enum of a property: its own, or that of the one schema it refers to.
fn enum_behind<'d>(context: &Context<'d>, property: &Pointer) -> Option<&'d Value> {
    let target = context.index.resolve(property)?;
    let target = match target.value.get("allOf") {
        Some(_) => context.index.resolve(&target.pointer.child("allOf").item(0))?,
        None => target,
    };
    target.value.get("enum").map(|_| target.value)
}
