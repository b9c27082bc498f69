//! Rules: replies that are not described: no errors, no members.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::grammar::Kind;
use crate::index::{Operation, members};
use crate::lint::composition::quoted;
use crate::lint::context::Context;
use crate::lint::{Check, Family, Findings, Rule, media};
use crate::{Index, Pointer};

/// Operations do not say how they fail.
pub(super) const MISSING_ERRORS: Rule = Rule {
    id: "missing-errors",
    family: Family::Inconsistency,
    says: "operations do not say how they fail",
    help: "declare `4XX` and `5XX`, or `default`, with the schema of an error, in every operation",
    check: Check::Each(missing_errors),
};

/// A reply has members or a value that its schema does not describe.
pub(super) const UNTYPED_REPLY: Rule = Rule {
    id: "untyped-reply",
    family: Family::Inconsistency,
    says: "a reply has members or a value that its schema does not describe",
    help: "describe what is in the reply; `nullable: true` if it may be null",
    check: Check::Each(untyped_reply),
};

/// Up to this many operations without errors are exceptions, to be mended one by one.
const EXCEPTIONS: usize = 5;

fn missing_errors(context: &Context<'_>, findings: &mut Findings<'_>) {
    let operations = context.index.operations();
    let silent: Vec<_> = operations.iter().filter(|operation| !declares_errors(operation) && can_fail(context, operation)).collect();
    let speaking = operations.iter().filter(|operation| declares_errors(operation)).count();
    let paths = Pointer::root().child("paths");
    if silent.is_empty() || operations.len() < 2 {
        return;
    }
    if speaking == 0 {
        findings.add(&paths, format!("none of the {} operations declares an error response", operations.len()));
    } else if silent.len() <= EXCEPTIONS && silent.len() < speaking {
        for operation in silent {
            let message = format!("`{}` declares no error response, as {speaking} other operations do", operation.name());
            findings.add(&operation.pointer.child("responses"), message);
        }
    } else {
        let message = format!("{} of {} operations declare no error response", silent.len(), operations.len());
        let problem = findings.add(&paths, message);
        silent.iter().for_each(|operation| _ = problem.relate(&operation.pointer.child("responses")));
    }
}

fn declares_errors(operation: &Operation<'_>) -> bool {
    members(operation.value, "responses").any(|(status, _)| status.starts_with(['4', '5']) || status == "default")
}

/// Whether a caller can do anything wrong. A health check without parameters has no errors worth telling.
fn can_fail(context: &Context<'_>, operation: &Operation<'_>) -> bool {
    let secured = operation.value.get("security").or_else(|| context.index.document().root().get("security"));
    let asks = operation.body.is_some() || !operation.parameters.is_empty();
    let some = secured.and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    (asks || some) && operation.value.get("responses").is_some_and(Value::is_object) && !context.is_settled(&operation.pointer)
}

/// From here on, replies that all lack the same members are one thing to mend.
const HABIT: usize = 5;

fn untyped_reply(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut seen = HashSet::new();
    let mut found: BTreeMap<String, Vec<Pointer>> = BTreeMap::new();
    let mut note = |place: &Pointer, message: String| {
        if seen.insert(place.clone()) && !context.is_settled(place) {
            found.entry(message).or_default().push(place.clone());
        }
    };
    for sample in &context.samples {
        let Some(holder) = sample.schema.parent() else { continue };
        if is_reply(&context.index, &holder) {
            compare(context, &sample.schema, sample.value, &mut note);
        }
    }
    for place in context.index.of_kind(Kind::MediaType).filter(|place| place.value.get("schema").is_none()) {
        let example = place.value.get("example").or_else(|| members(place.value, "examples").find_map(|(_, example)| example.get("value")));
        if let Some(names) = example.and_then(member_names)
            && is_reply(&context.index, &place.pointer)
        {
            note(&place.pointer, format!("there is no schema, but the example has {names}"));
        }
    }
    let media_types = context.index.of_kind(Kind::MediaType).filter(|place| is_reply(&context.index, &place.pointer));
    let shown: HashSet<&Pointer> = context.samples.iter().map(|sample| &sample.schema).collect();
    for target in media_types.filter_map(|place| context.index.resolve(&place.pointer.child("schema"))) {
        // What the example tells is said above.
        if is_empty_object(target.value, true) && !shown.contains(&target.stands) {
            note(&target.pointer, "the schema is an object without members".into());
        }
    }
    for property in &context.properties {
        let text = property.schema.get("description").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        let says_null = text.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == "null");
        let nullable = property.schema.get("nullable") == Some(&Value::Bool(true));
        if says_null && !nullable && is_empty_object(property.schema, true) && context.index.usage(&property.target).received {
            let message = format!("`{}` is an object without members that is never null, but its description says null", property.name);
            note(&property.target, message);
        }
    }
    for (message, places) in found {
        match &places[..] {
            [first, more @ ..] if places.len() > HABIT => {
                let problem = findings.add(first, format!("{message}; so it is in {} other places", more.len()));
                more.iter().for_each(|place| _ = problem.relate(place));
            }
            _ => places.iter().for_each(|place| _ = findings.add(place, message.clone())),
        }
    }
}

/// Whether this is a JSON media type of a response.
fn is_reply(index: &Index<'_>, media: &Pointer) -> bool {
    let Some(place) = index.at(media).filter(|place| place.kind == Kind::MediaType) else { return false };
    let is_json = media.last().is_some_and(|name| media::is_json(&name));
    is_json && index.parent(place).is_some_and(|holder| holder.kind == Kind::Response)
}

/// Looks for objects in `value` that have members where the schema says that there are none.
fn compare(context: &Context<'_>, schema: &Pointer, value: &Value, report: &mut dyn FnMut(&Pointer, String)) {
    let mut open = vec![(schema.clone(), value, true)];
    while let Some((schema, value, outermost)) = open.pop() {
        let Some(target) = context.index.resolve(&schema) else { continue };
        match value {
            Value::Object(members) => {
                if is_empty_object(target.value, !outermost)
                    && let Some(names) = member_names(value)
                {
                    report(&target.pointer, format!("the schema has no members, but the example has {names}"));
                }
                let properties = target.value.get("properties").and_then(Value::as_object);
                let known = members.iter().filter(|(name, _)| properties.is_some_and(|known| known.contains_key(*name)));
                open.extend(known.map(|(name, member)| (target.pointer.child("properties").child(name), member, false)));
            }
            Value::Array(elements) if target.value.get("items").is_some() => {
                // One element tells what the others would.
                open.extend(elements.first().map(|element| (target.pointer.child("items"), element, false)));
            }
            _ => {}
        }
    }
}

/// Whether a schema describes an object and nothing in it.
///
/// A bare `type: object` is how OpenAPI spells "any object", so within a reply only `properties: {}` counts (`explicit`).
fn is_empty_object(schema: &Value, explicit: bool) -> bool {
    let Some(keywords) = schema.as_object() else { return false };
    let says_more = ["additionalProperties", "allOf", "oneOf", "anyOf", "not", "$ref", "items", "enum"];
    let properties = keywords.get("properties").and_then(Value::as_object);
    let is_object = keywords.get("type").is_none_or(|name| name == "object");
    let empty = properties.map_or(!explicit, serde_json::Map::is_empty);
    is_object && empty && !says_more.iter().any(|name| keywords.contains_key(*name))
}

/// The names of the members of an object that has some.
fn member_names(value: &Value) -> Option<String> {
    let members = value.as_object().filter(|members| !members.is_empty())?;
    Some(quoted(members.keys().map(String::as_str)))
}
