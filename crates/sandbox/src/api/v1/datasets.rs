//! Datasets of the personal API.

use serde_json::{Value, json};

use super::{created, found, page};
use crate::call::{Answered, Call, Outcome};
use crate::store::sources::Status;
use crate::store::{Dataset, Store, cut};

pub(super) fn create(call: &Call) -> Answered {
    let id = call.id("dataset");
    insert(call, &mut call.state.store(), &id, call.text("name"), call.body("description").as_str());
    Ok(Outcome::Data(created(call, &id)))
}

pub(super) fn insert(call: &Call, store: &mut Store, id: &str, name: &str, description: Option<&str>) {
    let description = description.map(str::to_owned);
    let dataset = Dataset { project: call.project.clone(), user: String::new(), name: cut(name), description };
    store.datasets.insert(id.to_owned(), dataset);
}

pub(super) fn list(call: &Call) -> Answered {
    let store = call.state.store();
    let own = store.datasets.iter().rev().filter(|(_, dataset)| dataset.project == call.project);
    let matching = own.filter(|(_, dataset)| found(call, "name", &dataset.name));
    let shown =
        |(id, dataset): (&String, &Dataset)| -> Value { json!({ "id": id, "name": dataset.name, "description": dataset.description }) };
    Ok(Outcome::Data(page(call, matching.map(shown).collect())))
}

pub(super) fn update(call: &Call) -> Answered {
    let mut store = call.state.store();
    let dataset = store.dataset(&call.project, call.path("dataset_id"))?;
    if let Some(name) = call.body("name").as_str() {
        dataset.name = cut(name);
    }
    if let Some(description) = call.body("description").as_str() {
        dataset.description = Some(description.to_owned());
    }
    drop(store);
    Outcome::nothing(call)
}

pub(super) fn delete(call: &Call) -> Answered {
    let id = call.path("dataset_id");
    let mut store = call.state.store();
    store.dataset(&call.project, id)?;
    store.delete_dataset(id);
    drop(store);
    Outcome::nothing(call)
}

pub(super) fn status(call: &Call) -> Answered {
    let id = call.path("dataset_id");
    let mut store = call.state.store();
    store.dataset(&call.project, id)?;
    let delay = call.state.config.delays.synchronising;
    let statuses: Vec<Status> = store.sources_of(id).map(|source| source.status(call.now, delay)).collect();
    let word = if statuses.is_empty() {
        "empty_datasource"
    } else if statuses.iter().any(|status| matches!(status, Status::Waiting | Status::Running)) {
        "processing"
    } else if statuses.contains(&Status::Failed) {
        "part_error"
    } else {
        "synched"
    };
    Ok(Outcome::Data(json!(word)))
}
