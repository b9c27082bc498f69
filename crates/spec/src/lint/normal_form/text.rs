//! Rules: everything is described, in sentences, and nothing is hidden.
//!
//! Descriptions stand where OpenAPI has them and, for error codes, events and enum values, inside extensions.

use serde_json::Value;

use super::look::{Role, role};
use super::rule;
use crate::Pointer;
use crate::grammar::Kind;
use crate::index::{Place, items, members};
use crate::lint::{Context, Findings, Rule};
use crate::signs::is_hidden;

pub(super) const TEXT_DESCRIBED: Rule = rule(
    "text-described",
    "Every server, tag, parameter, header, response, body, schema, property, error code, event and enum value is described.",
    "add a `description` of one or more sentences",
    described,
);

pub(super) const TEXT_FORM: Rule = rule(
    "text-form",
    "A description is English and is made of whole sentences.",
    "write whole sentences in English, the last one ending with a full stop",
    form,
);

pub(super) const HIDDEN_SIGN: Rule = rule(
    "hidden-sign",
    "No name and no text has a sign that cannot be seen, or that changes the direction of what follows.",
    "take the sign out",
    hidden,
);

fn described(context: &Context<'_>, findings: &mut Findings<'_>) {
    for place in context.index.places().iter().filter(|place| place.reference().is_none()) {
        if let Some(what) = wants_description(context, place) {
            report_missing(findings, &place.pointer, &what, place.value);
        }
    }
    for (pointer, what, holder) in within_extensions(context) {
        report_missing(findings, &pointer, &what, holder);
    }
}

fn report_missing(findings: &mut Findings<'_>, pointer: &Pointer, what: &str, holder: &Value) {
    match holder.get("description") {
        None => {
            findings.add(pointer, format!("{what} has no description"));
        }
        Some(Value::String(text)) if text.trim().is_empty() => {
            findings.add(&pointer.child("description"), format!("the description of {what} is empty"));
        }
        Some(_) => {}
    }
}

/// What `place` is, if such a thing must be described.
///
/// The schema of a parameter, a header or an item of a list is described by what it stands in.
fn wants_description(context: &Context<'_>, place: &Place<'_>) -> Option<String> {
    let last = place.pointer.last().unwrap_or_default();
    let named = |member: &str| place.text(member).unwrap_or_default().to_owned();
    Some(match place.kind {
        Kind::Server => format!("the server `{}`", named("url")),
        Kind::ServerVariable => format!("the variable `{last}` of the server"),
        Kind::Tag => format!("the tag `{}`", named("name")),
        Kind::Parameter => format!("the parameter `{}`", named("name")),
        Kind::Header => format!("the header `{last}`"),
        Kind::Response if place.value.get("description").is_some() => format!("the response `{last}`"),
        Kind::RequestBody => "the request body".into(),
        Kind::SecurityScheme => format!("the security scheme `{last}`"),
        Kind::Schema => match role(&context.index, place)? {
            Role::Component => format!("the schema `{last}`"),
            Role::Property => format!("the property `{last}`"),
            _ => return None,
        },
        _ => return None,
    })
}

/// The objects inside extensions that are described: error codes, events, enum values.
fn within_extensions<'d>(context: &Context<'d>) -> Vec<(Pointer, String, &'d Value)> {
    let root = context.index.document().root();
    let codes = Pointer::root().child("x-error-codes");
    let mut found: Vec<_> = items(root, "x-error-codes")
        .enumerate()
        .map(|(number, entry)| (codes.item(number), format!("the error code `{}`", name_of_code(entry)), entry))
        .collect();
    for place in context.index.places() {
        let (pointer, what, holder) = match place.kind {
            Kind::Schema if place.reference().is_none() => (place.pointer.child("x-enum"), "value", members(place.value, "x-enum")),
            Kind::MediaType => {
                let Some(stream) = place.value.get("x-event-stream") else { continue };
                (place.pointer.join("/x-event-stream/events"), "event", members(stream, "events"))
            }
            _ => continue,
        };
        found.extend(holder.map(|(name, entry)| (pointer.child(name), format!("the {what} `{name}`"), entry)));
    }
    found.retain(|(_, _, entry)| entry.is_object());
    found
}

fn name_of_code(entry: &Value) -> String {
    let code = entry.get("code").unwrap_or(&Value::Null);
    code.as_str().map_or_else(|| code.to_string(), str::to_owned)
}

fn form(context: &Context<'_>, findings: &mut Findings<'_>) {
    let of_operation = |holder: &Pointer| context.index.at(holder).is_some_and(|place| place.kind == Kind::Operation);
    for text in &context.texts {
        // The summary of an operation has a rule of its own.
        if !(text.pointer.last().as_deref() == Some("summary") && of_operation(&text.holder)) {
            report_form(findings, &text.pointer, text.text);
        }
    }
    for (pointer, _, holder) in within_extensions(context) {
        if let Some(text) = holder.get("description").and_then(Value::as_str) {
            report_form(findings, &pointer.child("description"), text);
        }
    }
}

fn report_form(findings: &mut Findings<'_>, pointer: &Pointer, text: &str) {
    if let Some(message) = wrong_form(text) {
        findings.add(pointer, message);
    }
}

fn hidden(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut open = vec![(Pointer::root(), context.index.document().root())];
    while let Some((pointer, value)) = open.pop() {
        match value {
            Value::String(text) => report_hidden(findings, &pointer, "text", text),
            Value::Array(items) => open.extend(items.iter().enumerate().map(|(number, item)| (pointer.item(number), item))),
            Value::Object(members) => {
                for (name, member) in members {
                    let place = pointer.child(name);
                    report_hidden(findings, &place, "name", name);
                    open.push((place, member));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

fn report_hidden(findings: &mut Findings<'_>, pointer: &Pointer, what: &str, text: &str) {
    if let Some(sign) = text.chars().find(|sign| is_hidden(*sign)) {
        findings.add(pointer, format!("the {what} has U+{:04X} in it, which a reader does not see", u32::from(sign)));
    }
}

/// What is wrong with the form of a text. An empty text is missing, which is something else.
fn wrong_form(text: &str) -> Option<String> {
    let text = text.trim();
    let first = text.chars().next()?;
    if let Some(foreign) = text.chars().find(|letter| is_foreign(*letter)) {
        return Some(format!("the text has `{foreign}` in it, which is not English"));
    }
    if first.is_lowercase() {
        return Some(format!("the text does not begin like a sentence: `{}`", first_words(text)));
    }
    if !text.trim_end_matches([')', '"']).ends_with('.') {
        return Some(format!("the text does not end with a full stop: `{}`", last_words(text)));
    }
    None
}

/// Letters that are not Latin, and the wide punctuation that goes with some of them.
fn is_foreign(letter: char) -> bool {
    (letter.is_alphabetic() && letter > '\u{24f}')
        || ('\u{3000}'..='\u{303f}').contains(&letter)
        || ('\u{ff00}'..='\u{ffef}').contains(&letter)
}

fn first_words(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().take(4).collect();
    words.join(" ")
}

fn last_words(text: &str) -> String {
    let mut words: Vec<_> = text.split_whitespace().rev().take(4).collect();
    words.reverse();
    words.join(" ")
}
