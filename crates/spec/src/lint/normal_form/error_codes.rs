//! Rule: the codes of refusals.

use std::collections::HashMap;

use serde_json::Value;

use super::fields;
use super::look::{Members, is_snake_case, quoted, refusal_body};
use super::marks::is_only;
use super::rule;
use crate::Pointer;
use crate::lint::{Context, Findings, Rule};

pub(super) const ERROR_CODES: Rule = rule(
    "error-codes",
    "Each error code has a code, a name and a kind; no code and no name stands twice.",
    "write `{code, name, kind, description}` with a name in snake case and one of the kinds in specs/README.md",
    error_codes,
);

const KINDS: [&str; 9] =
    ["authentication", "permission", "not_found", "invalid_request", "quota", "rate_limited", "not_ready", "unavailable", "internal"];

fn error_codes(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(list) = context.index.document().root().get("x-error-codes") else { return };
    let place = Pointer::root().child("x-error-codes");
    let Some(list) = list.as_array() else {
        findings.add(&place, "`x-error-codes` is not a list");
        return;
    };
    let wants_text = code_is_text(context);
    let mut names: HashMap<&str, Pointer> = HashMap::new();
    let mut codes: HashMap<String, Pointer> = HashMap::new();
    let mut of_other_type = Vec::new();
    for (number, entry) in list.iter().enumerate() {
        let here = place.item(number);
        // A missing description is what the rule about descriptions reports.
        let Some(members) = fields::map(findings, &here, entry, &["code", "name", "kind"], &["description", "x-ledger"]) else { continue };
        if let Some(code) = members.get("code") {
            if let Some(message) = wrong_code(code) {
                findings.add(&here.child("code"), message);
            } else if wants_text.is_some_and(|wants_text| wants_text != code.is_string()) {
                of_other_type.push(here.child("code"));
            }
            if let Some(first) = codes.insert(code.to_string(), here.clone()) {
                findings.add(&here.child("code"), format!("the code {code} stands twice")).relate(&first);
            }
        }
        if let Some(name) = fields::text(findings, &here, members, "name") {
            if !is_snake_case(name) {
                findings.add(&here.child("name"), format!("the name `{name}` is not in snake case"));
            }
            if let Some(first) = names.insert(name, here.clone()) {
                findings.add(&here.child("name"), format!("the name `{name}` stands twice")).relate(&first);
            }
        }
        if let Some(kind) = fields::text(findings, &here, members, "kind").filter(|kind| !KINDS.contains(kind)) {
            findings.add(&here.child("kind"), format!("`{kind}` is not one of the kinds {}", quoted(KINDS)));
        }
    }
    if let [first, others @ ..] = &of_other_type[..] {
        let (found, wanted) = if wants_text == Some(true) { ("a number", "a text") } else { ("a text", "a number") };
        let problem = findings.add(first, format!("the code is {found}, and the body of a refusal has {wanted}"));
        others.iter().for_each(|other| {
            problem.relate(other);
        });
    }
}

fn wrong_code(code: &Value) -> Option<String> {
    match code {
        Value::Number(number) if !number.is_i64() => Some(format!("the code {number} is not a whole number")),
        Value::String(text) if text.is_empty() => Some("the code is empty".into()),
        Value::String(text) if text.strip_suffix('*').unwrap_or(text).contains('*') => {
            Some(format!("the code `{text}` has `*` somewhere else than at its end"))
        }
        Value::Number(_) | Value::String(_) => None,
        _ => Some("the code is neither a number nor a text".into()),
    }
}

/// Whether refusals carry their code as text; `None` if the document does not tell.
fn code_is_text(context: &Context<'_>) -> Option<bool> {
    let code = context.index.document().root().get("x-envelope")?.get("code")?;
    let name = code.as_str().or_else(|| code.as_array()?.first()?.as_str())?;
    let member = Members::of(&context.index, &refusal_body(context)?).properties.remove(name)?;
    if is_only(&context.index, &member, "string") {
        return Some(true);
    }
    is_only(&context.index, &member, "number").then_some(false)
}
