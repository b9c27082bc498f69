//! Rules: one name in several spellings, one name with several types, copies that have drifted apart.

mod across;
mod aligned;
mod components;
mod copies;
mod drift;
mod enums;
mod filters;
mod nullability;
mod paths;
mod shape;
mod sides;
mod spelling;
mod spots;
mod typing;
mod values;

use super::{Check, Family, Rule};

const fn each(
    id: &'static str,
    says: &'static str,
    help: &'static str,
    check: fn(&super::context::Context<'_>, &mut super::Findings<'_>),
) -> Rule {
    Rule { id, family: Family::Inconsistency, says, help, check: Check::Each(check) }
}

const fn together(
    id: &'static str,
    says: &'static str,
    help: &'static str,
    check: fn(&[super::context::Context<'_>], &mut super::Findings<'_>),
) -> Rule {
    Rule { id, family: Family::Inconsistency, says, help, check: Check::Together(check) }
}

pub(super) static RULES: &[Rule] = &[
    each("name-spelling", "One name is spelled in one way.", "choose one spelling and use it everywhere", spelling::check),
    each(
        "type-drift",
        "A name has the same type wherever it means the same.",
        "give it the same type, or another name",
        drift::check_types,
    ),
    each(
        "format-drift",
        "A text has the same format wherever it means the same.",
        "declare the same format in all places",
        drift::check_formats,
    ),
    each(
        "nullability-drift",
        "A member may be null, or never is, wherever it means the same.",
        "write `nullable: true` in all places if null is really sent there, or in none",
        nullability::check,
    ),
    each(
        "default-drift",
        "A setting has the same default wherever it means the same.",
        "declare the default that the server applies, or say why it differs",
        drift::check_defaults,
    ),
    each(
        "enum-drift",
        "A list of values is the same wherever it means the same.",
        "move the list to one component and refer to it, or add the missing values",
        enums::check_lists,
    ),
    each("enum-spelling", "One value is spelled in one way.", "write the value as the server sends it, everywhere", values::check),
    each("copy-drift", "Copies of one object agree with each other.", "move the object to one component and refer to it", copies::check),
    each(
        "component-name",
        "Component names consist of the characters that OpenAPI allows.",
        "give it a name of ASCII letters and digits",
        components::check_names,
    ),
    each(
        "unused-component",
        "Every component is used.",
        "refer to it where it is meant to be used, or take it away",
        components::check_unused,
    ),
    each(
        "missing-operation-id",
        "Every operation has an operationId.",
        "give every operation an operationId of its own",
        components::check_operation_ids,
    ),
    each("stray-blank", "Names and summaries neither begin nor end with a blank.", "take the blank away", components::check_blanks),
    each("path-parameter-name", "A thing has one name in all paths.", "give the parameter the same name in all these paths", paths::check),
    together(
        "document-convention",
        "Documents of one API write names in the same style.",
        "write names in one style, or say in both documents that the styles differ",
        across::check_conventions,
    ),
    together(
        "name-across",
        "Documents of one API use the same words for the same thing.",
        "choose one spelling for both documents, or say in both that it differs",
        across::check_names,
    ),
    together(
        "type-across",
        "Documents of one API agree on what an operation takes and returns.",
        "find out which of the two is right, or say in both that the versions differ",
        aligned::check,
    ),
];
