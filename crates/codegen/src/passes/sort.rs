//! After this pass, the operations of a group stand in the order of their paths, and on one path creating comes first and deleting last.
//!
//! The order of members, parameters, values and events is the document's: it is what people read, and lists keep it.

use apispec::Problem;

use crate::ir::{Api, Operation, Segment};

/// Runs the pass.
///
/// # Errors
/// None.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    for group in &mut api.groups {
        group.operations.sort_by_cached_key(key);
    }
    Ok(())
}

fn key(operation: &Operation) -> (Vec<String>, usize, String) {
    let path = operation.path.iter().map(|segment| match segment {
        Segment::Literal(text) => text.clone(),
        Segment::Param(name) => format!("{{{name}}}"),
    });
    let one = matches!(operation.path.last(), Some(Segment::Param(_)));
    let methods = if one { ["GET", "PUT", "PATCH", "POST", "DELETE"] } else { ["POST", "GET", "PUT", "PATCH", "DELETE"] };
    let rank = methods.iter().position(|method| *method == operation.method).unwrap_or(methods.len());
    (path.collect(), rank, operation.id.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::samples::{self, operation};

    #[test]
    fn operations_stand_in_the_order_of_paths_and_methods() {
        let mut api = samples::api(vec![]);
        let one = |id, method| Operation {
            path: vec![Segment::Literal("/things/".to_owned()), Segment::Param("id".to_owned())],
            ..operation(id, method, "/things/{id}")
        };
        let operations = [one("delete_thing", "DELETE"), one("update_thing", "POST"), one("get_thing", "GET")];
        let on_all = [operation("list_things", "GET", "/things"), operation("create_thing", "POST", "/things")];
        api.groups[0].operations = operations.into_iter().chain(on_all).collect();
        run(&mut api).expect("no problems");
        let ids: Vec<_> = api.groups[0].operations.iter().map(|operation| operation.id.as_str()).collect();
        assert_eq!(ids, ["create_thing", "list_things", "get_thing", "update_thing", "delete_thing"]);
    }
}
