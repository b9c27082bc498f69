//! The personal API.

mod chat;
mod datasets;
mod sessions;
mod sources;

use serde_json::{Value, json};

use crate::api::Handler;
use crate::call::Call;

pub(super) const HANDLERS: &[(&str, Handler)] = &[
    ("create_session", sessions::create),
    ("list_sessions", sessions::list),
    ("get_session", sessions::get),
    ("update_session", sessions::update),
    ("delete_session", sessions::delete),
    ("list_session_history", sessions::history),
    ("create_dataset", datasets::create),
    ("list_datasets", datasets::list),
    ("update_dataset", datasets::update),
    ("delete_dataset", datasets::delete),
    ("get_dataset_status", datasets::status),
    ("create_data_source", sources::create),
    ("list_data_sources", sources::list),
    ("get_data_source", sources::get),
    ("delete_data_source", sources::delete),
    ("create_data_source_in_new_dataset", sources::create_with_dataset),
    ("create_chat_completion", chat::create),
];

fn page(call: &Call, all: Vec<Value>) -> Value {
    call.page(all, "pageNumber", "pageSize", "records", "total")
}

/// The documents name the filters after whole names; a part is enough here, as in the generations that followed.
fn found(call: &Call, filter: &str, text: &str) -> bool {
    call.query_text(filter).is_none_or(|search| text.to_lowercase().contains(&search.to_lowercase()))
}

/// What a creation returns: this generation the bare id, the one that followed on the same paths an object.
fn created(call: &Call, id: &str) -> Value {
    if call.state.captured() { json!(id) } else { json!({ "id": id }) }
}
