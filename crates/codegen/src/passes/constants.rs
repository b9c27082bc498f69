//! After this pass, a required parameter, or a required member of an object that is only sent, is a constant if its type has one value.
//!
//! A received object keeps such a member: every enum is open when it is received.

use std::collections::BTreeMap;

use apispec::Problem;

use crate::ir::{Api, Presence, Shape, Source, Ty, TypeId};

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
    Ok(())
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
}
