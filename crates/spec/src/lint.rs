//! Documents -> findings, by three families of rules.
//!
//! The *structure* is what OpenAPI itself allows, and is asked of every document. The *normal form* is what the generator needs
//! (`specs/README.md`), and is asked of our own specs. *Inconsistencies* are places at which a document disagrees with itself, with its own
//! examples or prose, or with another document; they are looked for in any document.
//!
//! A rule is a row of a table: an id, what it says, what to do, and a function over a [`Context`]. Rules never fail and never stop early.

mod composition;
pub mod context;
mod hygiene;
mod media;
mod names;
mod normal_form;
mod prose;
mod samples;
mod structure;
pub mod words;

use context::Context;

use crate::{Document, Pointer, Problem, Related, Report};

/// Which kind of rule it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// The grammar of OpenAPI 3.0, asked of every document.
    Structure,
    /// The form of `specs/README.md`, asked of our own specs.
    NormalForm,
    /// A disagreement within a document or between documents, looked for everywhere.
    Inconsistency,
}

/// What a rule looks at.
#[derive(Clone, Copy)]
pub enum Check {
    /// One document at a time.
    Each(fn(&Context<'_>, &mut Findings<'_>)),
    /// All documents of the run; called only when there are several.
    Together(fn(&[Context<'_>], &mut Findings<'_>)),
}

/// One rule.
pub struct Rule {
    /// Its name, in kebab case.
    pub id: &'static str,
    /// Its family.
    pub family: Family,
    /// What it says is wrong, in one sentence.
    pub says: &'static str,
    /// What to do about a finding, in one sentence.
    pub help: &'static str,
    /// How it is found.
    pub check: Check,
}

/// Where a rule puts what it finds.
pub struct Findings<'f> {
    rule: &'static Rule,
    file: &'f str,
    problems: Vec<Problem>,
}

impl Findings<'_> {
    /// Adds a finding at `pointer` of the document that is looked at.
    pub fn add(&mut self, pointer: &Pointer, message: impl Into<String>) -> &mut Problem {
        let file = self.file.to_owned();
        self.add_in(&file, pointer, message)
    }

    /// Adds a finding at `pointer` of `file`.
    pub fn add_in(&mut self, file: &str, pointer: &Pointer, message: impl Into<String>) -> &mut Problem {
        let position = self.problems.len();
        self.problems.push(Problem::new(self.rule.id, file, message, self.rule.help).at(pointer.clone()));
        &mut self.problems[position]
    }
}

impl Problem {
    /// Names another place of the same document that shows the problem.
    pub fn relate(&mut self, pointer: &Pointer) -> &mut Self {
        let file = self.file.clone();
        self.relate_in(&file, pointer)
    }

    /// Names a place of `file` that shows the problem.
    pub fn relate_in(&mut self, file: &str, pointer: &Pointer) -> &mut Self {
        self.related.push(Related { file: file.to_owned(), pointer: pointer.clone() });
        self
    }
}

/// Every rule, family by family.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [structure::RULES, normal_form::RULES, hygiene::RULES, samples::RULES, prose::RULES, names::RULES].into_iter().flatten()
}

/// Looks at `documents` with the rules of `families`, and always with those of [`Family::Structure`].
///
/// Findings know their place in the text.
#[must_use]
pub fn lint(documents: &[Document], families: &[Family]) -> Report {
    let contexts: Vec<_> = documents.iter().map(Context::of).collect();
    let mut problems = Vec::new();
    for rule in rules().filter(|rule| rule.family == Family::Structure || families.contains(&rule.family)) {
        match rule.check {
            Check::Each(check) => {
                for context in &contexts {
                    let mut findings = Findings { rule, file: context.index.document().file(), problems: Vec::new() };
                    check(context, &mut findings);
                    problems.append(&mut findings.problems);
                }
            }
            Check::Together(check) if contexts.len() > 1 => {
                let mut findings = Findings { rule, file: contexts[0].index.document().file(), problems: Vec::new() };
                check(&contexts, &mut findings);
                problems.append(&mut findings.problems);
            }
            Check::Together(_) => {}
        }
    }
    let mut report = Report::new(problems);
    locate(documents, report.problems_mut());
    report
}

/// Finds out where in the text the problems are.
pub fn locate(documents: &[Document], problems: &mut [Problem]) {
    for document in documents {
        let mut own: Vec<_> = problems.iter_mut().filter(|problem| problem.file == document.file() && problem.location.is_none()).collect();
        if own.is_empty() {
            continue;
        }
        let pointers: Vec<_> = own.iter().map(|problem| problem.pointer.clone()).collect();
        let found = document.locate(&pointers);
        own.iter_mut().for_each(|problem| problem.location = found.get(&problem.pointer).copied());
    }
}
