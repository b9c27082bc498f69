//! After this, no pass finds an error in an API that nobody normalised: what each of them refuses has a fallback here.
//!
//! Bodies that are no objects are given as a whole, parameters that no plain text carries get a style, forms have what forms can carry,
//! and unions are made of types that exist.

use std::collections::{BTreeMap, BTreeSet};

use apispec::{Pointer, Problem};

use super::{UNKEPT, WEAKER};
use crate::ir::{Api, Body, Location, Param, Reply, Shape, Style, Ty, TypeDef, TypeId, Union};
use crate::passes::carried::carried;
use crate::passes::{aliases, reach};

/// Settles an API.
pub(crate) fn run(api: &mut Api) {
    // Other names that run in circles would be followed for ever.
    if let Err(problems) = aliases::run(api) {
        api.fallbacks.extend(problems);
    }
    bodies(api);
    forms(api);
    params(api);
    unions(api);
    super::alike::run(api);
    circles(api);
    // What was cut is no object any more.
    unions(api);
    // A name that now stands for something else may have closed another circle.
    if let Err(problems) = aliases::run(api) {
        api.fallbacks.extend(problems);
    }
}

fn noted(source: &str, rule: &'static str, at: &Pointer, message: impl Into<String>, help: &str) -> Problem {
    Problem::new(rule, source, message, help).at(at.clone())
}

/// Whether a name stands for an object with members.
fn is_object(types: &BTreeMap<TypeId, TypeDef>, id: &TypeId) -> bool {
    match reach::resolved(types, &Ty::Named(id.clone())) {
        Ty::Named(id) => matches!(types.get(id).map(|definition| &definition.shape), Some(Shape::Struct(_))),
        _ => false,
    }
}

fn bodies(api: &mut Api) {
    let Api { groups, types, source, .. } = api;
    for operation in groups.iter_mut().flat_map(|group| &mut group.operations) {
        let place = operation.origin.child("requestBody");
        match operation.body.take() {
            Some(Body::Json(id)) if !is_object(types, &id) => operation.body = Some(Body::Whole(Ty::Named(id))),
            Some(Body::Multipart(id) | Body::Form(id)) if !is_object(types, &id) => {
                operation.body = Some(Body::Raw("application/octet-stream".to_owned()));
                let message = "a form that is no object with members is given as bytes";
                operation.losses.push(noted(source, WEAKER, &place, message, "describe its fields as `properties`"));
            }
            other => operation.body = other,
        }
        if let Some(Body::Raw(media)) = &operation.body
            && !media.bytes().all(|sign| sign.is_ascii_graphic() || sign == b' ')
        {
            operation.body = Some(Body::Raw("application/octet-stream".to_owned()));
        }
        if let Some(Body::Raw(media)) = &mut operation.body
            && media.contains('*')
        {
            // A range of types is no type.
            *media = "application/octet-stream".to_owned();
        }
        if operation.method == "HEAD" {
            operation.reply = Reply::Nothing;
        }
        if operation.method == "TRACE" && operation.body.take().is_some() {
            operation.losses.push(noted(source, UNKEPT, &place, "a body is not sent with TRACE", "nothing has to be done"));
        }
    }
}

/// A form of parts has a type of its own. What of it is neither a text nor a file is a part of JSON.
fn forms(api: &mut Api) {
    let forms: BTreeSet<TypeId> = reach::operations(api)
        .filter_map(|operation| match &operation.body {
            Some(Body::Multipart(id)) => Some(id.clone()),
            _ => None,
        })
        .collect();
    for id in forms {
        let Ty::Named(object) = reach::resolved(&api.types, &Ty::Named(id.clone())).clone() else { continue };
        let Some(mut definition) = api.types.get(&object).cloned() else { continue };
        let mut own = TypeId(format!("{}Form", id.0));
        while api.types.contains_key(&own) {
            own.0.push_str("Parts");
        }
        definition.id = own.clone();
        definition.rust_name = None;
        let Shape::Struct(members) = &mut definition.shape else { continue };
        if members.extra.take().is_some() {
            let message = "further members of a form of parts cannot be given";
            definition.losses.push(noted(&api.source, UNKEPT, &definition.origin, message, "describe them as `properties`"));
        }
        api.types.insert(own.clone(), definition);
        for operation in api.groups.iter_mut().flat_map(|group| &mut group.operations) {
            if operation.body == Some(Body::Multipart(id.clone())) {
                operation.body = Some(Body::Multipart(own.clone()));
            }
        }
    }
}

fn params(api: &mut Api) {
    let names = |api: &Api| {
        let is_file = |id: &&TypeId| *reach::resolved(&api.types, &Ty::Named((*id).clone())) == Ty::File;
        api.types.keys().filter(is_file).cloned().collect::<BTreeSet<_>>()
    };
    let files = names(api);
    let mut groups = std::mem::take(&mut api.groups);
    for operation in groups.iter_mut().flat_map(|group| &mut group.operations) {
        for param in &mut operation.params {
            if param.ty == Ty::File || matches!(&param.ty, Ty::Named(id) if files.contains(id)) {
                param.ty = Ty::Text;
            }
            settle(api, param);
        }
        if let Some(Body::Whole(ty)) = &mut operation.body {
            crate::passes::carried::replace(ty, &files);
        }
    }
    api.groups = groups;
}

/// A parameter that is no text and no list of texts has a style. A text is the same in most of them.
fn settle(api: &Api, param: &mut Param) {
    let (item, list) = match reach::resolved(&api.types, &param.ty) {
        Ty::List(item) => (item.as_ref(), true),
        other => (other, false),
    };
    let plain = carried(api, item, false);
    let text = plain && !list;
    match (param.style, param.location) {
        (None, _) if plain => {}
        (None, Location::Query | Location::Cookie) => param.style = Some(Style::Form),
        (None, Location::Path | Location::Header) => param.style = Some(Style::Simple),
        (Some(Style::Space | Style::Pipe), _) if text || param.explode => param.style = None,
        (Some(Style::Deep), _) if text => param.style = None,
        (Some(_), _) => {}
    }
    if param.style.is_none() && !plain {
        param.style = Some(Style::Form);
    }
}

/// The variants of a tagged union are types that exist, each with a tag of its own.
fn unions(api: &mut Api) {
    let ids: Vec<TypeId> = api.types.keys().cloned().collect();
    for id in ids {
        let Some(Shape::Union(Union::Tagged { variants, .. })) = api.types.get(&id).map(|definition| &definition.shape) else { continue };
        let mut variants = variants.clone();
        let mut sound = !variants.is_empty();
        let mut seen = BTreeSet::new();
        variants.retain(|variant| seen.insert(variant.wire.clone()));
        for variant in &mut variants {
            match reach::resolved(&api.types, &Ty::Named(variant.object.clone())) {
                Ty::Named(object) if *object != id && is_object(&api.types, object) => variant.object = object.clone(),
                Ty::Named(object) if *object != id && is_tagged(api, object) => variant.object = object.clone(),
                _ => sound = false,
            }
        }
        let types: Vec<Ty> =
            variants.iter().map(|variant| Ty::Named(variant.object.clone())).filter(|ty| *ty != Ty::Named(id.clone())).collect();
        let source = api.source.clone();
        let Some(definition) = api.types.get_mut(&id) else { continue };
        if sound {
            if let Shape::Union(Union::Tagged { variants: held, .. }) = &mut definition.shape {
                *held = variants;
            }
            continue;
        }
        let message = "what the discriminator tells apart is not all objects, so it is told apart by what is there";
        definition.losses.push(noted(&source, WEAKER, &definition.origin, message, "make each alternative an object with the tag"));
        definition.shape = if types.is_empty() { Shape::Alias(Ty::Json) } else { Shape::Union(Union::Untagged { variants: types }) };
    }
}

fn is_tagged(api: &Api, id: &TypeId) -> bool {
    matches!(api.types.get(id).map(|definition| &definition.shape), Some(Shape::Union(Union::Tagged { .. })))
}

/// No union contains itself through nothing but unions: there would be no member that could be put behind a pointer.
fn circles(api: &mut Api) {
    let ids: Vec<TypeId> = api.types.keys().cloned().collect();
    for id in ids {
        let inside = |id: &TypeId| -> Vec<TypeId> {
            match api.types.get(id).map(|definition| &definition.shape) {
                Some(Shape::Union(Union::Tagged { variants, .. })) => variants.iter().map(|variant| variant.object.clone()).collect(),
                Some(Shape::Union(Union::Untagged { variants })) => variants.iter().filter_map(by_value).collect(),
                Some(Shape::Alias(ty)) => by_value(ty).into_iter().collect(),
                _ => Vec::new(),
            }
        };
        let mut open = inside(&id);
        let mut seen = BTreeSet::new();
        let mut closed = false;
        while let Some(next) = open.pop() {
            closed |= next == id;
            if seen.insert(next.clone()) {
                open.extend(inside(&next));
            }
        }
        let source = api.source.clone();
        if let Some(definition) = api.types.get_mut(&id).filter(|_| closed) {
            let message = format!("`{}` is one of several things of which one is itself, so it is any JSON", id.0);
            definition.losses.push(noted(&source, WEAKER, &definition.origin, message, "put an object in between"));
            definition.shape = Shape::Alias(Ty::Json);
        }
    }
}

fn by_value(ty: &Ty) -> Option<TypeId> {
    match ty {
        Ty::Named(id) => Some(id.clone()),
        _ => None,
    }
}
