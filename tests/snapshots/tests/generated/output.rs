//! A document that shows one feature -> the document and the code that it changes, side by side.
//!
//! What every client has is in the snapshot of `boilerplate.yaml`, and left out of all others: there only those paragraphs stand that
//! are not in it. Imports and headers say nothing to users and are left out everywhere. Of `obstacle_course.yaml` only the overview is shown:
//! that it compiles is what counts.

use std::collections::BTreeSet;

use apispec_codegen::{Output, generate};

use super::documents::{Mini, all, folder, out_of_form, read, settings, told};

/// The document whose whole output is shown.
const WHOLE: &str = "boilerplate";
/// Names the rules of the normal form that a document breaks, which is right where the feature is for documents that nobody normalised.
const EXCEPT: &str = "# Not in normal form: ";

/// The most lines of a document, but for the one that collects nasty names.
const LONGEST: usize = 40;
const NASTY: &str = "obstacle_course";

/// The paragraphs of a source: what stands between empty lines, without headers, modules and imports.
fn paragraphs(text: &str) -> Vec<String> {
    let mut importing = false;
    let mut told = |line: &&str| {
        let import = importing || ["use ", "pub use self::"].iter().any(|start| line.starts_with(start));
        importing = import && !line.ends_with(';');
        !import && !["//!", "// @generated", "mod ", "pub mod "].iter().any(|start| line.starts_with(start))
    };
    let kept = |paragraph: &str| paragraph.lines().filter(&mut told).collect::<Vec<_>>().join("\n");
    text.split("\n\n").map(kept).filter(|paragraph| !paragraph.trim().is_empty()).collect()
}

/// A paragraph without the brace that closes what it stands in, since it may be the last there or not.
fn core(paragraph: &str) -> String {
    paragraph.trim_end_matches(['}', '\n', ' ']).to_owned()
}

fn usual() -> BTreeSet<String> {
    let whole = generated(&read(&folder("output").join(format!("{WHOLE}.yaml"))));
    let sources = whole.files.iter().filter(|file| file.path.ends_with(".rs"));
    sources.flat_map(|file| paragraphs(&file.text)).map(|paragraph| core(&paragraph)).collect()
}

fn generated(mini: &Mini) -> Output {
    generate(&mini.document).unwrap_or_else(|report| panic!("{}: {}", mini.name, told(report.problems(), &mini.document)))
}

/// The lines of `API.md` that say something about this client.
fn overview(text: &str) -> String {
    let lines = text.lines().filter(|line| !(line.is_empty() || line.starts_with(['#', '`']) || line.starts_with("Written by")));
    lines.map(|line| format!("{line}\n")).collect()
}

fn shown(mini: &Mini, usual: &BTreeSet<String>) -> String {
    let output = generated(mini);
    let mut text = format!("{}\n", mini.text.trim_end());
    if !output.fallbacks.is_empty() {
        text += &format!("\n==> what the client does not keep\n{}", told(&output.fallbacks, &mini.document));
    }
    for file in output.files.iter().filter(|file| mini.name != NASTY || !file.path.ends_with(".rs")) {
        let content = if file.path.ends_with(".rs") {
            let paragraphs = paragraphs(&file.text);
            let new = paragraphs.into_iter().filter(|paragraph| mini.name == WHOLE || !usual.contains(&core(paragraph)));
            new.map(|paragraph| format!("{paragraph}\n")).collect::<Vec<_>>().join("\n")
        } else {
            overview(&file.text)
        };
        if !content.is_empty() {
            text += &format!("\n==> {}\n{content}", file.path);
        }
    }
    text
}

#[test]
fn documents_become_code() {
    let usual = usual();
    let _bound = settings().bind_to_scope();
    insta::glob!("../../specs/output", "*.yaml", |path| insta::assert_snapshot!(shown(&read(path), &usual)));
}

#[test]
fn every_document_says_what_it_claims_and_which_rules_it_breaks() {
    let mut wrong = Vec::new();
    for mini in all("output") {
        let mut lines = mini.text.lines();
        let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
        if !(first.starts_with("# ") && first.ends_with('.')) {
            wrong.push(format!("{}: the first line is no claim", mini.name));
        }
        let excepted: Vec<&str> = second.strip_prefix(EXCEPT).map(|rules| rules.split(", ").collect()).unwrap_or_default();
        let problems = out_of_form(&mini.document);
        let broken: BTreeSet<&str> = problems.iter().map(|problem| problem.rule).collect();
        if !broken.iter().eq(&excepted) {
            let told = told(&problems, &mini.document);
            wrong.push(format!("{} says that it breaks {excepted:?}, and breaks {broken:?}:\n{told}", mini.name));
        }
        if mini.text.lines().count() > LONGEST && mini.name != NASTY {
            wrong.push(format!("{}: has more than {LONGEST} lines", mini.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
