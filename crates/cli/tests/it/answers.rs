//! Questions: answers that come, that break, that fail; and what is written of them.

use std::io::{Read, Write};
use std::process::Stdio;

use powerdrill_sandbox::{Fault, Rule};
use serde_json::Value;

use super::support::{folder, run, sales, sandbox, settings, user_of};

const ASK: &str = "ask 'What is the total revenue by region?' --file sales.csv";

#[test]
fn a_broken_stream_is_recovered_and_never_asked_again() {
    let (sandbox, folder) = (sandbox(), folder("broken"));
    sales(&folder);
    let whole = run(&mut user_of(&sandbox, &folder), ASK);
    assert_eq!(whole.code, 0, "{}", whole.err);
    for cut in [700, 3000] {
        sandbox.forget_requests();
        sandbox.fault(Rule::new(Fault::Cut(cut)).operation("create_job"));
        let broken = run(&mut user_of(&sandbox, &folder), ASK);
        assert_eq!(broken.code, 0, "{}", broken.err);
        assert!(broken.err.contains("looking for the answer in the history"), "{}", broken.err);
        assert!(broken.err.contains("recovered: the whole answer was in the history"), "{}", broken.err);
        assert_eq!(broken.out, whole.out, "cut at {cut}");
        let asked = sandbox.requests().iter().filter(|request| request.path.ends_with("/jobs")).count();
        assert_eq!(asked, 1);
    }
}

#[test]
fn an_answer_that_is_not_whole_says_so() {
    let (sandbox, folder) = (sandbox(), folder("lost"));
    sales(&folder);
    sandbox.fault(Rule::new(Fault::Cut(3000)).operation("create_job"));
    sandbox.fault(Rule::new(Fault::JsonRefusal("300002".into())).operation("list_session_history").times(100));
    let lost = run(&mut user_of(&sandbox, &folder), &format!("{ASK} --report page.html"));
    assert_eq!(lost.code, 5, "{}", lost.err);
    settings().bind(|| insta::assert_snapshot!("lost", lost.shown()));
    let page = std::fs::read_to_string(folder.join("page.html")).expect("it was written");
    assert!(page.contains("This answer is not whole: it is truncated."), "{page}");
}

#[test]
fn a_job_that_fails_is_refused() {
    let (sandbox, folder) = (sandbox(), folder("failed"));
    sales(&folder);
    sandbox.fault(Rule::new(Fault::ErrorEvent).operation("create_job"));
    let failed = run(&mut user_of(&sandbox, &folder), &format!("{ASK} -o jsonl"));
    assert_eq!(failed.code, 3, "{}", failed.err);
    let last: Value = serde_json::from_str(failed.out.lines().last().expect("a line")).expect("it is JSON");
    assert_eq!(last["end"], "failed");
    assert!(failed.err.contains("error: create_job: refused"), "{}", failed.err);
    assert!(failed.err.contains("help: the job was begun and has failed"), "{}", failed.err);
}

#[test]
fn the_same_answer_comes_without_a_stream() {
    let (sandbox, folder) = (sandbox(), folder("no-stream"));
    sales(&folder);
    let streamed = run(&mut user_of(&sandbox, &folder), ASK);
    let whole = run(&mut user_of(&sandbox, &folder), &format!("{ASK} --no-stream"));
    assert_eq!((whole.code, whole.out), (0, streamed.out), "{}", whole.err);
    let lines = run(&mut user_of(&sandbox, &folder), &format!("{ASK} --no-stream -o jsonl"));
    let last: Value = serde_json::from_str(lines.out.lines().last().expect("a line")).expect("it is JSON");
    assert_eq!((last["end"].as_str(), last["events"].as_u64()), (Some("completed"), Some(lines.out.lines().count() as u64 - 1)));
}

#[test]
fn a_stream_is_written_as_it_comes() {
    let (sandbox, folder) = (sandbox(), folder("jsonl"));
    sales(&folder);
    sandbox.fault(Rule::new(Fault::UnknownEvent).operation("create_job"));
    let run = run(&mut user_of(&sandbox, &folder), &format!("{ASK} -o jsonl -q"));
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let lines: Vec<Value> = run.out.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    assert_eq!(lines[0]["type"], "job_id");
    let unknown: Vec<&Value> = lines.iter().filter(|line| line["type"] == "unknown").collect();
    assert_eq!(unknown.len(), 1);
    assert_eq!(lines.last().expect("a last line")["unknown"], 1);
}

#[test]
fn nothing_that_was_received_acts_on_the_terminal() {
    let (sandbox, folder) = (sandbox(), folder("hostile"));
    let table = "Region\x1b]0;gone\x07,Revenue\nNorth\x1b[2J,10\n=cmd(),20\n";
    std::fs::write(folder.join("sales.csv"), table).expect("it can be written");
    let run = run(
        &mut user_of(&sandbox, &folder),
        "ask 'What is the average revenue?' -f sales.csv --width 60 --code --report page.html --show-links",
    );
    assert_eq!(run.code, 0, "{}", run.err);
    for text in [&run.out, &run.err] {
        assert!(!text.contains(['\x1b', '\x07']), "{text}");
    }
    let page = std::fs::read_to_string(folder.join("page.html")).expect("it was written");
    assert!(!page.contains(['\x1b', '\x07']), "{page}");
}

#[test]
fn a_table_that_is_too_large_is_not_shown() {
    let (sandbox, folder) = (sandbox(), folder("too-large"));
    sales(&folder);
    let store = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let place = format!("http://{}/result.csv", store.local_addr().expect("its address"));
    sandbox.fault(Rule::new(Fault::Redirect(place)).operation("files").times(1));
    std::thread::spawn(move || {
        let (mut connection, _) = store.accept().expect("somebody asks");
        let _ = connection.read(&mut [0; 4096]);
        connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 40000000\r\n\r\nregion\n").expect("it can be written");
    });
    let run = run(&mut user_of(&sandbox, &folder), &format!("{ASK} -q"));
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.contains("Table result.csv (`--save DIR` saves it)\n"), "{}", run.out);
}

#[test]
fn a_conversation_keeps_its_session() {
    let (sandbox, folder) = (sandbox(), folder("chat"));
    sales(&folder);
    let mut command = user_of(&sandbox, &folder);
    command.args(["chat", "--file", "sales.csv"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let questions = "What is the total revenue by region?\n\nWhich region has the highest total revenue?\n";
    child.stdin.take().expect("its input").write_all(questions.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout).matches("Result").count(), 2);
    let sessions = sandbox.requests().iter().filter(|request| request.method == "POST" && request.path.ends_with("/sessions")).count();
    let jobs = sandbox.requests().iter().filter(|request| request.path.ends_with("/jobs")).count();
    assert_eq!((sessions, jobs), (1, 2));
}

#[test]
fn a_sandbox_of_its_own_needs_no_settings() {
    let folder = folder("own");
    sales(&folder);
    let run = run(&mut super::support::command(&folder), &format!("--sandbox {ASK} --save kept"));
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(folder.join("kept/result.csv").is_file(), "{}", run.out);
}
