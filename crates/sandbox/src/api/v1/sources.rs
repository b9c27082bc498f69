//! Data sources of the personal API.

use std::time::Duration;

use serde_json::{Value, json};

use super::{datasets, found, page};
use crate::call::{Answered, Call, Outcome};
use crate::refusal::Refusal;
use crate::store::cut;
use crate::store::files::Kind;
use crate::store::sources::{DataSource, Status};

fn word(source: &DataSource, status: Status) -> &'static str {
    match status {
        Status::Failed if source.over_quota => "usage_limit_reached",
        Status::Waiting => "pending",
        Status::Running => "running",
        Status::Ready => "synched",
        Status::Failed => "error",
    }
}

fn shown(call: &Call, source: &DataSource) -> Value {
    let expanded = call.query_text("expand") == Some("preSignUrl") && source.content.is_some();
    let expires = call.now.plus(Duration::from_secs(3600));
    let url = match &source.url {
        Some(url) if !expanded => url.clone(),
        _ => call.state.link(Kind::Source, &source.id, &source.name, expires),
    };
    json!({
        "id": source.id,
        "datasetId": source.dataset,
        "name": source.name,
        "type": "FILE",
        "url": url,
        "ext": source.extension,
        "status": word(source, source.status(call.now, call.state.config.delays.synchronising)),
    })
}

fn made(call: &Call, dataset: &str) -> DataSource {
    let url = call.text("url").to_owned();
    let content = call.state.content_at(&url);
    let over_quota = {
        let store = call.state.store();
        let own = store
            .sources
            .values()
            .filter(|source| source.project == call.project && !source.over_quota)
            .filter_map(|source| source.content.as_ref());
        let size: usize = own.chain(&content).map(bytes::Bytes::len).sum();
        u64::try_from(size).unwrap_or(u64::MAX) > call.state.config.limits.storage
    };
    DataSource {
        id: call.id("datasource"),
        project: call.project.clone(),
        dataset: dataset.to_owned(),
        name: cut(call.text("name")),
        extension: call.text("ext").trim_start_matches('.').to_ascii_lowercase(),
        content,
        over_quota,
        url: Some(url),
        created: call.now,
        data: Default::default(),
    }
}

pub(super) fn create(call: &Call) -> Answered {
    let dataset = call.path("dataset_id");
    let source = made(call, dataset);
    let mut store = call.state.store();
    store.dataset(&call.project, dataset)?;
    if store.sources_of(dataset).count() >= call.state.config.limits.v1_data_sources {
        return Err(Refusal::new(100_001, "operate.invalid: the dataset holds 10 data sources already"));
    }
    let data = shown(call, &source);
    store.sources.insert(source.id.clone(), source);
    Ok(Outcome::Data(data))
}

pub(super) fn create_with_dataset(call: &Call) -> Answered {
    let dataset = call.id("dataset");
    let source = made(call, &dataset);
    let data = shown(call, &source);
    let mut store = call.state.store();
    datasets::insert(call, &mut store, &dataset, &source.name, None);
    store.sources.insert(source.id.clone(), source);
    Ok(Outcome::Data(data))
}

pub(super) fn list(call: &Call) -> Answered {
    let dataset = call.path("dataset_id");
    let mut store = call.state.store();
    store.dataset(&call.project, dataset)?;
    let mut matching: Vec<Value> =
        store.sources_of(dataset).filter(|source| found(call, "name", &source.name)).map(|source| shown(call, source)).collect();
    matching.reverse();
    Ok(Outcome::Data(page(call, matching)))
}

pub(super) fn get(call: &Call) -> Answered {
    let store = call.state.store();
    let source = store.source(&call.project, call.path("dataset_id"), call.path("datasource_id"))?;
    Ok(Outcome::Data(shown(call, source)))
}

pub(super) fn delete(call: &Call) -> Answered {
    let id = call.path("datasource_id");
    let mut store = call.state.store();
    store.source(&call.project, call.path("dataset_id"), id)?;
    store.sources.shift_remove(id);
    drop(store);
    Outcome::nothing(call)
}
