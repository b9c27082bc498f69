//! Every example in the specs, validated by a JSON-schema validator that nobody here wrote.
//!
//! OpenAPI 3.0 schemas are JSON schema draft 4 but for `nullable` and the keywords that only annotate. The translation below is all that
//! the validator needs; formats are checked. That examples have no members which their schemas do not name is asked of the top of each.

use std::path::Path;

use apispec::lint::context::Context;
use apispec::schema::declared_names;
use apispec::{Document, Index};
use jsonschema::Draft;
use serde_json::{Map, Value, json};

/// Rewrites one value of the document, and everything in it, as draft 4.
fn translated(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut schema: Map<String, Value> = members.iter().map(|(key, member)| (key.clone(), translated(member))).collect();
            let nullable = schema.shift_remove("nullable") == Some(Value::Bool(true));
            if let (true, Some(Value::String(name))) = (nullable, schema.get("type")) {
                let both = json!([name, "null"]);
                schema.insert("type".into(), both);
            }
            Value::Object(schema)
        }
        Value::Array(items) => items.iter().map(translated).collect(),
        other => other.clone(),
    }
}

fn failures(name: &str) -> (usize, Vec<String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs").join(name);
    let document = Document::read(&path).unwrap_or_else(|report| panic!("{report}"));
    let context = Context::of(&document);
    let root = translated(document.root());
    let mut failures = Vec::new();
    for sample in &context.samples {
        let mut schema = json!({ "$schema": "http://json-schema.org/draft-04/schema#", "$ref": format!("#{}", sample.schema) });
        // References count from the top, so the parts of the document that schemas stand in come along.
        for part in ["components", "paths"] {
            schema[part] = root[part].clone();
        }
        let validator =
            jsonschema::options().with_draft(Draft::Draft4).should_validate_formats(true).build(&schema).expect("a valid schema");
        failures.extend(validator.iter_errors(sample.value).map(|error| format!("{}: {error}", sample.pointer)));
        failures.extend(
            undeclared(&context.index, sample.value, &sample.schema).map(|name| format!("{}: `{name}` is not declared", sample.pointer)),
        );
    }
    (context.samples.len(), failures)
}

/// The members of an example that its schema does not name.
fn undeclared(index: &Index<'_>, value: &Value, schema: &apispec::Pointer) -> impl Iterator<Item = String> {
    let names = declared_names(index, schema);
    let members: Vec<String> = value.as_object().into_iter().flat_map(Map::keys).cloned().collect();
    members.into_iter().filter(move |member| names.as_ref().is_some_and(|names| !names.contains(member.as_str())))
}

#[test]
fn every_example_is_valid() {
    for name in ["pai-dataset-jobs.yaml", "powerdrill-v1.yaml", "powerdrill-v2.yaml"] {
        let (count, failures) = failures(name);
        assert!(count >= 20, "{name} has only {count} examples");
        assert!(failures.is_empty(), "{name}:\n{}", failures.join("\n"));
    }
}

#[test]
fn a_broken_example_would_be_noticed() {
    let schema = translated(&json!({ "type": "string", "nullable": true, "enum": ["A", null] }));
    let validator = jsonschema::options().with_draft(Draft::Draft4).build(&schema).expect("a valid schema");
    assert!(validator.is_valid(&json!(null)) && validator.is_valid(&json!("A")));
    assert!(!validator.is_valid(&json!("B")));
}
