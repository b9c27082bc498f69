//! Rules: parameters that are ignored, and paths that do not fit them or each other.

use std::collections::HashMap;

use serde_json::Value;

use crate::grammar::{Kind, METHODS};

use crate::index::{Operation, items, members};
use crate::lint::composition::quoted;
use crate::lint::context::Context;
use crate::lint::{Check, Family, Findings, Rule};
use crate::{Index, Pointer};

/// A header parameter has a name that OpenAPI ignores.
pub(super) const IGNORED_PARAMETER: Rule = Rule {
    id: "ignored-parameter",
    family: Family::Inconsistency,
    says: "a header parameter has a name that OpenAPI ignores",
    help: "delete the parameter: say it with `security`, or with the media types under `content`",
    check: Check::Each(ignored_parameter),
};

/// The path template and the path parameters have different names.
pub(super) const PATH_PARAMETER_MISMATCH: Rule = Rule {
    id: "path-parameter-mismatch",
    family: Family::Inconsistency,
    says: "the path template and the path parameters have different names",
    help: "give the name in braces and the parameter the same name, or add or delete the one that is alone",
    check: Check::Each(path_parameter_mismatch),
};

/// Two paths differ only in the names of their parameters or in a slash at the end.
pub(super) const DUPLICATE_PATH: Rule = Rule {
    id: "duplicate-path",
    family: Family::Inconsistency,
    says: "two paths differ only in the names of their parameters or in a slash at the end",
    help: "merge the two paths; if both are real, settle it with `x-ledger` on the operation",
    check: Check::Each(duplicate_path),
};

fn ignored_parameter(context: &Context<'_>, findings: &mut Findings<'_>) {
    for place in context.index.of_kind(Kind::Parameter).filter(|place| place.reference().is_none() && place.text("in") == Some("header")) {
        let name = place.text("name").unwrap_or_default();
        let instead = match name.to_ascii_lowercase().as_str() {
            "authorization" => "a security scheme says how to authenticate",
            "content-type" => "the media types of the request body say what is sent",
            "accept" => "the media types of the responses say what can be asked for",
            _ => continue,
        };
        findings.add(&place.pointer, format!("OpenAPI ignores a header parameter named `{name}`: {instead}"));
    }
}

/// An operation, and the names in braces that it does not declare.
type Lack<'o, 'd> = (&'o Operation<'d>, Vec<&'d str>);

fn path_parameter_mismatch(context: &Context<'_>, findings: &mut Findings<'_>) {
    // What all operations of a path lack is lacking once, at the path.
    let mut lacking: Vec<(&str, Vec<Lack<'_, '_>>)> = Vec::new();
    for operation in context.index.operations().iter().filter(|operation| has_all_parameters(&context.index, operation)) {
        let template = template_names(operation.path);
        let declared: Vec<_> = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.value.get("in").and_then(Value::as_str) == Some("path"))
            .filter_map(|parameter| Some((parameter.value.get("name")?.as_str()?, &parameter.stands)))
            .collect();
        let missing: Vec<_> = template.iter().copied().filter(|name| !declared.iter().any(|(other, _)| other == name)).collect();
        let extra: Vec<_> = declared.into_iter().filter(|(name, _)| !template.contains(name)).collect();
        match (&missing[..], &extra[..]) {
            ([wanted], [(found, place)]) => {
                findings.add(place, format!("the parameter is called `{found}`, but the path has `{{{wanted}}}`"));
            }
            (_, extra) => {
                for (name, place) in extra {
                    findings.add(place, format!("the path parameter `{name}` is not in the path `{}`", operation.path));
                }
                if missing.is_empty() {
                    continue;
                }
                match lacking.last_mut() {
                    Some((path, operations)) if *path == operation.path => operations.push((operation, missing)),
                    _ => lacking.push((operation.path, vec![(operation, missing)])),
                }
            }
        }
    }
    for (path, operations) in lacking {
        let all = context.index.operations().iter().filter(|operation| operation.path == path).count();
        let alike = operations.iter().all(|(_, names)| *names == operations[0].1);
        if alike && operations.len() == all {
            let item = Pointer::root().child("paths").child(path);
            findings.add(&item, format!("the path has {}, but no parameter of that name is declared", braced(&operations[0].1)));
            continue;
        }
        for (operation, names) in operations {
            findings.add(&operation.pointer, format!("the path has {}, but no parameter of that name is declared", braced(&names)));
        }
    }
}

fn braced(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("{{{name}}}")).collect();
    quoted(names.iter().map(String::as_str))
}

/// Whether every parameter was found; one that stands in another document may be the missing one.
fn has_all_parameters(index: &Index<'_>, operation: &Operation<'_>) -> bool {
    let item = operation.pointer.parent();
    let holders = [Some(operation.pointer.clone()), item].into_iter().flatten();
    holders.into_iter().all(|holder| {
        let Some(value) = index.document().find(&holder) else { return true };
        value.get("$ref").is_none()
            && (0..items(value, "parameters").count()).all(|number| index.resolve(&holder.child("parameters").item(number)).is_some())
    })
}

/// The names in braces.
fn template_names(path: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = path;
    while let Some((_, tail)) = rest.split_once('{') {
        let Some((name, tail)) = tail.split_once('}') else { break };
        // Some write `{+path}` or `{name*}`, as in RFC 6570.
        names.push(name.trim_start_matches(['+', '#', '/', '.', ';', '?', '&']).trim_end_matches('*'));
        rest = tail;
    }
    names
}

fn duplicate_path(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut known: HashMap<String, &str> = HashMap::new();
    for (path, item) in members(context.index.document().root(), "paths").filter(|(path, _)| path.starts_with('/')) {
        let first = *known.entry(shape(path)).or_insert(path);
        let settled = METHODS.iter().any(|method| item.get(method).is_some_and(|operation| operation.get("x-ledger").is_some()));
        if first == path || settled {
            continue;
        }
        let place = |path: &str| Pointer::root().child("paths").child(path);
        let only_slash = path.trim_end_matches('/') == first.trim_end_matches('/');
        let what = if only_slash {
            "a slash at the end, which many servers and clients take away"
        } else {
            "the names of parameters, so both match the same request"
        };
        findings.add(&place(path), format!("`{path}` differs from `{first}` only in {what}")).relate(&place(first));
    }
}

/// A path without the names of its parameters and without the slash at its end.
fn shape(path: &str) -> String {
    let mut shape = String::with_capacity(path.len());
    let mut within = false;
    for letter in path.chars() {
        match letter {
            '{' => within = true,
            '}' => within = false,
            _ if within => continue,
            _ => {}
        }
        shape.push(letter);
    }
    if shape.len() > 1 {
        shape.truncate(shape.trim_end_matches('/').len().max(1));
    }
    shape
}
