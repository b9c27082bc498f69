//! Every call that `tests/wire` has, through both clients -> what differs in the two requests.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};
use wire::calls::{AnyClient, Samples, samples};
use wire::server::{Seen, Server};
use wire::{show, spec, support};

use crate::by_name::{Arguments, Caller};

/// What an id would look like that means something else wherever it is not encoded.
const ODD: &str = "a/b c?d#e%2Ff\u{fc}~";

/// What a call is told apart by that asks for a stream.
const AS_A_STREAM: &str = " as a stream";

/// The clients of one API.
pub struct Peer<C: 'static> {
    pub api: &'static str,
    /// Progenitor's functions.
    pub operations: &'static [(&'static str, Caller<C>)],
    /// Progenitor's constructor.
    pub client: fn(&str, reqwest::Client) -> C,
}

impl<C> Peer<C> {
    /// Every operation of the spec is there, or is refused.
    pub fn assert_complete(&self, count: usize, refused: &[(&str, &str)]) {
        let taken = self.operations.iter().map(|(name, _)| (*name).to_owned());
        let all: BTreeSet<String> = taken.chain(refused.iter().map(|(name, _)| (*name).to_owned())).collect();
        let declared: BTreeSet<String> = spec::index(self.api).operations().iter().map(|operation| operation.name()).collect();
        assert_eq!(all, declared);
        assert_eq!(all.len(), count);
    }

    /// Every call that there is, of every operation, differs in those ways and in no other: `everywhere` in each request, `known` in one.
    pub async fn assert_same_but(&self, everywhere: &[&str], known: &[(&str, &str)]) {
        let expected: BTreeSet<String> = known.iter().map(|(name, what)| format!("{name}: {what}")).collect();
        let found = self.differences(everywhere).await;
        let list = |these: Vec<&String>| these.into_iter().map(|line| format!("\n  {line}")).collect::<String>();
        assert!(
            found == expected,
            "not known:{}\nno longer there:{}",
            list(found.difference(&expected).collect()),
            list(expected.difference(&found).collect())
        );
    }

    /// What differs beside what has to differ in every request.
    async fn differences(&self, everywhere: &[&str]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (name, call) in self.operations {
            for (how, given) in self.calls(name) {
                let told = match self.of_one(name, *call, &given).await {
                    Ok(differences) => unexpected(differences, everywhere),
                    Err(reason) => vec![format!("progenitor does not send it: {reason}")],
                };
                found.extend(told.into_iter().map(|what| format!("{name}{how}: {what}")));
            }
        }
        found
    }

    /// With as little as it takes, with everything, as a stream, and with ids that have to be encoded.
    fn calls(&self, name: &str) -> Vec<(&'static str, Map<String, Value>)> {
        let Samples { minimal, full } = samples(self.api).remove(name).expect("a sample of every operation");
        let index = spec::index(self.api);
        let operation = spec::operation(index, name);
        let mut odd = minimal.clone();
        for parameter in operation.parameters.iter().filter(|parameter| parameter.value["in"] == "path") {
            odd.insert(parameter.value["name"].as_str().expect("a name").to_owned(), ODD.into());
        }
        let streamed = spec::flag(index, operation).map(|flag| minimal.clone().into_iter().chain([(flag, true.into())]).collect());
        let whole = [minimal, odd].into_iter().chain(full).map(|given| ("", given));
        whole.chain(streamed.map(|given| (AS_A_STREAM, given))).collect()
    }

    async fn of_one(&self, name: &str, call: Caller<C>, given: &Map<String, Value>) -> Result<Vec<String>, String> {
        let theirs = Server::replying(200, support::DONE).await;
        let client = (self.client)(&theirs.url(), self.http());
        call(&client, Arguments(self.completed(name, given))).await?;
        let ours = Server::replying(200, support::DONE).await;
        let sending = AnyClient::new(self.api, &ours.url()).call(name, given).unwrap_or_else(|reason| panic!("{name}: {reason}"));
        // The reply is a plain success, which is not what each operation answers with.
        drop(sending.await);
        assert_eq!((ours.count(), theirs.count()), (1, 1), "{name}");
        Ok(differences(&ours.last(), &theirs.last()))
    }

    /// Progenitor leaves the key to the HTTP library.
    fn http(&self) -> reqwest::Client {
        // A second time says that there is one.
        drop(rustls::crypto::ring::default_provider().install_default());
        let mut headers = HeaderMap::new();
        if let Some((name, before)) = show::key_header(self.api) {
            let value = format!("{before}{}", support::key());
            headers.insert(HeaderName::from_static(name), HeaderValue::try_from(value).expect("a value"));
        }
        reqwest::Client::builder().default_headers(headers).build().expect("a client")
    }

    /// With what our clients know by themselves: constants, and the user of the client.
    fn completed(&self, name: &str, given: &Map<String, Value>) -> Map<String, Value> {
        let index = spec::index(self.api);
        let operation = spec::operation(index, name);
        let mut given = given.clone();
        let headers = spec::constant_headers(index, operation).into_iter().map(|(name, value)| (name, value.into()));
        given.extend(headers.chain(spec::constant_members(index, operation)));
        if self.api == "powerdrill-v2" {
            given.entry("user_id").or_insert_with(|| "user-1".into());
        }
        given
    }
}

/// The differences without those of every request, and which of those are not there.
fn unexpected(differences: Vec<String>, everywhere: &[&str]) -> Vec<String> {
    let missing = everywhere.iter().filter(|what| differences.iter().all(|difference| difference != *what));
    let missing: Vec<_> = missing.map(|what| format!("not so here: {what}")).collect();
    differences.into_iter().filter(|difference| !everywhere.contains(&difference.as_str())).chain(missing).collect()
}

fn differences(ours: &Seen, theirs: &Seen) -> Vec<String> {
    let mut found = Vec::new();
    let mut compare = |what: &str, ours: &str, theirs: &str| {
        if ours != theirs {
            found.push(format!("{what}: ours {ours}, progenitor's {theirs}"));
        }
    };
    compare("method", &ours.method, &theirs.method);
    let ((our_path, our_query), (their_path, their_query)) = (target(ours), target(theirs));
    compare("path", our_path, their_path);
    compare("query", &sorted(our_query), &sorted(their_query));
    compare("body", &body(ours), &body(theirs));
    let (ours, theirs) = (headers(ours), headers(theirs));
    for name in ours.keys().chain(theirs.keys()).collect::<BTreeSet<_>>() {
        match (ours.get(name), theirs.get(name)) {
            (Some(ours), Some(theirs)) if ours == theirs => {}
            // What it holds may be a key.
            (Some(_), Some(_)) => found.push(format!("the header {name} holds something else")),
            (Some(_), None) => found.push(format!("only ours sends the header {name}")),
            (None, _) => found.push(format!("only progenitor sends the header {name}")),
        }
    }
    found
}

fn target(seen: &Seen) -> (&str, &str) {
    seen.target.split_once('?').unwrap_or((&seen.target, ""))
}

/// The order of different parameters says nothing.
fn sorted(query: &str) -> String {
    let mut pairs: Vec<_> = query.split('&').collect();
    pairs.sort_by_key(|pair| pair.split('=').next());
    pairs.join("&")
}

fn body(seen: &Seen) -> String {
    serde_json::from_slice(&seen.body).map_or_else(|_| seen.text().to_owned(), |json: Value| canonical(json).to_string())
}

/// The order of members says nothing, neither in the body nor in a JSON text within it.
fn canonical(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            members.into_iter().map(|(name, value)| (name, canonical(value))).collect::<BTreeMap<_, _>>().into_iter().collect()
        }
        Value::Array(items) => items.into_iter().map(canonical).collect(),
        Value::String(text) => match serde_json::from_str(&text) {
            Ok(inner @ Value::Object(_)) => canonical(inner).to_string().into(),
            _ => text.into(),
        },
        other => other,
    }
}

/// The headers that say something of the request.
fn headers(seen: &Seen) -> BTreeMap<String, Vec<String>> {
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in &seen.headers {
        if !matches!(name.as_str(), "host" | "content-length" | "user-agent") {
            headers.entry(name.clone()).or_default().push(value.clone());
        }
    }
    headers
}
