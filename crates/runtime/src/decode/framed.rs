//! The text of an event -> its frame, and the payload that stands somewhere inside it, each as what it is.
//!
//! The text is read once. Along the way to the payload every step is watched; at its end the payload is read as its own type, and the
//! frame gets null in its place. So the payload is never held as JSON of any kind, and errors have their place in the whole text.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer, UnitDeserializer};
use serde::de::{self, Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::{from_value, locate, path};
use crate::error::{Error, ErrorKind};
use crate::json::Json;

/// Reads a frame and its payload. `way` is where the payload is, as the steps of a JSON pointer; a payload that is not there is null.
///
/// # Errors
///
/// [`ErrorKind::Decode`] with the path of what is wrong, in the frame or in the payload.
pub fn framed<F: DeserializeOwned, T: DeserializeOwned>(text: &str, way: &[&str]) -> Result<(F, T), Error> {
    let mut payload = None;
    let mut reader = serde_json::Deserializer::from_str(text);
    let frame = Step { to: std::marker::PhantomData::<F>, way, payload: &mut payload }.deserialize(&mut reader);
    match frame.and_then(|frame| reader.end().map(|()| frame)) {
        Ok(frame) => match payload {
            Some(payload) => Ok((frame, payload)),
            None => Ok((frame, from_value(Json::default(), &dotted(way))?)),
        },
        Err(error) => {
            let wrong = locate(text, &error);
            Err(Error::new(ErrorKind::Decode { path: wrong.path }, wrong.reason))
        }
    }
}

/// `choices`, `0`, `delta` -> `choices[0].delta`.
fn dotted(way: &[&str]) -> String {
    let step = |step: &&str| if step.parse::<usize>().is_ok() { format!("[{step}]") } else { (*step).to_owned() };
    way.iter().map(step).fold(String::new(), |path, step| path::join(&path, &step))
}

/// Something on the way to the payload, or the payload itself when the way is at its end.
struct Step<'w, S, T> {
    to: S,
    way: &'w [&'w str],
    payload: &'w mut Option<T>,
}

impl<'de, S: DeserializeSeed<'de>, T: Deserialize<'de>> DeserializeSeed<'de> for Step<'_, S, T> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        if self.way.is_empty() {
            *self.payload = Some(T::deserialize(deserializer)?);
            return self.to.deserialize(UnitDeserializer::new());
        }
        self.to.deserialize(Step { to: deserializer, way: self.way, payload: self.payload })
    }
}

/// Hands on what is asked for, and watches what comes back.
macro_rules! watched {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.to.$method(Step { to: visitor, way: self.way, payload: self.payload })
        })*
    };
}

impl<'de, D: Deserializer<'de>, T: Deserialize<'de>> Deserializer<'de> for Step<'_, D, T> {
    type Error = D::Error;

    watched!(deserialize_any deserialize_option deserialize_seq deserialize_map);

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct newtype_struct tuple
        tuple_struct struct enum identifier ignored_any
    }
}

/// What is no step to anywhere is handed on as it is.
macro_rules! handed_on {
    ($($method:ident: $type:ty)*) => {
        $(fn $method<E: de::Error>(self, value: $type) -> Result<V::Value, E> {
            self.to.$method(value)
        })*
    };
}

impl<'de, V: Visitor<'de>, T: Deserialize<'de>> Visitor<'de> for Step<'_, V, T> {
    type Value = V::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to.expecting(formatter)
    }

    handed_on!(
        visit_bool: bool visit_i64: i64 visit_u64: u64 visit_f64: f64 visit_str: &str visit_borrowed_str: &'de str visit_string: String
    );

    fn visit_unit<E: de::Error>(self) -> Result<V::Value, E> {
        self.to.visit_unit()
    }

    fn visit_none<E: de::Error>(self) -> Result<V::Value, E> {
        self.to.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.to.visit_some(Step { to: deserializer, way: self.way, payload: self.payload })
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.to.visit_map(Inside { of: members, way: self.way, payload: self.payload, at: 0, is_next: false })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        self.to.visit_seq(Inside { of: items, way: self.way, payload: self.payload, at: 0, is_next: false })
    }
}

/// The members of an object, or the items of a list, one of which may be the next step.
struct Inside<'w, A, T> {
    of: A,
    way: &'w [&'w str],
    payload: &'w mut Option<T>,
    at: usize,
    /// The member whose value comes next is the next step.
    is_next: bool,
}

impl<'de, A: MapAccess<'de>, T: Deserialize<'de>> MapAccess<'de> for Inside<'_, A, T> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let Some(super::Name(name)) = self.of.next_key()? else { return Ok(None) };
        self.is_next = self.way.first().is_some_and(|next| *next == name);
        match name {
            Cow::Borrowed(name) => seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some),
            Cow::Owned(name) => seed.deserialize(StrDeserializer::new(&name)).map(Some),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        match self.way {
            [_, way @ ..] if self.is_next => self.of.next_value_seed(Step { to: seed, way, payload: &mut *self.payload }),
            _ => self.of.next_value_seed(seed),
        }
    }
}

impl<'de, A: SeqAccess<'de>, T: Deserialize<'de>> SeqAccess<'de> for Inside<'_, A, T> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        let at = self.at;
        self.at += 1;
        match self.way {
            [next, way @ ..] if next.parse() == Ok(at) => self.of.next_element_seed(Step { to: seed, way, payload: &mut *self.payload }),
            _ => self.of.next_element_seed(seed),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        self.of.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::framed;
    use crate::error::{Error, ErrorKind};

    const WAY: [&str; 4] = ["choices", "0", "delta", "content"];

    fn read(text: &str) -> Result<(Value, Vec<u8>), Error> {
        framed(text, &WAY)
    }

    #[test]
    fn the_payload_is_taken_out_of_its_place() {
        let text = r#"{"id":"a","choices":[{"delta":{"content":[1,2],"role":null}},{"delta":{"content":[3]}}],"content":[4]}"#;
        let frame =
            json!({"id": "a", "choices": [{"delta": {"content": null, "role": null}}, {"delta": {"content": [3]}}], "content": [4]});
        assert_eq!(read(text).expect("a frame"), (frame, vec![1, 2]));
        let escaped = r#"{"cho\u0069ces":[{"delta":{"content":[5]}}]}"#;
        assert_eq!(read(escaped).expect("a frame").1, [5]);
        let (frame, text): (Option<Value>, String) = framed(r#"{"choices":"x"}"#, &["choices"]).expect("a frame");
        assert_eq!((frame, text.as_str()), (Some(json!({"choices": null})), "x"));
    }

    #[test]
    fn what_is_wrong_has_its_place_in_the_whole() {
        for (text, place) in [
            (r#"{"choices":[{"delta":{"content":[1,"x"]}}]}"#, "choices[0].delta.content[1]"),
            (r#"{"choices":[{"delta":{"content":{}}}]}"#, "choices[0].delta.content"),
            (r#"{"choices":[{"delta":{}}]}"#, "choices[0].delta.content"),
            (r#"{"choices":[]}"#, "choices[0].delta.content"),
            (r#"{"choices":null}"#, "choices[0].delta.content"),
            ("7", "choices[0].delta.content"),
        ] {
            let error = read(text).expect_err(text);
            assert_eq!(*error.kind(), ErrorKind::Decode { path: place.to_owned() }, "{text}: {error}");
        }
        for text in ["", "{", r#"{"choices":[{"delta":{"content":[1]}}]} x"#, r#"{"choices":[{"delta":{"content":[1]}}]"#] {
            assert!(matches!(read(text).expect_err(text).kind(), ErrorKind::Decode { .. }), "{text}");
        }
    }
}
