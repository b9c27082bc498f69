//! Every operation of all APIs, called with as little as it takes and with everything: the request as it goes out is a snapshot.

use std::collections::{BTreeSet, HashSet};

use apispec::Index;
use apispec::schema::declared_names;
use powerdrill_client::ErrorKind;
use serde_json::{Map, Value};

use wire::calls::{AnyClient, Samples, samples};
use wire::server::{Server, reply};
use wire::show;
use wire::spec::{self, is_safe, operation, sayable};
use wire::support::{DONE, JSON, server};

const APIS: [&str; 3] = ["powerdrill-v1", "powerdrill-v2", "pai-dataset-jobs"];

#[test]
fn none_is_missing() {
    for api in APIS {
        let index = spec::index(api);
        let declared: BTreeSet<String> = index.operations().iter().map(|operation| operation.name()).collect();
        let called: BTreeSet<String> = samples(api).into_keys().collect();
        assert_eq!(called, declared, "calls/{api}.yaml has other operations than the spec");
        for (name, sample) in samples(api) {
            let said: BTreeSet<String> = sample.full.iter().flat_map(Map::keys).cloned().collect();
            assert_eq!(said, sayable(index, operation(index, &name)), "{name}: `full` says other things than can be said");
            complete_inside(index, &name, &sample);
        }
    }
}

/// An object in `full` has every member that its schema declares.
fn complete_inside(index: &'static Index<'static>, name: &str, sample: &Samples) {
    for (member, value) in sample.full.iter().flatten() {
        let Value::Object(object) = value else { continue };
        let (body, _) = spec::body(operation(index, name)).expect("a body");
        let body = index.resolve(&body).expect("a schema").pointer;
        let declared = declared_names(index, &body.child("properties").child(member)).expect("members");
        assert_eq!(object.keys().map(String::as_str).collect::<HashSet<_>>(), declared, "{name}: {member}");
    }
}

#[tokio::test]
async fn every_request_as_it_goes_out() {
    for api in APIS {
        for (name, sample) in samples(api) {
            let mut text =
                format!("{name}: {}\n", if repeated(api, &name, &sample.minimal).await { "sent again if it fails" } else { "sent once" });
            text.push_str(&format!("\n--- minimal\n{}", request(api, &name, &sample.minimal).await));
            for full in &sample.full {
                text.push_str(&format!("\n--- full\n{}", request(api, &name, full).await));
            }
            insta::with_settings!({
                snapshot_path => format!("{}/snapshots/{api}", env!("CARGO_MANIFEST_DIR")), prepend_module_to_snapshot => false, omit_expression => true
            }, {
                insta::assert_snapshot!(name.as_str(), text);
            });
        }
    }
}

async fn request(api: &str, name: &str, arguments: &Map<String, Value>) -> String {
    let server = server(200, DONE).await;
    let sending = AnyClient::new(api, &server.url()).call(name, arguments).unwrap_or_else(|reason| panic!("{name}: {reason}"));
    if let Err(error) = sending.await {
        assert!(matches!(error.kind(), ErrorKind::Decode { .. }), "{name}: {error}");
    }
    assert_eq!(server.count(), 1, "{name}");
    show::request(api, &server.last())
}

/// Whether the request comes a second time when the server fails, which is what the spec has to say.
async fn repeated(api: &str, name: &str, arguments: &Map<String, Value>) -> bool {
    let failing = Server::start(|_, _| reply(500, JSON, r#"{"code":9999,"msg":"failed"}"#)).await;
    let sending = AnyClient::new(api, &failing.url()).call(name, arguments).unwrap_or_else(|reason| panic!("{name}: {reason}"));
    let error = sending.await.expect_err("a failure");
    show::error(&error);
    assert!(error.outcome_unknown(), "{name}: {error:?}");
    let index = spec::index(api);
    let expected = if is_safe(operation(index, name)) { 3 } else { 1 };
    assert_eq!(failing.count(), expected, "{name}");
    expected > 1
}

/// Nothing of `minimal` can be left out: the functions cannot be called without it, or nothing is sent.
#[tokio::test]
async fn nothing_less_is_sent() {
    for api in APIS {
        for (name, sample) in samples(api) {
            for left_out in sample.minimal.keys() {
                let mut arguments = sample.minimal.clone();
                arguments.remove(left_out);
                let server = server(200, DONE).await;
                if let Ok(sending) = AnyClient::new(api, &server.url()).call(&name, &arguments) {
                    let error = sending.await.expect_err(left_out);
                    show::error(&error);
                    assert!(matches!(error.kind(), ErrorKind::InvalidRequest { .. }), "{name} without {left_out}: {error:?}");
                }
                assert_eq!(server.count(), 0, "{name} without {left_out}");
            }
        }
    }
}
