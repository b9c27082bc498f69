//! `cargo xtask lint`: what is wrong with the specs, or with any OpenAPI 3.0 document.

mod baseline;

use std::path::PathBuf;

use apispec::ledger::Ledger;
use apispec::lint::{Family, lint, rules};
use apispec::{Problem, Report};

use crate::output::{Format, print, rendered};
use crate::{Outcome, workspace};

/// Finds what is wrong with the specs, or with any OpenAPI 3.0 documents
///
/// Without FILE: the workspace's own specs, by all rules, together with the ledger and its evidence.
/// With FILE: JSON or YAML documents, by the rules that look for inconsistencies; several are also compared with each other.
///
/// Exits with 0 when nothing was found, 1 when something was, 2 when a document cannot be read.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// OpenAPI 3.0 documents
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Leave out the findings that this file lists
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write the findings into a baseline instead of printing them
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,
    /// Ask for the normal form of the workspace's own specs too
    #[arg(long, requires = "files")]
    normal_form: bool,
    /// List the rules
    #[arg(long, exclusive = true)]
    rules: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    if arguments.rules {
        list_rules();
        return Outcome::Clean;
    }
    match findings(arguments) {
        Ok(report) => conclude(arguments, report),
        Err(report) => failed(&report, arguments.format),
    }
}

fn findings(arguments: &Arguments) -> Result<Report, Report> {
    if arguments.files.is_empty() {
        return own_findings();
    }
    let documents = workspace::read_all(&arguments.files)?;
    let families: &[_] = if arguments.normal_form { &[Family::Inconsistency, Family::NormalForm] } else { &[Family::Inconsistency] };
    Ok(lint(&documents, families))
}

/// The specs are of three different APIs and are not compared with each other.
fn own_findings() -> Result<Report, Report> {
    let specs = workspace::specs()?;
    let ledger = Ledger::read(&workspace::specs_folder().join("ledger.yaml"))?;
    let both = [Family::Inconsistency, Family::NormalForm];
    let mut problems: Vec<Problem> = specs.iter().flat_map(|spec| lint(std::slice::from_ref(spec), &both).problems().to_vec()).collect();
    for spec in &specs {
        problems.extend(spec.model().err().iter().flat_map(Report::problems).cloned());
    }
    if problems.is_empty() {
        problems.extend_from_slice(ledger.check(&specs).problems());
        problems.extend(crate::ledger::stale(&ledger));
    } else {
        // One slip in a spec would show again in each piece of evidence.
        eprintln!("the ledger and its evidence are checked once the specs have no findings");
    }
    Ok(Report::new(problems))
}

fn conclude(arguments: &Arguments, mut report: Report) -> Outcome {
    if let Some(path) = &arguments.write_baseline {
        return match baseline::write(path, &report) {
            Ok(()) => {
                eprintln!("{}: {} findings are known from now on", path.display(), report.problems().len());
                Outcome::Clean
            }
            Err(report) => failed(&report, arguments.format),
        };
    }
    if let Some(path) = &arguments.baseline {
        match baseline::apply(path, &mut report) {
            Ok(0) => {}
            Ok(unused) => eprintln!("{}: what it lists {unused} times was not found any more; write the baseline again", path.display()),
            Err(report) => return failed(&report, arguments.format),
        }
    }
    print(&rendered(&report, arguments.format));
    let count = report.problems().len();
    eprintln!("{count} finding{}", if count == 1 { "" } else { "s" });
    if report.is_empty() { Outcome::Clean } else { Outcome::Found }
}

fn failed(report: &Report, format: Format) -> Outcome {
    match format {
        Format::Text => eprint!("{}", rendered(report, format)),
        Format::Json | Format::Github => print(&rendered(report, format)),
    }
    Outcome::Failed
}

fn list_rules() {
    for rule in rules() {
        let family = match rule.family {
            Family::Structure => "structure",
            Family::NormalForm => "normal form",
            Family::Inconsistency => "inconsistency",
        };
        print(&format!("{:<28} {family:<14} {}\n", rule.id, rule.says));
    }
}
