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
fn whatever_a_caller_can_notice_is_in_the_overview() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs/powerdrill-v2.yaml");
    let spec = apispec::document::read_text(&path).expect("a spec");
    let page = |spec: String| {
        let document = Document::parse("specs/powerdrill-v2.yaml", spec).expect("a document");
        let files = crate::generate(&document).expect("no problems").files;
        text(&files, "API.md").lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let before = page(spec.clone());
    for (old, new, lines) in [
        ("maxItems: 1000", "maxItems: 999", 1),
        ("POWERDRILL_USER_ID", "POWERDRILL_USER", 1),
        ("code: 210021", "code: 210029", 1),
        ("aliases: [CHART]", "aliases: [GRAPH]", 2),
    ] {
        assert!(spec.contains(old), "{old}");
        let after = page(spec.replace(old, new));
        let changed = before.iter().zip(&after).filter(|(before, after)| before != after).count();
        assert_eq!((before.len(), changed), (after.len(), lines), "{old} -> {new}");
    }
}

#[test]
fn a_tag_is_read_before_its_content() {
    let files = files("powerdrill-v2.yaml");
    let types = text(&files, "types/serde.rs");
    assert!(types.contains("\"SOURCES\" | \"SOURCE\" => Self::Sources(members.next_value()?)"));
    assert!(types.contains("\"SOURCES\" | \"SOURCE\" => Self::Sources(decode::buffered(raw, \"content\")?)"));
    assert!(!types.contains("untagged"));
}

#[test]
fn every_file_of_the_specs_has_less_than_a_thousand_lines_and_one_kind_of_thing() {
    for name in ["powerdrill-v1.yaml", "powerdrill-v2.yaml", "pai-dataset-jobs.yaml"] {
        for file in files(name).iter().filter(|file| file.path.ends_with(".rs")) {
            assert!(file.text.lines().count() < 1000, "{name}: {} has {} lines", file.path, file.text.lines().count());
            if file.path.ends_with("/values.rs") {
                assert!(!file.text.contains("Field<"), "{}", file.path);
            }
        }
    }
    let files = files("pai-dataset-jobs.yaml");
    assert!(text(&files, "dataset_jobs/types.rs").contains("pub struct CreateDatasetJobBody"));
    assert!(text(&files, "dataset_jobs/unions.rs").contains("pub enum FileMetaImportSpec"));
    assert!(text(&files, "dataset_jobs/values.rs").contains("pub enum JobAction"));
    assert!(text(&files, "dataset_jobs.rs").contains("pub struct CreateDatasetJob "));
}

#[test]
fn json_in_a_text_is_typed_by_its_sibling() {
    let files = files("pai-dataset-jobs.yaml");
    let types = text(&files, "dataset_jobs/types.rs");
    assert!(types.contains("pub fn read_job_spec(&self) -> Result<Option<JobSpec>>"));
    assert!(types.contains("validate::selects(") && !types.contains("pub job_action: JobAction"));
    let unions = text(&files, "dataset_jobs/unions.rs");
    assert!(unions.contains("\"SemanticIndex\" => Self::SemanticIndex(decode::from_text(text)?)"));
    let secret = text(&files, "dataset_job_configs/unions.rs");
    assert!(secret.contains("Text(SecretText)") && secret.contains("formatter.write_str(\"Config(hidden)\")"));
}

#[test]
fn objects_are_told_apart_by_what_they_must_have() {
    let files = files("pai-dataset-jobs.yaml");
    let travel = text(&files, "dataset_jobs/serde.rs");
    let at = |needle: &str| travel.find(needle).unwrap_or_else(|| panic!("no {needle}"));
    assert!(at("seen.has(&[\"srcDatasetId\", \"srcDatasetVersion\", \"srcWorkspaceId\"])") < at("seen.has(&[\"manifestUri\"])"));
}

/// A client of a document with one operation, which has these parameters, and these schemas.
fn mini(parameters: &str, schemas: &str) -> Result<crate::Output, apispec::Report> {
    let head = "openapi: 3.0.3\ninfo: { title: Mini, version: '1' }\npaths:\n  /things:\n    post:\n      operationId: make\n      tags: [things]\n";
    let tail = "      requestBody:\n        required: true\n        content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } }\n      \
                responses: { '200': { description: Made. } }\ncomponents:\n  schemas:\n";
    let document = Document::parse("mini.yaml", format!("{head}      parameters: [{parameters}]\n{tail}{schemas}")).expect("a document");
    crate::generate(&document)
}

#[test]
fn a_type_of_the_document_leaves_the_name_of_the_prelude_to_itself() {
    let schemas = "    Thing: { type: object, properties: { it: { $ref: '#/components/schemas/String' }, text: { type: string } } }\n    \
                   String: { type: string, x-id: true }\n";
    let output = mini("", schemas).expect("no problems");
    let types = text(&output.files, "things/types.rs");
    assert!(types.contains("pub it: Option<String>") && types.contains("pub text: Option<::std::string::String>"), "{types}");
}

#[test]
fn what_the_client_does_not_keep_is_listed_with_its_place() {
    let schemas = "    Thing: { type: object, properties: { code: { type: string, pattern: '^a$' }, \
                   sizes: { type: array, uniqueItems: true, items: { type: integer, maximum: 3 } }, \
                   either: { $ref: '#/components/schemas/Either' } } }\n    Either: { oneOf: [{ type: string }, { type: string, format: date-time }] }\n";
    let output = mini("", schemas).expect("no problems");
    let listed: Vec<_> = output.fallbacks.iter().map(|problem| (problem.rule, problem.pointer.as_str())).collect();
    let expected = [
        ("weaker-type", "/components/schemas/Either"),
        ("unchecked", "/components/schemas/Thing/properties/code/pattern"),
        ("unchecked", "/components/schemas/Thing/properties/sizes/items"),
        ("unchecked", "/components/schemas/Thing/properties/sizes/uniqueItems"),
    ];
    assert_eq!(listed, expected);
    assert!(output.fallbacks.iter().all(|problem| !problem.message.is_empty() && !problem.help.is_empty()));
}

#[test]
fn a_parameter_that_no_text_can_carry_is_an_error() {
    let report =
        mini("{ name: filter, in: query, schema: { type: object } }", "    Thing: { type: object, properties: {} }\n").expect_err("one");
    assert_eq!(report.problems()[0].message, "the parameter `filter` of `make` is neither a text nor a list of texts");
}
