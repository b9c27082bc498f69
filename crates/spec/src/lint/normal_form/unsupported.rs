//! Rule: what OpenAPI has and the normal form does without.
//!
//! A generator that passes over a key in silence leaves its author in the belief that it does something.

use serde_json::Value;

use super::rule;
use crate::grammar::Kind;
use crate::index::Place;
use crate::lint::{Context, Findings, Rule};

pub(super) const UNSUPPORTED_KEY: Rule = rule(
    "unsupported-key",
    "The document uses only those keys of OpenAPI that the normal form has a meaning for.",
    "say it in another way, or in a description; specs/README.md lists the forms",
    unsupported,
);

/// Keys that are not used, each with the kind of object.
const KEYS: &[(Kind, &[&str])] = &[
    (Kind::PathItem, &["$ref", "summary", "description", "servers", "options", "head", "trace"]),
    (Kind::Operation, &["callbacks", "servers"]),
    (Kind::Parameter, &["allowEmptyValue", "allowReserved", "content"]),
    (Kind::Header, &["allowEmptyValue", "allowReserved", "content", "style", "explode"]),
    (Kind::Encoding, &["headers", "style", "explode", "allowReserved"]),
    (Kind::Response, &["links"]),
    (Kind::Example, &["externalValue"]),
    (Kind::Components, &["links", "callbacks"]),
    (Kind::Schema, &["title", "not", "readOnly", "writeOnly", "xml"]),
    (Kind::SecurityScheme, &["flows", "openIdConnectUrl"]),
];

fn unsupported(context: &Context<'_>, findings: &mut Findings<'_>) {
    for place in context.index.places().iter().filter(|place| place.reference().is_none()) {
        for key in KEYS.iter().filter(|(kind, _)| *kind == place.kind).flat_map(|(_, keys)| *keys) {
            if place.value.get(key).is_some() {
                findings.add(&place.pointer.child(key), format!("the normal form has no `{key}` here"));
            }
        }
        if place.kind == Kind::Parameter {
            parameter(place, findings);
        }
    }
}

fn parameter(place: &Place<'_>, findings: &mut Findings<'_>) {
    let stands_in = place.text("in").unwrap_or_default();
    if stands_in == "cookie" {
        findings.add(&place.pointer.child("in"), "the normal form has no parameters in cookies");
        return;
    }
    let plain = if stands_in == "query" { "form" } else { "simple" };
    if let Some(style) = place.text("style").filter(|style| *style != plain) {
        findings
            .add(&place.pointer.child("style"), format!("the style `{style}` is not used; a parameter in the {stands_in} is `{plain}`"));
    }
    if stands_in != "query" && place.value.get("explode") == Some(&Value::Bool(true)) {
        findings.add(&place.pointer.child("explode"), format!("a parameter in the {stands_in} is not exploded"));
    }
}
