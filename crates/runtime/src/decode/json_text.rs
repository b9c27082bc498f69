//! JSON text inside JSON, with the type that the text is said to have.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

use super::from_text;
use crate::error::Error;
use crate::veil::Raw;

/// A text on the wire that holds the JSON of a `T`.
///
/// What is received stays the text that came, and is read on demand: a server may put there what is no JSON at all. A value becomes text
/// when it is sent. `Debug` hides what may hold a link.
///
/// ```
/// use apispec_runtime::JsonText;
///
/// let received: JsonText<Vec<i64>> = serde_json::from_str(r#""[1,2]""#)?;
/// assert_eq!(received.read()?, [1, 2]);
/// assert_eq!(serde_json::to_string(&JsonText::from(vec![3]))?, r#""[3]""#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
pub enum JsonText<T> {
    /// The value.
    Value(T),
    /// The text, as it came.
    Text(String),
}

impl<T: Clone + DeserializeOwned> JsonText<T> {
    /// Gives the value.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Decode`](crate::ErrorKind::Decode): the text is no JSON, or of another form. The path begins inside the text.
    pub fn read(&self) -> Result<T, Error> {
        match self {
            Self::Value(value) => Ok(value.clone()),
            Self::Text(text) => from_text(text),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for JsonText<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => formatter.debug_tuple("Value").field(value).finish(),
            Self::Text(text) => formatter.debug_tuple("Text").field(&Raw(text)).finish(),
        }
    }
}

impl<T> From<T> for JsonText<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T: Serialize> Serialize for JsonText<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => write_text(value, serializer),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'de, T> Deserialize<'de> for JsonText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::Text)
    }
}

/// Writes a value as a text that holds its JSON.
///
/// # Errors
///
/// The value cannot be written as JSON.
pub fn write_text<T: Serialize + ?Sized, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let text = serde_json::to_string(value).map_err(ser::Error::custom)?;
    serializer.serialize_str(&text)
}
