//! `cargo xtask codegen` as people meet it: the committed clients are up to date, and what is not is said, in one run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The top of this workspace.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// A copy of what the command reads and writes.
fn copy(name: &str) -> PathBuf {
    let copy = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&copy);
    for folder in ["specs", "crates/client", "crates/pai"] {
        copy_folder(&workspace().join(folder), &copy.join(folder));
    }
    fs::create_dir_all(copy.join("xtask")).expect("a folder can be made");
    copy
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("it is a folder") {
        let entry = entry.expect("it can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("it can be copied");
        }
    }
}

/// What the command prints, to standard output and error, and its exit code.
fn codegen(top: &Path, arguments: &[&str]) -> (String, String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("codegen").args(arguments).current_dir(top).env("CARGO_MANIFEST_DIR", top.join("xtask"));
    let output = command.output().expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("it prints text");
    (text(output.stdout), text(output.stderr), output.status.code().expect("it exits by itself"))
}

/// Changes a text that stands once in a file.
fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).expect("it can be read");
    assert_eq!(text.matches(from).count(), 1, "{from:?} in {}", file.display());
    fs::write(file, text.replace(from, to)).expect("it can be written");
}

#[test]
fn the_committed_clients_are_what_the_specs_ask_for() {
    let top = workspace().canonicalize().expect("it is there");
    let (out, err, code) = codegen(&top, &["--check"]);
    assert_eq!((out.as_str(), code), ("", 0), "{err}");
}

#[test]
fn every_difference_is_reported_at_once_and_a_write_settles_them_all() {
    let top = copy("differences");
    let generated = top.join("crates/client/src/generated");
    edit(&top.join("specs/powerdrill-v2.yaml"), "operationId: list_sessions\n", "operationId: list_all_sessions\n");
    fs::remove_file(generated.join("v1/codes.rs")).expect("it is there");
    fs::create_dir_all(generated.join("v3/jobs/deep")).expect("it can be made");
    fs::write(generated.join("v3/jobs/deep/mod.rs"), "//! Left over.\n").expect("it can be written");
    edit(&generated.join("v2/files.rs"), "pub fn upload(", "pub fn upload_file(");

    let (out, err, code) = codegen(&top, &["--check"]);
    assert_eq!(code, 1, "{err}");
    insta::assert_snapshot!(format!("{}\n{err}", listed(&out).join("\n")), @"
    stale: crates/client/API.md
    missing: crates/client/src/generated/v1/codes.rs
    stale: crates/client/src/generated/v2/files.rs
    stale: crates/client/src/generated/v2/sessions.rs
    orphan: crates/client/src/generated/v3/jobs/deep/mod.rs
    5 files differ from what the specs ask for; run `cargo xtask codegen`
    ");
    assert!(out.contains("\n-    pub fn upload_file(&self") && out.contains("\n+    pub fn upload(&self"), "{out}");
    assert!(out.contains("-//! Left over.\n"), "{out}");
    assert!(out.contains(" more lines)\n"), "a long difference is cut: {out}");

    let (json, _, code) = codegen(&top, &["--check", "--json"]);
    let json: Value = serde_json::from_str(&json).expect("it is JSON");
    assert_eq!((json["differences"].as_array().map(Vec::len), code), (Some(5), 1));

    let (out, err, code) = codegen(&top, &[]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(out.lines().count(), 5, "{out}");
    assert!(!generated.join("v3").exists(), "the folders of the orphan are gone too");
    let (out, _, code) = codegen(&top, &["client", "--check"]);
    assert_eq!((out.as_str(), code), ("", 0));
}

/// What is listed as different, in order.
fn listed(out: &str) -> Vec<&str> {
    out.lines().filter(|line| ["stale:", "missing:", "orphan:"].iter().any(|state| line.starts_with(state))).collect()
}

#[test]
fn a_file_and_a_folder_in_each_others_place_are_settled() {
    let top = copy("places");
    let generated = top.join("crates/client/src/generated");
    let files = fs::read_dir(generated.join("v1")).expect("it is a folder").count();
    fs::remove_dir_all(generated.join("v1")).expect("it is there");
    fs::write(generated.join("v1"), "in the way\n").expect("it can be written");
    for place in ["v2/codes.rs/inside", "v2/files.rs"] {
        fs::remove_file(generated.join(place.trim_end_matches("/inside"))).expect("it is there");
        fs::create_dir_all(generated.join(place)).expect("it can be made");
    }
    fs::write(generated.join("v2/codes.rs/inside/mod.rs"), "//! Left over.\n").expect("it can be written");

    let (out, err, code) = codegen(&top, &["--check"]);
    assert_eq!(code, 1, "{err}");
    let listed = listed(&out);
    for expected in [
        "orphan: crates/client/src/generated/v1",
        "missing: crates/client/src/generated/v1/mod.rs",
        "missing: crates/client/src/generated/v2/codes.rs",
        "orphan: crates/client/src/generated/v2/codes.rs/inside/mod.rs",
        "missing: crates/client/src/generated/v2/files.rs",
    ] {
        assert!(listed.contains(&expected), "{expected} is not in {listed:#?}");
    }
    assert!(listed.len() >= files + 4, "{listed:#?}");
    let (_, err, code) = codegen(&top, &[]);
    assert_eq!(code, 0, "{err}");
    let (out, _, code) = codegen(&top, &["--check"]);
    assert_eq!((out.as_str(), code), ("", 0));
}

#[cfg(unix)]
#[test]
fn links_are_replaced_and_never_followed() {
    use std::os::unix::fs::symlink;

    let top = copy("links");
    let client = top.join("crates/client");
    let generated = client.join("src/generated");
    let outside = top.join("outside");
    // Outside is what the specs ask for, so that who follows the links finds nothing to do.
    fs::rename(generated.join("v1"), &outside).expect("it can be moved");
    symlink(&outside, generated.join("v1")).expect("a link can be made");
    fs::rename(client.join("API.md"), top.join("API.md")).expect("it can be moved");
    symlink("../../API.md", client.join("API.md")).expect("a link can be made");
    symlink(&outside, generated.join("v2/extra")).expect("a link can be made");
    symlink("nowhere", generated.join("v2/nothing.rs")).expect("a link can be made");
    fs::remove_file(generated.join("v2/codes.rs")).expect("it is there");
    fs::write(top.join("kept.rs"), "kept\n").expect("it can be written");
    symlink(top.join("kept.rs"), generated.join("v2/codes.rs")).expect("a link can be made");

    let (out, err, code) = codegen(&top, &["--check"]);
    assert_eq!(code, 1, "{err}");
    let mut shown: Vec<&str> = listed(&out);
    shown.retain(|line| !line.starts_with("missing: crates/client/src/generated/v1/"));
    insta::assert_snapshot!(shown.join("\n"), @"
    stale: crates/client/API.md
    orphan: crates/client/src/generated/v1
    stale: crates/client/src/generated/v2/codes.rs
    orphan: crates/client/src/generated/v2/extra
    orphan: crates/client/src/generated/v2/nothing.rs
    ");
    assert!(out.contains("\n-(a link to nowhere, which is not followed)\n"), "{out}");
    assert!(out.contains("missing: crates/client/src/generated/v1/mod.rs\n"), "{out}");

    let (_, err, code) = codegen(&top, &[]);
    assert_eq!(code, 0, "{err}");
    for place in ["v1", "v1/mod.rs", "v2/codes.rs"] {
        assert!(!generated.join(place).is_symlink() && generated.join(place).exists(), "{place} is in its place");
    }
    assert!(
        !client.join("API.md").is_symlink() && !generated.join("v2/extra").is_symlink() && !generated.join("v2/nothing.rs").is_symlink()
    );
    assert_eq!(fs::read_to_string(top.join("kept.rs")).expect("it is there"), "kept\n");
    assert!(outside.join("mod.rs").is_file() && top.join("API.md").is_file(), "what the links point at is not touched");
    let (out, _, code) = codegen(&top, &["--check"]);
    assert_eq!((out.as_str(), code), ("", 0));

    // The whole folder may be a link.
    fs::rename(&generated, top.join("all")).expect("it can be moved");
    symlink(top.join("all"), &generated).expect("a link can be made");
    let (out, _, code) = codegen(&top, &["--check"]);
    assert_eq!(code, 1);
    assert!(out.starts_with("orphan: crates/client/src/generated\n"), "{out}");
    let (_, err, code) = codegen(&top, &[]);
    assert_eq!(code, 0, "{err}");
    assert!(!generated.is_symlink() && generated.join("v2/mod.rs").is_file() && top.join("all/v2/mod.rs").is_file());
}

#[test]
fn a_second_run_writes_nothing() {
    let top = copy("twice");
    let (out, _, code) = codegen(&top, &[]);
    assert_eq!((out.as_str(), code), ("", 0));
}

#[test]
fn problems_of_a_spec_are_said_with_their_lines_and_nothing_is_written() {
    let top = copy("problems");
    edit(&top.join("specs/powerdrill-v2.yaml"), "operationId: list_sessions\n", "operationId: ListSessions\n");
    fs::remove_file(top.join("crates/client/API.md")).expect("it is there");
    let (out, err, code) = codegen(&top, &[]);
    assert_eq!((out.as_str(), code), ("", 2));
    insta::assert_snapshot!(err, @"
    specs/powerdrill-v2.yaml:232:7: operation-id: `ListSessions` is not in snake case
      at    /paths/~1v2~1team~1sessions/get/operationId
      help: name the operation by what it does, verb first, in snake case: `create_session`

    1 problem to solve first
    ");
    assert!(!top.join("crates/client/API.md").exists());
}

#[test]
fn bad_arguments_and_unreadable_specs_exit_with_2() {
    let top = copy("unreadable");
    let (_, err, code) = codegen(&top, &["clientt"]);
    assert_eq!(code, 2);
    assert!(err.contains("possible values: client"), "{err}");
    fs::remove_file(top.join("specs/powerdrill-v1.yaml")).expect("it is there");
    let (_, err, code) = codegen(&top, &["--check"]);
    assert_eq!(code, 2);
    assert!(err.contains("specs/powerdrill-v1.yaml: unreadable: cannot be read: No such file"), "{err}");
}

#[test]
fn a_foreign_document_becomes_a_crate_of_its_own() {
    let top = workspace().canonicalize().expect("it is there");
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("foreign-crate");
    let _ = fs::remove_dir_all(&out);
    let (spec, folder) = (top.join("tests/snapshots/specs/foreign/malformed.yaml"), out.display().to_string());
    let order = |name: &str| ["--spec", &spec.display().to_string(), "--out", &folder, "--name", name].map(str::to_owned);
    let run = |arguments: &[String]| codegen(&top, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let (_, err, code) = run(&order("kites"));
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("malformed.yaml:9:3: skipped-operation: ") && err.contains("(at /paths/~1a b)"), "{err}");
    for file in ["Cargo.toml", "API.md", "src/lib.rs", "src/generated/mod.rs"] {
        assert!(out.join(file).exists(), "{file}");
    }
    fs::write(out.join("src/lib.rs"), "// mine\n").expect("it can be written");
    let (_, err, _) = run(&order("kites"));
    assert!(err.contains(" 0 of them changed"), "{err}");
    assert_eq!(fs::read_to_string(out.join("src/lib.rs")).expect("it is there"), "// mine\n");
    assert_eq!(run(&order("serde")).2, 2);
}

#[test]
fn a_document_of_another_version_is_one_clear_line() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("foreign-version");
    fs::create_dir_all(&folder).expect("a folder can be made");
    let spec = folder.join("new.json");
    fs::write(&spec, r#"{"openapi": "3.1.0"}"#).expect("it can be written");
    let arguments = ["--spec", &spec.display().to_string(), "--out", &folder.display().to_string(), "--name", "new"].map(str::to_owned);
    let (_, err, code) = codegen(&workspace(), &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((err.lines().next(), code), (Some("new.json: version: is OpenAPI 3.1.0; only 3.0 is read"), 2));
}
