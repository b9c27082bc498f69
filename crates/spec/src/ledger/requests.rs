//! A recorded request against its operation: method, path, query, headers, and the body or form.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::grammar::Kind;
use crate::index::{Operation, Target, items, local, texts};
use crate::schema::{Direction, Options, check};
use crate::{Index, Pointer};

/// A request as it goes over the wire.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wire {
    method: String,
    path: String,
    #[serde(default)]
    query: BTreeMap<String, Value>,
    #[serde(default)]
    headers: BTreeMap<String, Value>,
    body: Option<Value>,
    form: Option<Value>,
}

const STRICT: Options = Options { direction: Direction::Sent, undeclared: true, open: false };

/// Everything in which `wire` breaks `operation`: the place in the request, and what is wrong there.
pub(super) fn faults(index: &Index<'_>, operation: &Operation<'_>, wire: &Wire) -> Vec<(Pointer, String)> {
    let mut faults = Vec::new();
    if !wire.method.eq_ignore_ascii_case(operation.method) {
        faults.push((Pointer::root().child("method"), format!("is {}, not {}", wire.method, operation.method.to_uppercase())));
    }
    path(index, operation, wire, &mut faults);
    query(index, operation, wire, &mut faults);
    for parameter in placed(operation, "header") {
        let name = name(parameter);
        let given = wire.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name));
        if let Some((header, value)) = given {
            let at = Pointer::root().child("headers").child(header);
            faults.extend(parameter_faults(index, parameter, value, &at));
        }
    }
    for header in wire.headers.keys().filter(|header| !is_known_header(index, operation, header)) {
        faults.push((Pointer::root().child("headers").child(header), "is not a header of the operation".into()));
    }
    body(index, operation, wire, &mut faults);
    faults
}

/// Whether the operation declares the header, or HTTP or the security scheme brings it.
fn is_known_header(index: &Index<'_>, operation: &Operation<'_>, header: &str) -> bool {
    let declared = placed(operation, "header").map(name);
    let schemes = index.of_kind(Kind::SecurityScheme).filter_map(|scheme| scheme.text("name"));
    declared.chain(schemes).chain(["authorization", "content-type"]).any(|known| known.eq_ignore_ascii_case(header))
}

/// Whether an operation may be repeated: `safe` or `never`.
pub(super) fn retry_class<'d>(operation: &Operation<'d>) -> &'d str {
    let default = if operation.method == "get" { "safe" } else { "never" };
    operation.value.get("x-retry").and_then(Value::as_str).unwrap_or(default)
}

/// Whether the request carries just these arguments, beside what the client and the spec fill in.
pub(super) fn same_arguments(index: &Index<'_>, operation: &Operation<'_>, wire: &Wire, given: &Map<String, Value>) -> Result<(), String> {
    let mut carried: BTreeMap<&str, Value> = BTreeMap::new();
    let (template, path) = (operation.path.split('/'), wire.path.split('/'));
    for (expected, segment) in template.zip(path) {
        if let Some(variable) = expected.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            carried.insert(variable, Value::String(segment.to_owned()));
        }
    }
    for (place, values) in [("query", &wire.query), ("header", &wire.headers)] {
        let own =
            |parameter: &&Target<'_>| !is_filled_in(index, parameter.value, parameter.value.get("required") == Some(&Value::Bool(true)));
        for parameter in placed(operation, place).filter(own) {
            let value = values.iter().find(|(key, _)| key.eq_ignore_ascii_case(name(parameter)));
            carried.extend(value.map(|(_, value)| (name(parameter), value.clone())));
        }
    }
    for (member, media_type, value) in [("body", "application/json", &wire.body), ("form", "multipart/form-data", &wire.form)] {
        let (Some(body), Some(Value::Object(members))) = (&operation.body, value) else { continue };
        let schema = index.resolve(&body.pointer.child("content").child(media_type).child("schema"));
        let schema = schema.ok_or_else(|| format!("`/{member}` has no schema"))?.value;
        let required: Vec<_> = texts(schema, "required").collect();
        let property = |key: &str| schema.get("properties").and_then(|properties| properties.get(key));
        let own = |key: &str| property(key).is_none_or(|property| !is_filled_in(index, property, required.contains(&key)));
        carried.extend(members.iter().filter(|(key, _)| own(key)).map(|(key, value)| (key.as_str(), value.clone())));
    }
    let missing = carried.iter().find(|(key, value)| given.get(**key).is_none_or(|given| as_text(given) != as_text(value)));
    if let Some((key, value)) = missing {
        return Err(format!("the request carries `{key}` with {value}, which is not what `arguments` says"));
    }
    let extra = given.keys().find(|key| !carried.contains_key(key.as_str()));
    extra.map_or(Ok(()), |key| Err(format!("`arguments` has `{key}`, which the request does not carry")))
}

/// Whether the client fills in the value, or it is always the same.
fn is_filled_in(index: &Index<'_>, holder: &Value, required: bool) -> bool {
    let schema = holder.get("schema").unwrap_or(holder);
    let reference = schema.get("$ref").or_else(|| items(schema, "allOf").next()?.get("$ref")).and_then(Value::as_str);
    let target = reference.and_then(local).and_then(|target| index.resolve(&target)).map(|target| target.value);
    let values = target.unwrap_or(schema).get("enum").and_then(Value::as_array);
    holder.get("x-client-parameter").is_some() || required && values.is_some_and(|values| values.len() == 1)
}

/// A value as a query has it: lists with commas, everything else as its text.
fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            items.iter().map(as_text).collect::<Vec<_>>().join(",")
        }
        other => other.to_string(),
    }
}

fn path(index: &Index<'_>, operation: &Operation<'_>, wire: &Wire, faults: &mut Vec<(Pointer, String)>) {
    let at = Pointer::root().child("path");
    let (template, given): (Vec<_>, Vec<_>) = (operation.path.split('/').collect(), wire.path.split('/').collect());
    if template.len() != given.len() {
        return faults.push((at, format!("is not of the form {}", operation.path)));
    }
    for (expected, segment) in template.into_iter().zip(given) {
        let Some(variable) = expected.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
            if expected != segment {
                faults.push((at.clone(), format!("has `{segment}` in place of `{expected}`")));
            }
            continue;
        };
        let value = Value::String(segment.to_owned());
        let parameter = placed(operation, "path").find(|parameter| name(parameter) == variable);
        match parameter {
            Some(parameter) if !segment.is_empty() => faults.extend(parameter_faults(index, parameter, &value, &at)),
            _ => faults.push((at.clone(), format!("has nothing for `{variable}`"))),
        }
    }
}

fn query(index: &Index<'_>, operation: &Operation<'_>, wire: &Wire, faults: &mut Vec<(Pointer, String)>) {
    let at = Pointer::root().child("query");
    for (key, value) in &wire.query {
        match placed(operation, "query").find(|parameter| name(parameter) == key) {
            Some(parameter) => faults.extend(parameter_faults(index, parameter, value, &at.child(key))),
            None => faults.push((at.child(key), "is not a parameter of the operation".into())),
        }
    }
    for parameter in placed(operation, "query").filter(|parameter| parameter.value.get("required") == Some(&Value::Bool(true))) {
        if !wire.query.contains_key(name(parameter)) {
            faults.push((at.child(name(parameter)), "is required".into()));
        }
    }
}

fn body(index: &Index<'_>, operation: &Operation<'_>, wire: &Wire, faults: &mut Vec<(Pointer, String)>) {
    for (member, media_type, value) in [("body", "application/json", &wire.body), ("form", "multipart/form-data", &wire.form)] {
        let at = Pointer::root().child(member);
        let content =
            operation.body.as_ref().filter(|body| body.value.get("content").is_some_and(|content| content.get(media_type).is_some()));
        match (content, value) {
            (Some(body), Some(value)) => {
                let schema = body.pointer.child("content").child(media_type).child("schema");
                let found = check(index, &schema, value, STRICT);
                faults.extend(found.into_iter().map(|fault| (at.join(fault.place().as_str()), fault.message)));
            }
            (Some(body), None) if body.value.get("required") == Some(&Value::Bool(true)) => faults.push((at, "is required".into())),
            (None, Some(_)) => faults.push((at, format!("is there, but the operation takes no {media_type}"))),
            _ => {}
        }
    }
}

fn placed<'o, 'd>(operation: &'o Operation<'d>, place: &'static str) -> impl Iterator<Item = &'o Target<'d>> {
    operation.parameters.iter().filter(move |parameter| parameter.value.get("in").and_then(Value::as_str) == Some(place))
}

fn name<'p>(parameter: &'p Target<'_>) -> &'p str {
    parameter.value.get("name").and_then(Value::as_str).unwrap_or_default()
}

/// Reads the text of a parameter as its schema has it, and checks that.
fn parameter_faults(index: &Index<'_>, parameter: &Target<'_>, value: &Value, at: &Pointer) -> Vec<(Pointer, String)> {
    let place = parameter.pointer.child("schema");
    let schema = index.resolve(&place).map(|target| target.value);
    let declared = schema.and_then(|schema| schema.get("type")).and_then(Value::as_str).unwrap_or_default();
    let typed = match (declared, value) {
        ("array", Value::String(list)) => list.split(',').map(|item| Value::String(item.to_owned())).collect(),
        ("integer", Value::String(number)) => number.parse::<i64>().map_or_else(|_| value.clone(), Value::from),
        ("boolean", Value::String(flag)) => flag.parse::<bool>().map_or_else(|_| value.clone(), Value::from),
        _ => value.clone(),
    };
    // A parameter is wrong as a whole: its text has no inner places.
    check(index, &place, &typed, STRICT).into_iter().map(|fault| (at.clone(), fault.message)).collect()
}
