//! Rule: a description says that a value is of another type than the schema.

use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;

use super::subject::{Grouped, Subject, subjects};
use super::values::regex;
use crate::index::members;
use crate::lint::context::Context;
use crate::lint::{Check, Family, Findings, Rule};

pub(super) const PROSE: Rule = Rule {
    id: "type-prose",
    family: Family::Inconsistency,
    says: "A description says that a value is of another type than its schema.",
    help: "find out what the server reads and writes, and make the schema and the description say that",
    check: Check::Each(check),
};

static COMMA_LIST: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\bcomma[\s\-]+(?:separated|delimited)\b|\bseparated\s+by\s+(?:a\s+)?commas?\b|\bseparate\s+(?:multiple|them|values|\w+)\s+(?:\w+\s+)?(?:with|by)\s+(?:a\s+)?commas?\b",
    )
});

static ARRAY: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)^(?:an?\s+|the\s+)?(?:\w+\s+)?array\s+(?:of|containing)\b"));
static JSON_TEXT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^(?:an?\s+|the\s+)?(?:json[\s\-]+(?:encoded\s+|serialized\s+)?string\b|stringified\s+json\b|json[\s\-]stringified\b|serialized\s+json\b)",
    )
});
static TEXT_DATE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:in|as\s+an?|an?|uses|follows)\s+(?:the\s+)?(?:ISO[\s\-]?8601|RFC[\s\-]?3339)(?:\s+(?:format\w*|date|datetime|timestamp|string|date-time))?\b",
    )
});
static EPOCH: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:unix|epoch)[\s\-]+(?:timestamp|time\b|seconds|milliseconds)|\b(?:milli)?seconds\s+since\s+(?:the\s+)?(?:unix\s+)?epoch",
    )
});
static TEXT_LIKE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\b(?:json|string|serialized|encoded|delimited|separated|csv|base64|binary|bytes?)\b"));

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let wanted = ["omma", "rray", "JSON", "json", "8601", "3339", "nix", "poch"];
    let mut grouped = Grouped::default();
    for subject in subjects(context, |text| wanted.iter().any(|word| text.contains(word))) {
        if subject.is_choice() || context.is_settled(&subject.pointer) {
            continue;
        }
        if let Some(message) = judge(&subject) {
            grouped.add(&subject, message);
        }
    }
    grouped.report(findings);
}

fn judge(subject: &Subject<'_>) -> Option<String> {
    let kind = subject.kind()?;
    let prose = subject.prose();
    let first = prose.sentences().next().map_or("", |sentence| sentence.text.as_str());
    let said = |pattern: &Regex| prose.sentences().any(|sentence| pattern.is_match(&sentence.text));
    let name = subject.called();
    let number = matches!(kind, "integer" | "number");
    if prose.sentences().any(|sentence| COMMA_LIST.is_match(&sentence.text) && !subject.is_about_another(sentence)) {
        let single = kind == "string" && items_are_values(subject);
        if single || number || kind == "boolean" {
            let what = if single { "one value of its enum".to_owned() } else { format!("one {kind}") };
            return Some(format!("the description of {name} speaks of a list separated by commas, but its schema is {what}"));
        }
        if kind == "array" && is_repeated(subject) {
            return Some(format!(
                "the description of {name} speaks of a list separated by commas, but its schema repeats the parameter for each item (`explode` is true)"
            ));
        }
    }
    // A component is described where it is used: "an array of these" is said of the array around it.
    let used = subject.owner.is_some() || subject.holder.is_some();
    let unlike = number
        || kind == "boolean"
        || (kind == "object" && !holds_array(subject))
        || (kind == "string" && !TEXT_LIKE.is_match(subject.text));
    if ARRAY.is_match(first) && used && unlike {
        return Some(format!("the description of {name} says that it is an array, but its schema is of type `{kind}`"));
    }
    if JSON_TEXT.is_match(first) && matches!(kind, "object" | "array") {
        return Some(format!("the description of {name} says that it is text which holds JSON, but its schema is of type `{kind}`"));
    }
    if number && said(&TEXT_DATE) && !said(&EPOCH) {
        return Some(format!("the description of {name} gives a textual format of dates, but its schema is of type `{kind}`"));
    }
    let format = subject.keyword("format").and_then(Value::as_str);
    if kind == "string" && format == Some("date-time") && said(&EPOCH) && !said(&TEXT_DATE) {
        return Some(format!("the description of {name} says that it counts from the epoch, but its schema is a `date-time`"));
    }
    None
}

/// Whether an object has an array, which the description may mean.
fn holds_array(subject: &Subject<'_>) -> bool {
    let mut properties = subject.parts.iter().flat_map(|part| members(part, "properties"));
    properties.any(|(_, property)| property.get("type").is_some_and(|kind| kind == "array") || property.get("$ref").is_some())
}

fn items_are_values(subject: &Subject<'_>) -> bool {
    subject
        .keyword("enum")
        .and_then(Value::as_array)
        .is_some_and(|values| !values.iter().any(|value| value.as_str().is_some_and(|text| text.contains(','))))
}

/// Whether it is a query parameter whose items are sent as `name=a&name=b`.
fn is_repeated(subject: &Subject<'_>) -> bool {
    let Some(holder) = subject.holder else { return false };
    let form = holder.get("style").is_none_or(|style| style == "form");
    holder.get("in").is_some_and(|place| place == "query") && form && holder.get("explode") != Some(&Value::Bool(false))
}
