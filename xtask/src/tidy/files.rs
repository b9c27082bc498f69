//! The tracked files -> sources that are out of form, and snapshots that were not reviewed or that nobody reads.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::Untidy;
use crate::workspace;

/// The longest hand-written source without a line `//! Length: ..` that says why.
const LONGEST: usize = 400;

pub(super) fn check() -> Result<Vec<Untidy>, String> {
    let files = tracked()?;
    let mut found = Vec::new();
    for file in &files {
        let path = workspace::root().join(file);
        if file.ends_with(".snap.new") || file.ends_with(".pending-snap") {
            found.push(Untidy::new(file, "is a snapshot that nobody has reviewed", "run `cargo insta review`"));
        }
        // What is not text, or was deleted and not yet committed, has no form to check.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        // Snapshots and inputs of the fuzz target are as they are.
        if !file.ends_with(".snap") && !file.starts_with("fuzz/corpus/") {
            found.extend(form(file, &text));
        }
        if file.ends_with(".rs") && !file.contains("/generated/") {
            found.extend(source(file, &text));
        }
        // A manifest that begins a workspace has no other one to name versions.
        if file.ends_with("Cargo.toml") && !text.lines().any(|line| line == "[workspace]") {
            found.extend(manifest(file, &text));
        }
    }
    found.extend(snapshots(&files));
    Ok(found)
}

/// Every file that git tracks or would track.
fn tracked() -> Result<BTreeSet<String>, String> {
    let root = workspace::root();
    let folder = if root.as_os_str().is_empty() { Path::new(".") } else { &root };
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .output()
        .map_err(|error| format!("git did not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("git ls-files failed: {}", String::from_utf8_lossy(&output.stderr).trim()));
    }
    let names = String::from_utf8_lossy(&output.stdout);
    Ok(names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect())
}

fn form(file: &str, text: &str) -> Vec<Untidy> {
    let mut found = Vec::new();
    let blanks = text.lines().position(|line| line.ends_with([' ', '\t']));
    if let Some(line) = blanks {
        found.push(Untidy::new(format!("{file}:{}", line + 1), "ends in blanks", "take them away"));
    }
    if !text.is_empty() && !text.ends_with('\n') {
        found.push(Untidy::new(file, "does not end with a line end", "add it"));
    }
    found
}

fn source(file: &str, text: &str) -> Vec<Untidy> {
    let mut found = Vec::new();
    if !text.starts_with("//!") {
        found.push(Untidy::new(file, "does not begin with `//!`", "say at the top what the module turns into what"));
    }
    let lines = text.lines().count();
    if lines > LONGEST && !text.lines().take_while(|line| line.starts_with("//!")).any(|line| line.starts_with("//! Length:")) {
        found.push(Untidy::new(file, format!("has {lines} lines"), "split it, or say why not in a line `//! Length: ..` at its top"));
    }
    // The words are written in two parts so that this file does not report itself.
    for word in [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!("), concat!("unimpl", "emented!("), concat!("#[ig", "nore]")]
    {
        if let Some(line) = text.lines().position(|line| line.contains(word)) {
            found.push(Untidy::new(format!("{file}:{}", line + 1), format!("contains `{word}`"), "finish it, or open an issue"));
        }
    }
    found
}

/// Members take their dependencies from the workspace, so that each version stands in one place.
fn manifest(file: &str, text: &str) -> Vec<Untidy> {
    let mut inside = false;
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.starts_with('[') {
            inside = line.contains("dependencies");
        } else if inside && !line.trim().is_empty() && !line.starts_with('#') && !line.contains("workspace = true") {
            let help = "declare the version under [workspace.dependencies] and write `workspace = true` here";
            found.push(Untidy::new(format!("{file}:{}", number + 1), "is a dependency with a version of its own", help));
        }
    }
    found
}

/// A snapshot of a glob is called `TEST@INPUT.snap`; any other is named in a test.
fn snapshots(files: &BTreeSet<String>) -> Vec<Untidy> {
    let inputs: BTreeSet<&str> = files.iter().filter(|file| !file.ends_with(".snap")).filter_map(|file| file.rsplit('/').next()).collect();
    let sources =
        || files.iter().filter(|file| file.ends_with(".rs")).filter_map(|file| fs::read_to_string(workspace::root().join(file)).ok());
    let help = "delete the snapshot, or bring back what it was made from";
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.ends_with(".snap")) {
        let name = file.rsplit('/').next().and_then(|name| name.strip_suffix(".snap")).unwrap_or_default();
        let (test, input) = name.split_once('@').map_or((name, None), |(test, input)| (test, Some(input)));
        if input.is_some_and(|input| !inputs.contains(input)) {
            found.push(Untidy::new(file, "is a snapshot without its input", help));
        } else if !sources().any(|source| source.contains(test.rsplit("__").next().unwrap_or(test))) {
            found.push(Untidy::new(file, "is a snapshot that no test reads", help));
        }
    }
    found
}
