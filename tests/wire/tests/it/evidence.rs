//! The ledger's evidence, as the files have it.

use std::fs;

use apispec::document::{parse_text, read_text};
use serde::Deserialize;
use serde_json::{Map, Value};

use wire::spec;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The name of the file.
    #[serde(skip)]
    pub name: String,
    #[serde(rename = "about")]
    _about: String,
    #[serde(default)]
    pub decodes: Vec<Decode>,
    #[serde(default)]
    pub events: Vec<Event>,
    #[serde(default)]
    pub sends: Vec<Send>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decode {
    pub r#as: String,
    pub seen: String,
    pub wire: Value,
    #[serde(default)]
    pub reads: Value,
    pub refused: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    pub of: String,
    #[serde(rename = "seen")]
    _seen: String,
    pub name: String,
    /// Null for one that is kept as unknown.
    pub reads: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Send {
    pub operation: String,
    pub retry: Option<String>,
    pub arguments: Option<Map<String, Value>>,
    pub refused: Option<String>,
    pub wire: Wire,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wire {
    pub method: String,
    pub path: String,
    #[serde(default)]
    pub query: Map<String, Value>,
    #[serde(default)]
    pub headers: Map<String, Value>,
    pub body: Option<Value>,
    pub form: Option<Map<String, Value>>,
}

/// `powerdrill-v2#create_job` in its two parts.
pub fn parts(reference: &str) -> (&str, &str) {
    reference.split_once('#').unwrap_or_else(|| panic!("{reference} has no #"))
}

/// Every file in the folder, in the order of their names.
pub fn all() -> Vec<Evidence> {
    let folder = fs::read_dir(spec::folder().join("evidence")).expect("a folder");
    let mut paths: Vec<_> = folder.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &std::path::Path) -> Evidence {
    let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
    let text = read_text(path).unwrap_or_else(|report| panic!("{name}: {report}"));
    let (_, tree) = parse_text(&name, &text).unwrap_or_else(|report| panic!("{name}: {report}"));
    Evidence { name: name.clone(), ..serde_json::from_value(tree).unwrap_or_else(|error| panic!("{name}: {error}")) }
}
