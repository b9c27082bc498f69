//! A schema -> the same schema with every key of the type that it should have, in the forms that can be lowered.

use serde_json::{Map, Number, Value, json};

use super::{WEAKER, Washing, items, members};

const TYPES: [&str; 6] = ["string", "number", "integer", "boolean", "array", "object"];
const COUNTS: [&str; 6] = ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"];
const NUMBERS: [&str; 3] = ["minimum", "maximum", "multipleOf"];
const FLAGS: [&str; 3] = ["uniqueItems", "exclusiveMinimum", "exclusiveMaximum"];

impl<'d> Washing<'d> {
    /// Rebuilds a schema.
    pub(super) fn schema(&mut self, schema: &'d Value) -> Value {
        let Some(keys) = schema.as_object() else {
            if *schema != Value::Bool(true) {
                self.note(WEAKER, "", "this is not a schema, so it is any JSON", "describe the value");
            }
            return json!({});
        };
        if let Some(reference) = keys.get("$ref").and_then(Value::as_str) {
            return self.reference(reference);
        }
        let mut washed = Map::new();
        self.texts(schema, &["description", "format", "pattern"], &mut washed);
        self.extensions(schema, &mut washed);
        let nullable = self.kind(schema, &mut washed) | self.flag(schema, "nullable");
        self.bounds(schema, &mut washed);
        let nullable = self.values(schema, &mut washed) || nullable;
        self.object(schema, &mut washed);
        if washed.get("type").and_then(Value::as_str) == Some("array") {
            let inner = keys.get("items").filter(|inner| inner.is_object());
            let inner = inner.map(|inner| self.within("items", |washing| washing.schema(inner)));
            washed.insert("items".to_owned(), inner.unwrap_or_else(|| json!({})));
        }
        let nullable = self.alternatives(schema, &mut washed) || nullable;
        let nullable = self.parts(schema, &mut washed) || nullable;
        if keys.contains_key("not") {
            washed.insert("not".to_owned(), json!({}));
        }
        if nullable {
            washed.insert("nullable".to_owned(), true.into());
        }
        self.discriminator(schema, &mut washed);
        self.one_thing(&mut washed);
        Value::Object(washed)
    }

    /// The type; says whether null is one of several.
    fn kind(&mut self, schema: &'d Value, washed: &mut Map<String, Value>) -> bool {
        let (mut nullable, mut names) = (false, Vec::new());
        match schema.get("type") {
            Some(Value::String(name)) => names.push(name.as_str()),
            Some(Value::Array(several)) => names.extend(several.iter().filter_map(Value::as_str)),
            Some(_) => self.malformed("type", "`type` is not a text"),
            None => {}
        }
        names.retain(|name| {
            nullable |= *name == "null";
            *name != "null"
        });
        let implied = || {
            let has = |key: &str| schema.get(key).is_some();
            if has("properties") || has("additionalProperties") { Some("object") } else { has("items").then_some("array") }
        };
        let name = match names.as_slice() {
            [] => implied(),
            ["file"] => {
                washed.insert("format".to_owned(), "binary".into());
                Some("string")
            }
            [name] if TYPES.contains(name) => Some(*name),
            [name] => {
                let message = format!("the type `{name}` is not one of OpenAPI, so it is any JSON");
                self.note(WEAKER, "type", message, "write one of the six types of OpenAPI");
                None
            }
            _ => {
                self.note(WEAKER, "type", "several types in one schema are any JSON", "use `oneOf`");
                None
            }
        };
        washed.extend(name.map(|name| ("type".to_owned(), name.into())));
        nullable
    }

    fn bounds(&mut self, schema: &'d Value, washed: &mut Map<String, Value>) {
        for key in COUNTS {
            match schema.get(key).map(|value| (value, whole(value))) {
                None => {}
                Some((_, Some(count))) => drop(washed.insert(key.to_owned(), count.into())),
                Some(_) => self.malformed(key, &format!("`{key}` is not a number that counts something")),
            }
        }
        let integer = washed.get("type").and_then(Value::as_str) == Some("integer");
        for key in NUMBERS {
            let number = match schema.get(key) {
                None => continue,
                Some(Value::Number(number)) => Some(number.clone()),
                Some(Value::String(text)) => text.trim().parse::<f64>().ok().and_then(Number::from_f64),
                Some(_) => None,
            };
            let Some(number) = number else {
                self.malformed(key, &format!("`{key}` is not a number"));
                continue;
            };
            // The model reads bounds of whole numbers as whole numbers.
            let exact = number
                .as_i64()
                .or_else(|| number.as_f64().filter(|value| value.fract() == 0.0 && value.abs() <= 9e15).map(|value| value as i64));
            match exact {
                Some(exact) => drop(washed.insert(key.to_owned(), exact.into())),
                None if !integer => drop(washed.insert(key.to_owned(), Value::Number(number))),
                None => self.malformed(key, &format!("`{key}` of a whole number is none, or too large")),
            }
        }
        for key in FLAGS {
            if schema.get(key).is_some_and(Value::is_number) {
                self.malformed(key, &format!("`{key}` is a number, as in other versions of OpenAPI"));
            } else if self.flag(schema, key) {
                washed.insert(key.to_owned(), true.into());
            }
        }
    }

    /// The values of an enum; says whether null is one of them.
    fn values(&mut self, schema: &'d Value, washed: &mut Map<String, Value>) -> bool {
        let one = schema.get("const").map(std::slice::from_ref);
        let listed = schema.get("enum").and_then(Value::as_array).map(Vec::as_slice).or(one).unwrap_or_default();
        if listed.is_empty() {
            return false;
        }
        let mut values: Vec<Value> = Vec::new();
        let named = washed.get("type").and_then(Value::as_str);
        let kind = named.or_else(|| implied(listed)).unwrap_or_default().to_owned();
        if kind != "string" && !kind.is_empty() {
            washed.insert("type".to_owned(), kind.clone().into());
        }
        let texts = kind == "string" || kind.is_empty() && listed.iter().any(Value::is_string);
        for value in listed.iter().filter(|value| !value.is_null()) {
            let value = match value {
                Value::Array(_) | Value::Object(_) if texts => {
                    self.malformed("enum", "a value of the enum is not a text");
                    continue;
                }
                Value::Number(_) | Value::Bool(_) if texts => Value::String(value.to_string()),
                value => value.clone(),
            };
            if !values.contains(&value) {
                values.push(value);
            }
        }
        let nullable = listed.iter().any(Value::is_null);
        let fits = match kind.as_str() {
            "integer" => values.iter().all(|value| value.is_i64() || value.is_u64()),
            "number" => values.iter().all(Value::is_number),
            "boolean" => values.iter().all(Value::is_boolean),
            "array" | "object" => false,
            _ => texts,
        };
        if values.is_empty() {
            return nullable;
        }
        if fits {
            if texts && kind.is_empty() {
                washed.insert("type".to_owned(), "string".into());
            }
            // A client that names no value has nothing to say about a choice of plain numbers.
            if texts {
                washed.insert("enum".to_owned(), Value::Array(values));
            }
        } else {
            self.malformed("enum", "the values of the enum are not of its type");
        }
        nullable
    }

    fn object(&mut self, schema: &'d Value, washed: &mut Map<String, Value>) {
        if washed.get("type").and_then(Value::as_str).is_some_and(|name| name != "object") {
            return;
        }
        match schema.get("properties") {
            Some(Value::Object(properties)) => {
                let mut kept = Map::new();
                // What only one of the two sides may write is required of that side alone.
                let one_way = |name: &Value| {
                    let property = name.as_str().and_then(|name| properties.get(name));
                    property
                        .is_some_and(|property| ["readOnly", "writeOnly"].iter().any(|key| property.get(key) == Some(&Value::Bool(true))))
                };
                for (name, property) in properties {
                    self.here.push("properties".to_owned());
                    let property = self.within(name, |washing| washing.schema(property));
                    self.here.pop();
                    kept.insert(name.clone(), property);
                }
                let required = items(schema.get("required")).filter(|name| name.is_string() && !one_way(name)).cloned();
                washed.insert("properties".to_owned(), Value::Object(kept));
                washed.insert("required".to_owned(), required.collect());
            }
            Some(_) => self.malformed("properties", "`properties` is not a map"),
            None => {
                let required: Value = items(schema.get("required")).filter(|name| name.is_string()).cloned().collect();
                if required.as_array().is_some_and(|required| !required.is_empty()) {
                    washed.insert("required".to_owned(), required);
                }
            }
        }
        match schema.get("additionalProperties") {
            Some(Value::Bool(any)) => drop(washed.insert("additionalProperties".to_owned(), (*any).into())),
            Some(further @ Value::Object(_)) => {
                let further = self.within("additionalProperties", |washing| washing.schema(further));
                washed.insert("additionalProperties".to_owned(), further);
            }
            Some(_) => self.malformed("additionalProperties", "`additionalProperties` is neither a schema nor true or false"),
            None => {}
        }
    }

    /// The alternatives, without those that are only null; says whether there was one.
    fn alternatives(&mut self, schema: &'d Value, washed: &mut Map<String, Value>) -> bool {
        let mut nullable = false;
        for key in ["oneOf", "anyOf"] {
            let Some(listed) = schema.get(key) else { continue };
            let mut kept = Vec::new();
            for (position, alternative) in items(Some(listed)).enumerate() {
                if self.resolved(alternative).is_some_and(is_null) {
                    nullable = true;
                } else {
                    self.here.push(key.to_owned());
                    kept.push(self.within(&position.to_string(), |washing| washing.schema(alternative)));
                    self.here.pop();
                }
            }
            if kept.is_empty() {
                continue;
            }
            let only_required = kept.iter().all(|one| members(Some(one)).all(|(name, _)| name == "required" || name == "description"));
            let beside = washed.get("properties").is_some_and(|properties| properties != &json!({}))
                || schema.get("allOf").is_some()
                || washed.contains_key("oneOf");
            if schema.get("discriminator").is_some() && !washed.contains_key("oneOf") {
                washed.insert("oneOf".to_owned(), Value::Array(kept));
            } else if only_required && washed.contains_key("properties") && kept.iter().all(|one| one.get("required").is_some()) {
                washed.insert(key.to_owned(), Value::Array(kept));
            } else if only_required || kept.iter().all(|one| one == &json!({})) {
                // It says nothing about types.
            } else if beside {
                self.note(
                    WEAKER,
                    key,
                    format!("`{key}` beside the members of an object is not kept: what it adds is among the further members"),
                    "move the shared members to an object that each alternative refers to with `allOf`",
                );
                washed.insert("additionalProperties".to_owned(), true.into());
            } else {
                washed.insert(key.to_owned(), Value::Array(kept));
            }
        }
        nullable
    }

    fn discriminator(&mut self, schema: &'d Value, washed: &mut Map<String, Value>) {
        let Some(discriminator) = schema.get("discriminator").filter(|value| value.is_object()) else { return };
        let Some(Value::String(name)) = self.text(discriminator, "propertyName") else { return };
        let mut mapping = Map::new();
        for (wire, target) in members(discriminator.get("mapping")) {
            let Some(target) = target.as_str() else { continue };
            let named = if self.schemas.contains_key(target) { self.schemas.get(target).cloned() } else { self.named(target) };
            match named {
                Some(name) => drop(mapping.insert(wire.to_owned(), format!("#/components/schemas/{name}").into())),
                None => {
                    let message = format!("`{wire}` is mapped to `{target}`, which is no schema of this document");
                    self.note(WEAKER, "discriminator", message, "name a schema under #/components/schemas");
                }
            }
        }
        let alternatives = washed.get("oneOf").and_then(Value::as_array);
        let named = |alternative: &Value| alternative.get("$ref").is_some();
        if alternatives.is_none() && mapping.is_empty() {
            let message = "nothing names what the discriminator tells apart, so what is not shared is among the further members";
            self.note(WEAKER, "discriminator", message, "give it a `mapping`");
            washed.insert("additionalProperties".to_owned(), true.into());
            return;
        }
        // Without names for all of them there is nothing that a tag could be compared with.
        if alternatives.is_some_and(|alternatives| !alternatives.iter().all(named)) {
            return;
        }
        washed.insert("discriminator".to_owned(), json!({ "propertyName": name, "mapping": mapping }));
    }

    /// A schema is one kind of thing. What stands beside alternatives and says the type once more is left out.
    fn one_thing(&mut self, washed: &mut Map<String, Value>) {
        let has = |washed: &Map<String, Value>, key: &str| washed.contains_key(key);
        if (has(washed, "oneOf") || has(washed, "anyOf")) && !has(washed, "properties") {
            for key in ["type", "format", "items", "enum", "pattern", "additionalProperties", "required"] {
                washed.remove(key);
            }
        }
        if has(washed, "allOf") {
            for key in ["format", "items", "enum", "pattern"] {
                washed.remove(key);
            }
            washed.remove("type");
        }
    }
}

/// The type that all values of an enum have which says none, if they are no texts.
fn implied(values: &[Value]) -> Option<&'static str> {
    let mut given = values.iter().filter(|value| !value.is_null()).peekable();
    given.peek()?;
    let given: Vec<&Value> = given.collect();
    if given.iter().all(|value| value.is_i64() || value.is_u64()) {
        Some("integer")
    } else if given.iter().all(|value| value.is_number()) {
        Some("number")
    } else {
        given.iter().all(|value| value.is_boolean()).then_some("boolean")
    }
}

/// Whether a schema is only for null.
fn is_null(schema: &Value) -> bool {
    let only = |values: &Vec<Value>| !values.is_empty() && values.iter().all(Value::is_null);
    schema.get("type").and_then(Value::as_str) == Some("null") || schema.get("enum").and_then(Value::as_array).is_some_and(only)
}

fn whole(value: &Value) -> Option<u64> {
    let exact = |number: f64| (number >= 0.0 && number.fract() == 0.0 && number <= 9e15).then_some(number as u64);
    match value {
        Value::Number(number) => number.as_u64().or_else(|| number.as_f64().and_then(exact)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
