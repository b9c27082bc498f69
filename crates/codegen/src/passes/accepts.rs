//! After this pass, a member that is received tolerates at most one other JSON type, and one that its type can be made of; what is only
//! sent tolerates none.
//!
//! Whatever else the document tolerates is listed as a fallback: the client refuses it.

use std::collections::BTreeMap;

use apispec::Problem;

use super::reach;
use crate::ir::{Accept, Api, Field, Shape, Ty, TypeDef, TypeId, Union};

/// Runs the pass. It needs to know what is received.
///
/// # Errors
/// None.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    let source = api.source.clone();
    let kinds: BTreeMap<TypeId, Kind> = api.types.keys().map(|id| (id.clone(), kind(&api.types, &Ty::Named(id.clone())))).collect();
    let kind_of = |ty: &Ty| match ty {
        Ty::Named(id) => kinds.get(id).copied().unwrap_or(Kind::Other),
        other => kind(&BTreeMap::new(), other),
    };
    for definition in api.types.values_mut() {
        let received = definition.usage.received;
        let fields = match &mut definition.shape {
            Shape::Struct(members) => &mut members.fields,
            Shape::Framed(framed) => &mut framed.fields,
            Shape::Enum(_) | Shape::Union(_) | Shape::Id | Shape::Alias(_) => continue,
        };
        for field in fields.iter_mut().filter(|field| !field.accepts.is_empty()) {
            let wanted = std::mem::take(&mut field.accepts);
            if received {
                keep_one(field, wanted, kind_of(&field.ty), &source);
            }
        }
    }
    Ok(())
}

fn keep_one(field: &mut Field, wanted: Vec<Accept>, kind: Kind, source: &str) {
    for accept in wanted {
        if field.accepts.is_empty() && can(kind, accept) {
            field.accepts.push(accept);
            continue;
        }
        let message = format!("`{}` in place of `{}` is not tolerated", said(accept), field.wire);
        let help = "leave it out of `x-accepts`, or describe the member as any JSON";
        field.losses.push(Problem::new("accepts-form", source, message, help).at(field.origin.child("x-accepts")));
    }
}

/// What matters of a type for what else can be made of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Int,
    List,
    Composite,
    Other,
}

fn kind(types: &BTreeMap<TypeId, TypeDef>, ty: &Ty) -> Kind {
    match reach::resolved(types, ty) {
        Ty::Text => Kind::Text,
        Ty::Int => Kind::Int,
        Ty::List(_) => Kind::List,
        Ty::Map(_) | Ty::Boxed(_) => Kind::Composite,
        Ty::Named(id) => match types.get(id).map(|definition| &definition.shape) {
            Some(Shape::Enum(_) | Shape::Id) => Kind::Text,
            Some(Shape::Struct(_) | Shape::Framed(_)) => Kind::Composite,
            // These wait as raw text, which is not to be had a second time.
            Some(Shape::Union(Union::Tagged { .. } | Union::Untagged { .. } | Union::Shorthand { .. })) => Kind::Other,
            _ => Kind::Other,
        },
        _ => Kind::Other,
    }
}

fn can(kind: Kind, accept: Accept) -> bool {
    match accept {
        Accept::Integer => kind == Kind::Text,
        Accept::Text => matches!(kind, Kind::Int | Kind::List | Kind::Composite),
        Accept::Single => kind == Kind::List,
        Accept::Object => false,
    }
}

fn said(accept: Accept) -> &'static str {
    match accept {
        Accept::Integer => "integer",
        Accept::Text => "string",
        Accept::Object => "object",
        Accept::Single => "single",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Usage;
    use crate::passes::samples::{self, field, id, members};

    fn left(ty: Ty, accepts: &[Accept], received: bool) -> (Vec<Accept>, usize) {
        let mut member = field("it", ty);
        member.accepts = accepts.to_vec();
        let mut api = samples::api(vec![("Thing", Shape::Struct(members(vec![member]))), ("Id", Shape::Id)]);
        if let Some(thing) = api.types.get_mut(&id("Thing")) {
            thing.usage = Usage { sent: true, received };
        }
        run(&mut api).expect("no problems");
        let Shape::Struct(members) = &api.types[&id("Thing")].shape else { panic!("not a struct") };
        (members.fields[0].accepts.clone(), members.fields[0].losses.len())
    }

    #[test]
    fn one_other_type_is_tolerated_and_the_rest_is_listed() {
        assert_eq!(left(Ty::Named(id("Id")), &[Accept::Integer], true), (vec![Accept::Integer], 0));
        assert_eq!(left(Ty::Int, &[Accept::Text, Accept::Object], true), (vec![Accept::Text], 1));
        assert_eq!(left(Ty::List(Box::new(Ty::Int)), &[Accept::Single, Accept::Text], true), (vec![Accept::Single], 1));
        assert_eq!(left(Ty::Flag, &[Accept::Text], true), (vec![], 1));
    }

    #[test]
    fn what_is_only_sent_tolerates_nothing() {
        assert_eq!(left(Ty::Int, &[Accept::Text], false), (vec![], 0));
    }
}
