//! A request and its operation -> the values of the request, or everything in it that breaks the spec.

use bytes::Bytes;
use hyper::HeaderMap;
use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Value, json};

use super::multipart::{self, Part};
use super::{Body, Document, Kind, Location, Operation, Parameter, Texts, query};

/// The values of a request that keeps to the spec.
#[derive(Debug, Default)]
pub(crate) struct Values {
    pub(crate) path: Texts,
    pub(crate) query: Map<String, Value>,
    pub(crate) body: Value,
    pub(crate) form: Vec<Part>,
}

/// Bytes of JSON in a body. Values take many times the room of their text, and files are not sent as JSON.
const MOST_JSON: usize = 8 * 1024 * 1024;

/// One way in which a request breaks the spec.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Violation {
    /// Where: `/body/question`, `/query/page_size`, `/headers/x-acs-version`, `/path/session_id`.
    pub(crate) pointer: String,
    /// The keyword of the schema that was broken, or `json`, `size`, `form`, `media-type`, `encoding`, `unknown`, `repeated`.
    pub(crate) rule: String,
    pub(crate) message: String,
}

impl Violation {
    fn new(pointer: impl Into<String>, rule: &str, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), rule: rule.into(), message: message.into() }
    }
}

/// What there is to check, with what judges it.
pub(crate) struct Check<'a> {
    pub(crate) document: &'a Document,
    pub(crate) operation: &'a Operation,
    /// Members and parameters that the spec does not name are violations.
    pub(crate) strict: bool,
}

impl Check<'_> {
    /// Checks path, query, headers and body, and finds every violation.
    pub(crate) fn request(&self, path: &Texts, query: Option<&str>, headers: &HeaderMap, body: &Bytes) -> Result<Values, Vec<Violation>> {
        let mut values = Values { path: path.clone(), ..Values::default() };
        let mut found = Vec::new();
        match query::pairs(query.unwrap_or_default()) {
            Ok(pairs) => self.parameters(path, &pairs, headers, &mut values, &mut found),
            Err(part) => found.push(Violation::new("/query", "encoding", format!("`{part}` is not percent-encoded UTF-8"))),
        }
        if let Some(wanted) = &self.operation.body {
            self.body(wanted, headers, body, &mut values, &mut found);
        }
        if found.is_empty() { Ok(values) } else { Err(found) }
    }

    fn parameters(&self, path: &Texts, pairs: &[(String, String)], headers: &HeaderMap, values: &mut Values, found: &mut Vec<Violation>) {
        for parameter in &self.operation.parameters {
            let name = &parameter.name;
            let texts: Vec<String> = match parameter.location {
                Location::Path => path.get(name).cloned().into_iter().collect(),
                Location::Query => pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect(),
                Location::Header => {
                    headers.get_all(name.as_str()).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
                }
            };
            let pointer = format!("/{}/{name}", parameter.location.name());
            match &texts[..] {
                [] if parameter.required => found.push(Violation::new(pointer, "required", "the parameter is missing")),
                [] => {}
                [text] => {
                    let value = parameter.kind.read(text);
                    judge(&parameter.validator, &value, &pointer, found);
                    if parameter.location == Location::Query {
                        values.query.insert(name.clone(), value);
                    }
                }
                _ => found.push(Violation::new(pointer, "repeated", "the parameter is there more than once")),
            }
        }
        let known = |name: &str| {
            self.operation.parameters.iter().any(|parameter: &Parameter| parameter.location == Location::Query && parameter.name == name)
        };
        for (name, _) in pairs.iter().filter(|(name, _)| self.strict && !known(name)) {
            found.push(Violation::new(format!("/query/{name}"), "unknown", "the operation has no such parameter"));
        }
    }

    fn body(&self, wanted: &Body, headers: &HeaderMap, body: &Bytes, values: &mut Values, found: &mut Vec<Violation>) {
        let content_type = headers.get(hyper::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let expected = if wanted.multipart { "multipart/form-data" } else { "application/json" };
        if body.is_empty() && media.is_empty() {
            if wanted.required {
                found.push(Violation::new("/body", "required", "the body is missing"));
            }
            return;
        }
        if media != expected {
            found.push(Violation::new("/headers/content-type", "media-type", format!("`{media}` is not `{expected}`")));
            return;
        }
        if wanted.multipart {
            match multipart::parts(content_type, body) {
                Ok(parts) => self.form(wanted, parts, values, found),
                Err(message) => found.push(Violation::new("/body", "form", message)),
            }
            return;
        }
        if body.len() > MOST_JSON {
            found.push(Violation::new("/body", "size", format!("no more than {MOST_JSON} bytes of JSON are read")));
            return;
        }
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => {
                judge(if self.strict { &wanted.strict } else { &wanted.validator }, &value, "/body", found);
                self.json_texts(&wanted.schema, &value, found);
                values.body = value;
            }
            Err(error) => found.push(Violation::new("/body", "json", error.to_string())),
        }
    }

    /// The texts of a form are judged like the members of an object, and files by being files.
    fn form(&self, wanted: &Body, parts: Vec<Part>, values: &mut Values, found: &mut Vec<Violation>) {
        let properties = self.document.schema(&wanted.schema).map(|schema| &schema["properties"]);
        let mut object = Map::new();
        for part in &parts {
            let pointer = format!("/body/{}", part.name);
            let binary = properties.is_some_and(|properties| properties[&part.name]["format"] == "binary");
            let known = self.strict || properties.is_some_and(|properties| properties.get(&part.name).is_some());
            if known && object.contains_key(&part.name) {
                found.push(Violation::new(&pointer, "repeated", "the part is there more than once"));
            }
            if binary && part.file_name.as_deref().is_none_or(str::is_empty) {
                found.push(Violation::new(&pointer, "form", "the part is a file and has no `filename`"));
            }
            match std::str::from_utf8(&part.data) {
                // The content of a file is none of the schema's business.
                _ if binary => drop(object.insert(part.name.clone(), json!(""))),
                Ok(text) => drop(object.insert(part.name.clone(), json!(text))),
                Err(_) => found.push(Violation::new(&pointer, "encoding", "the part is not UTF-8")),
            }
        }
        let object = Value::Object(object);
        judge(if self.strict { &wanted.strict } else { &wanted.validator }, &object, "/body", found);
        values.body = object;
        values.form = parts;
    }

    /// Members that hold JSON as text, at any depth of nested texts.
    fn json_texts(&self, schema: &str, value: &Value, found: &mut Vec<Violation>) {
        let mut open = vec![(schema.to_owned(), value.clone(), String::from("/body"))];
        while let Some((schema, value, pointer)) = open.pop() {
            for text in self.document.json_texts(&schema, &value) {
                let pointer = format!("{pointer}/{}", text.member);
                match serde_json::from_str::<Value>(text.text) {
                    Err(error) => found.push(Violation::new(pointer, "json", format!("the text is not JSON: {error}"))),
                    Ok(inner) => {
                        let reference = json!({ "$ref": format!("#/components/schemas/{}", text.schema) });
                        let how = super::How { tolerant: false, closed: self.strict };
                        match self.document.validator(&reference, how) {
                            Ok(validator) => judge(&validator, &inner, &pointer, found),
                            Err(error) => found.push(Violation::new(&pointer, "schema", error)),
                        }
                        open.push((text.schema.to_owned(), inner, pointer));
                    }
                }
            }
        }
    }
}

impl Location {
    fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "headers",
        }
    }
}

impl Kind {
    /// What cannot be read stays text, so that the schema says what is wrong with it.
    fn read(self, text: &str) -> Value {
        match self {
            Self::Text => json!(text),
            // The canonical spelling only: `+1`, ` 1` and `1.0` are not integers here.
            Self::Integer => {
                text.parse::<i64>().ok().filter(|number| number.to_string() == text).map_or_else(|| json!(text), |number| json!(number))
            }
            // The vendor's own Python SDK writes `True`.
            Self::Boolean => match text {
                "true" | "True" => json!(true),
                "false" | "False" => json!(false),
                _ => json!(text),
            },
            Self::List => text.split(',').map(str::trim).collect(),
        }
    }
}

fn judge(validator: &Validator, value: &Value, pointer: &str, found: &mut Vec<Violation>) {
    found.extend(validator.iter_errors(value).take(20).map(|error| violation(&error, pointer)));
}

fn violation(error: &ValidationError<'_>, pointer: &str) -> Violation {
    let mut pointer = format!("{pointer}{}", error.instance_path().as_str());
    let keyword = error.kind().keyword();
    if let jsonschema::error::ValidationErrorKind::Required { property } = error.kind() {
        pointer = format!("{pointer}/{}", property.as_str().unwrap_or_default());
    }
    let mut message: String = error.to_string().chars().take(200).collect();
    // What was sent may be a secret, and is long where it matters; the rule and the place say enough.
    if matches!(keyword, "maxLength" | "pattern" | "format" | "enum" | "type" | "const" | "anyOf" | "oneOf") {
        message = match error.kind() {
            jsonschema::error::ValidationErrorKind::Enum { options } => format!("is not one of {options}"),
            jsonschema::error::ValidationErrorKind::MaxLength { limit } => format!("is longer than {limit} characters"),
            jsonschema::error::ValidationErrorKind::Format { format } => format!("is not a {format}"),
            _ => format!("does not fulfil `{keyword}` of the schema"),
        };
    }
    Violation { pointer, rule: keyword.into(), message }
}
