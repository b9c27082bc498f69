//! A document that nobody normalised -> the same document in a form that can be lowered, and a note of everything that was lost.
//!
//! Documents in the wild break OpenAPI in small ways and use corners of it that no client needs. This rebuilds the tree from what is
//! understood: keys of the wrong type are left out, references are followed or moved to the components, media types, parameters and schemas
//! get one form each. After it, `openapiv3` can read the document, and whatever it still cannot express has a fallback in `lower`.
//!
//! Nothing here is about Rust, and nothing here sees one of our own documents.

mod alike;
pub(crate) mod names;
mod parts;
mod paths;
mod references;
mod schemas;
pub(crate) mod settle;

use std::collections::BTreeMap;

use apispec::{Document, Pointer, Problem};
pub(crate) use paths::FORM;
use serde_json::{Map, Value, json};

/// The rule of whatever was left out of a document because it does not have the form that OpenAPI says.
const MALFORMED: &str = "malformed";
/// The rule of whatever a client does not do.
const UNKEPT: &str = "unkept";
/// The rule of operations that a client does not have.
const SKIPPED: &str = "skipped-operation";
/// The rule of types that had to become looser ones.
const WEAKER: &str = "weaker-type";

/// Rebuilds a document.
pub fn adapted(document: Document) -> (Document, Vec<Problem>) {
    let mut washing = Washing::new(&document);
    let root = washing.root();
    let notes = washing.notes;
    (document.with_root(root), notes)
}

/// What is known while a document is rebuilt.
struct Washing<'d> {
    file: &'d str,
    root: &'d Value,
    /// What the schemas of the components are called from now on.
    schemas: BTreeMap<&'d str, String>,
    /// Schemas elsewhere that something refers to, and what they are called as components.
    moved: BTreeMap<String, String>,
    /// Those of them that are not rebuilt yet.
    open: Vec<(String, &'d Value)>,
    /// The place that is being rebuilt.
    here: Vec<String>,
    /// Whether `x-` keys are ours.
    extended: bool,
    notes: Vec<Problem>,
}

impl<'d> Washing<'d> {
    fn new(document: &'d Document) -> Self {
        let root = document.root();
        let mut washing = Self {
            file: document.file(),
            root,
            schemas: BTreeMap::new(),
            moved: BTreeMap::new(),
            open: Vec::new(),
            here: Vec::new(),
            extended: root.get("x-envelope").is_some(),
            notes: Vec::new(),
        };
        for name in members(root.pointer("/components/schemas")).map(|(name, _)| name) {
            // A slash would make the name two tokens of a reference.
            let plain = name.replace(['/', '~', '%', '#'], ".");
            let plain = washing.free(plain);
            washing.schemas.insert(name, plain);
        }
        washing
    }

    /// A name for a component that no other has.
    fn free(&self, mut name: String) -> String {
        while self.schemas.values().chain(self.moved.values()).any(|other| *other == name) {
            name.push_str("Also");
        }
        name
    }

    fn within<T>(&mut self, token: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        self.here.push(token.to_owned());
        let result = work(self);
        self.here.pop();
        result
    }

    fn note(&mut self, rule: &'static str, token: &str, message: impl Into<String>, help: &str) {
        let place = self.here.iter().fold(Pointer::root(), |place, token| place.child(token));
        let place = if token.is_empty() { place } else { place.child(token) };
        self.notes.push(Problem::new(rule, self.file, message, help).at(place));
    }

    fn malformed(&mut self, token: &str, what: &str) {
        self.note(MALFORMED, token, format!("{what}, so it is left out"), "compare the document with OpenAPI 3.0.3");
    }

    /// A member that is text.
    fn text(&mut self, value: &Value, key: &str) -> Option<Value> {
        match value.get(key)? {
            Value::String(text) => Some(Value::String(text.clone())),
            Value::Number(number) => Some(Value::String(number.to_string())),
            Value::Bool(flag) => Some(Value::String(flag.to_string())),
            Value::Null => None,
            Value::Array(_) | Value::Object(_) => {
                self.malformed(key, &format!("`{key}` is not a text"));
                None
            }
        }
    }

    /// A member that is true or false.
    fn flag(&mut self, value: &Value, key: &str) -> bool {
        match value.get(key) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) if text == "true" || text == "false" => text == "true",
            Some(_) => {
                self.malformed(key, &format!("`{key}` is neither true nor false"));
                false
            }
        }
    }

    /// Copies the members that are texts.
    fn texts(&mut self, from: &Value, keys: &[&str], to: &mut Map<String, Value>) {
        for key in keys {
            if let Some(text) = self.text(from, key) {
                to.insert((*key).to_owned(), text);
            }
        }
    }

    /// Copies the keys that are ours.
    fn extensions(&self, from: &Value, to: &mut Map<String, Value>) {
        for (key, value) in members(Some(from)).filter(|(key, _)| *key == "x-rust-name" || self.extended && key.starts_with("x-")) {
            to.insert(key.to_owned(), value.clone());
        }
    }

    fn root(&mut self) -> Value {
        let root = self.root;
        let mut info = Map::new();
        self.texts(root.get("info").unwrap_or(&Value::Null), &["title", "version", "description"], &mut info);
        for (key, instead) in [("title", "An API"), ("version", "0")] {
            info.entry(key).or_insert_with(|| instead.into());
        }
        let mut washed = Map::new();
        washed.insert("openapi".to_owned(), "3.0.3".into());
        washed.insert("info".to_owned(), Value::Object(info));
        self.extensions(root, &mut washed);
        washed.insert("servers".to_owned(), self.within("servers", Self::servers));
        washed.insert("tags".to_owned(), self.within("tags", Self::tags));
        let paths = self.within("paths", Self::paths);
        washed.insert("paths".to_owned(), paths);
        washed.insert("security".to_owned(), security(root.get("security")));
        let schemas = self.components();
        let schemes = members(root.pointer("/components/securitySchemes"));
        let schemes = schemes.filter_map(|(name, scheme)| Some((name.to_owned(), scheme_of(self.resolved(scheme)?)?)));
        let schemes: Map<String, Value> = schemes.collect();
        washed.insert("components".to_owned(), json!({ "schemas": schemas, "securitySchemes": schemes }));
        Value::Object(washed)
    }

    /// The schemas of the components, and those that references moved there.
    fn components(&mut self) -> Value {
        let mut schemas = Map::new();
        for (name, schema) in members(self.root.pointer("/components/schemas")) {
            self.here = ["components", "schemas", name].map(str::to_owned).to_vec();
            let washed = self.schema(schema);
            let washed = if self.is_circle(schema) { json!({}) } else { washed };
            schemas.insert(self.schemas.get(name).cloned().unwrap_or_default(), washed);
        }
        while let Some((name, schema)) = self.open.pop() {
            self.here = ["components", "schemas", &name].map(str::to_owned).to_vec();
            let washed = self.schema(schema);
            let washed = if self.is_circle(schema) { json!({}) } else { washed };
            schemas.insert(name, washed);
        }
        self.here.clear();
        Value::Object(schemas)
    }

    fn servers(&mut self) -> Value {
        let mut servers = Vec::new();
        for (position, server) in items(self.root.get("servers")).enumerate() {
            let Some(Value::String(url)) = self.text(server, "url") else {
                self.malformed(&position.to_string(), "a server has no `url`");
                continue;
            };
            let mut url = url.trim().to_owned();
            for (name, variable) in members(server.get("variables")).filter(|_| !self.extended) {
                let default = variable.get("default").map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
                url = url.replace(&format!("{{{name}}}"), &default.unwrap_or_default());
            }
            let mut washed = json!({ "url": url }).as_object().cloned().unwrap_or_default();
            self.texts(server, &["description"], &mut washed);
            if self.extended {
                self.extensions(server, &mut washed);
                washed.extend(server.get("variables").map(|variables| ("variables".to_owned(), variables.clone())));
            }
            servers.push(Value::Object(washed));
        }
        Value::Array(servers)
    }

    fn tags(&mut self) -> Value {
        let mut tags: Vec<Value> = Vec::new();
        for tag in items(self.root.get("tags")) {
            let mut washed = Map::new();
            self.texts(tag, &["name", "description"], &mut washed);
            if washed.contains_key("name") && !tags.iter().any(|other| other.get("name") == washed.get("name")) {
                tags.push(Value::Object(washed));
            }
        }
        Value::Array(tags)
    }
}

/// A list of requirements, each a map from the name of a scheme to a list of scopes.
fn security(value: Option<&Value>) -> Value {
    let requirement = |value: &Value| {
        let schemes = members(Some(value)).map(|(name, _)| (name.to_owned(), json!([])));
        value.is_object().then(|| Value::Object(schemes.collect()))
    };
    items(value).filter_map(requirement).collect()
}

/// A security scheme, as far as it says how a key travels.
fn scheme_of(scheme: &Value) -> Option<Value> {
    let text = |key: &str| scheme.get(key).and_then(Value::as_str);
    match text("type")? {
        "http" => Some(json!({ "type": "http", "scheme": text("scheme")? })),
        "oauth2" | "openIdConnect" => Some(json!({ "type": "http", "scheme": "bearer" })),
        "apiKey" => {
            let location = text("in").filter(|location| ["header", "query", "cookie"].contains(location))?;
            Some(json!({ "type": "apiKey", "in": location, "name": text("name")? }))
        }
        _ => None,
    }
}

/// The members of an object; none of anything else.
fn members(value: Option<&Value>) -> impl Iterator<Item = (&str, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// The items of a list; none of anything else.
fn items(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests;
