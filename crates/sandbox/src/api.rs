//! Operations by name -> the functions that carry them out.

pub(crate) mod pai;
mod v1;
mod v2;

use serde_json::Value;

use crate::ask::Readable;
use crate::call::{Answered, Call};
use crate::refusal::Refusal;
use crate::spec::Api;
use crate::store::Store;
use crate::store::sources::{DataSource, Status};

pub(crate) type Handler = fn(&Call) -> Answered;

/// The function that carries out an operation.
pub(crate) fn handler(api: Api, operation: &str) -> Option<Handler> {
    let known = match api {
        Api::V1 => v1::HANDLERS,
        Api::V2 => v2::HANDLERS,
        Api::Pai => pai::HANDLERS,
    };
    known.iter().find(|(name, _)| *name == operation).map(|(_, handler)| *handler)
}

/// A data source as questions see it.
fn readable(source: &DataSource) -> Readable {
    Readable {
        id: source.id.clone(),
        dataset: source.dataset.clone(),
        name: source.name.clone(),
        extension: source.extension.clone(),
        content: source.content.clone().unwrap_or_default(),
        data: source.data.clone(),
    }
}

/// The data sources that a question is about, all of which have to be ready: those that it names, or else all of its dataset.
/// `dataset` and `sources` are what the API calls the members of the body; `unready` is what it says if one is not ready.
fn chosen(call: &Call, store: &mut Store, dataset: &str, sources: &str, unready: Refusal) -> Result<Vec<Readable>, Refusal> {
    let Some(dataset) = call.body(dataset).as_str() else { return Ok(Vec::new()) };
    store.dataset(&call.project, dataset)?;
    let named: Vec<&str> = call.body(sources).as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let chosen: Vec<&DataSource> = if named.is_empty() {
        store.sources_of(dataset).collect()
    } else {
        named.iter().map(|id| store.source(&call.project, dataset, id)).collect::<Result<_, _>>()?
    };
    let delay = call.state.config.delays.synchronising;
    if chosen.iter().any(|source| source.status(call.now, delay) != Status::Ready) {
        return Err(unready);
    }
    Ok(chosen.into_iter().map(readable).collect())
}

#[cfg(test)]
mod tests {
    use super::{Api, handler, pai, v1, v2};
    use crate::spec::Specs;

    #[test]
    fn every_operation_of_the_specs_is_carried_out_and_no_other() {
        let specs = Specs::shared().expect("the specs can be read");
        for operation in &specs.operations {
            assert!(handler(operation.api, &operation.id).is_some(), "{}#{}", operation.api.document(), operation.id);
        }
        for (api, known) in [(Api::V1, v1::HANDLERS), (Api::V2, v2::HANDLERS), (Api::Pai, pai::HANDLERS)] {
            for (name, _) in known {
                assert!(specs.operations.iter().any(|operation| operation.api == api && operation.id == *name), "{name}");
            }
        }
        let count = |api| specs.operations.iter().filter(|operation| operation.api == api).count();
        assert_eq!([count(Api::V1), count(Api::V2), count(Api::Pai)], [17, 22, 11]);
    }
}
