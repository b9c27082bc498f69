//! What a server may send -> the generated type -> the same in canonical form.

use apispec::schema::read;
use apispec::{Index, Pointer};
use compiled::TYPES;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::Value;

use super::samples::{Samples, UNDECLARED, document};

/// The same value without members that are not declared, and without members that are null.
fn bare(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, member)| *name != UNDECLARED && !member.is_null());
            Value::Object(kept.map(|(name, member)| (name.clone(), bare(member))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(bare).collect()),
        other => other.clone(),
    }
}

#[test]
fn what_is_valid_comes_back_in_canonical_form() {
    assert!(TYPES.len() > 50, "the table of types is there");
    let mut wrong = Vec::new();
    for ty in TYPES {
        let document = document(ty.document);
        let (index, place) = (Index::of(&document), Pointer::parse(ty.schema).expect("a pointer"));
        let config = Config { cases: 96, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new(config);
        let outcome = runner.run(&Samples::new(&document).of(ty), |sample| {
            let fail = |what: String| Err(TestCaseError::fail(what));
            let (canonical, violations) = read(&index, &place, &sample.wire);
            if !violations.is_empty() || bare(&canonical) != bare(&sample.kept) {
                return fail(format!("the linter's reader disagrees with this test: {canonical}, {violations:?}, and not {}", sample.kept));
            }
            match (ty.read)(&sample.wire.to_string()) {
                Ok(kept) if kept == sample.kept => {}
                Ok(kept) => return fail(format!("kept {kept}, and not {}", sample.kept)),
                Err(error) => return fail(format!("{error} ({:?})", error.kind())),
            }
            match (ty.read)(&sample.kept.to_string()) {
                Ok(again) if again == sample.kept => Ok(()),
                other => fail(format!("what was written is read as {other:?}")),
            }
        });
        if let Err(failure) = outcome {
            wrong.push(format!("{}{}: {failure}", ty.document, ty.schema));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
