//! Rule: an enum and the description that lists its values differ.
//!
//! Two mistakes are told apart: a value that only the description has, and a value that the description, which says that it lists all
//! of them, leaves out.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;

use super::subject::{Grouped, Subject, subjects};
use super::text::Prose;
use super::values::{Listing, listings, regex};
use super::{is_common, list};
use crate::lint::context::Context;
use crate::lint::words::{distance, words};
use crate::lint::{Check, Family, Findings, Rule};

pub(super) const PROSE: Rule = Rule {
    id: "enum-prose",
    family: Family::Inconsistency,
    says: "An enum differs from the values that its description lists.",
    help: "find out which values the server knows, and write the same ones in the enum and in the description",
    check: Check::Each(check),
};

pub(super) const MISSING: Rule = Rule {
    id: "enum-missing",
    family: Family::Inconsistency,
    says: "A description lists the only values that may be sent, and the schema accepts any text.",
    help: "write the values in an `enum`",
    check: Check::Each(missing),
};

/// Words that say that a value is not one now.
static GONE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:deprecated|no\s+longer|removed|legacy|formerly|previously|reserved|unsupported|not\s+(?:be\s+)?(?:supported|allowed|available|valid|accepted|used)|instead|coming\s+soon|renamed|except|unlike|alias)\b",
    )
});

/// Words that make a list hold for one case only.
static CONDITION: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)(?:^(?:for|in|on|with)\s|\b(?:if|when|where|while|once|unless|only|currently|unique|additional|additionally|also|other)\b)")
});

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut grouped = Grouped::default();
    for subject in subjects(context, |text| text.len() > 8) {
        let values = values_of(context, &subject);
        if values.is_empty() || subject.is_choice() || context.is_settled(&subject.pointer) {
            continue;
        }
        let prose = subject.prose();
        let lists = listings(&prose);
        if let Some(message) = only_in_prose(context, &subject, &prose, &lists, &values) {
            grouped.add(&subject, message);
        } else if let Some(message) = only_in_enum(&subject, &lists, &values) {
            grouped.add(&subject, message);
        }
    }
    grouped.report(findings);
}

fn missing(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut grouped = Grouped::default();
    for subject in subjects(context, |text| text.contains(" of") || text.contains("alue")) {
        let shaped = subject.has(&["enum", "pattern", "format", "x-extensible-enum", "items", "properties"]) || subject.is_choice();
        if shaped || subject.kind() != Some("string") || !subject.may_be_sent(context) || context.is_settled(&subject.pointer) {
            continue;
        }
        let prose = subject.prose();
        let complete = |found: &&Listing<'_>| {
            let alike = found.values.iter().map(|value| style(value)).collect::<HashSet<_>>().len() == 1;
            let words = found.values.iter().all(|value| {
                value.len() > 1 && style(value) != Spelling::Phrase && style(value) != Spelling::Number && !value.contains(['.', '/', ':'])
            });
            let named = found.values.iter().any(|value| context.names.contains(value) || is_literal(value));
            found.announced && found.marked && alike && words && !named && !CONDITION.is_match(found.lead)
        };
        let lists = listings(&prose);
        if let Some(found) = lists.iter().find(complete).filter(|_| !OPEN.is_match(subject.text)) {
            grouped.add(
                &subject,
                format!("the description of {} lists {}, but its schema has no enum", subject.called(), list(&found.values)),
            );
        }
    }
    grouped.report(findings);
}

/// Words that say that there are more values than those that are listed.
static OPEN: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:custom|any\s+other|or\s+any|other\s+values?|others?|etc|and\s+more|and\s+so\s+on|full\s+list|complete\s+list|for\s+(?:a\s+list|all|example)|e\.g|such\s+as|comma|combin\w+|prefix\w*|format|followed|multiple|one\s+or\s+more|separated|see)\b",
    )
});

/// The values of the subject's enum, or of the enum of its items.
fn values_of(context: &Context<'_>, subject: &Subject<'_>) -> Vec<String> {
    let own = subject.keyword("enum").or_else(|| subject.items(context)?.get("enum"));
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    own.and_then(Value::as_array).into_iter().flatten().filter_map(text).filter(|text| !text.is_empty()).collect()
}

fn only_in_prose(context: &Context<'_>, subject: &Subject<'_>, prose: &Prose, lists: &[Listing<'_>], values: &[String]) -> Option<String> {
    let is_value = |word: &str| values.iter().any(|value| value == word);
    let resembles_value = |word: &str| values.iter().any(|value| value.eq_ignore_ascii_case(word));
    let known = |word: &str| context.names.contains(word) || is_common(word);
    let styles: HashSet<_> = values.iter().map(|value| style(value)).collect();
    let fits = |word: &str| {
        word.len() > 1 && !is_literal(word) && styles.contains(&style(word)) && !resembles_value(word) && !is_gone(prose, word)
    };
    let mut strange: Vec<&str> = Vec::new();
    for found in lists {
        let members = found.values.iter().filter(|word| is_value(word)).count();
        let others: Vec<_> = found.values.iter().copied().filter(|word| !is_value(word)).collect();
        if members < if found.announced { 1 } else { 2 }
            || others.len() > members.max(2)
            || CONDITION.is_match(found.lead) && !found.announced
        {
            continue;
        }
        let foreign = |word: &str| known(word) || context.enum_values.contains(word);
        strange.extend(others.into_iter().filter(|word| fits(word) && (found.announced || !foreign(word))));
    }
    if !strange.is_empty() {
        strange.dedup();
        let names = list(&strange);
        return Some(format!("the description of {} lists {names}, which its enum lacks", subject.called()));
    }
    let marked = prose.sentences().flat_map(|sentence| sentence.marks.iter().map(|mark| sentence.marked(mark)));
    let (word, value) = marked.filter(|word| fits(word) && !known(word) && !context.enum_values.contains(word)).find_map(|word| {
        let value = values.iter().find(|value| is_near(word, value))?;
        Some((word, value))
    })?;
    Some(format!("the description of {} says `{word}`, but its enum has `{value}`", subject.called()))
}

fn only_in_enum(subject: &Subject<'_>, lists: &[Listing<'_>], values: &[String]) -> Option<String> {
    let complete = lists.iter().any(|found| {
        let members: HashSet<_> = found.values.iter().filter(|word| values.iter().any(|value| value == *word)).collect();
        let others = found.values.len() - members.len();
        members.len() >= 2 && others == 0 && found.announced && !CONDITION.is_match(found.lead)
    });
    if !complete {
        return None;
    }
    let text = subject.text.to_lowercase();
    let missing: Vec<_> = values.iter().map(String::as_str).filter(|value| !is_told(&text, &value.to_lowercase(), values)).collect();
    let what = if missing.len() == 1 { "one value" } else { "values" };
    (!missing.is_empty())
        .then(|| format!("the description of {} lists the values without {}, {what} of its enum", subject.called(), list(&missing)))
}

/// Whether `word` stands in `text` as a word of its own.
fn mentions(text: &str, word: &str) -> bool {
    let inner = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(word).any(|(start, _)| {
        !text[..start].chars().next_back().is_some_and(inner) && !text[start + word.len()..].chars().next().is_some_and(inner)
    })
}

/// Whether `text` mentions `value`, or the value that it is a variant of and what makes it that: "`card`, or its `-tested` variant".
fn is_told(text: &str, value: &str, values: &[String]) -> bool {
    let variant =
        |other: &str| value.strip_prefix(other).is_some_and(|rest| rest.len() > 2 && mentions(text, other) && text.contains(rest));
    mentions(text, value) || values.iter().any(|other| variant(&other.to_lowercase()))
}

fn is_literal(word: &str) -> bool {
    ["null", "undefined", "nil"].iter().any(|literal| literal.eq_ignore_ascii_case(word))
}

fn is_gone(prose: &Prose, word: &str) -> bool {
    prose.blocks.iter().any(|block| {
        let has = block.sentences.iter().any(|sentence| mentions(&sentence.text, word));
        has && block.sentences.iter().any(|sentence| GONE.is_match(&sentence.text))
    })
}

/// How a value is spelt: values of one enum are spelt alike.
#[derive(PartialEq, Eq, Hash)]
enum Spelling {
    Number,
    Upper,
    Lower,
    Title,
    Mixed,
    Phrase,
}

fn style(word: &str) -> Spelling {
    let letters = || word.chars().filter(|letter| letter.is_alphabetic());
    if word.contains(char::is_whitespace) || !word.chars().all(|letter| letter.is_alphanumeric() || "_-.:/+".contains(letter)) {
        Spelling::Phrase
    } else if letters().next().is_none() {
        Spelling::Number
    } else if letters().all(char::is_uppercase) {
        Spelling::Upper
    } else if letters().all(char::is_lowercase) {
        Spelling::Lower
    } else if word.starts_with(char::is_uppercase) {
        Spelling::Title
    } else {
        Spelling::Mixed
    }
}

/// Whether one is a misspelling of the other. `inactive` is no misspelling of `active`, nor `v2` of `v1`.
fn is_near(word: &str, value: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    if digits(word) != digits(value) || word.ends_with(value) || value.ends_with(word) || word.starts_with(value) || value.starts_with(word)
    {
        return false;
    }
    if words(word) == words(value) {
        return true;
    }
    let length = word.chars().count().min(value.chars().count());
    let allowed = if length < 6 {
        0
    } else if length < 9 {
        1
    } else {
        2
    };
    word.chars().count().abs_diff(value.chars().count()) <= allowed && distance(word, value) <= allowed
}
