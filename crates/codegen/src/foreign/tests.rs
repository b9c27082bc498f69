//! What is odd about documents in the wild, and what becomes of it.

use apispec::Document;
use serde_json::{Value, json};

use super::adapted;

fn washed(document: &Value) -> (Value, Vec<String>) {
    let document = Document::parse("odd.json", document.to_string()).expect("a document");
    let (document, notes) = adapted(document);
    document.model().unwrap_or_else(|report| panic!("{report}"));
    (document.root().clone(), notes.iter().map(|note| format!("{} {}", note.rule, note.pointer.as_str())).collect())
}

fn schema(schema: Value) -> (Value, Vec<String>) {
    let document = json!({ "openapi": "3.0.0", "components": { "schemas": { "It": schema, "Other": { "type": "object" } } } });
    let (root, notes) = washed(&document);
    let notes = notes.into_iter().filter_map(|note| note.strip_suffix(" /paths").map_or(Some(note.clone()), |_| None)).collect();
    (root["components"]["schemas"]["It"].clone(), notes)
}

#[test]
fn keys_of_the_wrong_type_are_left_out_and_noted() {
    let odd = json!({ "type": "string", "minLength": -1, "nullable": "true", "description": ["x"], "maxLength": 3.0 });
    let (it, notes) = schema(odd);
    assert_eq!(it, json!({ "type": "string", "maxLength": 3, "nullable": true }));
    assert_eq!(notes, ["malformed /components/schemas/It/description", "malformed /components/schemas/It/minLength"]);
}

#[test]
fn types_of_other_versions_are_understood() {
    assert_eq!(schema(json!({ "type": ["string", "null"] })).0, json!({ "type": "string", "nullable": true }));
    assert_eq!(schema(json!({ "const": "a" })).0, json!({ "type": "string", "enum": ["a"] }));
    assert_eq!(schema(json!({ "enum": [1, 2] })), (json!({ "type": "integer" }), Vec::new()));
    assert_eq!(schema(json!({ "enum": [true, null] })).0, json!({ "type": "boolean", "nullable": true }));
    assert_eq!(schema(json!({ "type": "file" })).0, json!({ "type": "string", "format": "binary" }));
    assert_eq!(schema(json!({ "items": {} })).0, json!({ "type": "array", "items": {} }));
    assert_eq!(schema(json!({ "oneOf": [{ "type": "null" }, { "type": "string" }] })).0["nullable"], json!(true));
}

#[test]
fn parts_of_one_kind_are_merged_and_words_are_no_part() {
    let reference = json!({ "$ref": "#/components/schemas/Other" });
    let (it, notes) = schema(json!({ "allOf": [reference, { "description": "Its words." }] }));
    assert_eq!((it, notes.len()), (json!({ "description": "Its words.", "allOf": [reference] }), 0));
    let (it, notes) = schema(json!({ "allOf": [reference, { "type": "string" }] }));
    assert_eq!((it, notes), (json!({}), vec!["weaker-type /components/schemas/It/allOf".to_owned()]));
}

#[test]
fn what_a_reference_leads_to_may_stand_anywhere() {
    let document = json!({
        "openapi": "3.0.0",
        "components": {
            "schemas": {
                "Tree": { "properties": { "leaf": { "properties": { "of": { "$ref": "#/components/schemas/Tree/properties/leaf" } } } } },
                "Round": { "$ref": "#/components/schemas/Round2" },
                "Round2": { "$ref": "#/components/schemas/Round" },
                "Away": { "$ref": "other.yaml#/Away" }
            }
        }
    });
    let text = document.to_string();
    let (document, _) = Document::parse_leniently("odd.json", text).expect("a document");
    let (document, notes) = adapted(document);
    let schemas = &document.root()["components"]["schemas"];
    assert_eq!(schemas["TreeLeaf"]["properties"]["of"], json!({ "$ref": "#/components/schemas/TreeLeaf" }));
    assert_eq!((&schemas["Round"], &schemas["Away"]), (&json!({}), &json!({})));
    assert!(notes.iter().any(|note| note.pointer.as_str() == "/components/schemas/Away/$ref"), "{notes:?}");
}

#[test]
fn parameters_are_those_of_the_path() {
    let document = json!({
        "openapi": "3.0.0",
        "paths": { "/a/{id}?mode=x": { "parameters": [{ "in": "path", "name": "gone" }], "get": { "responses": {} } }, "/b c": {} }
    });
    let (root, notes) = washed(&document);
    let parameters = &root["paths"]["/a/{id}?mode=x"]["get"]["parameters"];
    assert_eq!(parameters[0]["name"], "id");
    assert_eq!(parameters[1], json!({ "in": "query", "name": "mode", "required": true, "schema": { "type": "string", "enum": ["x"] } }));
    assert_eq!(notes.iter().filter(|note| note.starts_with("skipped-operation")).count(), 1);
}
