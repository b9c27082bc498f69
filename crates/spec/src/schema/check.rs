//! JSON-schema validation, as OpenAPI 3.0.3 has it.
//!
//! Each violation names the place in the value and the place in the schema, so that a rule can say which of the two is likelier wrong.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{format, pattern};
use crate::index::{Target, items, mapping_target, members, texts};
use crate::{Index, Pointer};

/// How deep schemas are followed into each other. A value cannot be deeper than the parser allows, but a union can refer to itself.
const DEEPEST: usize = 200;

/// How many parts of compositions are tried on a value, beside 20 for everything in it. A union of unions of itself would otherwise never end.
const MOST_VISITS: usize = 10_000;

/// One way in which a value does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The place in the value.
    pub instance: Pointer,
    /// The schema that it does not fit.
    pub schema: Pointer,
    /// The keyword of that schema: `type`, `enum`, `required`; or `undeclared` for a member that no schema mentions.
    pub keyword: &'static str,
    /// What is wrong, beginning with a verb: "is null, but ..".
    pub message: String,
    /// The required member that is missing, for the keyword `required`.
    pub missing: Option<String>,
}

impl Violation {
    /// The place that is wrong: the value, or the member that it lacks.
    #[must_use]
    pub fn place(&self) -> Pointer {
        self.missing.as_ref().map_or_else(|| self.instance.clone(), |name| self.instance.child(name))
    }
}

/// Which way the value travels: members that are `readOnly` are not demanded of a request, nor `writeOnly` ones of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// It is part of a request.
    Sent,
    /// It is part of a reply.
    Received,
    /// It is not known.
    Either,
}

/// How strict to be.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Which way the value travels.
    pub direction: Direction,
    /// Report members that no schema mentions, although JSON schema allows them.
    pub undeclared: bool,
    /// Let pass what a tolerant reader keeps: unknown enum values, unknown tags, and the types in `x-accepts`.
    pub open: bool,
}

/// Everything in which `value` does not fit the schema at `schema`.
#[must_use]
pub fn check(index: &Index<'_>, schema: &Pointer, value: &Value, options: Options) -> Vec<Violation> {
    let limit = MOST_VISITS + 20 * size(value);
    let mut checker = Checker { index, options, found: Vec::new(), visits: 0, limit };
    checker.visit(schema, value, &Pointer::root(), true, 0);
    let mut found = checker.found;
    let mut seen = HashSet::new();
    found.retain(|violation| seen.insert((violation.place(), violation.schema.clone(), violation.keyword)));
    found
}

/// The names of all members that the schema at `schema` mentions, through references and `allOf`, `oneOf`, `anyOf`.
///
/// Returns `None` when the schema is open: it has `additionalProperties`, or mentions nothing, or leads out of the document.
#[must_use]
pub fn declared_names<'d>(index: &Index<'d>, schema: &Pointer) -> Option<HashSet<&'d str>> {
    let mut names = HashSet::new();
    let mut open = vec![schema.clone()];
    let mut seen = HashSet::new();
    while let Some(place) = open.pop() {
        let target = index.resolve(&place)?;
        if !seen.insert(target.pointer.clone()) {
            continue;
        }
        if target.value.get("additionalProperties").is_some_and(|allowed| *allowed != Value::Bool(false)) {
            return None;
        }
        names.extend(members(target.value, "properties").map(|(name, _)| name.as_str()));
        for keyword in ["allOf", "oneOf", "anyOf"] {
            open.extend((0..items(target.value, keyword).count()).map(|number| target.pointer.child(keyword).item(number)));
        }
    }
    (!names.is_empty()).then_some(names)
}

/// How many values there are in `value`, itself included.
fn size(value: &Value) -> usize {
    match value {
        Value::Array(elements) => 1 + elements.iter().map(size).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

struct Checker<'i, 'd> {
    index: &'i Index<'d>,
    options: Options,
    found: Vec<Violation>,
    visits: usize,
    limit: usize,
}

impl<'d> Checker<'_, 'd> {
    fn report(&mut self, keyword: &'static str, instance: &Pointer, schema: &Pointer, message: String) {
        self.found.push(Violation { instance: instance.clone(), schema: schema.clone(), keyword, message, missing: None });
    }

    /// `whole` is false for the parts of a composed schema: which members are undeclared is asked of the composition.
    fn visit(&mut self, schema: &Pointer, value: &Value, at: &Pointer, whole: bool, depth: usize) {
        self.visits += usize::from(!whole);
        if self.visits > self.limit {
            return;
        }
        let Some(Target { pointer, value: schema, .. }) = self.index.resolve(schema) else { return };
        let Some(keywords) = schema.as_object().filter(|_| depth < DEEPEST) else { return };
        let nullable = keywords.get("nullable") == Some(&Value::Bool(true));
        let declared = keywords.get("type").and_then(Value::as_str);
        if value.is_null() && declared.is_some() {
            if !nullable {
                self.report("nullable", at, &pointer, "is null, but the schema does not allow null".into());
            }
            return;
        }
        if self.options.open && self.is_kept(&pointer, schema, value) {
            return;
        }
        if let Some(declared) = declared
            && !is_type(value, declared)
        {
            return self.report("type", at, &pointer, format!("is {}, but the schema says {}", type_of(value), article(declared)));
        }
        if let Some(Value::Array(allowed)) = keywords.get("enum")
            && !allowed.contains(value)
            && !(self.options.open && value.is_string() && allowed.iter().any(Value::is_string))
        {
            self.report("enum", at, &pointer, format!("is {}, which is not one of the values {}", brief(value), list(allowed)));
        }
        self.bounds(keywords, value, at, &pointer);
        match value {
            Value::Array(elements) if keywords.contains_key("items") => {
                let items = pointer.child("items");
                elements.iter().enumerate().for_each(|(number, element)| self.visit(&items, element, &at.item(number), true, depth + 1));
            }
            Value::Object(object) => self.object(keywords, object, at, &pointer, whole, depth),
            _ => {}
        }
        self.composition(schema, value, at, &pointer, depth);
    }

    /// Whether a tolerant reader keeps `value` as it is: a text where `x-accepts` allows one in place of an object or array. Every other
    /// accepted type has been converted before.
    fn is_kept(&self, place: &Pointer, schema: &Value, value: &Value) -> bool {
        let declared = declared_type(self.index, place);
        value.is_string() && matches!(declared, "object" | "array") && texts(schema, "x-accepts").any(|accepted| accepted == "string")
    }

    fn bounds(&mut self, keywords: &Map<String, Value>, value: &Value, at: &Pointer, schema: &Pointer) {
        let limit = |name: &str| keywords.get(name).and_then(Value::as_f64);
        let exclusive = |name: &str| keywords.get(name) == Some(&Value::Bool(true));
        let (size, least, most) = match value {
            Value::Number(number) => (number.as_f64(), "minimum", "maximum"),
            #[expect(clippy::cast_precision_loss, reason = "a length that f64 cannot hold does not fit into memory")]
            Value::String(text) => (Some(text.chars().count() as f64), "minLength", "maxLength"),
            #[expect(clippy::cast_precision_loss, reason = "as above")]
            Value::Array(elements) => (Some(elements.len() as f64), "minItems", "maxItems"),
            #[expect(clippy::cast_precision_loss, reason = "as above")]
            Value::Object(object) => (Some(object.len() as f64), "minProperties", "maxProperties"),
            _ => (None, "", ""),
        };
        if let Some(size) = size {
            if let Some(bound) = limit(least).filter(|bound| size < *bound || (exclusive("exclusiveMinimum") && size <= *bound)) {
                self.report(least, at, schema, format!("has {size}, below the {least} of {bound}"));
            }
            if let Some(bound) = limit(most).filter(|bound| size > *bound || (exclusive("exclusiveMaximum") && size >= *bound)) {
                self.report(most, at, schema, format!("has {size}, above the {most} of {bound}"));
            }
        }
        if let (Value::String(text), Some(Value::String(pattern))) = (value, keywords.get("pattern"))
            && pattern::matches(pattern, text) == Some(false)
        {
            self.report("pattern", at, schema, format!("is {}, which does not match the pattern {pattern}", brief(value)));
        }
        // What is received keeps its text, so a time that is empty or oddly written is no loss.
        if let Some(Value::String(name)) = keywords.get("format")
            && !self.options.open
            && format::holds(name, value) == Some(false)
        {
            self.report("format", at, schema, format!("is {}, which is not in the format {name}", brief(value)));
        }
    }

    fn object(
        &mut self,
        keywords: &Map<String, Value>,
        object: &Map<String, Value>,
        at: &Pointer,
        schema: &Pointer,
        whole: bool,
        depth: usize,
    ) {
        let properties = keywords.get("properties").and_then(Value::as_object);
        for name in keywords.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            let property = properties.and_then(|properties| properties.get(name));
            if !object.contains_key(name) && !property.is_some_and(|property| self.is_excused(property)) {
                let message = format!("lacks `{name}`, which the schema requires");
                let missing = Some(name.to_owned());
                self.found.push(Violation { instance: at.clone(), schema: schema.clone(), keyword: "required", message, missing });
            }
        }
        let extra = keywords.get("additionalProperties");
        for (name, member) in object {
            let here = at.child(name);
            if let Some(property) = properties.and_then(|properties| properties.get(name)) {
                self.visit(&schema.child("properties").child(name), member, &here, true, depth + 1);
                self.json_text(property, object, member, &here, depth);
            } else if extra == Some(&Value::Bool(false)) {
                self.report("additionalProperties", &here, schema, format!("is `{name}`, which the schema does not allow"));
            } else if extra.is_some_and(Value::is_object) {
                self.visit(&schema.child("additionalProperties"), member, &here, true, depth + 1);
            }
        }
        if whole
            && self.options.undeclared
            && let Some(names) = declared_names(self.index, schema)
        {
            for name in object.keys().filter(|name| !names.contains(name.as_str()) && !name.starts_with("x-")) {
                self.report("undeclared", &at.child(name), schema, format!("is `{name}`, which the schema does not mention"));
            }
        }
    }

    /// Checks the JSON inside a text, by the schema that `x-json-text` names. What is received stays text and may hold anything.
    fn json_text(&mut self, property: &Value, object: &Map<String, Value>, member: &Value, at: &Pointer, depth: usize) {
        let (Some(form), Some(text), false) = (property.get("x-json-text"), member.as_str(), self.options.open) else { return };
        let selected = |sibling: &str| form.get("schemas")?.get(object.get(sibling)?.as_str()?);
        let name = form.get("schema").or_else(|| selected(form.get("by")?.as_str()?)).and_then(Value::as_str);
        let Some(schema) = name.map(|name| Pointer::root().child("components").child("schemas").child(name)) else { return };
        match serde_json::from_str::<Value>(text) {
            Ok(inner) => self.visit(&schema, &inner, at, true, depth + 1),
            Err(error) => self.report("x-json-text", at, &schema, format!("is text that is not JSON: {error}")),
        }
    }

    fn is_excused(&self, property: &Value) -> bool {
        let flag = |name: &str| property.get(name) == Some(&Value::Bool(true));
        match self.options.direction {
            Direction::Sent => flag("readOnly"),
            Direction::Received => flag("writeOnly"),
            Direction::Either => flag("readOnly") || flag("writeOnly"),
        }
    }

    fn composition(&mut self, schema: &Value, value: &Value, at: &Pointer, place: &Pointer, depth: usize) {
        for number in 0..items(schema, "allOf").count() {
            self.visit(&place.child("allOf").item(number), value, at, false, depth + 1);
        }
        for keyword in ["oneOf", "anyOf"] {
            let count = items(schema, keyword).count();
            if count == 0 {
                continue;
            }
            if let Some(tag) =
                schema.get("discriminator").and_then(|discriminator| discriminator.get("propertyName")).and_then(Value::as_str)
            {
                self.tagged(schema, tag, value, at, place, depth);
                continue;
            }
            let variants: Vec<_> = (0..count).map(|number| self.alone(&place.child(keyword).item(number), value, depth)).collect();
            match variants.iter().filter(|found| found.is_empty()).count() {
                0 => self.none_fits(keyword, variants, at, place),
                1 => {}
                _ if keyword == "anyOf" => {}
                fitting => self.report(keyword, at, place, format!("fits {fitting} alternatives of a `oneOf`, which allows one")),
            }
        }
        if schema.get("not").is_some() && self.alone(&place.child("not"), value, depth).is_empty() {
            self.report("not", at, place, "fits what `not` rules out".into());
        }
    }

    /// What is wrong with `value` as far as one alternative goes; places count from the value.
    fn alone(&mut self, schema: &Pointer, value: &Value, depth: usize) -> Vec<Violation> {
        let outside = std::mem::take(&mut self.found);
        self.visit(schema, value, &Pointer::root(), false, depth + 1);
        self.found.retain(|violation| violation.keyword != "undeclared");
        std::mem::replace(&mut self.found, outside)
    }

    /// Reports the alternative that fits best if only one has the right type, else that there is none.
    fn none_fits(&mut self, keyword: &'static str, variants: Vec<Vec<Violation>>, at: &Pointer, place: &Pointer) {
        let misses_type =
            |found: &Vec<Violation>| found.iter().any(|violation| violation.keyword == "type" && violation.instance == Pointer::root());
        let mut plausible: Vec<_> = variants.into_iter().filter(|found| !misses_type(found)).collect();
        if plausible.len() == 1 {
            let found = plausible.remove(0);
            self.found.extend(found.into_iter().map(|violation| Violation { instance: at.join(violation.instance.as_str()), ..violation }));
        } else {
            self.report(keyword, at, place, format!("fits no alternative of `{keyword}`"));
        }
    }

    fn tagged(&mut self, schema: &Value, tag: &str, value: &Value, at: &Pointer, place: &Pointer, depth: usize) {
        match (value.get(tag), variant(schema, value.get(tag))) {
            (_, Some(variant)) => self.visit(&variant, value, at, false, depth + 1),
            (None | Some(Value::Null), None) => {
                self.report("discriminator", at, place, format!("lacks `{tag}`, which tells the alternatives apart"))
            }
            (Some(_), None) if self.options.open => {}
            (Some(found), None) => {
                let message = format!("is {}, which is no alternative", brief(found));
                self.report("discriminator", &at.child(tag), place, message);
            }
        }
    }
}

/// The alternative of a tagged union that `tag` selects, by the mapping or by the name of the schema.
pub(super) fn variant(schema: &Value, tag: Option<&Value>) -> Option<Pointer> {
    let tag = tag?.as_str()?;
    let discriminator = schema.get("discriminator")?;
    if let Some(target) = discriminator.get("mapping").and_then(|mapping| mapping.get(tag)) {
        return mapping_target(target.as_str()?);
    }
    let references =
        ["oneOf", "anyOf"].into_iter().flat_map(|keyword| items(schema, keyword)).filter_map(|item| item.get("$ref")?.as_str());
    references.filter_map(mapping_target).find(|target| target.last().as_deref() == Some(tag))
}

/// The type that the schema at `place` declares, itself or through the one reference that it wraps; empty if none.
pub(super) fn declared_type<'d>(index: &Index<'d>, place: &Pointer) -> &'d str {
    let Some(target) = index.resolve(place) else { return "" };
    let own = target.value.get("type").and_then(Value::as_str);
    let wrapped = || index.resolve(&target.pointer.child("allOf").item(0))?.value.get("type")?.as_str();
    own.or_else(wrapped).unwrap_or_default()
}

/// Whether `value` is of the JSON-schema type `name`. An unknown type fits everything.
pub(crate) fn is_type(value: &Value, name: &str) -> bool {
    match name {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        _ => true,
    }
}

/// What kind of thing `value` is, with its article.
pub(crate) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a number",
        Value::Number(_) => "an integer",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn article(name: &str) -> String {
    let article = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {name}")
}

/// The first 40 characters of a value as JSON.
pub(crate) fn brief(value: &Value) -> String {
    let text = value.to_string();
    let mut letters = text.chars();
    let start: String = letters.by_ref().take(40).collect();
    if letters.next().is_some() { format!("{start}…") } else { start }
}

fn list(values: &[Value]) -> String {
    let shown: Vec<_> = values.iter().take(8).map(brief).collect();
    let more = if values.len() > 8 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
