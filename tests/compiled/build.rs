//! The small documents of `tests/snapshots` -> their clients, one module for each, and a table of the types that they read.
//!
//! Types that are only sent can only be written. To read back what was written, a second module, `mirror`, has the same clients with all
//! types readable; nothing else in it differs.

#[path = "../snapshots/tests/random/documents.rs"]
mod random;

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use apispec::Document;
use apispec_codegen::ir::{Api, Body, Shape, Source, TypeDef, TypeId, Union};
use apispec_codegen::name::{self, Names};
use apispec_codegen::{SourceFile, emit};
use serde_json::{Map, Value, json};

/// The documents.
const DOCUMENTS: &str = "../snapshots/specs/output";
/// The numbers of the random documents that are compiled.
const SAMPLE: std::ops::Range<u64> = 0..12;
/// Those that nobody normalised.
const FOREIGN: &str = "../snapshots/specs/foreign";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DOCUMENTS}");
    println!("cargo::rerun-if-changed={FOREIGN}");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../snapshots/tests/random/documents.rs");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let paths = files_in(DOCUMENTS)?;
    let (mut clients, mut mirrors, mut table, mut fallbacks) = (String::new(), String::new(), String::new(), String::new());
    for path in &paths {
        let module = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().replace('-', "_");
        let document = Document::parse(&path.display().to_string(), fs::read_to_string(path)?)?;
        let output = apispec_codegen::generate(&document).map_err(|report| report.to_string())?;
        clients += &module_of(&write(&output.files, &out.join("clients").join(&module))?, &module)?;
        for fallback in &output.fallbacks {
            writeln!(fallbacks, "    ({:?}, {:?}, {:?}),", document.stem(), fallback.pointer.as_str(), fallback.rule)?;
        }
        let api = apispec_codegen::lower(&document)?;
        let names = name::decide(&api)?;
        table += &rows(&api, &names, path, &module, false, |definition| definition.usage.received)?;
        let readable = readable(&api);
        if readable != api {
            let names = name::decide(&readable)?;
            let files = emit::files(&readable, &names)?;
            mirrors += &module_of(&write(&files, &out.join("mirrors").join(&module))?, &module)?;
            let only_sent = |definition: &TypeDef| api.types.get(&definition.id).is_some_and(|original| !original.usage.received);
            table += &rows(&readable, &names, path, &format!("mirror::{module}"), true, only_sent)?;
        }
    }
    let (mut foreign, mut examples) = (String::new(), String::new());
    for path in &files_in(FOREIGN)? {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let (document, _) = Document::parse_leniently(name, fs::read_to_string(path)?)?;
        let module = document.stem().replace('-', "_");
        let api = apispec_codegen::lower_foreign(document)?;
        examples += &example(&module, &apispec_codegen::example(&api)?);
        foreign += &module_of(&write(&apispec_codegen::print(&api)?, &out.join("foreign").join(&module))?, &module)?;
    }
    let (document, _) = Document::parse_leniently("long.json", long().to_string())?;
    let output = apispec_codegen::generate_foreign(document)?;
    for path in ["all/calls/a.rs", "all/types/a.rs", "all/serde/a.rs"] {
        assert!(output.files.iter().any(|file| file.path == path), "{path} is missing: long groups are divided in another way");
    }
    foreign += &module_of(&write(&output.files, &out.join("foreign/long"))?, "long")?;
    for seed in SAMPLE {
        let (document, _) = Document::parse_leniently("random.json", random::document(seed).to_string())?;
        let output = apispec_codegen::generate_foreign(document)?;
        let module = format!("random_{seed}");
        foreign += &module_of(&write(&output.files, &out.join("foreign").join(&module))?, &module)?;
    }
    let foreign = format!("/// Clients of documents that nobody normalised.\npub mod foreign {{\n{foreign}}}\n");
    let mirror = format!("/// The same clients, with every type readable.\npub mod mirror {{\n{mirrors}}}\n");
    let table = format!("/// Every type that can be read.\npub const TYPES: &[Readable] = &[\n{table}];\n");
    let fallbacks = format!(
        "/// Where a client is weaker than its document: the document, the place and the rule.\npub const FALLBACKS: &[(&str, &str, &str)] = &[\n{fallbacks}];\n"
    );
    fs::write(out.join("clients.rs"), format!("{clients}{mirror}{foreign}{examples}{table}{fallbacks}"))?;
    Ok(())
}

/// A document of which no group fits into one file.
fn long() -> Value {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for letter in 'a'..='z' {
        let (thing, kind) = (format!("{letter}thing"), format!("{letter}kind"));
        let mut members: Map<_, _> = (0..60).map(|number| (format!("m{number}"), json!({ "type": "string" }))).collect();
        members.insert("kind".to_owned(), json!({ "$ref": format!("#/components/schemas/{kind}") }));
        schemas.insert(kind, json!({ "type": "string", "enum": ["a", "b"] }));
        schemas.insert(thing.clone(), json!({ "type": "object", "properties": members }));
        let content = json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{thing}") } } });
        let body = json!({ "required": true, "content": content });
        let replies = json!({ "200": { "description": "It.", "content": content } });
        paths.insert(
            format!("/{thing}"),
            json!({ "post": { "tags": ["all"], "operationId": thing, "requestBody": body, "responses": replies } }),
        );
    }
    json!({ "openapi": "3.0.3", "info": { "title": "Long", "version": "1" }, "paths": paths, "components": { "schemas": schemas } })
}

/// A function with what the page of a crate shows of its client.
fn example(module: &str, lines: &[String]) -> String {
    let lines: String = lines.iter().map(|line| format!("    {line}\n")).collect();
    format!(
        "#[allow(dead_code, unused_variables, reason = \"compiled, never run\")]\n\
         async fn {module}_example() -> apispec_runtime::Result<()> {{\n    use foreign::{module}::Client;\n{lines}    Ok(())\n}}\n"
    )
}

/// The files in a folder, in the order of their names.
fn files_in(folder: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

/// Writes the files of a client, and gives the path of its outermost one.
fn write(files: &[SourceFile], folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    for file in files {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, &file.text)?;
    }
    Ok(folder.join("mod.rs"))
}

/// The line that takes a client in.
fn module_of(path: &Path, module: &str) -> Result<String, Box<dyn Error>> {
    let path = path.to_str().ok_or("the folder of the build has a name that is not UTF-8")?;
    Ok(format!("#[path = {path:?}]\npub mod {module};\n"))
}

/// The same API, with every type that is only sent readable. Forms have no JSON and stay as they are. What selects the type of a text is a
/// member then, as it is of everything that is received.
fn readable(api: &Api) -> Api {
    let mut readable = api.clone();
    let forms = forms(api);
    for (id, definition) in &mut readable.types {
        definition.usage.received |= !forms.contains(id);
        match &mut definition.shape {
            Shape::Struct(members) => {
                for field in members.fields.iter_mut().filter(|field| matches!(field.source, Source::Selector(_))) {
                    field.source = Source::Caller;
                }
            }
            Shape::Union(Union::InText { selects, .. }) => *selects = false,
            _ => {}
        }
    }
    readable
}

fn forms(api: &Api) -> BTreeSet<TypeId> {
    let operations = api.groups.iter().flat_map(|group| &group.operations);
    let form = |body: &Body| match body {
        Body::Multipart(id) => Some(id.clone()),
        Body::Json(_) | Body::Form(_) | Body::Whole(_) | Body::Raw(_) => None,
    };
    operations.filter_map(|operation| operation.body.as_ref().and_then(form)).collect()
}

/// A row for each type that is read on its own: not another name, and not a part of something.
fn rows(
    api: &Api,
    names: &Names,
    file: &Path,
    module: &str,
    mirrored: bool,
    wanted: impl Fn(&TypeDef) -> bool,
) -> Result<String, Box<dyn Error>> {
    let mut rows = String::new();
    let forms = forms(api);
    let groups = api.groups.iter().map(|group| names.group(&group.name));
    for definition in api.types.values().filter(|definition| wanted(definition) && !forms.contains(&definition.id)) {
        let ty = match &definition.shape {
            Shape::Struct(_) | Shape::Framed(_) | Shape::Enum(_) | Shape::Id => &definition.id,
            Shape::Union(Union::Tagged { .. } | Union::Recognised { .. }) => &definition.id,
            Shape::Union(Union::Shorthand { object, .. }) => object,
            Shape::Alias(_) | Shape::Union(Union::Contents { .. } | Union::InText { .. } | Union::Untagged { .. }) => continue,
        };
        let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let (home, name, pointer) = (names.module_of(ty), names.ty(ty), definition.origin.as_str());
        // A module may have a raw name where its file has none.
        let home = groups.clone().find(|group| group.file == home).map_or(home, |group| group.module.as_str());
        let travels = match (definition.usage.sent, mirrored) {
            (_, true) => "Travels::Sent",
            (true, false) => "Travels::Both",
            (false, false) => "Travels::Received",
        };
        writeln!(
            rows,
            "    Readable {{ document: {stem:?}, schema: {pointer:?}, travels: {travels}, read: round::<{module}::{home}::{name}> }},"
        )?;
    }
    Ok(rows)
}
