//! Progenitor, a generator that nobody here wrote, reads every operation of the specs.
//!
//! Each operation is tried alone, because progenitor refuses a whole document for one operation that it cannot take. What it refuses is
//! listed by name: the list is asserted, so that an operation cannot join or leave it unnoticed.

use std::path::Path;

use apispec::Document;
use openapiv3::{OpenAPI, ReferenceOr};
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};

fn spec(name: &str) -> OpenAPI {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs").join(name);
    let document = Document::read(&path).unwrap_or_else(|report| panic!("{report}"));
    document.model().unwrap_or_else(|report| panic!("{report}"))
}

/// The operationIds, each with the reason for which progenitor refuses it, if it does.
fn read_one_by_one(spec: &OpenAPI) -> Vec<(String, Option<String>)> {
    let mut outcomes = Vec::new();
    for (path, item) in &spec.paths.paths {
        let item = item.as_item().expect("the specs have no references to paths");
        for (method, operation) in item.iter() {
            let mut alone = item.clone();
            for (other, slot) in [
                ("get", &mut alone.get),
                ("put", &mut alone.put),
                ("post", &mut alone.post),
                ("delete", &mut alone.delete),
                ("patch", &mut alone.patch),
            ] {
                if other != method {
                    *slot = None;
                }
            }
            let mut document = spec.clone();
            document.paths.paths.clear();
            document.paths.paths.insert(path.clone(), ReferenceOr::Item(alone));
            let refusal =
                Generator::new(GenerationSettings::default().with_interface(InterfaceStyle::Builder)).generate_tokens(&document).err();
            let name = operation.operation_id.clone().expect("every operation has an operationId");
            outcomes.push((name, refusal.map(|error| error.to_string())));
        }
    }
    outcomes
}

fn refused(name: &str, operations: usize) -> Vec<(String, String)> {
    let outcomes = read_one_by_one(&spec(name));
    assert_eq!(outcomes.len(), operations, "{name} has another number of operations");
    outcomes.into_iter().filter_map(|(operation, refusal)| Some((operation, refusal?))).collect()
}

#[test]
fn all_of_v1_is_read() {
    assert_eq!(refused("powerdrill-v1.yaml", 17), []);
}

#[test]
fn all_of_v2_is_read_but_the_multipart_upload() {
    let refused = refused("powerdrill-v2.yaml", 22);
    assert_eq!(refused.len(), 1, "{refused:#?}");
    assert_eq!(refused[0].0, "upload_file");
    assert!(refused[0].1.contains("multipart/form-data"), "{refused:#?}");
}

#[test]
fn all_of_pai_is_read() {
    assert_eq!(refused("pai-dataset-jobs.yaml", 11), []);
}
