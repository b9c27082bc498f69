//! Rules: a description says that a value is required, optional or sometimes null, and its schema does not.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;

use super::subject::{Grouped, Subject, subjects};
use super::text::Sentence;
use super::values::regex;
use crate::Pointer;
use crate::index::{items, members, texts};
use crate::lint::context::Context;
use crate::lint::{Check, Family, Findings, Rule};

pub(super) const REQUIRED: Rule = Rule {
    id: "required-prose",
    family: Family::Inconsistency,
    says: "A description says that a value is required, and the schema does not, or the other way round.",
    help: "find out whether the server accepts a request without it, and say so in both places",
    check: Check::Each(required),
};

pub(super) const NULLABLE: Rule = Rule {
    id: "nullable-prose",
    family: Family::Inconsistency,
    says: "A description says that a value can be null, and the schema does not allow it.",
    help: "add `nullable: true`, or correct the description",
    check: Check::Each(nullable),
};

static SAYS_REQUIRED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^[(\[]?(?:required|mandatory)[)\]]?\s*(?:$|[.:!\n–—]|-\s)|[(\[](?:required|mandatory)[)\]]\s*\.?$|^(?:this|the)\s+(?:is\s+a\s+(?:required|mandatory)|(?:field|parameter|property|value|attribute|member)\s+is\s+(?:required|mandatory))(?:\s+(?:field|parameter|property|value|attribute|member)|\s*[.!]?$)|^(?:must\s+be\s+(?:specified|provided|set|given|supplied))[.!]?$",
    )
});

static SAYS_OPTIONAL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^[(\[]?optional[)\]]?\s*(?:$|[.:,!\n–—]|-\s)|^[(\[]optional[)\]]|[(\[]optional[)\]]\s*\.?$|^(?:this|the)\s+(?:is\s+an\s+optional|(?:field|parameter|property|value|attribute|member)\s+is\s+optional)(?:\s+(?:field|parameter|property|value|attribute|member)|\s*[.!]?$)|^an\s+optional\s",
    )
});

/// Words that make it required in one case only.
static CASE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\b(?:if|when|unless|for|in|except|only|either|or|otherwise|while|on|conditional\w*|depending)\b"));

static SAYS_NULL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:can|may|might|could|will)\s+(?:also\s+|sometimes\s+)?be\s+(?:empty\s+or\s+|undefined\s+or\s+)?null\b|^(?:is\s+|or\s+)?null\s+(?:if|when|unless|for|until)\b|[,;(]\s*(?:or\s+|is\s+|will\s+be\s+)?null\s+(?:if|when|unless|until)\b|^null\s+(?:is\s+)?returned\b|\bor\s+null\s+(?:if|when|unless|until)\b|\b(?:is|returns?|returned\s+as|set\s+to)\s+null\s+(?:if|when|unless|until)\b|^nullable[.!]?$|\(nullable\)",
    )
});

fn required(context: &Context<'_>, findings: &mut Findings<'_>) {
    let wanted = ["equired", "ptional", "andatory", "REQUIRED", "OPTIONAL", "ust be"];
    let elsewhere = required_elsewhere(context);
    let mut grouped = Grouped::default();
    for subject in subjects(context, |text| wanted.iter().any(|word| text.contains(word))) {
        let Some(required) = is_required(context, &subject, &elsewhere) else { continue };
        if context.is_settled(&subject.pointer) {
            continue;
        }
        let prose = subject.prose();
        let plain = |pattern: &Regex| {
            let edges = [prose.sentences().next(), prose.sentences().last()];
            edges.into_iter().flatten().find(|sentence| pattern.is_match(&sentence.text)).cloned()
        };
        let (says_required, says_optional) = (plain(&SAYS_REQUIRED), plain(&SAYS_OPTIONAL));
        let unconditional = |sentence: &Sentence| !CASE.is_match(lead(&sentence.text));
        match (says_required, says_optional) {
            (Some(sentence), None) if !required && unconditional(&sentence) && !subject.has(&["default", "readOnly"]) => {
                grouped.add(&subject, format!("the description of {} says that it is required, but the schema does not", subject.called()));
            }
            (None, Some(sentence)) if required && unconditional(&sentence) => {
                grouped
                    .add(&subject, format!("the description of {} says that it is optional, but the schema requires it", subject.called()));
            }
            _ => {}
        }
    }
    grouped.report(findings);
}

/// The first words of a sentence: what comes later is no condition of them.
fn lead(text: &str) -> &str {
    let end = text.char_indices().nth(24).map_or(text.len(), |(end, _)| end);
    let head = &text[..end];
    head.split(['.', ')', ':', '\n']).next().unwrap_or(head)
}

/// Names that are required by a schema which takes in the one that declares them, with `allOf`.
fn required_elsewhere<'d>(context: &Context<'d>) -> HashMap<Pointer, HashSet<&'d str>> {
    let mut found: HashMap<Pointer, HashSet<&'d str>> = HashMap::new();
    for place in context.index.schemas() {
        let parts = |keyword: &str| -> Vec<_> {
            let all = (0..items(place.value, keyword).count()).map(|number| place.pointer.child(keyword).item(number));
            all.filter_map(|part| context.index.resolve(&part)).collect()
        };
        let (all, any) = (parts("allOf"), [parts("oneOf"), parts("anyOf")].concat());
        let names: HashSet<_> =
            texts(place.value, "required").chain(all.iter().chain(&any).flat_map(|part| texts(part.value, "required"))).collect();
        if names.is_empty() {
            continue;
        }
        for part in all {
            found.entry(part.pointer).or_default().extend(&names);
        }
        if !any.is_empty() {
            found.entry(place.pointer.clone()).or_default().extend(&names);
        }
    }
    found
}

fn is_required(context: &Context<'_>, subject: &Subject<'_>, elsewhere: &HashMap<Pointer, HashSet<&str>>) -> Option<bool> {
    if let Some(holder) = subject.holder {
        return Some(holder.get("required") == Some(&Value::Bool(true)));
    }
    let owner = subject.owner.as_ref()?;
    let own = context.index.at(owner).is_some_and(|owner| texts(owner.value, "required").any(|name| name == subject.name));
    Some(own || elsewhere.get(owner).is_some_and(|names| names.contains(subject.name.as_str())))
}

fn nullable(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut grouped = Grouped::default();
    for subject in subjects(context, |text| text.contains("ull")) {
        let allowed = |part: &&Value| part.get("nullable") == Some(&Value::Bool(true)) || items(part, "enum").any(Value::is_null);
        let typed = subject.kind().is_some() && !subject.is_choice();
        if !typed || subject.parts.iter().any(allowed) || context.is_settled(&subject.pointer) {
            continue;
        }
        let siblings: HashSet<_> = subject
            .siblings(context)
            .into_iter()
            .chain(subject.parts.iter().flat_map(|part| members(part, "properties")).map(|(name, _)| name.as_str()))
            .collect();
        let of_itself = |sentence: &&Sentence| {
            let word = |letter: char| !(letter.is_alphanumeric() || letter == '_');
            // An object is seldom meant when its description, which has many things to tell, says that something is null.
            let another = sentence.text.split(word).any(|word| word != subject.name && siblings.contains(word));
            !another && !OTHERS.is_match(&sentence.text)
        };
        let prose = subject.prose();
        if let Some(said) = prose.sentences().filter(of_itself).find_map(|sentence| SAYS_NULL.find(&sentence.text)) {
            let words = said.as_str().trim_matches(|letter: char| !letter.is_alphanumeric());
            grouped.add(&subject, format!("the description of {} says `{words}`, but its schema is not nullable", subject.called()));
        }
    }
    grouped.report(findings);
}

/// Sentences about the nulls of something else.
static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:fields?|properties|values\s+(?:in|of)|elements?|items?|entries|members|columns?|keys?|each|any|which|whose|not\s+null|other|these|those|both|all)\b",
    )
});
