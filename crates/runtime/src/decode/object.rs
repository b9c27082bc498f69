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

#[cfg(test)]
mod tests {
    use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess};

    use super::{Object, Shorthand, object_or_text};
    use crate::decode::from_text;

    #[derive(Debug, PartialEq)]
    struct Link(String);

    impl<'de> Deserialize<'de> for Link {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            object_or_text(deserializer)
        }
    }

    impl<'de> Object<'de> for Link {
        const EXPECTED: &'static str = "an object (Link)";

        fn read<A: MapAccess<'de>>(mut members: A) -> Result<Self, A::Error> {
            let mut url = None;
            while let Some(key) = members.next_key::<String>()? {
                match key.as_str() {
                    "url" => url = Some(members.next_value()?),
                    _ => drop(members.next_value::<IgnoredAny>()?),
                }
            }
            url.map(Self).ok_or_else(|| serde::de::Error::missing_field("url"))
        }
    }

    impl Shorthand<'_> for Link {
        fn from_text(text: &str) -> Self {
            Self(text.to_owned())
        }
    }

    #[test]
    fn an_object_or_the_text_that_stands_for_it() {
        let read = |text: &str| from_text::<Link>(text).map_err(|error| error.to_string());
        assert_eq!(read(r#"{"x":1,"url":"u"}"#), Ok(Link("u".to_owned())));
        assert_eq!(read(r#""u""#), Ok(Link("u".to_owned())));
        assert_eq!(read("{}"), Err("unreadable reply at url: is missing".to_owned()));
        assert_eq!(read("[7]"), Err("unreadable reply: invalid type: sequence, expected an object (Link) or a text".to_owned()));
    }
}
