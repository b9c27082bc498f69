//! Rules: what OpenAPI allows and nobody should write.

mod bodies;
mod links;
mod parameters;
mod references;
mod required;
mod responses;
mod secrets;
mod security;
mod streaming;
mod values;

use super::Rule;

pub(super) static RULES: &[Rule] = &[
    bodies::OPTIONAL_BODY,
    bodies::DELETE_BODY,
    parameters::IGNORED_PARAMETER,
    parameters::PATH_PARAMETER_MISMATCH,
    parameters::DUPLICATE_PATH,
    references::REFERENCE_SIBLINGS,
    required::REQUIRED_UNKNOWN,
    responses::MISSING_ERRORS,
    responses::UNTYPED_REPLY,
    streaming::STREAM_WITHOUT_MEDIA_TYPE,
    security::MISSING_SECURITY,
    links::INSECURE_URL,
    secrets::CREDENTIAL_IN_TEXT,
    values::DEFAULT_INVALID,
    values::ENUM_INVALID,
];
