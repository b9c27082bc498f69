//! Rules: request bodies that may be left out although they may not, or that get lost on the way.

use std::collections::HashSet;

use serde_json::Value;

use crate::Pointer;
use crate::index::{members, texts};
use crate::lint::composition::{Parts, quoted};
use crate::lint::context::Context;
use crate::lint::{Check, Family, Findings, Rule};

/// A request body may be left out although it has members that may not.
pub(super) const OPTIONAL_BODY: Rule = Rule {
    id: "optional-body",
    family: Family::Inconsistency,
    says: "a request body may be left out although it has members that may not",
    help: "write `required: true` in the request body",
    check: Check::Each(optional_body),
};

/// A GET, HEAD or DELETE request has a body.
pub(super) const DELETE_BODY: Rule = Rule {
    id: "delete-body",
    family: Family::Inconsistency,
    says: "a GET, HEAD or DELETE request has a body",
    help: "move the members into the query or the path; if the server insists on the body, settle it with `x-ledger`",
    check: Check::Each(delete_body),
};

fn optional_body(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut seen = HashSet::new();
    for body in context.index.operations().iter().filter_map(|operation| operation.body.as_ref()) {
        let said = body.value.get("required");
        if said == Some(&Value::Bool(true)) || context.is_settled(&body.pointer) || !seen.insert(&body.pointer) {
            continue;
        }
        // Whoever writes both `required: false` and "optional" means it.
        let described = body.value.get("description").and_then(Value::as_str).is_some_and(|text| text.to_lowercase().contains("optional"));
        if described && said.is_some() {
            continue;
        }
        let media = members(body.value, "content");
        let needed = media.map(|(name, _)| required_members(context, &body.pointer.child("content").child(name).child("schema")));
        if let Some(needed) = needed.into_iter().find(|names| !names.is_empty()) {
            let how = if said.is_some() { "says `required: false`" } else { "is optional, because `required` is not written," };
            let verb = if needed.len() == 1 { "is" } else { "are" };
            findings.add(&body.pointer, format!("the body {how} but {} in it {verb} required", quoted(needed)));
        }
    }
}

/// The members that a sender of `schema` cannot leave out.
fn required_members<'d>(context: &Context<'d>, schema: &Pointer) -> Vec<&'d str> {
    let parts = Parts::of(&context.index, schema, &["allOf"]);
    let read_only: HashSet<_> = parts
        .properties()
        .filter(|(_, place)| Parts::of(&context.index, place, &["allOf"]).has_flag(&context.index, "readOnly"))
        .map(|(name, _)| name)
        .collect();
    let mut seen = HashSet::new();
    let all = parts.schemas.iter().flat_map(|part| texts(part.value, "required"));
    all.filter(|name| !read_only.contains(name) && seen.insert(*name)).collect()
}

fn delete_body(context: &Context<'_>, findings: &mut Findings<'_>) {
    for operation in context.index.operations().iter().filter(|operation| matches!(operation.method, "get" | "head" | "delete")) {
        let pointer = operation.pointer.child("requestBody");
        if operation.body.is_none() || context.is_settled(&pointer) {
            continue;
        }
        let method = operation.method.to_uppercase();
        findings.add(&pointer, format!("OpenAPI 3.0 gives the body of a {method} request no meaning, and generators and proxies drop it"));
    }
}
