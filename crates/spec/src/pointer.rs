//! JSON pointers: the name of a place in a document.

use std::cmp::Ordering;
use std::fmt;

use serde_json::Value;

/// The place of a value in a document, written as RFC 6901 has it: `/paths/~1jobs/post`.
///
/// Pointers sort token by token, and numbers by value, so that `/items/9` stands before `/items/10`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Pointer(String);

impl Pointer {
    /// The whole document.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Reads the text of a pointer. A leading `#` is left out.
    ///
    /// Returns `None` unless the text is empty or begins with `/`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('#').unwrap_or(text);
        (text.is_empty() || text.starts_with('/')).then(|| Self(text.to_owned()))
    }

    /// The member or item `token` of this place.
    #[must_use]
    pub fn child(&self, token: &str) -> Self {
        let mut text = String::with_capacity(self.0.len() + token.len() + 1);
        text.push_str(&self.0);
        push_token(&mut text, token);
        Self(text)
    }

    /// The place that `path` names from here on; `path` is the text of a pointer.
    #[must_use]
    pub fn join(&self, path: &str) -> Self {
        debug_assert!(path.is_empty() || path.starts_with('/'), "not a pointer: {path}");
        Self(format!("{}{path}", self.0))
    }

    /// The item `index` of this place.
    #[must_use]
    pub fn item(&self, index: usize) -> Self {
        self.child(&index.to_string())
    }

    /// The place that holds this one; `None` for the whole document.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        self.0.rfind('/').map(|end| Self(self.0[..end].to_owned()))
    }

    /// The last token, unescaped: the name of the member or the number of the item.
    #[must_use]
    pub fn last(&self) -> Option<String> {
        self.0.rfind('/').map(|start| unescape(&self.0[start + 1..]))
    }

    /// Every token from the root, unescaped.
    pub fn tokens(&self) -> impl Iterator<Item = String> + '_ {
        self.0.split('/').skip(1).map(unescape)
    }

    /// Whether this place is `other` or lies within it.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.strip_prefix(&other.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The text of the pointer.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value at this place.
    #[must_use]
    pub fn find<'v>(&self, root: &'v Value) -> Option<&'v Value> {
        root.pointer(&self.0)
    }
}

/// Appends `/token` to the text of a pointer, escaped.
pub(crate) fn push_token(text: &mut String, token: &str) {
    text.push('/');
    for letter in token.chars() {
        match letter {
            '~' => text.push_str("~0"),
            '/' => text.push_str("~1"),
            other => text.push(other),
        }
    }
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

impl fmt::Display for Pointer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Ord for Pointer {
    fn cmp(&self, other: &Self) -> Ordering {
        let compare = |(left, right): (&str, &str)| match (left.parse::<usize>(), right.parse::<usize>()) {
            (Ok(left), Ok(right)) => left.cmp(&right),
            _ => left.cmp(right),
        };
        let (mut left, mut right) = (self.0.split('/'), other.0.split('/'));
        loop {
            match (left.next(), right.next()) {
                (Some(left), Some(right)) => match compare((left, right)) {
                    Ordering::Equal => {}
                    unequal => return unequal,
                },
                (None, None) => return self.0.cmp(&other.0),
                (None, Some(_)) => return Ordering::Less,
                (Some(_), None) => return Ordering::Greater,
            }
        }
    }
}

impl PartialOrd for Pointer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_escaped_on_the_way_in_and_unescaped_on_the_way_out() {
        let pointer = Pointer::root().child("paths").child("/a~b/{id}").item(3);
        assert_eq!(pointer.as_str(), "/paths/~1a~0b~1{id}/3");
        assert_eq!(pointer.tokens().collect::<Vec<_>>(), ["paths", "/a~b/{id}", "3"]);
        assert_eq!(pointer.parent().and_then(|parent| parent.last()), Some("/a~b/{id}".into()));
    }

    #[test]
    fn items_sort_by_number() {
        let (nine, ten) = (Pointer::root().item(9), Pointer::root().item(10));
        assert!(nine < ten);
    }

    #[test]
    fn within_compares_whole_tokens() {
        let inner = Pointer::root().child("ab");
        assert!(inner.is_within(&Pointer::root()));
        assert!(!inner.is_within(&Pointer::root().child("a")));
    }
}
