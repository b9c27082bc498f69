//! The team API.

mod datasets;
mod files;
mod jobs;
mod sessions;
mod sources;

use serde_json::Value;

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
    ("get_dataset_overview", datasets::overview),
    ("get_dataset_status", datasets::status),
    ("create_data_source", sources::create),
    ("list_data_sources", sources::list),
    ("get_data_source", sources::get),
    ("delete_data_source", sources::delete),
    ("presign_data_source", sources::presign),
    ("create_data_source_in_new_dataset", sources::create_with_dataset),
    ("upload_file", files::upload),
    ("init_multipart_upload", files::begin),
    ("complete_multipart_upload", files::complete),
    ("create_job", jobs::create),
];

fn page(call: &Call, all: Vec<Value>) -> Value {
    call.page(all, "page_number", "page_size", "records", "total_items")
}

/// Whether a search finds one of these texts. Case does not matter.
fn found(search: Option<&str>, texts: &[&str]) -> bool {
    search.is_none_or(|search| texts.iter().any(|text| text.to_lowercase().contains(&search.to_lowercase())))
}
