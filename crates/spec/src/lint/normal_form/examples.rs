//! Rule: examples are made up.
//!
//! Whether they fit their schemas is the business of another family.

use std::collections::HashSet;

use serde_json::Value;

use super::rule;
use crate::Pointer;
use crate::lint::{Context, Findings, Rule};

pub(super) const EXAMPLE_CONTENT: Rule = rule(
    "example-content",
    "Examples use made-up ids and `example.com`, and nothing in them looks like a credential.",
    "put something made up in its place: `https://files.example.com/sales.csv`, `session-1`, `your-key`",
    example_content,
);

fn example_content(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut judged = HashSet::new();
    for sample in context.samples.iter().filter(|sample| judged.insert(sample.pointer.clone())) {
        let mut open = vec![(sample.pointer.clone(), sample.value)];
        while let Some((place, value)) = open.pop() {
            match value {
                Value::String(text) => judge(&place, text, findings),
                Value::Array(elements) => open.extend(elements.iter().enumerate().map(|(number, element)| (place.item(number), element))),
                Value::Object(members) => open.extend(members.iter().map(|(name, member)| (place.child(name), member))),
                _ => {}
            }
        }
    }
}

fn judge(place: &Pointer, text: &str, findings: &mut Findings<'_>) {
    if let Some(host) = hosts(text).find(|host| !is_made_up(host)) {
        findings.add(place, format!("the example has an address at `{host}`, which may belong to somebody"));
    } else if let Some(secret) =
        text.split(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '-' | '_')).find(|word| is_secret(word))
    {
        let start: String = secret.chars().take(6).collect();
        findings.add(place, format!("the text that begins with `{start}` looks like a real key or id"));
    }
}

/// The hosts of the web addresses in a text.
fn hosts(text: &str) -> impl Iterator<Item = &str> {
    let after_scheme = ["http://", "https://"].into_iter().flat_map(|scheme| text.split(scheme).skip(1));
    after_scheme.filter_map(|rest| rest.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '.' && letter != '-').next())
}

/// Whether the name is one of those that RFC 2606 keeps free, or this very machine.
fn is_made_up(host: &str) -> bool {
    let within = |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    host.is_empty()
        || ["example.com", "example.org", "example.net", "example", "test", "invalid", "localhost", "127.0.0.1"].into_iter().any(within)
}

/// Beginnings of keys that are handed out by well-known services.
const KEY_STARTS: [&str; 8] = ["sk-", "AKIA", "LTAI", "eyJ", "ghp_", "AIza", "xoxb-", "glpat-"];

/// The number of letters and digits from which a word is taken for something that a machine has made.
const LONG: usize = 24;

fn is_secret(word: &str) -> bool {
    let known = KEY_STARTS.iter().any(|start| word.len() >= start.len() + 12 && word.starts_with(start));
    known || word.split(['-', '_']).any(is_random) || is_uuid(word)
}

fn is_random(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    let letters = part.bytes().filter(u8::is_ascii_alphabetic).count();
    part.len() >= LONG && digits >= 3 && letters >= 3
}

/// Whether a word has the form of a UUID and looks as if a machine had drawn it: with many different digits.
fn is_uuid(word: &str) -> bool {
    let lengths: Vec<_> = word.split('-').map(str::len).collect();
    let digits: HashSet<u8> = word.bytes().filter(u8::is_ascii_hexdigit).collect();
    lengths == [8, 4, 4, 4, 12] && word.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit()) && digits.len() > 6
}
