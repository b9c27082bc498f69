//! What a document says and a client neither checks nor keeps -> fallbacks, noted at what they are about.
//!
//! Whether one matters is decided when it is known what is sent: see [`fallbacks`](crate::passes::fallbacks).

use apispec::{Pointer, Problem};
use serde_json::Value;

use super::Context;
use super::members::Described;
use crate::ir::{Bounds, UNCHECKED};

/// Keywords that bound what is sent, and are left to the server.
const KEYWORDS: [&str; 6] = ["pattern", "uniqueItems", "multipleOf", "minProperties", "maxProperties", "not"];

impl Context<'_> {
    /// A fallback.
    pub fn loss(&self, rule: &'static str, at: &Pointer, message: impl Into<String>, help: &str) -> Problem {
        Problem::new(rule, self.document.file(), message, help).at(at.clone())
    }

    fn unchecked_at(&self, at: &Pointer, what: &str) -> Problem {
        self.loss(UNCHECKED, at, format!("{what} not checked before sending"), "the server checks it; say it in the description for people")
    }

    /// What the schema at this place asks of values, and the client does not check.
    pub fn unchecked(&self, origin: &Pointer) -> Vec<Problem> {
        let Some(schema) = self.document.find(origin).and_then(Value::as_object) else { return Vec::new() };
        let mut losses = Vec::new();
        for keyword in KEYWORDS.iter().filter(|keyword| schema.get(**keyword).is_some_and(|value| *value != Value::Bool(false))) {
            losses.push(self.unchecked_at(&origin.child(keyword), &format!("`{keyword}` is")));
        }
        let values = schema.get("enum").and_then(Value::as_array);
        if values.is_some_and(|values| values.iter().any(|value| !value.is_string() && !value.is_null())) {
            losses.push(self.unchecked_at(&origin.child("enum"), "values that are not texts have a plain type, and are"));
        }
        let number = schema.get("type").and_then(Value::as_str) == Some("number");
        for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            let open = number && schema.get(exclusive) == Some(&Value::Bool(true));
            match schema.get(bound).and_then(Value::as_f64) {
                Some(_) if open => losses.push(self.unchecked_at(&origin.child(exclusive), &format!("`{exclusive}` of a number is"))),
                Some(value) if value.fract() != 0.0 || value.abs() > 9e15 => {
                    losses.push(self.unchecked_at(&origin.child(bound), &format!("a `{bound}` that is not a whole number is")));
                }
                _ => {}
            }
        }
        losses
    }

    /// What is said of the items of a list, or of the values of a map, and only a member could keep.
    pub fn unkept_inside(&self, origin: &Pointer, inner: Described) -> Vec<Problem> {
        let mut losses = inner.losses;
        if inner.bounds != Bounds::default() {
            losses.push(self.unchecked_at(origin, "bounds of each item are"));
        }
        if inner.constant.is_some() {
            losses.push(self.unchecked_at(origin, "the only value that each item may have is"));
        }
        if inner.nullable {
            let help = "describe what null means, and leave `nullable` out if the server never sends it";
            losses.push(self.loss("null-item", origin, "an item may be null, but null is refused when it is read", help));
        }
        if !inner.accepts.is_empty() {
            let help = "only members have `x-accepts`";
            losses.push(self.loss("accepts-form", origin, "`x-accepts` of items is not kept", help));
        }
        losses
    }
}
