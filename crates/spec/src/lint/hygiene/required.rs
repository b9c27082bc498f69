//! Rule: `required` names something that is not a property.

use std::collections::HashSet;

use serde_json::Value;

use crate::index::{items, texts};
use crate::lint::composition::{Names, quoted};
use crate::lint::context::Context;
use crate::lint::words::{distance, words};
use crate::lint::{Check, Family, Findings, Rule};

/// `required` names a member that no schema declares.
pub(super) const REQUIRED_UNKNOWN: Rule = Rule {
    id: "required-unknown",
    family: Family::Inconsistency,
    says: "`required` names a member that no schema declares",
    help: "declare the property, correct the name, or take it out of `required`",
    check: Check::Each(required_unknown),
};

fn required_unknown(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut names = None;
    for place in context.index.schemas().filter(|place| texts(place.value, "required").next().is_some()) {
        let own = place.value.get("properties").and_then(Value::as_object);
        if texts(place.value, "required").all(|name| own.is_some_and(|own| own.contains_key(name))) {
            continue;
        }
        let required = place.pointer.child("required");
        if let Some(other) = place.text("type").filter(|name| *name != "object") {
            findings.add(&required, format!("`required` has no effect here, because the schema says `type: {other}`"));
            continue;
        }
        let names = names.get_or_insert_with(|| Names::of(&context.index));
        // Every schema which speaks of the same value may declare what this one requires.
        let Some(around) = names.around(&place.pointer) else { continue };
        if around.iter().any(|whole| names.is_open(whole)) {
            continue;
        }
        let unknown = items(place.value, "required").enumerate().filter_map(|(number, name)| Some((number, name.as_str()?)));
        let unknown: Vec<_> = unknown.filter(|(_, name)| !around.iter().any(|whole| names.declares(whole, name))).collect();
        if unknown.is_empty() {
            continue;
        }
        let known: HashSet<_> = around.iter().flat_map(|whole| names.declared(whole).collect::<Vec<_>>()).collect();
        if known.is_empty() && unknown.len() > 1 {
            let names = quoted(unknown.iter().map(|(_, name)| *name));
            findings.add(&required, format!("{names} are required, but the schema declares no properties at all"));
            continue;
        }
        for (number, name) in unknown {
            let hint = nearest(name, &known).map(|other| format!("; there is `{other}`")).unwrap_or_default();
            findings.add(&required.item(number), format!("`{name}` is required, but no property has that name{hint}"));
        }
    }
}

/// The declared name that was probably meant.
fn nearest<'d>(name: &str, known: &HashSet<&'d str>) -> Option<&'d str> {
    let wanted = words(name);
    let is_alike = |other: &&&str| words(other) == wanted || (name.len() > 4 && distance(other, name) <= 2);
    known.iter().filter(is_alike).min().copied()
}
