//! Rules: one name in several spellings, one name with several types.

use super::Rule;

pub(super) static RULES: &[Rule] = &[];
