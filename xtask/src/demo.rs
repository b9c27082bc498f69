//! `cargo xtask demo`: generates the clients again, then builds the command on them and starts its demonstration.

use std::path::PathBuf;
use std::process::Command;

use clap::Args;

use crate::{Outcome, codegen, workspace};

/// Generates the clients, builds the command `powerdrill`, and shows what it does. Needs no key
#[derive(Args)]
pub(crate) struct Arguments {
    /// Save table, chart and report in this folder
    #[arg(long, value_name = "DIR", default_value = "powerdrill-demo")]
    save: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let generated = codegen::regenerate();
    if generated != Outcome::Clean {
        return generated;
    }
    // What is built is shown: the first time it takes minutes.
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["run", "--package", "powerdrill-cli", "--bin", "powerdrill"]);
    let root = workspace::root();
    if !root.as_os_str().is_empty() {
        command.arg("--manifest-path").arg(root.join("Cargo.toml"));
    }
    command.args(["--", "demo", "--save"]).arg(&arguments.save);
    match command.status() {
        Ok(status) if status.success() => Outcome::Clean,
        Ok(_) => Outcome::Failed,
        Err(error) => {
            eprintln!("demo: cargo did not start: {error}");
            Outcome::Failed
        }
    }
}
