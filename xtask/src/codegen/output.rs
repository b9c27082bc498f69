//! What came of a run -> text for people, or JSON for programs.

use std::fmt::Write;

use apispec::Report;
use serde_json::{Value, json};

use super::differences::{Difference, State};
use super::{Arguments, Run};
use crate::output::{Format, finding, print as write, rendered};

/// Prints the run as the arguments ask: the result to standard output, problems and a closing line to standard error.
pub(super) fn print(run: &Run, arguments: &Arguments) {
    if arguments.json {
        write(&json(run));
        return;
    }
    eprint!("{}", rendered(&Report::new(run.fallbacks.clone()), Format::Text));
    eprint!("{}", rendered(&Report::new(run.problems.clone()), Format::Text));
    write(&text(&run.differences, arguments.check));
    eprintln!("{}", closing(run, arguments));
}

fn text(differences: &[Difference], check: bool) -> String {
    let mut text = String::new();
    for difference in differences {
        if check {
            let _ = writeln!(text, "{}: {}\n{}", difference.state.name(), difference.path, difference.diff());
        } else {
            let done = if difference.state == State::Orphan { "deleted" } else { "wrote" };
            let _ = writeln!(text, "{done} {}", difference.path);
        }
    }
    text
}

fn closing(run: &Run, arguments: &Arguments) -> String {
    let (files, changed) = (run.files, run.differences.len());
    if !run.problems.is_empty() {
        let count = run.problems.len();
        return format!("{count} problem{} to solve first", plural(count));
    }
    match (arguments.check, changed) {
        (_, 0) => format!("{files} files are up to date"),
        (false, _) => format!("{changed} of {files} files changed"),
        (true, _) => {
            let names: String = arguments.names.iter().map(|name| format!(" {name}")).collect();
            let verb = if changed == 1 { "differs" } else { "differ" };
            format!("{changed} file{} {verb} from what the specs ask for; run `cargo xtask codegen{names}`", plural(changed))
        }
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn json(run: &Run) -> String {
    let changes: Vec<Value> = run.differences.iter().map(change).collect();
    let problems: Vec<Value> = run.problems.iter().map(finding).collect();
    let fallbacks: Vec<Value> = run.fallbacks.iter().map(finding).collect();
    format!("{:#}\n", json!({ "files": run.files, "differences": changes, "fallbacks": fallbacks, "problems": problems }))
}

fn change(difference: &Difference) -> Value {
    json!({ "path": difference.path, "state": difference.state.name(), "diff": difference.diff() })
}
