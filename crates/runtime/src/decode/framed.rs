//! The text of an event -> its frame, and the payload that stands somewhere inside it, each as what it is.
//!
//! The payload is read where it stands, and the frame from the text with null in its place. So the payload is never held as JSON of any
//! kind, errors have their place in the whole text, and what reads the frame is compiled once, however many payloads there are.

use serde::de::DeserializeOwned;

use super::way::start_of;
use super::{from_text, misread, path};
use crate::error::{Error, ErrorKind};

/// Reads a frame and its payload. `way` is where the payload is, as the steps of a JSON pointer; a payload that is not there is null.
///
/// # Errors
///
/// [`ErrorKind::Decode`] with the path of what is wrong, in the frame or in the payload.
pub fn framed<F: DeserializeOwned, T: DeserializeOwned>(text: &str, way: &[&str]) -> Result<(F, T), Error> {
    let Some(start) = start_of(text, way) else {
        let frame = from_text(text)?;
        return first("null", way).map(|(payload, _)| (frame, payload));
    };
    let (payload, length) = first(&text[start..], way)?;
    let frame = from_text(&without(text, start, length))?;
    Ok((frame, payload))
}

/// Reads the value at the beginning of a text, where the way has led, and says how long it is.
fn first<T: DeserializeOwned>(text: &str, way: &[&str]) -> Result<(T, usize), Error> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    match values.next() {
        Some(Ok(value)) => Ok((value, values.byte_offset())),
        Some(Err(error)) => Err(misread(text, &error, &dotted(way))),
        None => Err(Error::new(ErrorKind::Decode { path: dotted(way) }, "is missing")),
    }
}

/// The text with null in place of the payload.
fn without(text: &str, start: usize, length: usize) -> String {
    [&text[..start], "null", &text[start + length..]].concat()
}

/// `choices`, `0`, `delta` -> `choices[0].delta`.
fn dotted(way: &[&str]) -> String {
    let step = |step: &&str| if step.parse::<usize>().is_ok() { format!("[{step}]") } else { (*step).to_owned() };
    way.iter().map(step).fold(String::new(), |path, step| path::join(&path, &step))
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
