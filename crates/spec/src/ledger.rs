//! `ledger.yaml` and its evidence, against the specs: the record of every contradiction and how it was settled.
//!
//! The format is described in `specs/README.md`. [`Ledger::read`] takes the record strictly; [`Ledger::check`] holds it against the specs,
//! in both directions; [`Ledger::render`] prints it for people.

mod aliases;
mod evidence;
mod render;
mod requests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use crate::document::{parse_text, read_text};
use crate::index::members;
use crate::{Document, Index, Pointer, Problem, Report};

/// The record.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    file: String,
    text: String,
    /// The settled contradictions, in order of their numbers.
    pub entries: Vec<Entry>,
    /// The numbers that concern none of the specs, each with the reason.
    pub elsewhere: BTreeMap<String, String>,
}

/// One contradiction.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its number: `N23`.
    pub id: String,
    /// What it is about, in a few words.
    pub topic: String,
    /// The specs that it touches, by file stem.
    pub apis: Vec<String>,
    /// What each source says.
    pub sides: Vec<Side>,
    /// What the specs say.
    pub canonical: String,
    /// What is accepted beside that.
    pub tolerate: Option<String>,
    /// What it would break.
    pub severity: Severity,
    /// The places in the specs that it explains: `powerdrill-v2#/components/..` or `powerdrill-v2#create_job`.
    #[serde(default)]
    pub governs: Vec<String>,
    /// Files in `evidence/`.
    #[serde(default)]
    pub evidence: Vec<String>,
}

/// What one source says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// The source.
    pub source: String,
    /// What it says.
    pub says: String,
}

/// What a contradiction breaks if it is not settled.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A reply cannot be decoded.
    Decoding,
    /// A request is refused, or does something else.
    Requests,
    /// People are misled.
    Misleading,
    /// Nothing but the looks.
    Cosmetic,
}

impl Severity {
    /// The word in the record.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decoding => "decoding",
            Self::Requests => "requests",
            Self::Misleading => "misleading",
            Self::Cosmetic => "cosmetic",
        }
    }

    /// Whether a claim of this severity must be proved.
    #[must_use]
    pub fn needs_evidence(self) -> bool {
        matches!(self, Self::Decoding | Self::Requests)
    }
}

const FORM: &str = "compare with the section on the ledger in specs/README.md";

impl Ledger {
    /// Reads the record at `path`.
    ///
    /// # Errors
    /// One problem for each entry that is not of the form, or one for the file.
    pub fn read(path: &Path) -> Result<Self, Report> {
        let file = path.display().to_string();
        let text = read_text(path)?;
        let (_, root) = parse_text(&file, &text)?;
        let mut ledger = Self { path: path.to_owned(), file, text, entries: Vec::new(), elsewhere: BTreeMap::new() };
        let mut problems = Vec::new();
        for (key, _) in root.as_object().into_iter().flatten().filter(|(key, _)| !["entries", "elsewhere"].contains(&key.as_str())) {
            problems.push(ledger.problem("ledger-form", format!("a ledger has no `{key}`"), FORM).at(Pointer::root().child(key)));
        }
        let entries = root.get("entries").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for (number, entry) in entries.iter().enumerate() {
            match Entry::deserialize(entry) {
                Ok(entry) => ledger.entries.push(entry),
                Err(error) => {
                    let place = Pointer::root().child("entries").item(number);
                    problems.push(ledger.problem("ledger-form", error.to_string(), FORM).at(place));
                }
            }
        }
        for (id, reason) in members(&root, "elsewhere") {
            match reason.as_str() {
                Some(reason) => drop(ledger.elsewhere.insert(id.clone(), reason.to_owned())),
                None => problems.push(ledger.problem("ledger-form", format!("the reason for `{id}` is not text"), FORM)),
            }
        }
        if entries.is_empty() {
            problems.push(ledger.problem("ledger-form", "there are no `entries`", FORM));
        }
        locate(&ledger.file, &ledger.text, &mut problems);
        if problems.is_empty() { Ok(ledger) } else { Err(Report::new(problems)) }
    }

    /// Holds the record against the specs that it is about.
    #[must_use]
    pub fn check(&self, specs: &[Document]) -> Report {
        let indexes: Vec<_> = specs.iter().map(Index::of).collect();
        let mut problems = self.check_numbers();
        let claims = self.check_claims(&indexes, &mut problems);
        for spec in specs {
            self.check_references(spec, &claims, &mut problems);
        }
        self.check_evidence(&indexes, &mut problems);
        locate(&self.file, &self.text, &mut problems);
        let mut report = Report::new(problems);
        crate::lint::locate(specs, report.problems_mut());
        report
    }

    fn problem(&self, rule: &'static str, message: impl Into<String>, help: &str) -> Problem {
        Problem::new(rule, &self.file, message, help)
    }

    fn entry_problem(&self, entry: usize, rule: &'static str, message: impl Into<String>, help: &str) -> Problem {
        self.problem(rule, message, help).at(Pointer::root().child("entries").item(entry))
    }

    /// The numbers run from N01 without a gap, each stands once, and the entries are in order.
    fn check_numbers(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut seen = BTreeSet::new();
        let mut last = 0;
        for (position, entry) in self.entries.iter().enumerate() {
            let Some(number) = number(&entry.id) else {
                problems.push(self.entry_problem(position, "ledger-number", format!("`{}` is not a number like N07", entry.id), FORM));
                continue;
            };
            if !seen.insert(number) || number < last {
                let message = format!("`{}` stands twice or out of order", entry.id);
                problems.push(self.entry_problem(position, "ledger-number", message, "keep the entries in the order of their numbers"));
            }
            last = number;
        }
        for id in self.elsewhere.keys() {
            if number(id).is_none_or(|number| !seen.insert(number)) {
                let place = Pointer::root().child("elsewhere").child(id);
                problems.push(self.problem("ledger-number", format!("`{id}` is not a number, or has an entry"), FORM).at(place));
            }
        }
        let mut expected = 1;
        for number in seen {
            if number > expected {
                let missing = if number == expected + 1 {
                    format!("N{expected:02} is missing")
                } else {
                    format!("N{expected:02} to N{:02} are missing", number - 1)
                };
                problems.push(self.problem("ledger-number", missing, "write entries, or say under `elsewhere` why there are none"));
            }
            expected = number.saturating_add(1);
        }
        problems
    }

    /// Resolves what the entries govern; returns who claims which place of which file.
    fn check_claims(&self, indexes: &[Index<'_>], problems: &mut Vec<Problem>) -> BTreeSet<(String, String, String)> {
        let mut claims = BTreeSet::new();
        for (position, entry) in self.entries.iter().enumerate() {
            for place in &entry.governs {
                let Some((index, pointer)) = resolve(indexes, place) else {
                    let help = "correct the pointer, or the operationId, or take it away";
                    problems.push(self.entry_problem(
                        position,
                        "ledger-pointer",
                        format!("{}: `{place}` is not in the specs", entry.id),
                        help,
                    ));
                    continue;
                };
                let value = index.document().find(&pointer);
                let referenced = value.and_then(|value| value.get("x-ledger")).and_then(Value::as_array);
                if !referenced.is_some_and(|ids| ids.iter().any(|id| id == &entry.id)) {
                    let message = format!("{} governs this place, which does not say so", entry.id);
                    let help = format!("add {} to `x-ledger` here, or take `{place}` from the entry", entry.id);
                    problems.push(Problem::new("ledger-reference", index.document().file(), message, help).at(pointer.clone()));
                }
                claims.insert((index.document().file().to_owned(), pointer.to_string(), entry.id.clone()));
            }
            for (missing, what) in [(entry.governs.is_empty(), "governs no place"), (entry.evidence.is_empty(), "has no evidence")] {
                if missing && entry.severity.needs_evidence() {
                    let message = format!("{} changes {} but {what}", entry.id, entry.severity.as_str());
                    problems.push(self.entry_problem(position, "ledger-evidence", message, "name the places and the evidence"));
                }
            }
            problems.extend(self.check_apis(position, entry, indexes));
        }
        claims
    }

    /// The specs that an entry touches are there, and are those in which it governs a place.
    fn check_apis(&self, position: usize, entry: &Entry, indexes: &[Index<'_>]) -> Vec<Problem> {
        let governed: BTreeSet<&str> = entry.governs.iter().filter_map(|place| place.split_once('#')).map(|(stem, _)| stem).collect();
        let named: BTreeSet<&str> = entry.apis.iter().map(String::as_str).collect();
        let mut problems = Vec::new();
        for api in named.iter().filter(|api| !indexes.iter().any(|index| index.document().stem() == **api)) {
            problems.push(self.entry_problem(position, "ledger-pointer", format!("{}: there is no spec `{api}`", entry.id), FORM));
        }
        if !governed.is_empty() && governed != named {
            let list = |names: BTreeSet<&str>| names.into_iter().collect::<Vec<_>>().join(", ");
            let message = format!("{} names the specs {}, but governs places in {}", entry.id, list(named), list(governed));
            problems.push(self.entry_problem(
                position,
                "ledger-pointer",
                message,
                "name under `apis` the specs in which it governs places",
            ));
        }
        problems
    }

    /// Every id in an `x-ledger` is claimed by its entry.
    fn check_references(&self, spec: &Document, claims: &BTreeSet<(String, String, String)>, problems: &mut Vec<Problem>) {
        let mut open = vec![(Pointer::root(), spec.root())];
        while let Some((pointer, value)) = open.pop() {
            let inner: Vec<(Pointer, &Value)> = match value {
                Value::Object(members) => members.iter().map(|(key, member)| (pointer.child(key), member)).collect(),
                Value::Array(items) => items.iter().enumerate().map(|(number, item)| (pointer.item(number), item)).collect(),
                _ => Vec::new(),
            };
            open.extend(inner);
            let Some(ids) = value.get("x-ledger").and_then(Value::as_array) else { continue };
            for id in ids.iter().filter_map(Value::as_str) {
                if !claims.contains(&(spec.file().to_owned(), pointer.to_string(), id.to_owned())) {
                    let help = format!("name this place under `governs` of {id}, or take {id} away here");
                    let known = self.entries.iter().any(|entry| entry.id == id);
                    let why = if known { "whose entry does not govern this place" } else { "which has no entry" };
                    let message = format!("`x-ledger` names {id}, {why}");
                    problems.push(Problem::new("ledger-reference", spec.file(), message, help).at(pointer.clone()));
                }
            }
        }
    }

    /// Every named file is there and holds, and every file in the folder is named.
    fn check_evidence(&self, indexes: &[Index<'_>], problems: &mut Vec<Problem>) {
        let folder = self.path.with_file_name("evidence");
        let named: BTreeSet<&str> = self.entries.iter().flat_map(|entry| &entry.evidence).map(String::as_str).collect();
        let mut seen = aliases::Seen::default();
        for name in &named {
            problems.extend(evidence::check(&folder.join(name), indexes, &mut seen));
        }
        // Evidence that could not be read would be missed here a second time.
        if problems
            .iter()
            .all(|problem| problem.rule.starts_with("ledger-") || ["evidence-decodes", "evidence-sends"].contains(&problem.rule))
        {
            problems.extend(aliases::unseen(indexes, &seen));
        }
        let present = std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
        for name in present.filter_map(|name| name.into_string().ok()).filter(|name| !named.contains(name.as_str())) {
            problems.push(self.problem(
                "ledger-evidence",
                format!("no entry names evidence/{name}"),
                "name it under `evidence`, or delete it",
            ));
        }
    }
}

/// Finds out where in `text` the problems of `file` are.
fn locate(file: &str, text: &str, problems: &mut [Problem]) {
    let mut own: Vec<_> = problems.iter_mut().filter(|problem| problem.file == file && problem.location.is_none()).collect();
    if !own.is_empty() {
        let lines = crate::locate::yaml(text, own.iter().map(|problem| &problem.pointer));
        own.iter_mut().for_each(|problem| problem.location = crate::locate::nearest(&lines, &problem.pointer));
    }
}

/// 23 of `N23`.
fn number(id: &str) -> Option<u32> {
    let digits = id.strip_prefix('N')?;
    (digits.len() >= 2 && digits.bytes().all(|digit| digit.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// The place that `powerdrill-v2#/components/..` or `powerdrill-v2#create_job` names.
fn resolve<'i, 'd>(indexes: &'i [Index<'d>], place: &str) -> Option<(&'i Index<'d>, Pointer)> {
    let (stem, fragment) = place.split_once('#')?;
    let index = indexes.iter().find(|index| index.document().stem() == stem)?;
    if fragment.starts_with('/') {
        let pointer = Pointer::parse(fragment)?;
        return index.document().find(&pointer).map(|_| (index, pointer));
    }
    let operation = index.operations().iter().find(|operation| operation.name() == fragment)?;
    Some((index, operation.pointer.clone()))
}
