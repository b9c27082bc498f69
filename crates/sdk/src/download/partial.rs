//! Where received bytes go: into memory, or into a file that is complete only under its final name.
//!
//! Beside `sales.csv.part` stands `sales.csv.part.etag` with the version that the store gave the file. Without it nobody could tell
//! whether the rest belongs to the beginning, and the download starts over.

use std::fmt;
use std::fs::TryLockError;
use std::io::SeekFrom;
use std::path::{Path, PathBuf};

use apispec_runtime::{Bytes, Download, Error, ErrorKind, Result};
use tokio::fs::File;
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

use super::{OPERATION, cannot};

/// The longest version that is kept.
const LONGEST_VERSION: usize = 1000;

/// What a reply gives: where in the file it begins, how large the whole file is, and which version of it that is.
pub(super) struct Place {
    pub(super) start: u64,
    pub(super) total: Option<u64>,
    pub(super) version: Option<String>,
}

impl Place {
    pub(super) fn of(reply: &Download) -> Self {
        let header = |name: &str| reply.headers().get(name).and_then(|value| value.to_str().ok());
        // A weak version promises the same meaning, not the same bytes.
        let strong = header("etag").filter(|etag| !etag.starts_with("W/"));
        let version = strong.filter(|version| version.len() <= LONGEST_VERSION).map(str::to_owned);
        if reply.status() != 206 {
            return Self { start: 0, total: reply.length(), version };
        }
        let (range, total) = header("content-range").and_then(|text| text.strip_prefix("bytes ")?.split_once('/')).unwrap_or(("", ""));
        // A part of an unknown place fits nothing.
        let start = range.split_once('-').and_then(|(start, _)| start.parse().ok()).unwrap_or(u64::MAX);
        let total = total.parse().ok().or_else(|| reply.length()?.checked_add(start));
        Self { start, total, version }
    }
}

/// Where the bytes go.
pub(super) enum Target {
    Memory(Memory),
    Partial(Partial),
}

/// Bytes in memory, up to a limit.
pub(super) struct Memory {
    bytes: Vec<u8>,
    limit: usize,
    version: Option<String>,
}

/// A file that is not complete.
pub(super) struct Partial {
    path: PathBuf,
    file: File,
    length: u64,
    version: Option<String>,
}

impl Target {
    /// How much has come.
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Memory(memory) => memory.bytes.len() as u64,
            Self::Partial(part) => part.length,
        }
    }

    fn version(&self) -> Option<&str> {
        match self {
            Self::Memory(memory) => memory.version.as_deref(),
            Self::Partial(part) => part.version.as_deref(),
        }
    }

    /// From where, and of which version, the rest can be asked for.
    pub(super) fn resumable(&self) -> Option<(u64, &str)> {
        Some((self.length(), self.version()?)).filter(|(length, _)| *length > 0)
    }

    /// Whether a reply goes on where this ends, in the same version.
    pub(super) fn fits(&self, place: &Place) -> bool {
        let same = place.version.is_none() || place.version.as_deref() == self.version();
        place.start > 0 && place.start == self.length() && same
    }

    /// Throws away what has come, and begins with this version.
    pub(super) async fn restart(&mut self, version: Option<String>) -> Result<()> {
        match self {
            Self::Memory(memory) => {
                memory.bytes.clear();
                memory.version = version;
                Ok(())
            }
            Self::Partial(part) => part.restart(version).await,
        }
    }

    /// # Errors
    ///
    /// `TooLarge`: so much has no place here.
    pub(super) fn expect(&self, total: Option<u64>) -> Result<()> {
        match (self, total) {
            (Self::Memory(memory), Some(total)) if total > memory.limit as u64 => Err(memory.too_large(format!("it has {total}"))),
            _ => Ok(()),
        }
    }

    pub(super) async fn add(&mut self, piece: &[u8]) -> Result<()> {
        match self {
            Self::Memory(memory) if memory.bytes.len() + piece.len() > memory.limit => {
                Err(memory.too_large("it was not read to its end".to_owned()))
            }
            Self::Memory(memory) => {
                memory.bytes.extend_from_slice(piece);
                Ok(())
            }
            Self::Partial(part) => part.add(piece).await,
        }
    }

    pub(super) fn into_bytes(self) -> Bytes {
        match self {
            Self::Memory(memory) => memory.bytes.into(),
            Self::Partial(_) => Bytes::new(),
        }
    }

    /// Gives a complete file its name.
    pub(super) async fn keep(self, path: &Path) -> Result<()> {
        let Self::Partial(mut part) = self else { return Ok(()) };
        part.file.flush().await.map_err(|error| part.failed(error))?;
        // The file stays locked until it has its name, so that nobody takes it for one that is still to be written.
        let renamed = tokio::fs::rename(&part.path, path).await;
        renamed.map_err(|error| cannot(path, format!("cannot be written: {error}")).caused_by(error))?;
        // It was there only if the store gave a version.
        drop(tokio::fs::remove_file(etag_path(&part.path)).await);
        Ok(())
    }

    /// Leaves what has come for another time; nothing, if there is nothing.
    pub(super) async fn leave(self) {
        let Self::Partial(mut part) = self else { return };
        // The error that led here is the one to be told.
        drop(part.file.flush().await);
        if part.length == 0 || part.version.is_none() {
            drop(tokio::fs::remove_file(&part.path).await);
            drop(tokio::fs::remove_file(etag_path(&part.path)).await);
        }
    }
}

impl Memory {
    pub(super) fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), limit, version: None }
    }

    fn too_large(&self, message: String) -> Error {
        Error::new(ErrorKind::TooLarge { limit: self.limit }, message).during(OPERATION)
    }
}

impl Partial {
    /// Opens the file beside `path`, with what an earlier download has left in it.
    ///
    /// # Errors
    ///
    /// `File`: it cannot be written, or another download is writing it.
    pub(super) async fn open(path: &Path) -> Result<Self> {
        let path = with_suffix(path, ".part");
        for own in [&path, &etag_path(&path)] {
            // A link put there by somebody else would lead the bytes to where they must not go.
            if tokio::fs::symlink_metadata(own).await.is_ok_and(|about| !about.is_file()) {
                return Err(cannot(own, "is there, and is not an ordinary file: remove it".to_owned()));
            }
        }
        let opened = tokio::fs::OpenOptions::new().create(true).read(true).write(true).truncate(false).open(&path).await;
        let file = opened.map_err(|error| cannot(&path, format!("cannot be written: {error}")).caused_by(error))?.into_std().await;
        let locked = match file.try_lock() {
            Ok(()) => is_at(&file, &path),
            // Where files cannot be locked, two downloads to the same place are the business of the program.
            Err(TryLockError::Error(_)) => true,
            Err(TryLockError::WouldBlock) => false,
        };
        if !locked {
            return Err(cannot(&path, "is being written by another download".to_owned()).caused_by(Taken));
        }
        let mut part = Self { file: File::from_std(file), length: 0, version: None, path };
        let version = tokio::fs::read_to_string(etag_path(&part.path)).await.ok();
        part.version = version.filter(|version| is_version(version));
        if part.version.is_none() {
            part.restart(None).await?;
        }
        part.length = part.file.seek(SeekFrom::End(0)).await.map_err(|error| part.failed(error))?;
        Ok(part)
    }

    async fn restart(&mut self, version: Option<String>) -> Result<()> {
        self.file.set_len(0).await.map_err(|error| self.failed(error))?;
        self.file.seek(SeekFrom::Start(0)).await.map_err(|error| self.failed(error))?;
        self.length = 0;
        self.version = version.filter(|version| is_version(version));
        let etag = etag_path(&self.path);
        let written = match &self.version {
            Some(version) => tokio::fs::write(&etag, version).await,
            None => tokio::fs::remove_file(&etag).await.or_else(|error| match error.kind() {
                std::io::ErrorKind::NotFound => Ok(()),
                _ => Err(error),
            }),
        };
        written.map_err(|error| cannot(&etag, format!("cannot be written: {error}")).caused_by(error))
    }

    async fn add(&mut self, piece: &[u8]) -> Result<()> {
        self.file.write_all(piece).await.map_err(|error| self.failed(error))?;
        self.length += piece.len() as u64;
        Ok(())
    }

    fn failed(&self, error: std::io::Error) -> Error {
        cannot(&self.path, format!("cannot be written: {error}")).caused_by(error)
    }
}

/// Whether a file still is where it was opened: the other download may have given it its final name just before it was locked.
fn is_at(file: &std::fs::File, path: &Path) -> bool {
    let (Ok(own), Ok(there)) = (file.metadata(), std::fs::metadata(path)) else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        (own.dev(), own.ino()) == (there.dev(), there.ino())
    }
    #[cfg(not(unix))]
    {
        own.len() == there.len()
    }
}

/// A version that can be a header.
fn is_version(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_VERSION && text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

fn etag_path(part: &Path) -> PathBuf {
    with_suffix(part, ".etag")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The mark of the error that another download is writing the file.
#[derive(Debug)]
struct Taken;

impl fmt::Display for Taken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("another download is under way")
    }
}

impl std::error::Error for Taken {}

/// Whether another download of this moment writes the same file.
pub(super) fn is_taken(error: &Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<Taken>())
}
