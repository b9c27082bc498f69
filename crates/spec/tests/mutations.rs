//! Whatever a document contains, reading and linting it ends in a report, never in a panic.
//!
//! Real documents are damaged at random, as text and as trees, and go through everything: loading, indexing, every rule, locating.

use std::path::Path;
use std::sync::LazyLock;

use apispec::lint::{Family, lint};
use apispec::{Document, Pointer};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Small documents of every kind, and one whole spec.
static ORIGINALS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = top.join("tests/snapshots/specs/lint");
    let entries = std::fs::read_dir(folder).expect("the folder is there").map(|entry| entry.expect("readable").path());
    let mut paths: Vec<_> = entries.collect();
    paths.sort();
    paths.push(top.join("specs/pai-dataset-jobs.yaml"));
    paths.iter().map(|path| std::fs::read_to_string(path).expect("readable")).collect()
});

fn judge(text: String) {
    let Ok(document) = Document::parse("mutated.yaml", text) else { return };
    let other = document.clone();
    let report = lint(&[document, other], &[Family::NormalForm, Family::Inconsistency]);
    assert!(!report.to_string().is_empty() || report.is_empty());
}

/// Values that stand where they should not.
fn oddity() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        prop_oneof![
            Just(json!({ "$ref": "#/components/schemas/Missing" })),
            Just(json!({ "$ref": "#/paths" })),
            Just(json!({ "$ref": "#" })),
            Just(json!({ "$ref": "other.yaml#/x" })),
            Just(json!({ "$ref": 7 })),
            Just(json!([])),
            Just(json!({})),
            Just(json!([null, "é", -1, [[]], { "": {} }])),
            Just(json!({ "type": ["string", "null"], "enum": {}, "required": "x", "properties": [], "items": false })),
            Just(
                json!({ "oneOf": [{ "$ref": "#/components/schemas/A" }], "discriminator": { "mapping": { "a": 1 } }, "x-enum": [], "x-ledger": "N1" })
            ),
        ],
    ]
}

/// All places of a tree, in order.
fn places(value: &Value, here: &Pointer, found: &mut Vec<Pointer>) {
    found.push(here.clone());
    match value {
        Value::Object(members) => members.iter().for_each(|(key, member)| places(member, &here.child(key), found)),
        Value::Array(items) => items.iter().enumerate().for_each(|(number, item)| places(item, &here.item(number), found)),
        _ => {}
    }
}

/// One way of damaging a tree; the numbers are taken modulo the number of places.
#[derive(Clone, Debug)]
enum Damage {
    Replace(usize, Value),
    Remove(usize),
    Rename(usize, String),
    Swap(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<usize>(), oddity()).prop_map(|(place, value)| Damage::Replace(place, value)),
        any::<usize>().prop_map(Damage::Remove),
        (any::<usize>(), "[a-zA-Z$é_/~-]{0,8}").prop_map(|(place, name)| Damage::Rename(place, name)),
        (any::<usize>(), any::<usize>()).prop_map(|(left, right)| Damage::Swap(left, right)),
    ]
}

fn apply(tree: &mut Value, damage: &Damage) {
    let mut all = Vec::new();
    places(tree, &Pointer::root(), &mut all);
    let pick = |number: usize| all[number % all.len()].clone();
    let member = |tree: &mut Value, place: &Pointer| -> Option<Value> {
        let (parent, last) = (place.parent()?, place.last()?);
        tree.pointer_mut(parent.as_str())?.as_object_mut()?.shift_remove(&last)
    };
    match damage {
        Damage::Replace(place, value) => *tree.pointer_mut(pick(*place).as_str()).expect("the place is there") = value.clone(),
        Damage::Remove(place) => drop(member(tree, &pick(*place))),
        Damage::Rename(place, name) => {
            let place = pick(*place);
            if let Some(value) = member(tree, &place) {
                let parent = place.parent().unwrap_or_default();
                tree.pointer_mut(parent.as_str()).and_then(Value::as_object_mut).expect("it had a member").insert(name.clone(), value);
            }
        }
        Damage::Swap(left, right) => {
            let (left, right) = (pick(*left), pick(*right));
            let (one, other) = (left.find(tree).cloned(), right.find(tree).cloned());
            if let (Some(one), Some(other)) = (one, other) {
                *tree.pointer_mut(left.as_str()).expect("the place is there") = other;
                if let Some(place) = tree.pointer_mut(right.as_str()) {
                    *place = one;
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_trees_are_judged(original in any::<prop::sample::Index>(), damages in prop::collection::vec(damage(), 1..6)) {
        let text = ORIGINALS[original.index(ORIGINALS.len())].split("\n---\n").next().unwrap_or_default().to_owned();
        let document = Document::parse("original.yaml", text).expect("the originals are good");
        let mut tree = document.root().clone();
        damages.iter().for_each(|damage| apply(&mut tree, damage));
        judge(tree.to_string());
    }

    #[test]
    fn damaged_texts_are_judged(
        original in any::<prop::sample::Index>(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..40usize, "\\PC{0,6}|\n *|[\\[{}\\]&*!|>'\"%@:-]{1,3}"), 1..5),
    ) {
        let mut text: Vec<char> = ORIGINALS[original.index(ORIGINALS.len())].chars().collect();
        for (place, length, inserted) in cuts {
            let start = place.index(text.len() + 1);
            let end = (start + length).min(text.len());
            text.splice(start..end, inserted.chars());
        }
        judge(text.into_iter().collect());
    }

    #[test]
    fn any_text_is_refused_or_judged(text in "\\PC{0,200}") {
        judge(text.clone());
        judge(format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths: {{}}\n{text}"));
    }
}

#[test]
fn deep_and_circular_documents_are_refused_or_judged() {
    let deep = format!("{{\"openapi\": \"3.0.3\", \"paths\": {}1{}}}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    assert!(Document::parse("deep.json", deep).is_err());
    let lists = format!("openapi: 3.0.3\npaths: {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(Document::parse("lists.yaml", lists).is_err());
    let laughs = "openapi: 3.0.3\na: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\n\
                  d: &d [*c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d]\nf: [*e, *e, *e, *e, *e, *e, *e, *e]\n";
    judge(laughs.to_owned());
    let mut schemas = serde_json::Map::new();
    for number in 0..3000 {
        schemas.insert(format!("S{number}"), json!({ "allOf": [{ "$ref": format!("#/components/schemas/S{}", number + 1) }] }));
    }
    let chain = json!({ "openapi": "3.0.3", "info": {}, "paths": {}, "components": { "schemas": schemas } });
    assert!(Document::parse("chain.json", chain.to_string()).is_err());
    let union = json!({ "oneOf": [{ "$ref": "#/components/schemas/U" }, { "$ref": "#/components/schemas/U" }, { "type": "string" }], "example": 1 });
    judge(json!({ "openapi": "3.0.3", "info": {}, "paths": {}, "components": { "schemas": { "U": union } } }).to_string());
}
