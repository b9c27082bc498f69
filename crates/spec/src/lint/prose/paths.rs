//! Rule: a description names an operation that the document does not have.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;

use super::text::{Prose, Sentence, Style};
use super::values::regex;
use crate::index::items;
use crate::lint::context::Context;
use crate::lint::words::distance;
use crate::lint::{Check, Family, Findings, Rule};

pub(super) const PROSE: Rule = Rule {
    id: "path-in-prose",
    family: Family::Inconsistency,
    says: "A description names a path that the document does not have.",
    help: "correct the path, or describe the operation",
    check: Check::Each(check),
};

/// `POST /v1/jobs` or `POST https://example.com/v1/jobs`.
static CALL: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\b(GET|POST|PUT|PATCH|DELETE)\s+(?:https?://[A-Za-z0-9.\-{}:]+)?(/[A-Za-z0-9_\-./{}:<>~$@%]*)"));

/// `/v1/jobs`, when it is all that stands in code type.
static PATH: LazyLock<Regex> = LazyLock::new(|| regex(r"^(/[A-Za-z0-9_\-./{}:<>~@%]+)(?:[?#].*)?$"));

/// The paths of a document, cut into segments.
struct Paths<'d> {
    known: HashMap<usize, Vec<(Vec<&'d str>, &'d str, Vec<&'static str>)>>,
    prefixes: HashSet<String>,
    first: HashSet<&'d str>,
    bases: Vec<String>,
}

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let paths = Paths::of(context);
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut found = Vec::new();
    for text in context.texts.iter().filter(|text| text.text.contains('/')) {
        for sentence in Prose::of(text.text).sentences() {
            let marked = |start: usize| sentence.marks.iter().any(|mark| mark.style == Style::Code && mark.start <= start && start < mark.end);
            for (method, path, start) in calls(sentence) {
                let Some(message) = paths.judge(method, path, marked(start)) else { continue };
                if context.is_settled(&text.holder) {
                    continue;
                }
                match seen.get(&message) {
                    Some(&first) => {
                        let (_, _, others): &mut (_, _, Vec<_>) = &mut found[first];
                        others.push(text.holder.clone());
                    }
                    None => {
                        seen.insert(message.clone(), found.len());
                        found.push((text.holder.clone(), message, Vec::new()));
                    }
                }
            }
        }
    }
    for (holder, message, others) in found {
        let problem = findings.add(&holder, message);
        for other in others.iter().filter(|other| **other != holder) {
            problem.relate(other);
        }
    }
}

/// The calls that a sentence names: with their method, or in code type.
fn calls(sentence: &Sentence) -> Vec<(Option<&str>, &str, usize)> {
    let mut found: Vec<_> = CALL
        .captures_iter(&sentence.text)
        .filter_map(|call| Some((call.get(1).map(|method| method.as_str()), call.get(2)?.as_str(), call.get(0)?.start())))
        .collect();
    for mark in sentence.marks.iter().filter(|mark| mark.style == Style::Code) {
        if let Some(path) = PATH.captures(sentence.marked(mark)).and_then(|path| path.get(1)) {
            let called = found.iter().any(|(_, _, start)| *start < mark.end && mark.start < *start + path.as_str().len() + 8);
            if !called {
                found.push((None, path.as_str(), mark.start));
            }
        }
    }
    found
}

impl<'d> Paths<'d> {
    fn of(context: &Context<'d>) -> Self {
        let mut paths = Self { known: HashMap::new(), prefixes: HashSet::new(), first: HashSet::new(), bases: Vec::new() };
        let mut by_path: Vec<(&'d str, Vec<&'static str>)> = Vec::new();
        for operation in context.index.operations() {
            match by_path.last_mut() {
                Some((path, methods)) if *path == operation.path => methods.push(operation.method),
                _ => by_path.push((operation.path, vec![operation.method])),
            }
        }
        for (path, methods) in by_path {
            let segments = segments(path);
            let mut prefix = String::new();
            for segment in &segments {
                prefix = format!("{prefix}/{}", if is_variable(segment) { "{}" } else { segment });
                paths.prefixes.insert(prefix.clone());
            }
            paths.first.extend(segments.first());
            paths.known.entry(segments.len()).or_default().push((segments, path, methods));
        }
        let urls = items(context.index.document().root(), "servers").filter_map(|server| server.get("url").and_then(Value::as_str));
        for url in urls {
            let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
            if let Some(start) = rest.find('/') {
                paths.bases.push(rest[start..].trim_end_matches('/').to_owned());
            }
        }
        paths.bases.retain(|base| !base.is_empty());
        paths
    }

    fn judge(&self, method: Option<&str>, written: &str, code: bool) -> Option<String> {
        let path = written.trim_end_matches(['.', ':', '/', ',']);
        let own = self.bases.iter().find_map(|base| path.strip_prefix(base.as_str()).filter(|rest| rest.starts_with('/')));
        let found = [Some(path), own].into_iter().flatten().find_map(|path| self.find(path));
        let call = method.map_or_else(|| path.to_owned(), |method| format!("{method} {path}"));
        let prefix: String = segments(own.unwrap_or(path)).iter().map(|part| format!("/{}", if is_variable(part) { "{}" } else { part })).collect();
        if let Some((template, methods)) = found {
            // `/jobs/cancel` may be short for `/jobs/cancel/{id}`.
            if self.prefixes.contains(&prefix) && segments(template).iter().any(|part| is_variable(part)) && !prefix.contains("{}") {
                return None;
            }
            let method = method.filter(|method| !methods.iter().any(|known| known.eq_ignore_ascii_case(method)))?;
            let methods: Vec<_> = methods.iter().map(|method| format!("`{}`", method.to_uppercase())).collect();
            return Some(format!("the description names `{method} {path}`, but `{template}` has only {}", methods.join(", ")));
        }
        let path = own.unwrap_or(path);
        let parts = segments(path);
        let ours = parts.len() > 1 && self.first.contains(parts.first()?);
        let file = parts.last()?.rsplit_once('.').is_some_and(|(_, ending)| ending.len() <= 5);
        if !ours || file || (method.is_none() && (!code || self.prefixes.contains(&prefix))) {
            return None;
        }
        let nearest = self.nearest(path).map_or_else(String::new, |nearest| format!("; `{nearest}` is the nearest"));
        Some(format!("the description names `{call}`, which is no operation of this document{nearest}"))
    }

    fn find(&self, path: &str) -> Option<(&'d str, &Vec<&'static str>)> {
        let parts = segments(path);
        let fits = |template: &[&str]| {
            template.iter().zip(&parts).all(|(own, part)| own == part || is_variable(own) || (is_variable(part) && is_variable(own)))
        };
        // A path with the literal segment is meant before one with a variable in its place.
        let mut fitting: Vec<_> = self.known.get(&parts.len())?.iter().filter(|(template, _, _)| fits(template)).collect();
        fitting.sort_by_key(|(template, _, _)| template.iter().filter(|segment| is_variable(segment)).count());
        fitting.first().map(|(_, path, methods)| (*path, methods))
    }

    fn nearest(&self, path: &str) -> Option<&'d str> {
        let near = self.known.values().flatten().map(|(_, known, _)| (distance(path, known), *known));
        near.filter(|(distance, known)| *distance <= 8 && distance * 4 <= known.len()).min().map(|(_, known)| known)
    }
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}

fn is_variable(segment: &str) -> bool {
    segment.contains('{') || segment.starts_with([':', '<', '$'])
}
