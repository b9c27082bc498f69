//! Rules: how an operation is named, filed, summed up and secured, and what its path identifies.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::look::{is_snake_case, quoted};
use super::rule;
use crate::Pointer;
use crate::grammar::Kind;
use crate::index::{Operation, items, members};
use crate::lint::{Context, Findings, Rule};

pub(super) const OPERATION_ID: Rule = rule(
    "operation-id",
    "An operation has an `operationId` in snake case that no other operation has.",
    "name the operation by what it does, verb first, in snake case: `create_session`",
    operation_id,
);

pub(super) const OPERATION_TAG: Rule = rule(
    "operation-tag",
    "An operation has one tag, which is declared; a declared tag has operations.",
    "give the operation the one tag under which its callers will look for it, and declare exactly the tags that are used",
    operation_tag,
);

pub(super) const OPERATION_SUMMARY: Rule = rule(
    "operation-summary",
    "An operation has a summary of one sentence.",
    "say in one sentence, with a full stop, what the operation does; the rest belongs into the description",
    operation_summary,
);

pub(super) const OPERATION_SECURITY: Rule = rule(
    "operation-security",
    "An operation says how it is secured, itself or through the document.",
    "name a scheme of `components/securitySchemes` in `security`, on the document or on the operation",
    operation_security,
);

pub(super) const PATH_PARAMETER: Rule = rule(
    "path-parameter",
    "The path and its parameters agree, and a path parameter has the name of what it identifies.",
    "declare a required path parameter for each name in the path, and name it after what it identifies: `session_id`",
    path_parameter,
);

fn operation_id(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut seen: HashMap<&str, &Pointer> = HashMap::new();
    for operation in context.index.operations() {
        let place = operation.pointer.child("operationId");
        let Some(id) = operation.value.get("operationId") else {
            findings.add(&operation.pointer, "the operation has no `operationId`");
            continue;
        };
        let Some(id) = id.as_str() else { continue };
        if !is_snake_case(id) {
            findings.add(&place, format!("`{id}` is not in snake case"));
        }
        if let Some(first) = seen.insert(id, &operation.pointer) {
            findings.add(&place, format!("`{id}` is the name of another operation too")).relate(&first.child("operationId"));
        }
    }
}

fn operation_tag(context: &Context<'_>, findings: &mut Findings<'_>) {
    let root = context.index.document().root();
    let declared: HashSet<&str> = items(root, "tags").filter_map(|tag| tag.get("name")?.as_str()).collect();
    let mut used = HashSet::new();
    for operation in context.index.operations() {
        let tags: Vec<&str> = items(operation.value, "tags").filter_map(Value::as_str).collect();
        used.extend(tags.iter().copied());
        let place = operation.pointer.child("tags");
        match tags[..] {
            [] => {
                findings.add(&operation.pointer, "the operation has no tag");
            }
            [tag] if !declared.contains(tag) => {
                findings.add(&place.item(0), format!("the tag `{tag}` is not declared"));
            }
            [_] => {}
            _ => {
                findings.add(&place, format!("the operation has {} tags: {}", tags.len(), quoted(tags.iter().copied())));
            }
        }
    }
    for place in context.index.of_kind(Kind::Tag) {
        if let Some(name) = place.text("name").filter(|name| !used.contains(name)) {
            findings.add(&place.pointer, format!("no operation has the tag `{name}`"));
        }
    }
}

fn operation_summary(context: &Context<'_>, findings: &mut Findings<'_>) {
    for operation in context.index.operations() {
        let place = operation.pointer.child("summary");
        let summary = match operation.value.get("summary") {
            Some(Value::String(text)) if !text.trim().is_empty() => text.trim(),
            None | Some(Value::String(_)) => {
                findings.add(&operation.pointer, "the operation has no summary");
                continue;
            }
            Some(_) => continue,
        };
        if !summary.ends_with('.') {
            findings.add(&place, format!("the summary `{summary}` does not end with a full stop"));
        } else if has_second_sentence(summary) {
            findings.add(&place, format!("the summary has more than one sentence: `{summary}`"));
        }
    }
}

/// Whether a sentence ends before the end: a full stop, a blank and a capital letter.
fn has_second_sentence(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    letters.windows(3).any(|three| matches!(three[0], '.' | '!' | '?') && three[1].is_whitespace() && three[2].is_uppercase())
        || text.contains('\n')
}

fn operation_security(context: &Context<'_>, findings: &mut Findings<'_>) {
    let root = context.index.document().root();
    let declared: HashSet<&str> = root
        .get("components")
        .into_iter()
        .flat_map(|components| members(components, "securitySchemes"))
        .map(|(name, _)| name.as_str())
        .collect();
    let secured = root.get("security").is_some();
    check_requirements(root, &Pointer::root(), &declared, findings);
    let unsecured: Vec<_> =
        context.index.operations().iter().filter(|operation| !secured && operation.value.get("security").is_none()).collect();
    if unsecured.len() > 1 && unsecured.len() == context.index.operations().len() {
        findings.add(&Pointer::root(), "neither the document nor any of its operations has `security`");
    } else {
        for operation in unsecured {
            findings.add(&operation.pointer, format!("neither `{}` nor the document has `security`", operation.name()));
        }
    }
    for operation in context.index.operations() {
        check_requirements(operation.value, &operation.pointer, &declared, findings);
    }
}

fn check_requirements(holder: &Value, place: &Pointer, declared: &HashSet<&str>, findings: &mut Findings<'_>) {
    for (number, requirement) in items(holder, "security").enumerate() {
        for (name, _) in requirement.as_object().into_iter().flatten().filter(|(name, _)| !declared.contains(name.as_str())) {
            findings.add(&place.child("security").item(number), format!("the security scheme `{name}` is not declared"));
        }
    }
}

fn path_parameter(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut judged = HashSet::new();
    for operation in context.index.operations() {
        let mut declared = Vec::new();
        for parameter in operation.parameters.iter().filter(|parameter| parameter.value.get("in") == Some(&Value::from("path"))) {
            let Some(name) = parameter.value.get("name").and_then(Value::as_str) else { continue };
            declared.push((name, &parameter.stands));
            if !judged.insert(parameter.pointer.clone()) {
                continue;
            }
            if name.eq_ignore_ascii_case("id") {
                findings.add(&parameter.pointer.child("name"), format!("a path parameter is called `{name}`, which does not say of what"));
            }
            if parameter.value.get("required") != Some(&Value::Bool(true)) {
                findings.add(&parameter.pointer, format!("the path parameter `{name}` is not `required: true`"));
            }
        }
        compare(operation, &declared, findings);
    }
}

/// Compares the names in the path with those of the path parameters.
fn compare(operation: &Operation<'_>, declared: &[(&str, &Pointer)], findings: &mut Findings<'_>) {
    let template: Vec<&str> = names_in(operation.path).collect();
    let missing: Vec<&str> = template.iter().copied().filter(|name| !declared.iter().any(|(known, _)| known == name)).collect();
    let extra: Vec<_> = declared.iter().filter(|(name, _)| !template.contains(name)).collect();
    if let ([name], [(other, stands)]) = (&missing[..], &extra[..]) {
        let message = format!("the path of `{}` has `{{{name}}}`, and the parameter is called `{other}`", operation.name());
        findings.add(stands, message);
        return;
    }
    for (name, stands) in extra {
        findings.add(stands, format!("the path parameter `{name}` is not in the path `{}`", operation.path));
    }
    for name in missing {
        findings.add(&operation.pointer, format!("`{{{name}}}` is in the path and not among the parameters of `{}`", operation.name()));
    }
}

/// The names in braces in a path.
fn names_in(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}
