//! Files in memory and files on disk -> what differs, and how to settle it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use apispec::{Problem, Report};
use similar::TextDiff;

use super::targets::Target;

/// How many lines of a difference are shown.
const SHOWN: usize = 40;

/// A file that is not as the specs ask for.
pub(super) struct Difference {
    /// The path from the top of the workspace.
    pub(super) path: String,
    /// How it differs.
    pub(super) state: State,
    /// What the specs ask for; nothing for an orphan.
    wanted: Option<String>,
    /// What is there.
    found: String,
}

/// How a file differs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It says something else.
    Stale,
    /// It is not there.
    Missing,
    /// The specs do not ask for it.
    Orphan,
}

/// Compares the wanted files of `target` with those below `root`, in the order of their paths.
pub(super) fn between(target: &Target, wanted: &BTreeMap<String, String>, root: &Path) -> Result<Vec<Difference>, Report> {
    let mut paths = BTreeSet::new();
    files_below(root, &target.folder(), &mut paths)?;
    paths.extend(wanted.keys().cloned());
    let mut differences = Vec::new();
    for path in paths {
        let found = match fs::read(root.join(&path)) {
            Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(trouble(&path, "read", &error)),
        };
        let wanted = wanted.get(&path).cloned();
        let state = match (&wanted, &found) {
            (Some(wanted), Some(found)) if wanted == found => continue,
            (Some(_), Some(_)) => State::Stale,
            (Some(_), None) => State::Missing,
            (None, _) => State::Orphan,
        };
        differences.push(Difference { path, state, wanted, found: found.unwrap_or_default() });
    }
    Ok(differences)
}

/// Collects every file below `folder`. A link is a file: what it points at is not ours.
fn files_below(root: &Path, folder: &str, paths: &mut BTreeSet<String>) -> Result<(), Report> {
    let entries = match fs::read_dir(root.join(folder)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(trouble(folder, "read", &error)),
    };
    for entry in entries {
        let entry = entry.map_err(|error| trouble(folder, "read", &error))?;
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            files_below(root, &path, paths)?;
        } else {
            paths.insert(path);
        }
    }
    Ok(())
}

impl Difference {
    /// Makes the file what the specs ask for.
    pub(super) fn settle(&self, root: &Path) -> Result<(), Report> {
        let path = root.join(&self.path);
        let folder = path.parent().unwrap_or(root);
        match &self.wanted {
            Some(text) => {
                fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)).map_err(|error| trouble(&self.path, "written", &error))
            }
            None => {
                fs::remove_file(&path).map_err(|error| trouble(&self.path, "deleted", &error))?;
                // A folder that still holds something stays.
                let _ = fs::remove_dir(folder);
                Ok(())
            }
        }
    }

    /// The first lines of what differs, from what is there to what the specs ask for.
    pub(super) fn diff(&self) -> String {
        let wanted = self.wanted.as_deref().unwrap_or_default();
        let diff = TextDiff::from_lines(self.found.as_str(), wanted).unified_diff().context_radius(2).to_string();
        let lines = diff.lines().count();
        let mut shown: String = diff.lines().take(SHOWN).flat_map(|line| [line, "\n"]).collect();
        if lines > SHOWN {
            shown.push_str(&format!("({} more lines)\n", lines - SHOWN));
        }
        shown
    }
}

impl State {
    /// What it is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Stale => "stale",
            Self::Missing => "missing",
            Self::Orphan => "orphan",
        }
    }
}

fn trouble(path: &str, done: &str, error: &std::io::Error) -> Report {
    Problem::new("files", path, format!("cannot be {done}: {error}"), "look at the permissions and the room on the disk").into()
}
