//! Alternatives that no JSON type tells apart -> one that stands for them.
//!
//! An enum beside a plain text is the enum, because an enum takes every text. Other texts are a text, whole numbers a whole number, lists a
//! list of anything. Alternatives that are alternatives themselves count as those of the union. Objects are left to what tells objects apart.

use std::collections::{BTreeMap, BTreeSet};

use apispec::Problem;

use super::WEAKER;
use crate::ir::{Api, Shape, Ty, TypeDef, TypeId, Union};
use crate::passes::reach;

/// What JSON says of a value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Text,
    Whole,
    Number,
    Flag,
    List,
}

/// Joins the alternatives of every union.
pub(super) fn run(api: &mut Api) {
    let unions = api.types.iter().filter(|(_, definition)| matches!(definition.shape, Shape::Union(Union::Untagged { .. })));
    let unions: Vec<_> = unions
        .map(|(id, _)| {
            let mut flat = Vec::new();
            flatten(&api.types, id, &mut BTreeSet::new(), &mut flat);
            (id.clone(), joined(&api.types, flat))
        })
        .collect();
    for (id, (variants, lost)) in unions {
        // A union of nothing but itself is a circle, which is cut and noted later.
        if variants.is_empty() {
            continue;
        }
        let only = match variants.as_slice() {
            [only] if *only != Ty::Named(id.clone()) => Some(only.clone()),
            _ => None,
        };
        let inner = match &only {
            Some(Ty::Named(inner)) if stands_in(api, inner, &id) => Some(inner.clone()),
            _ => None,
        };
        let source = api.source.clone();
        let Some(definition) = api.types.get_mut(&id) else { continue };
        if lost {
            let message = format!("alternatives of `{}` that are one type in JSON are not told apart", id.0);
            definition.losses.push(Problem::new(WEAKER, &source, message, "describe one of them").at(definition.origin.clone()));
        }
        match (inner, only) {
            (Some(inner), _) => become_inner(api, &id, &inner),
            (None, Some(only)) => definition.shape = Shape::Alias(only),
            (None, None) => definition.shape = Shape::Union(Union::Untagged { variants }),
        }
    }
}

/// Whether a schema is written inside of another one, and so has no name of its own.
fn stands_in(api: &Api, inner: &TypeId, outer: &TypeId) -> bool {
    let origin = |id: &TypeId| api.types.get(id).map(|definition| &definition.origin);
    origin(inner).zip(origin(outer)).is_some_and(|(inner, outer)| inner != outer && inner.is_within(outer))
}

/// An alternative that stood in the union takes its place.
fn become_inner(api: &mut Api, id: &TypeId, inner: &TypeId) {
    let Some(found) = api.types.get_mut(inner) else { return };
    let shape = std::mem::replace(&mut found.shape, Shape::Alias(Ty::Named(id.clone())));
    let (docs, losses) = (found.docs.clone(), std::mem::take(&mut found.losses));
    if let Some(definition) = api.types.get_mut(id) {
        definition.shape = shape;
        definition.losses.extend(losses);
        if definition.docs.is_empty() {
            definition.docs = docs;
        }
    }
}

/// All alternatives, those inside of alternatives among them.
fn flatten(types: &BTreeMap<TypeId, TypeDef>, id: &TypeId, seen: &mut BTreeSet<TypeId>, flat: &mut Vec<Ty>) {
    if !seen.insert(id.clone()) {
        return;
    }
    let Some(Shape::Union(Union::Untagged { variants })) = types.get(id).map(|definition| &definition.shape) else { return };
    for variant in variants {
        match reach::resolved(types, variant) {
            Ty::Named(inner) if matches!(types.get(inner).map(|one| &one.shape), Some(Shape::Union(Union::Untagged { .. }))) => {
                flatten(types, inner, seen, flat);
            }
            _ if flat.contains(variant) => {}
            _ => flat.push(variant.clone()),
        }
    }
}

/// One alternative of each kind, where the first of the kind was; says whether something is lost.
fn joined(types: &BTreeMap<TypeId, TypeDef>, variants: Vec<Ty>) -> (Vec<Ty>, bool) {
    let mut kinds: BTreeMap<Kind, Vec<Ty>> = BTreeMap::new();
    for variant in &variants {
        kinds
            .entry(match kind(types, variant) {
                Some(kind) => kind,
                None => continue,
            })
            .or_default()
            .push(variant.clone());
    }
    let (mut left, mut lost) = (Vec::new(), false);
    for variant in variants {
        let Some(kind) = kind(types, &variant) else {
            left.push(variant);
            continue;
        };
        let Some(alike) = kinds.remove(&kind) else { continue };
        let is_enum = |ty: &&Ty| matches!(reach::resolved(types, ty), Ty::Named(_));
        let enums: Vec<&Ty> = alike.iter().filter(is_enum).collect();
        let plain = alike.iter().all(|ty| is_enum(&ty) || *reach::resolved(types, ty) == Ty::Text);
        left.push(match (alike.as_slice(), enums.as_slice(), kind) {
            ([_], ..) => variant,
            (_, [only], Kind::Text) if plain => (*only).clone(),
            (_, _, Kind::Text) => {
                lost = true;
                Ty::Text
            }
            (_, _, Kind::List) => {
                lost = true;
                Ty::List(Box::new(Ty::Json))
            }
            (_, _, Kind::Whole | Kind::Number | Kind::Flag) => reach::resolved(types, &variant).clone(),
        });
    }
    (left, lost)
}

fn kind(types: &BTreeMap<TypeId, TypeDef>, ty: &Ty) -> Option<Kind> {
    Some(match reach::resolved(types, ty) {
        Ty::Text | Ty::Time | Ty::CommaList => Kind::Text,
        Ty::Int => Kind::Whole,
        Ty::Float => Kind::Number,
        Ty::Flag => Kind::Flag,
        Ty::List(_) => Kind::List,
        Ty::Named(id) if matches!(types.get(id)?.shape, Shape::Enum(_) | Shape::Id) => Kind::Text,
        Ty::Named(_) | Ty::Map(_) | Ty::Boxed(_) | Ty::Json | Ty::File | Ty::JsonText(_) | Ty::JsonTextBy { .. } => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::run;
    use crate::ir::{Shape, Ty, Union, Value};
    use crate::passes::samples::{self, id, named};

    fn shape(variants: Vec<Ty>) -> (Shape, usize) {
        let value = |wire: &str| Value { wire: wire.to_owned(), aliases: Vec::new(), docs: String::new(), rust_name: None };
        let inner = Shape::Union(Union::Untagged { variants: vec![Ty::Int, named("It")] });
        let it = Shape::Union(Union::Untagged { variants });
        let colour = || Shape::Enum(vec![value("red")]);
        let mut api = samples::api(vec![("Colour", colour()), ("ItColour", colour()), ("Inner", inner), ("It", it)]);
        let inside = api.types[&id("It")].origin.child("anyOf").item(0);
        if let Some(definition) = api.types.get_mut(&id("ItColour")) {
            definition.origin = inside;
        }
        run(&mut api);
        let definition = &api.types[&id("It")];
        (definition.shape.clone(), definition.losses.len())
    }

    #[test]
    fn texts_numbers_and_lists_are_one_each() {
        let list = |item| Ty::List(Box::new(item));
        let union = |variants| Shape::Union(Union::Untagged { variants });
        assert_eq!(shape(vec![named("Colour"), Ty::Text]), (Shape::Alias(named("Colour")), 0));
        assert_eq!(shape(vec![Ty::Time, Ty::Text]), (Shape::Alias(Ty::Text), 1));
        assert_eq!(shape(vec![Ty::Int, Ty::Int, Ty::Flag]), (union(vec![Ty::Int, Ty::Flag]), 0));
        assert_eq!(shape(vec![list(Ty::Int), list(Ty::Text)]), (Shape::Alias(list(Ty::Json)), 1));
        assert_eq!(shape(vec![named("Inner"), Ty::Text]), (union(vec![Ty::Int, Ty::Text]), 0));
        assert!(matches!(shape(vec![named("ItColour"), Ty::Text]), (Shape::Enum(_), 0)));
    }
}
