//! A schema -> what it is made of, and what is made of it.
//!
//! `allOf`, `oneOf` and `anyOf` let several schemas speak of one value, so whether a name is declared can only be asked of all of them.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::index::{Target, items, members};
use crate::{Index, Pointer};

/// The keywords under which other schemas speak of the same value.
pub(super) const ANY: &[&str] = &["allOf", "oneOf", "anyOf"];

/// How many schemas may be composed into one. Larger compositions are not judged.
const MOST_PARTS: usize = 400;

/// A schema and everything that is composed into it.
#[derive(Debug)]
pub(super) struct Parts<'d> {
    /// The schemas, the outermost first.
    pub(super) schemas: Vec<Target<'d>>,
    /// Whether all of them were found; a reference may lead out of the document.
    pub(super) complete: bool,
}

impl<'d> Parts<'d> {
    /// Follows references and `keywords` from `schema`.
    pub(super) fn of(index: &Index<'d>, schema: &Pointer, keywords: &[&str]) -> Self {
        let mut parts = Self { schemas: Vec::new(), complete: true };
        let mut seen = HashSet::new();
        let mut open = vec![schema.clone()];
        while let Some(place) = open.pop() {
            let Some(target) = index.resolve(&place) else {
                parts.complete = false;
                continue;
            };
            if !seen.insert(target.pointer.clone()) {
                continue;
            }
            if parts.schemas.len() == MOST_PARTS {
                parts.complete = false;
                break;
            }
            for keyword in keywords {
                open.extend((0..items(target.value, keyword).count()).map(|number| target.pointer.child(keyword).item(number)));
            }
            parts.schemas.push(target);
        }
        parts
    }

    /// The properties that any part declares, each with the place of its schema.
    pub(super) fn properties(&self) -> impl Iterator<Item = (&'d str, Pointer)> + '_ {
        self.schemas.iter().flat_map(|part| {
            let holder = part.pointer.child("properties");
            members(part.value, "properties").map(move |(name, _)| (name.as_str(), holder.child(name)))
        })
    }

    /// Whether any part declares a property `name`.
    pub(super) fn declares(&self, name: &str) -> bool {
        self.schemas.iter().any(|part| part.value.get("properties").is_some_and(|properties| properties.get(name).is_some()))
    }

    /// Whether any part lets members in that it does not name.
    pub(super) fn is_open(&self) -> bool {
        !self.complete
            || self.schemas.iter().any(|part| part.value.get("additionalProperties").is_some_and(|more| *more != Value::Bool(false)))
    }

    /// Whether `flag` is true in any part, or beside the reference through which it was reached.
    pub(super) fn has_flag(&self, index: &Index<'_>, flag: &str) -> bool {
        let is_set = |value: &Value| value.get(flag) == Some(&Value::Bool(true));
        self.schemas.iter().any(|part| is_set(part.value) || index.document().find(&part.stands).is_some_and(is_set))
    }
}

/// The names that schemas declare together.
#[derive(Debug)]
pub(super) struct Names<'i, 'd> {
    index: &'i Index<'d>,
    /// For each schema, those that it is a part of.
    wholes: HashMap<Pointer, Vec<Pointer>>,
    /// For each whole that was asked for, what its parts declare. Large unions are asked for again and again.
    known: HashMap<Pointer, Known<'d>>,
}

#[derive(Debug)]
struct Known<'d> {
    names: HashSet<&'d str>,
    is_open: bool,
}

impl<'i, 'd> Names<'i, 'd> {
    /// Looks at every composition of the document.
    pub(super) fn of(index: &'i Index<'d>) -> Self {
        let mut wholes: HashMap<Pointer, Vec<Pointer>> = HashMap::new();
        for place in index.schemas() {
            for keyword in ANY {
                for number in 0..items(place.value, keyword).count() {
                    let Some(part) = index.resolve(&place.pointer.child(keyword).item(number)) else { continue };
                    wholes.entry(part.pointer).or_default().push(place.pointer.clone());
                }
            }
            if place.value.get("not").is_some() {
                wholes.entry(place.pointer.child("not")).or_default().push(place.pointer.clone());
            }
        }
        Self { index, wholes, known: HashMap::new() }
    }

    /// `schema` and everything that it is directly or indirectly a part of.
    ///
    /// Returns `None` when that is too much to be judged.
    pub(super) fn around(&self, schema: &Pointer) -> Option<Vec<Pointer>> {
        let mut found = vec![schema.clone()];
        let mut seen: HashSet<Pointer> = found.iter().cloned().collect();
        let mut next = 0;
        while let Some(place) = found.get(next) {
            let more: Vec<_> =
                self.wholes.get(place).into_iter().flatten().filter(|whole| seen.insert((*whole).clone())).cloned().collect();
            found.extend(more);
            next += 1;
            if found.len() > MOST_PARTS {
                return None;
            }
        }
        Some(found)
    }

    /// Whether `whole` or a part of it declares `name`.
    pub(super) fn declares(&mut self, whole: &Pointer, name: &str) -> bool {
        self.known(whole).names.contains(name)
    }

    /// Whether `whole` or a part of it lets any name in.
    pub(super) fn is_open(&mut self, whole: &Pointer) -> bool {
        self.known(whole).is_open
    }

    /// The names that `whole` and its parts declare.
    pub(super) fn declared(&mut self, whole: &Pointer) -> impl Iterator<Item = &'d str> + '_ {
        self.known(whole).names.iter().copied()
    }

    fn known(&mut self, whole: &Pointer) -> &Known<'d> {
        let index = self.index;
        self.known.entry(whole.clone()).or_insert_with(|| {
            let parts = Parts::of(index, whole, ANY);
            let mut names: HashSet<_> =
                parts.schemas.iter().flat_map(|part| members(part.value, "properties").map(|(name, _)| name.as_str())).collect();
            // The tag of a union is often declared by its alternatives only.
            let tags = parts.schemas.iter().filter_map(|part| part.value.get("discriminator")?.get("propertyName")?.as_str());
            names.extend(tags);
            Known { names, is_open: parts.is_open() }
        })
    }
}

/// Names in backticks, as a list in a sentence: `` `a`, `b` and `c` ``. More than six are counted.
pub(super) fn quoted<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match &names[..] {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] if names.len() <= 6 => format!("{} and {last}", first.join(", ")),
        _ => format!("{} and {} more", names[..5].join(", "), names.len() - 5),
    }
}
