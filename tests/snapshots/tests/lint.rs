//! Every lint rule has one document that breaks it and one that does not.
//!
//! `specs/lint/RULE.fail.yaml` must be reported by `RULE`; what is said, and where, is the snapshot. `specs/lint/RULE.pass.yaml` is the same
//! thing written well, and must not be reported by it. Rules that compare documents take what follows `---` as the second document.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use apispec::lint::{Family, lint, rules};
use apispec::{Document, Problem};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("specs/lint")
}

fn findings(path: &Path) -> Vec<Problem> {
    let text = fs::read_to_string(path).expect("the document is readable");
    let parse = |(number, text): (usize, &str)| {
        let name = if number == 0 { "first.yaml" } else { "second.yaml" };
        Document::parse(name, text.to_owned()).unwrap_or_else(|report| panic!("{}: {report}", path.display()))
    };
    let documents: Vec<_> = text.split("\n---\n").enumerate().map(parse).collect();
    lint(&documents, &[Family::NormalForm, Family::Inconsistency]).problems().to_vec()
}

/// `missing-security` of `missing-security.fail.yaml`.
fn rule_of(path: &Path) -> String {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.split('.').next().unwrap_or_default().to_owned()
}

#[test]
fn failing_documents_are_reported() {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_snapshot_path("../snapshots");
    let _bound = settings.bind_to_scope();
    insta::glob!("../specs/lint", "*.fail.yaml", |path| {
        let rule = rule_of(path);
        let mut said = String::new();
        for problem in findings(path).iter().filter(|problem| problem.rule == rule) {
            let line = problem.location.map_or(0, |location| location.line);
            said += &format!("line {line}, {}\n    {}\n    help: {}\n", problem.pointer, problem.message, problem.help);
            for related in &problem.related {
                said += &format!("    see {}{}\n", related.file, related.pointer);
            }
        }
        assert!(!said.is_empty(), "{} is not reported", path.display());
        insta::assert_snapshot!(said);
    });
}

#[test]
fn passing_documents_are_not_reported() {
    for rule in rules() {
        let path = folder().join(format!("{}.pass.yaml", rule.id));
        let found: Vec<_> = findings(&path).into_iter().filter(|problem| problem.rule == rule.id).collect();
        assert!(found.is_empty(), "{}: {found:#?}", path.display());
    }
}

#[test]
fn every_rule_has_both_documents_and_every_document_a_rule() {
    let wanted: BTreeSet<String> = rules().flat_map(|rule| ["fail", "pass"].map(|kind| format!("{}.{kind}.yaml", rule.id))).collect();
    let entries = fs::read_dir(folder()).expect("the folder is there");
    let found: BTreeSet<String> = entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(found, wanted);
}
