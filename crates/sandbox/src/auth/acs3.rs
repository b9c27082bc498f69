//! ACS3-HMAC-SHA256: a signed request -> the key that signed it.
//!
//! Whatever is wrong with a signature is told as exactly as the service tells it, with the hash that the server signed.

use std::collections::BTreeSet;
use std::sync::PoisonError;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::Signed;
use crate::clock::Instant;
use crate::config::AccessKey;
use crate::refusal::Refusal;
use crate::spec::query;
use crate::state::State;

const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// How far the time of a request may be from the server's.
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// The parts of the `Authorization` header.
struct Credentials<'a> {
    key: &'a str,
    headers: Vec<&'a str>,
    signature: &'a str,
}

pub(super) fn key(state: &State, request: &Signed<'_>) -> Result<String, Refusal> {
    let credentials = credentials(request)?;
    let default = [AccessKey::default()];
    let keys = if state.config.access_keys.is_empty() { &default[..] } else { &state.config.access_keys[..] };
    let key = keys
        .iter()
        .find(|key| key.id == credentials.key)
        .ok_or_else(|| Refusal::pai("InvalidAccessKeyId.NotFound", 404, "Specified access key is not found."))?;
    if key.token.as_deref() != request.text("x-acs-security-token") {
        return Err(Refusal::pai("InvalidSecurityToken.MismatchWithAccessKey", 400, "The security token does not belong to the key."));
    }
    signature(request, &credentials, key)?;
    if key.expires.is_some_and(|end| state.clock.now() >= Instant::from(end)) {
        return Err(Refusal::pai("InvalidSecurityToken.Expired", 400, "Specified SecurityToken is expired."));
    }
    let nonce = request.text("x-acs-signature-nonce").unwrap_or_default();
    fresh(state, request.text("x-acs-date").unwrap_or_default(), nonce)?;
    Ok(key.id.clone())
}

fn credentials<'a>(request: &Signed<'a>) -> Result<Credentials<'a>, Refusal> {
    let incomplete = |message: &str| Refusal::pai("IncompleteSignature", 400, message.to_owned());
    let header = request.text("authorization").ok_or_else(|| incomplete("The header Authorization is missing."))?;
    let rest = header.strip_prefix(ALGORITHM).ok_or_else(|| incomplete("The algorithm is not ACS3-HMAC-SHA256."))?;
    let part = |name: &str| rest.split(',').filter_map(|part| part.trim().split_once('=')).find(|(key, _)| *key == name);
    let (Some((_, key)), Some((_, headers)), Some((_, signature))) = (part("Credential"), part("SignedHeaders"), part("Signature")) else {
        return Err(incomplete("Credential, SignedHeaders or Signature is missing."));
    };
    let headers: Vec<&str> = headers.split(';').collect();
    let sent = request.headers.keys().map(|name| name.as_str());
    for name in sent.filter(|name| name.starts_with("x-acs-") || *name == "host" || *name == "content-type") {
        if !headers.contains(&name) {
            return Err(incomplete(&format!("The header {name} is not signed.")));
        }
    }
    for name in ["host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"] {
        if request.text(name).is_none() || !headers.contains(&name) {
            return Err(incomplete(&format!("The header {name} is missing or not signed.")));
        }
    }
    Ok(Credentials { key, headers, signature })
}

fn signature(request: &Signed<'_>, credentials: &Credentials<'_>, key: &AccessKey) -> Result<(), Refusal> {
    let hash = hex(&Sha256::digest(request.body));
    if request.text("x-acs-content-sha256") != Some(&hash) {
        let message = format!("x-acs-content-sha256 is not the hash of the body, which is {hash}.");
        return Err(Refusal::pai("SignatureDoesNotMatch", 400, message));
    }
    let canonical = canonical(request, &credentials.headers, &hash)?;
    let to_sign = format!("{ALGORITHM}\n{}", hex(&Sha256::digest(canonical.as_bytes())));
    let mismatch = || {
        let told = to_sign.replace('\n', " ");
        Refusal::pai(
            "SignatureDoesNotMatch",
            400,
            format!("Specified signature does not match our calculation. server StringToSign is [{told}]"),
        )
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(key.secret.as_bytes()).map_err(|_| mismatch())?;
    mac.update(to_sign.as_bytes());
    let given = unhex(credentials.signature).ok_or_else(mismatch)?;
    mac.verify_slice(&given).map_err(|_| mismatch())
}

/// The six parts that are hashed, with a line end between each two.
fn canonical(request: &Signed<'_>, signed: &[&str], hash: &str) -> Result<String, Refusal> {
    let pairs = query::pairs(request.query)
        .map_err(|part| Refusal::pai("InvalidParameter", 400, format!("/query: encoding: `{part}` is not percent-encoded UTF-8")))?;
    // They are in the order of the names themselves, which is another one than that of the encoded names.
    let mut pairs: Vec<&(String, String)> = pairs.iter().collect();
    pairs.sort();
    let query: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{}={}", query::encode(name), query::encode(value))).collect();
    let names: BTreeSet<&str> = signed.iter().copied().collect();
    let mut headers = String::new();
    for name in &names {
        let mut values: Vec<String> =
            request.headers.get_all(*name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned()).collect();
        values.sort();
        headers.push_str(&format!("{name}:{}\n", values.join(",")));
    }
    let path = if request.path.is_empty() { "/" } else { request.path };
    let names: Vec<&str> = names.into_iter().collect();
    Ok(format!("{}\n{path}\n{}\n{headers}\n{}\n{hash}", request.method, query.join("&"), names.join(";")))
}

/// The request is neither too old nor a replay.
fn fresh(state: &State, date: &str, nonce: &str) -> Result<(), Refusal> {
    let sent = Instant::read(date)
        .ok_or_else(|| Refusal::pai("InvalidTimeStamp.Format", 400, "x-acs-date is not written as 2025-01-31T08:00:00Z."))?;
    let now = state.clock.now();
    if now.since(sent).max(sent.since(now)) > WINDOW {
        return Err(Refusal::pai("InvalidTimeStamp.Expired", 400, format!("x-acs-date is more than 15 minutes from {}.", now.whole())));
    }
    let mut nonces = state.nonces.lock().unwrap_or_else(PoisonError::into_inner);
    // A nonce is needed for as long as a request with it could still arrive.
    nonces.retain(|_, expires| *expires > now);
    if nonces.insert(nonce.to_owned(), sent.plus(WINDOW * 2)).is_some() {
        return Err(Refusal::pai("SignatureNonceUsed", 400, "The nonce was used before."));
    }
    Ok(())
}

impl<'a> Signed<'a> {
    fn text(&self, name: &str) -> Option<&'a str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes().chunks(2);
    bytes.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok().filter(|_| pair.len() == 2)).collect()
}
