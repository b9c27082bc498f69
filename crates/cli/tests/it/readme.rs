//! What the README shows of the command is what the command prints.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::support::{finish, folder};

const README: &str = include_str!("../../../../README.md");

/// The blocks of commands with their output.
fn consoles() -> Vec<Vec<&'static str>> {
    let blocks = README.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.map(|block| block.lines().collect()).collect()
}

#[test]
fn the_demonstration_prints_what_the_readme_shows() {
    let consoles = consoles();
    let [demo] = consoles.as_slice() else { panic!("one block of commands is known here, and not {}", consoles.len()) };
    let [command, generated, "...", shown @ ..] = demo.as_slice() else { panic!("{demo:#?}") };
    assert_eq!(*command, "$ cargo xtask demo");
    assert!(generated.contains(&format!(": {} files, 0 changed, in ", generated_files())), "{generated}");

    // `cargo xtask demo` runs this, for a terminal. Both streams in one, as a terminal shows them.
    let run = format!("'{}' demo --width 80 --color never 2>&1", env!("CARGO_BIN_EXE_powerdrill"));
    let printed = finish(Command::new("sh").args(["-c", &run]).current_dir(folder("readme")).env_clear());
    assert_eq!(printed.code, 0, "{}", printed.out);
    let mut printed = printed.out.lines();
    let mut skip = false;
    for line in shown {
        if *line == "..." {
            skip = true;
            continue;
        }
        let wanted = timeless(line);
        let found = if skip { printed.any(|line| timeless(line) == wanted) } else { printed.next().map(timeless) == Some(wanted) };
        assert!(found, "the README shows this line, and it is not printed where it should be: {line}");
        skip = false;
    }
    assert_eq!(printed.next(), None, "more is printed than the README shows");
}

/// A line without how long something took.
fn timeless(line: &str) -> String {
    let words = line.split(' ').collect::<Vec<_>>();
    let is_time = |position: usize| words.get(position + 1).is_some_and(|unit| unit.trim_end_matches(';') == "ms");
    let kept = words.iter().enumerate().map(|(position, word)| if is_time(position) { "N" } else { word });
    kept.collect::<Vec<_>>().join(" ")
}

/// How many files are generated: those in the two folders, and a page about each crate.
fn generated_files() -> usize {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut folders: Vec<PathBuf> = ["client", "pai"].map(|name| crates.join(name).join("src/generated")).to_vec();
    let mut files = folders.len();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { files += 1 }
        }
    }
    files
}
