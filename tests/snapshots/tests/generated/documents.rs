//! A folder of small documents -> their texts and trees, and the settings under which snapshots of them are taken.

use std::fs;
use std::path::{Path, PathBuf};

use apispec::lint::{Family, lint};
use apispec::{Document, Problem};

/// A small document.
pub struct Mini {
    /// Its name, without extension.
    pub name: String,
    /// Its text.
    pub text: String,
    /// What it says.
    pub document: Document,
}

/// A folder of this package.
pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("specs").join(name)
}

/// The document in a file, called by its file name: what is generated from it names no folder.
pub fn read(path: &Path) -> Mini {
    let text = fs::read_to_string(path).expect("the document is readable");
    let file = path.file_name().and_then(|name| name.to_str()).expect("a name in UTF-8");
    let document = Document::parse(file, text.clone()).unwrap_or_else(|report| panic!("{}: {report}", path.display()));
    Mini { name: document.stem().to_owned(), text, document }
}

/// Every file in a folder, in the order of their names.
pub fn paths(name: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder(name)).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.sort();
    paths
}

/// Every document in a folder, in the order of their names.
pub fn all(name: &str) -> Vec<Mini> {
    paths(name).iter().map(|path| read(path)).collect()
}

/// The text of a document that nobody normalised, and what it says.
pub fn lenient(path: &Path) -> (String, Document) {
    let text = fs::read_to_string(path).expect("the document is readable");
    let file = path.file_name().and_then(|name| name.to_str()).expect("a name in UTF-8");
    let (document, _) = Document::parse_leniently(file, text.clone()).unwrap_or_else(|report| panic!("{}: {report}", path.display()));
    (text, document)
}

/// Everything in which a document is not in normal form.
pub fn out_of_form(document: &Document) -> Vec<Problem> {
    lint(std::slice::from_ref(document), &[Family::NormalForm]).problems().to_vec()
}

/// Problems as text, each with its line, place, message, help, and the other places that it names.
pub fn told(problems: &[Problem], document: &Document) -> String {
    let lines = document.locate(problems.iter().map(|problem| &problem.pointer));
    let mut text = String::new();
    for problem in problems {
        let line = lines.get(&problem.pointer).map_or(0, |location| location.line);
        text += &format!("line {line}, {}: {}\n    {}\n    help: {}\n", problem.pointer, problem.rule, problem.message, problem.help);
        for related in &problem.related {
            text += &format!("    see {}\n", related.pointer);
        }
    }
    text
}

/// How snapshots of a folder are taken, and where they are.
pub fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("../../snapshots");
    settings
}
