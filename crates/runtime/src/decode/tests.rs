//! Texts that cannot be read -> the path and what is said about it.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess};
use serde_json::value::RawValue;

use super::{buffered, from_text, unframed, wrong_member};
use crate::error::ErrorKind;
use crate::timestamp::Timestamp;

#[derive(Debug, serde::Deserialize)]
#[allow(dead_code, reason = "only whether it can be read matters")]
struct Page {
    records: Vec<Record>,
    total: Option<u64>,
}

#[derive(Debug, serde::Deserialize)]
#[allow(dead_code, reason = "only whether it can be read matters")]
struct Record {
    id: String,
    size: Option<i64>,
    at: Option<Timestamp>,
    mode: Option<Mode>,
    block: Option<Block>,
}

#[derive(Debug, serde::Deserialize)]
enum Mode {
    #[serde(rename = "ON")]
    On,
}

/// A union whose content may come before its tag.
#[derive(Debug)]
struct Block;

impl<'de> Deserialize<'de> for Block {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> de::Visitor<'de> for Members {
            type Value = Block;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a block")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Block, A::Error> {
                let (mut tag, mut content) = (None, None);
                while let Some(name) = members.next_key::<String>()? {
                    match name.as_str() {
                        "type" => tag = Some(members.next_value::<String>()?),
                        _ => content = Some(members.next_value::<Box<RawValue>>()?),
                    }
                }
                let content = content.ok_or_else(|| de::Error::missing_field("content"))?;
                match tag.as_deref() {
                    Some("PAGE") => buffered::<Page, _>(&content, "content").map(|_| Block),
                    _ => Err(wrong_member("type", "a known type")),
                }
            }
        }
        deserializer.deserialize_map(Members)
    }
}

fn told(text: &str) -> String {
    let error = from_text::<Page>(text).expect_err(text);
    let ErrorKind::Decode { path } = error.kind() else { panic!("{error:?}") };
    format!("{path}: {}", error.message())
}

#[test]
fn paths() {
    for (text, expected) in [
        (r#"{"records": [{"id": 7}]}"#, "records[0].id: invalid type: integer, expected a string"),
        (r#"{"records":[{"id":7}]}"#, "records[0].id: invalid type: integer, expected a string"),
        (r#"{"records":[{"id":{"a":1}}]}"#, "records[0].id: invalid type: map, expected a string"),
        (r#"{"records":[{"id":["a"]}]}"#, "records[0].id: invalid type: sequence, expected a string"),
        (r#"{"records":[{"id":null}]}"#, "records[0].id: invalid type: null, expected a string"),
        (r#"{"records":[{"id":"a"},{"id":"b","size":"canary"}]}"#, "records[1].size: invalid type: string, expected i64"),
        (r#"{"records":[{"id":"a"},{"id":"b","size":true}]}"#, "records[1].size: invalid type: boolean, expected i64"),
        (r#"{"records":[{"id":"a","size":1.5}]}"#, "records[0].size: invalid type: floating point, expected i64"),
        (r#"{"records":[{"id":"a","size":99999999999999999999}]}"#, "records[0].size: invalid type: floating point, expected i64"),
        (r#"{"records":[{}]}"#, "records[0].id: is missing"),
        (r#"{"records":[{"size":1}]}"#, "records[0].id: is missing"),
        ("{\"records\": [\n  {\n \"size\": 1\n  }\n]}", "records[0].id: is missing"),
        (r#"{"records":[{"size":{"x":[1,2]}, "id": "a"}]}"#, "records[0].size: invalid type: map, expected i64"),
        (r#"{"total":1}"#, "records: is missing"),
        ("{}", "records: is missing"),
        ("null", ": invalid type: null, expected struct Page"),
        ("[1]", "records: invalid type: integer, expected a sequence"),
        (r#"{"records":{}}"#, "records: invalid type: map, expected a sequence"),
        (r#"{"records":[],"total":-1}"#, "total: invalid value: integer, expected u64"),
        (r#"{"records":[{"id":"a","at":7}]}"#, "records[0].at: invalid type: integer, expected a time"),
        (r#"{"records":[{"id":"a","mode":"canary"}]}"#, "records[0].mode: unknown variant, expected `ON`"),
        (r#"{"records":[{"id":"a","id":"b"}]}"#, "records[0]: duplicate field"),
        (r#"{"records":[{"id":"a""#, "records[0].id: EOF while parsing an object"),
        (r#"{"records":[{"id":"a\"#, "records[0].id: EOF while parsing a string"),
    ] {
        let told = told(text);
        if text == "[1]" {
            assert!(told.contains("invalid type: integer, expected a sequence"), "{told}");
        } else {
            assert_eq!(told, expected, "{text}");
        }
        assert!(!told.contains("canary"), "{told}");
    }
}

#[test]
fn a_late_tag_keeps_the_path() {
    for (block, expected) in [
        (
            r#"{"content":{"records":[{"id":7}]},"type":"PAGE"}"#,
            "records[1].block.content.records[0].id: invalid type: integer, expected a string",
        ),
        (r#"{"content": {"records": [{}]}, "type": "PAGE" }"#, "records[1].block.content.records[0].id: is missing"),
        (r#"{"content":7,"type":"PAGE"}"#, "records[1].block.content: invalid type: integer, expected struct Page"),
        (r#"{"content":7,"type":"canary"}"#, "records[1].block.type: expected a known type"),
        (r#"{"type":"PAGE"}"#, "records[1].block.content: is missing"),
    ] {
        assert_eq!(told(&format!(r#"{{"records":[{{"id":"a"}},{{"id":"b","block":{block}}}]}}"#)), expected, "{block}");
    }
    let nested = r#"{"content":{"records":[{"id":"b","block":{"content":{"records":[{"id":7}]},"type":"PAGE"}}]},"type":"PAGE"}"#;
    assert_eq!(
        told(&format!(r#"{{"records":[{{"id":"a","block":{nested}}}]}}"#)),
        "records[0].block.content.records[0].block.content.records[0].id: invalid type: integer, expected a string"
    );
}

#[test]
fn every_cut_and_every_wrong_byte_gives_a_message() {
    let good = r#"{"records":[{"id":"a\"\u4e2d","size":12,"block":{"content":{"records":[]},"type":"PAGE"}}],"total":1}"#;
    from_text::<Page>(good).expect("good");
    for end in 0..good.len() {
        if good.is_char_boundary(end) {
            assert!(!told(&good[..end]).is_empty());
        }
        for wrong in ["}", "]", "\"", "{", "[", ",", ":", "7", "\\"] {
            // Many of these can be read, or differ in a text; only that nothing panics matters here.
            drop(from_text::<Page>(&format!("{}{wrong}{}", &good[..end], &good[end + 1..])));
        }
    }
}

#[test]
fn a_frame_is_told_by_its_member() {
    for (data, expected) in [
        (r#"{"choices":[]}"#, None),
        (r#" {"choices":null,"code":1}"#, None),
        (r#"{"code":1}"#, Some(serde_json::json!({"code": 1}).into())),
        ("gone", Some("gone".into())),
        ("", Some("".into())),
        ("[1]", Some("[1]".into())),
        (r#"{"code":"#, None),
    ] {
        assert_eq!(unframed(data, "choices"), expected, "{data}");
    }
}
