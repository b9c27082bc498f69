//! `cargo xtask codegen --spec`: a document that nobody normalised -> a crate of its own, and a summary of what it does not keep.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use apispec::lint::locate;
use apispec::{Document, Problem, Report, one_line};
use apispec_codegen::{example, lower_foreign, print as print_client};
use serde_json::json;

use super::differences::{self, Difference};
use crate::output::{Format, finding, print, rendered};
use crate::{Outcome, workspace};

/// The folder that is all generated.
const OWNED: &str = "src/generated";
/// The page about the crate.
const PAGE: &str = "API.md";
/// What a crate cannot be called, because it is called so that it uses, or because cargo refuses it.
const TAKEN: [&str; 9] = ["alloc", "apispec-runtime", "core", "proc-macro", "proc_macro", "serde", "serde_json", "std", "test"];
/// What a crate cannot be called, because a program could not name it.
const KEYWORDS: &str = "abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if \
    impl in let loop macro match mod move mut override priv pub ref return self static struct super trait true try type typeof unsafe \
    unsized use virtual where while yield";

/// What is asked for.
pub(super) struct Order<'a> {
    /// The document.
    pub(super) spec: &'a Path,
    /// The folder of the crate.
    pub(super) out: &'a Path,
    /// Its name.
    pub(super) name: &'a str,
}

/// What has been made.
struct Made {
    files: usize,
    differences: Vec<Difference>,
    fallbacks: Vec<Problem>,
}

pub(super) fn run(order: &Order<'_>, check: bool, as_json: bool) -> Outcome {
    match make(order, check) {
        Err(report) => {
            if as_json {
                let problems: Vec<_> = report.problems().iter().map(finding).collect();
                print(&format!("{:#}\n", json!({ "files": 0, "differences": [], "fallbacks": [], "problems": problems })));
            } else {
                eprint!("{}", rendered(&report, Format::Text));
            }
            Outcome::Failed
        }
        Ok(made) => {
            tell(order, &made, check, as_json);
            if check && !made.differences.is_empty() { Outcome::Found } else { Outcome::Clean }
        }
    }
}

fn make(order: &Order<'_>, check: bool) -> Result<Made, Report> {
    let Order { spec, out, name } = order;
    let fits = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '-' || sign == '_')
        && !TAKEN.contains(name)
        && !KEYWORDS.split_whitespace().any(|keyword| keyword == *name);
    if !fits {
        let message = format!("`{name}` cannot be the name of the crate");
        return Err(Problem::new("crate-name", &spec.display().to_string(), message, "use small letters, digits and `-`").into());
    }
    // Where the document lies must not change what is generated.
    let called = spec.file_name().map_or_else(|| spec.display().to_string(), |name| name.to_string_lossy().into_owned());
    let (document, mut notes) = Document::read_leniently(spec, &called)?;
    let places = document.text_alone();
    let title = document.root().pointer("/info/title").and_then(|title| title.as_str()).unwrap_or("an API").to_owned();
    let mut api = lower_foreign(document)?;
    notes.append(&mut api.fallbacks);
    // Nothing that is printed depends on where the notes are, so both are found at once.
    let printed = std::thread::scope(|scope| {
        scope.spawn(|| locate(std::slice::from_ref(&places), &mut notes));
        print_client(&api)
    })?;
    let shown = example(&api)?;
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for file in printed {
        let path = if file.path == PAGE { file.path } else { format!("{OWNED}/{}", file.path) };
        files.insert(path, file.text);
    }
    let differences = differences::between(OWNED, PAGE, &files, out)?;
    if !check {
        differences::settle(&differences, out)?;
        for (path, text) in [("Cargo.toml", manifest(out, name, &one_line(&title))), ("src/lib.rs", root(name, &one_line(&title), &shown))]
        {
            let path = out.join(path);
            if !path.exists() {
                fs::write(&path, text).map_err(|error| unwritten(&path, &error))?;
            }
        }
    }
    Ok(Made { files: files.len(), differences, fallbacks: Report::new(notes).problems().to_vec() })
}

fn unwritten(path: &Path, error: &std::io::Error) -> Report {
    Problem::new(
        "files",
        &path.display().to_string(),
        format!("cannot be written: {error}"),
        "look at the permissions and the room on the disk",
    )
    .into()
}

/// What the crate begins with. A crate inside of this workspace is none of its members.
fn manifest(out: &Path, name: &str, title: &str) -> String {
    let absolute = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let top = absolute(&if workspace::root().as_os_str().is_empty() { PathBuf::from(".") } else { workspace::root() });
    let runtime = top.join("crates").join("runtime");
    let alone = if absolute(out).starts_with(&top) { "\n[workspace]\n" } else { "" };
    let (runtime, title) = (json!(runtime.display().to_string()), json!(format!("A typed client of {title}")));
    format!(
        r#"[package]
name = "{name}"
description = {title}
version = "0.1.0"
edition = "2024"
publish = false

[features]
default = ["ring"]
# Where the cryptography of TLS comes from: see `apispec-runtime`.
ring = ["apispec-runtime/ring"]
aws-lc-rs = ["apispec-runtime/aws-lc-rs"]
no-provider = ["apispec-runtime/no-provider"]

[dependencies]
apispec-runtime = {{ path = {runtime}, default-features = false }}
serde = {{ version = "1", features = ["derive"] }}
serde_json = {{ version = "1", features = ["raw_value"] }}
{alone}"#
    )
}

/// The top of the crate: what it is, and how it is used.
fn root(name: &str, title: &str, example: &[String]) -> String {
    let title = title.replace(['[', ']', '<', '`'], " ");
    let name = name.replace('-', "_");
    let example: String = example.iter().map(|line| format!("//! {line}\n")).collect();
    format!(
        "//! A typed client of {title}, generated by `cargo xtask codegen`. `API.md` lists every call and every type on one page.\n\
         //!\n//! ```no_run\n//! use {name}::Client;\n//!\n//! # async fn example() -> {name}::apispec_runtime::Result<()> {{\n\
         {example}//! # Ok(())\n//! # }}\n//! ```\n//!\n\
         //! Whatever a call can set is a method between its name and `send`. Errors, files and all else that is not of this API are in\n\
         //! [`apispec_runtime`].\n\n\
         // Types may hold types for more steps than the compiler follows by itself.\n#![recursion_limit = \"512\"]\n\n\
         #[rustfmt::skip]\nmod generated;\n\npub use apispec_runtime;\npub use generated::*;\n"
    )
}

fn tell(order: &Order<'_>, made: &Made, check: bool, as_json: bool) {
    if as_json {
        let fallbacks: Vec<_> = made.fallbacks.iter().map(finding).collect();
        let changes: Vec<_> =
            made.differences.iter().map(|difference| json!({ "path": difference.path, "state": difference.state.name() })).collect();
        print(&format!("{:#}\n", json!({ "files": made.files, "differences": changes, "fallbacks": fallbacks, "problems": [] })));
        return;
    }
    if check {
        made.differences.iter().for_each(|difference| print(&format!("{}: {}\n", difference.state.name(), difference.path)));
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for fallback in &made.fallbacks {
        *counts.entry(fallback.rule).or_default() += 1;
        eprintln!("{fallback}");
    }
    let out = order.out.display();
    eprintln!("{} files in {out}, {} of them changed; {} fallbacks", made.files, made.differences.len(), made.fallbacks.len());
    for (rule, count) in counts {
        eprintln!("  {count:>6} {rule}");
    }
}
