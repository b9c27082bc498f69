//! Examples and schemas -> every place at which they contradict each other.
//!
//! What no reader would call a contradiction is left out: JSON in a text, lists with commas and numbers in a query, placeholders, null
//! where anything around the schema allows it.

use std::collections::HashMap;
use std::rc::Rc;

use serde_json::Value;

use super::walk::Walk;
use crate::grammar::Kind;
use crate::index::{items, members};
use crate::lint::composition::{ANY, Parts};
use crate::lint::context::{Context, Sample};
use crate::lint::media;
use crate::lint::words::words;
use crate::schema::{Direction, Options, Violation, check};
use crate::{Index, Pointer};

/// One contradiction.
#[derive(Debug)]
pub(super) struct Fault {
    /// The value, in the document.
    pub(super) place: Pointer,
    /// Where the schema of the value stands: a property, an item, a parameter.
    pub(super) stands: Pointer,
    /// The schema that is contradicted, behind all references.
    pub(super) schema: Pointer,
    /// The keyword of that schema.
    pub(super) keyword: &'static str,
    /// What is wrong, beginning with a verb.
    pub(super) message: String,
    /// The value, shared by all that is wrong with it.
    pub(super) value: Rc<Value>,
}

/// Every contradiction whose keyword is `wanted`.
pub(super) fn faults<'d>(
    context: &Context<'d>,
    walk: &mut Walk<'_, 'd>,
    undeclared: bool,
    wanted: impl Fn(&Violation, &Value) -> bool,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for sample in &context.samples {
        let Some(judged) = judged(context, sample) else { continue };
        let options = Options { direction: sample.direction, undeclared, open: false };
        // An object that lacks much is one value in many faults.
        let mut values: HashMap<Pointer, Rc<Value>> = HashMap::new();
        for violation in check(&context.index, &judged.schema, &judged.value, options) {
            let Some(value) = judged.value.pointer(violation.instance.as_str()) else { continue };
            if !wanted(&violation, value) || is_harmless(&violation, value) {
                continue;
            }
            if violation.keyword == "undeclared" && walk.is_declared_beside(&judged.schema, &judged.value, &violation) {
                continue;
            }
            let stands = walk.stands(&judged.schema, &judged.value, &violation);
            let forgiven = stands.as_ref().is_some_and(|place| {
                value.is_null() && walk.parts(place, ANY).has_flag(&context.index, "nullable")
                    || violation.keyword == "discriminator" && fits_some(context, place, value, sample.direction)
            });
            if forgiven {
                continue;
            }
            faults.push(Fault {
                place: if judged.in_text { sample.pointer.clone() } else { sample.pointer.join(violation.instance.as_str()) },
                stands: stands.unwrap_or_else(|| violation.schema.clone()),
                schema: violation.schema,
                keyword: violation.keyword,
                message: violation.message,
                value: Rc::clone(values.entry(violation.instance).or_insert_with(|| Rc::new(value.clone()))),
            });
        }
    }
    faults
}

/// A sample as it is compared.
struct Judged<'v> {
    schema: Pointer,
    value: std::borrow::Cow<'v, Value>,
    in_text: bool,
}

/// What to compare with what; `None` where a difference means nothing.
fn judged<'d>(context: &Context<'d>, sample: &Sample<'d>) -> Option<Judged<'d>> {
    let mut schema = sample.schema.clone();
    // The example of a part of `allOf` shows the whole.
    while let Some(list) = schema.parent().filter(|list| list.last().as_deref() == Some("allOf")) {
        schema = list.parent()?;
    }
    let holder = outer(&context.index, &schema)?;
    if holder.kind == Kind::MediaType && !holder.pointer.last().is_some_and(|name| media::is_json(&name)) {
        return None;
    }
    let value = sample.value;
    if value.get("$ref").is_some() || is_meant_to_fail(sample) {
        return None;
    }
    let Some(text) = value.as_str() else { return Some(Judged { schema, value: std::borrow::Cow::Borrowed(value), in_text: false }) };
    let types: Vec<_> = Parts::of(&context.index, &schema, ANY).schemas;
    let says = |name: &str| {
        types.iter().any(|part| part.value.get("type").and_then(Value::as_str) == Some(name) || implied(part.value) == Some(name))
    };
    let typed = ["object", "array", "integer", "number", "boolean"].iter().any(|name| says(name));
    if says("string") || !typed {
        return Some(Judged { schema, value: std::borrow::Cow::Borrowed(value), in_text: false });
    }
    let on_the_wire = matches!(holder.kind, Kind::Parameter | Kind::Header);
    let parsed = serde_json::from_str::<Value>(text).ok();
    match parsed {
        Some(parsed) if parsed.is_object() || parsed.is_array() || on_the_wire => {
            Some(Judged { schema, value: std::borrow::Cow::Owned(parsed), in_text: true })
        }
        // A list with commas, or a text that only looks like JSON because somebody shortened it.
        _ if says("array") && on_the_wire || says("object") => None,
        _ => Some(Judged { schema, value: std::borrow::Cow::Borrowed(value), in_text: false }),
    }
}

/// Whether the name of an example of a request says that the server will refuse it.
fn is_meant_to_fail(sample: &Sample<'_>) -> bool {
    const REFUSED: [&str; 12] =
        ["invalid", "error", "errors", "bad", "missing", "fail", "failed", "failure", "wrong", "malformed", "too", "without"];
    let name = sample.pointer.parent().and_then(|example| example.last()).unwrap_or_default();
    sample.direction == Direction::Sent && words(&name).iter().any(|word| REFUSED.contains(&word.as_str()))
}

/// The type of a schema that does not say it.
fn implied(schema: &Value) -> Option<&'static str> {
    if schema.get("type").is_some() {
        return None;
    }
    let has = |name: &str| schema.get(name).is_some();
    (has("properties") || has("additionalProperties")).then_some("object").or(has("items").then_some("array"))
}

/// The media type, parameter or header around a schema, or else the schema itself.
fn outer<'i, 'd>(index: &'i Index<'d>, schema: &Pointer) -> Option<&'i crate::index::Place<'d>> {
    let start = index.at(schema)?;
    let mut place = start;
    while let Some(parent) = index.parent(place) {
        match parent.kind {
            Kind::Schema => place = parent,
            Kind::MediaType | Kind::Parameter | Kind::Header => return Some(parent),
            _ => break,
        }
    }
    Some(start)
}

/// Violations that say nothing about the example.
fn is_harmless(violation: &Violation, value: &Value) -> bool {
    match violation.keyword {
        // Alternatives that overlap are a matter of the union, and `not` of taste.
        "oneOf" => !violation.message.starts_with("fits no"),
        "not" => true,
        "enum" | "format" | "pattern" | "minLength" | "maxLength" => value.as_str().is_some_and(is_placeholder),
        _ => false,
    }
}

/// Whether a text stands for a value instead of being one.
fn is_placeholder(text: &str) -> bool {
    let shortened = ["...", "…", "***", "{{", "YYYY", "yyyy", "XXXX", "xxxx"].iter().any(|part| text.contains(part));
    shortened || text == "string" || (text.starts_with(['<', '{', '[', '$']) && text.ends_with(['>', '}', ']']))
}

/// Whether a value fits an alternative of the union at `place`, although its tag is not in the mapping.
fn fits_some(context: &Context<'_>, place: &Pointer, value: &Value, direction: Direction) -> bool {
    let options = Options { direction, undeclared: false, open: false };
    let Some(target) = context.index.resolve(place) else { return false };
    ["oneOf", "anyOf"].iter().any(|keyword| {
        let list = target.pointer.child(keyword);
        (0..items(target.value, keyword).count()).any(|number| check(&context.index, &list.item(number), value, options).is_empty())
    })
}

/// Whether a property of `schema` may be left out because it only travels the other way.
pub(super) fn is_one_way(context: &Context<'_>, schema: &Pointer, name: &str) -> bool {
    let place = schema.child("properties").child(name);
    let parts = Parts::of(&context.index, &place, ANY);
    ["readOnly", "writeOnly"].iter().any(|flag| parts.has_flag(&context.index, flag))
}

/// The names of the members that an object lacks or has too much, as `check` writes them: the first name in backticks.
pub(super) fn name_in(message: &str) -> Option<&str> {
    message.split('`').nth(1)
}

/// Whether the object has any member that the schema declares.
pub(super) fn shares_members(context: &Context<'_>, stands: &Pointer, object: &Value) -> bool {
    let parts = Parts::of(&context.index, stands, ANY);
    let Some(object) = object.as_object() else { return true };
    parts.schemas.iter().any(|part| members(part.value, "properties").any(|(name, _)| object.contains_key(name)))
}
