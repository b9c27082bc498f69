//! Rule: addresses of the API that begin with `http://`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;

use crate::grammar::Kind;
use crate::lint::context::Context;
use crate::lint::{Check, Family, Findings, Rule};

/// An address of the API is not encrypted.
pub(super) const INSECURE_URL: Rule = Rule {
    id: "insecure-url",
    family: Family::Inconsistency,
    says: "an address of the API is not encrypted",
    help: "write `https://`; over `http://` keys and data travel in clear text",
    check: Check::Each(insecure_url),
};

static URL: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\b(https?)://([a-z0-9.-]+)(:[0-9]+)?").ok());

fn insecure_url(context: &Context<'_>, findings: &mut Findings<'_>) {
    let places = context.index.places().iter();
    let mut hosts = HashSet::new();
    for place in places {
        let members: &[&str] = match place.kind {
            Kind::Server => &["url"],
            Kind::OAuthFlow => &["authorizationUrl", "tokenUrl", "refreshUrl"],
            Kind::SecurityScheme => &["openIdConnectUrl"],
            _ => continue,
        };
        for member in members {
            let Some((scheme, host)) = place.text(member).and_then(address) else { continue };
            if place.kind == Kind::Server {
                hosts.insert(host.clone());
            }
            if scheme == "http" && !is_local(&host) {
                let shown = place.value.get(*member).and_then(Value::as_str).unwrap_or_default();
                findings.add(&place.pointer.child(member), format!("`{shown}` is not encrypted"));
            }
        }
    }
    let Some(pattern) = &*URL else { return };
    // A text that says it several times is mended once.
    for text in context.texts.iter().filter(|text| text.text.contains("http://")) {
        let mut said: HashMap<String, &str> = HashMap::new();
        for found in pattern.captures_iter(text.text) {
            let Some((scheme, host)) = address(&found[0]) else { continue };
            if scheme == "http" && hosts.contains(&host) && !is_local(&host) {
                said.entry(host).or_insert_with(|| found.get(0).map_or("", |found| found.as_str()));
            }
        }
        let mut said: Vec<_> = said.into_values().collect();
        said.sort_unstable();
        for url in said {
            findings.add(&text.pointer, format!("the text calls the API at `{url}`, which is not encrypted"));
        }
    }
}

/// The scheme and the host of an address, in lower case; `None` where the host is a variable.
fn address(url: &str) -> Option<(String, String)> {
    let found = URL.as_ref()?.captures(url)?;
    let end = found.get(0)?.end();
    if url[end..].starts_with('{') || found[2].is_empty() {
        return None;
    }
    Some((found[1].to_lowercase(), found[2].to_lowercase()))
}

/// Whether a host can only be reached from the machine or the network that one is on.
fn is_local(host: &str) -> bool {
    let private = host.starts_with("127.") || host.starts_with("10.") || host.starts_with("192.168.") || host.starts_with("172.");
    let named = [".local", ".localhost", ".internal", ".test", ".lan", ".localdomain"].iter().any(|end| host.ends_with(end));
    !host.contains('.') || private || named || host.starts_with("0.0.0.0")
}
