//! Where everything lies, and the cargo that works there.
//!
//! Each client has a workspace of its own in cargo's target folder: the crate `client`, the program `calls`, and target folders. It starts
//! with our lock file, so that what two of them need has one version.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::generators::{Generator, OPENAPI_TO_RUST};

/// The folders.
pub struct Place {
    /// The top of our workspace.
    top: PathBuf,
    /// The folder of this benchmark.
    pub work: PathBuf,
    /// This program.
    pub own_program: PathBuf,
}

impl Place {
    pub fn here() -> Result<Self, String> {
        let own_program = std::env::current_exe().map_err(|error| format!("this program is not found: {error}"))?;
        // A program lies in a folder for its profile in the target folder.
        let target = own_program.parent().and_then(Path::parent).ok_or("this program lies in no target folder")?;
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let top = top.canonicalize().map_err(|error| format!("{} is not there: {error}", top.display()))?;
        Ok(Self { top, work: target.join("bench-codegen"), own_program: own_program.clone() })
    }

    pub fn top(&self) -> &Path {
        &self.top
    }

    /// The version of a package in our lock file.
    pub fn locked(&self, package: &str) -> Result<String, String> {
        let path = self.top.join("Cargo.lock");
        let text = fs::read_to_string(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
        version_in(&text, package).ok_or_else(|| format!("{} has no package `{package}`", path.display()))
    }

    pub fn runtime(&self) -> PathBuf {
        self.top.join("crates/runtime")
    }

    pub fn spec(&self) -> PathBuf {
        self.work.join("openapi.json")
    }

    pub fn openapi_to_rust(&self) -> PathBuf {
        self.work.join("tools/bin").join(format!("openapi-to-rust{}", std::env::consts::EXE_SUFFIX))
    }

    /// Installs openapi-to-rust for this benchmark alone, unless that version is there.
    pub fn install(&self) -> Result<(), String> {
        let tools = self.work.join("tools");
        let found = Command::new(self.openapi_to_rust()).arg("--version").output();
        let there = found.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(OPENAPI_TO_RUST));
        if there {
            return Ok(());
        }
        let mut command = cargo(&self.work);
        command.args(["install", "--quiet", "--locked", "--force", "openapi-to-rust", "--version", OPENAPI_TO_RUST, "--root"]);
        command.arg(&tools).arg("--target-dir").arg(tools.join("target"));
        finished(&mut command)
    }

    pub fn workspace(&self, generator: Generator) -> PathBuf {
        self.work.join(generator.name())
    }

    pub fn client(&self, generator: Generator) -> PathBuf {
        self.workspace(generator).join("client")
    }

    /// Writes what is around the client.
    pub fn surround(&self, generator: Generator, program: &str) -> Result<(), String> {
        let folder = self.workspace(generator);
        written(&folder.join("Cargo.toml"), "[workspace]\nmembers = [\"client\", \"calls\"]\nresolver = \"3\"\n")?;
        written(
            &folder.join("calls/Cargo.toml"),
            "[package]\nname = \"calls\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n\
             [dependencies]\nclient = { path = \"../client\" }\ntokio = { version = \"1\", features = [\"rt\"] }\n",
        )?;
        written(&folder.join("calls/src/main.rs"), program)?;
        let lock = folder.join("Cargo.lock");
        fs::copy(self.top.join("Cargo.lock"), &lock).map(|_| ()).map_err(|error| unwritten(&lock, &error))
    }

    /// A cargo in the workspace of a client, with the target folder of this name.
    pub fn cargo(&self, generator: Generator, target: &str) -> Command {
        let folder = self.workspace(generator);
        let mut command = cargo(&folder);
        command.arg("--quiet").env("CARGO_TARGET_DIR", folder.join(target));
        command
    }

    /// Makes cargo compile the client and the program again.
    pub fn touch(&self, generator: Generator) -> Result<(), String> {
        let folder = self.workspace(generator);
        for path in [folder.join("client/src/lib.rs"), folder.join("calls/src/main.rs")] {
            let touched = File::options().append(true).open(&path).and_then(|file| file.set_modified(SystemTime::now()));
            touched.map_err(|error| unwritten(&path, &error))?;
        }
        Ok(())
    }
}

/// A cargo as it is without settings of whoever starts it, and without incremental compilation.
fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let sets = text.starts_with("CARGO_PROFILE_") || text.starts_with("CARGO_BUILD_") || text.starts_with("RUSTC_");
        if sets || ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR"].contains(&&*text) {
            command.env_remove(&name);
        }
    }
    command.env("CARGO_INCREMENTAL", "0").current_dir(folder);
    command
}

/// Runs a command to its end.
pub fn finished(command: &mut Command) -> Result<(), String> {
    crate::clock::timed(command).map(|_| ())
}

/// Writes a file, and its folder, unless the same is there already.
pub fn written(path: &Path, text: &str) -> Result<(), String> {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).and_then(|()| fs::write(path, text)).map_err(|error| unwritten(path, &error))
}

/// Deletes one of our own folders, if it is there.
pub fn emptied(folder: &Path) -> Result<(), String> {
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(folder).map_err(|error| format!("{} cannot be deleted: {error}", folder.display()))
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let (_, rest) = lock.split_once(&format!("\nname = \"{package}\"\nversion = \""))?;
    rest.split_once('"').map(|(version, _)| version.to_owned())
}

fn unwritten(path: &Path, error: &std::io::Error) -> String {
    format!("{} cannot be written: {error}", path.display())
}

/// Every Rust file below a folder, with its text, in the order of the paths.
pub fn sources(folder: &Path) -> Result<Vec<(PathBuf, String)>, String> {
    let unread = |path: &Path, error: std::io::Error| format!("{} cannot be read: {error}", path.display());
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| unread(&folder, error))? {
            let path = entry.map_err(|error| unread(&folder, error))?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).map_err(|error| unread(&path, error))?;
                found.push((path, text));
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn a_version_is_found_in_a_lock_file() {
        let lock = "[[package]]\nname = \"a-b\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"a\"\nversion = \"0.2.1\"\n";
        assert_eq!(version_in(lock, "a").as_deref(), Some("0.2.1"));
        assert_eq!(version_in(lock, "b"), None);
    }
}
