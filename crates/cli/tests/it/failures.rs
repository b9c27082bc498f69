//! Everything that can be wrong: a line that says what, a line that says what to do, and the exit code.

use std::fs::{File, create_dir, write};

use powerdrill_sandbox::{Fault, Rule};

use super::support::{command, finish, folder, run, sales, sandbox, settings, user_of};

#[test]
fn each_mistake_is_explained() {
    let (sandbox, folder) = (sandbox(), folder("mistakes-and-failures"));
    sales(&folder);
    write(folder.join("empty.csv"), "").expect("it can be written");
    write(folder.join("song.mp3"), "la la").expect("it can be written");
    create_dir(folder.join("folder.csv")).expect("it can be made");
    let mut transcript = String::new();
    let mut tell = |title: &str, arguments: &str, run: super::support::Run, code: i32| {
        transcript.push_str(&format!("# {title}\n$ powerdrill {arguments}\n{}\n", run.shown()));
        assert_eq!(run.code, code, "{title}: {}", run.err);
        assert_eq!(run.err.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{title}: {}", run.err);
        assert_eq!(run.err.lines().filter(|line| line.starts_with("help: ")).count(), 1, "{title}: {}", run.err);
        assert!(!run.err.contains("key-"), "{title}: {}", run.err);
    };
    let bare = |arguments: &str| run(&mut command(&folder), arguments);
    tell("no key", "sessions", bare("sessions"), 2);
    let mut anonymous = command(&folder);
    anonymous.env("POWERDRILL_API_URL", sandbox.base()).env("POWERDRILL_PROJECT_API_KEY", "key-1");
    tell("no user", "sessions", run(&mut anonymous, "sessions"), 2);
    let mut wrong = user_of(&sandbox, &folder);
    tell("wrong key", "sessions", run(wrong.env("POWERDRILL_PROJECT_API_KEY", "key-2"), "sessions"), 3);
    let mut open = user_of(&sandbox, &folder);
    let arguments = "sessions --url http://api.example.com";
    tell("a key over plain http", arguments, run(&mut open, arguments), 2);
    let mut down = user_of(&sandbox, &folder);
    let arguments = "sessions --url http://127.0.0.1:1/api";
    tell("a server that is down", arguments, run(&mut down, arguments), 4);
    let mut maxir = user_of(&sandbox, &folder);
    let arguments = "sessions --maxir acme.example.com/elsewhere";
    tell("no domain", arguments, run(&mut maxir, arguments), 2);
    for (title, arguments, code) in [
        ("an unknown session", "sessions show session-9", 3),
        ("a question in an unknown session", "ask Why? --session session-9", 3),
        ("a question about an unknown dataset", "ask Why? --dataset dataset-9 -q", 3),
        ("a history of nothing", "history session-9", 3),
        ("data sources of nothing", "sources list dataset-9", 3),
        ("waiting for nothing", "sources wait dataset-9", 3),
        ("a missing file", "ask Why? --file missing.csv", 6),
        ("a folder", "files upload folder.csv", 6),
        ("an empty file", "files upload empty.csv", 6),
        ("an extension that nobody reads", "files upload song.mp3", 6),
        ("a report in a folder that is not there", "ask Why? --report nowhere/page.html", 6),
        ("a report that is a folder", "ask Why? --report folder.csv", 6),
        ("a folder to save in that is a file", "ask Why? --save empty.csv", 6),
        ("a missing recording", "decode missing.sse", 6),
        ("a question that is too long", &format!("ask {} -q", "x".repeat(6001)), 2),
    ] {
        let shown = if arguments.len() > 1000 { "ask xx.. -q" } else { arguments };
        tell(title, shown, run(&mut user_of(&sandbox, &folder), arguments), code);
    }
    settings().bind(|| insta::assert_snapshot!("mistakes", transcript));
}

#[test]
fn what_servers_do_is_explained() {
    let folder = folder("servers");
    sales(&folder);
    let mut transcript = String::new();
    let question = "ask 'What is the total revenue by region?' --file sales.csv -q";
    for (title, fault, operation, arguments, code) in [
        ("a page of a proxy", Fault::Html, "create_session", "sessions create Review", 4),
        ("no jobs left", Fault::JsonRefusal("210021".into()), "create_job", question, 3),
        ("a redirect elsewhere", Fault::Redirect("https://elsewhere.example.com/".into()), "create_session", "sessions create Review", 4),
        ("links that have expired", Fault::Status(403), "files", &format!("{question} --save kept"), 3),
        ("a reply that is cut", Fault::Cut(20), "create_session", "sessions create Review", 4),
    ] {
        let sandbox = sandbox();
        sandbox.fault(Rule::new(fault).operation(operation).times(5));
        let run = run(&mut user_of(&sandbox, &folder), arguments);
        transcript.push_str(&format!("# {title}\n$ powerdrill {arguments}\n{}\n", run.shown()));
        assert_eq!(run.code, code, "{title}: {}", run.err);
    }
    settings().bind(|| insta::assert_snapshot!("servers", transcript));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_said() {
    let folder = folder("full");
    let full = || File::options().write(true).open("/dev/full").expect("it is there");
    let demo = finish(command(&folder).args(["demo", "-q"]).stdout(full()));
    assert_eq!(demo.code, 6);
    assert_eq!(
        demo.err,
        "error: the output cannot be written: no space left on device\nhelp: make room on the disk, or write to another one\n"
    );
    let recording = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings/analysis.sse");
    let decoded = finish(command(&folder).args(["decode", "-o", "jsonl", recording]).stdout(full()));
    assert_eq!((decoded.code, decoded.err), (6, demo.err));
    let report = run(&mut command(&folder), "ask Why? --sandbox --report /dev/full -q");
    assert_eq!(report.code, 6);
    assert!(report.err.contains("error: /dev/full: cannot be written: no space left on device"), "{}", report.err);
}

#[test]
#[cfg(unix)]
fn what_is_no_file_is_not_waited_for() {
    let upload = run(&mut command(&folder("device")), "ask Why? --sandbox --file /dev/null -q");
    assert_eq!(upload.code, 6);
    assert_eq!(upload.err, "error: /dev/null: is not an ordinary file\nhelp: write it to a file first, and name that\n");
}

#[test]
#[cfg(unix)]
fn nobody_has_to_read_what_is_said_beside_the_answer() {
    let folder = folder("unread");
    let unread = || {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        writer
    };
    let demo = finish(command(&folder).arg("demo").stderr(unread()));
    assert_eq!((demo.code, demo.out.contains("East has the highest")), (0, true));
    assert_eq!(finish(command(&folder).arg("sessions").stderr(unread())).code, 2);
}

#[test]
#[cfg(unix)]
fn a_reader_that_has_gone_is_no_news() {
    let folder = folder("gone");
    let recording = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recordings/analysis.sse");
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let run = finish(command(&folder).args(["decode", "-o", "jsonl", recording]).stdout(writer));
    assert_eq!((run.code, run.err.as_str()), (141, ""));
}
