//! Documents with small mistakes -> documents, and a note of each mistake.

use std::fs;
use std::path::PathBuf;

use apispec::Document;

const HEAD: &str = "openapi: 3.0.3\ninfo: {title: Kites, version: '1'}\n";

fn read(name: &str, bytes: &[u8]) -> (Document, Vec<String>) {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, bytes).expect("a file");
    let (document, notes) = Document::read_leniently(&path, name).unwrap_or_else(|report| panic!("{report}"));
    assert!(Document::read(&path).is_err(), "{name} has no mistake");
    (document, notes.iter().map(|note| note.message.clone()).collect())
}

#[test]
fn small_mistakes_are_passed_over_and_noted() {
    for (name, text) in [
        ("comma.json", "{\"openapi\": \"3.0.3\", \"paths\": {}, \"x\": [1,],}".to_owned()),
        ("tab.yaml", format!("{HEAD}paths:\n\t/a: {{}}\n")),
        ("endless.yaml", format!("{HEAD}paths: {{}}\nx: .inf\n")),
        ("tag.yaml", format!("{HEAD}paths: {{}}\nx: !ours {{a: 1}}\n")),
        ("two.yaml", format!("{HEAD}paths: {{}}\n---\nmore: 1\n")),
    ] {
        let (document, notes) = read(name, text.as_bytes());
        assert!(document.root()["paths"].is_object(), "{name}");
        assert!(notes.len() == 1 && notes[0].starts_with("is broken here"), "{name}: {notes:?}");
    }
    let (document, notes) = read("twice.yaml", format!("{HEAD}paths: {{}}\nx: 1\nx: 2\n").as_bytes());
    assert_eq!((&document.root()["x"], notes.len()), (&1.into(), 1));
}

#[test]
fn other_encodings_are_read() {
    let letters: Vec<u8> = format!("\u{feff}{HEAD}paths: {{}}\nx: größe\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (document, notes) = read("utf16.yaml", &letters);
    assert_eq!((document.root()["x"].as_str(), notes), (Some("größe"), Vec::new()));
    let (document, notes) = read("latin.yaml", &[HEAD.as_bytes(), b"paths: {}\nx: gr\xf6\xdfe\n"].concat());
    assert_eq!((document.root()["x"].as_str(), notes.len()), (Some("gr\u{fffd}\u{fffd}e"), 1));
}

#[test]
fn a_version_may_be_a_number() {
    let (document, notes) = read("version.yaml", b"openapi: 3.0\npaths: {}\n");
    assert_eq!((document.root()["openapi"].as_str(), notes), (Some("3.0"), Vec::new()));
}
