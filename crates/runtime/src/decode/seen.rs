//! A JSON text that may be one of several types -> what tells them apart: its JSON type, its members, the texts of its members.

use std::collections::BTreeMap;

use serde::de::{self, IgnoredAny};
use serde_json::value::RawValue;

use super::buffered;

/// What is seen of a value before it is known which type it has.
pub struct Seen<'a> {
    first: u8,
    text: &'a str,
    members: BTreeMap<String, &'a RawValue>,
}

impl<'a> Seen<'a> {
    /// Looks at a value. Of an object, only the names of its members are read.
    #[must_use]
    pub fn of(raw: &'a RawValue) -> Self {
        let text = raw.get().trim_start();
        let first = text.bytes().next().unwrap_or_default();
        let members = if first == b'{' { serde_json::from_str(text).unwrap_or_default() } else { BTreeMap::new() };
        Self { first, text, members }
    }

    /// Whether it is an object.
    #[must_use]
    pub fn is_object(&self) -> bool {
        self.first == b'{'
    }

    /// Whether it is a list.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.first == b'['
    }

    /// Whether it is a text.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.first == b'"'
    }

    /// Whether it is `true` or `false`.
    #[must_use]
    pub fn is_flag(&self) -> bool {
        matches!(self.first, b't' | b'f')
    }

    /// Whether it is a number.
    #[must_use]
    pub fn is_number(&self) -> bool {
        self.first == b'-' || self.first.is_ascii_digit()
    }

    /// Whether it is a number without a fraction.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        self.is_number() && !self.text.contains(['.', 'e', 'E'])
    }

    /// Whether it is an object with all of these members.
    #[must_use]
    pub fn has(&self, members: &[&str]) -> bool {
        self.is_object() && members.iter().all(|member| self.members.contains_key(*member))
    }

    /// Whether it is an object in which this member is this text.
    #[must_use]
    pub fn says(&self, member: &str, text: &str) -> bool {
        self.members.get(member).is_some_and(|raw| serde_json::from_str::<String>(raw.get()).is_ok_and(|said| said == text))
    }
}

/// Reads the text of the member that tells the types of a union apart.
///
/// # Errors
///
/// There is no such member, or it is not a text.
pub fn tag<E: de::Error>(raw: &RawValue, member: &'static str) -> Result<String, E> {
    let seen = Seen::of(raw);
    match seen.members.get(member) {
        Some(tag) => buffered(tag, member),
        // What is not an object is an error of that place; an object without the member, of the member.
        None if seen.is_object() => Err(E::missing_field(member)),
        None => buffered::<BTreeMap<String, IgnoredAny>, E>(raw, "").and_then(|_| Err(E::missing_field(member))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::{Seen, tag};

    fn raw(text: &str) -> Box<RawValue> {
        serde_json::from_str(text).expect("JSON")
    }

    #[test]
    fn json_types_are_told_by_the_first_letter() {
        let seen = |text: &str| {
            let raw = raw(text);
            let seen = Seen::of(&raw);
            [seen.is_object(), seen.is_list(), seen.is_text(), seen.is_flag(), seen.is_number(), seen.is_integer()].map(u8::from)
        };
        assert_eq!(seen("{}"), [1, 0, 0, 0, 0, 0]);
        assert_eq!(seen("[1]"), [0, 1, 0, 0, 0, 0]);
        assert_eq!(seen("\"7\""), [0, 0, 1, 0, 0, 0]);
        assert_eq!(seen("false"), [0, 0, 0, 1, 0, 0]);
        assert_eq!(seen("-7"), [0, 0, 0, 0, 1, 1]);
        assert_eq!(seen("7e1"), [0, 0, 0, 0, 1, 0]);
        assert_eq!(seen("null"), [0; 6]);
    }

    #[test]
    fn members_and_their_texts_are_seen() {
        let raw = raw(r#"{"kind":"c\u0061t","size":{"kind":"dog"}}"#);
        let seen = Seen::of(&raw);
        assert!(seen.has(&["kind", "size"]) && seen.has(&[]) && !seen.has(&["kind", "name"]));
        assert!(seen.says("kind", "cat") && !seen.says("kind", "dog") && !seen.says("size", "cat"));
    }

    #[test]
    fn what_is_wrong_with_a_tag_is_said() {
        let told = |text: &str| tag::<serde_json::Error>(&raw(text), "kind").map_err(|error| error.to_string().replace('\u{1}', "|"));
        assert_eq!(told(r#"{"kind":"cat"}"#), Ok("cat".to_owned()));
        assert_eq!(told("{}"), Err("missing field `kind`".to_owned()));
        assert_eq!(told(r#"{"kind":7}"#), Err("|kind|invalid type: integer, expected a string".to_owned()));
        assert_eq!(told("7"), Err("||invalid type: integer, expected a map".to_owned()));
    }
}
