//! A schema of OpenAPI 3.0 -> a validator of JSON Schema, for what is sent or for what is received.
//!
//! What is sent is judged by the letter. What is received may use the other spellings and types that the extensions allow, which is
//! how the sandbox's own replies are judged in its tests.

use jsonschema::{Draft, Keyword, ValidationError, Validator};
use serde_json::{Map, Value, json};

use super::{Document, name_of};

#[derive(Clone, Copy)]
pub(crate) struct How {
    /// Other spellings (`x-aliases`, `x-enum`) and types (`x-accepts`) are allowed.
    pub(crate) tolerant: bool,
    /// Members that the document does not name are not allowed.
    pub(crate) closed: bool,
}

impl How {
    pub(crate) const SENT: Self = Self { tolerant: false, closed: false };
}

/// Keywords that mean the same in both languages.
const KEPT: [&str; 13] = [
    "required",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minItems",
    "maxItems",
    "uniqueItems",
    "multipleOf",
    "pattern",
    "format",
];

/// The keyword for whole numbers of 32 and of 64 bits. The bounds of `minimum` and `maximum` cannot say it: a number that needs more
/// than 64 bits is read as the floating-point number next to it, which may be the bound.
const INTEGER: &str = "x-integer";

struct Integer {
    small: bool,
}

impl<'i> Keyword<'i> for Integer {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) { Ok(()) } else { Err(ValidationError::custom("the number is too large for its format")) }
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        match (instance.as_i64(), instance.is_number()) {
            (Some(number), _) => !self.small || i32::try_from(number).is_ok(),
            // `1.0` is an integer too, as long as it is one exactly.
            (None, true) => instance.as_f64().is_some_and(|number| number.abs() < if self.small { 2_147_483_648.0 } else { 9e15 }),
            (None, false) => true,
        }
    }
}

impl Document {
    /// A validator for a schema of this document.
    pub(crate) fn validator(&self, schema: &Value, how: How) -> Result<Validator, String> {
        let mut root = how.convert(schema, false);
        let mut definitions = Map::new();
        let mut open = references(&root);
        // Only what is referred to: most schemas are small, and all of them together are not.
        while let Some(key) = open.pop() {
            if definitions.contains_key(&key) {
                continue;
            }
            let name = key.strip_suffix('!').unwrap_or(&key);
            let schema = self.schema(name).ok_or_else(|| format!("there is no schema `{name}`"))?;
            let made = how.convert(schema, name == key && how.closed);
            open.extend(references(&made));
            definitions.insert(key, made);
        }
        root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        root["$defs"] = Value::Object(definitions);
        jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(true)
            .with_keyword(INTEGER, |_, value, _| Ok(Box::new(Integer { small: value == "int32" })))
            .build(&root)
            .map_err(|error| error.to_string())
    }
}

/// The keys of the definitions that a converted schema refers to.
fn references(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(members) => {
                let reference = members.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix("#/$defs/"));
                found.extend(reference.map(str::to_owned));
                open.extend(members.values());
            }
            _ => {}
        }
    }
    found
}

impl How {
    /// `branch` is a part of `allOf`: it cannot judge which members are unknown, since it does not see those of its siblings.
    fn convert(self, schema: &Value, branch: bool) -> Value {
        if schema.get("$ref").is_some() {
            let mark = if branch || !self.closed { "" } else { "!" };
            return json!({ "$ref": format!("#/$defs/{}{mark}", name_of(schema)) });
        }
        let Some(members) = schema.as_object() else { return schema.clone() };
        let mut made = Map::new();
        for (key, value) in members {
            match key.as_str() {
                "properties" => drop(made.insert(key.clone(), self.properties(value))),
                "items" | "additionalProperties" => drop(made.insert(key.clone(), self.convert(value, false))),
                "allOf" => drop(made.insert(key.clone(), self.list(value, true))),
                "anyOf" | "oneOf" => drop(made.insert(key.clone(), self.list(value, false))),
                "enum" => drop(made.insert(key.clone(), self.values(value, schema))),
                kept if KEPT.contains(&kept) => drop(made.insert(key.clone(), value.clone())),
                _ => {}
            }
        }
        if let Some(kind) = schema.get("type") {
            made.insert("type".into(), if schema["nullable"] == json!(true) { json!([kind, "null"]) } else { kind.clone() });
        }
        let whole = schema["format"].as_str().filter(|format| !self.tolerant && ["int32", "int64"].contains(format));
        if let Some(format) = whole {
            made.insert(INTEGER.into(), json!(format));
        }
        let open = made.contains_key("additionalProperties") || !(made.contains_key("properties") || made.contains_key("allOf"));
        if self.closed && !branch && !open {
            made.insert("unevaluatedProperties".into(), json!(false));
        }
        self.accepts(Value::Object(made), schema)
    }

    fn list(self, schemas: &Value, branch: bool) -> Value {
        schemas.as_array().into_iter().flatten().map(|schema| self.convert(schema, branch)).collect()
    }

    fn properties(self, properties: &Value) -> Value {
        let mut made = Map::new();
        for (name, property) in properties.as_object().into_iter().flatten() {
            let converted = self.convert(property, false);
            for alias in property["x-aliases"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if self.tolerant {
                    made.insert(alias.to_owned(), converted.clone());
                }
            }
            made.insert(name.clone(), converted);
        }
        Value::Object(made)
    }

    fn values(self, values: &Value, schema: &Value) -> Value {
        let mut all = values.as_array().cloned().unwrap_or_default();
        let described = schema["x-enum"].as_object().into_iter().flatten();
        let aliases = described.flat_map(|(_, value)| value["aliases"].as_array().into_iter().flatten());
        if self.tolerant {
            all.extend(aliases.cloned());
        }
        Value::Array(all)
    }

    fn accepts(self, made: Value, schema: &Value) -> Value {
        let Some(accepted) = schema["x-accepts"].as_array().filter(|_| self.tolerant) else { return made };
        let mut alternatives = vec![made];
        for kind in accepted.iter().filter_map(Value::as_str) {
            let alternative = if kind == "single" { self.convert(&schema["items"], false) } else { json!({ "type": kind }) };
            alternatives.push(alternative);
        }
        json!({ "anyOf": alternatives })
    }
}
