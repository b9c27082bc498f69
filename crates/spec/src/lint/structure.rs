//! Rules: what the grammar of OpenAPI 3.0 does not allow. They are asked of every document.
//!
//! The index finds these on its walk; here they get their names and their sentences.

use super::context::Context;
use super::{Check, Family, Findings, Rule};

const fn rule(id: &'static str, says: &'static str, help: &'static str, check: fn(&Context<'_>, &mut Findings<'_>)) -> Rule {
    Rule { id, family: Family::Structure, says, help, check: Check::Each(check) }
}

pub(super) static RULES: &[Rule] = &[
    rule("unknown-key", "Every key is one that OpenAPI has.", "correct it, or begin the name of an extension with `x-`", taken),
    rule("missing-key", "Every key that OpenAPI requires is there.", "add it", taken),
    rule("wrong-type", "Every value has the form that OpenAPI gives it.", "write it in that form", taken),
    rule("unresolved-reference", "Every reference leads to something.", "define it, or correct the reference", taken),
    rule("external-reference", "Every reference stays in its document.", "put what it refers to into this document", taken),
];

/// Takes over what the index has found under the name of the rule.
fn taken(context: &Context<'_>, findings: &mut Findings<'_>) {
    let id = findings.rule.id;
    findings.problems.extend(context.index.problems().iter().filter(|problem| problem.rule == id).cloned());
}
