//! A context -> what its descriptions describe: values, each with the schema that its description can contradict.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::is_common;
use super::text::{Prose, Sentence};
use super::values::number;
use crate::Pointer;
use crate::grammar::Kind;
use crate::index::{Place, items, local, members};
use crate::lint::Findings;
use crate::lint::context::Context;

/// How many levels of `allOf` are looked through.
const DEEPEST: usize = 8;

/// A schema, parameter or header that has a description.
pub struct Subject<'d> {
    /// Where it is.
    pub pointer: Pointer,
    /// The name of the property, parameter or component; empty for what has none.
    pub name: String,
    /// The description.
    pub text: &'d str,
    /// The object schema that has it as a property.
    pub owner: Option<Pointer>,
    /// The parameter or header itself, if it is one.
    pub holder: Option<&'d Value>,
    /// The schema and everything that it combines with `allOf`.
    pub parts: Vec<&'d Value>,
}

/// Everything in `context` that has a description which `wanted` accepts, in order.
pub fn subjects<'d>(context: &Context<'d>, wanted: impl Fn(&str) -> bool) -> Vec<Subject<'d>> {
    let subject = |place: &Place<'d>| {
        let text = place.text("description").filter(|text| wanted(text))?;
        if place.reference().is_some() {
            return None;
        }
        let (schema, holder) = match place.kind {
            Kind::Schema if is_repeated(context, place) => return None,
            Kind::Schema => (place.pointer.clone(), None),
            Kind::Parameter | Kind::Header => (place.pointer.child("schema"), Some(place.value)),
            _ => return None,
        };
        let mut parts = Vec::new();
        gather(context, &schema, &mut parts, 0);
        let parent = place.pointer.parent()?;
        let in_owner = place.kind == Kind::Schema && parent.last().is_some_and(|last| last == "properties");
        let owner = parent.parent().filter(|owner| in_owner && context.index.at(owner).is_some_and(|owner| owner.kind == Kind::Schema));
        let name = match (holder, &owner) {
            (Some(_), _) => place.text("name").map_or_else(|| place.pointer.last(), |name| Some(name.to_owned())),
            (None, Some(_)) => place.pointer.last(),
            (None, None) => (parent.as_str() == "/components/schemas").then(|| place.pointer.last()).flatten(),
        };
        Some(Subject { pointer: place.pointer.clone(), name: name.unwrap_or_default(), text, owner, holder, parts })
    };
    context.index.places().iter().filter_map(subject).collect()
}

/// Whether a parameter has said the same of its schema.
fn is_repeated(context: &Context<'_>, place: &Place<'_>) -> bool {
    context.index.parent(place).is_some_and(|parent| {
        matches!(parent.kind, Kind::Parameter | Kind::Header) && parent.text("description") == place.text("description")
    })
}

fn gather<'d>(context: &Context<'d>, schema: &Pointer, parts: &mut Vec<&'d Value>, depth: usize) {
    let Some(target) = context.index.resolve(schema) else { return };
    if depth > DEEPEST || parts.iter().any(|part| std::ptr::eq(*part, target.value)) {
        return;
    }
    parts.push(target.value);
    for number in 0..items(target.value, "allOf").count() {
        gather(context, &target.pointer.child("allOf").item(number), parts, depth + 1);
    }
}

impl<'d> Subject<'d> {
    /// The description, taken apart.
    pub fn prose(&self) -> Prose {
        Prose::of(self.text)
    }

    /// A keyword of the schema.
    pub fn keyword(&self, name: &str) -> Option<&'d Value> {
        self.parts.iter().find_map(|part| part.get(name))
    }

    /// The schema of the items of an array.
    pub fn items(&self, context: &Context<'d>) -> Option<&'d Value> {
        let mut schema = self.keyword("items")?;
        for _ in 0..DEEPEST {
            let Some(reference) = schema.get("$ref").and_then(Value::as_str) else { return Some(schema) };
            schema = context.index.document().find(&local(reference)?)?;
        }
        None
    }

    /// The type of the schema, when it is said.
    pub fn kind(&self) -> Option<&'d str> {
        self.keyword("type").and_then(Value::as_str)
    }

    /// Whether the schema has any of `names`.
    pub fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.keyword(name).is_some())
    }

    /// Whether the schema is a choice of others, so that no single keyword speaks for it.
    pub fn is_choice(&self) -> bool {
        self.has(&["oneOf", "anyOf", "not"])
    }

    /// What messages call it.
    pub fn called(&self) -> String {
        if self.name.is_empty() { "the schema".into() } else { format!("`{}`", self.name) }
    }

    /// Whether requests contain it, or nothing is known of where it is used.
    pub fn may_be_sent(&self, context: &Context<'_>) -> bool {
        let usage = context.index.usage(&self.pointer);
        let read_only = self.keyword("readOnly") == Some(&Value::Bool(true));
        (usage.sent || !usage.received) && !read_only
    }

    /// Whether a sentence names something else in code type, which is then what it is about.
    pub fn is_about_another(&self, sentence: &Sentence) -> bool {
        sentence.marks.iter().any(|mark| {
            let word = sentence.marked(mark);
            let bare = word.trim_end_matches(['=', ':']);
            bare != self.name
                && number(word).is_none()
                && !is_common(word)
                && word.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-.".contains(letter))
        })
    }

    /// The names beside it: the other properties of its owner.
    pub fn siblings(&self, context: &Context<'d>) -> HashSet<&'d str> {
        let owner = self.owner.as_ref().and_then(|owner| context.index.at(owner));
        owner.into_iter().flat_map(|owner| members(owner.value, "properties")).map(|(name, _)| name.as_str()).collect()
    }
}

/// Findings that say the same of copies of one description: the first is reported, the others are related to it.
#[derive(Default)]
pub struct Grouped<'d> {
    order: Vec<(Pointer, String, Vec<Pointer>)>,
    known: HashMap<(&'d str, String), usize>,
}

impl<'d> Grouped<'d> {
    /// Adds what is to be said of `subject`.
    pub fn add(&mut self, subject: &Subject<'d>, message: String) {
        self.add_at(&subject.pointer, subject.text, message);
    }

    /// Adds what is to be said of a place; what is said with the same `text` is one finding.
    pub fn add_at(&mut self, pointer: &Pointer, text: &'d str, message: String) {
        match self.known.get(&(text, message.clone())) {
            Some(&first) => self.order[first].2.push(pointer.clone()),
            None => {
                self.known.insert((text, message.clone()), self.order.len());
                self.order.push((pointer.clone(), message, Vec::new()));
            }
        }
    }

    /// Reports everything that was added.
    pub fn report(self, findings: &mut Findings<'_>) {
        for (pointer, message, others) in self.order {
            let problem = findings.add(&pointer, message);
            for other in others.iter().filter(|other| **other != pointer) {
                problem.relate(other);
            }
        }
    }
}
