//! The specs, as the linter reads them: an opinion on what is declared that does not come from the generator.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use apispec::index::Operation;
use apispec::schema::declared_names;
use apispec::{Document, Index, Pointer};
use serde_json::{Map, Value};

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs")
}

pub static V1: LazyLock<Index<'static>> = LazyLock::new(|| read("powerdrill-v1.yaml"));
pub static V2: LazyLock<Index<'static>> = LazyLock::new(|| read("powerdrill-v2.yaml"));
static PAI: LazyLock<Index<'static>> = LazyLock::new(|| read("pai-dataset-jobs.yaml"));

/// The documents are read once and needed until the end.
fn read(name: &str) -> Index<'static> {
    let document = Document::read(&folder().join(name)).expect("a document");
    Index::of(Box::leak(Box::new(document)))
}

pub fn index(api: &str) -> &'static Index<'static> {
    match api {
        "powerdrill-v1" => &V1,
        "powerdrill-v2" => &V2,
        "pai-dataset-jobs" => &PAI,
        other => panic!("there is no spec {other}"),
    }
}

pub fn operation(index: &'static Index<'static>, name: &str) -> &'static Operation<'static> {
    index.operations().iter().find(|operation| operation.name() == name).unwrap_or_else(|| panic!("no operation {name}"))
}

/// Whether the operation may be sent a second time.
pub fn is_safe(operation: &Operation<'_>) -> bool {
    let default = if operation.method == "get" { "safe" } else { "never" };
    operation.value.get("x-retry").and_then(Value::as_str).unwrap_or(default) == "safe"
}

/// The schema of the body, and whether it is sent as a form.
pub fn body(operation: &Operation<'_>) -> Option<(Pointer, bool)> {
    let body = operation.body.as_ref()?;
    let content = body.value.get("content")?.as_object()?;
    let media_type = content.keys().next()?;
    let schema = body.pointer.child("content").child(media_type).child("schema");
    Some((schema, media_type.starts_with("multipart/")))
}

/// The names of everything that a caller may say: parameters and members of the body, without constants and the stream's flag.
pub fn sayable(index: &Index<'_>, operation: &Operation<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for parameter in &operation.parameters {
        let required = parameter.value.get("required") == Some(&Value::Bool(true));
        if !(required && has_one_value(index, &parameter.pointer.child("schema"))) {
            names.extend(parameter.value.get("name").and_then(Value::as_str).map(str::to_owned));
        }
    }
    let Some((schema, _)) = body(operation) else { return names };
    let flag = flag(index, operation);
    let target = index.resolve(&schema).expect("a schema");
    let required = |member: &str| target.value["required"].as_array().is_some_and(|required| required.iter().any(|name| name == member));
    for member in target.value["properties"].as_object().expect("members").keys() {
        let constant = required(member) && has_one_value(index, &target.pointer.child("properties").child(member));
        if !constant && Some(member) != flag.as_ref() {
            names.insert(member.clone());
        }
    }
    names
}

/// The headers that the client fills in: those that are required and have one value.
pub fn constant_headers(index: &Index<'_>, operation: &Operation<'_>) -> Vec<(String, String)> {
    let headers = operation.parameters.iter().filter(|parameter| parameter.value["in"] == "header" && parameter.value["required"] == true);
    let constant = headers.filter_map(|header| {
        let value = only_value(index, &header.pointer.child("schema"))?;
        Some((text(&header.value["name"]).to_lowercase(), text(&value)))
    });
    constant.collect()
}

/// The members of the body that the client fills in, likewise.
pub fn constant_members(index: &Index<'_>, operation: &Operation<'_>) -> Vec<(String, Value)> {
    let Some(body) = body(operation).and_then(|(schema, _)| index.resolve(&schema)) else { return Vec::new() };
    let required = body.value["required"].as_array().into_iter().flatten().map(text);
    let constant = required.filter_map(|member| {
        let value = only_value(index, &body.pointer.child("properties").child(&member))?;
        Some((member, value))
    });
    constant.collect()
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// The member of the body that asks for a stream.
pub fn flag(index: &Index<'_>, operation: &Operation<'_>) -> Option<String> {
    let (_, reply) = operation.responses.iter().find(|(status, _)| status.starts_with('2'))?;
    let stream = index.resolve(&reply.pointer.child("content").child("text/event-stream"))?;
    stream.value.get("x-event-stream")?.get("flag")?.as_str().map(str::to_owned)
}

/// The value, if there is but one. With `required`, this makes a constant.
fn only_value(index: &Index<'_>, schema: &Pointer) -> Option<Value> {
    let target = index.resolve(schema)?;
    // A reference with a description beside it.
    let part = target.pointer.child("allOf").item(0);
    match target.value.get("enum").and_then(Value::as_array).map(Vec::as_slice) {
        Some([value]) => Some(value.clone()),
        Some(_) => None,
        None => index.document().find(&part).and_then(|_| only_value(index, &part)),
    }
}

fn has_one_value(index: &Index<'_>, schema: &Pointer) -> bool {
    only_value(index, schema).is_some()
}

/// `value` without what a typed client does not keep: members that the schema does not declare, and null, which reads as absent.
pub fn declared(index: &Index<'_>, schema: &Pointer, value: &Value) -> Value {
    let Some(target) = index.resolve(schema) else { return value.clone() };
    let (place, schema) = (target.pointer, target.value);
    match value {
        Value::Array(items) => items.iter().map(|item| declared(index, &place.child("items"), item)).collect(),
        Value::Object(members) => {
            let known = declared_names(index, &place);
            let kept =
                members.iter().filter(|(name, value)| !value.is_null() && known.as_ref().is_none_or(|known| known.contains(name.as_str())));
            kept.map(|(name, value)| (name.clone(), declared(index, &member(index, &place, schema, members, name), value)))
                .collect::<Map<_, _>>()
                .into()
        }
        other => other.clone(),
    }
}

/// Where the schema of a member stands, in whichever part of the schema has it.
fn member(index: &Index<'_>, place: &Pointer, schema: &Value, members: &Map<String, Value>, name: &str) -> Pointer {
    let own = place.child("properties").child(name);
    if index.document().find(&own).is_some() {
        return own;
    }
    if let Some(mapping) = schema.get("discriminator") {
        let tag = mapping.get("propertyName").and_then(Value::as_str).and_then(|property| members.get(property)?.as_str());
        let variant = tag
            .and_then(|tag| mapping.get("mapping")?.get(tag)?.as_str())
            .and_then(|target| Pointer::parse(target.trim_start_matches('#')));
        if let Some(found) = variant.map(|variant| within(index, &variant, members, name)) {
            return found;
        }
    }
    for keyword in ["allOf", "oneOf", "anyOf"] {
        let count = schema.get(keyword).and_then(Value::as_array).map_or(0, Vec::len);
        for number in 0..count {
            let found = within(index, &place.child(keyword).item(number), members, name);
            if index.document().find(&found).is_some() {
                return found;
            }
        }
    }
    own
}

fn within(index: &Index<'_>, part: &Pointer, members: &Map<String, Value>, name: &str) -> Pointer {
    let target = index.resolve(part).expect("a reference that leads somewhere");
    member(index, &target.pointer, target.value, members, name)
}
