//! A path and a method -> the operation that they mean, with the values in the path.

use hyper::Method;

use super::{Operation, Segment, Specs, Texts, query};

pub(crate) enum Route<'a> {
    Found(&'a Operation, Texts),
    /// The path is known; these are its methods.
    Method(Vec<&'a Method>),
    Unknown,
}

/// `/a/{b}/` -> literal, parameter, and an empty literal for the slash at the end.
pub(crate) fn segments(path: &str) -> Vec<Segment> {
    let parts = path.strip_prefix('/').unwrap_or(path).split('/');
    parts
        .map(|part| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) => Segment::Parameter(name.to_owned()),
            None => Segment::Literal(part.to_owned()),
        })
        .collect()
}

impl Specs {
    /// Takes the path as it was sent: values are decoded after the path was cut at its slashes, so that `%2F` is part of a value.
    pub(crate) fn route(&self, method: &Method, path: &str) -> Route<'_> {
        let parts: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
        let mut best: Option<(usize, &Operation, Texts)> = None;
        let mut methods = Vec::new();
        for operation in &self.operations {
            let Some((literals, values)) = matches(&operation.path, &parts) else { continue };
            methods.push(&operation.method);
            // `/datasets/x/status` is the literal `status` before it is anybody's id.
            if operation.method == method && best.as_ref().is_none_or(|(most, ..)| literals > *most) {
                best = Some((literals, operation, values));
            }
        }
        match best {
            Some((_, operation, values)) => Route::Found(operation, values),
            None if methods.is_empty() => Route::Unknown,
            None => Route::Method(methods),
        }
    }
}

/// How many literals agree, and the values of the parameters. A value is never empty.
fn matches(template: &[Segment], parts: &[&str]) -> Option<(usize, Texts)> {
    if template.len() != parts.len() {
        return None;
    }
    let mut literals = 0;
    let mut values = Texts::new();
    for (segment, part) in template.iter().zip(parts) {
        match segment {
            Segment::Literal(text) if text == part => literals += 1,
            Segment::Literal(_) => return None,
            Segment::Parameter(_) if part.is_empty() => return None,
            Segment::Parameter(name) => drop(values.insert(name.clone(), query::decode(part, false)?)),
        }
    }
    Some((literals, values))
}
