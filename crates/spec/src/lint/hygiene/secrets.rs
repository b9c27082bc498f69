//! Rule: keys, tokens and signed links in a document that everybody may read.
//!
//! A finding never repeats the secret: it shows four characters, enough to look for it.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;

use crate::Pointer;
use crate::lint::context::Context;
use crate::lint::{Check, Family, Findings, Rule};

/// An example or a text holds what looks like a real credential.
pub(super) const CREDENTIAL_IN_TEXT: Rule = Rule {
    id: "credential-in-text",
    family: Family::Inconsistency,
    says: "an example or a text holds what looks like a real credential",
    help: "withdraw the credential, and write a placeholder such as `YOUR_KEY` instead",
    check: Check::Each(credential_in_text),
};

/// What a secret is called, a text that every such secret contains, and a pattern whose last group is the secret.
const PATTERNS: &[(&str, &str, &str)] = &[
    ("an AWS access key id", "A", r"\b(A[KS]IA[A-Z0-9]{16})\b"),
    ("a signature of a presigned link", "X-Amz-Signature=", r"X-Amz-Signature=([0-9a-f]{40,})"),
    ("a signature of a link", "ignature=", r"[?&][Ss]ignature=([A-Za-z0-9%+/_~-]{24,})"),
    ("a signature of a link", "sig=", r"[?&]sig=([A-Za-z0-9%+/_-]{30,})"),
    ("a JSON web token", "eyJ", r"\b(eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{20,})"),
    ("a secret key", "sk", r"\b(sk-[A-Za-z0-9_-]{24,}|sk_live_[A-Za-z0-9]{16,})"),
    ("a GitHub token", "gh", r"\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,})"),
    ("a GitLab token", "glpat-", r"\b(glpat-[A-Za-z0-9_-]{20,})"),
    ("a Slack token", "xox", r"\b(xox[abeoprs]-[A-Za-z0-9-]{16,})"),
    ("a Google API key", "AIza", r"\b(AIza[A-Za-z0-9_-]{35})"),
    ("a SendGrid key", "SG.", r"\b(SG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{40,})"),
    ("a private key", "PRIVATE KEY-----", r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*([A-Za-z0-9+/=\s]{64,})"),
    ("a bearer token", "earer ", r"\b[Bb]earer\s+([A-Za-z0-9._~+/-]{24,})"),
];

static SECRETS: LazyLock<Vec<(&str, &str, Regex)>> =
    LazyLock::new(|| PATTERNS.iter().filter_map(|(name, part, pattern)| Some((*name, *part, Regex::new(pattern).ok()?))).collect());

fn credential_in_text(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut found: Vec<(&str, String, Vec<Pointer>)> = Vec::new();
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    walk(context.index.document().root(), &mut Vec::new(), &mut |text, path| {
        let Some((name, secret)) = secret_in(text) else { return };
        let place = path.iter().fold(Pointer::root(), |place, token| place.child(token));
        // Every link has a signature of its own; those to one host come from one key.
        let identity = if name.contains("link") { host_in(text) } else { secret };
        match known.get(&(name, identity)) {
            Some(&position) => found[position].2.push(place),
            None => {
                known.insert((name, identity), found.len());
                found.push((name, secret.chars().take(4).collect(), vec![place]));
            }
        }
    });
    for (name, start, places) in found {
        let [first, more @ ..] = &places[..] else { continue };
        let others = match more.len() {
            0 => String::new(),
            1 => ", as does another text".to_owned(),
            count => format!(", as do {count} other texts"),
        };
        let problem = findings.add(first, format!("the text holds {name} that looks real (`{start}…`){others}"));
        more.iter().for_each(|place| _ = problem.relate(place));
    }
}

/// The host of the first link in a text.
fn host_in(text: &str) -> &str {
    text.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?', '"', ' ']).next().unwrap_or_default())
}

/// Visits every text of a document, with the tokens of its place.
fn walk<'v>(value: &'v Value, path: &mut Vec<std::borrow::Cow<'v, str>>, visit: &mut dyn FnMut(&'v str, &[std::borrow::Cow<'v, str>])) {
    match value {
        Value::String(text) => visit(text, path),
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                path.push(number.to_string().into());
                walk(item, path, visit);
                path.pop();
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                path.push(name.as_str().into());
                walk(member, path, visit);
                path.pop();
            }
        }
        _ => {}
    }
}

/// The first secret in a text, and what it is.
fn secret_in(text: &str) -> Option<(&'static str, &str)> {
    if text.len() < 20 {
        return None;
    }
    let possible = SECRETS.iter().filter(|(_, part, _)| text.contains(part));
    possible
        .flat_map(|(name, _, pattern)| pattern.captures_iter(text).filter_map(|found| Some((*name, found.get(1)?.as_str()))))
        .find(|(_, secret)| looks_real(secret))
}

/// Parts of secrets that were made up for a document. The last one is the payload of the token that every tutorial shows.
const MADE_UP: &[&str] = &[
    "example",
    "sample",
    "your",
    "token",
    "secret",
    "test",
    "dummy",
    "fake",
    "placeholder",
    "redacted",
    "xxx",
    "123456",
    "abcdef",
    "abc123",
    "987654",
    "foobar",
    "qwerty",
    "goes",
    "here",
    "truncated",
    "eyjzdwiioiixmjm0nty3odkwii",
];

/// Whether a secret has the disorder of a real one.
fn looks_real(secret: &str) -> bool {
    let lower = secret.to_lowercase();
    let is_hex = lower.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut letters: Vec<char> = lower.chars().collect();
    let repeats = letters.windows(4).any(|window| window.iter().all(|letter| *letter == window[0]));
    let has_digits = letters.iter().any(char::is_ascii_digit);
    letters.sort_unstable();
    letters.dedup();
    let disorder = letters.len() >= if is_hex { 9 } else { 11 } || (secret.len() == 20 && letters.len() >= 9);
    disorder && has_digits && !repeats && !MADE_UP.iter().any(|part| lower.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_no_secrets() {
        for text in [
            "AKIAIOSFODNN7EXAMPLE is the key of the manual",
            "Authorization: Bearer YOUR_API_TOKEN_GOES_HERE_1",
            "Authorization: Bearer xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "sk-abcdefghijklmnopqrstuvwxyz123456",
            "https://example.com/?sig=00000000000000000000000000000000000000",
        ] {
            assert_eq!(secret_in(text), None, "{text}");
        }
    }

    #[test]
    fn secrets_are_found_within_texts() {
        // Put together here, so that no scanner takes this file for a leak.
        let key = ["AKI", "AQ3ZP7LM2WX9KD4RT"].concat();
        let text = format!("https://files.example.com/a.csv?X-Amz-Credential={key}%2F20250101");
        assert_eq!(secret_in(&text).map(|(name, _)| name), Some("an AWS access key id"));
    }
}
