//! Rules: examples that contradict their schemas.

use super::Rule;

pub(super) static RULES: &[Rule] = &[];
