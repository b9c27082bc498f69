//! Operations by name -> the functions that carry them out.

pub(crate) mod pai;
mod v1;
mod v2;

use crate::ask::Readable;
use crate::call::{Answered, Call};
use crate::spec::Api;
use crate::store::sources::DataSource;

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
