//! What the caller wants to upload -> a name, a size and bytes, once it is known that it can be.
//!
//! Everything that can be wrong with a file is found here, before anything is sent.

use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::SystemTime;

use apispec_runtime::{Bytes, Error, ErrorKind, Result, Source};
use tokio::io::{AsyncRead, AsyncReadExt};

/// The extensions that servers are known to read, some of them `ppt` and `doc` too.
const READABLE: [&str; 13] = ["csv", "tsv", "md", "mdx", "json", "txt", "pdf", "pptx", "docx", "xls", "xlsx", "ppt", "doc"];
/// How many characters of a name the server keeps.
const LONGEST_NAME: usize = 128;
/// A part of a reader is kept in memory, so that it can be sent again. A larger one is not taken.
const LARGEST_PART: u64 = 128 * 1024 * 1024;

/// What is to be uploaded: made of a path by itself, or of bytes or a reader.
///
/// ```
/// use powerdrill::Upload;
///
/// let file: Upload = "data/sales.csv".into();
/// let memory = Upload::bytes("sales.csv", "region,sum\nNorth,3\n");
/// ```
pub struct Upload {
    name: String,
    content: Given,
}

enum Given {
    Path(PathBuf),
    Bytes(Bytes),
    Reader(u64, Reader),
}

type Reader = Pin<Box<dyn AsyncRead + Send>>;

impl Upload {
    /// Takes bytes, and the name of the file that they would be.
    #[must_use]
    pub fn bytes(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self { name: name.into(), content: Given::Bytes(content.into()) }
    }

    /// Takes what a reader gives, the name of the file that it would be, and how many bytes there are: the server wants to know before.
    ///
    /// It is read once. What has been read and not yet arrived is kept in memory, which is the size of a part for each part that is sent
    /// at the same time.
    #[must_use]
    pub fn reader(name: impl Into<String>, length: u64, reader: impl AsyncRead + Send + 'static) -> Self {
        Self { name: name.into(), content: Given::Reader(length, Box::pin(reader)) }
    }

    /// Looks at the file and applies the rules.
    pub(super) async fn open(self, rules: &Rules) -> Result<Opened> {
        // What the caller knows it by, for errors.
        let shown = if let Given::Path(path) = &self.content { path.display().to_string() } else { self.name.clone() };
        let (size, content) = match self.content {
            Given::Path(path) => {
                let (size, modified) = looked_at(&path).await?;
                (size, Content::File { path, size, modified })
            }
            Given::Bytes(bytes) => (bytes.len() as u64, Content::Bytes(bytes)),
            Given::Reader(length, reader) => (length, Content::Reader { name: self.name.clone(), reader }),
        };
        let name = rules.name(&self.name, &shown)?;
        if size == 0 {
            return Err(invalid(&shown, "is empty, and servers refuse empty files"));
        }
        Ok(Opened { name, size, content })
    }
}

impl From<PathBuf> for Upload {
    fn from(path: PathBuf) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { name, content: Given::Path(path) }
    }
}

impl From<&Path> for Upload {
    fn from(path: &Path) -> Self {
        path.to_owned().into()
    }
}

impl From<&PathBuf> for Upload {
    fn from(path: &PathBuf) -> Self {
        path.clone().into()
    }
}

impl From<&str> for Upload {
    fn from(path: &str) -> Self {
        PathBuf::from(path).into()
    }
}

impl From<String> for Upload {
    fn from(path: String) -> Self {
        PathBuf::from(path).into()
    }
}

impl From<&String> for Upload {
    fn from(path: &String) -> Self {
        PathBuf::from(path).into()
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            Given::Path(path) => write!(formatter, "Upload({})", path.display()),
            Given::Bytes(bytes) => write!(formatter, "Upload({}, {} bytes)", self.name, bytes.len()),
            Given::Reader(length, _) => write!(formatter, "Upload({}, a reader of {length} bytes)", self.name),
        }
    }
}

/// What the caller wants of the name.
#[derive(Debug, Default)]
pub(super) struct Rules {
    pub(super) name: Option<String>,
    pub(super) any_extension: bool,
}

impl Rules {
    /// The name of the data source.
    fn name(&self, own: &str, shown: &str) -> Result<String> {
        let name = self.name.as_deref().unwrap_or(own);
        if name.is_empty() {
            return Err(invalid("the name of the file", "is empty"));
        }
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        if !self.any_extension && !READABLE.contains(&extension.to_ascii_lowercase().as_str()) {
            let which = if extension.is_empty() { "no extension".to_owned() } else { format!("the extension `{extension}`") };
            return Err(invalid(shown, &format!("has {which}; readable are {}", READABLE.join(", "))));
        }
        let room = LONGEST_NAME.saturating_sub(extension.chars().count() + 1);
        if name.chars().count() <= LONGEST_NAME || extension.is_empty() || room == 0 {
            return Ok(name.to_owned());
        }
        Ok(format!("{}.{extension}", stem.chars().take(room).collect::<String>()))
    }
}

/// A file that can be uploaded.
pub(super) struct Opened {
    pub(super) name: String,
    pub(super) size: u64,
    pub(super) content: Content,
}

/// Where the bytes come from.
pub(super) enum Content {
    File { path: PathBuf, size: u64, modified: Option<SystemTime> },
    Bytes(Bytes),
    Reader { name: String, reader: Reader },
}

impl Content {
    /// The bytes after the first `start`. Each is asked for once, in order.
    pub(super) async fn next(&mut self, start: u64, size: u64) -> Result<Source> {
        match self {
            Self::File { path, .. } => Ok(Source::file_range(path, start..start + size)),
            Self::Bytes(bytes) => Ok(Source::bytes(bytes.split_to(usize::try_from(size).unwrap_or(usize::MAX).min(bytes.len())))),
            Self::Reader { name, .. } if size > LARGEST_PART => {
                let why = "is a reader, and the server wants a part of it that is too large to be kept in memory: upload a file";
                Err(invalid(name, &format!("{why} ({size} bytes)")))
            }
            Self::Reader { name, reader } => {
                let mut part = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
                reader.take(size).read_to_end(&mut part).await.map_err(|error| unreadable(name, error))?;
                if (part.len() as u64) < size {
                    let had = start + part.len() as u64;
                    return Err(file(name, format!("ended after {had} bytes, which is less than was announced")));
                }
                Ok(Source::bytes(part))
            }
        }
    }

    /// Makes sure that what was read is what there is: a file that changed on the way would arrive as a mixture.
    pub(super) async fn ended(&mut self, total: u64) -> Result<()> {
        match self {
            Self::File { path, size, modified } => {
                if looked_at(path).await? != (*size, *modified) {
                    return Err(file(&path.display().to_string(), "changed while it was uploaded: try again".to_owned()));
                }
            }
            Self::Bytes(_) => {}
            Self::Reader { name, reader } => {
                let mut more = [0; 1];
                if reader.read(&mut more).await.map_err(|error| unreadable(name, error))? > 0 {
                    return Err(file(name, format!("has more than the {total} bytes that were announced")));
                }
            }
        }
        Ok(())
    }
}

/// The size of a file that can be read, and when it was changed.
async fn looked_at(path: &Path) -> Result<(u64, Option<SystemTime>)> {
    let shown = path.display().to_string();
    // Its kind comes first: to open a pipe would wait for somebody to write into it.
    let about = tokio::fs::metadata(path).await.map_err(|error| unreadable(&shown, error))?;
    if about.is_dir() {
        return Err(file(&shown, "is a folder: upload the files in it one by one".to_owned()));
    }
    if !about.is_file() {
        return Err(file(&shown, "is not an ordinary file: upload it as a reader with a length".to_owned()));
    }
    tokio::fs::File::open(path).await.map_err(|error| unreadable(&shown, error))?;
    Ok((about.len(), about.modified().ok()))
}

fn file(path: &str, message: String) -> Error {
    Error::new(ErrorKind::File { path: path.to_owned() }, message)
}

fn unreadable(path: &str, error: std::io::Error) -> Error {
    let message = match error.kind() {
        std::io::ErrorKind::NotFound => "does not exist".to_owned(),
        _ => format!("cannot be read: {error}"),
    };
    file(path, message).caused_by(error)
}

fn invalid(field: &str, message: &str) -> Error {
    Error::new(ErrorKind::InvalidRequest { field: field.to_owned() }, message)
}
