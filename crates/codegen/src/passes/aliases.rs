//! After this pass, no name stands for something that contains the same name, and lists and maps are not nested without measure: what is
//! too deep holds any JSON instead, and is listed.
//!
//! `Tree: {type: array, items: {$ref: Tree}}` is a type without end in Rust, where a name for a type is no type of its own. A type that is
//! too long is one that neither people nor compilers read.

use std::collections::BTreeMap;

use apispec::{Pointer, Problem};

use super::reach;
use crate::ir::{Api, Reply, Shape, Ty, TypeId, Union};

/// How many lists and maps may stand inside of each other.
const DEEPEST: usize = 16;

/// Runs the pass.
///
/// # Errors
/// None.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    let ids: Vec<TypeId> = api.types.keys().cloned().collect();
    let mut depths = BTreeMap::new();
    for id in ids {
        for id in chain(api, id, &depths).into_iter().rev() {
            let depth = limit_alias(api, &id, &depths);
            depths.insert(id, depth);
        }
    }
    limit_members(api, &depths);
    limit_operations(api, &depths);
    Ok(())
}

/// The names that follow from `start`, as far as they are not known. Where they lead back to themselves, the first of the alphabet is cut.
fn chain(api: &mut Api, start: TypeId, known: &BTreeMap<TypeId, usize>) -> Vec<TypeId> {
    let mut path = Vec::new();
    let mut places: BTreeMap<TypeId, usize> = BTreeMap::new();
    let mut next = Some(start);
    while let Some(id) = next.take().filter(|id| !known.contains_key(id)) {
        if let Some(first) = places.get(&id) {
            let circle = path.split_off(*first);
            if let Some(end) = circle.iter().min() {
                cut_alias(api, end);
            }
            places.retain(|_, place| *place < path.len());
            next = Some(id);
            continue;
        }
        // A name stands for one thing, so there is one that follows.
        if let Some(Shape::Alias(ty)) = api.types.get(&id).map(|definition| &definition.shape) {
            next = reach::named(ty).first().map(|next| (*next).clone());
        }
        places.insert(id.clone(), path.len());
        path.push(id);
    }
    path
}

fn cut_alias(api: &mut Api, id: &TypeId) {
    let Some(definition) = api.types.get_mut(id) else { return };
    let message = format!("`{}` contains itself without being an object, so what is inside is any JSON", id.0);
    let help = "put an object in between, whose member is the list";
    definition.losses.push(Problem::new("weaker-type", &api.source, message, help).at(definition.origin.clone()));
    if let Shape::Alias(ty) = &mut definition.shape {
        cut(ty);
    }
}

fn limit_alias(api: &mut Api, id: &TypeId, depths: &BTreeMap<TypeId, usize>) -> usize {
    let Some(definition) = api.types.get_mut(id) else { return 0 };
    let Shape::Alias(ty) = &mut definition.shape else { return 0 };
    let (depth, loss) = limit(ty, depths, &definition.origin, &api.source);
    definition.losses.extend(loss);
    depth
}

fn limit_members(api: &mut Api, depths: &BTreeMap<TypeId, usize>) {
    for definition in api.types.values_mut() {
        let mut others: Vec<&mut Ty> = Vec::new();
        match &mut definition.shape {
            Shape::Struct(members) => {
                for field in &mut members.fields {
                    field.losses.extend(limit(&mut field.ty, depths, &field.origin, &api.source).1);
                }
                others.extend(&mut members.extra);
            }
            Shape::Union(Union::Untagged { variants }) => others.extend(variants),
            // Aliases are done, and what else there is so early holds no lists.
            Shape::Alias(_) | Shape::Enum(_) | Shape::Id | Shape::Framed(_) | Shape::Union(_) => {}
        }
        for ty in others {
            definition.losses.extend(limit(ty, depths, &definition.origin, &api.source).1);
        }
    }
}

fn limit_operations(api: &mut Api, depths: &BTreeMap<TypeId, usize>) {
    for operation in api.groups.iter_mut().flat_map(|group| &mut group.operations) {
        for param in &mut operation.params {
            param.losses.extend(limit(&mut param.ty, depths, &param.origin, &api.source).1);
        }
        if let Reply::Value(ty) = &mut operation.reply {
            operation.losses.extend(limit(ty, depths, &operation.origin, &api.source).1);
        }
    }
}

/// Cuts a type that is too deep. Gives how deep it is then, and what was lost.
fn limit(ty: &mut Ty, depths: &BTreeMap<TypeId, usize>, origin: &Pointer, source: &str) -> (usize, Option<Problem>) {
    match ty {
        Ty::List(inner) | Ty::Map(inner) | Ty::Boxed(inner) => {
            let (depth, loss) = limit(inner, depths, origin, source);
            if depth < DEEPEST {
                return (depth + 1, loss);
            }
            **inner = Ty::Json;
            let message = format!("lists and maps are nested deeper than {DEEPEST} times, so what is further inside is any JSON");
            let help = "put an object in between, whose member is the list";
            (1, Some(Problem::new("weaker-type", source, message, help).at(origin.clone())))
        }
        Ty::Named(id) => (depths.get(id).copied().unwrap_or(0), None),
        _ => (0, None),
    }
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
    use crate::passes::samples::{self, field, id, members, named};

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

    #[test]
    fn lists_are_nested_as_deep_as_can_be_read() {
        let list = |inner| Ty::List(Box::new(inner));
        let depth = |api: &Api, mut ty: Ty| {
            let mut depth = 0;
            loop {
                match reach::resolved(&api.types, &ty).clone() {
                    Ty::List(inner) => (depth, ty) = (depth + 1, *inner),
                    end => return (depth, end),
                }
            }
        };
        let names: Vec<String> = (0..2000).map(|number| format!("L{number:04}")).collect();
        let lists = names.windows(2).map(|pair| (pair[0].as_str(), Shape::Alias(list(named(&pair[1])))));
        let member = (0..40).fold(Ty::Text, |inner, _| list(inner));
        let thing = Shape::Struct(members(vec![field("deep", member), field("shallow", list(named("L1990")))]));
        let end = (names[1999].as_str(), Shape::Alias(Ty::Int));
        let mut api = samples::api(lists.chain([end, ("Thing", thing)]).collect());
        run(&mut api).expect("no problems");
        assert!((0..2000).all(|number| depth(&api, named(&names[number])).0 <= DEEPEST));
        assert_eq!(depth(&api, named("L1983")), (DEEPEST, Ty::Int));
        assert_eq!(depth(&api, named("L1982")), (1, Ty::Json));
        let Shape::Struct(members) = &api.types[&id("Thing")].shape else { panic!("not a struct") };
        let seen: Vec<_> = members.fields.iter().map(|field| (depth(&api, field.ty.clone()), field.losses.len())).collect();
        assert_eq!(seen, [((8, Ty::Json), 1), ((10, Ty::Int), 0)]);
    }
}
