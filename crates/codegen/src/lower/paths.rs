//! The keys under `paths` -> a problem for each that is not a path of the API.
//!
//! The model of the document leaves out what does not begin with a slash, so this looks at the document itself.

use apispec::Pointer;
use serde_json::Value;

use super::Context;

/// Reports every path that would be sent as something else than is written, or not at all.
pub(super) fn check(context: &mut Context<'_>) {
    let place = Pointer::root().child("paths");
    let Some(paths) = context.document.find(&place).and_then(Value::as_object) else { return };
    let paths: Vec<&String> = paths.keys().filter(|path| !path.starts_with("x-")).collect();
    for path in paths {
        if let Some((message, help)) = wrong(path) {
            context.problem("path-form", &place.child(path), message, help);
        }
    }
}

/// What is wrong with a path, and what to do.
fn wrong(path: &str) -> Option<(String, &'static str)> {
    if !path.starts_with('/') {
        return Some((format!("the path `{}` does not begin with a slash", path.escape_debug()), "write a slash before it"));
    }
    let stray = path.chars().find(|sign| matches!(sign, '?' | '#' | '\\') || sign.is_whitespace() || sign.is_control());
    if let Some(sign) = stray {
        let help = "a path is what stands before the query; describe what comes after it as parameters";
        return Some((format!("the path `{}` has `{}` in it", path.escape_debug(), sign.escape_debug()), help));
    }
    let mut rest = path;
    while let Some((literal, tail)) = rest.split_once('{') {
        match tail.split_once('}') {
            Some((name, tail)) if !name.is_empty() && !name.contains('{') && !literal.contains('}') => rest = tail,
            _ => return Some(unpaired(path)),
        }
    }
    rest.contains('}').then(|| unpaired(path))
}

fn unpaired(path: &str) -> (String, &'static str) {
    (format!("the braces of the path `{path}` are not those of parameters"), "write each parameter as `{name}`")
}
