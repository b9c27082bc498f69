//! What a server sends -> the canonical form, by the tolerances that a schema declares.
//!
//! Applied are `x-aliases`, `x-accepts`, `x-shorthand`, the aliases in `x-enum`, and null for an optional member that is not nullable.
//! Nothing else is changed: unknown members, unknown enum values and unknown tags stay as they came.

use serde_json::{Map, Value};

use super::check::{Direction, Options, Violation, check, declared_type, is_type, variant};
use crate::index::{items, members, texts};
use crate::{Index, Pointer};

const DEEPEST: usize = 200;

/// How the result of [`read`] is judged.
const OPEN: Options = Options { direction: Direction::Received, undeclared: false, open: true };

/// The canonical form of `value`, and what is still wrong with it.
#[must_use]
pub fn read(index: &Index<'_>, schema: &Pointer, value: &Value) -> (Value, Vec<Violation>) {
    let canonical = Reader { index }.value(schema, value.clone(), None, 0);
    let violations = check(index, schema, &canonical, OPEN);
    (canonical, violations)
}

struct Reader<'i, 'd> {
    index: &'i Index<'d>,
}

impl Reader<'_, '_> {
    /// `name` is that of the property in which the value stands.
    fn value(&self, schema: &Pointer, value: Value, name: Option<&str>, depth: usize) -> Value {
        let Some(target) = self.index.resolve(schema).filter(|_| depth < DEEPEST) else { return value };
        let (place, schema) = (target.pointer, target.value);
        let mut value = accept(declared_type(self.index, &place), schema, value, name);
        if let (Some(aliases), Some(text)) = (schema.get("x-enum"), value.as_str())
            && let Some(canonical) = canonical_value(aliases, text)
        {
            value = Value::String(canonical.to_owned());
        }
        if let (Some(member), Value::String(_)) = (schema.get("x-shorthand").and_then(Value::as_str), &value) {
            value = Value::Object(Map::from_iter([(member.to_owned(), value)]));
        }
        value = match value {
            Value::Array(elements) if schema.get("items").is_some() => {
                let items = place.child("items");
                Value::Array(elements.into_iter().map(|element| self.value(&items, element, None, depth + 1)).collect())
            }
            Value::Object(object) => Value::Object(self.object(schema, &place, object, depth)),
            other => other,
        };
        for number in 0..items(schema, "allOf").count() {
            value = self.value(&place.child("allOf").item(number), value, name, depth + 1);
        }
        self.alternatives(schema, &place, value, name, depth)
    }

    fn object(&self, schema: &Value, place: &Pointer, mut object: Map<String, Value>, depth: usize) -> Map<String, Value> {
        for (name, property) in members(schema, "properties") {
            self.adopt_aliases(property, name, &mut object);
            let here = place.child("properties").child(name);
            let Some(member) = object.get_mut(name) else { continue };
            let read = self.value(&here, member.take(), Some(name), depth + 1);
            if read.is_null() && !texts(schema, "required").any(|required| required == name) && !self.takes_null(&here) {
                object.shift_remove(name);
            } else {
                *member = read;
            }
        }
        if schema.get("additionalProperties").is_some_and(Value::is_object) {
            let declared: Vec<_> = members(schema, "properties").map(|(name, _)| name).collect();
            for (_, member) in object.iter_mut().filter(|(name, _)| !declared.contains(name)) {
                *member = self.value(&place.child("additionalProperties"), member.take(), None, depth + 1);
            }
        }
        object
    }

    /// Moves the first alias that is not null to the canonical name, unless that has a value; the other aliases go.
    fn adopt_aliases(&self, property: &Value, name: &str, object: &mut Map<String, Value>) {
        let aliases: Vec<&str> = texts(property, "x-aliases").collect();
        let mut found = object.get(name).cloned();
        for alias in aliases {
            let Some(other) = object.shift_remove(alias) else { continue };
            if found.as_ref().is_none_or(Value::is_null) {
                found = Some(other);
            }
        }
        if let Some(found) = found {
            object.insert(name.to_owned(), found);
        }
    }

    fn takes_null(&self, schema: &Pointer) -> bool {
        check(self.index, schema, &Value::Null, OPEN).is_empty()
    }

    /// Reads by the alternative that the tag selects, or else by the first that the result fits.
    fn alternatives(&self, schema: &Value, place: &Pointer, value: Value, name: Option<&str>, depth: usize) -> Value {
        for keyword in ["oneOf", "anyOf"] {
            let count = items(schema, keyword).count();
            if let Some(tag) =
                schema.get("discriminator").and_then(|discriminator| discriminator.get("propertyName")).and_then(Value::as_str)
            {
                return self.tagged(schema, tag, value, depth);
            }
            for number in 0..count {
                let alternative = place.child(keyword).item(number);
                let read = self.value(&alternative, value.clone(), name, depth + 1);
                if check(self.index, &alternative, &read, OPEN).is_empty() {
                    return read;
                }
            }
        }
        value
    }

    fn tagged(&self, schema: &Value, tag: &str, mut value: Value, depth: usize) -> Value {
        let selected = variant(schema, value.get(tag)).or_else(|| {
            let mut targets = members(schema.get("discriminator")?, "mapping")
                .filter_map(|(known, _)| variant(schema, Some(&Value::String(known.clone()))));
            let text = value.get(tag)?.as_str()?.to_owned();
            targets.find(|target| self.knows_tag(target, tag, &text))
        });
        match selected {
            Some(selected) => self.value(&selected, value.take(), None, depth + 1),
            None => value,
        }
    }

    /// Whether the schema at `place`, or a part of it, has a member `tag` with `text` among the aliases of its values.
    fn knows_tag(&self, place: &Pointer, tag: &str, text: &str) -> bool {
        let Some(target) = self.index.resolve(place) else { return false };
        let member = target.pointer.child("properties").child(tag);
        let member = self.index.resolve(&member).and_then(|member| canonical_value(member.value.get("x-enum")?, text));
        let parts = items(target.value, "allOf").count();
        member.is_some() || (0..parts).any(|number| self.knows_tag(&target.pointer.child("allOf").item(number), tag, text))
    }
}

/// The value of which `text` is an alias.
fn canonical_value<'s>(values: &'s Value, text: &str) -> Option<&'s str> {
    let (value, _) = values.as_object()?.iter().find(|(_, entry)| texts(entry, "aliases").any(|alias| alias == text))?;
    Some(value)
}

/// Applies `x-accepts`: a value of another type that has the same meaning becomes one of the declared type.
fn accept(declared: &str, schema: &Value, value: Value, name: Option<&str>) -> Value {
    let accepted: Vec<_> = texts(schema, "x-accepts").collect();
    if is_type(&value, declared) || value.is_null() {
        return value;
    }
    match (declared, value) {
        ("array", value) if accepted.contains(&"single") => Value::Array(vec![value]),
        ("string", Value::Number(number)) if accepted.contains(&"integer") => Value::String(number.to_string()),
        ("integer", Value::String(text)) if accepted.contains(&"string") => text.parse::<i64>().map_or(Value::String(text), Value::from),
        ("integer", Value::Object(object)) if accepted.contains(&"object") => {
            name.and_then(|name| object.get(name)).cloned().unwrap_or(Value::Object(object))
        }
        (_, value) => value,
    }
}
