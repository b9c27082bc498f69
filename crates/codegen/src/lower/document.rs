//! The document itself -> what is true of the whole API: outcomes, codes, environment, servers, keys, groups.

use apispec::Pointer;
use openapiv3::{APIKeyLocation, OpenAPI, ReferenceOr, SecurityScheme};
use serde_json::Value;

use super::{Context, operations, plain};
use crate::ir::{Api, Code, CodeKey, Envelope, RetryAfter, Security, Server};

pub(super) fn lower<'m>(context: &mut Context<'m>, model: &'m OpenAPI) -> Api {
    let root = Pointer::root();
    let extensions = &model.extensions;
    let groups = operations::groups(context, model);
    Api {
        source: context.document.file().to_owned(),
        title: model.info.title.clone(),
        version: model.info.version.clone(),
        docs: model.info.description.clone().unwrap_or_default(),
        envelope: extensions.get("x-envelope").map(|value| envelope(context, value)),
        codes: codes(context, extensions.get("x-error-codes")),
        retry_after: extensions.get("x-retry-after").map(|value| retry_after(context, value)),
        rate_limit: context.rate_limit(extensions, &root),
        environment: environment(extensions.get("x-environment")),
        servers: servers(context, model),
        security: security(context, model),
        groups,
        types: std::mem::take(&mut context.types),
        fallbacks: Vec::new(),
    }
}

fn envelope(context: &mut Context<'_>, value: &Value) -> Envelope {
    let root = Pointer::root();
    let optional = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let spellings = |key: &str| match value.get(key) {
        Some(Value::Array(names)) => names.iter().map(plain).collect(),
        Some(name @ (Value::String(_) | Value::Number(_))) => vec![plain(name)],
        _ => Vec::new(),
    };
    let code = spellings("code");
    if code.is_empty() {
        context.malformed("x-envelope", &root, "a map with `code`");
    }
    let success = context.member(("x-envelope", value), "success", &root);
    if !["2xx", "2xx and code == 0"].contains(&success.as_str()) {
        let place = root.child("x-envelope").child("success");
        context.problem(
            "extension-form",
            &place,
            format!("`{success}` is not a condition that is known"),
            "write `2xx` or `2xx and code == 0`",
        );
    }
    Envelope {
        code,
        message: spellings("message"),
        data: optional("data"),
        request_id: spellings("request-id"),
        trace_header: optional("trace-header"),
        needs_zero: success != "2xx",
    }
}

fn codes(context: &mut Context<'_>, value: Option<&Value>) -> Vec<Code> {
    let mut codes = Vec::new();
    let place = Pointer::root().child("x-error-codes");
    for (position, item) in value.and_then(Value::as_array).into_iter().flatten().enumerate() {
        let origin = place.item(position);
        let text = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let key = match item.get("code") {
            Some(Value::Number(number)) => number.as_i64().map(CodeKey::Number),
            Some(Value::String(text)) => Some(match text.strip_suffix('*') {
                Some(prefix) => CodeKey::Prefix(prefix.to_owned()),
                None => CodeKey::Text(text.clone()),
            }),
            _ => None,
        };
        let (name, kind) = (text("name"), text("kind"));
        match key {
            Some(key) if !name.is_empty() && !kind.is_empty() => codes.push(Code { key, name, kind, docs: text("description"), origin }),
            _ => {
                context.problem("extension-form", &origin, "an error code has `code`, `name` and `kind`", "specs/README.md shows the form")
            }
        }
    }
    codes
}

fn retry_after(context: &mut Context<'_>, value: &Value) -> RetryAfter {
    let root = Pointer::root();
    let header = context.member(("x-retry-after", value), "header", &root);
    let unit = context.member(("x-retry-after", value), "unit", &root);
    if !["s", "ms"].contains(&unit.as_str()) {
        let place = root.child("x-retry-after").child("unit");
        context.problem("extension-form", &place, format!("`{unit}` is not a unit that is known"), "write `s` or `ms`");
    }
    RetryAfter { header, millis: unit == "ms" }
}

fn environment(value: Option<&Value>) -> Vec<(String, String)> {
    let members = value.and_then(Value::as_object).into_iter().flatten();
    members.map(|(role, name)| (role.clone(), plain(name))).collect()
}

fn servers(context: &mut Context<'_>, model: &OpenAPI) -> Vec<Server> {
    let place = Pointer::root().child("servers");
    let mut servers = Vec::new();
    for (position, server) in model.servers.iter().enumerate() {
        let variables = server.variables.iter().flatten();
        servers.push(Server {
            name: context.text(&server.extensions, "x-name", &place.item(position)),
            url: server.url.clone(),
            variables: variables
                .map(|(name, variable)| (name.clone(), variable.default.clone(), variable.description.clone().unwrap_or_default()))
                .collect(),
            docs: server.description.clone().unwrap_or_default(),
        });
    }
    servers
}

/// The one way in which calls are authorised. An operation that asks for another way cannot be expressed.
fn security(context: &mut Context<'_>, model: &OpenAPI) -> Security {
    let place = Pointer::root().child("security");
    let mut names: Vec<&String> = model.security.iter().flatten().flat_map(|requirement| requirement.keys()).collect();
    let own = model.operations().filter_map(|(_, _, operation)| operation.security.as_ref());
    names.extend(own.flatten().flat_map(|requirement| requirement.keys()));
    names.sort();
    names.dedup();
    let [name] = names.as_slice() else {
        if !names.is_empty() {
            context.problem("security", &place, "several ways of authorisation cannot be expressed", "keep one");
        }
        return Security::None;
    };
    let scheme = match context.components.security_schemes.get(*name) {
        Some(ReferenceOr::Item(scheme)) => Some(scheme),
        Some(ReferenceOr::Reference { .. }) | None => None,
    };
    match scheme {
        Some(SecurityScheme::HTTP { scheme, .. }) if scheme.eq_ignore_ascii_case("bearer") => Security::Bearer,
        Some(SecurityScheme::HTTP { scheme, .. }) if !scheme.eq_ignore_ascii_case("basic") => Security::Signature(scheme.clone()),
        Some(SecurityScheme::APIKey { location: APIKeyLocation::Header, name, .. }) => Security::Header(name.clone()),
        _ => {
            let message = format!("the security scheme `{name}` cannot be expressed");
            context.problem("security", &place, message, "a bearer token, a key in a header and a signature can");
            Security::None
        }
    }
}
