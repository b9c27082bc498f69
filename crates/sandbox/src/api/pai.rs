//! Dataset jobs of PAI. Datasets and workspaces are managed elsewhere, so that any id of them is taken for one that exists.

pub(crate) mod configs;
pub(crate) mod jobs;

use serde_json::{Value, json};

use crate::api::Handler;
use crate::call::{Call, page_of};

pub(super) const HANDLERS: &[(&str, Handler)] = &[
    ("create_dataset_job", jobs::create),
    ("list_dataset_jobs", jobs::list),
    ("get_dataset_job", jobs::get),
    ("update_dataset_job", jobs::update),
    ("delete_dataset_job", jobs::delete),
    ("stop_dataset_job", jobs::stop),
    ("create_dataset_job_config", configs::create),
    ("list_dataset_job_configs", configs::list),
    ("get_dataset_job_config", configs::get),
    ("update_dataset_job_config", configs::update),
    ("delete_dataset_job_config", configs::delete),
];

/// One page of a list; the reply does not repeat which page it is.
fn page(call: &Call, all: Vec<Value>, items: &str, usual: i64) -> Value {
    // Page numbers of configs are typed as text in the vendor's documents, and arrive as numbers all the same.
    let number = |name: &str| call.query(name).and_then(Value::as_i64).filter(|number| *number > 0);
    let (page, size) = (number("PageNumber").unwrap_or(1), number("PageSize").unwrap_or(usual));
    json!({ "TotalCount": all.len(), items: page_of(all, page, size) })
}
