//! Rules: values in examples that are of another type, not in the enum, out of bounds, or null.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::MOST_SHOWN;
use super::compare::{Fault, faults};
use super::walk::Walk;
use crate::Pointer;
use crate::lint::context::Context;
use crate::lint::{Check, Family, Findings, Rule};
use crate::schema::{brief, type_of};

/// An example contradicts its schema.
pub(super) const EXAMPLE_MISMATCH: Rule = Rule {
    id: "example-mismatch",
    family: Family::Inconsistency,
    says: "an example contradicts its schema",
    help: "correct whichever of the two is wrong: look at what is really sent",
    check: Check::Each(example_mismatch),
};

/// An example is null where its schema does not allow it.
pub(super) const EXAMPLE_NULL: Rule = Rule {
    id: "example-null",
    family: Family::Inconsistency,
    says: "an example is null where its schema does not allow it",
    help: "write `nullable: true` in the schema if null is really sent, or correct the example",
    check: Check::Each(example_null),
};

/// Keywords that other rules look at.
const ELSEWHERE: &[&str] = &["required", "undeclared", "additionalProperties"];

fn example_mismatch(context: &Context<'_>, findings: &mut Findings<'_>) {
    let faults = faults(context, &mut Walk::of(&context.index), false, |violation, value| {
        !value.is_null() && !ELSEWHERE.contains(&violation.keyword)
    });
    report(context, faults, findings);
}

fn example_null(context: &Context<'_>, findings: &mut Findings<'_>) {
    let faults = faults(context, &mut Walk::of(&context.index), false, |violation, value| {
        value.is_null() && !ELSEWHERE.contains(&violation.keyword)
    });
    report(context, faults, findings);
}

fn report(context: &Context<'_>, faults: Vec<Fault>, findings: &mut Findings<'_>) {
    // One value can break several keywords of one schema; the first of them, as listed here, tells most.
    let mut worst: BTreeMap<(Pointer, Pointer), Fault> = BTreeMap::new();
    for fault in faults {
        match worst.entry((fault.place.clone(), fault.stands.clone())) {
            Entry::Vacant(entry) => _ = entry.insert(fault),
            Entry::Occupied(mut entry) if rank(fault.keyword) < rank(entry.get().keyword) => _ = entry.insert(fault),
            Entry::Occupied(_) => {}
        }
    }
    let mut groups: BTreeMap<(Pointer, &str), Vec<Fault>> = BTreeMap::new();
    for fault in worst.into_values() {
        // A wrong type or null is a matter of the property; any other keyword is wrong where it is written, for all who refer to it.
        let of_property = fault.keyword == "type" || fault.value.is_null();
        let schema = if of_property { &fault.stands } else { &fault.schema };
        groups.entry((schema.clone(), fault.keyword)).or_default().push(fault);
    }
    for ((schema, keyword), faults) in groups {
        let places: BTreeSet<_> = faults.iter().map(|fault| &fault.place).collect();
        let first = &faults[0];
        if places.len() == 1 {
            let shown = if matches!(keyword, "oneOf" | "anyOf") { format!(" {}", brief(&first.value)) } else { String::new() };
            findings.add(&first.place, format!("the example{shown} {}", first.message)).relate(&schema);
            continue;
        }
        let message = match keyword {
            _ if first.value.is_null() => format!("{} examples are null, but the schema does not allow null", places.len()),
            "type" => {
                let kinds: BTreeSet<_> = faults.iter().map(|fault| type_of(&fault.value)).collect();
                let kinds: Vec<_> = kinds.into_iter().collect();
                let declared = context.index.document().find(&first.schema.child("type")).and_then(Value::as_str).unwrap_or("another type");
                format!("{} examples give {} where the schema says {declared}", places.len(), kinds.join(" or "))
            }
            "enum" => {
                let values: BTreeSet<_> = faults.iter().map(|fault| brief(&fault.value)).collect();
                let shown: Vec<_> = values.into_iter().take(4).collect();
                format!("{} examples give {}, which the enum does not have", places.len(), shown.join(", "))
            }
            "oneOf" | "anyOf" => format!("{} examples fit no alternative of `{keyword}`", places.len()),
            _ => format!("{} examples do not fit `{keyword}`; the first {}", places.len(), first.message),
        };
        let problem = findings.add(&schema, message);
        places.into_iter().take(MOST_SHOWN).for_each(|place| _ = problem.relate(place));
    }
}

fn rank(keyword: &str) -> usize {
    const ORDER: [&str; 4] = ["type", "enum", "format", "pattern"];
    ORDER.iter().position(|known| *known == keyword).unwrap_or(ORDER.len())
}
