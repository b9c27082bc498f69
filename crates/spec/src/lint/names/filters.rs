//! A part of rule `enum-drift`: a filter whose values are not those of what it filters.
//!
//! A query parameter with a list of values is compared with the member of that name in what its own operation returns. A filter may
//! have one value more (`all`); what it cannot ask for, or asks for in vain, is reported.

use std::collections::{BTreeSet, HashSet};

use super::super::Findings;
use super::super::context::Context;
use crate::Pointer;
use crate::index::{Operation, items, members, texts};

/// How many schemas of a reply are looked at, and how deep.
const MOST_VISITS: usize = 500;
const DEEPEST: usize = 8;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut said = HashSet::new();
    for operation in context.index.operations() {
        for parameter in operation.parameters.iter().filter(|parameter| parameter.value.get("in").is_some_and(|place| place == "query")) {
            let Some(name) = parameter.value.get("name").and_then(|name| name.as_str()) else { continue };
            let Some(values) = values_at(context, &parameter.pointer.child("schema")) else { continue };
            if values.len() < 2 || context.is_settled(&parameter.pointer) || !said.insert(parameter.pointer.clone()) {
                continue;
            }
            let Some((place, returned)) = member(context, operation, name) else { continue };
            let shared = values.intersection(&returned).count();
            let alike = shared >= 2 && shared * 2 >= values.len().min(returned.len());
            let extra: Vec<_> = values.difference(&returned).copied().collect();
            let missing: Vec<_> = returned.difference(&values).copied().collect();
            if alike && (extra.len() > 1 || !missing.is_empty()) && !context.is_settled(&place) {
                let list = |values: &[&str]| values.iter().take(6).map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
                let what = match (missing.is_empty(), extra.len() > 1) {
                    (false, false) => format!("cannot ask for {}, which the reply may have", list(&missing)),
                    (true, _) => format!("asks for {}, which the reply never has", list(&extra)),
                    (false, true) => format!("asks for {} where the reply has {}", list(&extra), list(&missing)),
                };
                findings.add(&parameter.pointer, format!("the filter `{name}` {what}")).relate(&place);
            }
        }
    }
}

/// The list of values of a schema, or of the items of its list.
fn values_at<'d>(context: &Context<'d>, schema: &Pointer) -> Option<BTreeSet<&'d str>> {
    let schema = context.index.resolve(schema)?;
    let own: BTreeSet<_> = texts(schema.value, "enum").collect();
    if !own.is_empty() {
        return Some(own);
    }
    schema.value.get("items")?;
    Some(texts(context.index.resolve(&schema.pointer.child("items"))?.value, "enum").collect())
}

/// The member `name` of what an operation returns, nearest to the top.
fn member<'d>(context: &Context<'d>, operation: &Operation<'d>, name: &str) -> Option<(Pointer, BTreeSet<&'d str>)> {
    let mut open: Vec<(Pointer, usize)> = Vec::new();
    for (_, reply) in operation.successes() {
        open.extend(members(reply.value, "content").map(|(media, _)| (reply.pointer.child("content").child(media).child("schema"), 0)));
    }
    let mut seen = HashSet::new();
    let mut next = 0;
    while let Some((place, depth)) = open.get(next).cloned() {
        next += 1;
        let Some(schema) = context.index.resolve(&place).filter(|_| depth <= DEEPEST && next <= MOST_VISITS) else { continue };
        if !seen.insert(schema.pointer.clone()) {
            continue;
        }
        for (property, _) in members(schema.value, "properties") {
            let place = schema.pointer.child("properties").child(property);
            if property == name {
                return values_at(context, &place).filter(|values| !values.is_empty()).map(|values| (place, values));
            }
            open.push((place, depth + 1));
        }
        if schema.value.get("items").is_some() {
            open.push((schema.pointer.child("items"), depth + 1));
        }
        open.extend((0..items(schema.value, "allOf").count()).map(|part| (schema.pointer.child("allOf").item(part), depth + 1)));
    }
    None
}
