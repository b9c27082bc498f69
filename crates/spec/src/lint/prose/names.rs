//! Rule: a description writes a name almost, but not quite, as the document does.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use super::is_common;
use super::subject::Grouped;
use super::text::{Prose, Style};
use crate::Pointer;
use crate::grammar::Kind;
use crate::index::{members, texts};
use crate::lint::context::Context;
use crate::lint::words::{distance, words};
use crate::lint::{Check, Family, Findings, Rule};

pub(super) const PROSE: Rule = Rule {
    id: "name-in-prose",
    family: Family::Inconsistency,
    says: "A description misspells a name or a value.",
    help: "write the name as the schema does, or correct the schema",
    check: Check::Each(check),
};

/// Names that are shorter are too often near each other by chance.
const SHORTEST: usize = 5;

/// Names that are shorter differ in a letter without one being a misspelling of the other.
const SHORTEST_MISSPELT: usize = 8;

/// Texts that are longer are prose or data, and give no names.
const LONGEST: usize = 200;

/// The names of a document, by what is left when their spelling is set aside.
#[derive(Default)]
struct Known<'d> {
    /// Every word that stands anywhere but in prose.
    words: HashSet<&'d str>,
    /// Names of properties and parameters, and values of enums, by their words in the singular.
    folded: HashMap<String, BTreeSet<&'d str>>,
    /// The same names, by their first letter and their length.
    near: HashMap<(char, usize), BTreeSet<&'d str>>,
}

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let known = Known::of(context);
    let mut grouped = Grouped::default();
    for text in context.texts.iter().filter(|text| text.text.contains('`') || text.text.contains("<code")) {
        let prose = Prose::of(text.text);
        let own: HashSet<_> = context.index.document().find(&text.holder).into_iter().flat_map(|value| texts(value, "enum")).collect();
        for sentence in prose.sentences() {
            for mark in sentence.marks.iter().filter(|mark| mark.style == Style::Code) {
                let word = sentence.marked(mark);
                // The enum's own rule speaks of its own values.
                let Some(meant) = known.meant(word).filter(|meant| !own.contains(meant)) else { continue };
                let inflected = sentence.text[mark.end..].starts_with(char::is_alphanumeric);
                let foreign = case(word) != case(meant) && !is_declared_around(context, &text.holder, meant);
                if !inflected && !foreign && !context.is_settled(&text.holder) {
                    let message = format!("the description writes `{word}`, which is nowhere else in the document; `{meant}` is");
                    grouped.add_at(&text.holder, "", message);
                }
            }
        }
    }
    grouped.report(findings);
}

impl<'d> Known<'d> {
    fn of(context: &Context<'d>) -> Self {
        let mut known = Self::default();
        known.gather(context.index.document().root(), "");
        known.words.extend(&context.names);
        let names = context.index.places().iter().flat_map(|place| match place.kind {
            Kind::Schema => members(place.value, "properties").map(|(name, _)| name.as_str()).chain(texts(place.value, "enum")).collect(),
            Kind::Parameter => place.text("name").into_iter().collect::<Vec<_>>(),
            _ => Vec::new(),
        });
        for name in names.filter(|name| name.len() >= SHORTEST && is_plain(name)).collect::<HashSet<_>>() {
            known.folded.entry(fold(name)).or_default().insert(name);
            if let Some(first) = name.chars().next() {
                known.near.entry((first, name.chars().count())).or_default().insert(name);
            }
        }
        known
    }

    /// Takes in every key and every short text but descriptions.
    fn gather(&mut self, value: &'d Value, key: &str) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    self.split(name);
                    self.gather(member, name);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.gather(item, key)),
            Value::String(text) if text.len() <= LONGEST && !matches!(key, "description" | "summary") => self.split(text),
            _ => {}
        }
    }

    fn split(&mut self, text: &'d str) {
        self.words.insert(text);
        if !is_plain(text) {
            self.words.extend(text.split(|letter: char| !is_inner(letter)));
            self.words.extend(text.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')));
        }
    }

    /// The one name that `word` is a misspelling of.
    fn meant(&self, word: &str) -> Option<&'d str> {
        let length = word.chars().count();
        if length < SHORTEST || !is_plain(word) || is_common(word) || self.words.contains(word) {
            return None;
        }
        let only = |found: BTreeSet<&'d str>| if found.len() == 1 { found.into_iter().next() } else { None };
        let folded = self.folded.get(&fold(word));
        if let Some(names) = folded {
            return only(names.iter().copied().filter(|name| is_respelt(word, name)).collect());
        }
        if length < SHORTEST_MISSPELT {
            return None;
        }
        let first = word.chars().next()?;
        let near = (length - 1..=length + 1).filter_map(|length| self.near.get(&(first, length))).flatten();
        only(near.copied().filter(|name| is_misspelt(word, name)).collect())
    }
}

/// Whether the operation or the component at which `place` lies declares `name`. A name in the style of some programming language
/// may be one of a library; it is one of the API where the API's own name is at hand.
fn is_declared_around(context: &Context<'_>, place: &Pointer, name: &str) -> bool {
    let around = place.tokens().take(3).fold(Pointer::root(), |pointer, token| pointer.child(&token));
    context.index.document().find(&around).is_some_and(|value| declares(value, name))
}

fn declares(value: &Value, name: &str) -> bool {
    match value {
        Value::Object(members) => {
            members.contains_key(name)
                || members.get("name").is_some_and(|own| own == name)
                || members.values().any(|member| declares(member, name))
        }
        Value::Array(items) => items.iter().any(|item| declares(item, name)),
        _ => false,
    }
}

fn is_inner(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_' || letter == '-'
}

fn is_plain(name: &str) -> bool {
    name.chars().all(is_inner) && name.starts_with(char::is_alphabetic)
}

/// The words of a name in the singular, without anything between them.
fn fold(name: &str) -> String {
    words(name).iter().map(|word| word.strip_suffix('s').filter(|rest| rest.len() > 2 && !rest.ends_with('s')).unwrap_or(word)).collect()
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Case {
    Upper,
    Lower,
    Pascal,
    Camel,
}

fn case(name: &str) -> Case {
    let has = |test: fn(char) -> bool| name.chars().any(test);
    match (name.starts_with(char::is_uppercase), has(char::is_lowercase), has(char::is_uppercase)) {
        (true, false, _) => Case::Upper,
        (true, true, _) => Case::Pascal,
        (false, _, true) => Case::Camel,
        (false, _, false) => Case::Lower,
    }
}

/// Whether two names of the same words differ in a way that is a mistake in prose.
fn is_respelt(word: &str, name: &str) -> bool {
    let (own, other) = (case(word), case(name));
    let single = words(word).len() < 2;
    // `user_ids` is the plural of `user_id` in a sentence about several of them.
    if word.strip_suffix('s').is_some_and(|singular| singular == name) {
        return false;
    }
    let plural = word.len() != name.len() && own == other;
    if single {
        // `event` beside `events` is plain English; values in capitals are not.
        return own == Case::Upper && plural;
    }
    // `UserId` may be a type and `USER_ID` a constant of some program; `Content-Type` is a header.
    let comparable = own == other || matches!((own, other), (Case::Camel | Case::Lower, Case::Camel | Case::Lower));
    comparable && word.contains('-') == name.contains('-') && !word.eq_ignore_ascii_case(name)
}

/// Whether `word` is `name` with one letter wrong, missing, too many or in the wrong place.
fn is_misspelt(word: &str, name: &str) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let sorted = |text: &str| {
        let mut letters: Vec<_> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    if name.chars().count() < SHORTEST_MISSPELT || case(word) != case(name) || digits(word) != digits(name) {
        return false;
    }
    if word.starts_with(name) || name.starts_with(word) || word.ends_with(name) || name.ends_with(word) {
        return false;
    }
    let apart = distance(word, name);
    apart == 1 || (apart == 2 && sorted(word) == sorted(name))
}
