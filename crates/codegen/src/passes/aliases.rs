//! After this pass, no name stands for something that contains the same name: such a list or map holds any JSON instead, and is listed.
//!
//! `Tree: {type: array, items: {$ref: Tree}}` is a type without end in Rust, where a name for a type is no type of its own.

use apispec::Problem;

use super::reach;
use crate::ir::{Api, Shape, Ty, TypeId};

/// Runs the pass.
///
/// # Errors
/// None.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    let ids: Vec<TypeId> = api.types.keys().cloned().collect();
    for id in ids {
        if !leads_back(api, &id) {
            continue;
        }
        if let Some(definition) = api.types.get_mut(&id) {
            let message = format!("`{}` contains itself without being an object, so what is inside is any JSON", id.0);
            let help = "put an object in between, whose member is the list";
            definition.losses.push(Problem::new("weaker-type", &api.source, message, help).at(definition.origin.clone()));
            if let Shape::Alias(ty) = &mut definition.shape {
                cut(ty);
            }
        }
    }
    Ok(())
}

/// Whether a name leads back to itself through other names, lists and maps.
fn leads_back(api: &Api, start: &TypeId) -> bool {
    let mut seen = Vec::new();
    let mut open = vec![start];
    while let Some(id) = open.pop() {
        let Some(Shape::Alias(ty)) = api.types.get(id).map(|definition| &definition.shape) else { continue };
        for next in reach::named(ty) {
            if next == start {
                return true;
            }
            if !seen.contains(&next) {
                seen.push(next);
                open.push(next);
            }
        }
    }
    false
}

fn cut(ty: &mut Ty) {
    match ty {
        Ty::List(inner) | Ty::Map(inner) | Ty::Boxed(inner) => cut(inner),
        other => *other = Ty::Json,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::samples::{self, id, named};

    #[test]
    fn a_list_of_itself_is_a_list_of_anything() {
        let list = |name| Shape::Alias(Ty::List(Box::new(named(name))));
        let mut api = samples::api(vec![("Tree", list("Branch")), ("Branch", list("Tree")), ("Trees", list("Tree"))]);
        run(&mut api).expect("no problems");
        assert_eq!(api.types[&id("Branch")].shape, Shape::Alias(Ty::List(Box::new(Ty::Json))));
        assert_eq!(api.types[&id("Tree")].shape, list("Branch"));
        assert_eq!(api.types[&id("Trees")].shape, list("Tree"));
        assert_eq!(api.types[&id("Branch")].losses.len(), 1);
    }
}
