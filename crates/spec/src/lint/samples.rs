//! Rules: examples that contradict their schemas.
//!
//! A single value that does not fit is a faulty example, and the finding stands there. Where several values contradict the same place of
//! a schema the schema is the likelier fault: one finding stands there, and the examples are related to it.

mod compare;
mod members;
mod mismatch;
mod walk;

use super::Rule;

pub(super) static RULES: &[Rule] =
    &[mismatch::EXAMPLE_MISMATCH, mismatch::EXAMPLE_NULL, members::EXAMPLE_UNDECLARED, members::EXAMPLE_LACKS_REQUIRED];

/// How many examples a finding names. More do not help to see the point.
const MOST_SHOWN: usize = 12;
