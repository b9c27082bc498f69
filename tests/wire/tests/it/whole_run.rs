//! All of these tests once more, with everything shown that a program could print or log: no secret is in it.
//!
//! The second run is a process of its own, so that whatever it prints is seen, from whichever thread and library it comes: values as
//! `Debug`, errors with all their causes, every span and event of `tracing`, every line of `log`, the recorded requests, and what the
//! tests themselves say.

use std::fs;
use std::path::Path;
use std::process::Command;

use wire::show::{WATCHED, is_watched};
use wire::spec;
use wire::support::CANARY;

#[test]
fn no_secret_is_shown_anywhere() {
    if is_watched() {
        // This is the second run.
        return;
    }
    let program = std::env::current_exe().expect("this program");
    let run = Command::new(program)
        .args(["--nocapture", "--test-threads=2"])
        .env(WATCHED, "1")
        .env("INSTA_UPDATE", "no")
        // What the first run has written down for review is none of the second run's business.
        .env("INSTA_PENDING_DIR", std::env::temp_dir().join(format!("wire-{}", std::process::id())))
        .output()
        .expect("a run");
    let shown = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    let leaks: Vec<&str> = shown.lines().filter(|line| line.contains(CANARY)).take(5).collect();
    assert!(leaks.is_empty(), "secrets are shown:\n{}", leaks.join("\n"));
    assert!(run.status.success(), "the tests fail when they are watched; their own messages say why");
    // It was really watched.
    for expected in [
        "show a client: ",
        "show a builder: ",
        "show an error: ",
        "show a request: ",
        "show a call: ",
        "log reqwest",
        "trace apispec_runtime",
    ] {
        assert!(shown.contains(expected), "`{expected}` is not in {} lines", shown.lines().count());
    }
    for index in [&*spec::V1, &*spec::V2, spec::index("pai-dataset-jobs")] {
        for operation in index.operations() {
            assert!(
                shown.contains(&format!("operation=\"{}\"", operation.name()))
                    || shown.contains(&format!("operation={} ", operation.name())),
                "no call of {} was logged",
                operation.name()
            );
        }
    }
}

#[test]
fn no_secret_is_in_a_snapshot() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files += 1;
                assert!(!fs::read_to_string(&path).expect("a text").contains(CANARY), "{} has a secret", path.display());
            }
        }
    }
    let operations: usize =
        ["powerdrill-v1", "powerdrill-v2", "pai-dataset-jobs"].iter().map(|api| spec::index(api).operations().len()).sum();
    assert_eq!(files, operations + 1, "a snapshot for each operation, and one of what is not sent");
}
