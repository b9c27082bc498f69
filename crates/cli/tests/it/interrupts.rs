//! Ctrl-C: what was received is shown, what was not is said.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use powerdrill_sandbox::{Config, Fault, Rule};

use super::support::{command, folder, sales, sandbox_with, user_of};

/// Sends the signal of Ctrl-C.
fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("it starts");
    assert!(sent.success());
}

#[test]
fn a_stream_ends_cleanly() {
    let sandbox = sandbox_with(Config::default());
    let folder = folder("interrupted");
    sales(&folder);
    sandbox.fault(Rule::new(Fault::Stall(Some(600))).operation("create_job"));
    let mut command = user_of(&sandbox, &folder);
    command.args(["ask", "What is the total revenue by region?", "--file", "sales.csv", "-o", "jsonl"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let first = lines.next().expect("a line").expect("a text");
    assert!(first.contains("job_id"), "{first}");
    let begun = Instant::now();
    interrupt(&child);
    let rest: Vec<String> = lines.map(|line| line.expect("a text")).collect();
    let mut err = String::new();
    child.stderr.take().expect("its errors").read_to_string(&mut err).expect("it is text");
    let status = child.wait().expect("it ends");
    assert_eq!(status.code(), Some(130), "{err}");
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert!(rest.last().is_some_and(|last| last.contains("\"end\":\"cancelled\"")), "{rest:?}");
    assert!(err.contains("error: interrupted after 1 events, with 0 characters of text, 0 tables and 0 pictures"), "{err}");
    assert!(err.contains("help: the job goes on without its reader: `powerdrill history session-"), "{err}");
}

#[test]
fn what_was_received_is_shown() {
    let mut config = Config::default();
    config.delays.event = Duration::from_millis(150);
    let sandbox = sandbox_with(config);
    let folder = folder("interrupted-text");
    sales(&folder);
    let mut command = user_of(&sandbox, &folder);
    command.args(["ask", "What is the total revenue by region?", "--file", "sales.csv", "--width", "60", "-q"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let first = lines.next().expect("a line").expect("a text");
    interrupt(&child);
    let rest: Vec<String> = lines.map(|line| line.expect("a text")).collect();
    let mut err = String::new();
    child.stderr.take().expect("its errors").read_to_string(&mut err).expect("it is text");
    assert_eq!((first.as_str(), child.wait().expect("it ends").code()), ("Analyzing Conclusions", Some(130)), "{err}");
    assert!(err.starts_with("error: interrupted after ") && !err.contains("with 0 characters"), "{err}");
    // No file is fetched for somebody who wants to leave.
    assert!(!rest.iter().any(|line| line.starts_with("Table")), "{rest:?}");
}

#[test]
fn a_file_that_does_not_come_is_not_waited_for() {
    let sandbox = sandbox_with(Config::default());
    let folder = folder("interrupted-files");
    sales(&folder);
    sandbox.fault(Rule::new(Fault::Stall(Some(3))).operation("files"));
    let mut command = user_of(&sandbox, &folder);
    command.args(["ask", "What is the total revenue by region?", "--file", "sales.csv", "--save", "kept", "-o", "jsonl", "-q"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let part = folder.join("kept/result.csv.part");
    let begun = Instant::now();
    while !part.exists() {
        assert!(begun.elapsed() < Duration::from_secs(20), "nothing is downloaded");
        std::thread::sleep(Duration::from_millis(20));
    }
    interrupt(&child);
    let (mut out, mut err) = (String::new(), String::new());
    child.stdout.take().expect("its output").read_to_string(&mut out).expect("it is text");
    child.stderr.take().expect("its errors").read_to_string(&mut err).expect("it is text");
    assert_eq!(child.wait().expect("it ends").code(), Some(130), "{err}");
    assert!(err.starts_with("error: interrupted before the files of the answer were there\nhelp: `powerdrill history session-"), "{err}");
    assert!(out.lines().last().is_some_and(|last| last.contains("\"end\":\"completed\"")), "{out}");
}

#[test]
fn a_sandbox_that_listens_everywhere_says_where_it_is() {
    let mut child = command(&folder("everywhere"))
        .args(["sandbox", "--listen", "0.0.0.0:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let first = BufReader::new(child.stdout.take().expect("its output")).lines().next().expect("a line").expect("a text");
    assert!(first.starts_with("export POWERDRILL_API_URL=http://127.0.0.1:"), "{first}");
    interrupt(&child);
    let mut err = String::new();
    child.stderr.take().expect("its errors").read_to_string(&mut err).expect("it is text");
    assert!(err.contains("Everyone who reaches this machine can use it, with any key"), "{err}");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn a_sandbox_runs_until_then() {
    let mut child = command(&folder("server"))
        .args(["sandbox", "--key", "key 1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let first = lines.next().expect("a line").expect("a text");
    assert!(first.starts_with("export POWERDRILL_API_URL=http://127.0.0.1:"), "{first}");
    assert!(first.ends_with("/api POWERDRILL_PROJECT_API_KEY='key 1' POWERDRILL_USER_ID=user-1"), "{first}");
    interrupt(&child);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}
