//! A value against a schema of a document: strictly, as it is sent, or tolerantly, as it is received.
//!
//! [`check`] is JSON-schema validation as OpenAPI 3.0 defines it. [`read`] first applies the tolerances that the schema declares
//! (other spellings, other types, shorthands) and so turns what a server really sends into the canonical form. It is an executable
//! reading of `specs/README.md`, independent of the code that is generated from the same extensions.

mod check;
mod format;
mod pattern;
mod tolerance;

pub use check::{Direction, Options, Violation, check, declared_names};
pub(crate) use check::{brief, is_type, type_of};
pub(crate) use format::holds;
pub use tolerance::read;
