//! Calls of every operation, by name: with as little as it takes, and with everything that can be said.

use std::collections::BTreeMap;

use apispec::document::{parse_text, read_text};
use pai_datasets as pai;
use powerdrill_client::{v1, v2};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::arguments::{Arguments, Sending, Unsayable};
use crate::support::{pai_client, v1_client, v2_client};
use crate::{pai as jobs, v1 as first, v2 as second};

/// How an operation can be called.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Samples {
    pub minimal: Map<String, Value>,
    /// More than one where some arguments exclude each other.
    pub full: Vec<Map<String, Value>>,
}

/// The samples in `calls/`, by the names of the operations.
pub fn samples(api: &str) -> BTreeMap<String, Samples> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("calls/{api}.yaml"));
    let text = read_text(&path).unwrap_or_else(|report| panic!("{api}: {report}"));
    let (_, tree) = parse_text(api, &text).unwrap_or_else(|report| panic!("{api}: {report}"));
    serde_json::from_value(tree).unwrap_or_else(|error| panic!("{api}: {error}"))
}

/// A client of one of the APIs.
pub enum AnyClient {
    V1(v1::Client),
    V2(v2::Client),
    Pai(pai::Client),
}

impl AnyClient {
    pub fn new(api: &str, url: &str) -> Self {
        match api {
            "powerdrill-v1" => Self::V1(v1_client(url)),
            "powerdrill-v2" => Self::V2(v2_client(url)),
            "pai-dataset-jobs" => Self::Pai(pai_client(url)),
            other => panic!("no client of {other}"),
        }
    }

    /// Puts a call together by the name of the operation.
    pub fn call(&self, operation: &str, given: &Map<String, Value>) -> Result<Sending, Unsayable> {
        let given = Arguments::new(given);
        match self {
            Self::V1(client) => find(&first::OPERATIONS, operation)(client, given),
            Self::V2(client) => find(&second::OPERATIONS, operation)(client, given),
            Self::Pai(client) => find(&jobs::OPERATIONS, operation)(client, given),
        }
    }
}

fn find<T: Copy>(table: &[(&str, T)], operation: &str) -> T {
    let found = table.iter().find(|(name, _)| *name == operation);
    found.unwrap_or_else(|| panic!("{operation} is missing in the table of operations")).1
}
