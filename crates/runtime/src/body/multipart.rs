//! Parts -> a body of the type `multipart/form-data`, read while it is sent.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use serde::Serialize;

use super::finite;
use super::source::{Pieces, Source};
use crate::error::{Error, ErrorKind};
use crate::transport::TransportBody;
use crate::validate::Violation;

/// A form with files.
#[derive(Clone, Debug, Default)]
pub struct Multipart {
    parts: Vec<Part>,
    /// The first field that could not be written.
    unwritten: Option<String>,
}

/// One field of a form: a text, or a file with its name and type.
///
/// Methods that upload a file take anything that becomes a part: a path, a file name with its content, or a part with more about it.
/// They give the field the name that the server wants.
///
/// ```
/// use std::path::Path;
///
/// use apispec_runtime::{Part, Source};
///
/// let file = Part::from(Path::new("data/sales.csv"));
/// let memory = Part::from(("sales.csv", Source::bytes("region,sum\n")));
/// let typed = Part::path("file", "data/sales.csv").content_type("text/csv");
/// ```
#[derive(Clone, Debug)]
pub struct Part {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
    source: Source,
}

impl Multipart {
    /// Starts with no fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field.
    #[must_use]
    pub fn part(mut self, part: Part) -> Self {
        self.parts.push(part);
        self
    }

    /// Adds a field under this name, whatever name it had.
    #[must_use]
    pub fn named(self, name: impl Into<String>, part: impl Into<Part>) -> Self {
        self.part(Part { name: name.into(), ..part.into() })
    }

    /// Adds a field that holds a text.
    #[must_use]
    pub fn text(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.part(Part::text(name, value))
    }

    /// Adds a field that holds JSON. A value that cannot be written is what sending the form answers with.
    #[must_use]
    pub fn json(mut self, name: impl Into<String>, value: &(impl Serialize + ?Sized)) -> Self {
        let name = name.into();
        match finite::check(value).ok().and_then(|()| serde_json::to_vec(value).ok()) {
            Some(text) => {
                let content_type = Some("application/json".to_owned());
                self.part(Part { name, file_name: None, content_type, source: Source::bytes(text) })
            }
            None => {
                self.unwritten.get_or_insert(name);
                self
            }
        }
    }

    /// Whether there is no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.unwritten.is_none()
    }

    /// What is wrong with a field.
    pub(crate) fn violation(&self) -> Option<Violation> {
        self.unwritten.as_ref().map(|name| Violation::new(name.clone(), "cannot be written as JSON"))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.parts.iter().any(|part| part.name == name)
    }

    /// Adds a text before the files: a server that reads the form as it comes wants to know first whom it is for.
    pub(super) fn put_first(&mut self, name: &str, value: &str) {
        self.parts.insert(0, Part::text(name, value));
    }

    pub(super) fn replayable(&self) -> bool {
        self.parts.iter().all(|part| part.source.replayable())
    }

    pub(super) fn streams(&self) -> bool {
        self.parts.iter().any(|part| part.source.streams())
    }

    /// The body of one attempt.
    pub(super) async fn open(&self, boundary: &str) -> Result<TransportBody, Error> {
        let mut pieces = Vec::new();
        let mut total = Some(0_u64);
        for part in &self.parts {
            let head = part.head(boundary)?;
            let (length, content) = part.source.open().await?;
            total = total.zip(length).map(|(total, length)| total + head.len() as u64 + length + 2);
            pieces.extend([Pieces::Bytes(head.into()), content, Pieces::Bytes(Bytes::from_static(b"\r\n"))]);
        }
        let end = format!("--{boundary}--\r\n");
        total = total.map(|total| total + end.len() as u64);
        pieces.push(Pieces::Bytes(end.into()));
        Ok(TransportBody::Stream(total, super::chain(pieces)))
    }
}

impl Part {
    /// Makes a field that holds a text.
    pub fn text(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), file_name: None, content_type: None, source: Source::bytes(value.into()) }
    }

    /// Makes a field that holds a file.
    pub fn file(name: impl Into<String>, file_name: impl Into<String>, source: Source) -> Self {
        Self { name: name.into(), file_name: Some(file_name.into()), content_type: None, source }
    }

    /// Makes a field that holds a file of this machine, under its own name.
    pub fn path(name: impl Into<String>, path: impl AsRef<Path>) -> Self {
        let file_name = path.as_ref().file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self::file(name, file_name, Source::file(path))
    }

    /// Says what is in the file, such as `text/csv`. Without it, a file is `application/octet-stream`.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    fn head(&self, boundary: &str) -> Result<String, Error> {
        let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", quoted(&self.name));
        if let Some(file_name) = &self.file_name {
            head.push_str(&format!("; filename=\"{}\"", quoted(file_name)));
        }
        head.push_str("\r\n");
        let content_type = self.content_type.as_deref().or(self.file_name.as_ref().map(|_| "application/octet-stream"));
        if let Some(content_type) = content_type {
            if content_type.chars().any(char::is_control) {
                let kind = ErrorKind::InvalidRequest { field: self.name.clone() };
                return Err(Error::new(kind, "has a content type with a line end or another control character"));
            }
            head.push_str(&format!("Content-Type: {content_type}\r\n"));
        }
        head.push_str("\r\n");
        Ok(head)
    }
}

impl From<&Path> for Part {
    /// A file of this machine, under its own name.
    fn from(path: &Path) -> Self {
        Self::path("file", path)
    }
}

impl From<PathBuf> for Part {
    /// A file of this machine, under its own name.
    fn from(path: PathBuf) -> Self {
        Self::path("file", path)
    }
}

impl<N: Into<String>> From<(N, Source)> for Part {
    /// A file of this name, from anywhere.
    fn from((file_name, source): (N, Source)) -> Self {
        Self::file("file", file_name, source)
    }
}

/// As browsers write it: what would end the quotes or the line is percent-encoded, everything else stays. So is a backslash, which many
/// servers take for the beginning of an escape, and every other control character.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for letter in text.chars() {
        match letter {
            '"' | '\\' | '\0'..='\x1f' | '\x7f' => quoted.push_str(&format!("%{:02X}", u32::from(letter))),
            _ => quoted.push(letter),
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::{Multipart, quoted};

    #[test]
    fn what_json_cannot_hold_is_a_mistake() {
        assert!(Multipart::new().json("share", &f64::NAN).violation().is_some());
        assert!(Multipart::new().json("share", &0.5).violation().is_none());
    }

    #[test]
    fn what_would_end_the_quotes_is_encoded() {
        for (text, expected) in [
            ("sales 50%.csv", "sales 50%.csv"),
            ("back\\", "back%5C"),
            ("a\0b\"c\r\nd\te\u{7f}", "a%00b%22c%0D%0Ad%09e%7F"),
            ("\u{4e2d}\u{6587}", "\u{4e2d}\u{6587}"),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }
}
