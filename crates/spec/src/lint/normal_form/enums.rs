//! Rule: each value of an enum is described in `x-enum`.
//!
//! A constant (one value, outside of `components/schemas`) is described by what it stands in: no caller ever sees its value.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::fields;
use super::look::{Role, is_rust_name, quoted, role, value_name};
use super::rule;
use crate::Pointer;
use crate::index::{Place, items};
use crate::lint::{Context, Findings, Rule};

pub(super) const ENUM_FORM: Rule = rule(
    "enum-form",
    "The values of an enum are the keys of its `x-enum`, and no alias means two values.",
    "describe each value under its own name in `x-enum`: `VALUE: {description: .., aliases: [..]}`",
    enum_form,
);

fn enum_form(context: &Context<'_>, findings: &mut Findings<'_>) {
    for place in context.index.schemas().filter(|place| place.value.get("enum").is_some()) {
        let values: BTreeSet<String> = items(place.value, "enum").filter(|value| !value.is_null()).map(value_name).collect();
        match place.value.get("x-enum") {
            Some(described) => judge(place, &values, described, findings),
            None if values.is_empty() || (values.len() == 1 && role(&context.index, place) != Some(Role::Component)) => {}
            None => {
                let shown = values.iter().take(6).map(String::as_str);
                let more = if values.len() > 6 { " and others" } else { "" };
                findings.add(&place.pointer, format!("there is no `x-enum` that describes {}{more}", quoted(shown)));
            }
        }
    }
}

fn judge(place: &Place<'_>, values: &BTreeSet<String>, described: &Value, findings: &mut Findings<'_>) {
    let here = place.pointer.child("x-enum");
    let Some(described) = described.as_object() else {
        findings.add(&here, "`x-enum` is not a map");
        return;
    };
    let missing: Vec<_> = values.iter().map(String::as_str).filter(|value| !described.contains_key(*value)).collect();
    if !missing.is_empty() {
        findings.add(&here, format!("`x-enum` does not describe {}", quoted(missing)));
    }
    let mut seen: HashMap<&str, Pointer> = HashMap::new();
    for (value, entry) in described {
        let entry_place = here.child(value);
        if !values.contains(value) {
            findings.add(&entry_place, format!("`{value}` is not a value of this enum"));
        }
        // A missing description is what the rule about descriptions reports.
        let Some(members) = fields::map(findings, &entry_place, entry, &[], &["description", "aliases", "rust-name", "x-ledger"]) else {
            continue;
        };
        if members.get("rust-name").is_some_and(|name| !name.as_str().is_some_and(is_rust_name)) {
            findings.add(&entry_place.child("rust-name"), "`rust-name` is not a name in Rust");
        }
        let Some(aliases) = members.get("aliases") else { continue };
        let aliases_place = entry_place.child("aliases");
        for alias in fields::texts(findings, &aliases_place, aliases) {
            if values.contains(alias) {
                findings.add(&aliases_place, format!("the alias `{alias}` of `{value}` is a value itself"));
            } else if let Some(first) = seen.insert(alias, aliases_place.clone()) {
                findings.add(&aliases_place, format!("the alias `{alias}` means two values")).relate(&first);
            }
        }
    }
}
