//! Rules: what a request carries.

use std::collections::HashSet;

use super::look::component_name;
use super::rule;
use crate::index::members;
use crate::lint::{Context, Findings, Rule};

pub(super) const BODY_FORM: Rule = rule(
    "body-form",
    "A request body says whether it is required, and its schema is a reference to a component.",
    "write `required: true` or `required: false`, and give the schema of the body a name in `components/schemas`",
    body_form,
);

fn body_form(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut judged = HashSet::new();
    let bodies = context.index.operations().iter().filter_map(|operation| Some((operation, operation.body.as_ref()?)));
    for (operation, body) in bodies.filter(|(_, body)| judged.insert(body.pointer.clone())) {
        if body.value.get("required").is_none() {
            findings.add(&body.pointer, format!("the body of `{}` does not say whether it is required", operation.name()));
        }
        for (name, media) in members(body.value, "content") {
            let place = body.pointer.child("content").child(name);
            match media.get("schema") {
                None => {
                    findings.add(&place, format!("the body of `{}` in `{name}` has no schema", operation.name()));
                }
                Some(schema) if component_name(schema).is_none() => {
                    let message = format!("the body of `{}` in `{name}` is not a reference to a schema component", operation.name());
                    findings.add(&place.child("schema"), message);
                }
                Some(_) => {}
            }
        }
    }
}
