//! A document that shows one feature -> the document and the code that it changes, side by side.
//!
//! What every client has is in the snapshot of `boilerplate.yaml`. In all others a paragraph that also stands there is only named, in a
//! line of its own with its neighbours, so that what is lost is seen. Imports and headers say nothing to users and are left out everywhere:
//! an import that is missing does not compile. Of `obstacle_course.yaml` only the overview is shown: that it compiles is what counts.

use std::collections::{BTreeMap, BTreeSet};

use apispec_codegen::{Output, generate};

use super::documents::{Mini, all, folder, out_of_form, read, settings, told};

/// The document whose whole output is shown.
const WHOLE: &str = "boilerplate";
/// Names the rules of the normal form that a document breaks, which is right where the feature is for documents that nobody normalised.
const EXCEPT: &str = "# Not in normal form: ";

/// The most lines of a document, but for the one that collects nasty names.
const LONGEST: usize = 40;
const NASTY: &str = "obstacle_course";

/// The longest line that names what stands in the boilerplate too.
const WIDE: usize = 140;

/// The paragraphs of a source: what stands between empty lines, without headers, private modules and imports.
fn paragraphs(text: &str) -> Vec<String> {
    let mut importing = false;
    let mut told = |line: &&str| {
        let import = importing || line.starts_with("use ");
        importing = import && !line.ends_with(';');
        !import && !["//!", "// @generated", "mod "].iter().any(|start| line.starts_with(start))
    };
    let kept = |paragraph: &str| paragraph.lines().filter(&mut told).collect::<Vec<_>>().join("\n");
    text.split("\n\n").map(kept).filter(|paragraph| !paragraph.trim().is_empty()).collect()
}

/// A paragraph without the brace that closes what it stands in, since it may be the last there or not.
fn core(paragraph: &str) -> String {
    paragraph.trim_end_matches(['}', '\n', ' ']).to_owned()
}

/// What a paragraph is called: a function by its name, anything else by its first line.
fn called(paragraph: &str) -> &str {
    let silent = |line: &&str| !(line.is_empty() || line.starts_with("//") || line.starts_with("#[") || line.starts_with('}'));
    let line = paragraph.lines().map(str::trim).find(silent).unwrap_or(paragraph);
    let function = line.split_once("fn ").and_then(|(_, rest)| rest.split_once(['(', '<'])).map(|(name, _)| name);
    let constant = line.split_once(':').map(|(name, _)| name).filter(|name| name.contains("const "));
    function.or(constant).unwrap_or(line).trim_start_matches("pub ").trim_end_matches([' ', '{', ';', '('])
}

/// The lines that name paragraphs.
fn naming(names: &[&str]) -> String {
    let mut text = "... as in boilerplate:".to_owned();
    let mut width = text.len();
    for (number, name) in names.iter().enumerate() {
        if width + name.len() > WIDE {
            text += "\n   ";
            width = 3;
        }
        let comma = if number + 1 < names.len() { "," } else { "" };
        text += &format!(" {name}{comma}");
        width += name.len() + 2;
    }
    format!("{text}\n")
}

/// What every client has: the paragraphs of each file.
struct Usual(BTreeMap<String, Vec<String>>);

impl Usual {
    fn read() -> Self {
        let whole = generated(&read(&folder("output").join(format!("{WHOLE}.yaml"))));
        let sources = whole.files.iter().filter(|file| file.path.ends_with(".rs"));
        Self(sources.map(|file| (file.path.clone(), paragraphs(&file.text))).collect())
    }

    /// A source with the paragraphs that are its own; the others are named where they stand.
    fn abridged(&self, path: &str, text: &str) -> String {
        let paragraphs = paragraphs(text);
        if self.0.get(path) == Some(&paragraphs) {
            return "... as in boilerplate, all of it\n".to_owned();
        }
        let usual: BTreeSet<String> = self.0.values().flatten().map(|paragraph| core(paragraph)).collect();
        let is_usual = |paragraph: &String| usual.contains(&core(paragraph));
        let parts = paragraphs.chunk_by(|one, next| is_usual(one) && is_usual(next)).map(|part| match part {
            [own] if !is_usual(own) => format!("{own}\n"),
            usual => naming(&usual.iter().map(|paragraph| called(paragraph)).collect::<Vec<_>>()),
        });
        parts.collect::<Vec<_>>().join("\n")
    }
}

/// The order in which people read: the overview, types and values, calls, and how it all is read and written.
fn rank(path: &str) -> usize {
    let ends = |names: &[&str]| names.iter().any(|name| path == *name || path.ends_with(&format!("/{name}")));
    match path {
        "API.md" => 0,
        _ if path.split(['/', '.']).any(|part| part == "serde") => 3,
        _ if ends(&["types.rs", "values.rs", "unions.rs", "events.rs", "codes.rs", "unknown.rs"]) => 1,
        _ => 2,
    }
}

fn generated(mini: &Mini) -> Output {
    generate(&mini.document).unwrap_or_else(|report| panic!("{}: {}", mini.name, told(report.problems(), &mini.document)))
}

/// The lines of `API.md` that say something about this client.
fn overview(text: &str) -> String {
    let lines = text.lines().filter(|line| !(line.is_empty() || line.starts_with(['#', '`']) || line.starts_with("Written by")));
    lines.map(|line| format!("{line}\n")).collect()
}

fn shown(mini: &Mini, usual: &Usual) -> String {
    let output = generated(mini);
    let mut text = format!("{}\n", mini.text.trim_end());
    if !output.fallbacks.is_empty() {
        text += &format!("\n==> what the client does not keep\n{}", told(&output.fallbacks, &mini.document));
    }
    let mut files: Vec<_> = output.files.iter().filter(|file| mini.name != NASTY || !file.path.ends_with(".rs")).collect();
    files.sort_by_key(|file| (rank(&file.path), &file.path));
    for file in files {
        let content = match (file.path.ends_with(".rs"), mini.name == WHOLE) {
            (false, _) => overview(&file.text),
            (true, true) => paragraphs(&file.text).iter().map(|paragraph| format!("{paragraph}\n")).collect::<Vec<_>>().join("\n"),
            (true, false) => usual.abridged(&file.path, &file.text),
        };
        if !content.is_empty() {
            text += &format!("\n==> {}\n{content}", file.path);
        }
    }
    text
}

#[test]
fn documents_become_code() {
    let usual = Usual::read();
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
