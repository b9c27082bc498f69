//! Recordings: every kind, every end.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;

use super::support::{Run, command, folder, run, settings};

fn recording(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings").join(name)
}

fn decode(name: &str, options: &str) -> Run {
    run(&mut command(&recording("")), &format!("decode {name} {options}"))
}

fn lines(run: &Run) -> Vec<Value> {
    run.out.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

#[test]
fn every_line_has_the_same_form() {
    for (name, kind, code, end) in [
        ("analysis.sse", "sse", 0, "completed"),
        ("personal.sse", "sse", 0, "completed"),
        ("team-v1.sse", "sse", 0, "completed"),
        ("odd.sse", "sse", 7, "completed"),
        ("failed.sse", "sse", 3, "failed"),
        ("analysis.json", "job", 0, "completed"),
        ("odd.json", "job", 7, "completed"),
        ("refused.json", "job", 3, "failed"),
        ("history.json", "history", 0, "completed"),
        ("history-personal.json", "history", 0, "completed"),
        ("history-open.json", "history", 5, "truncated"),
    ] {
        let told = decode(name, &format!("--kind {kind} --output jsonl"));
        assert_eq!(told.code, code, "{name}: {}", told.err);
        let lines = lines(&told);
        let (last, events) = lines.split_last().expect("there is a last line");
        assert_eq!(last["end"], end, "{name}");
        assert_eq!(last["events"], events.len(), "{name}");
        let unknown = events.iter().filter(|line| line["type"] == "unknown").count();
        assert_eq!(last["unknown"], unknown, "{name}");
        for line in events {
            let mut members: Vec<&String> = line.as_object().expect("an object").keys().filter(|name| *name != "error").collect();
            members.sort();
            assert_eq!(members, ["content", "event", "group_id", "stage", "type"], "{name}");
        }
        // What it is can be guessed.
        let guessed = decode(name, "-o jsonl");
        assert_eq!((guessed.out, guessed.code), (told.out, told.code), "{name}");
    }
}

#[test]
fn known_spellings_become_one_and_nothing_is_lost() {
    let names = ["odd.sse", "odd.json", "failed.sse", "history.json", "history-personal.json", "history-open.json"];
    settings().bind(|| insta::assert_snapshot!("decoded", transcript(&names, "--output jsonl")));
}

fn transcript(names: &[&str], options: &str) -> String {
    names.iter().map(|name| format!("$ powerdrill decode {name} {options}\n{}\n", decode(name, options).shown())).collect()
}

#[test]
fn text_is_for_people() {
    settings().bind(|| {
        insta::assert_snapshot!("shown", transcript(&["analysis.sse", "odd.sse", "failed.sse", "history.json"], ""));
        insta::assert_snapshot!("shown-narrow", transcript(&["analysis.sse"], "--width 40"));
    });
    assert!(!decode("odd.sse", "").out.contains('\x1b'));
}

#[test]
fn a_cut_is_told_from_the_end() {
    let whole = std::fs::read(recording("analysis.sse")).expect("it is there");
    let folder = folder("cut");
    for (keep, end, code) in
        [(whole.len(), "completed", 0), (whole.len() - 1, "completed", 0), (whole.len() - 12, "truncated", 5), (4000, "truncated", 5)]
    {
        std::fs::write(folder.join("cut.sse"), &whole[..keep]).expect("it can be written");
        let run = run(&mut command(&folder), "decode cut.sse --output jsonl");
        let last = lines(&run).pop().expect("a last line");
        assert_eq!((last["end"].as_str(), run.code), (Some(end), code), "{keep}");
        assert_eq!(last["job_id"], "job-1");
    }
    let reply = std::fs::read(recording("analysis.json")).expect("it is there");
    std::fs::write(folder.join("cut.json"), &reply[..reply.len() - 20]).expect("it can be written");
    let run = run(&mut command(&folder), "decode cut.json --output jsonl");
    assert_eq!((lines(&run).pop().expect("a last line")["end"].as_str(), run.code), (Some("truncated"), 5));
}

#[test]
fn the_readme_shows_what_is_written() {
    let readme = include_str!("../../README.md");
    let shown = readme.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
    let table = r#"{"type":"TABLE","group_id":"step-1","stage":"Respond","content":{"name":"a.csv","url":"..","expiresAt":".."}}"#;
    let reply = format!(r#"{{"code":0,"data":{{"jobId":"job-1","blocks":[{table},{{"type":"NEWS","content":{{"as":"it came"}}}}]}}}}"#);
    let folder = folder("readme-decode");
    std::fs::write(folder.join("reply.json"), reply).expect("it can be written");
    let told = run(&mut command(&folder), "decode reply.json --output jsonl");
    assert_eq!((told.code, told.out.as_str()), (0, shown), "{}", told.err);
}

#[test]
fn standard_input_is_read() {
    let whole = std::fs::read(recording("analysis.sse")).expect("it is there");
    let from_file = decode("analysis.sse", "--output jsonl");
    let mut command = command(&recording(""));
    let mut child = command.args(["decode", "-o", "jsonl"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    child.stdin.take().expect("its input").write_all(&whole).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stdout), from_file.out);
}

#[test]
fn what_is_no_recording_is_refused() {
    let folder = folder("no-recording");
    for (name, content, said, code) in [
        ("text.txt", "Dear diary,\n\nnothing happened.\n", "stops without the last event", 5),
        ("page.html", "<html></html>", "stops without the last event", 5),
        ("list.json", "[1, 2]", "is not a reply in JSON", 7),
        ("other.json", "{\"hello\": \"world\"}", "has no blocks or records", 7),
        ("empty.sse", "", "empty.sse: is empty", 6),
    ] {
        std::fs::write(folder.join(name), content).expect("it can be written");
        let run = run(&mut command(&folder), &format!("decode {name} --output jsonl"));
        assert_eq!(run.code, code, "{name}: {}", run.err);
        assert!(run.err.contains(said), "{name}: {}", run.err);
    }
    let run = decode("history.json", "--kind job --output jsonl");
    assert_eq!(run.code, 7);
    assert!(run.err.contains("the reply has no blocks"), "{}", run.err);
}
