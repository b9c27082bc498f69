//! Rules: descriptions that contradict what they describe.

use super::Rule;

pub(super) static RULES: &[Rule] = &[];
