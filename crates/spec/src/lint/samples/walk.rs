//! A schema and a place within an example -> the schemas that speak of that place.
//!
//! Every fault of an example is asked for its schema, and large compositions have many faults: what a schema is made of is found once.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use serde_json::Value;

use crate::lint::composition::{ANY, Parts};
use crate::schema::Violation;
use crate::{Index, Pointer};

/// Keywords whose schemas all hold at once.
const ALL: &[&str] = &["allOf"];

/// A document on whose schemas examples are followed.
pub(super) struct Walk<'i, 'd> {
    index: &'i Index<'d>,
    /// What each schema that was asked for is made of, by the keywords that were followed.
    known: HashMap<&'static str, HashMap<Pointer, Rc<Parts<'d>>>>,
}

impl<'i, 'd> Walk<'i, 'd> {
    pub(super) fn of(index: &'i Index<'d>) -> Self {
        Self { index, known: HashMap::new() }
    }

    /// A schema and everything that is composed into it.
    pub(super) fn parts(&mut self, place: &Pointer, keywords: &'static [&'static str]) -> Rc<Parts<'d>> {
        let known = self.known.entry(keywords.last().copied().unwrap_or_default()).or_default();
        if let Some(parts) = known.get(place) {
            return Rc::clone(parts);
        }
        let parts = Rc::new(Parts::of(self.index, place, keywords));
        known.insert(place.clone(), Rc::clone(&parts));
        parts
    }

    /// Where the schema stands that `violation` is about: the nearest property, item or root that leads to it.
    pub(super) fn stands(&mut self, schema: &Pointer, value: &Value, violation: &Violation) -> Option<Pointer> {
        // A member that no schema mentions is a matter of the object that it is in.
        let outside = if violation.keyword == "undeclared" { violation.instance.parent() } else { None };
        let level = self.level(schema, value, outside.as_ref().unwrap_or(&violation.instance), ANY)?;
        level.into_iter().find(|place| self.parts(place, ANY).schemas.iter().any(|part| part.pointer == violation.schema))
    }

    /// Whether another part of a composition around the object mentions the member that its own schema does not.
    pub(super) fn is_declared_beside(&mut self, schema: &Pointer, value: &Value, violation: &Violation) -> bool {
        let (Some(object), Some(name)) = (violation.instance.parent(), violation.instance.last()) else { return false };
        let level = self.level(schema, value, &object, ALL).unwrap_or_default();
        if level.len() < 2 {
            return false;
        }
        let parts: Vec<_> = level.iter().map(|place| self.parts(place, ANY)).collect();
        parts.iter().any(|parts| parts.schemas.iter().any(|part| part.pointer == violation.schema))
            && parts.iter().any(|parts| parts.declares(&name))
    }

    /// Where the schemas stand that speak of `instance` within `value`, following `keywords` on the way from `schema`.
    fn level(
        &mut self,
        schema: &Pointer,
        mut value: &Value,
        instance: &Pointer,
        keywords: &'static [&'static str],
    ) -> Option<Vec<Pointer>> {
        let mut level = vec![schema.clone()];
        for token in instance.tokens() {
            let mut next = Vec::new();
            let mut seen = HashSet::new();
            for place in &level {
                for part in &self.parts(place, keywords).schemas {
                    let named = part.value.get("properties").and_then(|properties| properties.get(&token)).is_some();
                    let inner = match value {
                        Value::Array(_) => part.value.get("items").map(|_| part.pointer.child("items")),
                        _ if named => Some(part.pointer.child("properties").child(&token)),
                        _ => part
                            .value
                            .get("additionalProperties")
                            .filter(|more| more.is_object())
                            .map(|_| part.pointer.child("additionalProperties")),
                    };
                    next.extend(inner.filter(|inner| seen.insert(inner.clone())));
                }
            }
            value = match value {
                Value::Array(elements) => elements.get(token.parse::<usize>().ok()?)?,
                Value::Object(members) => members.get(&token)?,
                _ => return None,
            };
            level = next;
        }
        Some(level)
    }
}
