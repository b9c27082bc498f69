//! A member of a request that may be absent, null or set.

use serde::{Serialize, Serializer};

/// A member of a request where leaving it out, setting it to null and giving it a value are three different things.
///
/// Received members are plain `Option`s: there, absent and null mean the same.
///
/// ```
/// use apispec_runtime::Field;
///
/// let mut name: Field<String> = Field::default();
/// assert!(name.is_absent());
/// name = Field::Null;              // clears it on the server
/// name = "Sales".to_owned().into();
/// assert_eq!(name.value().map(String::as_str), Some("Sales"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Field<T> {
    /// Not on the wire.
    #[default]
    Absent,
    /// `null` on the wire.
    Null,
    /// This value on the wire.
    Set(T),
}

impl<T> Field<T> {
    /// Whether it is left out.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Gives the value, if there is one.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Absent | Self::Null => None,
            Self::Set(value) => Some(value),
        }
    }
}

impl<T> From<T> for Field<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl<T> From<Option<T>> for Field<T> {
    /// `None` becomes `null`.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Set)
    }
}

impl<T: Serialize> Serialize for Field<T> {
    /// Writes the value or null. Whoever writes the object leaves an absent member out.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}
