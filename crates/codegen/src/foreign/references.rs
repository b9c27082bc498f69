//! References -> what they lead to, or the name of a schema among the components.
//!
//! A schema that stands somewhere else and is referred to gets a name, so that it may contain itself.

use apispec::Pointer;
use apispec::index::local;
use heck::ToUpperCamelCase;
use serde_json::{Value, json};

use super::{WEAKER, Washing};

/// How many references may lead from one to the next.
const LONGEST: usize = 64;
/// Tokens of a pointer that say nothing about what stands there.
const EMPTY: [&str; 12] = [
    "components",
    "schemas",
    "paths",
    "responses",
    "content",
    "schema",
    "properties",
    "application/json",
    "parameters",
    "requestBodies",
    "items",
    "definitions",
];

impl<'d> Washing<'d> {
    /// What stands behind the references of a value; `None` if nothing does.
    pub(super) fn resolved(&self, value: &'d Value) -> Option<&'d Value> {
        let mut value = value;
        for _ in 0..LONGEST {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return Some(value) };
            value = local(reference)?.find(self.root)?;
        }
        None
    }

    /// Whether references lead back to where they came from.
    pub(super) fn is_circle(&self, value: &'d Value) -> bool {
        value.get("$ref").is_some_and(Value::is_string) && self.resolved(value).is_none()
    }

    /// A reference to a schema, as one to a component; any JSON where it leads nowhere.
    pub(super) fn reference(&mut self, reference: &str) -> Value {
        match self.named(reference) {
            Some(name) => json!({ "$ref": format!("#/components/schemas/{name}") }),
            None => {
                let message = format!("the reference `{reference}` does not lead to a schema of this document, so it is any JSON");
                self.note(WEAKER, "$ref", message, "put the schema into #/components/schemas");
                json!({})
            }
        }
    }

    /// The name of the component that a reference leads to.
    pub(super) fn named(&mut self, reference: &str) -> Option<String> {
        let pointer = local(reference)?;
        let target = pointer.find(self.root)?;
        let tokens: Vec<String> = pointer.tokens().collect();
        if let [components, schemas, name] = tokens.as_slice()
            && components == "components"
            && schemas == "schemas"
        {
            return self.schemas.get(name.as_str()).cloned();
        }
        if !target.is_object() || self.resolved(target).is_none() {
            return None;
        }
        if let Some(name) = self.moved.get(pointer.as_str()) {
            return Some(name.clone());
        }
        let name = self.free(name_of(&pointer));
        self.moved.insert(pointer.as_str().to_owned(), name.clone());
        self.open.push((name.clone(), target));
        Some(name)
    }
}

fn name_of(pointer: &Pointer) -> String {
    let tokens = pointer.tokens().filter(|token| !EMPTY.contains(&token.as_str()));
    let words: Vec<String> = tokens.map(|token| token.to_upper_camel_case()).collect();
    let name = words.concat();
    if name.is_empty() { "Schema".to_owned() } else { name }
}
