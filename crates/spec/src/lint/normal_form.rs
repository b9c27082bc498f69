//! Rules: the form of `specs/README.md`.

use super::Rule;

pub(super) static RULES: &[Rule] = &[];
