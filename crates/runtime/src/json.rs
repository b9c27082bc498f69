//! What came without a declared form -> values that give everything and show nothing that is secret.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::veil::{Raw, Shown};

/// Any JSON: where an API declares no form, or sent something that is not declared.
///
/// It derefs to [`serde_json::Value`], and is written as it came. `Debug` prints it with every text hidden that may hold a link, since a
/// presigned link gives access to a file, and cuts long texts.
///
/// ```
/// use apispec_runtime::Json;
/// use serde_json::json;
///
/// let seen = Json::from(json!({"name": "sales.csv", "url": "https://files.example.com/sales.csv?signature=abc"}));
/// assert_eq!(seen["name"], "sales.csv");
/// assert_eq!(format!("{seen:?}"), r#"Json({"name": "sales.csv", "url": (hidden)})"#);
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Json(Value);

impl Json {
    /// Gives the value itself.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.0
    }
}

impl Deref for Json {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Json").field(&Shown(&self.0)).finish()
    }
}

impl PartialEq<Value> for Json {
    fn eq(&self, other: &Value) -> bool {
        self.0 == *other
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        Self(value)
    }
}

impl From<Json> for Value {
    fn from(json: Json) -> Self {
        json.0
    }
}

macro_rules! from {
    ($($type:ty),* $(,)?) => {
        $(impl From<$type> for Json {
            fn from(value: $type) -> Self {
                Self(Value::from(value))
            }
        })*
    };
}

from!(&str, String, bool, i32, i64, u64, f64, Vec<Value>, Map<String, Value>);

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self)
    }
}

/// A text of which nothing is known, such as the data of an event that a client does not know.
///
/// It derefs to `str`. `Debug` hides what may hold a link, as it does for [`Json`].
///
/// ```
/// use apispec_runtime::RawText;
///
/// let seen = RawText::from(r#"{"stage":"Plan","url":"https://files.example.com/sales.csv?signature=abc"}"#);
/// assert_eq!(format!("{seen:?}"), r#"RawText({"stage": "Plan", "url": (hidden)})"#);
/// assert!(seen.contains("signature"));
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct RawText(String);

impl RawText {
    /// Gives the text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for RawText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RawText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("RawText").field(&Raw(&self.0)).finish()
    }
}

impl PartialEq<str> for RawText {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for RawText {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl From<&str> for RawText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for RawText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<RawText> for String {
    fn from(text: RawText) -> Self {
        text.0
    }
}
