//! Rules: a description says which members exclude each other or which of them must be there; the schema does not, or an example breaks it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;

use super::list;
use super::subject::subjects;
use super::text::Sentence;
use super::values::regex;
use crate::Pointer;
use crate::grammar::Kind;
use crate::index::{items, members, texts};
use crate::lint::context::Context;
use crate::lint::{Check, Family, Findings, Rule};
use crate::schema::Direction;

pub(super) const PROSE: Rule = Rule {
    id: "exclusive-prose",
    family: Family::Inconsistency,
    says: "A description says which members go together, and the schema accepts every combination.",
    help: "say it with `oneOf`, `anyOf` or `not` over `{required: [..]}`",
    check: Check::Each(prose),
};

pub(super) const EXAMPLE: Rule = Rule {
    id: "exclusive-example",
    family: Family::Inconsistency,
    says: "An example has a combination of members that a description rules out.",
    help: "correct the example, or the description if the server accepts this",
    check: Check::Each(example),
};

/// How many levels an example is followed into.
const DEEPEST: usize = 32;

/// What is said of some members of one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Claim {
    /// Not more than one of them.
    NotBoth,
    /// One of them or more.
    Any,
    /// One of them, not more.
    Exactly,
}

/// What is said of the members of an object, and where.
type Claims<'d> = BTreeMap<Pointer, BTreeMap<(Claim, BTreeSet<&'d str>), Vec<Pointer>>>;

static NOT_BOTH: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\bmutually\s+exclusive\b|\b(?:cannot|can\s*not|can't|must\s+not|may\s+not|should\s+not)\s+(?:both\s+be|be\s+both|be)\s+(?:specified|set|provided|used|given|present|passed|supplied|sent|combined)\s*(?:together|at\s+the\s+same\s+time|simultaneously|in\s+the\s+same|with|along|in\s+(?:combination|conjunction))|\b(?:cannot|can\s*not|can't|must\s+not|may\s+not)\s+(?:both\s+be|be\s+both)\s+(?:specified|set|provided|used|given|present|passed|supplied|sent)",
    )
});

static EITHER: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)\b(?:either|one\s+of|only|exactly)\b.*\bbut\s+not\s+both\b|\b(?:exactly|precisely)\s+one\s+of\b"));

static SOME: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\bat\s+least\s+one\s+(?:of\b|parameter\b|field\b|property\b|value\b)|\b(?:cannot|can\s*not|can't|must\s+not|may\s+not)\s+(?:both\s+be|be\s+both|all\s+be|be\s+all)\s+(?:blank|empty|null|omitted|missing|absent|unset|undefined)\b",
    )
});

/// Words that make a claim hold for one case only, or that turn it round.
static CASE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:if|when|unless|otherwise|not\s+mutually|will\s+be\s+returned|is\s+returned|are\s+returned|may\s+both|each|returns?|for|depending)\b",
    )
});

fn claims<'d>(context: &Context<'d>) -> Claims<'d> {
    let wanted = [
        "not both",
        "xclusive",
        "least one",
        "xactly one",
        "recisely one",
        "both be",
        "be both",
        "all be",
        "be all",
        "together",
        "same time",
        " with ",
        "ombination",
    ];
    let mut found: Claims<'d> = BTreeMap::new();
    for subject in subjects(context, |text| wanted.iter().any(|word| text.contains(word))) {
        let owner = match (&subject.owner, subject.holder) {
            (Some(owner), _) => owner.clone(),
            (None, None) => subject.pointer.clone(),
            (None, Some(_)) => continue,
        };
        let Some(place) = context.index.at(&owner).filter(|place| place.kind == Kind::Schema) else { continue };
        let names: HashMap<&str, &'d str> = members(place.value, "properties").map(|(name, _)| (name.as_str(), name.as_str())).collect();
        if names.len() < 2 {
            continue;
        }
        let prose = subject.prose();
        for sentence in prose.sentences() {
            let Some(claim) = claim_of(sentence) else { continue };
            let mut said = named(sentence, &names);
            if said.len() == 1 && claim == Claim::NotBoth {
                said.extend(names.get(subject.name.as_str()));
            }
            let listed = sentence.marks.iter().filter(|mark| mark.start > 0 || !names.contains_key(sentence.marked(mark))).count();
            // A mark that is no member would be left out of the claim, and the claim would be another.
            if said.len() < 2 || listed > said.len() {
                continue;
            }
            found.entry(owner.clone()).or_default().entry((claim, said)).or_default().push(subject.pointer.clone());
        }
    }
    found
}

fn claim_of(sentence: &Sentence) -> Option<Claim> {
    let text = &sentence.text;
    if CASE.is_match(text) {
        return None;
    }
    let (both, either, some) = (NOT_BOTH.is_match(text), EITHER.is_match(text), SOME.is_match(text));
    match (both, either, some) {
        (_, true, _) => Some(if text.contains("ptional") { Claim::NotBoth } else { Claim::Exactly }),
        (true, _, false) => Some(Claim::NotBoth),
        (false, _, true) => Some(Claim::Any),
        _ => None,
    }
}

/// The members that a sentence names, marked or as words that cannot be plain English.
fn named<'d>(sentence: &Sentence, names: &HashMap<&str, &'d str>) -> BTreeSet<&'d str> {
    let marked = sentence.marks.iter().filter_map(|mark| names.get(sentence.marked(mark)).copied());
    let word = |letter: char| !(letter.is_alphanumeric() || letter == '_');
    let unlike_english = |name: &str| name.contains('_') || name.chars().skip(1).any(char::is_uppercase);
    let plain = sentence.text.split(word).filter_map(|word| names.get(word).copied()).filter(|name| unlike_english(name));
    marked.chain(plain).collect()
}

fn prose(context: &Context<'_>, findings: &mut Findings<'_>) {
    for (owner, said) in claims(context) {
        let usage = context.index.usage(&owner);
        let Some(place) = context.index.at(&owner) else { continue };
        let encoded = ["oneOf", "anyOf", "not", "allOf"].iter().any(|keyword| place.value.get(keyword).is_some());
        if encoded || is_part(&owner) || context.is_settled(&owner) || (usage.received && !usage.sent) {
            continue;
        }
        let required: BTreeSet<_> = texts(place.value, "required").collect();
        let fewest = place.value.get("minProperties").and_then(Value::as_u64).unwrap_or(0) > 0;
        for ((claim, names), places) in said {
            let holds = match claim {
                Claim::Any => fewest || names.iter().any(|name| required.contains(name)),
                Claim::NotBoth | Claim::Exactly => false,
            };
            let Some((first, others)) = places.split_first().filter(|_| !holds) else { continue };
            let names: Vec<_> = names.into_iter().collect();
            let said = say(claim, &list(&names));
            let problem = findings.add(first, format!("the description says that {said}, but the schema accepts every combination"));
            problem.relate(&owner);
            for other in others.iter().filter(|other| *other != first) {
                problem.relate(other);
            }
        }
    }
}

/// Whether the schema is a part of a composed one, which can say what the part does not.
fn is_part(owner: &Pointer) -> bool {
    owner.parent().and_then(|list| list.last()).is_some_and(|keyword| matches!(keyword.as_str(), "allOf" | "oneOf" | "anyOf"))
}

fn say(claim: Claim, names: &str) -> String {
    match claim {
        Claim::NotBoth => format!("only one of {names} may be there"),
        Claim::Any => format!("at least one of {names} must be there"),
        Claim::Exactly => format!("exactly one of {names} must be there"),
    }
}

fn example(context: &Context<'_>, findings: &mut Findings<'_>) {
    let claims = claims(context);
    if claims.is_empty() {
        return;
    }
    let reaches = Reach { context, claims: &claims };
    for sample in context.samples.iter().filter(|sample| sample.direction != Direction::Received) {
        let mut broken = Vec::new();
        reaches.visit(&sample.schema, sample.value, &sample.pointer, 0, &mut broken);
        for (pointer, message, place) in broken {
            findings.add(&pointer, message).relate(&place);
        }
    }
}

struct Reach<'c, 'd> {
    context: &'c Context<'d>,
    claims: &'c Claims<'d>,
}

impl Reach<'_, '_> {
    fn visit(&self, schema: &Pointer, value: &Value, at: &Pointer, depth: usize, broken: &mut Vec<(Pointer, String, Pointer)>) {
        let Some(target) = self.context.index.resolve(schema).filter(|_| depth < DEEPEST) else { return };
        match value {
            // Some writers refer to an example in another file, which OpenAPI does not know.
            Value::Object(object) if !object.contains_key("$ref") => {
                for ((claim, names), places) in self.claims.get(&target.pointer).into_iter().flatten() {
                    let is_there = |name: &&&str| object.get(**name).is_some_and(|value| !is_empty(value));
                    let there: Vec<_> = names.iter().filter(is_there).collect();
                    let all: Vec<_> = names.iter().collect();
                    let said = say(*claim, &list(&all));
                    let message = match (claim, there.len()) {
                        (Claim::NotBoth | Claim::Exactly, 2..) => {
                            format!("the example has {} together, but a description says that {said}", list(&there))
                        }
                        (Claim::Any | Claim::Exactly, 0) => {
                            format!("the example has none of them, but a description says that {said}")
                        }
                        _ => continue,
                    };
                    if let Some(place) = places.first() {
                        broken.push((at.clone(), message, place.clone()));
                    }
                }
                for (name, value) in object {
                    if target.value.get("properties").is_some_and(|properties| properties.get(name).is_some()) {
                        self.visit(&target.pointer.child("properties").child(name), value, &at.child(name), depth + 1, broken);
                    }
                }
            }
            Value::Array(values) if target.value.get("items").is_some() => {
                for (number, value) in values.iter().enumerate() {
                    self.visit(&target.pointer.child("items"), value, &at.item(number), depth + 1, broken);
                }
            }
            _ => {}
        }
        for number in 0..items(target.value, "allOf").count() {
            self.visit(&target.pointer.child("allOf").item(number), value, at, depth + 1, broken);
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}
