//! After this pass, a required parameter, or a required member of an object that is only sent, is a constant if its type has one value.
//!
//! A received object keeps such a member: every enum is open when it is received. Where it was written as a constant, without an enum of its
//! own, it becomes a text, unless it tells the types of a union apart.

use std::collections::{BTreeMap, BTreeSet};

use apispec::Problem;

use crate::ir::{Api, Mark, Presence, Shape, Source, Ty, TypeId, Union};

/// Runs the pass. It needs to know what is sent and what is received.
///
/// # Errors
/// None.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    let only: BTreeMap<TypeId, String> = api
        .types
        .values()
        .filter_map(|definition| match &definition.shape {
            Shape::Enum(values) => match values.as_slice() {
                [value] => Some((definition.id.clone(), value.wire.clone())),
                _ => None,
            },
            _ => None,
        })
        .collect();
    let decide = |ty: &mut Ty, source: &mut Source| {
        if let (Ty::Named(id), Source::Caller) = (&*ty, &*source)
            && let Some(value) = only.get(id)
        {
            *source = Source::Constant(value.clone());
            *ty = Ty::Text;
        }
    };
    for param in api.groups.iter_mut().flat_map(|group| &mut group.operations).flat_map(|operation| &mut operation.params) {
        if param.required {
            decide(&mut param.ty, &mut param.source);
        }
    }
    for definition in api.types.values_mut().filter(|definition| definition.usage.sent && !definition.usage.received) {
        if let Shape::Struct(members) = &mut definition.shape {
            for field in members.fields.iter_mut().filter(|field| field.presence == Presence::Required) {
                decide(&mut field.ty, &mut field.source);
            }
        }
    }
    received(api);
    Ok(())
}

/// A constant of what is received may turn out to be something else.
fn received(api: &mut Api) {
    let marks = marks(api);
    for definition in api.types.values_mut().filter(|definition| definition.usage.received) {
        let Shape::Struct(members) = &mut definition.shape else { continue };
        for field in &mut members.fields {
            let Source::Constant(value) = &field.source else { continue };
            if marks.contains(&(definition.id.clone(), field.wire.clone())) {
                continue;
            }
            if !definition.usage.sent {
                field.source = Source::Caller;
                continue;
            }
            let message = format!("`{}` is sent as `{value}`, so another value that was received is lost", field.wire);
            let help = "give what is received a schema of its own";
            field.losses.push(Problem::new("constant", &api.source, message, help).at(field.origin.clone()));
        }
    }
}

/// The members that tell the types of unions apart.
fn marks(api: &Api) -> BTreeSet<(TypeId, String)> {
    let mut marks = BTreeSet::new();
    for definition in api.types.values() {
        match &definition.shape {
            Shape::Union(Union::Tagged { tag, variants }) => {
                marks.extend(variants.iter().map(|variant| (variant.object.clone(), tag.clone())));
            }
            Shape::Union(Union::Recognised { variants }) => {
                for variant in variants {
                    if let (Ty::Named(id), Mark::Members { texts, .. }) = (&variant.ty, &variant.mark) {
                        marks.extend(texts.iter().map(|(member, _)| (id.clone(), member.clone())));
                    }
                }
            }
            _ => {}
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Usage, Value};
    use crate::passes::samples::{self, field, id, members, named};

    fn source(usage: Usage, presence: Presence) -> Source {
        let value = Value { wire: "FILE".to_owned(), aliases: Vec::new(), docs: String::new(), rust_name: None };
        let mut kind = field("kind", named("Kind"));
        kind.presence = presence;
        let mut api = samples::api(vec![("Kind", Shape::Enum(vec![value])), ("Thing", Shape::Struct(members(vec![kind])))]);
        if let Some(thing) = api.types.get_mut(&id("Thing")) {
            thing.usage = usage;
        }
        run(&mut api).expect("no problems");
        let Shape::Struct(members) = &api.types[&id("Thing")].shape else { panic!("not a struct") };
        members.fields[0].source.clone()
    }

    #[test]
    fn what_has_one_value_and_must_be_sent_is_a_constant() {
        let sent = Usage { sent: true, received: false };
        assert_eq!(source(sent, Presence::Required), Source::Constant("FILE".to_owned()));
        assert_eq!(source(sent, Presence::Optional), Source::Caller);
        assert_eq!(source(Usage { sent: true, received: true }, Presence::Required), Source::Caller);
    }

    fn written(usage: Usage, tag: bool) -> (Source, usize) {
        let mut kind = field("kind", Ty::Text);
        kind.source = Source::Constant("FILE".to_owned());
        let variant = crate::ir::Variant { wire: "FILE".to_owned(), aliases: Vec::new(), docs: String::new(), object: id("Thing") };
        let tag = if tag { "kind" } else { "other" }.to_owned();
        let union = Shape::Union(Union::Tagged { tag, variants: vec![variant] });
        let mut api = samples::api(vec![("Thing", Shape::Struct(members(vec![kind]))), ("Either", union)]);
        if let Some(thing) = api.types.get_mut(&id("Thing")) {
            thing.usage = usage;
        }
        run(&mut api).expect("no problems");
        let Shape::Struct(members) = &api.types[&id("Thing")].shape else { panic!("not a struct") };
        (members.fields[0].source.clone(), members.fields[0].losses.len())
    }

    #[test]
    fn what_is_received_may_turn_out_to_be_something_else() {
        let constant = || Source::Constant("FILE".to_owned());
        assert_eq!(written(Usage { sent: false, received: true }, false), (Source::Caller, 0));
        assert_eq!(written(Usage { sent: true, received: true }, false), (constant(), 1));
        assert_eq!(written(Usage { sent: false, received: true }, true), (constant(), 0));
        assert_eq!(written(Usage { sent: true, received: false }, false), (constant(), 0));
    }
}
