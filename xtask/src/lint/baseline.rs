//! Findings that are known already: a file that lists them, so that only new ones are reported.
//!
//! A finding is recognised by its rule, its file as it was named, and its pointer, so that moved lines and reworded messages do not matter.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use apispec::document::read_text;
use apispec::{Problem, Report};
use serde_json::{Value, json};

type Key = (String, String, String);

fn key(problem: &Problem) -> Key {
    (problem.rule.to_owned(), problem.file.clone(), problem.pointer.to_string())
}

fn refused(path: &Path, message: impl std::fmt::Display) -> Report {
    Problem::new("baseline", &path.display().to_string(), message.to_string(), "write it with `--write-baseline FILE`").into()
}

/// Writes the findings of `report` to `path`.
pub(super) fn write(path: &Path, report: &Report) -> Result<(), Report> {
    let known: Vec<_> = report.problems().iter().map(key).collect();
    let entries: Vec<_> = known.iter().map(|(rule, file, pointer)| json!({ "rule": rule, "file": file, "pointer": pointer })).collect();
    let text = format!("{:#}\n", json!({ "known": entries }));
    fs::write(path, text).map_err(|error| refused(path, format_args!("cannot be written: {error}")))
}

/// Takes the known findings out of `report`; returns how many entries of the baseline matched nothing.
pub(super) fn apply(path: &Path, report: &mut Report) -> Result<usize, Report> {
    let text = read_text(path)?;
    let root: Value = serde_json::from_str(&text).map_err(|error| refused(path, format_args!("is not a baseline: {error}")))?;
    let entries = root.get("known").and_then(Value::as_array).ok_or_else(|| refused(path, "is not a baseline: it has no `known`"))?;
    let mut known: BTreeMap<Key, usize> = BTreeMap::new();
    for entry in entries {
        let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
        let (Some(rule), Some(file), Some(pointer)) = (text("rule"), text("file"), text("pointer")) else {
            return Err(refused(path, format_args!("is not a baseline: {entry} lacks rule, file or pointer")));
        };
        *known.entry((rule, file, pointer)).or_default() += 1;
    }
    report.problems_mut().retain(|problem| match known.get_mut(&key(problem)) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    });
    Ok(known.values().sum())
}
