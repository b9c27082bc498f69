//! Calls of operations -> what came over the wire, as snapshots, and whether anything is missing.
//!
//! The requests are those that the sandbox received. Ids and the address of the sandbox are made up anew, so that a snapshot changes
//! only if the request does.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::future::Future;

use apispec::schema::declared_names;
use powerdrill::Result;
use powerdrill_sandbox::{Received, Sandbox};
use serde_json::Value;

use wire::spec::{body, index, operation, sayable};

/// The headers that say something about the request. The others belong to the connection.
const HEADERS: [&str; 7] =
    ["accept", "authorization", "content-type", "x-acs-action", "x-acs-version", "x-pd-api-key", "x-pd-external-trace-id"];

pub struct Journal<'a> {
    sandbox: &'a Sandbox,
    api: &'static str,
    names: Vec<(String, String)>,
    entries: BTreeMap<String, Vec<Entry>>,
}

struct Entry {
    title: &'static str,
    seen: Received,
}

const MINIMAL: &str = "minimal";
const FULL: &str = "full";

impl<'a> Journal<'a> {
    pub fn new(sandbox: &'a Sandbox, api: &'static str) -> Self {
        let names = vec![(sandbox.url().to_owned(), "http://127.0.0.1:8080".to_owned())];
        Self { sandbox, api, names, entries: BTreeMap::new() }
    }

    /// Says what an id is called in the snapshots.
    pub fn name(&mut self, id: impl AsRef<str>, name: &str) {
        self.names.push((id.as_ref().to_owned(), name.to_owned()));
    }

    /// Calls an operation with no more than it takes.
    pub async fn minimal<T>(&mut self, call: impl Future<Output = Result<T>>) -> T {
        self.called(MINIMAL, call).await
    }

    /// Calls an operation with everything that can be said. Where arguments exclude each other, it is called more than once.
    pub async fn full<T>(&mut self, call: impl Future<Output = Result<T>>) -> T {
        self.called(FULL, call).await
    }

    async fn called<T>(&mut self, title: &'static str, call: impl Future<Output = Result<T>>) -> T {
        self.sandbox.forget_requests();
        let reply = Box::pin(call).await.unwrap_or_else(|error| panic!("{error}"));
        let mut requests = self.sandbox.requests();
        assert_eq!(requests.len(), 1, "one call is one request");
        let seen = requests.remove(0);
        assert_eq!(seen.status, 200);
        let name = seen.operation.clone().unwrap_or_else(|| panic!("{} {} is no operation", seen.method, seen.path));
        let (api, name) = name.split_once('#').expect("an operation of an API");
        assert_eq!(api, self.api);
        self.entries.entry(name.to_owned()).or_default().push(Entry { title, seen });
        reply
    }

    /// Compares every request with its snapshot, and all of them with the spec.
    pub fn close(self) {
        let index = index(self.api);
        let declared: BTreeSet<String> = index.operations().iter().map(|operation| operation.name()).collect();
        let called: BTreeSet<String> = self.entries.keys().cloned().collect();
        assert_eq!(called, declared, "{}: other operations were called than the spec has", self.api);
        for (name, entries) in &self.entries {
            self.nothing_is_missing(name, entries);
            let mut text = String::new();
            for entry in entries {
                write!(text, "--- {}\n{}\n", entry.title, self.text(&entry.seen)).expect("a text");
            }
            insta::with_settings!({
                snapshot_path => format!("{}/snapshots/{}", env!("CARGO_MANIFEST_DIR"), self.api), prepend_module_to_snapshot => false,
                omit_expression => true
            }, {
                insta::assert_snapshot!(name.as_str(), text.trim_end());
            });
        }
    }

    /// The minimal call says what is required and nothing else; the full ones together say all that can be said.
    fn nothing_is_missing(&self, name: &str, entries: &[Entry]) {
        let index = index(self.api);
        let operation = operation(index, name);
        let of = |title: &str| entries.iter().filter(|entry| entry.title == title).map(|entry| &entry.seen).collect::<Vec<_>>();
        let (minimal, full) = (of(MINIMAL), of(FULL));
        assert_eq!(minimal.len(), 1, "{name} is called once with as little as it takes");
        let template = operation.path;
        let said = said(template, minimal[0]);
        let (required, alternatives) = required(self.api, name);
        assert!(required.is_subset(&said), "{name} says {said:?}, but {required:?} is required");
        let more: BTreeSet<_> = said.difference(&required).cloned().collect();
        assert!(more.is_subset(&alternatives), "{name}, called with as little as it takes, says {more:?}");
        let all: BTreeSet<String> = full.iter().flat_map(|seen| self::said(template, seen)).collect();
        let sayable = sayable(index, operation);
        assert!(sayable.is_subset(&all), "{name}, called with everything, says {all:?} of {sayable:?}");
        for seen in full {
            let Some(Value::Object(members)) = seen.json() else { continue };
            let (place, _) = body(operation).expect("a body");
            let place = index.resolve(&place).expect("a schema").pointer.child("properties");
            for (member, value) in members.iter().filter(|(_, value)| value.is_object()) {
                let declared = declared_names(index, &place.child(member)).expect("members");
                let said = value.as_object().expect("an object").keys().map(String::as_str).collect();
                assert_eq!(declared, said, "{name}: {member}");
            }
        }
    }

    fn text(&self, seen: &Received) -> String {
        let query = if seen.query.is_empty() { String::new() } else { format!("?{}", seen.query) };
        let mut text = format!("{} {}{query}\n", seen.method, seen.path);
        let boundary = seen.header("content-type").and_then(|value| value.split_once("boundary=")).map(|(_, boundary)| boundary);
        for name in HEADERS {
            for (_, value) in seen.headers.iter().filter(|(known, _)| known == name) {
                writeln!(text, "{name}: {value}").expect("a text");
            }
        }
        match seen.json() {
            Some(json) => write!(text, "\n{json:#}\n").expect("a text"),
            None if seen.body.is_empty() => {}
            None => write!(text, "\n{}", String::from_utf8_lossy(&seen.body)).expect("a text"),
        }
        let mut text = text.replace("\r\n", "\n");
        if let Some(boundary) = boundary {
            text = text.replace(boundary, "***");
        }
        self.names.iter().fold(text, |text, (id, name)| text.replace(id, name))
    }
}

/// The names of everything that a request says: variables of the path, parameters, headers, members of the body.
fn said(template: &str, seen: &Received) -> BTreeSet<String> {
    let variable = |segment: &str| segment.strip_prefix('{')?.strip_suffix('}').map(str::to_owned);
    let mut names: BTreeSet<String> = template.split('/').filter_map(variable).collect();
    let pairs = seen.query.split('&').filter(|pair| !pair.is_empty());
    names.extend(pairs.map(|pair| pair.split('=').next().unwrap_or_default().to_owned()));
    names.extend(
        seen.headers
            .iter()
            .map(|(name, _)| name.clone())
            .filter(|name| ["x-acs-action", "x-acs-version", "x-pd-external-trace-id"].contains(&name.as_str())),
    );
    if let Some(Value::Object(members)) = seen.json() {
        names.extend(members.keys().filter(|name| *name != "stream").cloned());
    } else if seen.header("content-type").is_some_and(|value| value.starts_with("multipart/")) {
        let text = String::from_utf8_lossy(&seen.body).into_owned();
        let parts = text.split("; name=\"").skip(1);
        names.extend(parts.filter_map(|part| part.split('"').next().map(str::to_owned)));
    }
    names
}

/// What the spec requires of a request, and what it requires one of.
fn required(api: &str, name: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let index = index(api);
    let operation = operation(index, name);
    let texts =
        |value: &Value| value.as_array().into_iter().flatten().filter_map(|name| name.as_str().map(str::to_owned)).collect::<Vec<_>>();
    let parameters = operation.parameters.iter().filter(|parameter| parameter.value["required"] == true);
    let mut names: BTreeSet<String> = parameters.filter_map(|parameter| parameter.value["name"].as_str().map(str::to_owned)).collect();
    let mut alternatives = BTreeSet::new();
    if let Some((schema, _)) = body(operation) {
        let schema = index.resolve(&schema).expect("a schema").value;
        names.extend(texts(&schema["required"]));
        let parts = ["anyOf", "oneOf"].into_iter().flat_map(|keyword| schema[keyword].as_array()).flatten();
        alternatives.extend(parts.flat_map(|part| texts(&part["required"])));
    }
    (names, alternatives)
}
