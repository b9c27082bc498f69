//! A document, and the same with its maps in another order -> the same bytes.
//!
//! Order means something in few maps: members, variants and events are printed as a person arranged them, and the variables of a server
//! are arguments. All others, such as the components, the paths and the keys of every object, are turned around here.

use std::path::Path;

use apispec::Document;
use apispec_codegen::{Output, generate};
use serde_json::{Map, Value};

use super::documents::all;

/// The maps whose order is what somebody wants to read: members, variants of a union, events, arguments of a constructor, settings of
/// the client, and types that a sibling selects.
const ARRANGED: [&str; 6] = ["properties", "mapping", "events", "variables", "x-environment", "x-json-text"];

/// The same value, with every map turned around in which order means nothing.
fn reversed(key: &str, value: &Value, arranged: bool) -> Value {
    match value {
        Value::Object(members) => {
            let turned = members.iter().map(|(name, member)| {
                // The map of types stands inside the extension.
                let inside = key == "x-json-text" && name == "schemas";
                (name.clone(), reversed(name, member, inside || ARRANGED.contains(&name.as_str())))
            });
            let mut turned: Vec<_> = turned.collect();
            if !arranged {
                turned.reverse();
            }
            Value::Object(Map::from_iter(turned))
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| reversed("", item, false)).collect()),
        other => other.clone(),
    }
}

fn output(document: &Document) -> Output {
    generate(document).unwrap_or_else(|report| panic!("{}: {report}", document.file()))
}

fn documents() -> Vec<Document> {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
    let own = ["powerdrill-v1.yaml", "powerdrill-v2.yaml", "pai-dataset-jobs.yaml"]
        .map(|name| Document::read(&specs.join(name)).expect("a spec"));
    all("output").into_iter().map(|mini| mini.document).chain(own).collect()
}

#[test]
fn a_document_gives_the_same_bytes_again_and_in_any_order_of_its_maps() {
    let mut changed = 0;
    for document in documents() {
        let turned = reversed("", document.root(), false);
        // Maps are equal in any order; their texts are not.
        let (text, before) = (turned.to_string(), document.root().to_string());
        changed += usize::from(text != before);
        let turned = Document::parse(document.file(), text).expect("still a document");
        let once = output(&document);
        for (again, how) in [(output(&document), "again"), (output(&turned), "turned around")] {
            for (once, again) in once.files.iter().zip(&again.files) {
                assert_eq!(once, again, "{} {how}", document.file());
            }
            assert_eq!(once.files.len(), again.files.len());
            assert_eq!(once.fallbacks, again.fallbacks, "{} {how}", document.file());
        }
    }
    assert!(changed > 40, "{changed} documents were turned around");
}
