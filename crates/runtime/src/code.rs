//! The code of a refusal: what callers match on, and how it is kept.

use std::fmt;

/// The code of a refusal, as the API's own table writes it.
///
/// ```
/// use apispec_runtime::Code;
///
/// const SESSION_NOT_FOUND: Code<'static> = Code::Number(300003);
/// let received = Some(Code::Number(300003));
/// assert!(matches!(received, Some(SESSION_NOT_FOUND)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code<'a> {
    /// A number.
    Number(i64),
    /// A text.
    Text(&'a str),
}

impl fmt::Display for Code<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(formatter),
            Self::Text(text) => text.fmt(formatter),
        }
    }
}

/// The same, owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CodeValue {
    Number(i64),
    Text(String),
}

impl From<Code<'_>> for CodeValue {
    fn from(code: Code<'_>) -> Self {
        match code {
            Code::Number(number) => Self::Number(number),
            Code::Text(text) => Self::Text(text.to_owned()),
        }
    }
}

impl CodeValue {
    pub(crate) fn borrow(&self) -> Code<'_> {
        match self {
            Self::Number(number) => Code::Number(*number),
            Self::Text(text) => Code::Text(text),
        }
    }

    /// Whether this is the code of success where success has one.
    pub(crate) fn is_zero(&self) -> bool {
        match self {
            Self::Number(number) => *number == 0,
            Self::Text(text) => text == "0",
        }
    }
}
