//! Rules: what OpenAPI allows and nobody should write.

use super::Rule;

pub(super) static RULES: &[Rule] = &[];
