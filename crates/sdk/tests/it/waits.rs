//! What servers say of datasets that are waited for, however odd it is.

use powerdrill::prelude::*;
use serde_json::json;

use super::script::{Script, json_reply};

#[tokio::test]
async fn counts_of_any_size_are_read() {
    let counts = json!({"synched_count": i64::MAX, "synching_count": i64::MAX, "invalid_count": i64::MAX});
    let sources = json!({"records": [], "total_items": 0, "page_number": 1, "page_size": 10});
    let script = Script::new([counts, sources].map(|data| json_reply(&json!({"code": 0, "data": data}))));
    let error = script.client().datasets().wait_until_synced("dataset-1").await.expect_err("invalid");
    assert!(error.to_string().contains("at least one data source in dataset dataset-1 could not be read by the server"), "{error}");
}
