//! JSON text -> a value, or the path of what is wrong with it.
//!
//! Reading costs nothing extra: only when it fails is the text walked a second time, to find out where. The message says what was
//! expected and never quotes what was there.

mod framed;
mod json_text;
mod lenient;
mod object;
mod path;
mod seen;
mod way;

use std::fmt::{self, Display};

use serde::de::{self, DeserializeOwned};
use serde_json::value::RawValue;

pub use framed::framed;
pub use json_text::{JsonText, write_text};
pub use lenient::{IntegerOrText, Name, OneOrMany, OrText, TextOrInteger, text};
pub use object::{Object, Shorthand, object, object_or_text};
pub use seen::{Seen, tag};

use crate::error::{Error, ErrorKind};
use crate::json::Json;

/// Stands before and after the path of an error from an inner text, so that the outer one can put its own path in front.
const MARK: char = '\u{1}';

/// Where a text has the wrong form, and what was expected there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) path: String,
    pub(crate) reason: String,
}

/// Reads the text of a payload.
///
/// # Errors
///
/// [`ErrorKind::Decode`] with the path of what is wrong.
pub fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|error| misread(text, &error, ""))
}

/// Reads a value that was cut out of a larger text, where it had the path `within`.
///
/// # Errors
///
/// [`ErrorKind::Decode`] with the path of what is wrong in the larger text.
pub fn from_value<T: DeserializeOwned>(value: Json, within: &str) -> Result<T, Error> {
    // Only a text has places. It is written even if all is well: few values are read this way, and one way to read is enough to compile.
    let text = value.to_string();
    serde_json::from_str(&text).map_err(|error| misread(&text, &error, within))
}

/// The error of a text that has the path `within` in a larger one.
fn misread(text: &str, error: &serde_json::Error, within: &str) -> Error {
    let Wrong { path, reason } = locate(text, error);
    Error::new(ErrorKind::Decode { path: path::join(within, &path) }, reason)
}

/// Gives what an event says that came without its frame: a bare object, or plain text. `None` if the frame is there, which is told by
/// one of its members.
#[must_use]
pub fn unframed(data: &str, member: &str) -> Option<Json> {
    if !data.trim_start().starts_with('{') {
        return Some(data.into());
    }
    serde_json::from_str(data).ok().filter(|object: &Json| object.get(member).is_none())
}

/// Reads a member that had to wait for another one: the content of a tagged union whose tag came later.
///
/// The path of an error inside it is kept, and continues the path of what it stands in. `member` is its name there.
///
/// # Errors
///
/// Whatever is wrong with the text.
pub fn buffered<'de, T: de::Deserialize<'de>, E: de::Error>(raw: &'de RawValue, member: &str) -> Result<T, E> {
    serde_json::from_str(raw.get()).map_err(|error| within(member, locate(raw.get(), &error)))
}

fn within<E: de::Error>(member: &str, wrong: Wrong) -> E {
    let path = path::join(member, &wrong.path);
    E::custom(format_args!("{MARK}{path}{MARK}{}", wrong.reason))
}

/// Says that a member has a form that it must not have; for checks that generated code makes after it has read all members.
pub fn wrong_member<E: de::Error>(member: &str, expected: impl Display) -> E {
    within(member, Wrong { path: String::new(), reason: format!("expected {expected}") })
}

fn locate(text: &str, error: &serde_json::Error) -> Wrong {
    let message = Message(error).to_string();
    let offset = path::offset(text, error.line(), error.column());
    if let Some((inner, reason)) = message.strip_prefix(MARK).and_then(|rest| rest.split_once(MARK)) {
        return Wrong { path: path::join(&path::container_at(text, offset), inner), reason: reason.to_owned() };
    }
    if let Some(member) = message.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        return Wrong { path: path::join(&path::container_at(text, offset), member), reason: "is missing".to_owned() };
    }
    let at_object = message.starts_with("duplicate field") || message.starts_with("invalid length");
    let path = if at_object { path::container_at(text, offset) } else { path::value_at(text, offset) };
    Wrong { path, reason: without_values(&message) }
}

/// serde puts what it found between quotes or backticks: it is taken out, since it may be a secret.
fn without_values(message: &str) -> String {
    let (found, expected) = match message.rfind(", expected ") {
        Some(at) => message.split_at(at),
        None => (message, ""),
    };
    let found = found.find(['"', '`']).map_or(found, |quote| found[..quote].trim_end());
    format!("{found}{expected}")
}

/// The message without ` at line 1 column 7`, which counts in a text that nobody sees.
struct Message<'a>(&'a serde_json::Error);

impl Display for Message<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        let place = format!(" at line {} column {}", self.0.line(), self.0.column());
        formatter.write_str(text.strip_suffix(&place).unwrap_or(&text))
    }
}

#[cfg(test)]
mod tests;
