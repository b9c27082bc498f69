//! Rules: what may not be asked of what a server returns.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::look::{Members, quoted};
use super::rule;
use crate::lint::{Context, Findings, Rule};

pub(super) const ALIAS_NOT_REQUIRED: Rule = rule(
    "alias-not-required",
    "A received property that has other spellings is not required, because it really arrives under those.",
    "take the property out of `required`",
    alias_not_required,
);

pub(super) const RECEIVED_BOUND: Rule = rule(
    "received-bound",
    "A bound on something that is only received is not written: the server returns what it has stored.",
    "say the bound in the description, or keep it in a schema that is only sent",
    received_bound,
);

fn alias_not_required(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut places = BTreeSet::new();
    for place in context.index.schemas().filter(|place| context.index.usage(&place.pointer).received) {
        if place.value.get("required").is_none() && place.value.get("allOf").is_none() {
            continue;
        }
        let members = Members::of(&context.index, &place.pointer);
        let required = members.properties.into_iter().filter(|(name, _)| members.required.contains(name)).map(|(_, property)| property);
        places.extend(required.filter(|property| has_aliases(context.index.document().find(property))));
    }
    for place in places {
        findings.add(&place, format!("`{}` is required and may arrive under another name", place.last().unwrap_or_default()));
    }
}

fn has_aliases(property: Option<&Value>) -> bool {
    property.is_some_and(|property| property.get("x-aliases").is_some())
}

const BOUNDS: [&str; 13] = [
    "maximum",
    "minimum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "multipleOf",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
];

fn received_bound(context: &Context<'_>, findings: &mut Findings<'_>) {
    let bounds: HashSet<&str> = BOUNDS.into_iter().collect();
    for place in context.index.schemas() {
        let usage = context.index.usage(&place.pointer);
        if !usage.received || usage.sent {
            continue;
        }
        let written = place.value.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
        let written: Vec<_> = written.filter(|key| bounds.contains(key)).collect();
        if !written.is_empty() {
            findings.add(&place.pointer, format!("this is only received and has {}", quoted(written)));
        }
        if place.value.get("additionalProperties") == Some(&Value::Bool(false)) {
            findings.add(&place.pointer.child("additionalProperties"), "this is only received and forbids members that are not known yet");
        }
    }
}
