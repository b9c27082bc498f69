//! `allOf` -> parts that can be one object, or the one part that says what the value is.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{WEAKER, Washing, items, members};

/// What a schema is made of, as far as it matters for merging.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Members with names.
    Object,
    /// One of several things.
    Choice,
    /// Texts, numbers, lists.
    Other,
    /// It says nothing.
    Nothing,
}

impl<'d> Washing<'d> {
    /// The parts of a schema; says whether one of them makes it nullable.
    pub(super) fn parts(&mut self, schema: &'d Value, washed: &mut Map<String, Value>) -> bool {
        let parts: Vec<(usize, &'d Value)> = items(schema.get("allOf")).enumerate().collect();
        if parts.is_empty() {
            return false;
        }
        let mut nullable = false;
        let mut objects = Vec::new();
        let mut others = Vec::new();
        for (position, part) in parts {
            nullable |= part.get("nullable") == Some(&Value::Bool(true));
            let kind = self.kind_of(part, &mut BTreeSet::new());
            self.here.push("allOf".to_owned());
            let rebuilt = self.within(&position.to_string(), |washing| washing.schema(part));
            self.here.pop();
            match kind {
                Kind::Nothing => {
                    if let (Some(words), false) = (rebuilt.get("description"), washed.contains_key("description")) {
                        washed.insert("description".to_owned(), words.clone());
                    }
                }
                Kind::Object => objects.push(rebuilt),
                Kind::Choice | Kind::Other => others.push((kind, rebuilt)),
            }
        }
        let own = washed.get("properties").is_some_and(|properties| properties != &json!({}));
        match (objects.is_empty() && !own, others.as_slice()) {
            (true, []) => {}
            (true, [(_, only)]) => drop(washed.insert("allOf".to_owned(), json!([only]))),
            (false, []) => {
                // One of the alternatives of its base, even if it adds nothing to it: without a part of its own it would be the base.
                let base = |part| self.resolved(part).is_some_and(|part| part.get("discriminator").is_some());
                if objects.len() == 1 && items(schema.get("allOf")).any(base) {
                    objects.push(json!({ "type": "object" }));
                }
                washed.insert("allOf".to_owned(), Value::Array(objects));
            }
            (false, choices) if choices.iter().all(|(kind, _)| *kind == Kind::Choice) => {
                self.note(
                    WEAKER,
                    "allOf",
                    "alternatives in `allOf` are not kept: what they add is among the further members",
                    "make one alternative for each, with `allOf` inside",
                );
                objects.push(json!({ "type": "object", "additionalProperties": true }));
                washed.insert("allOf".to_owned(), Value::Array(objects));
            }
            _ => {
                self.note(WEAKER, "allOf", "parts of different kinds are any JSON", "describe one kind of value");
                for key in ["properties", "required", "additionalProperties", "type"] {
                    washed.remove(key);
                }
            }
        }
        nullable
    }

    /// What a schema is made of. One that has been seen, at its address, adds nothing.
    fn kind_of(&self, schema: &'d Value, seen: &mut BTreeSet<*const Value>) -> Kind {
        let Some(schema) = self.resolved(schema).filter(|schema| seen.insert(std::ptr::from_ref(*schema))) else { return Kind::Nothing };
        let has = |key: &str| schema.get(key).is_some();
        let texts = matches!(schema.get("type").and_then(Value::as_str), Some("string" | "number" | "integer" | "boolean" | "array"));
        if texts || has("enum") || has("items") {
            return Kind::Other;
        }
        let further = schema.get("additionalProperties").is_some_and(|further| *further != Value::Bool(false));
        if members(schema.get("properties")).next().is_some() || further {
            return Kind::Object;
        }
        let inside: Vec<Kind> = items(schema.get("allOf")).map(|part| self.kind_of(part, seen)).collect();
        for kind in [Kind::Object, Kind::Choice, Kind::Other] {
            if inside.contains(&kind) {
                return kind;
            }
        }
        let named = |key: &str| items(schema.get(key)).any(|one| members(Some(one)).any(|(name, _)| name != "required"));
        if named("oneOf") || named("anyOf") {
            return Kind::Choice;
        }
        if has("type") || has("properties") || has("required") { Kind::Object } else { Kind::Nothing }
    }
}
