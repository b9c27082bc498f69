//! Rules: the form of `specs/README.md`, which is what the generator needs.
//!
//! Each sentence of that page that a machine can check is a rule here, or a part of one. The rules ask nothing about what a document
//! means; whether it agrees with itself is the business of the other families.

mod bodies;
mod documents;
mod enums;
mod error_codes;
mod event_stream;
mod examples;
mod extensions;
mod fields;
mod forms;
mod json_text;
mod look;
mod marks;
mod operations;
mod paging;
mod received;
mod replies;
mod schemas;
mod settings;
mod tagged;
mod text;
mod unions;
mod unreachable;
mod unsupported;

use super::{Check, Context, Family, Findings, Rule};

/// A rule of this family, which looks at one document at a time.
const fn rule(id: &'static str, says: &'static str, help: &'static str, check: fn(&Context<'_>, &mut Findings<'_>)) -> Rule {
    Rule { id, family: Family::NormalForm, says, help, check: Check::Each(check) }
}

pub(super) static RULES: &[Rule] = &[
    documents::VERSION_INFO,
    documents::NO_DEFAULT,
    schemas::SCHEMA_NAME,
    text::TEXT_DESCRIBED,
    text::TEXT_FORM,
    text::HIDDEN_SIGN,
    examples::EXAMPLE_CONTENT,
    unreachable::UNREACHABLE_COMPONENT,
    unsupported::UNSUPPORTED_KEY,
    schemas::BARE_REFERENCE,
    operations::OPERATION_ID,
    operations::OPERATION_TAG,
    operations::OPERATION_SUMMARY,
    operations::OPERATION_SECURITY,
    operations::PATH_PARAMETER,
    bodies::BODY_FORM,
    replies::RESPONSE_SET,
    replies::JSON_FIRST,
    replies::ENVELOPE_REPLY,
    forms::INLINE_SCHEMA,
    forms::PROPERTY_FORM,
    forms::SCHEMA_FORM,
    schemas::NULLABLE_FORM,
    unions::UNION_FORM,
    received::ALIAS_NOT_REQUIRED,
    received::RECEIVED_BOUND,
    extensions::EXTENSION_UNKNOWN,
    marks::EXTENSION_FORM,
    settings::CLIENT_SETTINGS,
    error_codes::ERROR_CODES,
    enums::ENUM_FORM,
    paging::PAGING_FORM,
    event_stream::EVENT_STREAM_FORM,
    json_text::JSON_TEXT_FORM,
];
