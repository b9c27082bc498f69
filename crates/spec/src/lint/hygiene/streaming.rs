//! Rule: a request can ask for a stream that no response offers.

use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;

use crate::index::{Operation, members};
use crate::lint::composition::{ANY, Parts};
use crate::lint::context::Context;
use crate::lint::{Check, Family, Findings, Rule, media};

/// A request can ask for a stream, but no response has a media type for one.
pub(super) const STREAM_WITHOUT_MEDIA_TYPE: Rule = Rule {
    id: "stream-without-media-type",
    family: Family::Inconsistency,
    says: "a request can ask for a stream, but no response has a media type for one",
    help: "add `text/event-stream`, or the media type that is really sent, to the content of the response",
    check: Check::Each(stream_without_media_type),
};

static STREAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)server[- ]sent event|\bsse\b|event[- ]stream|stream(s|ed|ing)? (back )?(the )?(response|repl|answer|result|output|mode)",
    )
    .ok()
});

/// What else tells a flag called `stream` from a video or a log.
static ABOUT_REPLY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)respon|repl(y|ies)|answer|result|output|event|\bsse\b|chunk|token|partial|increment|delta|real[- ]time").ok()
});

fn stream_without_media_type(context: &Context<'_>, findings: &mut Findings<'_>) {
    for operation in context.index.operations() {
        let offered: Vec<_> =
            operation.successes().flat_map(|(_, response)| members(response.value, "content")).map(|(name, _)| name.as_str()).collect();
        if offered.is_empty() || offered.iter().any(|name| media::is_stream(name)) {
            continue;
        }
        let Some(flag) = flag(context, operation) else { continue };
        let Some((_, response)) = operation.successes().find(|(_, response)| response.value.get("content").is_some()) else { continue };
        let place = response.stands.child("content");
        let place = if context.index.document().find(&place).is_some() { place } else { response.stands.clone() };
        let message = format!("`{flag}` asks for a stream, but the response is only {}", offered.join(", "));
        findings.add(&place, message);
    }
}

/// The member or parameter that turns the stream on.
fn flag<'d>(context: &Context<'d>, operation: &Operation<'d>) -> Option<&'d str> {
    let bodies = operation
        .body
        .iter()
        .flat_map(|body| members(body.value, "content").map(|(name, _)| body.pointer.child("content").child(name).child("schema")));
    for schema in bodies {
        for (name, place) in Parts::of(&context.index, &schema, ANY).properties() {
            if let Some(target) = context.index.resolve(&place)
                && is_flag(name, target.value, target.value.get("description"))
            {
                return Some(name);
            }
        }
    }
    operation.parameters.iter().find_map(|parameter| {
        let name = parameter.value.get("name")?.as_str()?;
        let schema = context.index.resolve(&parameter.pointer.child("schema"))?;
        is_flag(name, schema.value, parameter.value.get("description")).then_some(name)
    })
}

fn is_flag(name: &str, schema: &Value, description: Option<&Value>) -> bool {
    let can_be_true = schema.get("enum").and_then(Value::as_array).is_none_or(|values| values.contains(&Value::Bool(true)));
    if schema.get("type").and_then(Value::as_str) != Some("boolean") || !can_be_true {
        return false;
    }
    let text = description.and_then(Value::as_str).unwrap_or_default();
    let says = |pattern: &LazyLock<Option<Regex>>| pattern.as_ref().is_some_and(|pattern| pattern.is_match(text));
    match name {
        "stream" | "streaming" => text.trim().is_empty() || says(&ABOUT_REPLY),
        _ => name.to_lowercase().contains("stream") && says(&STREAMED),
    }
}
