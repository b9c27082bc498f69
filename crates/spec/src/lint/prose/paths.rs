//! Rule: a description names an operation that the document does not have.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;

use super::list;
use super::subject::Grouped;
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

/// A path of the document.
struct Template<'d> {
    segments: Vec<&'d str>,
    path: &'d str,
    methods: Vec<&'static str>,
}

impl Template<'_> {
    fn variables(&self) -> usize {
        self.segments.iter().filter(|segment| is_variable(segment)).count()
    }
}

/// How many pairs of paths are compared letter by letter: enough for any document that a person wrote.
const PATIENCE: usize = 100_000;

/// The paths of a document, cut into segments.
struct Paths<'d> {
    /// By their number of segments, the first and the last one; a variable counts as an empty one.
    known: HashMap<String, Vec<Template<'d>>>,
    /// Paths by their number of segments and the first one.
    near: HashMap<String, Vec<&'d str>>,
    /// How many more paths may be compared letter by letter.
    patience: Cell<usize>,
    /// Everything that a path begins with, with `{}` for a variable.
    prefixes: HashSet<String>,
    first: HashSet<&'d str>,
    bases: Vec<String>,
}

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let paths = Paths::of(context);
    let mut grouped = Grouped::default();
    // Many operations have the same description.
    let mut judged: HashMap<&str, Vec<String>> = HashMap::new();
    for text in context.texts.iter().filter(|text| text.text.contains('/')) {
        let messages = judged.entry(text.text).or_insert_with(|| {
            let prose = Prose::of(text.text);
            prose.sentences().flat_map(calls).filter_map(|call| paths.judge(&call)).collect()
        });
        if !messages.is_empty() && !context.is_settled(&text.holder) {
            messages.iter().for_each(|message| grouped.add_at(&text.holder, "", message.clone()));
        }
    }
    grouped.report(findings);
}

/// A path that a sentence names.
struct Call<'p> {
    /// The method before it. Without one the path stands in code type.
    method: Option<&'p str>,
    path: &'p str,
    start: usize,
}

/// The calls that a sentence names: with their method, or in code type.
fn calls(sentence: &Sentence) -> Vec<Call<'_>> {
    let call = |found: regex_lite::Captures<'_>| Some((found.get(1)?.range(), found.get(2)?.range()));
    let mut calls: Vec<_> = CALL
        .captures_iter(&sentence.text)
        .filter_map(call)
        .map(|(method, path)| Call { start: path.start, method: Some(&sentence.text[method]), path: &sentence.text[path] })
        .collect();
    for mark in sentence.marks.iter().filter(|mark| mark.style == Style::Code) {
        let Some(path) = PATH.captures(sentence.marked(mark)).and_then(|found| found.get(1)) else { continue };
        if calls.iter().all(|call| call.start != mark.start) {
            calls.push(Call { method: None, path: path.as_str(), start: mark.start });
        }
    }
    calls
}

impl<'d> Paths<'d> {
    fn of(context: &Context<'d>) -> Self {
        let mut paths = Self {
            known: HashMap::new(),
            near: HashMap::new(),
            patience: Cell::new(PATIENCE),
            prefixes: HashSet::new(),
            first: HashSet::new(),
            bases: Vec::new(),
        };
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
            let (first, last) = ends(&segments);
            paths.near.entry(format!("{} {first}", segments.len())).or_default().push(path);
            let fixed = |segment| if is_variable(segment) { "" } else { segment };
            paths.known.entry(format!("{} {}/{}", segments.len(), fixed(first), fixed(last))).or_default().push(Template {
                segments,
                path,
                methods,
            });
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

    /// What is wrong with a call.
    fn judge(&self, call: &Call<'_>) -> Option<String> {
        let Call { method, path, .. } = *call;
        // What is left of `{?page}` is its bracket: the query belongs to no path.
        let path = path.trim_end_matches(['.', ':', '/', ',', '{']);
        let inner = self.bases.iter().find_map(|base| path.strip_prefix(base.as_str()).filter(|rest| rest.starts_with('/')));
        let found = [Some(path), inner].into_iter().flatten().find_map(|path| self.find(path));
        let parts = segments(inner.unwrap_or(path));
        let general: String = parts.iter().map(|part| format!("/{}", if is_variable(part) { "{}" } else { part })).collect();
        let begins = self.prefixes.contains(&general);
        if let Some(template) = found {
            let method = method.filter(|method| !template.methods.iter().any(|known| known.eq_ignore_ascii_case(method)))?;
            // `/jobs/cancel` is short for `/jobs/cancel/{id}` rather than a `/jobs/{id}`.
            if begins && template.variables() > 0 && !general.contains("{}") {
                return None;
            }
            let methods: Vec<_> = template.methods.iter().map(|method| method.to_uppercase()).collect();
            return Some(format!("the description names `{method} {path}`, but `{}` has only {}", template.path, list(&methods)));
        }
        let ours = parts.len() > 1 && self.first.contains(parts.first()?);
        let file = parts.last()?.rsplit_once('.').is_some_and(|(_, ending)| ending.len() <= 5);
        if !ours || file || (method.is_none() && begins) {
            return None;
        }
        let nearest = self.nearest(inner.unwrap_or(path)).map_or_else(String::new, |nearest| format!("; `{nearest}` is the nearest"));
        let call = method.map_or_else(|| path.to_owned(), |method| format!("{method} {path}"));
        Some(format!("the description names `{call}`, which is no operation of this document{nearest}"))
    }

    /// The template that a path fits; one with the literal segment rather than one with a variable in its place.
    fn find(&self, path: &str) -> Option<&Template<'d>> {
        let parts = segments(path);
        let fits = |template: &&Template<'_>| template.segments.iter().zip(&parts).all(|(own, part)| own == part || is_variable(own));
        let (first, last) = ends(&parts);
        let keys = [(first, last), (first, ""), ("", last), ("", "")];
        let known = keys.iter().filter_map(|&(first, last)| self.known.get(&format!("{} {first}/{last}", parts.len()))).flatten();
        known.filter(fits).min_by_key(|template| template.variables())
    }

    fn nearest(&self, path: &str) -> Option<&'d str> {
        let parts = segments(path);
        let (count, (first, _)) = (parts.len(), ends(&parts));
        let known = (count.saturating_sub(1)..=count + 1).filter_map(|count| self.near.get(&format!("{count} {first}"))).flatten();
        let most = |known: &str| (known.len() / 4).min(8);
        let alike = known.filter(|known| known.len().abs_diff(path.len()) <= most(known));
        let near = alike.map_while(|known| {
            self.patience.set(self.patience.get().checked_sub(1)?);
            Some((distance(path, known), *known))
        });
        near.filter(|(distance, known)| *distance <= most(known)).min().map(|(_, known)| known)
    }
}

/// The first and the last segment.
fn ends<'p>(segments: &[&'p str]) -> (&'p str, &'p str) {
    (segments.first().copied().unwrap_or_default(), segments.last().copied().unwrap_or_default())
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|segment| !segment.is_empty()).collect()
}

fn is_variable(segment: &str) -> bool {
    segment.contains('{') || segment.starts_with([':', '<', '$'])
}
