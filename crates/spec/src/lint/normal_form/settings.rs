//! Rule: what the document tells every client: how outcomes are read, when to come back, where its settings come from.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::fields;
use super::look::{Members, is_snake_case, quoted, refusal_body};
use super::marks::{is_member_or_alias, is_only};
use super::rule;
use crate::Pointer;
use crate::index::members;
use crate::lint::{Context, Findings, Rule};

pub(super) const CLIENT_SETTINGS: Rule = rule(
    "client-settings",
    "`x-envelope`, `x-retry-after` and `x-environment` name things that exist: members and headers of a refusal, parameters of the client.",
    "write the value as the table of extensions in specs/README.md has it, with names that the document declares",
    client_settings,
);

fn client_settings(context: &Context<'_>, findings: &mut Findings<'_>) {
    let root = context.index.document().root();
    let place = |name: &str| Pointer::root().child(name);
    if let Some(value) = root.get("x-envelope") {
        envelope(context, &place("x-envelope"), value, findings);
    }
    if let Some(value) = root.get("x-retry-after") {
        retry_after(context, &place("x-retry-after"), value, findings);
    }
    let client_parameters = client_parameters(context, findings);
    match root.get("x-environment") {
        Some(value) => environment(context, &place("x-environment"), value, &client_parameters, findings),
        None => {
            for (name, holder) in client_parameters {
                findings.add(&holder, format!("the client is to fill in `{name}`, and the document has no `x-environment`"));
            }
        }
    }
}

fn envelope(context: &Context<'_>, place: &Pointer, value: &Value, findings: &mut Findings<'_>) {
    let Some(found) = fields::map(findings, place, value, &["code", "message", "success"], &["data", "request-id", "trace-header"]) else {
        return;
    };
    let success = found.get("success").and_then(Value::as_str);
    if found.contains_key("success") && !matches!(success, Some("2xx" | "2xx and code == 0")) {
        findings.add(&place.child("success"), "`success` is `2xx` or `2xx and code == 0`");
    }
    for key in ["data", "trace-header"].into_iter().filter(|key| found.get(*key).is_some_and(|value| !value.is_null())) {
        fields::text(findings, place, found, key);
    }
    if let Some(header) = found.get("trace-header").and_then(Value::as_str) {
        header_of_refusal(context, &place.child("trace-header"), header, findings);
    }
    let Some(body) = refusal_body(context) else { return };
    let index = &context.index;
    for key in ["code", "message", "request-id"] {
        let at = place.child(key);
        let spellings = match found.get(key) {
            Some(Value::String(name)) => vec![name.as_str()],
            Some(Value::Null) | None => Vec::new(),
            Some(list) => fields::texts(findings, &at, list),
        };
        for name in spellings.iter().filter(|name| !is_member_or_alias(index, &body, name)) {
            findings.add(&at, format!("the body of a refusal has no member `{name}`, nor is that an alias of one"));
        }
        let compared = key == "code" && success == Some("2xx and code == 0");
        let member = spellings.first().filter(|_| compared).and_then(|name| Members::of(index, &body).properties.remove(*name));
        if let Some(member) = member.filter(|member| !is_only(index, member, "number")) {
            let message = format!("`{}` is compared with 0, and it is not an integer", spellings[0]);
            findings.add(&place.child("success"), message).relate(&member);
        }
    }
}

fn retry_after(context: &Context<'_>, place: &Pointer, value: &Value, findings: &mut Findings<'_>) {
    let Some(found) = fields::map(findings, place, value, &["header", "unit"], &[]) else { return };
    if let Some(header) = fields::text(findings, place, found, "header") {
        header_of_refusal(context, &place.child("header"), header, findings);
    }
    if found.contains_key("unit") && !matches!(found["unit"].as_str(), Some("s" | "ms")) {
        findings.add(&place.child("unit"), "`unit` is `s` or `ms`");
    }
}

fn header_of_refusal(context: &Context<'_>, place: &Pointer, header: &str, findings: &mut Findings<'_>) {
    let Some(refusal) = context.index.resolve(&Pointer::root().join("/components/responses/Refusal")) else { return };
    if !members(refusal.value, "headers").any(|(name, _)| name.eq_ignore_ascii_case(header)) {
        findings.add(place, format!("`Refusal` does not declare the header `{header}`")).relate(&refusal.pointer);
    }
}

/// What clients fill in, with the first place that says so.
fn client_parameters(context: &Context<'_>, findings: &mut Findings<'_>) -> Vec<(String, Pointer)> {
    let mut found: Vec<(String, Pointer)> = Vec::new();
    for place in context.index.places().iter().filter(|place| place.reference().is_none()) {
        let Some(value) = place.value.get("x-client-parameter") else { continue };
        let here = place.pointer.child("x-client-parameter");
        match value.as_str().filter(|name| is_snake_case(name)) {
            None => {
                findings.add(&here, "`x-client-parameter` is not a name in snake case");
            }
            Some(name) if !found.iter().any(|(known, _)| known == name) => found.push((name.to_owned(), here)),
            Some(_) => {}
        }
    }
    found
}

/// What the environment can say besides the keys.
const ALWAYS: &str = "base_url";

fn environment(
    context: &Context<'_>,
    place: &Pointer,
    value: &Value,
    client_parameters: &[(String, Pointer)],
    findings: &mut Findings<'_>,
) {
    let (required, optional): (&[&str], &[&str]) =
        if is_signed(context) { (&["key_id", "key_secret"], &["security_token", ALWAYS]) } else { (&["key"], &[ALWAYS]) };
    let own: Vec<&str> = client_parameters.iter().map(|(name, _)| name.as_str()).collect();
    let optional: Vec<&str> = optional.iter().copied().chain(own.iter().copied()).collect();
    let Some(found) = fields::map(findings, place, value, required, &optional) else { return };
    for (name, holder) in client_parameters.iter().filter(|(name, _)| !found.contains_key(name)) {
        findings.add(holder, format!("the client is to fill in `{name}`, and `x-environment` does not say from which variable"));
    }
    variables(place, found, findings);
}

fn variables(place: &Pointer, found: &Map<String, Value>, findings: &mut Findings<'_>) {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    for (key, value) in found {
        let name = value.as_str().unwrap_or_default();
        let fits = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
        if !name.starts_with(|first: char| first.is_ascii_uppercase()) || !name.chars().all(fits) {
            findings.add(&place.child(key), format!("`{key}` is not the name of an environment variable, such as `EXAMPLE_API_KEY`"));
        } else if let Some(first) = seen.insert(name, key) {
            findings.add(&place.child(key), format!("{} are read from the same variable", quoted([first, key])));
        }
    }
}

/// Whether requests are signed: some scheme is neither a header nor one of the simple HTTP schemes.
fn is_signed(context: &Context<'_>) -> bool {
    let components = context.index.document().root().get("components");
    let schemes = components.into_iter().flat_map(|components| members(components, "securitySchemes"));
    let names: BTreeSet<String> = schemes
        .filter(|(_, scheme)| scheme.get("type") == Some(&Value::from("http")))
        .filter_map(|(_, scheme)| Some(scheme.get("scheme")?.as_str()?.to_ascii_lowercase()))
        .collect();
    names.iter().any(|name| !matches!(name.as_str(), "bearer" | "basic"))
}
