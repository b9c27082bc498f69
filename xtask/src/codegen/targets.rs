//! Which crate is generated from which specs.

use std::collections::BTreeMap;

use apispec::lint::{Family, lint, locate};
use apispec::{Document, Problem, Report};
use apispec_codegen::{Output, generate};

use crate::workspace;

/// A crate that is generated.
pub(super) struct Target {
    /// What it is called on the command line: its folder in `crates`.
    pub(super) name: &'static str,
    /// Its specs, each with its module: the folder below `src/generated`. The only spec of a crate needs none.
    specs: &'static [(Option<&'static str>, &'static str)],
}

/// Every crate that is generated.
pub(super) const TARGETS: &[Target] = &[
    Target { name: "client", specs: &[(Some("v1"), "powerdrill-v1"), (Some("v2"), "powerdrill-v2")] },
    Target { name: "pai", specs: &[(None, "pai-dataset-jobs")] },
];

/// What the command line may name.
pub(super) fn names() -> Vec<&'static str> {
    TARGETS.iter().map(|target| target.name).collect()
}

/// The files of a crate, by path from the top of the workspace, and what they cannot express.
#[derive(Default)]
pub(super) struct Generated {
    pub(super) files: BTreeMap<String, String>,
    pub(super) fallbacks: Vec<Problem>,
}

impl Target {
    /// What is made of what.
    pub(super) fn said(&self) -> String {
        let specs: Vec<String> = self.specs.iter().map(|(_, spec)| format!("specs/{spec}.yaml")).collect();
        format!("crates/{} from {}", self.name, specs.join(" and "))
    }

    /// The folder whose every file is generated.
    pub(super) fn folder(&self) -> String {
        format!("crates/{}/src/generated", self.name)
    }

    /// The page about the whole crate.
    pub(super) fn page(&self) -> String {
        format!("crates/{}/API.md", self.name)
    }

    /// Generates all files in memory; the specs at the same time, for nothing is shared between them.
    pub(super) fn generate(&self) -> Result<Generated, Report> {
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let running: Vec<_> = self.specs.iter().map(|(_, spec)| scope.spawn(move || client(spec))).collect();
            running.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
        });
        let mut generated = Generated::default();
        let mut pages = Vec::new();
        let mut problems = Vec::new();
        for ((module, _), outcome) in self.specs.iter().zip(outcomes) {
            match outcome {
                Err(report) => problems.extend_from_slice(report.problems()),
                Ok(output) => {
                    generated.fallbacks.extend(output.fallbacks);
                    for file in output.files {
                        if file.path == "API.md" {
                            pages.push(headed(file.text, *module));
                        } else {
                            let folder = module.map_or_else(|| self.folder(), |module| format!("{}/{module}", self.folder()));
                            generated.files.insert(format!("{folder}/{}", file.path), file.text);
                        }
                    }
                }
            }
        }
        generated.files.insert(self.page(), pages.join("\n"));
        if problems.is_empty() { Ok(generated) } else { Err(Report::new(problems)) }
    }
}

/// The page of one client, with its module in the heading.
fn headed(page: String, module: Option<&str>) -> String {
    match module {
        Some(module) => page.replacen("# ", &format!("# `{module}`: "), 1),
        None => page,
    }
}

/// Generates one client.
fn client(spec: &str) -> Result<Output, Report> {
    // Headers name the spec from the top of the workspace, wherever the command was started.
    let name = format!("specs/{spec}.yaml");
    let text = apispec::document::read_text(&workspace::root().join(&name))?;
    let document = Document::parse(&name, text)?;
    let report = lint(std::slice::from_ref(&document), &[Family::NormalForm]);
    if !report.is_empty() {
        return Err(report);
    }
    let located = |problems: &mut [Problem]| locate(std::slice::from_ref(&document), problems);
    match generate(&document) {
        Ok(mut output) => {
            located(&mut output.fallbacks);
            Ok(output)
        }
        Err(mut report) => {
            located(report.problems_mut());
            Err(report)
        }
    }
}
