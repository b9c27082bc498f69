//! Files in memory and files on disk -> what differs, and how to settle it.
//!
//! Links are never followed, neither to read nor to write: what they point at is not ours. A link stands for itself, as a file does that
//! the specs do not ask for, or that says something else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use apispec::{Problem, Report};
use similar::TextDiff;

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
    /// The folder that is all generated.
    owned: PathBuf,
}

/// What is at a place where a file may be.
enum Found {
    /// A file with this text.
    File(String),
    /// Something that is never read, in words.
    Other(String),
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

/// Compares the wanted files with those below `root`, in the order of their paths. `owned` is the folder whose every file is generated, and
/// `page` the file beside it that is, too.
pub(super) fn between(owned: &str, page: &str, wanted: &BTreeMap<String, String>, root: &Path) -> Result<Vec<Difference>, Report> {
    let mut there = BTreeMap::new();
    look(root, owned, &mut there)?;
    look(root, page, &mut there)?;
    let paths: BTreeSet<&String> = wanted.keys().chain(there.keys()).collect();
    let mut differences = Vec::new();
    for path in paths {
        let (wanted, found) = (wanted.get(path), there.get(path));
        let state = match (wanted, found) {
            (Some(wanted), Some(Found::File(found))) if wanted == found => continue,
            (Some(_), Some(_)) => State::Stale,
            (Some(_), None) => State::Missing,
            (None, _) => State::Orphan,
        };
        let found = match found {
            Some(Found::File(text)) => text.clone(),
            Some(Found::Other(words)) => format!("({words})\n"),
            None => String::new(),
        };
        differences.push(Difference { path: path.clone(), state, wanted: wanted.cloned(), found, owned: root.join(owned) });
    }
    Ok(differences)
}

/// Collects what is at `path` and, if that is a folder, everything below it.
fn look(root: &Path, path: &str, there: &mut BTreeMap<String, Found>) -> Result<(), Report> {
    let place = root.join(path);
    let kind = match fs::symlink_metadata(&place) {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(trouble(path, "read", &error)),
    };
    let found = if kind.is_dir() {
        for entry in fs::read_dir(&place).map_err(|error| trouble(path, "read", &error))? {
            let entry = entry.map_err(|error| trouble(path, "read", &error))?;
            look(root, &format!("{path}/{}", entry.file_name().to_string_lossy()), there)?;
        }
        return Ok(());
    } else if kind.is_file() {
        let bytes = fs::read(&place).map_err(|error| trouble(path, "read", &error))?;
        Found::File(String::from_utf8_lossy(&bytes).into_owned())
    } else if kind.is_symlink() {
        let target = fs::read_link(&place).map_err(|error| trouble(path, "read", &error))?;
        Found::Other(format!("a link to {}, which is not followed", target.display()))
    } else {
        Found::Other("neither a file nor a folder nor a link".to_owned())
    };
    there.insert(path.to_owned(), found);
    Ok(())
}

/// Settles all differences: first what is too many, for it may stand where another file or its folder belongs.
pub(super) fn settle(differences: &[Difference], root: &Path) -> Result<(), Report> {
    let (orphans, others): (Vec<_>, Vec<_>) = differences.iter().partition(|difference| difference.state == State::Orphan);
    orphans.into_iter().chain(others).try_for_each(|difference| difference.settle(root))
}

impl Difference {
    /// Makes the file what the specs ask for.
    fn settle(&self, root: &Path) -> Result<(), Report> {
        let path = root.join(&self.path);
        let Some(text) = &self.wanted else {
            fs::remove_file(&path).map_err(|error| trouble(&self.path, "deleted", &error))?;
            let folders = path.ancestors().skip(1).take_while(|folder| *folder != self.owned && folder.starts_with(&self.owned));
            for folder in folders {
                // A folder that still holds something stays.
                let _ = fs::remove_dir(folder);
            }
            return Ok(());
        };
        clear(&path)
            .and_then(|()| fs::create_dir_all(path.parent().unwrap_or(root)))
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| trouble(&self.path, "written", &error))
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

/// Takes away what stands in the place of a file and is none: a link, which a write would follow, or a folder in which nothing is left.
fn clear(path: &Path) -> std::io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir(path),
        Ok(found) if !found.is_file() => fs::remove_file(path),
        _ => Ok(()),
    }
}

fn trouble(path: &str, done: &str, error: &std::io::Error) -> Report {
    Problem::new("files", path, format!("cannot be {done}: {error}"), "look at the permissions and the room on the disk").into()
}
