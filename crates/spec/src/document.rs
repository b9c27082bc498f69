//! A file -> a [`Document`]: an OpenAPI 3.0 tree whose references do not run in circles.
//!
//! What stops a reader at once is an error here: no such file, not UTF-8, broken JSON or YAML, another kind or version of document, a
//! key that stands twice, a chain of references that comes back to itself. Everything else is for the linter to say.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::locate;
use crate::tree::{self, Broken, Tree};
use crate::{Location, Pointer, Problem, Report};

/// The largest file that is read. The largest public documents have about 10 MB.
const LARGEST: u64 = 64 << 20;

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON, read by `serde_json`.
    Json,
    /// YAML, read by `serde_yaml`.
    Yaml,
}

/// An OpenAPI 3.0 document: its text and its tree.
#[derive(Clone, Debug)]
pub struct Document {
    file: String,
    text: String,
    format: Format,
    root: Value,
}

impl Document {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// One problem, or one for each key that stands twice, when the file cannot be read or is not an OpenAPI 3.0 document.
    pub fn read(path: &Path) -> Result<Self, Report> {
        let file = path.display().to_string();
        Self::parse(&file, read_text(path)?)
    }

    /// Parses `text`, which is called `file` in problems.
    ///
    /// # Errors
    /// As [`Document::read`].
    pub fn parse(file: &str, text: String) -> Result<Self, Report> {
        let (format, root) = parse_text(file, &text)?;
        check_version(file, &root)?;
        let document = Self { file: file.to_owned(), text, format, root };
        crate::index::check_cycles(&document)?;
        Ok(document)
    }

    /// Reads a file that nobody here wrote: a key that stands twice counts where it stands first, small mistakes are passed over, and each
    /// is noted; references may run in circles.
    ///
    /// # Errors
    /// One problem: it cannot be read, is broken, or another kind or version of document.
    pub fn read_leniently(path: &Path, file: &str) -> Result<(Self, Vec<Problem>), Report> {
        let bytes = read_bytes(path)?;
        let odd = std::str::from_utf8(&bytes).err().map(|error| error.valid_up_to());
        let (text, odd) = match (utf_16(&bytes), odd) {
            (Some(text), _) => (text, None),
            (None, odd) => (String::from_utf8_lossy(&bytes).into_owned(), odd),
        };
        let (document, mut notes) = Self::parse_leniently(file, without_mark(text))?;
        if let Some(place) = odd {
            let message = format!("is not UTF-8 (byte {place}), so some letters are lost");
            notes.push(Problem::new("malformed", file, message, "save the file as UTF-8"));
        }
        Ok((document, notes))
    }

    /// Parses a `text` that nobody here wrote, as [`Document::read_leniently`] does.
    ///
    /// # Errors
    /// One problem: it is broken, or another kind or version of document.
    pub fn parse_leniently(file: &str, text: String) -> Result<(Self, Vec<Problem>), Report> {
        let (text, format, Tree { root, duplicates }, mut notes) = tolerated(file, text)?;
        let root = with_version(root);
        check_version(file, &root)?;
        let note = |pointer: Pointer| {
            let message =
                format!("the key `{}` stands twice in one map, and counts where it stands first", pointer.last().unwrap_or_default());
            Problem::new("duplicate-key", file, message, "keep one of the two").at(pointer)
        };
        notes.extend(duplicates.into_iter().map(note));
        Ok((Self { file: file.to_owned(), text, format, root }, notes))
    }

    /// The same document without its tree: enough to find places in its text.
    #[must_use]
    pub fn text_alone(&self) -> Self {
        Self { file: self.file.clone(), text: self.text.clone(), format: self.format, root: Value::Null }
    }

    /// The same document with another tree. Places in it are those of the text as far as they are in both.
    #[must_use]
    pub fn with_root(self, root: Value) -> Self {
        Self { root, ..self }
    }

    /// The name under which the document was read.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The file name without folder and extension, by which the ledger calls the document: `powerdrill-v2`.
    #[must_use]
    pub fn stem(&self) -> &str {
        Path::new(&self.file).file_stem().and_then(|stem| stem.to_str()).unwrap_or(&self.file)
    }

    /// How the document is written.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The whole tree.
    #[must_use]
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// The value at `pointer`.
    #[must_use]
    pub fn find(&self, pointer: &Pointer) -> Option<&Value> {
        pointer.find(&self.root)
    }

    /// The document as the model of the `openapiv3` crate.
    ///
    /// # Errors
    /// The first thing that does not fit the model, in that crate's words.
    pub fn model(&self) -> Result<openapiv3::OpenAPI, Report> {
        openapiv3::OpenAPI::deserialize(&self.root)
            .map_err(|error| Problem::new("openapi-model", &self.file, error.to_string(), "compare the document with OpenAPI 3.0.3").into())
    }

    /// Where the places in `pointers` stand in the text. A place that is not there is given the place that would hold it.
    #[must_use]
    pub fn locate<'p>(&self, pointers: impl IntoIterator<Item = &'p Pointer>) -> HashMap<Pointer, Location> {
        let pointers: Vec<&Pointer> = pointers.into_iter().collect();
        let lines = lines(self.format, &self.text, &pointers);
        pointers.into_iter().filter_map(|pointer| Some((pointer.clone(), locate::nearest(&lines, pointer)?))).collect()
    }
}

/// Reads a text file, or says in one problem why that cannot be done.
///
/// # Errors
/// One problem: it is not a regular file, too large, not readable or not UTF-8.
pub fn read_text(path: &Path) -> Result<String, Report> {
    let text = String::from_utf8(read_bytes(path)?).map_err(|error| {
        let message = format!("is not UTF-8 (byte {})", error.utf8_error().valid_up_to());
        Report::from(Problem::new("unreadable", &path.display().to_string(), message, "save the file as UTF-8"))
    })?;
    Ok(without_mark(text))
}

/// A text without the mark of the order of its bytes.
fn without_mark(text: String) -> String {
    text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)
}

/// The text of bytes that say at their beginning that they are UTF-16.
fn utf_16(bytes: &[u8]) -> Option<String> {
    let (pair, units): (fn([u8; 2]) -> u16, _) = match bytes {
        [0xff, 0xfe, rest @ ..] => (u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => (u16::from_be_bytes, rest),
        _ => return None,
    };
    Some(
        char::decode_utf16(units.as_chunks().0.iter().map(|two| pair(*two)))
            .map(|sign| sign.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect(),
    )
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, Report> {
    let file = path.display().to_string();
    let unreadable = |message: String, help: &str| Report::from(Problem::new("unreadable", &file, message, help));
    let failed = |error: std::io::Error| unreadable(format!("cannot be read: {error}"), "check the path and the permissions");
    let metadata = std::fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(unreadable(if metadata.is_dir() { "is a folder" } else { "is not a regular file" }.into(), "name a file"));
    }
    if metadata.len() > LARGEST {
        return Err(unreadable(format!("has {} bytes; at most {LARGEST} are read", metadata.len()), "split the document"));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(failed)?;
    Ok(bytes)
}

/// What a text says that may have small mistakes: JSON a comma too many, YAML tabs, tags, numbers without an end and further documents.
fn tolerated(file: &str, text: String) -> Result<(String, Format, Tree, Vec<Problem>), Report> {
    let broken = match tree_of(file, &text) {
        Ok((format, tree)) => return Ok((text, format, tree, Vec::new())),
        Err(broken) => broken,
    };
    let spaced = text.replace('\t', "  ");
    match tree::lenient_yaml(&spaced) {
        Ok(tree) => {
            let place = broken.problems().first().and_then(|problem| problem.location);
            let message =
                "is broken here, and read as if a comma too many, a tab, a tag, an endless number and a second document were no matter";
            let note = Problem::new("malformed", file, message, "mend the text at this place").located(place);
            Ok((spaced, Format::Yaml, tree, vec![note]))
        }
        Err(_) => Err(broken),
    }
}

/// A version that was written as a number is a text.
fn with_version(mut root: Value) -> Value {
    if let Some(version) = root.get_mut("openapi")
        && version.as_f64() == Some(3.0)
    {
        *version = "3.0".into();
    }
    root
}

/// Parses JSON or YAML. A text that opens with a brace is taken for JSON, and for YAML if it is none and is not called so.
///
/// # Errors
/// What is broken, at its place in `file`, or one problem for each key that stands twice.
pub fn parse_text(file: &str, text: &str) -> Result<(Format, Value), Report> {
    let (format, Tree { root, duplicates }) = tree_of(file, text)?;
    if duplicates.is_empty() {
        return Ok((format, root));
    }
    Err(duplicate_keys(file, text, format, duplicates))
}

/// What a text says, and the keys that stand in it twice.
fn tree_of(file: &str, text: &str) -> Result<(Format, Tree), Report> {
    let braced = text.trim_start().starts_with('{');
    let parsed = match (braced, if braced { tree::json(text) } else { tree::yaml(text) }) {
        (true, Ok(tree)) => Ok((Format::Json, tree)),
        (true, Err(broken)) if file.ends_with(".json") => Err(broken),
        (true, Err(broken)) => tree::yaml(text).map(|tree| (Format::Yaml, tree)).map_err(|_| broken),
        (false, parsed) => parsed.map(|tree| (Format::Yaml, tree)),
    };
    parsed.map_err(|Broken { message, location }| {
        let location = location.map(|(line, column)| Location { line, column });
        let kind = if braced { "JSON" } else { "YAML" };
        Problem::new("syntax", file, format!("broken {kind}: {message}"), "mend the text at this place").located(location).into()
    })
}

/// Where places stand in a text.
fn lines(format: Format, text: &str, places: &[&Pointer]) -> HashMap<String, Location> {
    match format {
        Format::Json => locate::json(text),
        Format::Yaml => locate::yaml(text, places.iter().copied()),
    }
}

fn duplicate_keys(file: &str, text: &str, format: Format, duplicates: Vec<Pointer>) -> Report {
    let lines = lines(format, text, &duplicates.iter().collect::<Vec<_>>());
    let problem = |pointer: Pointer| {
        let key = pointer.last().unwrap_or_default();
        Problem::new("duplicate-key", file, format!("the key `{key}` stands twice in one map"), "keep one of the two")
            .located(lines.get(pointer.as_str()).copied())
            .at(pointer)
    };
    Report::new(duplicates.into_iter().map(problem).collect())
}

/// `3.0`, or `3.0.` and digits.
fn is_supported(version: &str) -> bool {
    let patch = version.strip_prefix("3.0").map(|rest| rest.strip_prefix('.').unwrap_or(rest));
    patch.is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))
}

fn check_version(file: &str, root: &Value) -> Result<(), Report> {
    let refuse = |message: &str, help: &str| Err(Problem::new("version", file, message, help).into());
    let Some(members) = root.as_object() else {
        return refuse("is not an OpenAPI document: the top is not a map", "name an OpenAPI 3.0 document");
    };
    match (members.get("openapi"), members.get("swagger")) {
        (Some(Value::String(version)), _) if is_supported(version) => Ok(()),
        (Some(Value::String(version)), _) => {
            refuse(&format!("is OpenAPI {version}; only 3.0 is read"), "convert the document to OpenAPI 3.0.3")
        }
        (Some(_), _) => refuse("has an `openapi` that is not text", "write it in quotes: openapi: \"3.0.3\""),
        (None, Some(_)) => refuse("is a Swagger 2.0 document; only OpenAPI 3.0 is read", "convert the document to OpenAPI 3.0.3"),
        (None, None) => refuse("is not an OpenAPI document: it has no `openapi`", "name an OpenAPI 3.0 document"),
    }
}
