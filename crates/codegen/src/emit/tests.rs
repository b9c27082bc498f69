//! The specs of this workspace -> files that hang together.

use std::path::Path;

use apispec::Document;

use crate::SourceFile;

fn files(name: &str) -> Vec<SourceFile> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs").join(name);
    crate::generate(&Document::read(&path).expect("a spec")).expect("no problems").files
}

fn text<'f>(files: &'f [SourceFile], path: &str) -> &'f str {
    files.iter().find(|file| file.path == path).map_or("", |file| &file.text)
}

#[test]
fn the_same_spec_gives_the_same_bytes() {
    for name in ["powerdrill-v1.yaml", "powerdrill-v2.yaml", "pai-dataset-jobs.yaml"] {
        let once = files(name);
        assert!(!once.is_empty());
        assert_eq!(once, files(name));
        for file in once.iter().filter(|file| file.path.ends_with(".rs")) {
            assert!(syn::parse_file(&file.text).is_ok(), "{}", file.path);
            assert!(!file.text.contains("::here::"), "{}", file.path);
        }
    }
}

#[test]
fn a_stream_has_no_setter_for_its_flag() {
    let files = files("powerdrill-v2.yaml");
    let jobs = text(&files, "jobs.rs");
    assert!(jobs.contains("pub async fn open_stream(self) -> Result<EventBytes>"));
    assert!(!jobs.contains("fn stream("));
    assert!(text(&files, "jobs/events.rs").contains("\"CHART_INFO\" | \"CHART\" =>"));
}

#[test]
fn an_operation_is_one_line_of_the_overview() {
    let files = files("powerdrill-v2.yaml");
    let page = text(&files, "API.md");
    let line = page.lines().find(|line| line.starts_with("POST /v2/team/jobs ")).expect("it is there");
    let (call, rest) = line.split_once(" [").expect("it has setters");
    let (setters, rest) = rest.split_once(']').expect("they end");
    assert_eq!(call, "POST /v2/team/jobs  client.jobs().create(session_id, question)");
    assert!(setters.split(", ").any(|setter| setter == "output_language"), "{setters}");
    assert_eq!(rest, " -> Job  never retried, streams");
}

#[test]
fn a_tag_is_read_before_its_content() {
    let files = files("powerdrill-v2.yaml");
    let types = text(&files, "types/serde.rs");
    assert!(types.contains("\"SOURCES\" | \"SOURCE\" => Self::Sources(members.next_value()?)"));
    assert!(types.contains("\"SOURCES\" | \"SOURCE\" => Self::Sources(decode::buffered(raw, \"content\")?)"));
    assert!(!types.contains("untagged"));
}
