//! Values against schemas: each keyword, strictly, and each tolerance.

use apispec::schema::{Direction, Options, check, read};
use apispec::{Document, Index, Pointer};
use serde_json::{Value, json};

const STRICT: Options = Options { direction: Direction::Either, undeclared: true, open: false };

/// A document whose `components.schemas` are `schemas`.
fn document(schemas: &Value) -> Document {
    let root = json!({ "openapi": "3.0.3", "info": { "title": "t", "version": "1" }, "paths": {}, "components": { "schemas": schemas } });
    Document::parse("schemas.json", root.to_string()).unwrap_or_else(|report| panic!("{report}"))
}

fn main_schema() -> Pointer {
    Pointer::root().child("components").child("schemas").child("Main")
}

/// What is wrong with `value`: keyword and place.
fn faults(schemas: &Value, value: &Value, options: Options) -> Vec<(&'static str, String)> {
    let document = document(schemas);
    let found = check(&Index::of(&document), &main_schema(), value, options);
    found.into_iter().map(|violation| (violation.keyword, violation.place().to_string())).collect()
}

#[test]
fn each_keyword_is_checked() {
    let object = json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "string" }, "b": { "type": "integer", "readOnly": true } } });
    let tagged = |name: &str| json!({ "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string", "enum": [name] }, name: { "type": "integer" } } });
    let cases = [
        (json!({ "type": "string" }), json!(null), vec![("nullable", "")]),
        (json!({ "type": "string", "nullable": true, "enum": ["A"] }), json!(null), vec![]),
        (json!({ "type": "integer" }), json!(1.0), vec![]),
        (json!({ "type": "integer" }), json!(1.5), vec![("type", "")]),
        (json!({ "type": "string", "enum": ["A"] }), json!("B"), vec![("enum", "")]),
        (json!({ "type": "integer", "minimum": 1, "exclusiveMinimum": true }), json!(1), vec![("minimum", "")]),
        (json!({ "type": "string", "maxLength": 2 }), json!("éé"), vec![]),
        (json!({ "type": "string", "maxLength": 2, "pattern": "^e+$" }), json!("eea"), vec![("maxLength", ""), ("pattern", "")]),
        (json!({ "type": "string", "format": "date-time" }), json!("yesterday"), vec![("format", "")]),
        (
            json!({ "type": "array", "maxItems": 1, "items": { "type": "integer" } }),
            json!([1, "2"]),
            vec![("maxItems", ""), ("type", "/1")],
        ),
        (object.clone(), json!({}), vec![("required", "/a")]),
        (object.clone(), json!({ "a": "x", "c": 1 }), vec![("undeclared", "/c")]),
        (json!({ "type": "object", "additionalProperties": { "type": "integer" } }), json!({ "x": "y" }), vec![("type", "/x")]),
        (
            json!({ "type": "object", "properties": {}, "additionalProperties": false }),
            json!({ "x": 1 }),
            vec![("additionalProperties", "/x")],
        ),
        (
            json!({ "allOf": [object.clone(), { "type": "object", "properties": { "c": { "type": "integer" } } }] }),
            json!({ "a": "x", "c": 1 }),
            vec![],
        ),
        (json!({ "anyOf": [{ "required": ["a"] }, { "required": ["b"] }] }), json!({}), vec![("anyOf", "")]),
        (json!({ "oneOf": [{ "required": ["a"] }, { "required": ["b"] }] }), json!({ "a": 1, "b": 2 }), vec![("oneOf", "")]),
        (json!({ "oneOf": [object.clone(), { "type": "string" }] }), json!({ "a": 1 }), vec![("type", "/a")]),
        (json!({ "not": { "type": "string" } }), json!("x"), vec![("not", "")]),
        (
            json!({ "oneOf": [{ "$ref": "#/components/schemas/cat" }, { "$ref": "#/components/schemas/dog" }], "discriminator": { "propertyName": "kind" } }),
            json!({ "kind": "dog", "dog": "x" }),
            vec![("type", "/dog")],
        ),
        (
            json!({ "oneOf": [{ "$ref": "#/components/schemas/cat" }, { "$ref": "#/components/schemas/dog" }], "discriminator": { "propertyName": "kind" } }),
            json!({ "kind": "cow" }),
            vec![("discriminator", "/kind")],
        ),
        (
            json!({ "type": "object", "properties": { "by": { "type": "string" }, "text": { "type": "string", "x-json-text": { "by": "by", "schemas": { "C": "cat" } } } } }),
            json!({ "by": "C", "text": "{\"kind\":\"cow\"}" }),
            vec![("enum", "/text/kind")],
        ),
        (
            json!({ "type": "object", "properties": { "text": { "type": "string", "x-json-text": { "schema": "cat" } } } }),
            json!({ "text": "{kind" }),
            vec![("x-json-text", "/text")],
        ),
    ];
    for (schema, value, expected) in cases {
        let found = faults(&json!({ "Main": schema, "cat": tagged("cat"), "dog": tagged("dog") }), &value, STRICT);
        let expected: Vec<_> = expected.into_iter().map(|(keyword, place)| (keyword, place.to_owned())).collect();
        assert_eq!(found, expected, "{value} against {schema}");
    }
}

#[test]
fn members_that_travel_one_way_are_not_demanded_of_the_other() {
    let schema = json!({ "Main": { "type": "object", "required": ["id", "key"], "properties": { "id": { "readOnly": true }, "key": { "writeOnly": true } } } });
    let missing = |direction| faults(&schema, &json!({}), Options { direction, ..STRICT });
    assert_eq!(missing(Direction::Sent), [("required", "/key".to_owned())]);
    assert_eq!(missing(Direction::Received), [("required", "/id".to_owned())]);
}

#[test]
fn each_tolerance_is_applied_and_nothing_else() {
    let link = json!({ "type": "object", "required": ["url"], "properties": { "url": { "type": "string" }, "at": { "type": "string", "format": "date-time", "x-aliases": ["At", "when"] } } });
    let cases = [
        ("an alias", link.clone(), json!({ "url": "u", "when": "x" }), json!({ "url": "u", "at": "x" })),
        (
            "the canonical name wins",
            link.clone(),
            json!({ "url": "u", "When": 1, "when": "x", "at": "y" }),
            json!({ "url": "u", "When": 1, "at": "y" }),
        ),
        (
            "the first alias that is not null",
            link.clone(),
            json!({ "url": "u", "At": null, "when": "x" }),
            json!({ "url": "u", "at": "x" }),
        ),
        ("null for an optional member", link.clone(), json!({ "url": "u", "at": null }), json!({ "url": "u" })),
        (
            "a shorthand",
            json!({ "oneOf": [{ "$ref": "#/components/schemas/Link" }, { "type": "string" }], "x-shorthand": "url" }),
            json!("u"),
            json!({ "url": "u" }),
        ),
        ("an integer for a string", json!({ "type": "string", "x-accepts": ["integer"] }), json!(7), json!("7")),
        ("a string for an integer", json!({ "type": "integer", "x-accepts": ["string"] }), json!("7"), json!(7)),
        ("one for a list", json!({ "type": "array", "items": { "type": "string" }, "x-accepts": ["single"] }), json!("x"), json!(["x"])),
        (
            "a string kept for an object",
            json!({ "allOf": [{ "$ref": "#/components/schemas/Link" }], "x-accepts": ["string"] }),
            json!("{}"),
            json!("{}"),
        ),
        (
            "an integer wrapped in an object",
            json!({ "type": "object", "properties": { "code": { "type": "integer", "x-accepts": ["object"] } } }),
            json!({ "code": { "code": 0 } }),
            json!({ "code": 0 }),
        ),
        (
            "an alias of an enum value",
            json!({ "type": "string", "enum": ["A"], "x-enum": { "A": { "aliases": ["a"] } } }),
            json!("a"),
            json!("A"),
        ),
        ("an unknown enum value", json!({ "type": "string", "enum": ["A"] }), json!("B"), json!("B")),
        ("an unknown member", link.clone(), json!({ "url": "u", "more": [null] }), json!({ "url": "u", "more": [null] })),
    ];
    for (what, schema, wire, expected) in cases {
        let document = document(&json!({ "Main": schema, "Link": link.clone() }));
        let (canonical, violations) = read(&Index::of(&document), &main_schema(), &wire);
        assert_eq!(canonical, expected, "{what}");
        assert_eq!(violations, [], "{what}");
    }
}

#[test]
fn what_is_known_and_malformed_is_refused_all_the_same() {
    let cases = [
        (
            json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "string", "x-aliases": ["b"] } } }),
            json!({ "b": 7 }),
            "/a",
        ),
        (json!({ "type": "integer", "x-accepts": ["string"] }), json!("seven"), ""),
        (json!({ "type": "string", "enum": ["A"] }), json!(7), ""),
        (json!({ "type": "string", "nullable": true, "enum": [null] }), json!("text"), ""),
    ];
    for (schema, wire, place) in cases {
        let document = document(&json!({ "Main": schema }));
        let (_, violations) = read(&Index::of(&document), &main_schema(), &wire);
        let places: Vec<_> = violations.iter().map(|violation| violation.place().to_string()).collect();
        assert_eq!(places, [place], "{wire} against {schema}");
    }
}
