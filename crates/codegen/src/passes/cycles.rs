//! After this pass, no type contains itself without a pointer between: such a member is [`Ty::Boxed`].
//!
//! Lists and maps are pointers already. Types are looked at in the order of their names, so that the same member is chosen every time.

use std::collections::{BTreeMap, BTreeSet};

use apispec::Problem;

use super::reach;
use crate::ir::{Api, Framed, Shape, Ty, TypeId, Union};

/// Runs the pass.
///
/// # Errors
/// None.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    for id in entangled(api) {
        // One member at a time, because each pointer may break the circle for the others.
        while let Some(position) = closing(api, &id) {
            let Some(ty) = api.types.get_mut(&id).and_then(|definition| direct_mut(&mut definition.shape).into_iter().nth(position)) else {
                break;
            };
            *ty = Ty::Boxed(Box::new(ty.clone()));
        }
    }
    Ok(())
}

/// The types that may contain themselves, in order: what is left when each type is taken away that holds none of those left.
fn entangled(api: &Api) -> Vec<TypeId> {
    let mut holders: BTreeMap<&TypeId, Vec<&TypeId>> = BTreeMap::new();
    let mut holds: BTreeMap<&TypeId, usize> = BTreeMap::new();
    for (id, definition) in &api.types {
        let inside: Vec<&TypeId> = held(&definition.shape).into_iter().filter(|inside| api.types.contains_key(*inside)).collect();
        holds.insert(id, inside.len());
        inside.into_iter().for_each(|inside| holders.entry(inside).or_default().push(id));
    }
    let mut free: Vec<&TypeId> = holds.iter().filter(|(_, count)| **count == 0).map(|(id, _)| *id).collect();
    while let Some(id) = free.pop() {
        for holder in holders.remove(id).into_iter().flatten() {
            let Some(count) = holds.get_mut(holder) else { continue };
            *count -= 1;
            if *count == 0 {
                free.push(holder);
            }
        }
    }
    holds.into_iter().filter(|(_, count)| *count > 0).map(|(id, _)| id.clone()).collect()
}

/// The first direct member of a type through which it contains itself.
fn closing(api: &Api, id: &TypeId) -> Option<usize> {
    let mut shape = api.types.get(id)?.shape.clone();
    direct_mut(&mut shape).into_iter().position(|ty| contains(api, inline(ty), id))
}

/// Whether something that holds these types by value holds `wanted` by value.
fn contains(api: &Api, starts: Vec<&TypeId>, wanted: &TypeId) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = starts;
    while let Some(here) = open.pop() {
        if here == wanted {
            return true;
        }
        if seen.insert(here) {
            open.extend(api.types.get(here).into_iter().flat_map(|definition| held(&definition.shape)));
        }
    }
    false
}

/// The types that a value of this type has inside itself.
fn inline(ty: &Ty) -> Vec<&TypeId> {
    match ty {
        Ty::List(_) | Ty::Map(_) | Ty::Boxed(_) => Vec::new(),
        other => reach::named(other),
    }
}

fn held(shape: &Shape) -> Vec<&TypeId> {
    match shape {
        Shape::Struct(members) => members.fields.iter().flat_map(|field| inline(&field.ty)).collect(),
        Shape::Framed(Framed { fields, contents, .. }) => fields.iter().flat_map(|field| inline(&field.ty)).chain([contents]).collect(),
        Shape::Union(Union::Contents { variants }) => variants.iter().flat_map(|variant| inline(&variant.ty)).collect(),
        Shape::Union(Union::Untagged { variants }) => variants.iter().flat_map(inline).collect(),
        Shape::Union(Union::Recognised { variants }) => variants.iter().flat_map(|variant| inline(&variant.ty)).collect(),
        Shape::Alias(ty) => inline(ty),
        Shape::Union(Union::Tagged { .. } | Union::Shorthand { .. } | Union::InText { .. }) | Shape::Enum(_) | Shape::Id => {
            reach::of_shape(shape)
        }
    }
}

/// The members that can be put behind a pointer. In a circle there is always one: an alias cannot refer to itself.
fn direct_mut(shape: &mut Shape) -> Vec<&mut Ty> {
    match shape {
        Shape::Struct(members) => members.fields.iter_mut().map(|field| &mut field.ty).collect(),
        Shape::Framed(framed) => framed.fields.iter_mut().map(|field| &mut field.ty).collect(),
        Shape::Union(Union::Contents { variants }) => variants.iter_mut().map(|variant| &mut variant.ty).collect(),
        Shape::Union(Union::Untagged { variants }) => variants.iter_mut().collect(),
        Shape::Union(Union::Recognised { variants }) => variants.iter_mut().map(|variant| &mut variant.ty).collect(),
        Shape::Union(Union::Tagged { .. } | Union::Shorthand { .. } | Union::InText { .. })
        | Shape::Enum(_)
        | Shape::Id
        | Shape::Alias(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::samples::{self, field, id, members, named};

    fn types(api: &Api, name: &str) -> Vec<Ty> {
        let Shape::Struct(members) = &api.types[&id(name)].shape else { panic!("not a struct") };
        members.fields.iter().map(|field| field.ty.clone()).collect()
    }

    #[test]
    fn a_type_that_holds_itself_is_put_behind_a_pointer() {
        let fields = vec![field("next", named("Node")), field("children", Ty::List(Box::new(named("Node"))))];
        let mut api = samples::api(vec![("Node", Shape::Struct(members(fields)))]);
        run(&mut api).expect("no problems");
        assert_eq!(types(&api, "Node"), [Ty::Boxed(Box::new(named("Node"))), Ty::List(Box::new(named("Node")))]);
    }

    #[test]
    fn a_circle_is_broken_once() {
        let holding = |name| Shape::Struct(members(vec![field("it", named(name))]));
        let mut api = samples::api(vec![("A", holding("B")), ("B", Shape::Alias(named("C"))), ("C", holding("A")), ("D", holding("A"))]);
        run(&mut api).expect("no problems");
        assert_eq!(types(&api, "A"), [Ty::Boxed(Box::new(named("B")))]);
        assert_eq!(types(&api, "C"), [named("A")]);
        assert_eq!(types(&api, "D"), [named("A")]);
    }
}
