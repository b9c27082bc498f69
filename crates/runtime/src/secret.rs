//! Texts that must not be seen.

use std::cell::RefCell;
use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::HeaderValue;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::encode::component;

/// A received or sent text that gives access to something, such as a presigned URL.
///
/// `Debug` hides it, so it does not get into logs by accident. `Serialize` and [`expose`](Self::expose) give it. Its memory is
/// cleared when it is dropped.
///
/// ```
/// use apispec_runtime::SecretText;
///
/// let link = SecretText::from("https://files.example.com/report.csv?signature=abc");
/// assert_eq!(format!("{link:?}"), "SecretText(hidden)");
/// assert!(link.expose().starts_with("https://"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Gives the text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::hash::Hash for SecretText {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.expose().hash(state);
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretText(hidden)")
    }
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for SecretText {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl Serialize for SecretText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WRITTEN.with_borrow_mut(|written| written.as_mut().map(|written| written.extend(Key::new(self.expose().to_owned()))));
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

thread_local! {
    /// The secrets that were written since [`written`] began, while it runs.
    static WRITTEN: RefCell<Option<Vec<Key>>> = const { RefCell::new(None) };
}

/// Gives the secrets that are written meanwhile, the longest first, since one may contain another: a server may repeat them when it
/// refuses what they came with.
pub(crate) fn written<T>(write: impl FnOnce() -> T) -> (T, Vec<Key>) {
    let before = WRITTEN.replace(Some(Vec::new()));
    let value = write();
    let keys = WRITTEN.replace(before).unwrap_or_default();
    (value, longest_first(keys))
}

/// Apart from the above, which is compiled for each type that is written.
fn longest_first(mut keys: Vec<Key>) -> Vec<Key> {
    keys.sort_by_key(|key| std::cmp::Reverse(key.0.len()));
    keys
}

/// The shortest key that is looked for in foreign texts.
const SHORTEST: usize = 6;

/// How many letters of the beginning of a key say something about it.
const SHORTEST_PART: usize = 4;

/// A key of the API. Private to the crate, so that nothing outside can print it.
#[derive(Clone)]
pub(crate) struct Key(Zeroizing<String>);

impl Key {
    /// Takes what a person or an environment variable gives, without the line end that often comes with it.
    pub(crate) fn new(text: String) -> Result<Self, &'static str> {
        let text = Zeroizing::new(text);
        let key = text.trim();
        if key.is_empty() {
            return Err("is empty");
        }
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("contains a space, a line end or another character that no header may hold");
        }
        Ok(Self(Zeroizing::new(key.to_owned())))
    }

    /// The password of a name and a password, or the name where there is no password, with what is sent of them.
    pub(crate) fn password(text: &SecretText) -> Result<(Self, Self), &'static str> {
        let text = text.expose().trim_end_matches(['\r', '\n']);
        let (name, password) = text.split_once(':').ok_or("is not a name and a password with a colon between")?;
        let secret = if password.is_empty() { name } else { password };
        Ok((Self(Zeroizing::new(secret.to_owned())), Self(Zeroizing::new(BASE64_STANDARD.encode(text)))))
    }

    /// A key, with how it is written in a query.
    pub(crate) fn in_query(text: &SecretText) -> Result<(Self, Self), &'static str> {
        let key = Self::new(text.expose().to_owned())?;
        let sent = Self(Zeroizing::new(component(key.expose())));
        Ok((key, sent))
    }

    /// The whole value of a header, `Token abc`, with the last word, which is the secret in it.
    pub(crate) fn line(text: &SecretText) -> Result<(Self, Self), &'static str> {
        let words: Vec<&str> = text.expose().split_ascii_whitespace().collect();
        let secret = Self::new(words.last().copied().unwrap_or_default().to_owned())?;
        let whole = Self(Zeroizing::new(text.expose().trim().to_owned()));
        if !whole.0.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            return Err("contains a line end or another character that no header may hold");
        }
        Ok((secret, whole))
    }

    /// The key itself.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The value of a header: `prefix` and the key.
    pub(crate) fn header(&self, prefix: &str) -> Option<HeaderValue> {
        let text = Zeroizing::new(format!("{prefix}{}", self.0.as_str()));
        let mut value = HeaderValue::from_str(&text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// How many letters it has.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes the key out of a text that came from elsewhere: a server may echo what it was sent, in small letters where it makes a host
    /// of it. A key of a few letters stays, since every second text contains them.
    pub(crate) fn redact(&self, text: String) -> String {
        let key = self.0.as_bytes();
        if key.len() < SHORTEST || text.len() < key.len() {
            return text;
        }
        let mut shown = String::new();
        let (mut from, mut at) = (0, 0);
        let bytes = text.as_bytes();
        while at + key.len() <= bytes.len() {
            if bytes[at..at + key.len()].eq_ignore_ascii_case(key) {
                // A key is whole characters, so that it begins and ends between two characters.
                shown.push_str(&text[from..at]);
                shown.push_str("(key)");
                at += key.len();
                from = at;
            } else {
                at += 1;
            }
        }
        if from == 0 {
            return text;
        }
        shown.push_str(&text[from..]);
        shown
    }

    /// Takes the beginning of the key off the end of a text that was cut, there or by whoever sent it.
    pub(crate) fn redact_end(&self, mut text: String) -> String {
        let (key, bytes) = (self.0.as_bytes(), text.as_bytes());
        if key.len() < SHORTEST {
            return text;
        }
        let longest = (key.len() - 1).min(bytes.len());
        let fits = |length: &usize| bytes[bytes.len() - length..].eq_ignore_ascii_case(&key[..*length]);
        if let Some(length) = (SHORTEST_PART..=longest).rev().find(fits) {
            text.truncate(text.len() - length);
            text.push_str("(key)");
        }
        text
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, SecretText, written};

    #[test]
    fn is_not_shown_and_still_given() {
        let text = SecretText::from("canary");
        assert!(!format!("{text:?}").contains("canary"));
        assert_eq!(serde_json::to_string(&text).expect("a string"), "\"canary\"");
        assert_eq!(serde_json::from_str::<SecretText>("\"canary\"").expect("a string"), text);
    }

    #[test]
    fn what_is_written_is_known() {
        let pair = [SecretText::from("canary"), SecretText::from("canary-7")];
        let (text, keys) = written(|| serde_json::to_string(&pair).expect("a list"));
        assert_eq!(text, r#"["canary","canary-7"]"#);
        let shown = keys.iter().fold(text, |text, key| key.redact(text));
        assert_eq!(shown, r#"["(key)","(key)"]"#);
        serde_json::to_string(&pair).expect("a list");
        assert!(written(|| ()).1.is_empty());
    }

    #[test]
    fn keys_are_one_word() {
        for bad in ["", " \n", "a b", "a\nb", "k\u{e9}y"] {
            assert!(Key::new(bad.to_owned()).is_err(), "{bad:?}");
        }
        let key = Key::new("canary\n".to_owned()).expect("a line end at the end is cut off");
        let header = key.header("Bearer ").expect("a header");
        assert_eq!(header.as_bytes(), b"Bearer canary");
        assert!(!format!("{key:?} {header:?}").contains("canary"));
    }

    #[test]
    fn keys_are_found_in_texts() {
        let key = Key::new("Canary-7".to_owned()).expect("a key");
        for (text, expected) in [
            ("<b>Canary-7</b>", "<b>(key)</b>"),
            ("canary-7.example.com CANARY-7", "(key).example.com (key)"),
            ("\u{e9}Canary-7\u{e9}CaCanary-7", "\u{e9}(key)\u{e9}Ca(key)"),
            ("Canary-", "Canary-"),
            ("", ""),
        ] {
            assert_eq!(key.redact(text.to_owned()), expected);
        }
        for (text, expected) in [("a cANARY-", "a (key)"), ("a Cana", "a (key)"), ("a Can", "a Can"), ("Canary-7", "Canary-7"), ("", "")] {
            assert_eq!(key.redact_end(text.to_owned()), expected);
        }
        let short = Key::new("short".to_owned()).expect("a key");
        assert_eq!(short.redact_end(short.redact("a short, shor".to_owned())), "a short, shor");
    }
}
