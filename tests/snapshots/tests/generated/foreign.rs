//! A document that nobody normalised -> what its client offers, what it does not keep, and how each call is put together.
//!
//! The rest of the code is that of all clients, and that it compiles is for `tests/compiled` to show.

use std::path::Path;

use apispec_codegen::generate_foreign;

use super::documents::{lenient, settings, told};

/// The lines that put a call together.
fn calls(text: &str) -> String {
    let mut calls = String::new();
    let mut builder = "";
    let mut inside = false;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("impl ").and_then(|rest| rest.strip_suffix(" {")) {
            builder = name;
        }
        if line.trim().starts_with("fn call(self) -> ") {
            inside = true;
            calls += &format!("{builder}\n");
        } else if line == "    }" {
            inside = false;
        } else if inside {
            calls += &format!("{}\n", line.strip_prefix("    ").unwrap_or(line));
        }
    }
    calls
}

fn shown(path: &Path) -> String {
    let (text, document) = lenient(path);
    let output = generate_foreign(document.clone()).unwrap_or_else(|report| panic!("{}: {report}", path.display()));
    let mut shown = format!("{}\n", text.trim_end());
    if !output.fallbacks.is_empty() {
        shown += &format!("\n==> what the client does not keep\n{}", told(&output.fallbacks, &document));
    }
    for file in &output.files {
        let content = if file.path.ends_with(".rs") { calls(&file.text) } else { file.text.clone() };
        if !content.is_empty() {
            shown += &format!("\n==> {}\n{content}", file.path);
        }
    }
    shown
}

#[test]
fn documents_that_nobody_normalised_become_code() {
    let _bound = settings().bind_to_scope();
    insta::glob!("../../specs/foreign", "*.*", |path| insta::assert_snapshot!(shown(path)));
}
