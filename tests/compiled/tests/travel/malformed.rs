//! A member that is missing, null or of another type -> an error whose path names it, as golden text.
//!
//! The least valid value of each type is broken in one member at a time. What each member may be is read from the schema; what is said
//! is the snapshot.

use apispec::Pointer;
use compiled::{FALLBACKS, Readable, TYPES, Travels};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use super::samples::{Samples, document};

/// The least value of a type: what must be there, and no more.
fn least(samples: &Samples<'_>, ty: &Readable) -> Value {
    let mut runner = TestRunner::deterministic();
    let mut tree = samples.of(ty).new_tree(&mut runner).expect("a value");
    while tree.simplify() {}
    tree.current().kept
}

/// The error of a text that must not be read: its path and its message.
fn refused(ty: &Readable, broken: &Map<String, Value>) -> Option<String> {
    let error = (ty.read)(&Value::Object(broken.clone()).to_string()).err()?;
    let apispec_runtime::ErrorKind::Decode { path } = error.kind() else { panic!("{error:?} is not about reading") };
    Some(format!("{path}: {}", error.message()))
}

#[test]
fn malformed_members_are_named() {
    let mut told = String::new();
    for ty in TYPES.iter().filter(|ty| ty.travels != Travels::Sent) {
        let document = document(ty.document);
        let samples = Samples::new(&document);
        let Value::Object(least) = least(&samples, ty) else { continue };
        // A constant that is sent as well is not looked at when it is read, which is listed.
        let unread = |place: &Pointer| FALLBACKS.contains(&(ty.document, place.as_str(), "constant"));
        for (name, place, must) in samples.members_of(ty).into_iter().filter(|(_, place, _)| !unread(place)) {
            let here = format!("{} {} {name}", ty.document, ty.schema.rsplit('/').next().unwrap_or_default());
            let mut broken = least.clone();
            broken.shift_remove(&name);
            let absent = refused(ty, &broken);
            assert_eq!(absent.is_some(), must, "{here} is missing: {absent:?}");
            broken.insert(name.clone(), Value::Null);
            let null = refused(ty, &broken);
            assert_eq!(null.is_some(), must && !samples.may_be_null(&place), "{here} is null: {null:?}");
            let mut said: Vec<(&str, String)> = Vec::new();
            said.extend(absent.map(|text| ("missing", text)));
            said.extend(null.map(|text| ("null", text)));
            if let Some(wrong) = wrong(&samples, &place) {
                broken.insert(name.clone(), wrong.clone());
                let text = refused(ty, &broken).unwrap_or_else(|| panic!("{here} may be {wrong}"));
                said.push(("of another type", text));
            }
            for (how, text) in said {
                assert!(text.starts_with(&name), "{here} is {how}: the path of `{text}` does not begin with it");
                told += &format!("{here} is {how}\n    {text}\n");
            }
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("../../snapshots");
    settings.bind(|| insta::assert_snapshot!("malformed_members_are_named", told));
}

/// A value of a type that a member never has; `None` if it may be any JSON.
fn wrong(samples: &Samples<'_>, place: &Pointer) -> Option<Value> {
    match samples.declared_type(place) {
        "" => None,
        "boolean" => Some(json!(7)),
        _ => Some(json!(true)),
    }
}
