//! Where things are in this workspace, and its own specs.

use std::path::{Path, PathBuf};

use apispec::{Document, Problem, Report};

/// The specs, in the order in which they are named everywhere.
const SPECS: [&str; 3] = ["powerdrill-v1", "powerdrill-v2", "pai-dataset-jobs"];

/// The top folder of the workspace, seen from the current folder if it lies within.
pub(crate) fn root() -> PathBuf {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    match std::env::current_dir() {
        Ok(here) if here == built => PathBuf::new(),
        _ => built.to_owned(),
    }
}

/// The folder of the specs.
pub(crate) fn specs_folder() -> PathBuf {
    root().join("specs")
}

/// Reads the workspace's own specs.
pub(crate) fn specs() -> Result<Vec<Document>, Report> {
    read_all(&SPECS.map(|name| specs_folder().join(format!("{name}.yaml"))))
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
