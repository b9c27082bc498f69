//! A schema of texts -> texts that a server may send under it; and any JSON, which is mostly texts.

use apispec::Pointer;
use proptest::prelude::*;
use serde_json::Value;

use super::{Sample, UNKNOWN, texts_of};

/// Times with and without fractions and offsets, before and after 1970.
const TIMES: [&str; 4] =
    ["2025-02-13T11:27:20Z", "2025-02-13T11:27:20.36399Z", "2024-02-29T23:59:59+08:00", "1969-12-31T23:59:59.000000001Z"];

/// The values of an enum, their aliases, and one that is not known. A constant is always itself.
pub fn texts(schema: &Value, values: &[Value], place: &Pointer) -> BoxedStrategy<Sample> {
    let mut all: Vec<Sample> = values.iter().filter(|value| !value.is_null()).cloned().map(Sample::plain).collect();
    for (value, about) in schema.get("x-enum").and_then(Value::as_object).into_iter().flatten() {
        let aliases = texts_of(about, "aliases").into_iter();
        all.extend(aliases.map(|alias| Sample { wire: alias.into(), kept: value.as_str().into() }));
    }
    let named = place.parent().is_some_and(|parent| parent.last().as_deref() == Some("schemas"));
    if (named || values.len() > 1) && values.iter().any(Value::is_string) {
        all.push(Sample::plain(UNKNOWN.into()));
    }
    prop::sample::select(all).boxed()
}

pub fn text(schema: &Value) -> BoxedStrategy<Sample> {
    if schema.get("format").and_then(Value::as_str) == Some("date-time") {
        return prop::sample::select(&TIMES[..]).prop_map(|time| Sample::plain(time.into())).boxed();
    }
    if schema.get("x-comma-list").is_some() {
        return prop::collection::vec("[a-z0-9 ]{1,4}", 0..4).prop_map(|items| Sample::plain(items.join(",").into())).boxed();
    }
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
        let made = prop::string::string_regex(pattern.trim_matches(['^', '$'])).expect("a pattern");
        return made.prop_map(|text| Sample::plain(text.into())).boxed();
    }
    let least = schema.get("minLength").and_then(Value::as_u64).unwrap_or_default();
    let long_enough = move |text: String| format!("{text}{}", "x".repeat(usize::try_from(least).unwrap_or_default()));
    word().prop_map(move |text| Sample::plain(long_enough(text).into())).boxed()
}

/// Texts with everything that has to be escaped, or has more than one byte.
pub fn word() -> BoxedStrategy<String> {
    "[a-zA-Z0-9 \"\\\\/<&\u{0}\u{7f}äß中\u{1f600}]{0,8}".boxed()
}

/// Any JSON but null.
pub fn json_value() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![any::<bool>().prop_map(Value::from), any::<i64>().prop_map(Value::from), word().prop_map(Value::from)];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,3}", inner, 0..3).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
    .boxed()
}
