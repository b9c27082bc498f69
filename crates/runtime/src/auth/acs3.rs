//! A request -> the same request with the headers of `ACS3-HMAC-SHA256`.
//!
//! The query is put into its canonical form on the way, so that what is signed is what is sent. Signed are the host, the content type and
//! every `x-acs-` header; other headers are left to transports, which rewrite them.

use std::fmt::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest, Sha256};
use url::Url;

use crate::encode;
use crate::operation::Method;
use crate::secret::Key;
use crate::timestamp;
use crate::transport::{TransportBody, TransportRequest};

const ALGORITHM: &str = "ACS3-HMAC-SHA256";
const DATE: HeaderName = HeaderName::from_static("x-acs-date");
const NONCE: HeaderName = HeaderName::from_static("x-acs-signature-nonce");
const PAYLOAD: HeaderName = HeaderName::from_static("x-acs-content-sha256");
const KEY_ID: HeaderName = HeaderName::from_static("x-acs-accesskey-id");
const TOKEN: HeaderName = HeaderName::from_static("x-acs-security-token");

/// An access key, perhaps a temporary one.
#[derive(Clone, Debug)]
pub(crate) struct AccessKey {
    pub(crate) id: Key,
    pub(crate) secret: Key,
    pub(crate) token: Option<Key>,
}

/// What makes two signatures of the same request differ.
pub(crate) struct Once {
    pub(crate) now: SystemTime,
    pub(crate) nonce: u128,
}

/// Signs the request.
///
/// # Errors
///
/// What is not possible, as a sentence.
pub(super) fn sign(key: &AccessKey, once: &Once, request: &mut TransportRequest) -> Result<(), String> {
    let mut url = Url::parse(&request.url).map_err(|error| format!("the URL cannot be signed: {error}"))?;
    let payload = payload_hash(&request.body)?;
    let query = canonical_query(&url);
    url.set_query((!query.is_empty()).then_some(&query));
    let headers = &mut request.headers;
    headers.insert(DATE, plain(&date(once.now)?)?);
    headers.insert(NONCE, plain(&format!("{:032x}", once.nonce))?);
    headers.insert(PAYLOAD, plain(&payload)?);
    if let Some(token) = &key.token {
        let broken = || "the security token cannot be a header".to_owned();
        headers.insert(KEY_ID, key.id.header("").ok_or_else(broken)?);
        headers.insert(TOKEN, token.header("").ok_or_else(broken)?);
    }
    let mut value = plain(&authorization(key, request.method, &url, headers, &payload)?)?;
    value.set_sensitive(true);
    request.headers.insert(AUTHORIZATION, value);
    request.url = url.into();
    Ok(())
}

/// The header for a request whose query is canonical and whose headers are complete.
fn authorization(key: &AccessKey, method: Method, url: &Url, headers: &HeaderMap, payload: &str) -> Result<String, String> {
    let (names, lines) = canonical_headers(url, headers);
    let canonical = [method.as_str(), url.path(), url.query().unwrap_or_default(), &lines, &names, payload].join("\n");
    let signature = signature(key, &canonical)?;
    Ok(format!("{ALGORITHM} Credential={},SignedHeaders={names},Signature={signature}", key.id.expose()))
}

fn payload_hash(body: &TransportBody) -> Result<String, String> {
    match body {
        TransportBody::Empty => Ok(hex(&Sha256::digest([]))),
        TransportBody::Bytes(bytes) => Ok(hex(&Sha256::digest(bytes))),
        TransportBody::Stream(..) => Err("a body that is sent piece by piece cannot be signed: give it as bytes".to_owned()),
    }
}

/// Every pair, strictly encoded, in the order of the names. Bytes that are no text stay what they are.
fn canonical_query(url: &Url) -> String {
    let pairs = url.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<(Vec<u8>, Vec<u8>)> = pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect();
    pairs.sort();
    let mut query = String::new();
    for (name, value) in &pairs {
        if !query.is_empty() {
            query.push('&');
        }
        encode::percent(&mut query, name);
        query.push('=');
        encode::percent(&mut query, value);
    }
    query
}

/// The bytes that a part of a query stands for.
fn decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3).filter(|digits| *byte == b'%' && digits.iter().all(u8::is_ascii_hexdigit));
        let encoded = digits.and_then(|digits| str::from_utf8(digits).ok()).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(match encoded {
            Some(encoded) => encoded,
            None if *byte == b'+' => b' ',
            None => *byte,
        });
        at += if encoded.is_some() { 3 } else { 1 };
    }
    decoded
}

/// The names of what is signed, and a line for each. The lines end in an empty one, since a line end is put after them once more.
fn canonical_headers(url: &Url, headers: &HeaderMap) -> (String, String) {
    let host = url.host_str().unwrap_or_default();
    let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let mut signed = vec![("host", host)];
    for name in headers.keys().filter(|name| **name == CONTENT_TYPE || name.as_str().starts_with("x-acs-")) {
        let mut values: Vec<_> = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        values.sort();
        let values: Vec<&str> = values.iter().map(|value| value.trim()).collect();
        signed.push((name.as_str(), values.join(",")));
    }
    signed.sort();
    let names: Vec<&str> = signed.iter().map(|(name, _)| *name).collect();
    let mut lines = String::new();
    for (name, value) in &signed {
        let _ = writeln!(lines, "{name}:{value}");
    }
    (names.join(";"), lines)
}

fn signature(key: &AccessKey, canonical: &str) -> Result<String, String> {
    let text = format!("{ALGORITHM}\n{}", hex(&Sha256::digest(canonical)));
    let mut mac = Hmac::<Sha256>::new_from_slice(key.secret.expose().as_bytes()).map_err(|error| format!("cannot sign: {error}"))?;
    mac.update(text.as_bytes());
    Ok(hex(&mac.finalize().into_bytes()))
}

fn date(now: SystemTime) -> Result<String, String> {
    let since = now.duration_since(UNIX_EPOCH).map_err(|_| "the clock stands before 1970".to_owned())?;
    Ok(timestamp::utc(Duration::from_secs(since.as_secs())))
}

fn plain(text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_str(text).map_err(|_| "what is to be signed cannot be a header".to_owned())
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests;
