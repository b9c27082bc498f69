//! Our spec -> the document that all generators read: without the operation that one of them refuses.

use std::collections::BTreeSet;
use std::path::Path;

use apispec::Document;
use serde_json::Value;

/// The spec, from the top of the workspace.
pub const SPEC: &str = "specs/powerdrill-v2.yaml";
/// What progenitor refuses: a multipart body.
pub const LEFT_OUT: &str = "upload_file";

/// The document, and the operationIds in it.
pub struct Common {
    pub document: Value,
    pub operations: BTreeSet<String>,
}

/// Reads the spec and takes the operation out, with the components that nothing else needs.
pub fn common(top: &Path) -> Result<Common, String> {
    let document = Document::read(&top.join(SPEC)).map_err(|report| report.to_string())?;
    let mut root = document.root().clone();
    let before = named(&root);
    take_out(&mut root, LEFT_OUT)?;
    // What is needed only by what goes goes too, and perhaps more after it.
    loop {
        let needed = named(&root);
        let idle: Vec<(String, String)> = components(&root)
            .filter(|(kind, name)| {
                let reference = format!("#/components/{kind}/{name}");
                before.contains(&reference) && !needed.contains(&reference) && !needed.contains(name)
            })
            .collect();
        if idle.is_empty() {
            break;
        }
        for (kind, name) in idle {
            if let Some(components) = root.pointer_mut(&format!("/components/{kind}")).and_then(Value::as_object_mut) {
                components.remove(&name);
            }
        }
    }
    let operations = operations(&root).filter_map(|(_, _, operation)| Some(operation.get("operationId")?.as_str()?.to_owned())).collect();
    Ok(Common { document: root, operations })
}

/// Path, method and content of each operation.
fn operations(root: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = root.get("paths").and_then(Value::as_object).into_iter().flatten();
    paths.flat_map(|(path, item)| item.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation)))
}

fn take_out(root: &mut Value, id: &str) -> Result<(), String> {
    let found = operations(root).find(|(_, _, operation)| operation.get("operationId").and_then(Value::as_str) == Some(id));
    let (path, method) = found
        .map(|(path, method, _)| (path.clone(), method.clone()))
        .ok_or_else(|| format!("{SPEC} has no operation `{id}` any more: say in `bench_codegen/spec.rs` what progenitor refuses now"))?;
    let paths = root.get_mut("paths").and_then(Value::as_object_mut);
    if let Some(paths) = paths {
        let item = paths.get_mut(&path).and_then(Value::as_object_mut);
        let last = item.is_some_and(|item| {
            item.remove(&method);
            item.is_empty()
        });
        if last {
            paths.remove(&path);
        }
    }
    Ok(())
}

fn components(root: &Value) -> impl Iterator<Item = (String, String)> {
    let kinds = root.get("components").and_then(Value::as_object).into_iter().flatten();
    kinds.flat_map(|(kind, all)| all.as_object().into_iter().flatten().map(move |(name, _)| (kind.clone(), name.clone())))
}

/// Every text in the document: the references, and the names that extensions give.
fn named(value: &Value) -> BTreeSet<String> {
    fn collect(value: &Value, into: &mut BTreeSet<String>) {
        match value {
            Value::String(text) => {
                into.insert(text.clone());
            }
            Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
            Value::Object(members) => members.values().for_each(|member| collect(member, into)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut names = BTreeSet::new();
    collect(value, &mut names);
    names
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{LEFT_OUT, common};

    #[test]
    fn one_operation_goes_with_what_only_it_needs() {
        let common = common(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).expect("our spec is read");
        assert_eq!(common.operations.len(), 21);
        assert!(!common.operations.contains(LEFT_OUT));
        let schemas = common.document["components"]["schemas"].as_object().expect("there are schemas");
        assert!(schemas.contains_key("CreateJobBody"));
        assert!(!schemas.keys().any(|name| name == "UploadFileBody"), "{:?}", schemas.keys());
    }
}
