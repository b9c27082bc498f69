//! A report -> text for people, JSON for programs, or annotations for a pull request.

use std::fmt::Write as _;
use std::io::Write as _;

use apispec::{Location, Pointer, Problem, Report, one_line};
use clap::ValueEnum;
use serde_json::{Value, json};

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Format {
    /// A few lines for each finding.
    #[default]
    Text,
    /// One JSON object with all of them.
    Json,
    /// Workflow commands that GitHub shows beside the changed lines.
    Github,
}

/// The report in that format.
pub(crate) fn rendered(report: &Report, format: Format) -> String {
    match format {
        Format::Text => text(report),
        Format::Json => {
            let findings: Vec<_> = report.problems().iter().map(finding).collect();
            format!("{:#}\n", json!({ "findings": findings, "count": findings.len() }))
        }
        Format::Github => report.problems().iter().map(annotation).collect(),
    }
}

/// Prints to standard output. A reader that has gone away is no error; a full disk is.
pub(crate) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush())
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        eprintln!("cannot write the findings: {error}");
        std::process::exit(2);
    }
}

/// How many of the other places are shown to people.
const SHOWN: usize = 3;

fn text(report: &Report) -> String {
    let mut page = String::new();
    for problem in report.problems() {
        let Problem { rule, message, help, pointer, related, .. } = problem;
        let _ = writeln!(page, "{}: {rule}: {message}", place(problem));
        if *pointer != Pointer::root() {
            let _ = writeln!(page, "  at    {}", one_line(pointer.as_str()));
        }
        for other in related.iter().take(SHOWN) {
            let file = if other.file == problem.file { "" } else { &other.file };
            let _ = writeln!(page, "  also  {}{}", one_line(file), one_line(other.pointer.as_str()));
        }
        if related.len() > SHOWN {
            let _ = writeln!(page, "  also  in {} more", related.len() - SHOWN);
        }
        let _ = writeln!(page, "  help: {help}\n");
    }
    page
}

fn place(problem: &Problem) -> String {
    match problem.location {
        Some(Location { line, column }) => format!("{}:{line}:{column}", one_line(&problem.file)),
        None => one_line(&problem.file),
    }
}

/// One finding as JSON.
pub(crate) fn finding(problem: &Problem) -> Value {
    let related: Vec<_> = problem.related.iter().map(|other| json!({ "file": other.file, "pointer": other.pointer.as_str() })).collect();
    json!({
        "rule": problem.rule,
        "file": problem.file,
        "line": problem.location.map(|location| location.line),
        "column": problem.location.map(|location| location.column),
        "pointer": problem.pointer.as_str(),
        "message": problem.message,
        "help": problem.help,
        "related": related,
    })
}

fn annotation(problem: &Problem) -> String {
    let escape = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| escape(text).replace(':', "%3A").replace(',', "%2C");
    let position = problem.location.map(|Location { line, column }| format!(",line={line},col={column}")).unwrap_or_default();
    let place = if problem.pointer == Pointer::root() { String::new() } else { format!(" ({})", one_line(problem.pointer.as_str())) };
    let message = format!("{}{place} help: {}", problem.message, problem.help);
    format!("::error file={}{position},title={}::{}\n", property(&one_line(&problem.file)), property(problem.rule), escape(&message))
}
