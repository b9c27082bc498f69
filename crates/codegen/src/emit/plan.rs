//! IR and names -> what the emitters have to know about each type: its name, its file, and how it is written in Rust.
//!
//! Afterwards no emitter has to follow a reference: aliases are what they stand for, a union of an object and a text is the object.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::text::ident;
use crate::ir::{Accept, Api, Body, Bounds, Field, Presence, Shape, Source, Ty, TypeDef, TypeId, Union, Usage};
use crate::name::Names;

/// What the emitters read.
pub(super) struct Plan<'a> {
    pub(super) api: &'a Api,
    pub(super) names: &'a Names,
    checked: BTreeSet<&'a TypeId>,
    /// Objects that may come as a text, and the member that the text stands for.
    pub(super) shorthands: BTreeMap<&'a TypeId, &'a str>,
    /// Bodies that are forms: they have no JSON.
    pub(super) forms: BTreeSet<&'a TypeId>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(api: &'a Api, names: &'a Names) -> Self {
        let mut plan = Self { api, names, checked: BTreeSet::new(), shorthands: BTreeMap::new(), forms: BTreeSet::new() };
        for def in api.types.values() {
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

    /// Finds the sent structs that have something to check, themselves or further inside.
    fn check(&mut self) {
        loop {
            let before = self.checked.len();
            for (id, def) in &self.api.types {
                let Shape::Struct(body) = &def.shape else { continue };
                let has = |field: &Field| field.bounds != Bounds::default() || self.checked_item(&field.ty).is_some();
                if def.usage.sent && (!body.choices.is_empty() || body.fields.iter().any(has)) {
                    self.checked.insert(id);
                }
            }
            if self.checked.len() == before {
                return;
            }
        }
    }

    /// Whether values of this type are checked: `Some(true)` if they are a list of such values.
    pub(super) fn checked_item(&self, ty: &Ty) -> Option<bool> {
        match self.resolved(ty) {
            Ty::Named(id) => self.checked.contains(id).then_some(false),
            Ty::List(item) => self.checked_item(item).filter(|list| !list).map(|_| true),
            Ty::Boxed(inner) => self.checked_item(inner),
            _ => None,
        }
    }

    /// Whether a struct has a `check`.
    pub(super) fn is_checked(&self, id: &TypeId) -> bool {
        self.checked.contains(id)
    }

    /// What a type is, behind all other names.
    pub(super) fn resolved<'t>(&'t self, ty: &'t Ty) -> &'t Ty {
        let mut ty = ty;
        // A chain of names is no longer than there are names.
        for _ in 0..=self.api.types.len() {
            let Ty::Named(id) = ty else { break };
            match self.api.types.get(id).map(|def| &def.shape) {
                Some(Shape::Alias(target)) => ty = target,
                Some(Shape::Union(Union::Untagged { .. })) => return &Ty::Json,
                _ => break,
            }
        }
        ty
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

    /// The name of a member.
    pub(super) fn member_name(&self, owner: &TypeId, field: &Field) -> Ident {
        ident(self.names.field(owner, &field.wire))
    }

    /// The types of a module, in order.
    pub(super) fn types_of(&self, module: &str) -> Vec<&'a TypeDef> {
        let here = |def: &&TypeDef| self.names.module_of(&def.id) == module;
        let printed =
            |def: &&TypeDef| !matches!(def.shape, Shape::Alias(_) | Shape::Union(Union::Shorthand { .. } | Union::Untagged { .. }));
        self.api.types.values().filter(here).filter(printed).collect()
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
            Ty::Text | Ty::JsonText(_) | Ty::JsonTextBy { .. } if secret => quote!(::apispec_runtime::SecretText),
            Ty::Text | Ty::JsonText(_) | Ty::JsonTextBy { .. } => quote!(::std::string::String),
            Ty::Flag => quote!(bool),
            Ty::Int => quote!(i64),
            Ty::Float => quote!(f64),
            Ty::Time => quote!(::apispec_runtime::Timestamp),
            Ty::File => quote!(::apispec_runtime::Part),
            Ty::Json => quote!(::serde_json::Value),
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
        if field.accepts.contains(&Accept::Text) && self.is_composite(&field.ty) { quote!(::apispec_runtime::OrText<#ty>) } else { ty }
    }

    /// Whether a value is an object or a list.
    pub(super) fn is_composite(&self, ty: &Ty) -> bool {
        match self.resolved(ty) {
            Ty::List(_) | Ty::Map(_) | Ty::Boxed(_) => true,
            ty => matches!(self.def(ty).map(|def| &def.shape), Some(Shape::Struct(_) | Shape::Framed(_) | Shape::Union(_))),
        }
    }

    /// How the member of a struct is held.
    pub(super) fn hold(field: &Field, usage: Usage) -> Hold {
        match (&field.source, field.presence) {
            (Source::Constant(_), _) => Hold::Constant,
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
            Hold::Constant | Hold::Plain => value,
            Hold::OrNull | Hold::Maybe => quote!(::std::option::Option<#value>),
            Hold::Three => quote!(::apispec_runtime::Field<#value>),
        }
    }

    /// The type that an argument has, and how `value` becomes what is held.
    pub(super) fn argument(&self, ty: &Ty, secret: bool, value: &TokenStream) -> (TokenStream, TokenStream) {
        let plain = self.ty(ty, secret);
        match self.resolved(ty) {
            Ty::Flag | Ty::Int | Ty::Float | Ty::Time | Ty::File | Ty::Map(_) => (plain, value.clone()),
            Ty::List(item) => {
                let item = self.ty(item, secret);
                (quote!(impl IntoIterator<Item = impl Into<#item>>), quote!(#value.into_iter().map(Into::into).collect()))
            }
            Ty::CommaList => {
                (quote!(impl IntoIterator<Item = impl Into<::std::string::String>>), quote!(#value.into_iter().map(Into::into).collect()))
            }
            Ty::Named(id) if matches!(self.api.types.get(id).map(|def| &def.shape), Some(Shape::Struct(_) | Shape::Framed(_))) => {
                (plain, value.clone())
            }
            Ty::Boxed(inner) => {
                let inner = self.ty(inner, secret);
                (inner, quote!(Box::new(#value)))
            }
            _ => (quote!(impl Into<#plain>), quote!(#value.into())),
        }
    }
}

/// How a member is held.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// Not at all: it is always the same.
    Constant,
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
