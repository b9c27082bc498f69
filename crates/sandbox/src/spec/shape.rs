//! A reply and its schema -> the same reply with null wherever the schema lets a member be missing.

use serde_json::Value;

use super::Document;

impl Document {
    /// Makes every member null that need not be there. What is inside the remaining members is treated alike.
    pub(crate) fn empty(&self, schema: &Value, value: &mut Value) {
        let schema = self.resolve(schema);
        match value {
            Value::Array(items) => {
                for item in items {
                    self.empty(&schema["items"], item);
                }
            }
            Value::Object(members) => {
                let mut parts = Vec::new();
                self.parts(schema, members.get("type").and_then(Value::as_str), &mut parts);
                let required = |name: &String| parts.iter().any(|part| contains(&part["required"], name));
                for (name, member) in members.iter_mut() {
                    let property = parts.iter().find_map(|part| property(part, name));
                    match property {
                        Some((canonical, _)) if !required(canonical) => *member = Value::Null,
                        Some((_, property)) => self.empty(property, member),
                        None => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// The object schemas that a value of this tag has to fulfil, all of them.
    fn parts<'a>(&'a self, schema: &'a Value, tag: Option<&str>, found: &mut Vec<&'a Value>) {
        let schema = self.resolve(schema);
        if schema.get("properties").is_some() {
            found.push(schema);
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.parts(part, tag, found);
        }
        let alternatives = schema["oneOf"].as_array().into_iter().flatten().map(|part| self.resolve(part));
        let objects: Vec<_> = alternatives.filter(|part| part["type"] == "object" || part.get("allOf").is_some()).collect();
        let chosen = match &objects[..] {
            [only] => Some(*only),
            several => several.iter().copied().find(|part| tag.is_some_and(|tag| self.has_tag(part, tag))),
        };
        if let Some(chosen) = chosen {
            self.parts(chosen, tag, found);
        }
    }

    fn has_tag(&self, variant: &Value, tag: &str) -> bool {
        let own = variant["allOf"].as_array().into_iter().flatten();
        own.map(|part| &part["properties"]["type"]["enum"]).any(|values| contains(values, tag))
    }
}

fn contains(list: &Value, text: &str) -> bool {
    list.as_array().is_some_and(|list| list.iter().any(|item| item == text))
}

/// A property under its own name or another of its spellings.
fn property<'a>(schema: &'a Value, name: &str) -> Option<(&'a String, &'a Value)> {
    let mut properties = schema["properties"].as_object()?.iter();
    properties.find(|(canonical, property)| *canonical == name || contains(&property["x-aliases"], name))
}
