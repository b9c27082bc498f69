//! A member that holds JSON as text (`x-json-text`) -> the schema that the text has to fulfil.

use serde_json::Value;

use super::Document;

/// What one member holds.
pub(crate) struct JsonText<'a> {
    pub(crate) member: &'a str,
    pub(crate) text: &'a str,
    pub(crate) schema: &'a str,
}

impl Document {
    /// The members of an object that hold JSON text whose schema is known.
    pub(crate) fn json_texts<'a>(&'a self, schema: &str, value: &'a Value) -> Vec<JsonText<'a>> {
        let mut found = Vec::new();
        let properties = self.schema(schema).and_then(|schema| schema["properties"].as_object());
        for (member, property) in properties.into_iter().flatten() {
            let Some(rule) = property.get("x-json-text") else { continue };
            let sibling = rule["by"].as_str().and_then(|sibling| value[sibling].as_str());
            let target = rule["schema"].as_str().or_else(|| rule["schemas"][sibling?].as_str());
            if let (Some(text), Some(schema)) = (value[member].as_str(), target) {
                found.push(JsonText { member, text, schema });
            }
        }
        found
    }
}
