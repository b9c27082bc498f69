//! After this pass, every body is an object with members, so that a builder can set them one by one.

use apispec::Problem;

use crate::ir::{Api, Body, Shape, Ty, TypeDef, TypeId};

/// Runs the pass. Another name for an object becomes the object.
///
/// # Errors
/// A body that is something else.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let Api { groups, types, source, .. } = api;
    for operation in groups.iter_mut().flat_map(|group| &mut group.operations) {
        let Some(Body::Json(id) | Body::Multipart(id) | Body::Form(id)) = &mut operation.body else { continue };
        let mut target: &TypeId = id;
        // Other names do not run in circles; the bound is for safety only.
        for _ in 0..64 {
            match types.get(target) {
                Some(TypeDef { shape: Shape::Alias(Ty::Named(next)), .. }) => target = next,
                _ => break,
            }
        }
        match types.get(target) {
            Some(TypeDef { shape: Shape::Struct(_), .. }) => *id = target.clone(),
            _ => {
                let message = format!("the body of `{}` is `{}`, which is not an object with members", operation.id, id.0);
                let help = "wrap it in an object, or send it with a request of your own";
                problems.push(Problem::new("body-form", source, message, help).at(operation.origin.clone()));
            }
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::samples::{self, id, members, named};

    #[test]
    fn another_name_for_an_object_becomes_the_object() {
        let mut api = samples::api(vec![("Name", Shape::Alias(named("Thing"))), ("Thing", Shape::Struct(members(vec![])))]);
        samples::first(&mut api).body = Some(Body::Json(id("Name")));
        run(&mut api).expect("no problems");
        assert_eq!(samples::first(&mut api).body, Some(Body::Json(id("Thing"))));
    }

    #[test]
    fn a_body_without_members_is_a_problem() {
        let mut api = samples::api(vec![("List", Shape::Alias(Ty::List(Box::new(Ty::Text))))]);
        samples::first(&mut api).body = Some(Body::Json(id("List")));
        let problems = run(&mut api).expect_err("a problem");
        assert_eq!(problems[0].message, "the body of `get_thing` is `List`, which is not an object with members");
    }
}
