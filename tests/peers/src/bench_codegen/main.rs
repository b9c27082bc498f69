//! `cargo xtask bench codegen`: what generators make of one spec, and what that costs whoever compiles it.
//!
//! Ours, progenitor and openapi-to-rust read the same document. Each client becomes a workspace of its own in `bench-codegen`, inside of
//! cargo's target folder, with a program that calls every operation. The three take turns, one cargo runs at a time, and what is printed
//! are medians and their ratios. Nothing outside of that folder is written.

mod calls;
mod clock;
mod generators;
mod measure;
mod place;
mod signature;
mod spec;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use crate::generators::Generator;
use crate::measure::Plan;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["generate", generator, spec, folder] => {
            Generator::called(generator).and_then(|generator| generator.generate(&PathBuf::from(spec), &PathBuf::from(folder)))
        }
        [rounds, clean, part @ ("quick" | "full")] => {
            number(rounds).and_then(|rounds| measure::run(&Plan { rounds, clean: number(clean)?, quick: *part == "quick" }))
        }
        _ => Err("start this with `cargo xtask bench codegen`".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("bench-codegen: {message}");
            ExitCode::from(2)
        }
    }
}

fn number(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| format!("`{text}` is not a number of rounds: give 1 or more"))
}
