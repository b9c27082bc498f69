//! What generated code checks before it sends: a bound that a request breaks becomes [`ErrorKind::InvalidRequest`](crate::ErrorKind).

use std::fmt::Display;

use crate::error::{Error, ErrorKind};

/// A member of a request that breaks a bound. It names the member and the bound, and quotes no text of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    field: String,
    reason: String,
}

impl Violation {
    /// Says which member is wrong, and why: `Violation::new("question", "is empty")`.
    pub fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { field: field.into(), reason: reason.into() }
    }

    /// Puts the name of what the member stands in before it: `columns` and `[2].name` become `columns[2].name`.
    #[must_use]
    pub fn within(mut self, outer: &str) -> Self {
        let dot = if self.field.starts_with('[') { "" } else { "." };
        self.field = format!("{outer}{dot}{}", self.field);
        self
    }

    /// Gives the name of the member.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Says what is wrong with it.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl From<Violation> for Error {
    fn from(violation: Violation) -> Self {
        Self::new(ErrorKind::InvalidRequest { field: violation.field }, violation.reason)
    }
}

/// Checks the number of characters of a text.
///
/// # Errors
///
/// The text is shorter than `min` or longer than `max`.
pub fn length(field: &str, text: &str, min: Option<usize>, max: Option<usize>) -> Result<(), Violation> {
    // A text has at least as many bytes as characters, so most texts need not be counted.
    let has = if min.is_none() && max.is_some_and(|max| text.len() <= max) { return Ok(()) } else { text.chars().count() };
    count(field, has, min, max, "character", "characters")
}

/// Checks the number of items of a list.
///
/// # Errors
///
/// The list has fewer than `min` or more than `max` items.
pub fn items<T>(field: &str, list: &[T], min: Option<usize>, max: Option<usize>) -> Result<(), Violation> {
    count(field, list.len(), min, max, "item", "items")
}

/// Checks a number.
///
/// # Errors
///
/// The number is less than `min` or greater than `max`.
pub fn range<N: PartialOrd + Display>(field: &str, value: &N, min: Option<N>, max: Option<N>) -> Result<(), Violation> {
    if let Some(min) = min.filter(|min| value < min) {
        return Err(Violation::new(field, format!("is {value}, but must be at least {min}")));
    }
    if let Some(max) = max.filter(|max| value > max) {
        return Err(Violation::new(field, format!("is {value}, but must be at most {max}")));
    }
    Ok(())
}

/// Checks how many of several members are given: `at_most` is `Some(1)` for exactly one of them.
///
/// # Errors
///
/// None is given, or more than `at_most`.
pub fn some_of(given: &[(&str, bool)], at_most: Option<usize>) -> Result<(), Violation> {
    let all: Vec<&str> = given.iter().map(|(name, _)| *name).collect();
    let there: Vec<&str> = given.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
    match (there.len(), at_most) {
        (0, _) => {
            let none = if all.len() == 2 { "neither" } else { "none" };
            Err(Violation::new(listed(&all, "or"), format!("must be given, but {none} is")))
        }
        (count, Some(most)) if count > most => {
            Err(Violation::new(listed(&there, "and"), format!("are given together, but at most {most} of them may be")))
        }
        _ => Ok(()),
    }
}

/// `a, b or c`.
fn listed(names: &[&str], last: &str) -> String {
    match names.split_last() {
        Some((name, rest)) if !rest.is_empty() => format!("{} {last} {name}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// Checks that what a text holds is what its sibling selects. `given` is the selector of what it holds, if that is known.
///
/// # Errors
///
/// The sibling selects something else.
pub fn selected(field: &str, given: Option<&str>, sibling: &str, selects: &str) -> Result<(), Violation> {
    match given {
        Some(given) if given != selects => Err(Violation::new(field, format!("is for {given}, but {sibling} selects another type"))),
        _ => Ok(()),
    }
}

/// Checks that what a text holds says what its sibling is: `given` is the selector, if it does.
///
/// # Errors
///
/// It is a text of unknown type.
pub fn selects(field: &str, given: Option<&str>, sibling: &str) -> Result<(), Violation> {
    match given {
        Some(_) => Ok(()),
        None => Err(Violation::new(field, format!("is a text that does not say which {sibling} it is for"))),
    }
}

fn count(field: &str, has: usize, min: Option<usize>, max: Option<usize>, one: &str, many: &str) -> Result<(), Violation> {
    let noun = if has == 1 { one } else { many };
    if let Some(min) = min.filter(|min| has < *min) {
        return Err(Violation::new(field, format!("has {has} {noun}, but needs at least {min}")));
    }
    if let Some(max) = max.filter(|max| has > *max) {
        return Err(Violation::new(field, format!("has {has} {noun}, but may have at most {max}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Violation, items, length, range, selected, some_of};

    fn told(result: Result<(), Violation>) -> String {
        result.map_or_else(|violation| format!("{} {}", violation.field(), violation.reason()), |()| "fine".to_owned())
    }

    #[test]
    fn bounds_are_named() {
        assert_eq!(
            told(length("question", &"x".repeat(6001), None, Some(6000))),
            "question has 6001 characters, but may have at most 6000"
        );
        assert_eq!(told(length("question", &"\u{4e2d}".repeat(6000), None, Some(6000))), "fine");
        assert_eq!(told(length("name", "", Some(1), None)), "name has 0 characters, but needs at least 1");
        assert_eq!(told(items("ids", &[0; 1001], None, Some(1000))), "ids has 1001 items, but may have at most 1000");
        assert_eq!(told(range("history", &11, Some(0), Some(10))), "history is 11, but must be at most 10");
        assert_eq!(told(range("history", &-1, Some(0), None)), "history is -1, but must be at least 0");
        assert_eq!(told(range("history", &10, Some(0), Some(10))), "fine");
        let both = [("url", true), ("file", true)];
        assert_eq!(told(some_of(&both, None)), "fine");
        assert_eq!(told(some_of(&both, Some(1))), "url and file are given together, but at most 1 of them may be");
        assert_eq!(told(some_of(&[("url", false), ("file", false)], None)), "url or file must be given, but neither is");
        let three = [("url", false), ("file", false), ("text", false)];
        assert_eq!(told(some_of(&three, Some(1))), "url, file or text must be given, but none is");
    }

    #[test]
    fn a_text_holds_what_its_sibling_selects() {
        assert_eq!(told(selected("spec", Some("A"), "action", "A")), "fine");
        assert_eq!(told(selected("spec", None, "action", "B")), "fine");
        assert_eq!(told(selected("spec", Some("A"), "action", "B")), "spec is for A, but action selects another type");
    }

    #[test]
    fn nested_members_are_named_in_full() {
        let inner = Violation::new("name", "is empty").within("[2]").within("columns");
        assert_eq!(inner.field(), "columns[2].name");
    }
}
