//! Rules: defaults and enum values that their own schema refuses.

use std::collections::HashSet;

use serde_json::Value;

use crate::index::Place;
use crate::lint::context::Context;
use crate::lint::{Check, Family, Findings, Rule};
use crate::schema::{Direction, Options, check, is_type};

/// A default does not fit its own schema.
pub(super) const DEFAULT_INVALID: Rule = Rule {
    id: "default-invalid",
    family: Family::Inconsistency,
    says: "a default does not fit its own schema",
    help: "correct the default or the schema, or say in the description what happens when nothing is sent",
    check: Check::Each(default_invalid),
};

/// An enum has a value twice, or a value that its own type refuses.
pub(super) const ENUM_INVALID: Rule = Rule {
    id: "enum-invalid",
    family: Family::Inconsistency,
    says: "an enum has a value twice, or a value that its own type refuses",
    help: "take the value away or correct it, or correct the type",
    check: Check::Each(enum_invalid),
};

fn default_invalid(context: &Context<'_>, findings: &mut Findings<'_>) {
    let options = Options { direction: Direction::Either, undeclared: false, open: false };
    for place in context.index.schemas() {
        let Some(value) = place.value.get("default") else { continue };
        let found = check(&context.index, &place.pointer, value, options);
        // A default object is often partial, and alternatives that overlap are the fault of the union.
        let fault = found.iter().find(|violation| !matches!(violation.keyword, "required" | "oneOf" | "anyOf" | "not" | "undeclared"));
        if let Some(fault) = fault.filter(|_| !value.is_null() || !is_nullable(place)) {
            findings.add(&place.pointer.child("default"), format!("the default {}", fault.message));
        }
    }
}

fn is_nullable(place: &Place<'_>) -> bool {
    place.value.get("nullable") == Some(&Value::Bool(true))
}

fn enum_invalid(context: &Context<'_>, findings: &mut Findings<'_>) {
    for place in context.index.schemas() {
        let Some(values) = place.value.get("enum").and_then(Value::as_array) else { continue };
        let list = place.pointer.child("enum");
        let mut seen = HashSet::new();
        for (number, value) in values.iter().enumerate().filter(|(_, value)| !seen.insert(value.to_string())) {
            findings.add(&list.item(number), format!("the enum has the value {value} twice"));
        }
        let Some(declared) = place.text("type") else { continue };
        let wrong: Vec<_> = values.iter().enumerate().filter(|(_, value)| !fits(value, declared, is_nullable(place))).collect();
        match &wrong[..] {
            [] => {}
            [(number, value)] => {
                findings.add(&list.item(*number), format!("the enum has {value}, but the type is {declared}"));
            }
            [(_, first), more @ ..] => {
                let others = if more.len() == 1 { "1 other value".to_owned() } else { format!("{} other values", more.len()) };
                let message = format!("the enum has {first} and {others} that are not of the type {declared}");
                findings.add(&list, message);
            }
        }
    }
}

fn fits(value: &Value, declared: &str, nullable: bool) -> bool {
    if value.is_null() { nullable } else { is_type(value, declared) }
}
