//! Paths, operations, parameters, bodies and replies -> each in the one form that is lowered, with references followed.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::names::Operations;
use super::{MALFORMED, SKIPPED, UNKEPT, WEAKER, Washing, items, members, security};
use crate::lower::is_json;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
/// Headers that are no parameters, as OpenAPI says: what they hold is said elsewhere.
const IGNORED: [&str; 3] = ["accept", "content-type", "authorization"];
/// A body of form fields.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
/// A body of JSON, by its own name.
const JSON: &str = "application/json";
/// A body of parts.
const PARTS: &str = "multipart/form-data";

impl<'d> Washing<'d> {
    pub(super) fn paths(&mut self) -> Value {
        let mut paths: Map<String, Value> = Map::new();
        let mut names = Operations::default();
        let root = self.root;
        let first = members(root.get("paths")).flat_map(|(_, item)| METHODS.map(|method| self.resolved(item)?.get(method)));
        names.reserve(first.flatten().filter_map(|operation| operation.get("operationId")?.as_str()));
        if root.get("paths").is_none() {
            self.note(MALFORMED, "", "there are no `paths`", "describe an operation");
        }
        for (path, item) in members(root.get("paths")).filter(|(path, _)| !path.starts_with("x-")) {
            let Some(item) = self.resolved(item) else {
                self.note(SKIPPED, path, "the path is a reference that leads nowhere", "write the operations here");
                continue;
            };
            let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
            if let Some(why) = unusable(&path).or_else(|| paths.contains_key(&path).then(|| "it is there twice".to_owned())) {
                self.note(SKIPPED, &path, format!("the operations of this path are left out: {why}"), "mend the path");
                continue;
            }
            let washed = self.within(&path, |washing| washing.item(&path, item, &mut names));
            paths.insert(path, washed);
        }
        Value::Object(paths)
    }

    fn item(&mut self, path: &str, item: &'d Value, names: &mut Operations) -> Value {
        let mut washed = Map::new();
        for method in METHODS {
            let Some(operation) = item.get(method) else { continue };
            if !operation.is_object() {
                self.note(SKIPPED, method, "this is not an operation", "describe it as a map");
                continue;
            }
            let operation = self.within(method, |washing| washing.operation(path, method, item, operation, names));
            washed.insert(method.to_owned(), operation);
        }
        if item.get("servers").is_some() {
            self.note(UNKEPT, "servers", "servers of one path are not used", "name them on the document");
        }
        Value::Object(washed)
    }

    fn operation(&mut self, path: &str, method: &str, item: &'d Value, operation: &'d Value, names: &mut Operations) -> Value {
        let mut washed = Map::new();
        self.texts(operation, &["summary", "description"], &mut washed);
        self.extensions(operation, &mut washed);
        let tag = items(operation.get("tags")).find_map(Value::as_str).filter(|tag| !tag.trim().is_empty());
        let tag = tag.map_or_else(|| names.group(path), str::to_owned);
        let given = operation.get("operationId").and_then(Value::as_str);
        washed.insert("operationId".to_owned(), names.id(given, method, path, &tag).into());
        washed.insert("tags".to_owned(), json!([tag]));
        let parameters = self.parameters(path, item, operation);
        washed.insert("parameters".to_owned(), parameters);
        if let Some(body) = operation.get("requestBody") {
            let body = self.within("requestBody", |washing| washing.body(body));
            washed.extend(body.map(|body| ("requestBody".to_owned(), body)));
        }
        let responses = self.within("responses", |washing| washing.responses(method, operation));
        washed.insert("responses".to_owned(), responses);
        if operation.get("servers").is_some() {
            washed.insert("servers".to_owned(), json!([{ "url": "/" }]));
        }
        if operation.get("deprecated") == Some(&Value::Bool(true)) {
            let before = washed.get("description").and_then(Value::as_str).unwrap_or_default();
            let said = format!("{before}\n\nDeprecated.").trim().to_owned();
            washed.insert("description".to_owned(), said.into());
        }
        if operation.get("security").is_some() {
            washed.insert("security".to_owned(), security(operation.get("security")));
        }
        Value::Object(washed)
    }

    /// The parameters of an operation, then those of its path, then those that the path itself has and nobody describes.
    fn parameters(&mut self, path: &str, item: &'d Value, operation: &'d Value) -> Value {
        let mut washed: Vec<Value> = Vec::new();
        let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
        let (before, query) = path.split_once('?').unwrap_or((path, ""));
        let template = before.split('#').next().unwrap_or_default();
        let declared = items(operation.get("parameters")).enumerate().map(|(at, one)| (format!("parameters/{at}"), one));
        let shared = items(item.get("parameters")).map(|one| ("parameters".to_owned(), one));
        for (token, parameter) in declared.chain(shared) {
            let token = token.split('/').next_back().unwrap_or_default().to_owned();
            self.here.push("parameters".to_owned());
            let parameter = self.within(&token, |washing| washing.parameter(template, query, parameter));
            self.here.pop();
            let Some(parameter) = parameter else { continue };
            let identity = ["in", "name"].map(|key| parameter.get(key).and_then(Value::as_str).unwrap_or_default().to_owned());
            let [location, name] = identity;
            if seen.insert((location, name)) {
                washed.push(parameter);
            }
        }
        for name in template.split('{').skip(1).filter_map(|piece| piece.split('}').next()) {
            if seen.insert(("path".to_owned(), name.to_owned())) {
                let message = format!("the path has `{{{name}}}`, which is not described, so it is a text");
                self.note(WEAKER, "parameters", message, "declare it with `in: path`");
                washed.push(json!({ "in": "path", "name": name, "required": true, "schema": { "type": "string" } }));
            }
        }
        for (name, value) in pairs(query) {
            if value.contains('{') {
                if seen.insert(("query".to_owned(), name.to_owned())) {
                    let message = format!("the path has `{value}`, which is not described, so it is a text");
                    self.note(WEAKER, "parameters", message, "declare it with `in: query`");
                    washed.push(json!({ "in": "query", "name": name, "schema": { "type": "string" } }));
                }
            } else if !value.is_empty() && seen.insert(("query".to_owned(), name.to_owned())) {
                washed.push(json!({ "in": "query", "name": name, "required": true, "schema": { "type": "string", "enum": [value] } }));
            }
        }
        Value::Array(washed)
    }

    fn parameter(&mut self, template: &str, query: &str, parameter: &'d Value) -> Option<Value> {
        let Some(parameter) = self.resolved(parameter) else {
            self.malformed("", "the reference does not lead to a parameter");
            return None;
        };
        let text = |key: &str| parameter.get(key).and_then(Value::as_str).unwrap_or_default();
        let (mut location, mut name) = (text("in"), text("name"));
        // Some write the query into the path, and what is in it as if it were a part of the path.
        let braced = format!("{{{name}}}");
        if let Some((key, _)) = pairs(query).find(|(_, value)| location == "path" && *value == braced && !template.contains(&braced)) {
            (location, name) = ("query", key);
        }
        if name.is_empty() || !["path", "query", "header", "cookie"].contains(&location) {
            self.malformed("", "a parameter needs a `name`, and to be in the path, the query, a header or a cookie");
            return None;
        }
        if location == "header" && IGNORED.contains(&name.to_ascii_lowercase().as_str()) {
            return None;
        }
        if location == "header" && !name.bytes().all(|sign| sign.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&sign)) {
            self.malformed("name", &format!("no header can be called `{name}`"));
            return None;
        }
        if location == "path" && !template.contains(&format!("{{{name}}}")) {
            self.malformed("", &format!("the path has no `{{{name}}}`"));
            return None;
        }
        let mut washed = Map::new();
        washed.insert("name".to_owned(), name.into());
        washed.insert("in".to_owned(), location.into());
        self.texts(parameter, &["description"], &mut washed);
        self.extensions(parameter, &mut washed);
        let required = location == "path" || self.flag(parameter, "required");
        washed.insert("required".to_owned(), required.into());
        let styles: &[&str] = match location {
            "path" => &["simple", "label", "matrix"],
            "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
            "header" => &["simple"],
            _ => &["form"],
        };
        match text("style") {
            "" => {}
            style if styles.contains(&style) => drop(washed.insert("style".to_owned(), style.into())),
            style => self.malformed("style", &format!("the style `{style}` cannot be used here")),
        }
        if let Some(Value::Bool(explode)) = parameter.get("explode") {
            washed.insert("explode".to_owned(), (*explode).into());
        }
        if parameter.get("allowReserved") == Some(&Value::Bool(true)) {
            self.note(UNKEPT, "allowReserved", "reserved letters are encoded all the same", "nothing has to be done: servers decode them");
        }
        if let Some((media, content)) = members(parameter.get("content")).next() {
            let schema = content.get("schema");
            let schema = schema.map(|schema| self.within("content", |washing| washing.within(media, |washing| washing.schema(schema))));
            let schema = if is_json(media) { schema.unwrap_or_else(|| json!({})) } else { json!({ "type": "string" }) };
            let key = if is_json(media) { "content" } else { "schema" };
            let value = if is_json(media) { json!({ "application/json": { "schema": schema } }) } else { schema };
            washed.insert(key.to_owned(), value);
        } else {
            let schema = parameter.get("schema").map(|schema| self.within("schema", |washing| washing.schema(schema)));
            washed.insert("schema".to_owned(), schema.unwrap_or_else(|| json!({ "type": "string" })));
        }
        Some(Value::Object(washed))
    }

    /// A body in the first of the forms that a client speaks best.
    fn body(&mut self, body: &'d Value) -> Option<Value> {
        let Some(body) = self.resolved(body) else {
            self.malformed("", "the reference does not lead to a request body");
            return None;
        };
        let media: Vec<(&str, &'d Value)> = members(body.get("content")).collect();
        let find = |fits: fn(&str) -> bool| media.iter().find(|(name, _)| fits(name)).copied();
        let (name, content) = find(|name| essence(name) == JSON)
            .or_else(|| find(is_json))
            .or_else(|| find(|name| essence(name) == PARTS))
            .or_else(|| find(|name| essence(name) == FORM))
            .or_else(|| media.first().copied())?;
        if media.len() > 1 {
            self.note(UNKEPT, "content", format!("of several media types, `{name}` is sent"), "nothing has to be done");
        }
        let mut washed = Map::new();
        let form = essence(name) == PARTS || essence(name) == FORM;
        let known = if is_json(name) && (essence(name) == JSON || name.contains('*')) {
            JSON
        } else if form {
            essence(name)
        } else {
            name
        };
        let schema = content.get("schema").filter(|_| is_json(name) || form);
        let schema = schema.map(|schema| {
            self.here.push("content".to_owned());
            let schema = self.within(name, |washing| washing.within("schema", |washing| washing.schema(schema)));
            self.here.pop();
            schema
        });
        if content.get("encoding").is_some() && form {
            self.note(
                UNKEPT,
                "content",
                "`encoding` of a form is not used: texts are texts, and files are files",
                "nothing has to be done",
            );
        }
        washed.insert("content".to_owned(), json!({ known: { "schema": schema.unwrap_or_else(|| json!({})) } }));
        let required = self.flag(body, "required");
        washed.insert("required".to_owned(), required.into());
        Some(Value::Object(washed))
    }

    /// The one success that is read: the first that has something to read.
    fn responses(&mut self, method: &str, operation: &'d Value) -> Value {
        let mut successes: Vec<(&str, &'d Value)> = Vec::new();
        for (status, response) in members(operation.get("responses")) {
            if !(status.len() == 3 && status.starts_with('2')) {
                continue;
            }
            match self.resolved(response) {
                Some(response) => successes.push((status, response)),
                None => self.malformed(status, "the reference does not lead to a response"),
            }
        }
        if successes.is_empty()
            && let Some(default) = operation.pointer("/responses/default").and_then(|response| self.resolved(response))
        {
            successes.push(("default", default));
        }
        let full = |(_, response): &&(&str, &Value)| members(response.get("content")).next().is_some();
        let Some((status, response)) = successes.iter().find(full).or(successes.first()).copied() else { return json!({}) };
        for (other, another) in successes.iter().filter(|(other, _)| *other != status) {
            if full(&&(*other, *another)) {
                self.note("later-reply", other, format!("every success is read as that of {status}, also {other}"), "describe one success");
            } else if full(&&(status, response)) {
                self.note("later-reply", other, format!("a success with nothing to read, {other}, is an error"), "describe one success");
            }
        }
        let media: Vec<(&str, &'d Value)> = members(response.get("content")).collect();
        let chosen = media.iter().find(|(name, _)| is_json(name)).or(media.first()).filter(|_| method != "head");
        let content = chosen.map(|(name, content)| {
            let schema = content.get("schema").filter(|_| is_json(name));
            let schema = schema.map(|schema| {
                self.here.extend([status, "content"].map(str::to_owned));
                let schema = self.within(name, |washing| washing.within("schema", |washing| washing.schema(schema)));
                self.here.truncate(self.here.len() - 2);
                schema
            });
            let known = if is_json(name) { "application/json" } else { *name };
            json!({ known: { "schema": schema.unwrap_or_else(|| json!({})) } })
        });
        // A success that is described as `default` is read like one that is not.
        let status = if status == "default" { "200" } else { status };
        json!({ status: { "description": "", "content": content.unwrap_or_else(|| json!({})) } })
    }
}

/// The parts of a query, each with its value.
fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let query = query.split('#').next().unwrap_or_default();
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

fn essence(media: &str) -> &str {
    media.split(';').next().unwrap_or_default().trim()
}

/// Why no request can be sent to a path.
fn unusable(path: &str) -> Option<String> {
    let address = path.split(['?', '#']).next().unwrap_or_default();
    if let Some(sign) = address.chars().find(|sign| *sign == '\\' || sign.is_whitespace() || sign.is_control()) {
        return Some(format!("it has `{}` in it", sign.escape_debug()));
    }
    let mut rest = address;
    while let Some((literal, tail)) = rest.split_once('{') {
        match tail.split_once('}') {
            Some((name, tail)) if !name.is_empty() && !name.contains('{') && !literal.contains('}') => rest = tail,
            _ => return Some("its braces are not those of parameters".to_owned()),
        }
    }
    rest.contains('}').then(|| "its braces are not those of parameters".to_owned())
}
