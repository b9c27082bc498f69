//! The members of an object -> a value, as generated code reads them: one loop over the members, without a visitor around it.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserializer, MapAccess, Visitor};

/// A type that is read from the members of an object.
pub trait Object<'de>: Sized {
    /// What is expected, as errors say it: `an object (Session)`.
    const EXPECTED: &'static str;

    /// Reads the members.
    ///
    /// # Errors
    ///
    /// A member is missing or has the wrong form.
    fn read<A: MapAccess<'de>>(members: A) -> Result<Self, A::Error>;
}

/// An object that may come as a text, which stands for one of its members.
pub trait Shorthand<'de>: Object<'de> {
    /// Makes the object from the text.
    fn from_text(text: &str) -> Self;
}

/// Reads an object.
///
/// # Errors
///
/// It is not an object, or one of its members is missing or has the wrong form.
pub fn object<'de, T: Object<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(Members(PhantomData))
}

/// Reads an object, or a text in its place.
///
/// # Errors
///
/// It is neither, or one of its members is missing or has the wrong form.
pub fn object_or_text<'de, T: Shorthand<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(MembersOrText(PhantomData))
}

struct Members<T>(PhantomData<T>);

impl<'de, T: Object<'de>> Visitor<'de> for Members<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        T::read(members)
    }
}

struct MembersOrText<T>(PhantomData<T>);

impl<'de, T: Shorthand<'de>> Visitor<'de> for MembersOrText<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(T::EXPECTED)?;
        formatter.write_str(" or a text")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        T::read(members)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        Ok(T::from_text(text))
    }
}
