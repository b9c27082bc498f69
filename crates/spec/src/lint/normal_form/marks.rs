//! Rule: the extensions of schemas, operations and servers have the form that they are read in.
//!
//! Extensions with a structure of their own (`x-enum`, `x-paging`, `x-event-stream`, `x-json-text`) have rules of their own.

use std::collections::HashMap;

use serde_json::Value;

use super::fields;
use super::look::{Members, Role, is_rust_name, is_snake_case, json_types, role};
use super::rule;
use crate::grammar::Kind;
use crate::index::{Place, items, texts};
use crate::lint::{Context, Findings, Rule};
use crate::{Index, Pointer};

pub(super) const EXTENSION_FORM: Rule = rule(
    "extension-form",
    "The value of an extension has the form that specs/README.md describes.",
    "write the value as the table of extensions in specs/README.md has it",
    extension_form,
);

fn extension_form(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut constructors: HashMap<&str, Pointer> = HashMap::new();
    for place in context.index.places().iter().filter(|place| place.reference().is_none()) {
        for (key, value) in place.value.as_object().into_iter().flatten().filter(|(key, _)| key.starts_with("x-")) {
            let here = place.pointer.child(key);
            match key.as_str() {
                "x-ledger" => ledger(&here, value, findings),
                "x-id" | "x-secret" | "x-comma-list" => fields::mark(findings, &here, value),
                "x-rust-name" if !value.as_str().is_some_and(is_rust_name) => {
                    findings.add(&here, "`x-rust-name` is not a name in Rust");
                }
                "x-retry" if !matches!(value.as_str(), Some("safe" | "never")) => {
                    findings.add(&here, "`x-retry` is `safe` or `never`");
                }
                "x-rate-limit" => rate_limit(&here, value, findings),
                "x-name" => {
                    let name = value.as_str().unwrap_or_default();
                    if !is_snake_case(name) {
                        findings.add(&here, "`x-name` is not a name in snake case");
                    } else if let Some(first) = constructors.insert(name, here.clone()) {
                        findings.add(&here, format!("another server is called `{name}` too")).relate(&first);
                    }
                }
                "x-accepts" if place.kind == Kind::Schema => accepts(&context.index, place, &here, value, findings),
                _ => {}
            }
        }
    }
    aliases(context, findings);
    ledger_inside_extensions(context, findings);
}

fn ledger(here: &Pointer, value: &Value, findings: &mut Findings<'_>) {
    for (number, id) in fields::texts(findings, here, value).into_iter().enumerate() {
        let digits = id.strip_prefix('N').unwrap_or_default();
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            findings.add(&here.item(number), format!("`{id}` is not the id of a ledger entry, such as `N23`"));
        }
    }
}

/// Entries of lists and maps inside extensions may point at the ledger too.
fn ledger_inside_extensions(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut entries: Vec<(Pointer, &Value)> = Vec::new();
    for place in context.index.places().iter().filter(|place| place.reference().is_none()) {
        for path in ["/x-error-codes", "/x-enum", "/x-event-stream/events"] {
            let here = place.pointer.join(path);
            match place.value.pointer(path) {
                Some(Value::Array(list)) => entries.extend(list.iter().enumerate().map(|(number, entry)| (here.item(number), entry))),
                Some(Value::Object(map)) => entries.extend(map.iter().map(|(name, entry)| (here.child(name), entry))),
                _ => {}
            }
        }
    }
    for (place, entry) in entries {
        if let Some(value) = entry.get("x-ledger") {
            ledger(&place.child("x-ledger"), value, findings);
        }
    }
}

fn rate_limit(here: &Pointer, value: &Value, findings: &mut Findings<'_>) {
    let Some(members) = fields::map(findings, here, value, &["per-second"], &[]) else { return };
    if let Some(rate) = members.get("per-second").filter(|rate| !rate.as_f64().is_some_and(|rate| rate > 0.0)) {
        findings.add(&here.child("per-second"), format!("`per-second` is {rate}, which is not a number above 0"));
    }
}

/// Which types may be tolerated beside which declared one.
const TOLERATED: [(&str, &[&str]); 4] =
    [("integer", &["string"]), ("string", &["integer", "object", "array"]), ("object", &["integer"]), ("single", &["array"])];

fn accepts(index: &Index<'_>, place: &Place<'_>, here: &Pointer, value: &Value, findings: &mut Findings<'_>) {
    let declared = declared_type(index, place);
    for name in fields::texts(findings, here, value) {
        match (TOLERATED.iter().find(|(tolerated, _)| *tolerated == name), declared) {
            (None, _) => {
                findings.add(here, format!("`x-accepts` knows no `{name}`; it has `integer`, `string`, `object` and `single`"));
            }
            (Some((_, beside)), Some(declared)) if !beside.contains(&declared) => {
                findings.add(here, format!("`{name}` is not tolerated where the type is `{declared}`"));
            }
            (Some(_), None) => {
                findings.add(here, format!("`{name}` is to be tolerated beside a type, and the schema has none"));
            }
            _ => {}
        }
    }
}

/// The type of a schema, or of the one reference that it consists of.
fn declared_type<'d>(index: &Index<'d>, place: &Place<'d>) -> Option<&'d str> {
    if let Some(declared) = place.value.get("type") {
        return declared.as_str();
    }
    let parts = place.pointer.child("allOf");
    let mut parts = (0..items(place.value, "allOf").count()).filter_map(|number| index.resolve(&parts.item(number)));
    parts.find_map(|target| target.value.get("type")?.as_str())
}

fn aliases(context: &Context<'_>, findings: &mut Findings<'_>) {
    for owner in context.index.schemas().filter(|place| place.value.get("properties").is_some()) {
        let names = Members::of(&context.index, &owner.pointer).properties;
        let mut taken: HashMap<&str, Pointer> = HashMap::new();
        let properties = context.index.children(owner).filter(|place| role(&context.index, place) == Some(Role::Property));
        for property in properties {
            let Some(value) = property.value.get("x-aliases").filter(|_| property.reference().is_none()) else { continue };
            let here = property.pointer.child("x-aliases");
            let usage = context.index.usage(&property.pointer);
            if usage.sent && !usage.received {
                findings.add(&here, "other spellings are read, and this is never received");
            }
            for alias in fields::texts(findings, &here, value) {
                if names.contains_key(alias) {
                    findings.add(&here, format!("`{alias}` is the name of a property itself"));
                } else if let Some(first) = taken.insert(alias, here.clone()) {
                    findings.add(&here, format!("`{alias}` is an alias of another property too")).relate(&first);
                }
            }
        }
    }
}

/// Whether the schema at `place` has a member of this name, or one that is read under it.
pub(super) fn is_member_or_alias(index: &Index<'_>, place: &Pointer, name: &str) -> bool {
    let members = Members::of(index, place);
    let has_alias = |property: &Pointer| {
        let value = index.document().find(property);
        value.is_some_and(|value| texts(value, "x-aliases").any(|alias| alias == name))
    };
    members.properties.contains_key(name) || members.properties.values().any(has_alias)
}

/// Whether the schema at `place` can hold a value of the type `name` and of no other.
pub(super) fn is_only(index: &Index<'_>, place: &Pointer, name: &str) -> bool {
    let mut types = json_types(index, place);
    types.remove("null");
    types.len() == 1 && types.contains(name)
}
