//! Running the command, and a sandbox for it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use powerdrill_sandbox::{Config, Sandbox};
use tokio::runtime::Runtime;

/// What a run came to.
pub(crate) struct Run {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: i32,
}

impl Run {
    /// Everything, for a snapshot.
    pub(crate) fn shown(&self) -> String {
        format!("exit code {}\n--- standard output ---\n{}--- standard error ---\n{}", self.code, self.out, self.err)
    }
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("a runtime"))
}

/// A sandbox that takes the key `key-1` only.
pub(crate) fn sandbox() -> Sandbox {
    sandbox_with(Config { keys: vec!["key-1".into()], ..Config::default() })
}

pub(crate) fn sandbox_with(config: Config) -> Sandbox {
    runtime().block_on(Sandbox::start(config)).expect("it starts")
}

/// An empty folder of this test.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// The command in a folder, with an environment of its own.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_powerdrill"));
    command.current_dir(folder).env_clear().stdin(Stdio::null());
    command
}

/// The same, as a user of the sandbox.
pub(crate) fn user_of(sandbox: &Sandbox, folder: &Path) -> Command {
    let mut command = command(folder);
    command.env("POWERDRILL_API_URL", sandbox.base());
    command.env("POWERDRILL_PROJECT_API_KEY", "key-1").env("POWERDRILL_USER_ID", "user-1");
    command
}

pub(crate) fn finish(command: &mut Command) -> Run {
    let output = command.output().expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints text");
    Run { out: text(output.stdout), err: text(output.stderr), code: output.status.code().expect("it exits by itself") }
}

/// Runs it with arguments as they are typed; a blank separates them, and `'` keeps words together.
pub(crate) fn run(command: &mut Command, arguments: &str) -> Run {
    for (number, part) in arguments.split('\'').enumerate() {
        if number % 2 == 1 {
            command.arg(part);
        } else {
            command.args(part.split_whitespace());
        }
    }
    finish(command)
}

/// Text without what differs from run to run.
pub(crate) fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT");
    settings.add_filter(r"in \d+ ms", "in N ms");
    settings.add_filter(r"trace [0-9a-f-]{8,}", "trace TRACE");
    settings.add_filter(r" \(os error \d+\)", "");
    settings.add_filter(r"expires=\d+&signature=[0-9a-f]+", "SIGNATURE");
    settings.set_snapshot_path("../snapshots");
    settings
}

/// A table whose answers are known.
pub(crate) const SALES: &str = "Region,Revenue\nNorth,10\nSouth,20\nNorth,5\n";

/// Writes the table.
pub(crate) fn sales(folder: &Path) -> PathBuf {
    let path = folder.join("sales.csv");
    std::fs::write(&path, SALES).expect("it can be written");
    path
}
