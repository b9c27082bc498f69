//! After this pass, a union without a discriminator says how each of its variants is recognised, in the order in which to try; one whose
//! variants cannot be told apart is any JSON, and is listed.
//!
//! Variants are told apart by their JSON type, and objects by the members that they must have and by the texts that are constant in them.
//! An object is recognised before another one if no valid value of the other could be taken for it.

use std::collections::{BTreeMap, BTreeSet};

use apispec::Problem;

use super::reach;
use crate::ir::{Api, Mark, Presence, Recognised, Shape, Source, Struct, Ty, TypeDef, TypeId, Union};

/// Runs the pass.
///
/// # Errors
/// None.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    let unions: Vec<(TypeId, Option<Vec<Recognised>>)> = api
        .types
        .iter()
        .filter_map(|(id, definition)| match &definition.shape {
            Shape::Union(Union::Untagged { variants }) => Some((id.clone(), recognised(&api.types, variants))),
            _ => None,
        })
        .collect();
    for (id, variants) in unions {
        let Some(definition) = api.types.get_mut(&id) else { continue };
        if let Some(variants) = variants {
            definition.shape = Shape::Union(Union::Recognised { variants });
            continue;
        }
        definition.shape = Shape::Alias(Ty::Json);
        let message = format!("the types of the union `{}` cannot be told apart, so it is any JSON", id.0);
        let help = "give it a discriminator, or each object a required member that no other has";
        definition.losses.push(Problem::new("weaker-type", &api.source, message, help).at(definition.origin.clone()));
    }
    Ok(())
}

/// Each variant with its mark, in the order in which to try; `None` if two cannot be told apart.
fn recognised(types: &BTreeMap<TypeId, TypeDef>, variants: &[Ty]) -> Option<Vec<Recognised>> {
    let mut simple = Vec::new();
    let mut objects = Vec::new();
    for ty in variants {
        let mark = match reach::resolved(types, ty) {
            Ty::Text | Ty::Time | Ty::File | Ty::CommaList | Ty::JsonText(_) | Ty::JsonTextBy { .. } => Mark::Text,
            Ty::Flag => Mark::Flag,
            Ty::Int => Mark::Integer,
            Ty::Float => Mark::Number,
            Ty::List(_) => Mark::List,
            Ty::Map(_) | Ty::Boxed(_) => Mark::Object,
            Ty::Json => return None,
            Ty::Named(id) => match &types.get(id)?.shape {
                Shape::Enum(_) | Shape::Id => Mark::Text,
                Shape::Struct(members) => {
                    objects.push((ty, Some(Object::of(members))));
                    continue;
                }
                Shape::Framed(_) | Shape::Union(Union::Tagged { .. }) => Mark::Object,
                Shape::Union(_) | Shape::Alias(_) => return None,
            },
        };
        match mark {
            Mark::Object => objects.push((ty, None)),
            mark => simple.push(Recognised { ty: ty.clone(), docs: String::new(), mark }),
        }
    }
    // A whole number is a number, so it is tried first.
    simple.sort_by_key(|variant| variant.mark == Mark::Number);
    let kinds: BTreeSet<String> = simple.iter().map(|variant| format!("{:?}", variant.mark)).collect();
    if kinds.len() != simple.len() {
        return None;
    }
    simple.extend(in_order(objects)?);
    Some(simple)
}

/// What is known of an object.
struct Object<'a> {
    required: BTreeSet<&'a str>,
    declared: BTreeSet<&'a str>,
    open: bool,
    constants: BTreeMap<&'a str, &'a str>,
}

impl<'a> Object<'a> {
    fn of(members: &'a Struct) -> Self {
        let needed = members.fields.iter().filter(|field| matches!(field.presence, Presence::Required | Presence::Nullable));
        let constants = needed.clone().filter_map(|field| match &field.source {
            Source::Constant(value) => Some((field.wire.as_str(), value.as_str())),
            Source::Caller | Source::Client(_) | Source::Selector(_) => None,
        });
        let names = |field: &'a crate::ir::Field| std::iter::once(&field.wire).chain(&field.aliases).map(String::as_str);
        Self {
            required: needed.clone().map(|field| field.wire.as_str()).collect(),
            declared: members.fields.iter().flat_map(names).collect(),
            open: members.extra.is_some(),
            constants: constants.collect(),
        }
    }

    /// Whether a valid value of `other` may look like this one.
    fn is_seen_in(&self, other: &Self) -> bool {
        let differs = |(member, value): (&&str, &&str)| other.constants.get(*member).is_some_and(|said| said != value);
        !self.constants.iter().any(differs) && (other.open || self.required.is_subset(&other.declared))
    }

    fn mark(&self) -> Mark {
        let texts: Vec<_> = self.constants.iter().map(|(member, text)| ((*member).to_owned(), (*text).to_owned())).collect();
        let plain = self.required.iter().filter(|member| !self.constants.contains_key(*member));
        Mark::Members { required: plain.map(|member| (*member).to_owned()).collect(), texts }
    }
}

fn in_order(mut open: Vec<(&Ty, Option<Object<'_>>)>) -> Option<Vec<Recognised>> {
    if let [(ty, _)] = open.as_slice() {
        return Some(vec![Recognised { ty: (*ty).clone(), docs: String::new(), mark: Mark::Object }]);
    }
    let mut order = Vec::new();
    while !open.is_empty() {
        let clear = |position: usize| {
            let Some((_, Some(one))) = open.get(position) else { return false };
            open.iter()
                .enumerate()
                .all(|(other, (_, object))| other == position || object.as_ref().is_some_and(|object| !one.is_seen_in(object)))
        };
        let next = (0..open.len()).find(|position| clear(*position))?;
        let (ty, object) = open.remove(next);
        order.push(Recognised { ty: ty.clone(), docs: String::new(), mark: object?.mark() });
    }
    Some(order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::samples::{self, field, id, members, named};

    fn object(required: &[&str], optional: &[&str]) -> Shape {
        let mut fields: Vec<_> = required.iter().chain(optional).map(|wire| field(wire, Ty::Text)).collect();
        fields.iter_mut().skip(required.len()).for_each(|field| field.presence = Presence::Optional);
        Shape::Struct(members(fields))
    }

    fn decided(variants: Vec<Ty>, types: Vec<(&str, Shape)>) -> Api {
        let mut api = samples::api(types);
        let union = samples::definition("Union", Shape::Union(Union::Untagged { variants }));
        api.types.insert(id("Union"), union);
        run(&mut api).expect("no problems");
        api
    }

    fn marks(api: &Api) -> Vec<Mark> {
        match &api.types[&id("Union")].shape {
            Shape::Union(Union::Recognised { variants }) => variants.iter().map(|variant| variant.mark.clone()).collect(),
            _ => Vec::new(),
        }
    }

    fn by(required: &[&str], texts: &[(&str, &str)]) -> Mark {
        let owned = |text: &&str| (*text).to_owned();
        Mark::Members {
            required: required.iter().map(owned).collect(),
            texts: texts.iter().map(|(member, text)| ((*member).to_owned(), (*text).to_owned())).collect(),
        }
    }

    #[test]
    fn json_types_tell_variants_apart() {
        let api = decided(vec![Ty::Float, Ty::Text, Ty::Int, named("Thing")], vec![("Thing", object(&[], &["a"]))]);
        assert_eq!(marks(&api), [Mark::Text, Mark::Integer, Mark::Number, Mark::Object]);
    }

    #[test]
    fn required_members_tell_objects_apart() {
        let types = vec![("All", object(&["a"], &["b"])), ("More", object(&["a", "c"], &[]))];
        let api = decided(vec![named("All"), named("More")], types);
        assert_eq!(marks(&api), [by(&["a", "c"], &[]), by(&["a"], &[])]);
    }

    #[test]
    fn constant_texts_tell_objects_apart() {
        let kind = |text: &str| {
            let mut kind = field("kind", Ty::Text);
            kind.source = Source::Constant(text.to_owned());
            Shape::Struct(members(vec![kind]))
        };
        let api = decided(vec![named("A"), named("B")], vec![("A", kind("a")), ("B", kind("b"))]);
        assert_eq!(marks(&api), [by(&[], &[("kind", "a")]), by(&[], &[("kind", "b")])]);
    }

    #[test]
    fn what_cannot_be_told_apart_is_any_json_and_listed() {
        for variants in [vec![named("A"), named("B")], vec![Ty::Text, Ty::Time], vec![Ty::Json, Ty::Text]] {
            let api = decided(variants, vec![("A", object(&["a"], &["b"])), ("B", object(&["a"], &["c"]))]);
            assert_eq!(api.types[&id("Union")].shape, Shape::Alias(Ty::Json));
            assert_eq!(api.types[&id("Union")].losses.len(), 1);
        }
    }
}
