//! What the command says of itself.

use super::support::{command, folder, run, settings};

#[test]
fn every_command_explains_itself() {
    let folder = folder("help");
    let mut transcript = String::new();
    for name in ["", "demo", "ask", "chat", "sessions", "datasets", "sources", "files upload", "history", "sandbox", "decode", "pai jobs"] {
        let run = run(&mut command(&folder), &format!("{name} --help"));
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{name}");
        transcript.push_str(&format!("$ powerdrill {name} --help\n{}\n", run.out));
    }
    settings().bind(|| insta::assert_snapshot!("help", transcript));
}

#[test]
fn the_version_is_that_of_the_package() {
    let run = run(&mut command(&folder("version")), "--version");
    assert_eq!(run.out, concat!("powerdrill ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn mistakes_in_arguments_are_explained() {
    let folder = folder("mistakes");
    for (arguments, said) in [
        ("", "Usage: powerdrill"),
        ("askk hello", "similar subcommand exists: 'ask'"),
        ("sessions --output yaml", "[possible values: text, json, jsonl]"),
        ("sessions --width 3", "a number from 20 to 1000 is wanted"),
        ("sessions --sandbox --url http://127.0.0.1:1", "cannot be used with"),
        ("decode --output json", "decode writes text or jsonl"),
        ("ask ' '", "the question is empty"),
        ("sandbox --key ''", "a value is required for '--key <KEY>'"),
    ] {
        let run = run(&mut command(&folder), arguments);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{arguments}: {}", run.err);
        assert!(run.err.contains(said), "{arguments}: {}", run.err);
    }
}

#[test]
fn shells_get_completions() {
    let folder = folder("completions");
    for (shell, said) in [
        ("bash", "_powerdrill()"),
        ("zsh", "#compdef powerdrill"),
        ("fish", "complete -c powerdrill"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let run = run(&mut command(&folder), &format!("completions {shell}"));
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        assert!(run.out.contains(said) && run.out.contains("history"), "{shell}");
    }
}
