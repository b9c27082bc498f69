//! The examples are run as programs, against the sandbox, in the order in which somebody would try them.

use std::path::{Path, PathBuf};
use std::process::Command;

use powerdrill_sandbox::Sandbox;

use super::support::{CSV, Folder, client, sandbox};

/// Runs an example and gives what it has written.
async fn run(sandbox: &Sandbox, name: &str, folder: &Path, arguments: &[&str]) -> String {
    let tests = std::env::current_exe().expect("a test");
    let program: PathBuf = tests.parent().and_then(Path::parent).expect("a target folder").join("examples").join(name);
    let mut command = Command::new(program.with_extension(std::env::consts::EXE_EXTENSION));
    command.args(arguments).current_dir(folder).env("POWERDRILL_API_URL", sandbox.base());
    command.env("POWERDRILL_PROJECT_API_KEY", "key-1").env("POWERDRILL_USER_ID", "user-1");
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic");
    let output = output.unwrap_or_else(|error| panic!("{name} ({error}): `cargo test -p powerdrill` without a target builds the examples"));
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_work_in_a_row() {
    let (sandbox, folder) = (sandbox().await, Folder::new());
    folder.file("sales.csv", CSV);
    let uploaded = run(&sandbox, "upload", folder.path(), &["sales.csv"]).await;
    let dataset = uploaded.trim().strip_prefix("sales.csv is ready in dataset ").expect("a dataset").to_owned();
    let answered = run(&sandbox, "ask", folder.path(), &[&dataset, "What are the total sales by region?"]).await;
    assert!(answered.contains("North") && answered.contains(".png"), "{answered}");
    let session = client(&sandbox).sessions().list().send().await.expect("sessions").records[0].id.clone();
    let sessions = run(&sandbox, "history", folder.path(), &[]).await;
    assert_eq!(sessions, format!("{session}  Q3 review\n"));
    let history = run(&sandbox, "history", folder.path(), &[session.as_str()]).await;
    assert!(history.starts_with("> What are the total sales by region?\n") && history.contains("North"), "{history}");
    let saved = run(&sandbox, "download", folder.path(), &[session.as_str(), "made"]).await;
    assert!(saved.lines().count() >= 2 && saved.lines().all(|path| folder.path().join(path).is_file()), "{saved}");
    let again = run(&sandbox, "download", folder.path(), &[session.as_str(), "made"]).await;
    assert!(again.lines().all(|path| path.contains(" (2).")), "{again}");
}
