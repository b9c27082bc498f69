//! What the server sends in more than one form -> one form. Generated code names these types where its API is known to need them.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{
    BoolDeserializer, F64Deserializer, I64Deserializer, MapAccessDeserializer, SeqAccessDeserializer, StrDeserializer, U64Deserializer,
};
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer};

use crate::veil::Raw;

/// The name of a member, borrowed from the text where that is possible.
pub struct Name<'de>(pub(super) Cow<'de, str>);

impl Name<'_> {
    /// Gives the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("the name of a member")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// Reads a text into a type that can be made from any text.
///
/// # Errors
///
/// It is not a text; `expected` says what it should have been.
pub fn text<'de, T, D>(deserializer: D, expected: &'static str) -> Result<T, D::Error>
where
    T: for<'a> From<&'a str>,
    D: Deserializer<'de>,
{
    struct Text<T>(&'static str, PhantomData<T>);
    impl<T: for<'a> From<&'a str>> Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str(self.0)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            Ok(T::from(text))
        }
    }
    deserializer.deserialize_str(Text(expected, PhantomData))
}

/// A text that may come as a number: it becomes the decimal text.
pub struct TextOrInteger(pub String);

impl<'de> Deserialize<'de> for TextOrInteger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = TextOrInteger;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a string or an integer")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<TextOrInteger, E> {
                Ok(TextOrInteger(text.to_owned()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<TextOrInteger, E> {
                Ok(TextOrInteger(number.to_string()))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<TextOrInteger, E> {
                Ok(TextOrInteger(number.to_string()))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A whole number that may come as decimal text.
pub struct IntegerOrText(pub i64);

impl<'de> Deserialize<'de> for IntegerOrText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl Visitor<'_> for Either {
            type Value = IntegerOrText;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an integer, or its text")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<IntegerOrText, E> {
                text.trim().parse().map(IntegerOrText).map_err(|_| E::invalid_type(de::Unexpected::Other("string"), &self))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<IntegerOrText, E> {
                Ok(IntegerOrText(number))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<IntegerOrText, E> {
                i64::try_from(number).map(IntegerOrText).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(number), &self))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A list that may come as its only item.
pub struct OneOrMany<T>(pub Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = OneOrMany<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list, or one item of it")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<OneOrMany<T>, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(items)).map(OneOrMany)
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<OneOrMany<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members)).map(|item| OneOrMany(vec![item]))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<OneOrMany<T>, E> {
                T::deserialize(StrDeserializer::new(text)).map(|item| OneOrMany(vec![item]))
            }

            fn visit_bool<E: de::Error>(self, flag: bool) -> Result<OneOrMany<T>, E> {
                T::deserialize(BoolDeserializer::new(flag)).map(|item| OneOrMany(vec![item]))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<OneOrMany<T>, E> {
                T::deserialize(I64Deserializer::new(number)).map(|item| OneOrMany(vec![item]))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<OneOrMany<T>, E> {
                T::deserialize(U64Deserializer::new(number)).map(|item| OneOrMany(vec![item]))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<OneOrMany<T>, E> {
                T::deserialize(F64Deserializer::new(number)).map(|item| OneOrMany(vec![item]))
            }
        }
        deserializer.deserialize_any(Either(PhantomData))
    }
}

/// An object or list that some servers send as a text instead. The text is kept as it came, and `Debug` shows it as [`RawText`] does.
///
/// [`RawText`]: crate::RawText
#[derive(Clone, PartialEq)]
pub enum OrText<T> {
    /// What is declared.
    Value(T),
    /// A text in its place.
    Text(String),
}

impl<T: fmt::Debug> fmt::Debug for OrText<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => formatter.debug_tuple("Value").field(value).finish(),
            Self::Text(text) => formatter.debug_tuple("Text").field(&Raw(text)).finish(),
        }
    }
}

impl<T: Serialize> Serialize for OrText<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Text(text) => text.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OrText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
            type Value = OrText<T>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object or a list, or a text in its place")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<OrText<T>, A::Error> {
                T::deserialize(SeqAccessDeserializer::new(items)).map(OrText::Value)
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<OrText<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(members)).map(OrText::Value)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<OrText<T>, E> {
                Ok(OrText::Text(text.to_owned()))
            }
        }
        deserializer.deserialize_any(Either(PhantomData))
    }
}

#[cfg(test)]
mod tests;
