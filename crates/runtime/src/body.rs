//! The bodies of requests: they are kept so that each attempt gets a new one.

mod finite;
mod multipart;
mod source;

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;

pub use multipart::{Multipart, Part};
pub use source::Source;
pub(crate) use source::next;

use crate::error::{Error, ErrorKind};
use crate::transport::{ByteStream, TransportBody};

/// What is to be sent.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Empty,
    Json(Bytes),
    /// The pairs, since the client may have to add one.
    Form(Vec<(String, String)>),
    Multipart(Arc<Multipart>),
    Raw(Source, String),
}

/// Says that JSON cannot hold a value.
fn unwritten(name: &str, error: &serde_json::Error) -> Error {
    Error::new(ErrorKind::InvalidRequest { field: name.to_owned() }, format!("cannot be written as JSON: {error}"))
}

impl Content {
    pub(crate) fn json(value: &(impl Serialize + ?Sized)) -> Result<Self, Error> {
        finite::check(value).map_err(|refused| refused.of("body"))?;
        match serde_json::to_vec(value) {
            Ok(text) => Ok(Self::Json(text.into())),
            Err(error) => Err(unwritten("body", &error)),
        }
    }

    /// A value as the tree of its JSON; `name` is what it is called in an error.
    pub(crate) fn tree(name: &str, value: &(impl Serialize + ?Sized)) -> Result<serde_json::Value, Error> {
        finite::check(value).map_err(|refused| refused.of(name))?;
        serde_json::to_value(value).map_err(|error| unwritten(name, &error))
    }

    /// Whether it can be sent again.
    pub(crate) fn replayable(&self) -> bool {
        match self {
            Self::Empty | Self::Json(_) | Self::Form(_) => true,
            Self::Multipart(form) => form.replayable(),
            Self::Raw(source, _) => source.replayable(),
        }
    }

    /// Whether it is read piece by piece, so that sending it may take any time.
    pub(crate) fn streams(&self) -> bool {
        match self {
            Self::Empty | Self::Json(_) | Self::Form(_) => false,
            Self::Multipart(form) => form.streams(),
            Self::Raw(source, _) => source.streams(),
        }
    }

    /// The body of one attempt, and its content type.
    pub(crate) async fn open(&self, boundary: impl FnOnce() -> String) -> Result<(TransportBody, Option<String>), Error> {
        Ok(match self {
            Self::Empty => (TransportBody::Empty, None),
            Self::Json(text) => (TransportBody::Bytes(text.clone()), Some("application/json".to_owned())),
            Self::Form(pairs) => {
                let text = crate::encode::form(pairs);
                (TransportBody::Bytes(text.into()), Some("application/x-www-form-urlencoded".to_owned()))
            }
            Self::Multipart(form) => {
                let boundary = boundary();
                (form.open(&boundary).await?, Some(format!("multipart/form-data; boundary={boundary}")))
            }
            Self::Raw(source, content_type) => {
                let (length, pieces) = source.open().await?;
                let body = match pieces {
                    source::Pieces::Bytes(bytes) => TransportBody::Bytes(bytes),
                    source::Pieces::Stream(stream) => TransportBody::Stream(length, stream),
                };
                (body, Some(content_type.clone()))
            }
        })
    }

    /// Adds a member to a JSON object, or a pair to a form, unless it is there; only then is `value` asked for.
    ///
    /// # Errors
    ///
    /// The body is something else, or there is no value.
    pub(crate) fn fill<'v>(&mut self, name: &str, value: impl FnOnce() -> Result<&'v str, Error>) -> Result<(), Error> {
        match self {
            Self::Json(text) if members(text).is_some_and(|members| members.iter().any(|member| member == name)) => {}
            Self::Json(text) => *text = with_member(text, name, &value()?.into())?,
            Self::Form(pairs) if pairs.iter().any(|(given, _)| given == name) => {}
            Self::Form(pairs) => pairs.push((name.to_owned(), value()?.to_owned())),
            Self::Multipart(form) if form.has(name) => {}
            Self::Multipart(form) => Arc::make_mut(form).put_first(name, value()?),
            Self::Empty => *self = Self::Json(with_member(&Bytes::from_static(b"{}"), name, &value()?.into())?),
            Self::Raw(..) => return Err(not_an_object(name)),
        }
        Ok(())
    }

    /// Sets the member of a JSON object that asks for a stream.
    ///
    /// # Errors
    ///
    /// The body is something else, or has the member already.
    pub(crate) fn flag(&mut self, name: &str) -> Result<(), Error> {
        let Self::Json(text) = self else { return Err(not_an_object(name)) };
        if members(text).is_some_and(|members| members.iter().any(|member| member == name)) {
            let kind = ErrorKind::InvalidRequest { field: name.to_owned() };
            return Err(Error::new(kind, "is set by opening the stream, so leave it out"));
        }
        *text = with_member(text, name, &serde_json::Value::Bool(true))?;
        Ok(())
    }
}

/// The names in a JSON object; `None` if it is not one.
fn members(text: &[u8]) -> Option<Vec<String>> {
    struct Names;
    impl<'de> serde::de::Visitor<'de> for Names {
        type Value = Vec<String>;

        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
            let mut names = Vec::new();
            while let Some((name, _)) = map.next_entry::<String, &RawValue>()? {
                names.push(name);
            }
            Ok(names)
        }
    }
    serde::Deserializer::deserialize_map(&mut serde_json::Deserializer::from_slice(text), Names).ok()
}

/// The object with one more member at its end. The rest stays byte for byte what it was.
fn with_member(text: &Bytes, name: &str, value: &serde_json::Value) -> Result<Bytes, Error> {
    let names = members(text).ok_or_else(|| not_an_object(name))?;
    let end = text.iter().rposition(|byte| *byte == b'}').ok_or_else(|| not_an_object(name))?;
    let mut longer = text[..end].to_vec();
    if !names.is_empty() {
        longer.push(b',');
    }
    longer.extend_from_slice(format!("{}:{value}}}", serde_json::Value::from(name)).as_bytes());
    Ok(longer.into())
}

fn not_an_object(name: &str) -> Error {
    Error::new(ErrorKind::InvalidRequest { field: name.to_owned() }, "cannot be added, since the body is not a JSON object")
}

/// A stream over what is already there and what is still to come.
pub(crate) fn chain(parts: Vec<source::Pieces>) -> ByteStream {
    ByteStream::new(source::Chain::new(parts))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Content;

    fn text(content: &Content) -> &str {
        let Content::Json(text) = content else { panic!("{content:?}") };
        std::str::from_utf8(text).expect("text")
    }

    #[test]
    fn members_are_added_at_the_end() {
        let mut content = Content::json(&json!({"a": "}", "b": 1})).expect("JSON");
        content.fill("user_id", || Ok("u\"1")).expect("an object");
        content.fill("user_id", || panic!("not asked for")).expect("an object");
        content.flag("stream").expect("an object");
        assert_eq!(text(&content), r#"{"a":"}","b":1,"user_id":"u\"1","stream":true}"#);
        let again = content.flag("stream").expect_err("twice").to_string();
        assert_eq!(again, "not sent: stream is set by opening the stream, so leave it out");
    }

    #[test]
    fn what_json_cannot_hold_is_refused() {
        let told = |error: crate::error::Error| error.to_string();
        assert_eq!(
            told(Content::json(&[f64::NAN]).expect_err("no number")),
            "not sent: body contains the number NaN, which JSON cannot hold"
        );
        let listed = std::collections::BTreeMap::from([(vec![1], 1)]);
        assert_eq!(told(Content::json(&listed).expect_err("no name")), "not sent: body cannot be written as JSON: key must be a string");
    }

    #[test]
    fn an_empty_object_and_no_object() {
        let mut content = Content::json(&json!({})).expect("JSON");
        content.fill("user_id", || Ok("u-1")).expect("an object");
        assert_eq!(text(&content), r#"{"user_id":"u-1"}"#);
        let mut content = Content::Empty;
        content.fill("user_id", || Ok("u-1")).expect("made");
        assert_eq!(text(&content), r#"{"user_id":"u-1"}"#);
        assert!(Content::json(&json!([1])).expect("JSON").flag("stream").is_err());
        assert!(Content::Form(Vec::new()).flag("stream").is_err());
    }
}
