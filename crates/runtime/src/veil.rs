//! Values of unknown form -> what `Debug` may print of them: everything but what gives access to something, and long texts cut.
//!
//! Who declares a member says that it is a secret. Nobody has said so of what is not declared, so every text that could be a presigned
//! link is hidden there.

use std::fmt::{self, Debug, Formatter};

use serde_json::Value;

use crate::text::SHOWN;

/// JSON, in the way in which `Debug` prints lists and maps.
pub(crate) struct Shown<'a>(pub(crate) &'a Value);

impl Debug for Shown<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Null | Value::Bool(_) | Value::Number(_) => write!(formatter, "{}", self.0),
            Value::String(text) => Text(text).fmt(formatter),
            Value::Array(items) => formatter.debug_list().entries(items.iter().map(Shown)).finish(),
            Value::Object(members) => {
                formatter.debug_map().entries(members.iter().map(|(name, value)| (Text(name), Shown(value)))).finish()
            }
        }
    }
}

/// A text that is JSON is printed as JSON, so that only its links are hidden.
pub(crate) struct Raw<'a>(pub(crate) &'a str);

impl Debug for Raw<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match serde_json::from_str(self.0) {
            Ok(value) => Shown(&value).fmt(formatter),
            Err(_) => Text(self.0).fmt(formatter),
        }
    }
}

/// A text as a whole, unless it may hold a link.
pub(crate) struct Text<'a>(pub(crate) &'a str);

impl Debug for Text<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if may_hold_link(self.0) {
            return formatter.write_str("(hidden)");
        }
        match self.0.char_indices().nth(SHOWN) {
            Some((end, _)) => write!(formatter, "{:?}...", &self.0[..end]),
            None => Debug::fmt(self.0, formatter),
        }
    }
}

/// An address in plain, in JSON text and inside of another address; or without its beginning, when it has a query.
fn may_hold_link(text: &str) -> bool {
    let has_query = |word: &str| word.split_once('?').is_some_and(|(_, query)| query.contains('='));
    ["://", r":\/\/", "%3A%2F%2F", "%3a%2f%2f"].iter().any(|mark| text.contains(mark)) || text.split_whitespace().any(has_query)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Raw, Shown};

    #[test]
    fn links_are_hidden_and_the_rest_is_shown() {
        let value = json!({
            "name": "a\"b", "at": [1, null, true, 0.5], "url": "https://files.example.com/a?canary", "text": "see http://canary now",
            "https://canary": {}, "within": "{\"url\":\"https:\\/\\/canary\"}", "to": "/login?next=https%3A%2F%2Fcanary", "none": "why? no.",
            "path": "a.csv?signature=canary",
        });
        let shown = format!("{:?}", Shown(&value));
        let expected = r#"{"name": "a\"b", "at": [1, null, true, 0.5], "url": (hidden), "text": (hidden), (hidden): {}, "within": (hidden), "to": (hidden), "none": "why? no.", "path": (hidden)}"#;
        assert_eq!(sorted(&shown), sorted(expected));
        assert!(!format!("{:#?}", Shown(&value)).contains("canary"));
    }

    /// The order of members depends on a feature of serde_json.
    fn sorted(shown: &str) -> Vec<&str> {
        let mut members: Vec<&str> = shown.trim_matches(['{', '}']).split(", ").collect();
        members.sort_unstable();
        members
    }

    #[test]
    fn long_texts_are_cut() {
        let shown = |length: usize| format!("{:?}", Shown(&json!("\u{e9}".repeat(length))));
        assert_eq!(shown(200), format!("\"{}\"", "\u{e9}".repeat(200)));
        assert_eq!(shown(201), format!("\"{}\"...", "\u{e9}".repeat(200)));
        let late = format!("{}https://canary", "x".repeat(300));
        assert_eq!(format!("{:?}", Shown(&json!(late))), "(hidden)");
    }

    #[test]
    fn raw_text_is_shown_as_json_if_it_is_some() {
        for (text, expected) in [
            (r#"{"url":"https:\u002f\u002fcanary","n":1}"#, r#"{"n": 1, "url": (hidden)}"#),
            ("still\nhere", r#""still\nhere""#),
            ("go to https://canary", "(hidden)"),
            (r#"{"url":"https:\/\/canary"#, "(hidden)"),
            ("7", "7"),
        ] {
            assert_eq!(sorted(&format!("{:?}", Raw(text))), sorted(expected), "{text}");
        }
    }
}
