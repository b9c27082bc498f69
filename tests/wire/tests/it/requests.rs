//! The evidence of what is sent: called with the arguments that the ledger names, the generated functions send the request that it
//! shows. A request that must not be sent cannot be said, or is refused before anything goes out, or comes out as another one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use powerdrill_client::ErrorKind;
use serde_json::{Map, Value};

use super::evidence::{self, Send, Wire};
use wire::calls::AnyClient;
use wire::server::Seen;
use wire::support::{DONE, broken, key, server};
use wire::{show, spec};

/// How many requests the evidence shows, and how many it says must not be sent. They are counted so that none is passed over.
const SENT: usize = 77;
const REFUSED: usize = 54;

#[tokio::test]
async fn what_is_sent_is_what_the_ledger_shows() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in evidence::all() {
        for (number, send) in file.sends.iter().enumerate() {
            assert!(send.arguments.is_some() != send.refused.is_some(), "{} sends[{number}] has arguments or is refused", file.name);
            let Some(arguments) = &send.arguments else { continue };
            count += 1;
            let differences = sent(send, arguments).await.into_iter();
            wrong.extend(differences.map(|difference| format!("{} sends[{number}]: {difference}", file.name)));
        }
    }
    assert!(wrong.is_empty(), "{} differences in {count} requests:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(count, SENT, "the number of requests in the evidence");
}

async fn sent(send: &Send, arguments: &Map<String, Value>) -> Vec<String> {
    let (api, name) = evidence::parts(&send.operation);
    let server = server(200, DONE).await;
    let call = AnyClient::new(api, &server.url()).call(name, arguments).unwrap_or_else(|reason| panic!("{}: {reason}", send.operation));
    if let Err(error) = call.await {
        // The reply is a plain success, which is not what each operation answers with.
        assert_eq!(error.http_status(), Some(200), "{}: {error}", send.operation);
    }
    assert_eq!(server.count(), 1, "{}", send.operation);
    show::request(api, &server.last());
    let mut differences = differences(send, &server.last());
    if let Some(class) = &send.retry {
        let broken = broken().await;
        let call = AnyClient::new(api, &broken.url()).call(name, arguments).expect("as before");
        show::error(&call.await.expect_err("no reply"));
        let expected = match class.as_str() {
            "never" => 1,
            "safe" => 3,
            other => panic!("no retry class {other}"),
        };
        if broken.count() != expected {
            differences.push(format!("is sent {} times, but its retry class is {class}", broken.count()));
        }
    }
    differences
}

/// In which ways the request that came in is another one.
pub fn differences(send: &Send, seen: &Seen) -> Vec<String> {
    let wire = &send.wire;
    let mut found = Vec::new();
    let (path, query) = seen.target.split_once('?').unwrap_or((&seen.target, ""));
    if seen.method != wire.method {
        found.push(format!("the method is {}, not {}", seen.method, wire.method));
    }
    if path != wire.path {
        found.push(format!("the path is {path}, not {}", wire.path));
    }
    let expected: Vec<_> = wire.query.iter().map(|(name, value)| format!("{name}={}", as_text(value))).collect();
    let mut given: Vec<_> = query.split('&').filter(|part| !part.is_empty()).map(unescaped).collect();
    given.sort();
    if given != sorted(expected.clone()) {
        found.push(format!("the query is {given:?}, not {expected:?}"));
    }
    found.extend(header_differences(send, seen));
    found.extend(body_difference(wire, seen));
    found
}

/// Headers that are missing, that hold something else, and that nobody expects. What they hold is not said, for it may be a key.
fn header_differences(send: &Send, seen: &Seen) -> Vec<String> {
    let expected = expected_headers(send);
    let mut found = Vec::new();
    for (name, value) in &expected {
        // Every form has a boundary of its own.
        let same = |text: &str| text.split_once("boundary=").map_or(text, |(before, _)| before).to_owned();
        if same(seen.header(name).unwrap_or_default()) != same(value) {
            found.push(format!("the header {name} is another one"));
        }
    }
    let (api, _) = evidence::parts(&send.operation);
    let mut names = BTreeSet::new();
    for (name, value) in &seen.headers {
        let signed = api == "pai-dataset-jobs" && is_of_the_signature(name, value, seen);
        if !names.insert(name) {
            found.push(format!("the header {name} is there more than once"));
        } else if !expected.contains_key(name) && !signed && !show::is_of_the_connection(seen, name, value) {
            found.push(format!("the header {name} is not expected"));
        }
    }
    found
}

/// What every request says of itself, with what the evidence says of this one.
fn expected_headers(send: &Send) -> BTreeMap<String, String> {
    let (api, name) = evidence::parts(&send.operation);
    let wire = &send.wire;
    let streamed = wire.body.as_ref().is_some_and(|body| body["stream"] == true);
    let accept = if streamed { "text/event-stream, application/json" } else { "application/json" };
    let mut expected = BTreeMap::from([("accept".to_owned(), accept.to_owned())]);
    if wire.form.is_some() {
        expected.insert("content-type".to_owned(), "multipart/form-data; ".to_owned());
    } else if wire.body.is_some() {
        expected.insert("content-type".to_owned(), "application/json".to_owned());
    }
    expected.extend(show::key_header(api).map(|(name, before)| (name.to_owned(), format!("{before}{}", key()))));
    let index = spec::index(api);
    expected.extend(spec::constant_headers(index, spec::operation(index, name)));
    let own = wire.headers.iter().map(|(name, value)| (name.to_lowercase(), as_text(value).replace("your-key", &key())));
    expected.extend(own);
    expected
}

/// Whether a header is a part of a signature and looks like it. That it is the right one is proved where requests are signed.
fn is_of_the_signature(name: &str, value: &str, seen: &Seen) -> bool {
    let is_hexadecimal = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match name {
        "authorization" => {
            let parts = value.strip_prefix("ACS3-HMAC-SHA256 Credential=access-key-1,SignedHeaders=");
            parts.and_then(|rest| rest.split_once(",Signature=")).is_some_and(|(headers, signature)| {
                headers.split(';').all(|name| seen.header(name).is_some()) && is_hexadecimal(signature, 64)
            })
        }
        "x-acs-date" => value == "1994-11-06T08:49:37Z",
        "x-acs-signature-nonce" => is_hexadecimal(value, 32),
        "x-acs-content-sha256" => is_hexadecimal(value, 64),
        _ => false,
    }
}

fn body_difference(wire: &Wire, seen: &Seen) -> Option<String> {
    if let Some(form) = &wire.form {
        let given = fields(seen);
        return (given != *form).then(|| format!("the form is {}, not {}", Value::from(given), Value::from(form.clone())));
    }
    let given = if seen.body.is_empty() { None } else { serde_json::from_slice::<Value>(&seen.body).ok() };
    let text = |body: &Option<Value>| body.as_ref().map_or("empty".to_owned(), Value::to_string);
    (given != wire.body || given.is_none() && !seen.body.is_empty())
        .then(|| format!("the body is {}, not {}", text(&given), text(&wire.body)))
}

/// The fields of a form, by their names.
fn fields(seen: &Seen) -> Map<String, Value> {
    let boundary = seen.header("content-type").and_then(|value| value.split_once("boundary=")).map(|(_, boundary)| format!("--{boundary}"));
    let Some(boundary) = boundary else { return Map::new() };
    let parts = seen.text().split(boundary.as_str()).filter_map(|part| part.split_once("\r\n\r\n"));
    let named = parts.filter_map(|(head, content)| {
        let name = head.split_once("; name=\"")?.1.split_once('"')?.0;
        Some((name.to_owned(), Value::from(content.trim_end_matches("\r\n"))))
    });
    named.collect()
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}

/// Lists with commas, everything else as its text.
fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(as_text).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

fn unescaped(text: &str) -> String {
    text.replace("%2C", ",").replace("%20", " ")
}

/// Where a caller can say a value that the spec does not know: an enum is open, so that a value which the server learns later can be
/// sent without a new client.
const PASSED_ON: [(&str, &str); 1] = [("powerdrill-v1#create_chat_completion", "/body/chatMode")];

/// One line for each request that must not be sent: what became of it.
#[tokio::test]
async fn what_must_not_be_sent_is_not_sent() {
    let mut lines = String::new();
    let mut count = 0;
    for file in evidence::all() {
        for (number, send) in file.sends.iter().enumerate() {
            let Some(place) = &send.refused else { continue };
            count += 1;
            let outcome = refused(send, place).await;
            writeln!(lines, "{} sends[{number}] {} {place}\n    {outcome}", file.name, send.operation).expect("a text");
        }
    }
    assert_eq!(count, REFUSED, "the number of requests in the evidence");
    insta::with_settings!({ snapshot_path => concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"), prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("refused", lines);
    });
}

async fn refused(send: &Send, place: &str) -> String {
    let (api, name) = evidence::parts(&send.operation);
    let arguments = match arguments(api, name, &send.wire) {
        Ok(arguments) => arguments,
        Err(reason) => return format!("cannot be said: {reason}"),
    };
    let server = server(200, DONE).await;
    let sending = match AnyClient::new(api, &server.url()).call(name, &arguments) {
        Ok(sending) => sending,
        Err(reason) => return format!("cannot be said: {reason}"),
    };
    match sending.await {
        Err(error) if matches!(error.kind(), ErrorKind::InvalidRequest { .. }) => {
            assert_eq!(server.count(), 0, "{}", send.operation);
            show::error(&error)
        }
        _ => {
            let differences = differences(send, &server.last());
            if PASSED_ON.contains(&(send.operation.as_str(), place)) && differences.is_empty() {
                return "goes out: a value that the client does not know is passed on".to_owned();
            }
            assert!(!differences.is_empty(), "{} sends what it must not send: {}", send.operation, show::request(api, &server.last()));
            format!("comes out as another one: {}", differences.join("; "))
        }
    }
}

/// What a caller would have to say to get this request. An error says what nobody can say.
pub fn arguments(api: &str, name: &str, wire: &Wire) -> Result<Map<String, Value>, String> {
    let index = spec::index(api);
    let operation = spec::operation(index, name);
    let sayable = spec::sayable(index, operation);
    let mut given = Map::new();
    for (expected, segment) in operation.path.split('/').zip(wire.path.split('/')) {
        if let Some(variable) = expected.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            given.insert(variable.to_owned(), segment.into());
        }
    }
    let query = wire.query.iter().filter(|(name, _)| *name != "user_id");
    given.extend(query.map(|(name, value)| (name.clone(), value.clone())));
    let members = match (&wire.body, &wire.form) {
        (Some(Value::Object(members)), _) | (None, Some(members)) => members.clone(),
        (Some(other), _) => return Err(format!("{other} is not a body")),
        (None, None) => Map::new(),
    };
    // The only constant in a body is filled in, as the user is.
    let own = members.into_iter().filter(|(name, value)| name != "user_id" && (sayable.contains(name) || *value != "FILE"));
    given.extend(own);
    Ok(given)
}
