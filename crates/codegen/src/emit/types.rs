//! Types -> their readable half: what they hold, how they are made and what they promise. How they travel is `serde.rs`.
//!
//! Length: one function for each shape, and what they share.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::plan::{Hold, Plan};
use super::text::{docs, ident};
use crate::ir::{Bounds, Choice, Content, Field, Framed, Shape, Struct, Ty, TypeDef, TypeId, Union, Usage, Variant};

/// The readable half of a type.
pub(super) fn definition(plan: &Plan<'_>, def: &TypeDef) -> TokenStream {
    let about = docs(&[&def.docs]);
    match &def.shape {
        Shape::Struct(body) => structure(plan, def, body, &about),
        Shape::Framed(framed) => frame(plan, def, framed, &about),
        Shape::Union(Union::Tagged { variants, .. }) => tagged(plan, &def.id, variants, &about),
        Shape::Union(Union::Contents { variants }) => contents(plan, &def.id, variants, &about),
        Shape::Alias(_) | Shape::Enum(_) | Shape::Id | Shape::Union(Union::Shorthand { .. } | Union::Untagged { .. }) => TokenStream::new(),
    }
}

fn members(plan: &Plan<'_>, owner: &TypeId, fields: &[Field], usage: Usage) -> TokenStream {
    let members = fields.iter().filter(|field| Plan::hold(field, usage) != Hold::Constant).map(|field| {
        let about = documented(plan, field);
        let name = plan.member_name(owner, field);
        let ty = plan.member(field, usage);
        quote!(#about pub #name: #ty,)
    });
    quote!(#(#members)*)
}

/// The description of a member, or of its type where it has none.
pub(super) fn documented(plan: &Plan<'_>, field: &Field) -> TokenStream {
    let own = field.docs.trim();
    let inherited = plan.def(&field.ty).map_or("", |def| def.docs.trim());
    let text = [own, inherited, "Not described by the vendor."].into_iter().find(|text| !text.is_empty()).unwrap_or_default();
    docs(&[text])
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
    quote! {
        #about
        #[derive(#derives)]
        #[non_exhaustive]
        pub struct #name { #fields #extra }
        #making
    }
}

/// The constructor, the setters and the check of a type that is sent.
fn making(plan: &Plan<'_>, def: &TypeDef, body: &Struct) -> TokenStream {
    let owner = &def.id;
    let name = ident(plan.names.ty(owner));
    let (mut arguments, mut values, mut setters) = (Vec::new(), Vec::new(), Vec::new());
    for field in &body.fields {
        let hold = Plan::hold(field, def.usage);
        let member = plan.member_name(owner, field);
        match hold {
            Hold::Constant => {}
            Hold::Plain => {
                let (ty, value) = plan.argument(&field.ty, field.secret, &quote!(#member));
                arguments.push(quote!(#member: #ty));
                values.push(if member == value.to_string() { quote!(#member) } else { quote!(#member: #value) });
            }
            Hold::OrNull => {
                let ty = plan.value(field);
                arguments.push(quote!(#member: ::std::option::Option<#ty>));
                values.push(quote!(#member));
            }
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

/// A method that sets a member of `target`, and for a member that may be null one that makes it so.
pub(super) fn setter(plan: &Plan<'_>, owner: &TypeId, field: &Field, hold: Hold, target: &TokenStream) -> TokenStream {
    let about = documented(plan, field);
    let member = plan.member_name(owner, field);
    let (ty, mut value) = plan.argument(&field.ty, field.secret, &quote!(value));
    if plan.value(field).to_string() != plan.ty(&field.ty, field.secret).to_string() {
        value = quote!(::apispec_runtime::OrText::Value(#value));
    }
    // A builder must be used anyhow.
    let must_use = (target.to_string() == "self").then(|| quote!(#[must_use]));
    let (set, null) = match hold {
        Hold::Three => {
            let name = format_ident!("{}_null", plan.names.field(owner, &field.wire).trim_start_matches("r#"));
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

fn check(plan: &Plan<'_>, def: &TypeDef, body: &Struct) -> TokenStream {
    let (owner, usage) = (&def.id, def.usage);
    let mut checks = Vec::new();
    for field in &body.fields {
        let hold = Plan::hold(field, usage);
        let member = plan.member_name(owner, field);
        let access = match hold {
            Hold::Constant => continue,
            Hold::Plain => (quote!(&self.#member), true),
            Hold::OrNull | Hold::Maybe => (quote!(&self.#member), false),
            Hold::Three => (quote!(self.#member.value()), false),
        };
        checks.extend(checked(plan, &field.wire, &field.ty, field.secret, &field.bounds, &access.0, access.1));
    }
    checks.extend(body.choices.iter().map(|choice| some_of(plan, def, body, choice)));
    quote! {
        #[doc = " Checks what the server is known to refuse."]
        pub(crate) fn check(&self) -> ::apispec_runtime::Result<(), ::apispec_runtime::Violation> {
            #(#checks)*
            Ok(())
        }
    }
}

/// The checks of one value; `access` is a reference to it, or to an `Option` of it.
pub(super) fn checked(
    plan: &Plan<'_>,
    wire: &str,
    ty: &Ty,
    secret: bool,
    bounds: &Bounds,
    access: &TokenStream,
    always: bool,
) -> Option<TokenStream> {
    let bound = |bound: Option<u64>| match bound {
        Some(bound) => {
            let bound = proc_macro2::Literal::u64_unsuffixed(bound);
            quote!(Some(#bound))
        }
        None => quote!(None),
    };
    let number = |bound: Option<i64>| match bound {
        Some(bound) => {
            let bound = proc_macro2::Literal::i64_unsuffixed(bound);
            quote!(Some(#bound))
        }
        None => quote!(None),
    };
    let value = if always { access.clone() } else { quote!(value) };
    let resolved = plan.resolved(ty);
    let mut checks = Vec::new();
    if bounds.length != (None, None) {
        let (least, most) = (bound(bounds.length.0), bound(bounds.length.1));
        checks.push(match (resolved, secret) {
            (Ty::List(_) | Ty::CommaList, _) => quote!(::apispec_runtime::validate::items(#wire, #value, #least, #most)?;),
            (Ty::Text, true) => {
                let value = if always { quote!((#value)) } else { value.clone() };
                quote!(::apispec_runtime::validate::length(#wire, #value.expose(), #least, #most)?;)
            }
            (Ty::Named(_), _) => {
                let value = if always { quote!((#value)) } else { value.clone() };
                quote!(::apispec_runtime::validate::length(#wire, #value.as_str(), #least, #most)?;)
            }
            (Ty::Text, false) => quote!(::apispec_runtime::validate::length(#wire, #value, #least, #most)?;),
            _ => return None,
        });
    }
    if bounds.range != (None, None) && *resolved == Ty::Int {
        let (least, most) = (number(bounds.range.0), number(bounds.range.1));
        checks.push(quote!(::apispec_runtime::validate::range(#wire, #value, #least, #most)?;));
    }
    match plan.checked_item(ty) {
        Some(false) => {
            let value = if always { quote!((#value)) } else { value };
            checks.push(quote!(#value.check().map_err(|violation| violation.within(#wire))?;));
        }
        Some(true) => {
            let place = format!("{wire}[{{index}}]");
            let value = if always { quote!((#value)) } else { value };
            checks.push(quote! {
                for (index, item) in #value.iter().enumerate() {
                    item.check().map_err(|violation| violation.within(&format!(#place)))?;
                }
            });
        }
        None => {}
    }
    match (checks.is_empty(), always) {
        (true, _) => None,
        (false, true) => Some(quote!(#(#checks)*)),
        (false, false) => Some(quote!(if let Some(value) = #access { #(#checks)* })),
    }
}

fn some_of(plan: &Plan<'_>, def: &TypeDef, body: &Struct, choice: &Choice) -> TokenStream {
    let (owner, usage) = (&def.id, def.usage);
    let given = choice.alternatives.iter().map(|wires| {
        let label = wires.join(" with ");
        let there = wires.iter().map(|wire| {
            let Some(field) = body.fields.iter().find(|field| field.wire == *wire) else { return quote!(false) };
            let member = plan.member_name(owner, field);
            match Plan::hold(field, usage) {
                Hold::Constant | Hold::Plain => quote!(true),
                Hold::OrNull | Hold::Maybe => quote!(self.#member.is_some()),
                Hold::Three => quote!(!self.#member.is_absent()),
            }
        });
        quote!((#label, #(#there)&&*))
    });
    let most = if choice.exactly_one { quote!(Some(1)) } else { quote!(None) };
    quote!(::apispec_runtime::validate::some_of(&[#(#given),*], #most)?;)
}

fn frame(plan: &Plan<'_>, def: &TypeDef, framed: &Framed, about: &TokenStream) -> TokenStream {
    let name = ident(plan.names.ty(&def.id));
    let fields = members(plan, &def.id, &framed.fields, def.usage);
    let content = ident(plan.names.field(&def.id, &framed.content));
    let says = docs(&[if framed.docs.is_empty() { "What it contains." } else { &framed.docs }]);
    let ty = plan.path(&framed.contents);
    quote! {
        #about
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub struct #name { #fields #says pub #content: #ty }
    }
}

fn contents(plan: &Plan<'_>, id: &TypeId, variants: &[Content], about: &TokenStream) -> TokenStream {
    let name = ident(plan.names.ty(id));
    let each = variants.iter().map(|variant| {
        let about = docs(&[&variant.docs]);
        let name = ident(plan.names.variant(id, &variant.wire));
        let ty = plan.ty(&variant.ty, variant.secret);
        quote!(#about #name(#ty),)
    });
    let tags = variants.iter().map(|variant| {
        let name = ident(plan.names.variant(id, &variant.wire));
        let wire = &variant.wire;
        quote!(Self::#name(_) => #wire,)
    });
    let unknown = unknown();
    quote! {
        #about
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name { #(#each)* #unknown }
        impl #name {
            #[doc = " Gives the tag, as it is on the wire."]
            #[must_use]
            pub fn tag(&self) -> &str {
                match self { #(#tags)* Self::Unknown { tag, .. } => tag }
            }
        }
    }
}

fn tagged(plan: &Plan<'_>, id: &TypeId, variants: &[Variant], about: &TokenStream) -> TokenStream {
    let name = ident(plan.names.ty(id));
    let each = variants.iter().map(|variant| {
        let about = docs(&[&variant.docs]);
        let name = ident(plan.names.variant(id, &variant.wire));
        let ty = plan.path(&variant.object);
        quote!(#about #name(#ty),)
    });
    let unknown = unknown();
    quote! {
        #about
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name { #(#each)* #unknown }
    }
}

fn unknown() -> TokenStream {
    quote! {
        #[doc = " Something that this client does not know. It is kept as it came, and only reading makes it."]
        #[non_exhaustive]
        Unknown {
            #[doc = " The tag."]
            tag: ::std::string::String,
            #[doc = " What came with it."]
            raw: ::serde_json::Value,
        },
    }
}
