//! The keyword `pattern`: compiled once, however many values are checked against it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use regex_lite::{Regex, RegexBuilder};

/// How large a compiled pattern may be, and how many are kept.
const LARGEST: usize = 1 << 18;
const MOST: usize = 1_000;

thread_local! {
    static COMPILED: RefCell<HashMap<String, Option<Rc<Regex>>>> = RefCell::default();
}

/// Whether `text` matches; `None` where the pattern is not understood. ECMAScript has more than is known here, and what is huge is left alone.
pub(super) fn matches(pattern: &str, text: &str) -> Option<bool> {
    let known = COMPILED.with_borrow(|compiled| compiled.get(pattern).cloned());
    let regex = known.unwrap_or_else(|| {
        let regex = RegexBuilder::new(pattern).size_limit(LARGEST).build().ok().map(Rc::new);
        COMPILED.with_borrow_mut(|compiled| {
            if compiled.len() >= MOST {
                compiled.clear();
            }
            compiled.insert(pattern.to_owned(), regex.clone());
        });
        regex
    });
    regex.map(|regex| regex.is_match(text))
}
