//! The example, as a program of its own against a server of a test.

use std::path::PathBuf;
use std::process::{Command, Output};

use super::server::Server;

const BEGUN: &str = "event:JOB_ID\ndata:job-1\n\nevent:MESSAGE\ndata:{\"choices\":[{\"delta\":{\"content\":\"The north \"}}]}\n\n";
const MALFORMED: &str = "event:TABLE\ndata:{}\n\n";
const DONE: &str = "event:END_MARK\ndata:[DONE]\n\n";
const HISTORY: &str = r#"{"code":0,"data":{"total_items":1,"records":[{"job_id":"job-1","answer":{"blocks":[
    {"type":"MESSAGE","content":"The north grew.","stage":"Respond"}]}}]}}"#;

/// Cargo builds examples with the tests, beside them.
fn program() -> PathBuf {
    let test = std::env::current_exe().expect("this program");
    let folder = test.ancestors().nth(2).expect("the folder of the profile");
    let program = folder.join("examples").join(format!("ask{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.exists(),
        "{} is not built: run `cargo test -p powerdrill`, or `cargo build -p powerdrill --examples`",
        program.display()
    );
    program
}

/// Runs it against a server that answers the question with this stream; gives what it printed, and how many requests came.
async fn run(text: String) -> (Output, usize) {
    let server = Server::start(move |request, mut connection| {
        let text = text.clone();
        async move {
            if request.line == "POST /v2/team/jobs" {
                connection.open().await;
                connection.send(text.as_bytes()).await;
            } else if request.line.starts_with("POST") {
                connection.reply(200, "application/json", r#"{"code":0,"data":{"id":"session-1"}}"#).await;
            } else {
                connection.reply(200, "application/json", HISTORY).await;
            }
        }
    })
    .await;
    let mut command = Command::new(program());
    command.args(["dataset-1", "Which region grew?"]);
    command.env("POWERDRILL_PROJECT_API_KEY", "key-1").env("POWERDRILL_USER_ID", "user-1").env("POWERDRILL_API_URL", server.url());
    let output = tokio::task::spawn_blocking(move || command.output().expect("it starts")).await.expect("it runs");
    (output, server.requests().len())
}

#[tokio::test]
async fn it_recovers_from_what_broke_and_from_nothing_else() {
    for (text, ok, requests, printed) in [
        (format!("{BEGUN}{DONE}"), true, 2, "The north \n"),
        (format!("{BEGUN}{MALFORMED}{DONE}"), true, 2, "The north \n"),
        (BEGUN.to_owned(), true, 4, "The north \nThe north grew.\n"),
        (format!("{BEGUN}event:END_MARK\ndata:[ERROR]\n\n"), false, 2, "The north "),
    ] {
        let (output, came) = run(text.clone()).await;
        let told = (output.status.success(), came, String::from_utf8_lossy(&output.stdout).into_owned());
        assert_eq!(told, (ok, requests, printed.to_owned()), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}
