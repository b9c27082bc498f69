//! Rule: no component is left over.
//!
//! What counts as a reference: `$ref`, a discriminator's mapping, a name in `x-json-text` or `x-event-stream`, a name in `security`.

use std::collections::HashSet;

use serde_json::Value;

use super::rule;
use crate::grammar::Kind;
use crate::index::{Place, extension_references, items, local, mapping_target, members};
use crate::lint::{Context, Findings, Rule};
use crate::{Index, Pointer};

pub(super) const UNREACHABLE_COMPONENT: Rule = rule(
    "unreachable-component",
    "Every component is used by an operation, directly or through other components.",
    "refer to the component, or take it away together with what only it uses",
    unreachable,
);

fn unreachable(context: &Context<'_>, findings: &mut Findings<'_>) {
    let index = &context.index;
    let components: Vec<Pointer> =
        index.places().iter().map(|place| &place.pointer).filter(|pointer| is_component(pointer)).cloned().collect();
    let mut reached = HashSet::new();
    let outside = index.places().iter().filter(|place| component_around(&place.pointer).is_none());
    spread(index, outside.flat_map(targets).collect(), &mut reached);
    let mut left: HashSet<&Pointer> = components.iter().filter(|component| !reached.contains(component)).collect();
    // A component that only a left-over one uses is part of the same finding.
    let used: HashSet<Pointer> =
        left.iter().flat_map(|component| within(index, component).into_iter().filter(|target| target != *component)).collect();
    let mut roots: Vec<&Pointer> = components.iter().filter(|component| left.contains(component) && !used.contains(component)).collect();
    roots.extend(components.iter().filter(|component| left.contains(component) && used.contains(component)));
    for root in roots {
        if !left.remove(root) {
            continue;
        }
        let with_it = spread(index, vec![root.clone()], &mut reached);
        let name = root.last().unwrap_or_default();
        let problem = findings.add(root, format!("nothing leads to `{name}`"));
        for other in with_it.iter().filter(|other| *other != root) {
            left.remove(other);
            problem.relate(other);
        }
    }
}

/// `/components/SECTION/NAME`
fn is_component(pointer: &Pointer) -> bool {
    pointer.as_str().starts_with("/components/") && pointer.as_str().matches('/').count() == 3
}

/// The component in which a place lies.
fn component_around(pointer: &Pointer) -> Option<Pointer> {
    let text = pointer.as_str();
    let rest = text.strip_prefix("/components/")?;
    let mut slashes = rest.match_indices('/').map(|(position, _)| position + "/components/".len());
    slashes.next()?;
    Pointer::parse(slashes.next().map_or(text, |end| &text[..end]))
}

/// Adds to `reached` the components in `open` and everything that they lead to. Returns those that are new.
fn spread(index: &Index<'_>, mut open: Vec<Pointer>, reached: &mut HashSet<Pointer>) -> Vec<Pointer> {
    let mut new = Vec::new();
    while let Some(component) = open.pop() {
        if reached.insert(component.clone()) {
            open.extend(within(index, &component));
            new.push(component);
        }
    }
    new
}

/// The components to which something inside `component` refers.
fn within(index: &Index<'_>, component: &Pointer) -> Vec<Pointer> {
    let mut open: Vec<&Place<'_>> = index.at(component).into_iter().collect();
    let mut found = Vec::new();
    while let Some(place) = open.pop() {
        found.extend(targets(place));
        open.extend(index.children(place));
    }
    found
}

/// The components to which a place itself refers.
fn targets(place: &Place<'_>) -> Vec<Pointer> {
    let mut found: Vec<Pointer> = extension_references(place.value).collect();
    found.extend(place.reference().and_then(local));
    if place.kind == Kind::Discriminator {
        found.extend(members(place.value, "mapping").filter_map(|(_, target)| target.as_str()).filter_map(mapping_target));
    }
    if matches!(place.kind, Kind::Document | Kind::Operation) {
        let schemes = Pointer::root().join("/components/securitySchemes");
        let names = items(place.value, "security").filter_map(Value::as_object).flat_map(|requirement| requirement.keys());
        found.extend(names.map(|name| schemes.child(name)));
    }
    found.iter().filter_map(component_around).collect()
}
