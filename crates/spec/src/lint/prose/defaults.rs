//! Rule: the schema's default is another than the one that the description gives.

use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;

use super::bounds::{UNIT, is_unit_of};
use super::subject::{Grouped, Subject, subjects};
use super::text::{Prose, Sentence};
use super::values::{number, regex, scalar};
use crate::lint::context::Context;
use crate::lint::{Check, Family, Findings, Rule};

pub(super) const PROSE: Rule = Rule {
    id: "default-prose",
    family: Family::Inconsistency,
    says: "A default differs from the one that the description gives.",
    help: "find out what the server does when nothing is sent, and say it in one place only",
    check: Check::Each(check),
};

/// Wordings that end where the default begins.
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"(?i)(?:\bdefault(?:s|ed|ing)?\s+to\s*:?\s*|\b(?:the\s+)?default(?:\s+(?:value|setting|behaviou?r|option|mode))?\s+(?:is|of|will\s+be)\s*:?\s+(?:set\s+to\s+)?|\b(?:the\s+)?default\s+(?:page\s+size|[a-z]+)\s+is\s+(?:set\s+to\s+)?|\bdefaults?(?:\s+value)?\s*[:=]\s*|[,(\[]\s*default\s+|\bthe\s+default(?:\s+(?:value|setting|option|mode))?\s+)(?:the\s+value\s+)?["']?"#,
    )
});

/// Wordings that begin where the default ends.
static AFTER: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^['\x22]?\s*(?:\(?\s*by\s+default\b|\(\s*(?:the\s+)?default\s*\)|\s+is\s+the\s+default\b|\s+(?:is|will\s+be)\s+used\s+(?:by\s+default|as\s+(?:the\s+)?default))",
    )
});

/// "If not specified, X is used".
static UNSET: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^(?:unless\s+(?:otherwise\s+)?(?:specified|set|provided|given)|(?:if|when)\s+(?:it\s+is\s+|this\s+(?:\w+\s+)?is\s+|the\s+(?:\w+\s+)?is\s+)?(?:not\s+(?:specified|provided|set|given|supplied|present|passed)|omitted|unset|unspecified|absent|left\s+(?:out|blank|empty)))\s*,\s*(?:the\s+value\s+)?",
    )
});

/// "20 is used", after `UNSET`.
static USED: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)^['\x22]?\s+(?:is|will\s+be)\s+(?:used|assumed|applied)\s*[.!]?$"));

/// A sentence that says no more than whether something is on.
static SWITCH: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^(?:(?:it|this)\s+is\s+|this\s+(?:option|setting|flag|feature|field|parameter)\s+is\s+)?(?:(true|enabled|on)|false|disabled|off)\s+by\s+default\s*[.!]?$",
    )
});

/// What is taken from somewhere else: "the session's `mode` setting will be used", "defaults to the value of `name`".
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^(?:the|your|its)\s+[^.]{0,60}?(?:['’]s\s|\bof\s+the\b|\bof\s+your\b|\bspecified\s+(?:in|by)\b|\bconfigured\s+(?:in|by|on)\b|\bvalue\s+of\b)[^.]{0,60}?\b(?:is|will\s+be|are)\s+(?:used|applied|taken|inherited)\b",
    )
});

/// Words after a default that make it hold for one case only, or that are its unit.
static CASE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^['\x22)\]]*[,;]?\s*\(?(?:if|when|for|unless|otherwise|except|while|but|on|in|or|and|with|where|until|depending|%|percent|days?|hours?|hrs?|minutes?|mins?|weeks?|months?|years?|seconds?|secs?|s\b|m\b|h\b|ms\b|milliseconds?|[kmg]i?b\b|bytes|kilobytes|megabytes|gigabytes|business|cents?|×|\*|x\b)",
    )
});

static WORD: LazyLock<Regex> = LazyLock::new(|| regex(r"^-?[A-Za-z0-9_][A-Za-z0-9_\-]*(?:[.,:][A-Za-z0-9_]+)*"));

/// Words before a default that make it hold for one case only.
static CONDITION: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\b(?:for|when|if|where|otherwise|unless|in\s+case|previously|was|were)\b"));

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let wanted = ["efault", "used", "applied", "taken", "inherited", "assumed"];
    let mut grouped = Grouped::default();
    for subject in subjects(context, |text| wanted.iter().any(|word| text.contains(word))) {
        let Some(default) = subject.parts.first().and_then(|part| part.get("default")).or_else(|| subject.keyword("default")) else {
            continue;
        };
        if context.is_settled(&subject.pointer) || default.is_object() || default.is_array() || default.is_null() {
            continue;
        }
        let prose = subject.prose();
        let said = said(context, &subject, &prose, default);
        if let (Some(first), false) = (said.first(), said.iter().any(|value| agrees(value, default))) {
            let default = shown(default);
            grouped.add(
                &subject,
                format!("{} has the default {default}, but its description says that it is {}", subject.called(), shown(first)),
            );
        } else if let (Some(other), true) = (decided_elsewhere(&prose), said.is_empty()) {
            let message =
                format!("{} has the default {}, but its description says that without it {other}", subject.called(), shown(default));
            grouped.add(&subject, message);
        }
    }
    grouped.report(findings);
}

/// The defaults that the prose gives.
fn said(context: &Context<'_>, subject: &Subject<'_>, prose: &Prose, default: &Value) -> Vec<Value> {
    let siblings = subject.siblings(context);
    let mut found = Vec::new();
    for sentence in prose.sentences() {
        let of_another = |until: usize| {
            sentence.marks.iter().any(|mark| {
                let word = sentence.marked(mark);
                mark.end <= until && word != subject.name && (siblings.contains(word) || context.names.contains(word))
            })
        };
        for announced in BEFORE.find_iter(&sentence.text) {
            let lead = &sentence.text[..announced.start()];
            let unset = UNSET.find(lead).map_or(0, |unset| unset.end());
            let lead = &lead[unset..];
            if CONDITION.is_match(lead) || of_another(announced.start()) {
                continue;
            }
            found.extend(value_at(subject, sentence, announced.end(), default));
        }
        if let (Some(switch), Value::Bool(_)) = (SWITCH.captures(&sentence.text), default) {
            found.push(Value::Bool(switch.get(1).is_some()));
        }
        if let Some(start) = UNSET.find(&sentence.text).map(|unset| unset.end()) {
            let word = sentence.mark_at(start).map(|mark| mark.end).or_else(|| Some(start + WORD.find(&sentence.text[start..])?.end()));
            if word.is_some_and(|end| USED.is_match(&sentence.text[end..])) {
                found.extend(value_at(subject, sentence, start, default));
            }
        }
        for mark in &sentence.marks {
            let lead = &sentence.text[..mark.start];
            if AFTER.is_match(&sentence.text[mark.end..]) && !CONDITION.is_match(lead) && !of_another(mark.start) {
                found.push(scalar(sentence.marked(mark)));
            }
        }
    }
    found.retain(|value| is_alike(value, default));
    found
}

/// The value that stands at `start`, if it is one for sure: marked, a number, true or false, or a value of the enum.
fn value_at(subject: &Subject<'_>, sentence: &Sentence, start: usize, default: &Value) -> Option<Value> {
    let (word, end) = match sentence.mark_at(start) {
        Some(mark) => (sentence.marked(mark), mark.end),
        None => {
            let found = WORD.find(&sentence.text[start..])?;
            (found.as_str(), start + found.end())
        }
    };
    let unit = UNIT.captures(&sentence.text[end..]).and_then(|unit| unit.get(1));
    let unit = unit.filter(|unit| is_unit_of(subject, &unit.as_str().to_lowercase())).map_or(0, |unit| unit.end());
    if CASE.is_match(&sentence.text[end + unit..]) || CASE.is_match(word) && number(word).is_none() {
        return None;
    }
    let value = scalar(word);
    let marked = sentence.mark_at(start).is_some();
    let listed = || subject.keyword("enum").and_then(Value::as_array).is_some_and(|values| values.contains(&value));
    (marked || value.is_number() || value.is_boolean() && default.is_boolean() || listed()).then_some(value)
}

/// Whether both are numbers, both true or false, or both text: prose that gives something else speaks of something else.
fn is_alike(said: &Value, default: &Value) -> bool {
    match (said, default) {
        (Value::String(said), Value::String(_)) => !said.contains(char::is_whitespace) && !said.is_empty(),
        (Value::Number(_), Value::Number(_)) | (Value::Bool(_), Value::Bool(_)) => true,
        (Value::Number(_) | Value::Bool(_), Value::String(text)) => scalar(text).is_number() || scalar(text).is_boolean(),
        _ => false,
    }
}

fn agrees(said: &Value, default: &Value) -> bool {
    match (said, default) {
        (Value::String(said), Value::String(default)) => {
            said.eq_ignore_ascii_case(default.trim()) || default.to_lowercase().contains(&said.to_lowercase())
        }
        (Value::Number(said), Value::Number(default)) => said.as_f64() == default.as_f64(),
        (said, Value::String(default)) => *said == scalar(default),
        _ => said == default,
    }
}

/// What the prose says is used when nothing is sent, if that is nothing that a default can say.
fn decided_elsewhere(prose: &Prose) -> Option<String> {
    prose.sentences().find_map(|sentence| {
        let rest = &sentence.text[UNSET.find(&sentence.text)?.end()..];
        let found = ELSEWHERE.find(rest)?;
        let fixed = found.as_str().to_lowercase().contains("default");
        (!fixed).then(|| found.as_str().to_owned())
    })
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{text}`"),
        Value::Number(number) => match number.as_f64() {
            Some(whole) if whole.fract() == 0.0 && whole.abs() < 1e15 => format!("`{whole:.0}`"),
            _ => format!("`{number}`"),
        },
        other => format!("`{other}`"),
    }
}
