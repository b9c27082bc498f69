//! The command: what it prints first, what it accepts, and how it fails.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A sandbox that is stopped when the test ends, however it ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_powerdrill-sandbox"))
}

#[test]
fn the_first_line_says_where_it_listens_and_keys_are_checked() {
    let mut child =
        command().args(["--listen", "127.0.0.1:0", "--key", "key-1", "--seed", "7"]).stdout(Stdio::piped()).spawn().expect("it starts");
    let output = child.stdout.take().expect("its output");
    let _running = Running(child);
    let line = BufReader::new(output).lines().next().expect("a line").expect("a text");
    let address = line.strip_prefix("listening on http://").expect("an address");
    for (key, status) in [("key-1", "200"), ("other", "403")] {
        let mut stream = TcpStream::connect(address).expect("it listens");
        let request = format!(
            "GET /api/v2/team/sessions?user_id=user-1 HTTP/1.1\r\nhost: {address}\r\nx-pd-api-key: {key}\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    }
}

#[test]
fn what_cannot_be_done_is_said() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    for (arguments, said) in [
        (["--listen", &address], "cannot listen on"),
        (["--access-key", "nonsense"], "ID:SECRET"),
        (["--listen", "nowhere"], "invalid"),
        (["--key", ""], "value is required"),
        (["--frozen", "253402300800"], "is not in 0..253402300800"),
    ] {
        let output = command().args(arguments).output().expect("it runs");
        assert!(!output.status.success());
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains(said), "{text}");
    }
}

/// The session at the prompt that the README has, word for word but for the port.
#[test]
fn the_session_in_the_readme_answers_a_question() {
    let mut child = command().args(["--listen", "127.0.0.1:0", "--pace", "0"]).stdout(Stdio::piped()).spawn().expect("it starts");
    let output = child.stdout.take().expect("its output");
    let _running = Running(child);
    let line = BufReader::new(output).lines().next().expect("a line").expect("a text");
    let address = line.strip_prefix("listening on http://").expect("an address");
    let readme = include_str!("../README.md");
    let session = readme.split("```sh\n").nth(2).and_then(|rest| rest.split("```").next()).expect("the second block");
    let folder = std::env::temp_dir().join(format!("powerdrill-sandbox-readme-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let output = Command::new("sh").arg("-euc").arg(session.replace("127.0.0.1:8080", address)).current_dir(&folder).output();
    std::fs::remove_dir_all(&folder).expect("it can be removed");
    let output = output.expect("a shell");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("North grew most: its total Sales went from **10**") && told.ends_with("data:[DONE]\n\n"), "{told} {output:?}");
}
