//! IR and names -> what the emitters have to know about each type: its name, its file, and how it is written in Rust.
//!
//! Afterwards no emitter has to follow a reference: aliases are what they stand for, a union of an object and a text is the object.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::checks;
use super::text::{docs, ident, setting};
use crate::ir::{Accept, Api, Body, Field, Presence, Shape, Source, Struct, Ty, TypeDef, TypeId, Union, Usage};
use crate::name::Names;
use crate::passes::reach;

/// What the emitters read.
pub(super) struct Plan<'a> {
    pub(super) api: &'a Api,
    pub(super) names: &'a Names,
    checked: BTreeSet<&'a TypeId>,
    /// Objects that may come as a text, and the member that the text stands for.
    pub(super) shorthands: BTreeMap<&'a TypeId, &'a str>,
    /// Bodies that are forms: they have no JSON.
    pub(super) forms: BTreeSet<&'a TypeId>,
    /// The types of each module, in order.
    modules: BTreeMap<&'a str, Vec<&'a TypeDef>>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(api: &'a Api, names: &'a Names) -> Self {
        let (shorthands, forms, modules) = Default::default();
        let mut plan = Self { api, names, checked: BTreeSet::new(), shorthands, forms, modules };
        for def in api.types.values() {
            if !matches!(def.shape, Shape::Alias(_) | Shape::Union(Union::Shorthand { .. })) {
                plan.modules.entry(names.module_of(&def.id)).or_default().push(def);
            }
            if let Shape::Union(Union::Shorthand { object, member }) = &def.shape {
                plan.shorthands.insert(object, member);
            }
        }
        for operation in api.groups.iter().flat_map(|group| &group.operations) {
            if let Some(Body::Multipart(id)) = &operation.body {
                plan.forms.insert(id);
            }
        }
        plan.check();
        plan
    }

    /// Finds the structs that are checked: those that are sent as a body or inside of one and have something to check, themselves or
    /// further inside.
    fn check(&mut self) {
        let bodies = self.api.groups.iter().flat_map(|group| &group.operations).filter_map(|operation| operation.body.as_ref());
        let bodies = bodies.filter_map(Body::object);
        let reached = checks::reached(self.api, bodies.collect());
        loop {
            let has = |id: &&TypeId| checks::has_any(self.api, id, &self.checked);
            let found: BTreeSet<&'a TypeId> = reached.iter().copied().filter(has).collect();
            if found.len() == self.checked.len() {
                return;
            }
            self.checked = found;
        }
    }

    /// Whether a struct has a `check`.
    pub(super) fn is_checked(&self, id: &TypeId) -> bool {
        self.checked.contains(id)
    }

    /// What a type is, behind all other names.
    pub(super) fn resolved<'t>(&'t self, ty: &'t Ty) -> &'t Ty {
        reach::resolved(&self.api.types, ty)
    }

    /// The definition behind a type, if it has one.
    pub(super) fn def(&self, ty: &Ty) -> Option<&TypeDef> {
        match self.resolved(ty) {
            Ty::Named(id) => {
                let def = self.api.types.get(id)?;
                match stands_for(&def.shape) {
                    Some(object) => self.api.types.get(object),
                    None => Some(def),
                }
            }
            Ty::Boxed(inner) => self.def(inner),
            _ => None,
        }
    }

    /// Whether a type is an enum or an id, which are texts.
    pub(super) fn is_text(&self, ty: &Ty) -> bool {
        self.def(ty).is_some_and(is_value)
    }

    /// The text of a member that is a text, an enum or an id; an empty one where it is not there.
    pub(super) fn as_text(&self, owner: &TypeId, field: &Field, usage: Usage) -> Option<TokenStream> {
        let member = self.member_name(owner, field);
        let get = match self.resolved(&field.ty) {
            Ty::Text if field.secret => return None,
            Ty::Text => quote!(as_str),
            ty if self.is_text(ty) => quote!(as_str),
            _ => return None,
        };
        Some(match (Self::hold(field, usage), &field.source) {
            (Hold::Unheld, Source::Constant(value)) => quote!(#value),
            (Hold::Unheld, _) => return None,
            (Hold::Plain, _) => quote!(self.#member.#get()),
            (Hold::OrNull | Hold::Maybe, _) => quote!(self.#member.as_ref().map_or("", |value| value.#get())),
            (Hold::Three, _) => quote!(self.#member.value().map_or("", |value| value.#get())),
        })
    }

    /// What the text `wire` of an object says of the type that it holds.
    pub(super) fn selector(&self, owner: &TypeId, body: &Struct, wire: &str, usage: Usage) -> TokenStream {
        let Some(field) = body.fields.iter().find(|field| field.wire == wire) else { return quote!(None::<&str>) };
        let member = self.member_name(owner, field);
        match Self::hold(field, usage) {
            Hold::Unheld => quote!(None::<&str>),
            Hold::Plain => quote!(self.#member.selector()),
            Hold::OrNull | Hold::Maybe => quote!(self.#member.as_ref().and_then(|value| value.selector())),
            Hold::Three => quote!(self.#member.value().and_then(|value| value.selector())),
        }
    }

    /// The name of a member.
    pub(super) fn member_name(&self, owner: &TypeId, field: &Field) -> Ident {
        ident(self.names.field(owner, &field.wire))
    }

    /// What a method says that sets something of this type.
    pub(super) fn setter_docs(&self, name: &str, description: &str, ty: &Ty, source: &Source) -> TokenStream {
        let of_client = matches!(source, Source::Client(_));
        let item = match self.resolved(ty) {
            Ty::List(item) => item,
            ty => ty,
        };
        let open = self.def(item).is_some_and(|def| matches!(def.shape, Shape::Enum(_)));
        docs(&[
            &setting(name, description),
            if of_client { "The client's own is used when this is not set." } else { "" },
            if open { "A text that is none of the known values is sent as it is." } else { "" },
        ])
    }

    /// The types of a module, in order.
    pub(super) fn types_of(&self, module: &str) -> &[&'a TypeDef] {
        self.modules.get(module).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether anything is an enum.
    pub(super) fn has_enums(&self) -> bool {
        self.api.types.values().any(|def| matches!(def.shape, Shape::Enum(_)))
    }

    /// The path of a named type; [`imports`](super::imports) shortens it.
    pub(super) fn path(&self, id: &TypeId) -> TokenStream {
        let id = self.api.types.get(id).and_then(|def| stands_for(&def.shape)).unwrap_or(id);
        let home = ident(self.names.module_of(id));
        let name = ident(self.names.ty(id));
        quote!(::here::#home::#name)
    }

    /// A type as it is written in Rust.
    pub(super) fn ty(&self, ty: &Ty, secret: bool) -> TokenStream {
        match self.resolved(ty) {
            Ty::Text | Ty::JsonText(_) if secret => quote!(::apispec_runtime::SecretText),
            Ty::Text => quote!(::std::string::String),
            Ty::JsonText(id) => {
                let inner = self.ty(&Ty::Named(id.clone()), false);
                quote!(::apispec_runtime::JsonText<#inner>)
            }
            Ty::JsonTextBy { union, .. } => self.path(union),
            Ty::Flag => quote!(bool),
            Ty::Int => quote!(i64),
            Ty::Float => quote!(f64),
            Ty::Time => quote!(::apispec_runtime::Timestamp),
            Ty::File => quote!(::apispec_runtime::Part),
            Ty::Json => quote!(::apispec_runtime::Json),
            Ty::Named(id) => self.path(id),
            Ty::List(item) => {
                let item = self.ty(item, secret);
                quote!(::std::vec::Vec<#item>)
            }
            Ty::Map(item) => {
                let item = self.ty(item, secret);
                quote!(::std::collections::BTreeMap<::std::string::String, #item>)
            }
            Ty::Boxed(inner) => {
                let inner = self.ty(inner, secret);
                quote!(::std::boxed::Box<#inner>)
            }
            Ty::CommaList => quote!(::std::vec::Vec<::std::string::String>),
        }
    }

    /// The type of the value of a member, without what may be missing.
    pub(super) fn value(&self, field: &Field) -> TokenStream {
        let ty = self.ty(&field.ty, field.secret);
        if self.is_or_text(field) { quote!(::apispec_runtime::OrText<#ty>) } else { ty }
    }

    /// Whether a text may come in place of an object or list.
    pub(super) fn is_or_text(&self, field: &Field) -> bool {
        field.accepts == [Accept::Text] && self.is_composite(&field.ty)
    }

    /// Whether a value is an object or a list.
    pub(super) fn is_composite(&self, ty: &Ty) -> bool {
        match self.resolved(ty) {
            Ty::List(_) | Ty::Map(_) | Ty::Boxed(_) => true,
            ty => matches!(self.def(ty).map(|def| &def.shape), Some(Shape::Struct(_) | Shape::Framed(_) | Shape::Union(_))),
        }
    }

    /// What must be given to make an object, ids first.
    pub(super) fn needed<'f>(&self, def: &TypeDef, body: &'f Struct) -> Vec<&'f Field> {
        let needed = |field: &&Field| matches!(Self::hold(field, def.usage), Hold::Plain | Hold::OrNull);
        let mut fields: Vec<&Field> = body.fields.iter().filter(needed).collect();
        fields.sort_by_key(|field| !matches!(self.def(&field.ty).map(|def| &def.shape), Some(Shape::Id)));
        fields
    }

    /// How the member of a struct is held.
    pub(super) fn hold(field: &Field, usage: Usage) -> Hold {
        match (&field.source, field.presence) {
            (Source::Constant(_) | Source::Selector(_), _) => Hold::Unheld,
            (Source::Client(_), _) => Hold::Maybe,
            (Source::Caller, Presence::Required) => Hold::Plain,
            (Source::Caller, Presence::Nullable) => Hold::OrNull,
            (Source::Caller, Presence::OptionalNullable) if usage.sent => Hold::Three,
            (Source::Caller, Presence::Optional | Presence::OptionalNullable) => Hold::Maybe,
        }
    }

    /// The type of a member of a struct.
    pub(super) fn member(&self, field: &Field, usage: Usage) -> TokenStream {
        let value = self.value(field);
        match Self::hold(field, usage) {
            Hold::Unheld | Hold::Plain => value,
            Hold::OrNull | Hold::Maybe => quote!(::std::option::Option<#value>),
            Hold::Three => quote!(::apispec_runtime::Field<#value>),
        }
    }

    /// The type that an argument has, and how `value` becomes what is held.
    pub(super) fn argument(&self, ty: &Ty, secret: bool, value: &TokenStream) -> (TokenStream, TokenStream) {
        let plain = self.ty(ty, secret);
        match self.resolved(ty) {
            Ty::Flag | Ty::Int | Ty::Float | Ty::Time | Ty::Map(_) => (plain, value.clone()),
            Ty::List(item) => {
                let item = self.ty(item, secret);
                (
                    quote!(impl ::std::iter::IntoIterator<Item = impl ::std::convert::Into<#item>>),
                    quote!(#value.into_iter().map(::std::convert::Into::into).collect()),
                )
            }
            Ty::CommaList => (
                quote!(impl ::std::iter::IntoIterator<Item = impl ::std::convert::Into<::std::string::String>>),
                quote!(#value.into_iter().map(::std::convert::Into::into).collect()),
            ),
            Ty::Named(id) if matches!(self.api.types.get(id).map(|def| &def.shape), Some(Shape::Struct(_) | Shape::Framed(_))) => {
                (plain, value.clone())
            }
            Ty::Boxed(inner) => {
                let inner = self.ty(inner, secret);
                (inner, quote!(::std::boxed::Box::new(#value)))
            }
            _ => (quote!(impl ::std::convert::Into<#plain>), quote!(#value.into())),
        }
    }
}

/// How a member is held.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// Not at all: it is always the same, or a sibling says it.
    Unheld,
    /// As it is.
    Plain,
    /// As an `Option` that is null on the wire.
    OrNull,
    /// As an `Option` that is left out on the wire.
    Maybe,
    /// As a `Field`.
    Three,
}

/// Whether a type is a text.
pub(super) fn is_value(def: &TypeDef) -> bool {
    matches!(def.shape, Shape::Enum(_) | Shape::Id)
}

/// Whether a type is printed as another one, and as which.
fn stands_for(shape: &Shape) -> Option<&TypeId> {
    match shape {
        Shape::Union(Union::Shorthand { object, .. }) => Some(object),
        _ => None,
    }
}
