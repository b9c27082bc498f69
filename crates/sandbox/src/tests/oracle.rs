//! The specs as the judge of replies: every member is described, every type fits, and a stream has only events that are known.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock};

use hyper::Method;
use jsonschema::Validator;
use serde_json::{Value, json};

use super::client::Answer;
use crate::spec::route::Route;
use crate::spec::schema::How;
use crate::spec::{Api, Document, Operation, Specs, name_of};

/// Operations that were answered with success in this process.
fn seen() -> &'static Mutex<HashSet<String>> {
    static SEEN: OnceLock<Mutex<HashSet<String>>> = OnceLock::new();
    SEEN.get_or_init(Mutex::default)
}

pub(super) fn succeeded() -> HashSet<String> {
    seen().lock().expect("not poisoned").clone()
}

/// The errors of a value under a schema of a document. Aliases and tolerated types are allowed, members that nobody described are not.
pub(super) fn errors(document: &Document, schema: &str, value: &Value) -> Vec<String> {
    type Known = Mutex<HashMap<(Api, String), Arc<Validator>>>;
    static KNOWN: OnceLock<Known> = OnceLock::new();
    let mut known = KNOWN.get_or_init(Mutex::default).lock().expect("not poisoned");
    let validator = known.entry((document.api, schema.to_owned())).or_insert_with(|| {
        let reference = json!({ "$ref": format!("#/components/schemas/{schema}") });
        Arc::new(document.validator(&reference, How { tolerant: true, closed: true }).expect("a schema"))
    });
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Fails if the reply is not one that the spec allows for the operation.
pub(super) fn judge(method: &str, path: &str, answer: &Answer) {
    let specs = Specs::shared().expect("the specs");
    let path = path.split('?').next().expect("a path");
    let Route::Found(operation, _) = specs.route(&Method::from_bytes(method.as_bytes()).expect("a method"), path) else { return };
    let document = specs.document(operation.api).expect("a spec");
    assert!(answer.whole, "the reply is not whole");
    let trace = if operation.api == Api::Pai { "x-acs-request-id" } else { "x-pd-trace-id" };
    assert!(answer.header(trace).is_some(), "{trace} is missing");
    if answer.header("content-type") == Some("text/event-stream") {
        judge_stream(document, operation, answer);
        return;
    }
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert!(answer.status == 200 || answer.status >= 400);
    let refused = answer.status != 200 || (operation.api != Api::Pai && answer.code() != 0);
    let refusal = name_of(&document.root["components"]["responses"]["Refusal"]["content"]["application/json"]["schema"]);
    let schema = if refused { &refusal } else { &operation.reply };
    let found = errors(document, schema, &answer.json());
    assert!(found.is_empty(), "{method} {path}: {found:#?} in {}", answer.text());
    if !refused {
        seen().lock().expect("not poisoned").insert(operation.name());
    }
}

fn judge_stream(document: &Document, operation: &Operation, answer: &Answer) {
    let described = operation.stream.as_ref().expect("the operation streams");
    let events = answer.events();
    assert_eq!(events.first().map(|event| event.0.as_str()), described["first"].as_str());
    let end = (described["end"]["event"].as_str().expect("a text"), described["end"]["ok"].as_str().expect("a text"));
    assert_eq!(events.last().map(|event| (event.0.as_str(), event.1.as_str())), Some(end));
    for (name, data) in &events[..events.len() - 1] {
        judge_event(document, described, name, data);
    }
    seen().lock().expect("not poisoned").insert(operation.name());
}

/// One event: its name is known, its frame and its payload are as the spec describes them.
pub(super) fn judge_event(document: &Document, described: &Value, name: &str, data: &str) {
    let known = described["events"].as_object().expect("an object");
    let has_alias = |event: &Value| event["aliases"].as_array().into_iter().flatten().any(|alias| alias == name);
    let (_, event) =
        known.iter().find(|(known, event)| *known == name || has_alias(event)).unwrap_or_else(|| panic!("{name} is not described"));
    if event["text"] == true {
        assert!(!data.is_empty());
        return;
    }
    let frame: Value = serde_json::from_str(data).expect("JSON");
    let found = errors(document, described["frame"].as_str().expect("a text"), &frame);
    assert!(found.is_empty(), "{name}: {found:#?} in {data}");
    let payload = frame.pointer(described["payload"].as_str().expect("a text")).expect("a payload");
    let found = errors(document, event["schema"].as_str().expect("a text"), payload);
    assert!(found.is_empty(), "{name}: {found:#?} in {payload}");
}
