//! After this pass, no body has the member that asks for a stream: a client asks by opening one.

use std::collections::BTreeMap;

use apispec::Problem;

use super::reach;
use crate::ir::{Api, Body, Shape, TypeId};

/// Runs the pass.
///
/// # Errors
/// A body that an operation without a stream sends as well: there the member would be missing.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    let mut flags: BTreeMap<TypeId, String> = BTreeMap::new();
    for operation in reach::operations(api) {
        if let (Some(events), Some(Body::Json(id))) = (&operation.events, &operation.body) {
            flags.insert(id.clone(), events.flag.clone());
        }
    }
    let shared = reach::operations(api).filter(|operation| operation.events.is_none());
    let problem = |id: &TypeId| {
        let message = format!("`{}` asks for a stream, but is also the body of an operation that has none", id.0);
        Problem::new("stream-flag", &api.source, message, "give each operation a body of its own")
    };
    let problems: Vec<_> = shared
        .filter_map(|operation| match &operation.body {
            Some(Body::Json(id)) if flags.contains_key(id) => Some(problem(id).at(operation.origin.clone())),
            _ => None,
        })
        .collect();
    for (id, flag) in flags {
        if let Some(Shape::Struct(members)) = api.types.get_mut(&id).map(|definition| &mut definition.shape) {
            members.fields.retain(|field| field.wire != flag);
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use apispec::Pointer;

    use super::*;
    use crate::ir::{Events, Ty};
    use crate::passes::samples::{self, field, id, members};

    fn streaming() -> Api {
        let body = members(vec![field("question", Ty::Text), field("stream", Ty::Flag)]);
        let mut api = samples::api(vec![("Body", Shape::Struct(body))]);
        let operation = samples::first(&mut api);
        operation.body = Some(Body::Json(id("Body")));
        operation.events = Some(Events {
            flag: "stream".to_owned(),
            first: "ID".to_owned(),
            end: "END".to_owned(),
            ok: "[DONE]".to_owned(),
            error: None,
            frame: id("Frame"),
            payload: Pointer::root(),
            table: Vec::new(),
        });
        api
    }

    #[test]
    fn the_flag_is_no_member_of_the_body() {
        let mut api = streaming();
        run(&mut api).expect("no problems");
        let Shape::Struct(body) = &api.types[&id("Body")].shape else { panic!("not a struct") };
        assert_eq!(body.fields, [field("question", Ty::Text)]);
    }

    #[test]
    fn a_body_that_is_shared_with_an_operation_without_stream_is_a_problem() {
        let mut api = streaming();
        let mut other = samples::operation("ask", "POST", "/ask");
        other.body = Some(Body::Json(id("Body")));
        api.groups[0].operations.push(other);
        let problems = run(&mut api).expect_err("a problem");
        assert_eq!(problems[0].pointer.as_str(), "/paths/~1ask/post");
    }
}
