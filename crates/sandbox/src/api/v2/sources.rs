//! Data sources of the team API.

use std::time::Duration;

use serde_json::{Value, json};

use super::{datasets, page};
use crate::call::{Answered, Call, Outcome};
use crate::refusal::Refusal;
use crate::store::cut;
use crate::store::files::Kind;
use crate::store::sources::{DataSource, Status, extension, is_supported};

fn word(status: Status) -> &'static str {
    match status {
        Status::Waiting | Status::Running => "synching",
        Status::Ready => "synched",
        Status::Failed => "invalid",
    }
}

fn shown(call: &Call, source: &DataSource, with_size: bool) -> Value {
    let status = word(source.status(call.now, call.state.config.delays.synchronising));
    let mut shown = json!({ "id": source.id, "dataset_id": source.dataset, "name": source.name, "type": "FILE", "status": status });
    if with_size {
        shown["size"] = json!(source.content.as_ref().map(bytes::Bytes::len));
    }
    shown
}

/// The data source that the body asks for, with what its address or key leads to.
fn made(call: &Call, dataset: &str) -> Result<DataSource, Refusal> {
    let name = cut(call.text("name"));
    let extension = extension(&name);
    if !is_supported(&extension) {
        return Err(Refusal::new(300_004, format!("invalid file extension: `{extension}` is not supported")));
    }
    let url = call.body("url").as_str().map(str::to_owned);
    let content = match &url {
        Some(url) => call.state.content_at(url),
        None => {
            let store = call.state.store();
            let file = store.files.get(call.text("file_object_key")).filter(|file| file.project == call.project);
            Some(file.ok_or_else(|| Refusal::missing(call.api(), "file"))?.content.clone())
        }
    };
    let (id, project) = (call.id("datasource"), call.project.clone());
    let (dataset, created) = (dataset.to_owned(), call.now);
    // What is uploaded has been counted then.
    Ok(DataSource { id, project, dataset, name, extension, url, content, over_quota: false, created, data: Default::default() })
}

pub(super) fn create(call: &Call) -> Answered {
    let dataset = call.path("dataset_id");
    call.state.store().own_dataset(&call.project, call.user(), dataset)?;
    let source = made(call, dataset)?;
    let data = shown(call, &source, false);
    call.state.store().sources.insert(source.id.clone(), source);
    Ok(Outcome::Data(data))
}

pub(super) fn create_with_dataset(call: &Call) -> Answered {
    let dataset = call.id("dataset");
    let source = made(call, &dataset)?;
    let data = shown(call, &source, false);
    let mut store = call.state.store();
    datasets::insert(call, &mut store, &dataset, &source.name, None);
    store.sources.insert(source.id.clone(), source);
    Ok(Outcome::Data(data))
}

pub(super) fn list(call: &Call) -> Answered {
    let dataset = call.path("dataset_id");
    let wanted: Option<Vec<&str>> =
        call.query("status").and_then(Value::as_array).map(|wanted| wanted.iter().filter_map(Value::as_str).collect());
    let mut store = call.state.store();
    store.dataset(&call.project, dataset)?;
    let all = store.sources_of(dataset).map(|source| shown(call, source, true));
    let matching =
        all.filter(|shown| wanted.as_ref().is_none_or(|wanted| shown["status"].as_str().is_some_and(|own| wanted.contains(&own))));
    let mut matching: Vec<Value> = matching.collect();
    matching.reverse();
    Ok(Outcome::Data(page(call, matching)))
}

pub(super) fn get(call: &Call) -> Answered {
    let store = call.state.store();
    let source = store.source(&call.project, call.path("dataset_id"), call.path("datasource_id"))?;
    Ok(Outcome::Data(shown(call, source, true)))
}

pub(super) fn delete(call: &Call) -> Answered {
    let (dataset, id) = (call.path("dataset_id"), call.path("datasource_id"));
    let mut store = call.state.store();
    store.own_dataset(&call.project, call.user(), dataset)?;
    store.source(&call.project, dataset, id)?;
    store.sources.shift_remove(id);
    drop(store);
    Outcome::nothing(call)
}

pub(super) fn presign(call: &Call) -> Answered {
    let store = call.state.store();
    let source = store.source(&call.project, call.path("dataset_id"), call.path("datasource_id"))?;
    if source.content.is_none() {
        return Err(Refusal::new(300_008, "the download link could not be made: the server has no such file"));
    }
    let (id, name) = (source.id.clone(), source.name.clone());
    drop(store);
    let seconds = call.body("expires_in").as_u64().unwrap_or(600);
    let expires = call.now.plus(Duration::from_secs(seconds));
    let url = call.state.link(Kind::Source, &id, &name, expires);
    Ok(Outcome::Data(json!({ "presigned_url": url, "expires_at": expires.precise() })))
}
