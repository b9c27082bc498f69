//! Each tolerance: what it reads, in every odd spelling, and what it says of what it does not read.

use serde_json::{Value, json};

use super::*;
use crate::decode::from_text;
use crate::error::ErrorKind;

/// What is said of a text that cannot be read: the path, and the message.
fn told<T: de::DeserializeOwned>(text: &str) -> String {
    let Err(error) = from_text::<T>(text) else { panic!("{text} was read") };
    let ErrorKind::Decode { path } = error.kind() else { panic!("{error:?}") };
    format!("{path}: {}", error.message())
}

fn read<T: de::DeserializeOwned>(text: &str) -> T {
    from_text(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// A text that takes any text.
#[derive(Debug, PartialEq)]
struct Id(String);

impl From<&str> for Id {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer, "a text (Id)")
    }
}

/// An object whose member tells the path of a mistake.
#[derive(Debug, PartialEq, serde::Deserialize)]
struct Link {
    url: String,
}

#[test]
fn names_are_borrowed_where_they_have_no_escapes() {
    let plain: Name<'_> = serde_json::from_str(r#""name""#).expect("a name");
    assert!(matches!(&plain, Name(Cow::Borrowed("name"))));
    let escaped: Name<'_> = serde_json::from_str(r#""n\u0061me\n""#).expect("a name");
    assert!(matches!(&escaped, Name(Cow::Owned(_))));
    assert_eq!(escaped.as_str(), "name\n");
    let Err(error) = serde_json::from_str::<Name<'_>>("7") else { panic!("a number was read") };
    assert!(error.to_string().starts_with("invalid type: integer `7`, expected the name of a member"), "{error}");
}

#[test]
fn a_text_is_read_into_what_can_be_made_of_it() {
    for (json, expected) in [(r#""a""#, "a"), (r#""""#, ""), (r#""\u4e2d\"\n""#, "中\"\n"), (r#"" 7 ""#, " 7 ")] {
        assert_eq!(read::<Id>(json), Id(expected.to_owned()));
    }
    for (json, found) in
        [("7", "integer"), ("7.5", "floating point"), ("true", "boolean"), ("null", "null"), ("[]", "sequence"), ("{}", "map")]
    {
        assert_eq!(told::<Id>(json), format!(": invalid type: {found}, expected a text (Id)"));
    }
}

#[test]
fn a_number_in_place_of_a_text_becomes_its_digits() {
    let spelt = [
        (r#""12""#, "12"),
        (r#""""#, ""),
        (r#""1\u0032""#, "12"),
        (r#"" 012 ""#, " 012 "),
        ("12", "12"),
        ("0", "0"),
        ("-7", "-7"),
        ("9223372036854775807", "9223372036854775807"),
        ("18446744073709551615", "18446744073709551615"),
        ("-9223372036854775808", "-9223372036854775808"),
    ];
    for (json, expected) in spelt {
        assert_eq!(read::<TextOrInteger>(json).0, expected, "{json}");
    }
    for (json, found) in [
        ("1.5", "floating point"),
        ("1e2", "floating point"),
        // The parser has no whole number with this sign.
        ("-0", "floating point"),
        ("18446744073709551616", "floating point"),
        ("true", "boolean"),
        ("null", "null"),
        ("[1]", "sequence"),
        (r#"{"page":1}"#, "map"),
    ] {
        let told = told::<TextOrInteger>(json);
        assert!(told.ends_with(&format!("invalid type: {found}, expected a string or an integer")), "{json}: {told}");
    }
}

#[test]
fn a_text_in_place_of_a_number_is_parsed() {
    for (json, expected) in [
        ("12", 12),
        ("-12", -12),
        (r#""12""#, 12),
        (r#"" 12\n""#, 12),
        (r#""+12""#, 12),
        (r#""-12""#, -12),
        (r#""0012""#, 12),
        (r#""9223372036854775807""#, i64::MAX),
        ("-9223372036854775808", i64::MIN),
    ] {
        assert_eq!(read::<IntegerOrText>(json).0, expected, "{json}");
    }
    for json in
        [r#""""#, r#"" ""#, r#""twelve""#, r#""1.0""#, r#""1e2""#, r#""0x10""#, r#""1_000""#, r#""9223372036854775808""#, r#""１２""#]
    {
        assert_eq!(told::<IntegerOrText>(json), ": invalid type: string, expected an integer, or its text", "{json}");
    }
    assert_eq!(told::<IntegerOrText>("9223372036854775808"), ": invalid value: integer, expected an integer, or its text");
    for (json, found) in [("1.5", "floating point"), ("true", "boolean"), ("null", "null"), ("[1]", "sequence"), ("{}", "map")] {
        let told = told::<IntegerOrText>(json);
        assert!(told.ends_with(&format!("invalid type: {found}, expected an integer, or its text")), "{json}: {told}");
    }
}

#[test]
fn one_item_in_place_of_a_list_is_a_list_of_one() {
    assert_eq!(read::<OneOrMany<String>>(r#""red""#).0, ["red"]);
    assert_eq!(read::<OneOrMany<String>>(r#""""#).0, [""]);
    assert_eq!(read::<OneOrMany<String>>(r#"["red","blue"]"#).0, ["red", "blue"]);
    assert_eq!(read::<OneOrMany<bool>>("true").0, [true]);
    assert_eq!(read::<OneOrMany<i64>>("-7").0, [-7]);
    assert_eq!(read::<OneOrMany<u64>>("18446744073709551615").0, [u64::MAX]);
    assert_eq!(read::<OneOrMany<f64>>("0.5").0, [0.5]);
    assert_eq!(read::<OneOrMany<Link>>(r#"{"url":"u"}"#).0, [Link { url: "u".to_owned() }]);
    assert_eq!(read::<OneOrMany<Value>>(r#"{"a":[1]}"#).0, [json!({"a": [1]})]);
    assert!(read::<OneOrMany<String>>("[]").0.is_empty());
}

#[test]
fn what_is_wrong_in_one_item_or_in_many_has_its_place() {
    assert_eq!(told::<OneOrMany<Link>>(r#"[{"url":"u"},{"url":7}]"#), "[1].url: invalid type: integer, expected a string");
    assert_eq!(told::<OneOrMany<Link>>(r#"[{"url":"u"},{}]"#), "[1].url: is missing");
    assert_eq!(told::<OneOrMany<Link>>(r#"{"url":7}"#), "url: invalid type: integer, expected a string");
    assert_eq!(told::<OneOrMany<Link>>("{}"), "url: is missing");
    assert_eq!(told::<OneOrMany<String>>("7"), ": invalid type: integer, expected a string");
    assert_eq!(told::<OneOrMany<String>>("null"), ": invalid type: null, expected a list, or one item of it");
    assert_eq!(told::<OneOrMany<i64>>(r#""seven""#), ": invalid type: string, expected i64");
    assert_eq!(told::<OneOrMany<bool>>("1.5"), ": invalid type: floating point, expected a boolean");
}

#[test]
fn a_text_in_place_of_an_object_or_a_list_is_kept() {
    let link = || Link { url: "u".to_owned() };
    assert_eq!(read::<OrText<Link>>(r#"{"url":"u"}"#), OrText::Value(link()));
    assert_eq!(read::<OrText<Link>>(r#""""#), OrText::Text(String::new()));
    // JSON in a text is a text: only the document could say that it is more.
    assert_eq!(read::<OrText<Link>>(r#""{\"url\":\"u\"}""#), OrText::Text(r#"{"url":"u"}"#.to_owned()));
    assert_eq!(read::<OrText<Vec<i64>>>("[1,2]"), OrText::Value(vec![1, 2]));
    assert_eq!(read::<OrText<Vec<i64>>>(r#""1,2""#), OrText::Text("1,2".to_owned()));
}

#[test]
fn what_is_wrong_in_an_object_that_may_be_a_text_has_its_place() {
    assert_eq!(told::<OrText<Link>>(r#"{"url":7}"#), "url: invalid type: integer, expected a string");
    assert_eq!(told::<OrText<Link>>("{}"), "url: is missing");
    assert_eq!(told::<OrText<Vec<i64>>>(r#"[1,"2"]"#), "[1]: invalid type: string, expected i64");
    for (json, found) in [("7", "integer"), ("0.5", "floating point"), ("true", "boolean"), ("null", "null")] {
        assert_eq!(told::<OrText<Link>>(json), format!(": invalid type: {found}, expected an object or a list, or a text in its place"));
    }
}

#[test]
fn either_is_written_as_it_was_read() {
    for json in [r#"[1,2]"#, r#""1,2""#, r#""""#, "[]"] {
        let value: OrText<Vec<i64>> = read(json);
        assert_eq!(serde_json::to_string(&value).expect("no refusal"), json);
    }
}

#[test]
fn a_member_that_may_be_missing_is_read_like_any_other() {
    assert_eq!(read::<Option<IntegerOrText>>("null").map(|value| value.0), None);
    assert_eq!(read::<Option<IntegerOrText>>(r#""7""#).map(|value| value.0), Some(7));
    assert_eq!(read::<Option<TextOrInteger>>("7").map(|value| value.0), Some("7".to_owned()));
    assert!(read::<Option<OneOrMany<String>>>("null").is_none());
    assert_eq!(read::<Option<OrText<Link>>>("null"), None);
}
