//! The embedded documents -> operations, each with everything that a request for it is checked against.
//!
//! This is the second reader of `specs/`. It shares no line with the first, so that where the two agree the document says so.

pub(crate) mod check;
pub(crate) mod json_text;
pub(crate) mod multipart;
pub(crate) mod query;
pub(crate) mod route;
pub(crate) mod schema;
pub(crate) mod shape;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use hyper::Method;
use jsonschema::Validator;
use serde_json::Value;

use schema::How;

/// One of the three APIs that the sandbox serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Api {
    /// The personal Powerdrill API.
    V1,
    /// The team API of Powerdrill, which is also MAXIR AI.
    V2,
    /// Dataset jobs of PAI AIWorkSpace.
    Pai,
}

impl Api {
    /// The name of the API's document, without its extension.
    pub(crate) fn document(self) -> &'static str {
        match self {
            Self::V1 => "powerdrill-v1",
            Self::V2 => "powerdrill-v2",
            Self::Pai => "pai-dataset-jobs",
        }
    }

    /// What stands before the paths of the document in the paths of the sandbox.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::V1 | Self::V2 => "/api",
            Self::Pai => "",
        }
    }
}

/// All operations of all documents.
pub(crate) struct Specs {
    pub(crate) documents: Vec<Document>,
    pub(crate) operations: Vec<Operation>,
}

pub(crate) struct Document {
    pub(crate) api: Api,
    pub(crate) root: Value,
}

pub(crate) struct Operation {
    pub(crate) api: Api,
    pub(crate) id: String,
    pub(crate) method: Method,
    /// The path below the root of the sandbox, cut at its slashes.
    pub(crate) path: Vec<Segment>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    /// The name of the schema of a successful reply.
    pub(crate) reply: String,
    /// What the document says about a streamed reply, under `x-event-stream`.
    pub(crate) stream: Option<Value>,
}

#[derive(Debug, PartialEq)]
pub(crate) enum Segment {
    Literal(String),
    Parameter(String),
}

pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) location: Location,
    pub(crate) required: bool,
    pub(crate) kind: Kind,
    pub(crate) validator: Validator,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
}

/// How the text of a parameter is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Text,
    Integer,
    Boolean,
    /// Several values with commas between them.
    List,
}

pub(crate) struct Body {
    /// The name of its schema.
    pub(crate) schema: String,
    pub(crate) required: bool,
    pub(crate) multipart: bool,
    /// As the document has it.
    pub(crate) validator: Validator,
    /// The same without room for members that the document does not name.
    pub(crate) strict: Validator,
}

const TEXTS: [(Api, &str); 3] = [
    (Api::V1, include_str!("../specs/powerdrill-v1.yaml")),
    (Api::V2, include_str!("../specs/powerdrill-v2.yaml")),
    (Api::Pai, include_str!("../specs/pai-dataset-jobs.yaml")),
];

impl Specs {
    /// The specs that the sandbox was built with, read once per process.
    pub(crate) fn shared() -> Result<&'static Self, String> {
        static SHARED: OnceLock<Result<Specs, String>> = OnceLock::new();
        SHARED.get_or_init(Self::read).as_ref().map_err(Clone::clone)
    }

    fn read() -> Result<Self, String> {
        let mut specs = Self { documents: Vec::new(), operations: Vec::new() };
        for (api, text) in TEXTS {
            let root: Value = serde_yaml::from_str(text).map_err(|error| format!("{}: {error}", api.document()))?;
            let document = Document { api, root };
            specs.operations.extend(document.operations().map_err(|error| format!("{}: {error}", api.document()))?);
            specs.documents.push(document);
        }
        Ok(specs)
    }

    pub(crate) fn document(&self, api: Api) -> Option<&Document> {
        self.documents.iter().find(|document| document.api == api)
    }
}

impl Document {
    /// Follows a reference, and the references that it leads to.
    pub(crate) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let mut found = value;
        // A circle of bare references cannot be followed for ever.
        for _ in 0..16 {
            let Some(target) = found.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#')) else { break };
            let Some(next) = self.root.pointer(target) else { break };
            found = next;
        }
        found
    }

    /// The schema of a name.
    pub(crate) fn schema(&self, name: &str) -> Option<&Value> {
        self.root.get("components")?.get("schemas")?.get(name)
    }

    fn operations(&self) -> Result<Vec<Operation>, String> {
        let mut found = Vec::new();
        for (path, item) in self.root["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else { continue };
                if operation.get("operationId").is_some() {
                    found.push(self.operation(path, method, operation).map_err(|error| format!("{path}: {error}"))?);
                }
            }
        }
        Ok(found)
    }

    fn operation(&self, path: &str, method: Method, operation: &Value) -> Result<Operation, String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let success = &operation["responses"]["200"]["content"];
        Ok(Operation {
            api: self.api,
            id: text(&operation["operationId"]),
            method,
            path: route::segments(&format!("{}{path}", self.api.prefix())),
            parameters: parameters.map(|parameter| self.parameter(self.resolve(parameter))).collect::<Result<_, _>>()?,
            body: self.body(&operation["requestBody"])?,
            reply: name_of(&success["application/json"]["schema"]),
            stream: success.get("text/event-stream").map(|media| media["x-event-stream"].clone()),
        })
    }

    fn parameter(&self, parameter: &Value) -> Result<Parameter, String> {
        let schema = self.resolve(&parameter["schema"]);
        Ok(Parameter {
            name: parameter["name"].as_str().unwrap_or_default().to_owned(),
            location: match parameter["in"].as_str() {
                Some("path") => Location::Path,
                Some("query") => Location::Query,
                Some("header") => Location::Header,
                other => return Err(format!("a parameter in {other:?} is not understood")),
            },
            required: parameter["required"].as_bool().unwrap_or(false),
            kind: match schema["type"].as_str() {
                Some("integer") => Kind::Integer,
                Some("boolean") => Kind::Boolean,
                Some("array") => Kind::List,
                Some("string") => Kind::Text,
                other => return Err(format!("a parameter of type {other:?} is not understood")),
            },
            validator: self.validator(&parameter["schema"], How::SENT)?,
        })
    }

    fn body(&self, body: &Value) -> Result<Option<Body>, String> {
        let Some((media, content)) = body["content"].as_object().and_then(|content| content.iter().next()) else { return Ok(None) };
        Ok(Some(Body {
            schema: name_of(&content["schema"]),
            required: body["required"].as_bool().unwrap_or(false),
            multipart: media == "multipart/form-data",
            validator: self.validator(&content["schema"], How::SENT)?,
            strict: self.validator(&content["schema"], How { closed: true, ..How::SENT })?,
        }))
    }
}

/// The last part of a reference.
pub(crate) fn name_of(reference: &Value) -> String {
    reference["$ref"].as_str().and_then(|text| text.rsplit('/').next()).unwrap_or_default().to_owned()
}

/// Texts by name, in the order of the names.
pub(crate) type Texts = BTreeMap<String, String>;
