//! Datasets of the team API.

use serde_json::{Value, json};

use super::{found, page};
use crate::call::{Answered, Call, Outcome};
use crate::refusal::Refusal;
use crate::store::sources::Status;
use crate::store::{Dataset, Store, cut};

pub(super) fn create(call: &Call) -> Answered {
    let id = call.id("dataset");
    let description = call.body("description").as_str().map(str::to_owned);
    insert(call, &mut call.state.store(), &id, call.text("name"), description);
    Ok(Outcome::Data(json!({ "id": id })))
}

pub(super) fn insert(call: &Call, store: &mut Store, id: &str, name: &str, description: Option<String>) {
    let dataset = Dataset { project: call.project.clone(), user: call.user().to_owned(), name: cut(name), description };
    store.datasets.insert(id.to_owned(), dataset);
}

fn shown(id: &str, dataset: &Dataset) -> Value {
    json!({ "id": id, "name": dataset.name, "description": dataset.description })
}

pub(super) fn list(call: &Call) -> Answered {
    let store = call.state.store();
    let own = store.datasets.iter().rev().filter(|(_, dataset)| dataset.project == call.project);
    let text = |dataset: &Dataset| dataset.description.clone().unwrap_or_default();
    let matching = own.filter(|(_, dataset)| found(call.query_text("search"), &[&dataset.name, &text(dataset)]));
    Ok(Outcome::Data(page(call, matching.map(|(id, dataset)| shown(id, dataset)).collect())))
}

pub(super) fn update(call: &Call) -> Answered {
    let blank = |name: &str| call.text(name).trim().is_empty();
    if blank("name") && blank("description") {
        return Err(Refusal::new(300_001, "invalid parameters: `name` and `description` must not both be blank"));
    }
    let mut store = call.state.store();
    let dataset = store.own_dataset(&call.project, call.user(), call.path("dataset_id"))?;
    if !blank("name") {
        dataset.name = cut(call.text("name"));
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
    store.own_dataset(&call.project, call.user(), id)?;
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
    let count = |wanted: &[Status]| statuses.iter().filter(|status| wanted.contains(status)).count();
    Ok(Outcome::Data(json!({
        "synched_count": count(&[Status::Ready]),
        "invalid_count": count(&[Status::Failed]),
        "synching_count": count(&[Status::Waiting, Status::Running]),
    })))
}

/// What is in the files is found out where nothing waits for it.
pub(super) fn overview(call: &Call) -> Answered {
    let id = call.path("dataset_id").to_owned();
    let mut store = call.state.store();
    let dataset = store.dataset(&call.project, &id)?;
    let mut data = shown(&id, dataset);
    let delay = call.state.config.delays.synchronising;
    let ready: Vec<_> =
        store.sources_of(&id).filter(|source| source.status(call.now, delay) == Status::Ready).map(crate::api::readable).collect();
    drop(store);
    let (captured, request, api) = (call.state.captured(), call.request.clone(), call.api());
    Ok(Outcome::Work(Box::new(move || {
        let overview = crate::ask::overview(&ready);
        data["summary"] = json!(overview.summary);
        data["exploration_questions"] = json!(overview.questions);
        data["keywords"] = json!(overview.keywords);
        Ok(Outcome::reply(data, api, captured, &request))
    })))
}
