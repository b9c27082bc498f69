//! Rules: the bounds that a description gives are others than those of the schema, or the schema has none.

use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;

use super::subject::{Grouped, Subject, subjects};
use super::text::Sentence;
use super::values::{number, regex};
use crate::lint::context::Context;
use crate::lint::{Check, Family, Findings, Rule};

pub(super) const CONTRADICTED: Rule = Rule {
    id: "bounds-contradicted",
    family: Family::Inconsistency,
    says: "The bounds of a schema are others than those that its description gives.",
    help: "find out which bound the server enforces, and write that one in both places",
    check: Check::Each(contradicted),
};

pub(super) const UNWRITTEN: Rule = Rule {
    id: "bounds-unwritten",
    family: Family::Inconsistency,
    says: "A description bounds a value that the schema leaves unbounded.",
    help: "write the bound in the schema too, so that it can be checked before sending",
    check: Check::Each(unwritten),
};

/// A pattern, and what its groups are. Patterns are put together from `N` (a number) and `C` (the word "characters").
struct Pattern {
    expression: Regex,
    bounds: &'static [Side],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Least,
    /// The value must be greater than this.
    Above,
    Most,
    /// The value must be less than this.
    Below,
}

use Side::{Above, Below, Least, Most};

/// A bound that was read.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bound {
    side: Side,
    value: f64,
}

const RANGE_BEFORE: &str = r"\b(?:between|(?:value\s+)?ranges?(?:\s+(?:is|are|from|of|between))*\s*:?|(?:valid|allowed|accepted|possible|permitted)\s+values?(?:\s+(?:is|are|from|between))*\s*:?|(?:must|should|can)\s+be\s+(?:(?:a|an)\s+)?(?:\w+\s+)?from)\s*[\[(]?";
const AT_MOST: &str = r"(?:up\s+to|at\s+most|no\s+(?:more|longer|greater)\s+than|(?:cannot|can\s*not|can't|must\s+not|may\s+not|should\s+not|not)\s+(?:exceed|be\s+(?:longer|more|greater)\s+than)|less\s+than\s+or\s+equal\s+to|limited\s+to|(?:limit|maximum|max\.?)(?:\s+(?:length|size|number|allowed|value))*(?:\s+(?:is|of|:))*\s*[:=]?)\s*(?:a\s+(?:maximum|total)\s+of\s+)?";
const AT_LEAST: &str = r"(?:at\s+least|no\s+(?:less|fewer|shorter)\s+than|(?:minimum|min\.?)(?:\s+(?:length|size|number|allowed|value))*(?:\s+(?:is|of|:))*\s*[:=]?)\s*(?:a\s+(?:minimum|total)\s+of\s+)?";

fn patterns(rows: &[(String, &'static [Side])]) -> Vec<Pattern> {
    let expand = |pattern: &str| {
        let numbers = pattern.replace("{N}", r"(-?\d[\d,]*(?:\.\d+)?)");
        regex(&format!("(?i){}", numbers.replace("{C}", r"[\s\-]*(?:(?:[a-z0-9\-]+\s+){0,2})(?:characters?|chars?)\b")))
    };
    rows.iter().map(|(pattern, bounds)| Pattern { expression: expand(pattern), bounds }).collect()
}

/// What bounds the length of text.
static LENGTHS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    patterns(&[
        (r"\b{N}\s*(?:and|to|-|–|—)\s*{N}{C}".into(), &[Least, Most]),
        (format!(r"\b{AT_MOST}{{N}}{{C}}"), &[Most]),
        (r"\b{N}{C}\s*(?:or\s+(?:less|fewer|shorter)|max(?:imum)?\b|at\s+most|limit)".into(), &[Most]),
        (r"\bmax(?:imum|\.)?\s+(?:[a-z]+\s+)?length(?:\s+(?:is|of|allowed))*\s*[:=]?\s*{N}".into(), &[Most]),
        (format!(r"\b{AT_LEAST}{{N}}{{C}}"), &[Least]),
        (r"\bmin(?:imum|\.)?\s+(?:[a-z]+\s+)?length(?:\s+(?:is|of|allowed))*\s*[:=]?\s*{N}".into(), &[Least]),
    ])
});

/// What bounds numbers.
static NUMBERS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let extreme = |word: &str| {
        format!(
            r"\b{word}(?:imum|\.)?(?:\s+(?:allowed|permitted|supported|accepted|possible))?(?:\s+(?:value|limit|is|of|allowed|being))*\s*[:=]?\s*{{N}}"
        )
    };
    let (must, never) = (r"\b(?:must|should|has\s+to)\s+be\s+", r"\b(?:cannot|can\s+not|can't|must\s+not|may\s+not|should\s+not)\s+");
    patterns(&[
        (format!(r"{RANGE_BEFORE}{{N}}\s*(?:and|to|through|-|–|—|\.\.\.?|,)\s*{{N}}"), &[Least, Most]),
        (extreme("max"), &[Most]),
        (extreme("min"), &[Least]),
        (format!(r"{never}(?:exceed|be\s+(?:greater|larger|more|higher|bigger)\s+than)\s*{{N}}"), &[Most]),
        (format!(r"{never}be\s+(?:less|lower|smaller)\s+than\s*{{N}}"), &[Least]),
        (format!(r"{must}(?:at\s+most|less\s+than\s+or\s+equal\s+to|no\s+(?:more|greater|larger)\s+than)\s*{{N}}"), &[Most]),
        (format!(r"{must}(?:at\s+least|greater\s+than\s+or\s+equal\s+to|no\s+(?:less|smaller)\s+than)\s*{{N}}"), &[Least]),
        (format!(r"{must}(?:greater|larger|more|higher)\s+than\s+{{N}}"), &[Above]),
        (format!(r"{must}(?:less|smaller|lower)\s+than\s+{{N}}"), &[Below]),
    ])
});

/// What bounds the number of items.
static COUNTS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let verb = r"(?:^|\b(?:specify|provide|include|contain|contains|pass|send|supply|select|have|add|accepts?|supports?|allowed|list|array|to|be)\s+(?:of\s+)?|[(,;:]\s*)(?:a\s+|the\s+|is\s+)?";
    patterns(&[
        (format!(r"{verb}{AT_MOST}{{N}}\s+([a-z][a-z\-]+)"), &[Most]),
        (format!(r"{verb}{AT_LEAST}{{N}}\s+([a-z][a-z\-]+)"), &[Least]),
        (r"\bmax(?:imum|\.)?\s+(?:number\s+of\s+)?(?:items|elements|entries)(?:\s+(?:is|of|allowed))*\s*[:=]?\s*{N}".into(), &[Most]),
    ])
});

/// Sentences that speak of something else than what may be sent.
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:if|when|unless|otherwise|depending|depends|each|every|first|last|returns?|returned|shown|displayed|truncat\w*|recommend\w*|ideally|typically|usually|approximately|about|currently|e\.g|for\s+example|average|total|combined|sum|per\s+(?:line|item|element|entry|value|tag|name)|accounts?|plans?|starting|digits?|must\s+not\s+contain|more\s+than|decimal|finite|infinite|unlimited|requests?\s+(?:is|are|size|length)|body|files?)\b",
    )
});

static CHARACTERS: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\bcharacters?\b"));

/// What can follow a number and make it another one.
pub(super) static UNIT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^['\x22)\]]*\s*(%|percent|days?|hours?|hrs?|minutes?|mins?|weeks?|months?|years?|seconds?|secs?|s\b|m\b|h\b|ms\b|milliseconds?|microseconds?|[kmgt]i?bs?\b|bytes?|kilobytes|megabytes|gigabytes|mib|business|cents?|dollars|usd|eur|×|\*|x\b|/|million|billion|thousand|k\b|degrees|pixels|px|decimal|digits?|meters?|metres?|km|kilometers?|miles|feet)",
    )
});

/// What is counted in the text of items, or in time, rather than items.
static NO_ITEM: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?:char|byte|kb|mb|gb|second|minute|hour|day|month|year|digit|word|time|level|percent)"));

struct Read {
    keyword: &'static str,
    said: Bound,
    written: Option<Written>,
}

/// A bound of a schema.
#[derive(Clone, Copy)]
struct Written {
    value: f64,
    exclusive: bool,
    /// Whether the schema takes whole numbers only.
    whole: bool,
}

fn contradicted(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut grouped = Grouped::default();
    for subject in bounded(context) {
        let wrong: Vec<_> =
            read(&subject).into_iter().filter(|read| read.written.is_some_and(|written| !agrees(read.said, written))).collect();
        let shown = |written: Written| plain(written.value) + if written.exclusive { " (exclusive)" } else { "" };
        let say = |read: &Read| format!("`{}` {}", read.keyword, read.written.map_or_else(String::new, shown));
        let described = |read: &Read| {
            let words = match read.said.side {
                Least => "at least",
                Above => "more than",
                Most => "at most",
                Below => "less than",
            };
            format!("{words} {}", plain(read.said.value))
        };
        if !wrong.is_empty() {
            let schema: Vec<_> = wrong.iter().map(say).collect();
            let prose: Vec<_> = wrong.iter().map(described).collect();
            let message = format!("{} has {}, but its description says {}", subject.called(), schema.join(" and "), prose.join(" and "));
            grouped.add(&subject, message);
        }
    }
    grouped.report(findings);
}

fn unwritten(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut grouped = Grouped::default();
    for subject in bounded(context) {
        // What is too long and is cut off is no mistake of the sender.
        let cut = subject.text.contains("runcat");
        let shaped = subject.has(&["pattern", "enum", "format"]) && subject.kind() == Some("string") || subject.has(&["enum"]);
        if cut || shaped || subject.is_choice() || !subject.may_be_sent(context) {
            continue;
        }
        let missing: Vec<_> = read(&subject).into_iter().filter(|read| read.written.is_none() && !is_trivial(read)).collect();
        let Some(first) = missing.first() else { continue };
        let absent = match missing.get(1) {
            Some(second) => format!("neither `{}` nor `{}`", first.keyword, second.keyword),
            None => format!("no `{}`", first.keyword),
        };
        let said = match missing.get(1) {
            Some(second) => format!("{} to {}", plain(first.said.value), plain(second.said.value)),
            None if matches!(first.said.side, Least | Above) => format!("a minimum of {}", plain(first.said.value)),
            None => format!("a maximum of {}", plain(first.said.value)),
        };
        grouped.add(&subject, format!("the description of {} gives {said}, but its schema has {absent}", subject.called()));
    }
    grouped.report(findings);
}

/// That a length is not negative goes without saying.
fn is_trivial(read: &Read) -> bool {
    read.said.side == Least && read.said.value <= 0.0 && read.keyword != "minimum"
}

fn bounded<'d>(context: &Context<'d>) -> Vec<Subject<'d>> {
    let has_digit = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    let mut found = subjects(context, has_digit);
    found.retain(|subject| !context.is_settled(&subject.pointer));
    found
}

/// The bounds that the description gives, each with the one that is written.
fn read(subject: &Subject<'_>) -> Vec<Read> {
    let (patterns, keywords): (&[Pattern], _) = match subject.kind() {
        Some("string") => (&LENGTHS, ["minLength", "maxLength"]),
        Some("integer" | "number") => (&NUMBERS, ["minimum", "maximum"]),
        Some("array") => (&COUNTS, ["minItems", "maxItems"]),
        _ => return Vec::new(),
    };
    let mut bounds: Vec<Bound> = Vec::new();
    let prose = subject.prose();
    // An item that begins with a marked word is about what that word means.
    let blocks = prose
        .blocks
        .iter()
        .filter(|block| block.indent.is_none() || block.sentences.first().is_none_or(|first| first.mark_at(0).is_none()));
    for sentence in blocks.flat_map(|block| &block.sentences) {
        let twice = CHARACTERS.find_iter(&sentence.text).count() > 1;
        // What is said of the length of a URL holds for the parts of it only together.
        let of_url = sentence.text.contains("URL") && !subject.name.to_lowercase().contains("ur");
        if !twice && !of_url && !ELSEWHERE.is_match(&sentence.text) && !subject.is_about_another(sentence) {
            bounds.extend(patterns.iter().flat_map(|pattern| matches(subject, pattern, sentence)));
        }
    }
    let side = |lower: bool| {
        let mut own = bounds.iter().copied().filter(|bound| matches!(bound.side, Least | Above) == lower);
        let first = own.next()?;
        // Prose that gives two different bounds speaks of two cases.
        own.all(|other| other.value == first.value).then_some(first)
    };
    let whole = subject.kind() == Some("integer");
    let written = |keyword| {
        let part = subject.parts.iter().find(|part| part.get(keyword).is_some())?;
        let exclusive = part.get(if keyword == "minimum" { "exclusiveMinimum" } else { "exclusiveMaximum" });
        let exclusive = exclusive == Some(&Value::Bool(true)) && matches!(keyword, "minimum" | "maximum");
        Some(Written { value: part.get(keyword)?.as_f64()?, exclusive, whole })
    };
    let pair = [(side(true), keywords[0]), (side(false), keywords[1])];
    pair.into_iter().filter_map(|(said, keyword)| Some(Read { keyword, said: said?, written: written(keyword) })).collect()
}

fn matches(subject: &Subject<'_>, pattern: &Pattern, sentence: &Sentence) -> Vec<Bound> {
    let mut found = Vec::new();
    for captures in pattern.expression.captures_iter(&sentence.text) {
        let values: Vec<_> = (1..=pattern.bounds.len()).filter_map(|group| captures.get(group)).collect();
        let noun = captures.get(pattern.bounds.len() + 1).map_or("", |noun| noun.as_str()).to_lowercase();
        let last = values.last().map_or(0, |value| value.end());
        let unit = UNIT.captures(&sentence.text[last..]).and_then(|unit| unit.get(1)).map(|unit| unit.as_str().to_lowercase());
        if unit.is_some_and(|unit| !is_unit_of(subject, &unit)) || NO_ITEM.is_match(&noun) {
            continue;
        }
        let numbers: Vec<_> = values.iter().filter_map(|value| number(value.as_str().trim_end_matches(','))).collect();
        let ordered = numbers.len() < 2 || numbers[0] < numbers[1];
        if numbers.len() == pattern.bounds.len() && ordered {
            found.extend(pattern.bounds.iter().zip(numbers).map(|(&side, value)| Bound { side, value }));
        }
    }
    found
}

/// Whether the subject is counted in `unit`, because its name or its description says so.
pub(super) fn is_unit_of(subject: &Subject<'_>, unit: &str) -> bool {
    let stem = unit.trim_end_matches('s');
    stem.len() > 2 && (subject.name.to_lowercase().contains(stem) || subject.text.to_lowercase().contains(&format!("in {stem}")))
}

fn agrees(said: Bound, written: Written) -> bool {
    let Written { value, exclusive, whole } = written;
    if whole {
        // Of whole numbers, more than 0 is the same as at least 1.
        let (said, step) = match said.side {
            Least => (said.value, 1.0),
            Above => (said.value.floor() + 1.0, 1.0),
            Most => (said.value, -1.0),
            Below => (said.value.ceil() - 1.0, -1.0),
        };
        return said == if exclusive { value + step } else { value };
    }
    match said.side {
        Least | Most => value == said.value,
        Above => exclusive && value == said.value || value > said.value && value <= said.value + 1.0,
        Below => exclusive && value == said.value || value < said.value && value >= said.value - 1.0,
    }
}

fn plain(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value:.0}") } else { value.to_string() }
}
