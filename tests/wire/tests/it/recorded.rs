//! Requests of the vendor's own library for PAI, as `tests/foreign/pai/calls.py --record` wrote them down: asked for the same, our client
//! sends the same method, path, query and body.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::evidence::{Send, Wire};
use super::requests::{arguments, differences};
use wire::calls::AnyClient;
use wire::spec;
use wire::support::{DONE, server};

const API: &str = "pai-dataset-jobs";

#[derive(Deserialize)]
struct Recorded {
    action: String,
    wire: Wire,
}

#[tokio::test]
async fn the_same_requests_as_the_vendors_own_library() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded/pai-library.json");
    let recorded: Vec<Recorded> = serde_json::from_str(&fs::read_to_string(path).expect("a file")).expect("requests");
    let index = spec::index(API);
    let (mut operations, mut actions) = (BTreeSet::new(), BTreeSet::new());
    for Recorded { action, mut wire } in recorded {
        let operation = index.operations().iter().find(|operation| spec::constant_headers(index, operation).contains(&header(&action)));
        let operation = operation.unwrap_or_else(|| panic!("no operation sends the action {action}"));
        let name = operation.name();
        typed(&mut wire.query);
        actions.extend(wire.body.as_ref().and_then(|body| body.get("JobAction")).map(Value::to_string));
        let given = arguments(API, &name, &wire).unwrap_or_else(|reason| panic!("{name}: {reason}"));
        let server = server(200, DONE).await;
        AnyClient::new(API, &server.url()).call(&name, &given).unwrap_or_else(|reason| panic!("{name}: {reason}")).await.expect("a reply");
        let send = Send { operation: format!("{API}#{name}"), retry: None, arguments: None, refused: None, wire };
        assert_eq!(differences(&send, &server.last()), [""; 0], "{name}");
        operations.insert(name);
    }
    let declared: BTreeSet<String> = index.operations().iter().map(|operation| operation.name()).collect();
    assert_eq!(operations, declared, "every operation is recorded");
    assert_eq!(actions.len(), 6, "every action is recorded");
}

fn header(action: &str) -> (String, String) {
    ("x-acs-action".to_owned(), action.to_owned())
}

/// In a query everything is a text; a caller says numbers.
fn typed(query: &mut Map<String, Value>) {
    for value in query.values_mut() {
        if let Some(number) = value.as_str().and_then(|text| text.parse::<i64>().ok()).filter(|number| *number < 100_000) {
            *value = number.into();
        }
    }
}
