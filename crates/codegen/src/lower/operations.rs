//! Paths -> operations, in one group for each tag.
//!
//! An operation without a tag goes to a group that is called `operations`, and one without an operationId is called by its method and
//! path. The normal form has neither.

use apispec::Pointer;
use heck::{ToSnakeCase, ToUpperCamelCase};
use openapiv3::{MediaType, OpenAPI, Parameter, ParameterSchemaOrContent, PathStyle, QueryStyle, ReferenceOr, StatusCode};

use super::{Context, paths};
use crate::foreign::FORM;
use crate::ir::{Body, Group, Location, Operation, Paging, Param, Reply, Retry, Segment, Style, Ty, TypeId, UNCHECKED};

const PARTS: &str = "multipart/form-data";
pub(super) const STREAM: &str = "text/event-stream";

/// Every operation, in the order of the tags and then of the document.
pub(super) fn groups<'m>(context: &mut Context<'m>, model: &'m OpenAPI) -> Vec<Group> {
    let group = |(position, tag): (usize, &openapiv3::Tag)| Group {
        name: tag.name.clone(),
        docs: tag.description.clone().unwrap_or_default(),
        operations: Vec::new(),
        origin: Pointer::root().child("tags").item(position),
    };
    let mut groups: Vec<Group> = model.tags.iter().enumerate().map(group).collect();
    if !context.foreign {
        paths::check(context);
    }
    for (path, item) in &model.paths.paths {
        let place = Pointer::root().child("paths").child(path);
        let ReferenceOr::Item(item) = item else {
            context.problem("path-reference", &place, "a path that is a reference cannot be expressed", "write the operations here");
            continue;
        };
        for (method, operation) in item.iter() {
            let tag = operation.tags.first().map_or("operations", String::as_str);
            let lowered = context.operation(path, method, &item.parameters, operation);
            match groups.iter_mut().find(|group| group.name == tag) {
                Some(group) => group.operations.push(lowered),
                None => {
                    let own = lowered.origin.clone();
                    let origin = if operation.tags.is_empty() { own } else { own.child("tags").item(0) };
                    groups.push(Group { name: tag.to_owned(), docs: String::new(), operations: vec![lowered], origin });
                }
            }
        }
    }
    groups.retain(|group| !group.operations.is_empty());
    groups
}

/// Where a parameter goes, whether a list is spread by default, and its style where it is not the usual one.
fn styled(parameter: &Parameter) -> (Location, bool, Option<Style>) {
    match parameter {
        Parameter::Path { style, .. } => {
            let style = match style {
                PathStyle::Simple => None,
                PathStyle::Label => Some(Style::Label),
                PathStyle::Matrix => Some(Style::Matrix),
            };
            (Location::Path, false, style)
        }
        Parameter::Query { style, .. } => {
            let (style, spread) = match style {
                QueryStyle::Form => (None, true),
                QueryStyle::SpaceDelimited => (Some(Style::Space), false),
                QueryStyle::PipeDelimited => (Some(Style::Pipe), false),
                QueryStyle::DeepObject => (Some(Style::Deep), true),
            };
            (Location::Query, spread, style)
        }
        Parameter::Header { .. } => (Location::Header, false, None),
        Parameter::Cookie { .. } => (Location::Cookie, true, Some(Style::Form)),
    }
}

fn is_success(status: &&StatusCode) -> bool {
    matches!(status, StatusCode::Code(200..=299) | StatusCode::Range(2))
}

/// What the JSON of a body is called where a server may mind.
fn json_type(operation: &openapiv3::Operation) -> Option<String> {
    let ReferenceOr::Item(body) = operation.request_body.as_ref()? else { return None };
    let media = body.content.keys().find(|media| is_json(media))?;
    (media.split(';').next() != Some("application/json") && !media.contains('*')).then(|| media.clone())
}

/// Whether a media type is JSON. Tools that do not know better write `*/*`.
pub(crate) fn is_json(media: &str) -> bool {
    let media = media.split(';').next().unwrap_or_default().trim();
    media == "application/json" || media == "*/*" || media.ends_with("+json")
}

impl<'m> Context<'m> {
    fn operation(
        &mut self,
        path: &str,
        method: &str,
        shared: &'m [ReferenceOr<Parameter>],
        operation: &'m openapiv3::Operation,
    ) -> Operation {
        let origin = Pointer::root().child("paths").child(path).child(method);
        let id = operation.operation_id.clone().unwrap_or_else(|| format!("{method} {path}").to_snake_case());
        let mut params: Vec<Param> = self.params(&id, &origin.child("parameters"), &operation.parameters);
        let place = Pointer::root().child("paths").child(path).child("parameters");
        for param in self.params(&id, &place, shared) {
            if params.iter().all(|own| (own.location, &own.wire) != (param.location, &param.wire)) {
                params.push(param);
            }
        }
        let address = if self.foreign { path.split(['?', '#']).next().unwrap_or_default() } else { path };
        let path = self.segments(address, &params, &origin);
        let retry = self.retry(operation, method, &origin);
        let outer = std::mem::take(&mut self.losses);
        self.unkept_of(operation, &origin);
        let mut lowered = Operation {
            rust_name: self.text(&operation.extensions, "x-rust-name", &origin),
            summary: operation.summary.clone().unwrap_or_default(),
            docs: operation.description.clone().unwrap_or_default(),
            method: method.to_uppercase(),
            path,
            retry,
            rate_limit: self.rate_limit(&operation.extensions, &origin),
            body: self.body(&id, operation, &origin),
            bodiless: self.foreign && matches!(&operation.request_body, Some(ReferenceOr::Item(body)) if !body.required),
            json_type: json_type(operation),
            reply: self.reply(&id, operation, &origin),
            events: self.events_of(operation, &origin),
            paging: self.paging(operation, &origin),
            losses: Vec::new(),
            params,
            origin,
            id,
        };
        lowered.losses = std::mem::replace(&mut self.losses, outer);
        lowered
    }

    fn retry(&mut self, operation: &openapiv3::Operation, method: &str, origin: &Pointer) -> Retry {
        match self.text(&operation.extensions, "x-retry", origin).as_deref() {
            Some("safe") => Retry::Safe,
            Some("never") => Retry::Never,
            Some(other) => {
                self.problem("extension-form", &origin.child("x-retry"), format!("`{other}` is not known"), "write `safe` or `never`");
                Retry::Never
            }
            None if method == "get" => Retry::Safe,
            None => Retry::Never,
        }
    }

    /// What is said about an operation as a whole and is not kept.
    fn unkept_of(&mut self, operation: &openapiv3::Operation, origin: &Pointer) {
        let foreign = self.foreign;
        let mut note = |rule, at: Pointer, message: String, help: &str| {
            let loss = self.loss(rule, &at, message, help);
            self.losses.push(loss);
        };
        let successes = operation.responses.responses.keys().filter(is_success);
        for status in successes.skip(1) {
            let at = origin.child("responses").child(&status.to_string());
            note("later-reply", at, format!("every success is read as the first one, also {status}"), "describe one success");
        }
        let none = operation.responses.responses.keys().find(is_success).is_none();
        if none && operation.responses.default.is_some() {
            let at = origin.child("responses").child("default");
            note("later-reply", at, "a success that is only described as `default` is not read".to_owned(), "describe it as `200`");
        }
        if !operation.servers.is_empty() {
            note("own-server", origin.child("servers"), "servers of one operation are not used".to_owned(), "name them on the document");
        }
        if operation.security.as_ref().is_some_and(Vec::is_empty) {
            note("own-security", origin.child("security"), "the key is sent, although none is needed".to_owned(), "nothing has to be done");
        }
        if let Some(ReferenceOr::Item(body)) = &operation.request_body
            && !body.required
            && !foreign
        {
            note("optional-body", origin.child("requestBody"), "a body is always sent".to_owned(), "write `required: true`");
        }
    }

    fn segments(&mut self, path: &str, params: &[Param], origin: &Pointer) -> Vec<Segment> {
        let mut segments = Vec::new();
        let mut rest = path;
        while let Some((literal, tail)) = rest.split_once('{') {
            if !literal.is_empty() {
                segments.push(Segment::Literal(literal.to_owned()));
            }
            let (name, tail) = tail.split_once('}').unwrap_or((tail, ""));
            if !params.iter().any(|param| param.location == Location::Path && param.wire == name) {
                let message = format!("the path has `{{{name}}}`, but there is no such parameter");
                self.problem("path-parameter", origin, message, "declare it with `in: path`");
            }
            segments.push(Segment::Param(name.to_owned()));
            rest = tail;
        }
        if !rest.is_empty() {
            segments.push(Segment::Literal(rest.to_owned()));
        }
        segments
    }

    fn params(&mut self, id: &str, place: &Pointer, parameters: &'m [ReferenceOr<Parameter>]) -> Vec<Param> {
        let mut params = Vec::new();
        for (position, parameter) in parameters.iter().enumerate() {
            let place = place.item(position);
            match parameter {
                ReferenceOr::Item(parameter) => params.extend(self.param(id, place, parameter)),
                ReferenceOr::Reference { reference } => {
                    let name = reference.strip_prefix("#/components/parameters/").unwrap_or_default();
                    let target = Pointer::root().child("components").child("parameters").child(name);
                    match self.components.parameters.get(name) {
                        Some(ReferenceOr::Item(parameter)) => params.extend(self.param(id, target, parameter)),
                        _ => {
                            let message = format!("the reference `{reference}` does not lead to a parameter of this document");
                            self.problem("reference", &place, message, "refer to a parameter under #/components/parameters");
                        }
                    }
                }
            }
        }
        params
    }

    fn param(&mut self, id: &str, origin: Pointer, parameter: &'m Parameter) -> Option<Param> {
        let data = parameter.parameter_data_ref();
        let (location, by_default, style) = match parameter {
            _ if self.foreign => styled(parameter),
            Parameter::Path { style: PathStyle::Simple, .. } => (Location::Path, false, None),
            Parameter::Query { style: QueryStyle::Form, allow_reserved: false, .. } => (Location::Query, true, None),
            Parameter::Header { .. } => (Location::Header, false, None),
            Parameter::Path { .. } | Parameter::Query { .. } | Parameter::Cookie { .. } => {
                let help = "only parameters in path, query and headers, in the default style, can be expressed";
                self.problem("parameter-form", &origin, format!("the parameter `{}` cannot be expressed", data.name), help);
                return None;
            }
        };
        let content = |content: &'m openapiv3::Content| content.values().next()?.schema.as_ref();
        let (schema, style) = match &data.format {
            ParameterSchemaOrContent::Schema(schema) => (schema, style),
            ParameterSchemaOrContent::Content(media) if self.foreign => (content(media)?, Some(Style::Json)),
            ParameterSchemaOrContent::Content(_) => {
                self.problem("parameter-form", &origin, "a parameter with `content` cannot be expressed", "give it a `schema`");
                return None;
            }
        };
        let name = format!("{}{}", id.to_upper_camel_case(), data.name.to_upper_camel_case());
        let value = self.value(&name, &origin.child("schema"), schema);
        let client = self.text(&data.extensions, "x-client-parameter", &origin);
        Some(Param {
            wire: data.name.clone(),
            rust_name: self.text(&data.extensions, "x-rust-name", &origin),
            location,
            source: value.source(data.required, client),
            docs: data.description.clone().unwrap_or(value.docs),
            required: data.required,
            ty: value.ty,
            bounds: value.bounds,
            explode: data.explode.unwrap_or(by_default),
            style,
            secret: value.secret,
            losses: value.losses,
            origin,
        })
    }

    fn body(&mut self, id: &str, operation: &'m openapiv3::Operation, origin: &Pointer) -> Option<Body> {
        let place = origin.child("requestBody");
        let (body, place) = match operation.request_body.as_ref()? {
            ReferenceOr::Item(body) => (body, place),
            ReferenceOr::Reference { reference } => {
                let name = reference.strip_prefix("#/components/requestBodies/").unwrap_or_default();
                match self.components.request_bodies.get(name) {
                    Some(ReferenceOr::Item(body)) => (body, Pointer::root().child("components").child("requestBodies").child(name)),
                    _ => {
                        let message = format!("the reference `{reference}` does not lead to a request body of this document");
                        self.problem("reference", &place, message, "refer to one under #/components/requestBodies");
                        return None;
                    }
                }
            }
        };
        let place = place.child("content");
        let name = format!("{}Body", id.to_upper_camel_case());
        let json = body.content.iter().find(|(media, _)| is_json(media)).map(|found| (found, Body::Json as fn(TypeId) -> Body));
        let form = body.content.iter().find(|(media, _)| *media == PARTS).map(|found| (found, Body::Multipart as fn(TypeId) -> Body));
        let pairs = body.content.iter().find(|(media, _)| *media == FORM).map(|found| (found, Body::Form as fn(TypeId) -> Body));
        if let Some(((media, content), make)) = json.or(form).or(pairs.filter(|_| self.foreign)) {
            let ty = self.media(&name, &place.child(media), content)?;
            if self.foreign && !matches!(ty, Ty::Named(_)) {
                return Some(if is_json(media) { Body::Whole(ty) } else { Body::Raw(media.clone()) });
            }
            let Ty::Named(id) = ty else {
                self.problem("body-form", &place.child(media), "a body that is not an object cannot be expressed", "refer to an object");
                return None;
            };
            return Some(make(id));
        }
        if self.foreign {
            return body.content.keys().next().map(|media| Body::Raw(media.clone()));
        }
        self.problem(
            "body-form",
            &place,
            "a body that is neither JSON nor a form of parts cannot be expressed",
            "offer `application/json`",
        );
        None
    }

    fn reply(&mut self, id: &str, operation: &'m openapiv3::Operation, origin: &Pointer) -> Reply {
        let Some(status) = operation.responses.responses.keys().find(is_success) else { return Reply::Nothing };
        let place = origin.child("responses").child(&status.to_string());
        let (response, place) = match operation.responses.responses.get(status) {
            Some(ReferenceOr::Item(response)) => (response, place),
            Some(ReferenceOr::Reference { reference }) => {
                let name = reference.strip_prefix("#/components/responses/").unwrap_or_default();
                match self.components.responses.get(name) {
                    Some(ReferenceOr::Item(response)) => (response, Pointer::root().child("components").child("responses").child(name)),
                    _ => {
                        let message = format!("the reference `{reference}` does not lead to a response of this document");
                        self.problem("reference", &place, message, "refer to one under #/components/responses");
                        return Reply::Nothing;
                    }
                }
            }
            None => return Reply::Nothing,
        };
        let place = place.child("content");
        match response.content.iter().find(|(media, _)| is_json(media)) {
            Some((media, content)) => {
                let name = format!("{}Reply", id.to_upper_camel_case());
                self.media(&name, &place.child(media), content).map_or(Reply::Nothing, Reply::Value)
            }
            None if self.foreign => {
                if response.content.is_empty() {
                    Reply::Nothing
                } else {
                    Reply::Raw
                }
            }
            None if response.content.is_empty() || response.content.contains_key(STREAM) => Reply::Nothing,
            None => {
                self.problem("reply-form", &place, "a reply that is not JSON cannot be expressed", "offer `application/json`");
                Reply::Nothing
            }
        }
    }

    fn media(&mut self, name: &str, place: &Pointer, media: &'m MediaType) -> Option<Ty> {
        let schema = media.schema.as_ref()?;
        let value = self.value(name, &place.child("schema"), schema);
        if value.nullable {
            let help = "a reply that may be null is an object with a member that may be null";
            let loss = self.loss("null-item", &place.child("schema"), "a reply that may be null is refused when it is null", help);
            self.losses.push(loss);
        }
        self.losses.extend(value.losses.into_iter().filter(|loss| loss.rule != UNCHECKED));
        Some(value.ty)
    }

    fn paging(&mut self, operation: &openapiv3::Operation, origin: &Pointer) -> Option<Paging> {
        let extension = ("x-paging", operation.extensions.get("x-paging")?);
        Some(Paging {
            page: self.member(extension, "page", origin),
            size: self.member(extension, "size", origin),
            items: self.member(extension, "items", origin),
            total: self.member(extension, "total", origin),
        })
    }
}
