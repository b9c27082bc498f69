//! Objects -> their readable half: what they hold and how they are made. How they travel is `serde.rs`.

use proc_macro2::TokenStream;
use quote::quote;

use super::checks::check;
use super::plan::{Hold, Plan};
use super::text::{docs, ident};
use super::unions;
use crate::ir::{Field, Framed, Shape, Struct, Ty, TypeDef, TypeId, Usage};

/// The readable half of a type.
pub(super) fn definition(plan: &Plan<'_>, def: &TypeDef) -> TokenStream {
    let about = docs(&[&def.docs]);
    match &def.shape {
        Shape::Struct(body) => structure(plan, def, body, &about),
        Shape::Framed(framed) => frame(plan, def, framed, &about),
        Shape::Union(union) => unions::definition(plan, def, union, &about),
        Shape::Alias(_) | Shape::Enum(_) | Shape::Id => TokenStream::new(),
    }
}

fn members(plan: &Plan<'_>, owner: &TypeId, fields: &[Field], usage: Usage) -> TokenStream {
    let members = fields.iter().filter(|field| Plan::hold(field, usage) != Hold::Unheld).map(|field| {
        let about = docs(&[&field.docs]);
        let name = plan.member_name(owner, field);
        let ty = plan.member(field, usage);
        quote!(#about pub #name: #ty,)
    });
    quote!(#(#members)*)
}

fn structure(plan: &Plan<'_>, def: &TypeDef, body: &Struct, about: &TokenStream) -> TokenStream {
    let name = ident(plan.names.ty(&def.id));
    let fields = members(plan, &def.id, &body.fields, def.usage);
    let extra = body.extra.as_ref().map(|ty| {
        let ty = plan.ty(ty, false);
        quote!(#[doc = " All further members."] pub extra: ::std::collections::BTreeMap<::std::string::String, #ty>,)
    });
    let needed = body.fields.iter().any(|field| matches!(Plan::hold(field, def.usage), Hold::Plain | Hold::OrNull));
    let derives = match (plan.forms.contains(&def.id), needed) {
        (true, true) => quote!(Clone, Debug),
        (true, false) => quote!(Clone, Debug, Default),
        (false, true) => quote!(Clone, Debug, PartialEq),
        (false, false) => quote!(Clone, Debug, Default, PartialEq),
    };
    let making = def.usage.sent.then(|| making(plan, def, body));
    let readers = def.usage.received.then(|| readers(plan, def, body));
    quote! {
        #about
        #[derive(#derives)]
        #[non_exhaustive]
        pub struct #name { #fields #extra }
        #making
        #readers
    }
}

/// The constructor, the setters and the check of a type that is sent.
fn making(plan: &Plan<'_>, def: &TypeDef, body: &Struct) -> TokenStream {
    let owner = &def.id;
    let name = ident(plan.names.ty(owner));
    let arguments: Vec<TokenStream> = plan.needed(def, body).into_iter().map(|field| argument(plan, def, field)).collect();
    let (mut values, mut setters) = (Vec::new(), Vec::new());
    for field in &body.fields {
        let hold = Plan::hold(field, def.usage);
        let member = plan.member_name(owner, field);
        match hold {
            Hold::Unheld => {}
            Hold::Plain => {
                let (_, mut value) = plan.argument(&field.ty, field.secret, &quote!(#member));
                if plan.is_or_text(field) {
                    value = quote!(::apispec_runtime::OrText::Value(#value));
                }
                values.push(if member == value.to_string() { quote!(#member) } else { quote!(#member: #value) });
            }
            Hold::OrNull => values.push(quote!(#member)),
            Hold::Maybe => values.push(quote!(#member: None)),
            Hold::Three => values.push(quote!(#member: ::apispec_runtime::Field::Absent)),
        }
        if matches!(hold, Hold::Maybe | Hold::Three) {
            setters.push(setter(plan, owner, field, hold, &quote!(self)));
        }
    }
    if body.extra.is_some() {
        values.push(quote!(extra: ::std::collections::BTreeMap::new()));
    }
    let check = plan.is_checked(&def.id).then(|| check(plan, def, body));
    let says = if arguments.is_empty() { " Starts with nothing set." } else { " Starts from what must be there." };
    quote! {
        impl #name {
            #[doc = #says]
            #[must_use]
            pub fn new(#(#arguments),*) -> Self { Self { #(#values),* } }
            #(#setters)*
            #check
        }
    }
}

/// A member that must be given, as an argument.
pub(super) fn argument(plan: &Plan<'_>, def: &TypeDef, field: &Field) -> TokenStream {
    let name = plan.member_name(&def.id, field);
    let ty = match Plan::hold(field, def.usage) {
        Hold::OrNull => {
            let ty = plan.value(field);
            quote!(::std::option::Option<#ty>)
        }
        _ => plan.argument(&field.ty, field.secret, &quote!(#name)).0,
    };
    quote!(#name: #ty)
}

/// A method for each text whose JSON a sibling says the type of.
fn readers(plan: &Plan<'_>, def: &TypeDef, body: &Struct) -> Option<TokenStream> {
    let readers: Vec<TokenStream> = body.fields.iter().filter_map(|field| reader(plan, def, body, field)).collect();
    let name = ident(plan.names.ty(&def.id));
    (!readers.is_empty()).then(|| quote!(impl #name { #(#readers)* }))
}

fn reader(plan: &Plan<'_>, def: &TypeDef, body: &Struct, field: &Field) -> Option<TokenStream> {
    let Ty::JsonTextBy { by, union } = plan.resolved(&field.ty) else { return None };
    let sibling = body.fields.iter().find(|other| other.wire == *by)?;
    let selector = plan.as_text(&def.id, sibling, def.usage)?;
    let (member, union) = (plan.member_name(&def.id, field), plan.path(union));
    let name = ident(&plan.names.reader(&def.id, &field.wire));
    let says = docs(&[&format!("Reads the JSON text of `{}` as the type that `{by}` selects.", field.wire)]);
    let (ty, read) = match Plan::hold(field, def.usage) {
        Hold::Unheld => return None,
        Hold::Plain => (quote!(#union), quote!(self.#member.read(#selector))),
        Hold::OrNull | Hold::Maybe => {
            (quote!(::std::option::Option<#union>), quote!(self.#member.as_ref().map(|text| text.read(#selector)).transpose()))
        }
        Hold::Three => (quote!(::std::option::Option<#union>), quote!(self.#member.value().map(|text| text.read(#selector)).transpose())),
    };
    Some(quote! {
        #says
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = ""]
        #[doc = " `Decode`: the text is no JSON, or of another form."]
        pub fn #name(&self) -> ::apispec_runtime::Result<#ty> { #read }
    })
}

/// A method that sets a member of `target`, and for a member that may be null one that makes it so.
pub(super) fn setter(plan: &Plan<'_>, owner: &TypeId, field: &Field, hold: Hold, target: &TokenStream) -> TokenStream {
    let member = plan.member_name(owner, field);
    let about = plan.setter_docs(&member.to_string(), &field.docs, &field.ty, &field.source);
    let (ty, mut value) = plan.argument(&field.ty, field.secret, &quote!(value));
    if plan.is_or_text(field) {
        value = quote!(::apispec_runtime::OrText::Value(#value));
    }
    // A builder must be used anyhow.
    let must_use = (target.to_string() == "self").then(|| quote!(#[must_use]));
    let (set, null) = match hold {
        Hold::Three => {
            let name = ident(&plan.names.null_setter(owner, &field.wire));
            let says = format!(" Sets `{}` to null, which clears it.", field.wire);
            let null = quote! {
                #[doc = #says]
                #must_use
                pub fn #name(mut self) -> Self { #target.#member = ::apispec_runtime::Field::Null; self }
            };
            (quote!(::apispec_runtime::Field::Set(#value)), null)
        }
        _ => (quote!(Some(#value)), TokenStream::new()),
    };
    quote! {
        #about
        #must_use
        pub fn #member(mut self, value: #ty) -> Self { #target.#member = #set; self }
        #null
    }
}

fn frame(plan: &Plan<'_>, def: &TypeDef, framed: &Framed, about: &TokenStream) -> TokenStream {
    let name = ident(plan.names.ty(&def.id));
    let fields = members(plan, &def.id, &framed.fields, def.usage);
    let content = ident(plan.names.field(&def.id, &framed.content));
    let says = docs(&[&framed.docs]);
    let ty = plan.path(&framed.contents);
    quote! {
        #about
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct #name { #fields #says pub #content: #ty }
    }
}
