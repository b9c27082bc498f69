//! `cargo xtask lint` as people meet it: what it prints, and how it exits.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A fresh folder with these files.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder can be made");
    for (file, text) in files {
        fs::write(folder.join(file), text).expect("a file can be written");
    }
    folder
}

/// What the command prints to standard output, what to standard error, and its exit code.
fn lint(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask")).arg("lint").args(arguments).current_dir(folder).output().expect("it starts");
    let code = output.status.code().expect("it exits by itself");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{out}--- {err}exit {code}\n")
}

const CLEAN: &str = r#"
openapi: 3.0.3
info: { title: Clean, version: "1" }
servers: [{ url: "https://api.example.com" }]
paths: {}
"#;

const FAULTY: &str = r#"
openapi: 3.0.3
info: { title: Faulty, version: "1" }
paths: {}
components:
  schemas:
    Pet: { typ: string }
"#;

#[test]
fn what_cannot_be_read_is_said_in_one_line_each() {
    let folder = folder(
        "unreadable",
        &[
            ("broken.yaml", "openapi: 3.0.3\npaths: [\n"),
            ("broken.json", "{\"openapi\": \"3.0.3\",,}"),
            ("three-one.yaml", "openapi: 3.1.0\npaths: {}\n"),
            ("swagger.json", "{\"swagger\": \"2.0\"}"),
            ("other.yaml", "- 1\n"),
            ("twice.yaml", "openapi: 3.0.3\npaths: {}\ninfo: {}\npaths: {}\n"),
            (
                "circle.yaml",
                "openapi: 3.0.3\ncomponents:\n  schemas:\n    A: { $ref: '#/components/schemas/B' }\n    B: { $ref: '#/components/schemas/A' }\n",
            ),
        ],
    );
    fs::write(folder.join("binary.yaml"), [0xff, 0xfe, 0x00]).expect("a file can be written");
    let files = [
        "missing.yaml",
        "broken.yaml",
        "broken.json",
        "three-one.yaml",
        "swagger.json",
        "other.yaml",
        "twice.yaml",
        "circle.yaml",
        "binary.yaml",
        ".",
    ];
    insta::assert_snapshot!(lint(&folder, &files), @"
    --- .: unreadable: is a folder
      help: name a file

    binary.yaml: unreadable: is not UTF-8 (byte 0)
      help: save the file as UTF-8

    broken.json:1:21: syntax: broken JSON: key must be a string
      help: mend the text at this place

    broken.yaml:3:1: syntax: broken YAML: did not find expected node content, while parsing a flow node
      help: mend the text at this place

    circle.yaml:4:5: reference-cycle: a reference leads back to itself: #/components/schemas/A -> #/components/schemas/B -> #/components/schemas/A
      at    /components/schemas/A
      help: give one of them content of its own

    missing.yaml: unreadable: cannot be read: No such file or directory (os error 2)
      help: check the path and the permissions

    other.yaml: version: is not an OpenAPI document: the top is not a map
      help: name an OpenAPI 3.0 document

    swagger.json: version: is a Swagger 2.0 document; only OpenAPI 3.0 is read
      help: convert the document to OpenAPI 3.0.3

    three-one.yaml: version: is OpenAPI 3.1.0; only 3.0 is read
      help: convert the document to OpenAPI 3.0.3

    twice.yaml:4:1: duplicate-key: the key `paths` stands twice in one map
      at    /paths
      help: keep one of the two

    exit 2
    ");
}

#[test]
fn clean_documents_exit_with_zero() {
    insta::assert_snapshot!(lint(&folder("clean", &[("clean.yaml", CLEAN)]), &["clean.yaml"]), @"
    --- 0 findings
    exit 0
    ");
}

#[test]
fn findings_exit_with_one_in_every_format() {
    let folder = folder("faulty", &[("faulty.yaml", FAULTY)]);
    insta::assert_snapshot!(lint(&folder, &["faulty.yaml"]), @"
    faulty.yaml:7:12: unknown-key: OpenAPI 3.0 has no `typ` here
      at    /components/schemas/Pet/typ
      help: write `type`, or give an extension a name that begins with `x-`

    --- 1 finding
    exit 1
    ");
    insta::assert_snapshot!(lint(&folder, &["faulty.yaml", "--format", "json"]), @r#"
    {
      "findings": [
        {
          "rule": "unknown-key",
          "file": "faulty.yaml",
          "line": 7,
          "column": 12,
          "pointer": "/components/schemas/Pet/typ",
          "message": "OpenAPI 3.0 has no `typ` here",
          "help": "write `type`, or give an extension a name that begins with `x-`",
          "related": []
        }
      ],
      "count": 1
    }
    --- 1 finding
    exit 1
    "#);
    insta::assert_snapshot!(lint(&folder, &["faulty.yaml", "--format", "github"]), @"
    ::error file=faulty.yaml,line=7,col=12,title=unknown-key::OpenAPI 3.0 has no `typ` here (/components/schemas/Pet/typ) help: write `type`, or give an extension a name that begins with `x-`
    --- 1 finding
    exit 1
    ");
}

#[test]
fn a_baseline_hides_what_is_known_and_nothing_else() {
    let folder = folder("baseline", &[("faulty.yaml", FAULTY)]);
    insta::assert_snapshot!(lint(&folder, &["faulty.yaml", "--write-baseline", "known.json"]), @"
    --- known.json: 1 findings are known from now on
    exit 0
    ");
    insta::assert_snapshot!(lint(&folder, &["faulty.yaml", "--baseline", "known.json"]), @"
    --- 0 findings
    exit 0
    ");
    fs::write(folder.join("faulty.yaml"), FAULTY.replace("typ:", "kind:")).expect("a file can be written");
    insta::assert_snapshot!(lint(&folder, &["faulty.yaml", "--baseline", "known.json"]), @"
    faulty.yaml:7:12: unknown-key: OpenAPI 3.0 has no `kind` here
      at    /components/schemas/Pet/kind
      help: take it away, or give an extension a name that begins with `x-`

    --- known.json: what it lists 1 times was not found any more; write the baseline again
    1 finding
    exit 1
    ");
    fs::write(folder.join("known.json"), "[]").expect("a file can be written");
    insta::assert_snapshot!(lint(&folder, &["faulty.yaml", "--baseline", "known.json"]), @"
    --- known.json: baseline: is not a baseline: it has no `known`
      help: write it with `--write-baseline FILE`

    exit 2
    ");
    insta::assert_snapshot!(lint(&folder, &["faulty.yaml", "--baseline", "nowhere.json"]), @"
    --- nowhere.json: unreadable: cannot be read: No such file or directory (os error 2)
      help: check the path and the permissions

    exit 2
    ");
}

#[test]
fn the_workspace_is_clean() {
    insta::assert_snapshot!(lint(Path::new(env!("CARGO_MANIFEST_DIR")), &[]), @"
    --- 0 findings
    exit 0
    ");
}
