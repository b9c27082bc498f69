//! Uploaded files, uploads in parts, and the links under which files are served.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::{Project, Store};
use crate::auth::acs3::hex;
use crate::clock::Instant;
use crate::refusal::Refusal;
use crate::spec::{Texts, query};
use crate::state::State;

pub(crate) struct File {
    pub(crate) project: Project,
    pub(crate) content: Bytes,
}

pub(crate) struct Upload {
    pub(crate) project: Project,
    pub(crate) user: String,
    pub(crate) file: String,
    /// The sizes that the parts must have.
    pub(crate) sizes: Vec<u64>,
    pub(crate) parts: BTreeMap<usize, Bytes>,
    pub(crate) begun: Instant,
}

/// An upload that is not completed is forgotten after this time.
const ABANDONED: Duration = Duration::from_secs(3600);

/// What a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The file of a data source.
    Source,
    /// A table of an answer.
    Table,
    /// A chart of an answer.
    Image,
    /// The data of a chart.
    Data,
    /// One part of an upload, which is sent to the link.
    Part,
}

const KINDS: [(Kind, &str); 5] =
    [(Kind::Source, "sources"), (Kind::Table, "tables"), (Kind::Image, "images"), (Kind::Data, "data"), (Kind::Part, "parts")];

/// A link that was checked.
pub(crate) struct Link {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) name: String,
}

/// Why a link does not work.
#[derive(Debug, PartialEq)]
pub(crate) enum Dead {
    Unknown,
    Forged,
    Expired,
}

impl State {
    /// A link that works until the given time, without a key.
    pub(crate) fn link(&self, kind: Kind, id: &str, name: &str, expires: Instant) -> String {
        let kind = KINDS.iter().find(|(known, _)| *known == kind).map_or("", |(_, text)| *text);
        let path = format!("/files/{kind}/{}/{}", query::encode(id), query::encode(name));
        let seconds = expires.seconds();
        format!("{}{path}?expires={seconds}&signature={}", self.url, self.signature(&path, seconds))
    }

    /// Reads a path and a query, as they were sent.
    pub(crate) fn follow(&self, path: &str, query: &str) -> Result<Link, Dead> {
        let parts: Vec<&str> = path.split('/').collect();
        let ["", "files", kind, id, name] = parts[..] else { return Err(Dead::Unknown) };
        let kind = KINDS.iter().find(|(_, text)| *text == kind).map(|(kind, _)| *kind).ok_or(Dead::Unknown)?;
        let values: Texts = query::pairs(query).map_err(|_| Dead::Forged)?.into_iter().collect();
        let expires = values.get("expires").and_then(|text| text.parse::<u64>().ok()).ok_or(Dead::Forged)?;
        if values.get("signature") != Some(&self.signature(path, expires)) {
            return Err(Dead::Forged);
        }
        if self.clock.now().seconds() >= expires {
            return Err(Dead::Expired);
        }
        let decoded = |text| query::decode(text, false).ok_or(Dead::Forged);
        Ok(Link { kind, id: decoded(id)?, name: decoded(name)? })
    }

    fn signature(&self, path: &str, expires: u64) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.secret.to_le_bytes()) else { return String::new() };
        mac.update(format!("{path} {expires}").as_bytes());
        hex(&mac.finalize().into_bytes())[..32].to_owned()
    }

    /// What is at an address: a file of this sandbox, or what a test has registered. Nothing is fetched.
    pub(crate) fn content_at(&self, url: &str) -> Option<Bytes> {
        let Some(own) = url.strip_prefix(&self.url) else { return self.registered(url) };
        let (path, query) = own.split_once('?').unwrap_or((own, ""));
        let link = self.follow(path, query).ok().filter(|link| link.kind == Kind::Source)?;
        self.store().sources.get(&link.id)?.content.clone()
    }
}

impl Store {
    /// Stores a file under a new key, if there is room.
    pub(crate) fn keep(&mut self, project: &Project, key: &str, content: Bytes, most: u64) -> Result<(), Refusal> {
        let size = |bytes: &Bytes| u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let used: u64 = self.files.values().filter(|file| file.project == *project).map(|file| size(&file.content)).sum();
        if used.saturating_add(size(&content)) > most {
            return Err(Refusal::new(300_006, "insufficient storage: the workspace is full"));
        }
        self.files.insert(key.to_owned(), File { project: project.clone(), content });
        Ok(())
    }

    pub(crate) fn begin(&mut self, id: String, upload: Upload) {
        let now = upload.begun;
        self.uploads.retain(|_, upload| now.since(upload.begun) < ABANDONED);
        self.uploads.insert(id, upload);
    }
}

impl Upload {
    /// Puts the parts together. Each is named once, in the order of their numbers, with its ETag.
    pub(crate) fn complete(&self, named: &[(i64, &str)]) -> Result<Bytes, String> {
        let expected = 1..=i64::try_from(self.sizes.len()).unwrap_or(i64::MAX);
        if !expected.clone().eq(named.iter().map(|(number, _)| *number)) {
            return Err(format!("the parts are not {} to {} in this order", expected.start(), expected.end()));
        }
        let mut whole = BytesMut::new();
        for (at, (number, etag)) in named.iter().enumerate() {
            let part = self.parts.get(&at).ok_or_else(|| format!("part {number} was not uploaded"))?;
            if etag_of(part) != *etag {
                return Err(format!("the ETag of part {number} is wrong"));
            }
            whole.extend_from_slice(part);
        }
        Ok(whole.freeze())
    }
}

/// The ETag of a part, without quotation marks.
pub(crate) fn etag_of(part: &[u8]) -> String {
    hex(&Sha256::digest(part))[..32].to_owned()
}
