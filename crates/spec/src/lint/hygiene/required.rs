//! Rule: `required` names something that is not a property.

use std::collections::HashSet;

use serde_json::Value;

use crate::Index;
use crate::index::{Place, items, members, texts};
use crate::lint::composition::{ANY, Parts, Wholes, quoted};
use crate::lint::context::Context;
use crate::lint::words::{distance, words};
use crate::lint::{Check, Family, Findings, Rule};

/// See the sentence in the rule.
pub(super) const REQUIRED_UNKNOWN: Rule = Rule {
    id: "required-unknown",
    family: Family::Inconsistency,
    says: "`required` names a member that no schema declares",
    help: "declare the property, correct the name, or take it out of `required`",
    check: Check::Each(required_unknown),
};

fn required_unknown(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut wholes = None;
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
        let wholes = wholes.get_or_insert_with(|| Wholes::of(&context.index));
        let Some(known) = known_names(&context.index, wholes, place) else { continue };
        let unknown = items(place.value, "required").enumerate().filter_map(|(number, name)| Some((number, name.as_str()?)));
        let unknown: Vec<_> = unknown.filter(|(_, name)| !known.contains(name)).collect();
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

/// Every name that is declared by a schema which speaks of the same value; `None` if any name is allowed.
fn known_names<'d>(index: &Index<'d>, wholes: &Wholes, place: &Place<'d>) -> Option<HashSet<&'d str>> {
    let mut known = HashSet::new();
    for whole in wholes.around(&place.pointer)? {
        let parts = Parts::of(index, &whole, ANY);
        if parts.is_open() {
            return None;
        }
        for part in &parts.schemas {
            known.extend(members(part.value, "properties").map(|(name, _)| name.as_str()));
            // The tag of a union is often declared by its alternatives only.
            known.extend(part.value.get("discriminator").and_then(|tag| tag.get("propertyName")).and_then(Value::as_str));
        }
    }
    Some(known)
}

/// The declared name that was probably meant.
fn nearest<'d>(name: &str, known: &HashSet<&'d str>) -> Option<&'d str> {
    let alike = |other: &&&str| words(other) == words(name) || (name.len() > 4 && distance(other, name) <= 2);
    known.iter().filter(alike).min().copied()
}
