//! What was received, for the assertions of tests, without its secrets.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use hyper::HeaderMap;
use serde_json::Value;

use crate::spec::{Api, Document};

/// One request as it reached the sandbox. Its `Debug` shows no link and no file: links let everybody in who has them.
#[derive(Clone)]
#[non_exhaustive]
pub struct Received {
    /// `POST`.
    pub method: String,
    /// The path as it was sent, percent-encoding included.
    pub path: String,
    /// The query as it was sent, without its question mark.
    pub query: String,
    /// Names in lower case, in the order in which they were sent.
    pub headers: Vec<(String, String)>,
    /// The body. When secrets are hidden, a JSON body with secrets in it is written anew.
    pub body: Bytes,
    /// Which operation was meant, such as `powerdrill-v2#create_job`, if any.
    pub operation: Option<String>,
    /// The HTTP status that it was answered with. 0 means that it has not been answered yet.
    pub status: u16,
}

impl Received {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as JSON, if it is.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signed = self.path.starts_with("/files/") && !self.query.is_empty();
        let body = match self.json() {
            Some(json) => veiled(json).to_string(),
            None => format!("{} bytes", self.body.len()),
        };
        formatter
            .debug_struct("Received")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", if signed { &HIDDEN } else { &self.query })
            .field("headers", &self.headers)
            .field("body", &body)
            .field("operation", &self.operation)
            .field("status", &self.status)
            .finish()
    }
}

/// A value without links.
fn veiled(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains("://") => HIDDEN.into(),
        Value::Array(items) => items.into_iter().map(veiled).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, veiled(value))).collect(),
        other => other,
    }
}

const HIDDEN: &str = "[redacted]";

/// The headers that carry keys, and the one of which only the first word may be seen.
const SECRET: [&str; 3] = ["x-pd-api-key", "x-acs-security-token", "cookie"];

/// Bodies are remembered up to this size.
const MOST: usize = 256 * 1024;

pub(crate) struct Log {
    entries: Mutex<(u64, VecDeque<Received>)>,
    most: usize,
    secrets: bool,
}

impl Log {
    pub(crate) fn new(most: usize, secrets: bool) -> Self {
        Self { entries: Mutex::new((0, VecDeque::new())), most, secrets }
    }

    pub(crate) fn all(&self) -> Vec<Received> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.1.iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.0 += u64::try_from(entries.1.len()).unwrap_or_default();
        entries.1.clear();
    }

    /// Remembers a request and returns its number, under which [`Self::answered`] finds it.
    pub(crate) fn add(&self, mut received: Received) -> u64 {
        if received.body.len() > MOST {
            // A part of a shared buffer would keep all of it.
            received.body = Bytes::copy_from_slice(&received.body[..MOST]);
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.1.push_back(received);
        while entries.1.len() > self.most {
            entries.1.pop_front();
            entries.0 += 1;
        }
        // Without room the number is that of no entry.
        entries.0 + u64::try_from(entries.1.len()).unwrap_or_default().saturating_sub(1)
    }

    pub(crate) fn answered(&self, number: u64, status: u16) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let at = number.checked_sub(entries.0).and_then(|at| usize::try_from(at).ok());
        if let Some(entry) = at.and_then(|at| entries.1.get_mut(at)) {
            entry.status = status;
        }
    }

    pub(crate) fn headers(&self, headers: &HeaderMap) -> Vec<(String, String)> {
        let shown = |name: &str, value: &str| {
            if self.secrets {
                return value.to_owned();
            }
            match name {
                "authorization" => format!("{} {HIDDEN}", value.split(' ').next().unwrap_or_default()),
                secret if SECRET.contains(&secret) => HIDDEN.to_owned(),
                _ => value.to_owned(),
            }
        };
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        headers.iter().map(|(name, value)| (name.as_str().to_owned(), shown(name.as_str(), &text(value.as_bytes())))).collect()
    }

    /// A JSON body without the members that the spec marks as secret. One that is too large to be looked through is hidden.
    pub(crate) fn body(&self, document: &Document, schema: &str, body: &Bytes) -> Bytes {
        // The address of a file is what tests look for; a key in a config is not.
        if self.secrets || self.most == 0 || document.api != Api::Pai {
            return body.clone();
        }
        if body.len() > MOST {
            return HIDDEN.into();
        }
        let secret = |name: &str| document.schema(schema).is_some_and(|schema| schema["properties"][name]["x-secret"] == true);
        let Ok(Value::Object(mut members)) = serde_json::from_slice(body) else { return body.clone() };
        let mut changed = false;
        for (name, value) in &mut members {
            if secret(name) {
                *value = HIDDEN.into();
                changed = true;
            }
        }
        if changed { Value::Object(members).to_string().into() } else { body.clone() }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{Log, MOST, Received};

    #[test]
    fn large_bodies_are_cut_off_and_let_go() {
        let (log, body) = (Log::new(10, false), Bytes::from(vec![b'x'; MOST + 1]));
        let (method, path, query) = ("PUT".into(), "/".into(), String::new());
        log.add(Received { method, path, query, headers: Vec::new(), body: body.clone(), operation: None, status: 0 });
        assert_eq!(log.all()[0].body.len(), MOST);
        assert!(body.is_unique(), "what is remembered shares nothing with the whole");
        let document = crate::spec::Specs::shared().expect("the specs").document(crate::spec::Api::Pai).expect("a spec");
        let config = format!("{{\"Config\":\"secret\",\"ConfigType\":\"{}\"}}", "x".repeat(MOST));
        assert_eq!(log.body(document, "CreateDatasetJobConfigRequest", &config.into()), "[redacted]", "its end would be cut off unread");
    }
}
