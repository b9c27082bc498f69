//! Where things are in this workspace, and its own specs.

use std::path::{Path, PathBuf};

use apispec::{Document, Problem, Report};

/// The top folder of the workspace, seen from the current folder if it lies within.
pub(crate) fn root() -> PathBuf {
    // Cargo says where this crate is when it runs it. A binary that is started by itself knows where it was built.
    let own = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let top = own.parent().unwrap_or(Path::new("."));
    match std::env::current_dir() {
        Ok(here) if here == top => PathBuf::new(),
        _ => top.to_owned(),
    }
}

/// The folder of the specs.
pub(crate) fn specs_folder() -> PathBuf {
    root().join("specs")
}

/// Reads the workspace's own specs: every YAML file of the folder but the ledger.
pub(crate) fn specs() -> Result<Vec<Document>, Report> {
    let folder = specs_folder();
    let unreadable = |error: std::io::Error| {
        Problem::new(
            "unreadable",
            &folder.display().to_string(),
            format!("cannot be read: {error}"),
            "run this in a clone of the workspace",
        )
    };
    let entries = std::fs::read_dir(&folder).map_err(unreadable)?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml") && !path.ends_with("ledger.yaml"));
    paths.sort();
    read_all(&paths)
}

/// Reads documents; says what is wrong with all of them, not only with the first.
pub(crate) fn read_all(paths: &[PathBuf]) -> Result<Vec<Document>, Report> {
    let mut documents = Vec::new();
    let mut problems: Vec<Problem> = Vec::new();
    for path in paths {
        match Document::read(path) {
            Ok(document) => documents.push(document),
            Err(report) => problems.extend_from_slice(report.problems()),
        }
    }
    if problems.is_empty() { Ok(documents) } else { Err(Report::new(problems)) }
}
