//! Rule: what an operation that returns pages is turned over by.

use serde_json::Value;

use super::fields;
use super::look::{Members, payload};
use super::marks::is_only;
use super::rule;
use crate::Pointer;
use crate::index::Operation;
use crate::lint::{Context, Findings, Rule};

pub(super) const PAGING_FORM: Rule = rule(
    "paging-form",
    "`x-paging` names two parameters of the operation and two members of the payload of its reply.",
    "write `{page, size, items, total}`: two query parameters, a list and a number",
    paging_form,
);

fn paging_form(context: &Context<'_>, findings: &mut Findings<'_>) {
    for operation in context.index.operations() {
        let Some(value) = operation.value.get("x-paging") else { continue };
        let place = operation.pointer.child("x-paging");
        let Some(members) = fields::map(findings, &place, value, &["page", "size", "items", "total"], &[]) else { continue };
        for key in ["page", "size"] {
            if let Some(name) = fields::text(findings, &place, members, key) {
                parameter(context, operation, &place.child(key), name, findings);
            }
        }
        let payload = payload(context, operation);
        let declared = payload.map(|payload| Members::of(&context.index, &payload).properties).unwrap_or_default();
        for (key, wanted, what) in [("items", "array", "a list"), ("total", "number", "a number")] {
            let Some(name) = fields::text(findings, &place, members, key) else { continue };
            match declared.get(name) {
                None => {
                    findings.add(&place.child(key), format!("the payload of `{}` has no member `{name}`", operation.name()));
                }
                Some(member) if !is_only(&context.index, member, wanted) => {
                    findings.add(&place.child(key), format!("`{name}` of the payload is not {what}")).relate(member);
                }
                Some(_) => {}
            }
        }
    }
}

fn parameter(context: &Context<'_>, operation: &Operation<'_>, place: &Pointer, name: &str, findings: &mut Findings<'_>) {
    let is_named =
        |value: &Value| value.get("name").and_then(Value::as_str) == Some(name) && value.get("in") == Some(&Value::from("query"));
    match operation.parameters.iter().find(|parameter| is_named(parameter.value)) {
        None => {
            findings.add(place, format!("`{}` has no query parameter `{name}`", operation.name()));
        }
        Some(parameter) if !is_only(&context.index, &parameter.pointer.child("schema"), "number") => {
            findings.add(place, format!("the parameter `{name}` is not a number")).relate(&parameter.pointer);
        }
        Some(_) => {}
    }
}
