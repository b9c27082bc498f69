//! What a type, an operation or a group leads to.

use std::collections::{BTreeMap, BTreeSet};

use crate::ir::{Api, Body, Framed, Group, Operation, Reply, Shape, Ty, TypeDef, TypeId, Union};

/// The named types in a type, however deep.
pub(crate) fn named(ty: &Ty) -> Vec<&TypeId> {
    match ty {
        Ty::Named(id) | Ty::JsonText(id) => vec![id],
        Ty::List(inner) | Ty::Map(inner) | Ty::Boxed(inner) => named(inner),
        Ty::JsonTextBy { union, .. } => vec![union],
        Ty::Text | Ty::Flag | Ty::Int | Ty::Float | Ty::Time | Ty::File | Ty::Json | Ty::CommaList => Vec::new(),
    }
}

/// The named types that a shape is made of.
pub(crate) fn of_shape(shape: &Shape) -> Vec<&TypeId> {
    match shape {
        Shape::Struct(members) => members.fields.iter().map(|field| &field.ty).chain(&members.extra).flat_map(named).collect(),
        Shape::Framed(Framed { fields, contents, .. }) => fields.iter().flat_map(|field| named(&field.ty)).chain([contents]).collect(),
        Shape::Union(Union::Tagged { variants, .. } | Union::InText { variants, .. }) => {
            variants.iter().map(|variant| &variant.object).collect()
        }
        Shape::Union(Union::Shorthand { object, .. }) => vec![object],
        Shape::Union(Union::Contents { variants }) => variants.iter().flat_map(|variant| named(&variant.ty)).collect(),
        Shape::Union(Union::Untagged { variants }) => variants.iter().flat_map(named).collect(),
        Shape::Union(Union::Recognised { variants }) => variants.iter().flat_map(|variant| named(&variant.ty)).collect(),
        Shape::Alias(ty) => named(ty),
        Shape::Enum(_) | Shape::Id => Vec::new(),
    }
}

/// What an operation sends.
pub(crate) fn sent(operation: &Operation) -> Vec<&TypeId> {
    let body = operation.body.iter().flat_map(|body| match body {
        Body::Json(id) | Body::Multipart(id) | Body::Form(id) => vec![id],
        Body::Whole(ty) => named(ty),
        Body::Raw(_) => Vec::new(),
    });
    operation.params.iter().flat_map(|param| named(&param.ty)).chain(body).collect()
}

/// What an operation receives.
pub(crate) fn received(operation: &Operation) -> Vec<&TypeId> {
    let reply = match &operation.reply {
        Reply::Nothing | Reply::Raw => Vec::new(),
        Reply::Value(ty) => named(ty),
    };
    let events =
        operation.events.iter().flat_map(|events| events.table.iter().filter_map(|event| event.payload.as_ref()).chain([&events.frame]));
    reply.into_iter().chain(events).collect()
}

/// Everything that can be reached from `starts`, themselves included.
pub(crate) fn closure<'a>(api: &'a Api, starts: impl IntoIterator<Item = &'a TypeId>) -> BTreeSet<&'a TypeId> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&TypeId> = starts.into_iter().collect();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(api.types.get(id).into_iter().flat_map(|definition| of_shape(&definition.shape)));
        }
    }
    seen
}

/// What a type is, behind all other names.
pub(crate) fn resolved<'t>(types: &'t BTreeMap<TypeId, TypeDef>, ty: &'t Ty) -> &'t Ty {
    let mut ty = ty;
    // A chain of names is no longer than there are names.
    for _ in 0..=types.len() {
        let Ty::Named(id) = ty else { break };
        match types.get(id).map(|definition| &definition.shape) {
            Some(Shape::Alias(target)) => ty = target,
            _ => break,
        }
    }
    ty
}

/// Every operation.
pub(crate) fn operations(api: &Api) -> impl Iterator<Item = &Operation> {
    api.groups.iter().flat_map(|group: &Group| &group.operations)
}
