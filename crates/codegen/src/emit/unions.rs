//! Unions -> enums: what they may be, and how they are made. How they travel is `serde.rs`.

use proc_macro2::TokenStream;
use quote::quote;

use super::plan::Plan;
use super::text::{docs, ident};
use crate::ir::{Content, Recognised, Ty, TypeDef, TypeId, Union, Variant};

/// The readable half of a union.
pub(super) fn definition(plan: &Plan<'_>, def: &TypeDef, union: &Union, about: &TokenStream) -> TokenStream {
    match union {
        Union::Tagged { variants, .. } => tagged(plan, def, variants, about),
        Union::Contents { variants } => contents(plan, &def.id, variants, about),
        Union::Recognised { variants } => recognised(plan, def, variants, about),
        Union::InText { variants, secret } => in_text(plan, def, variants, *secret, about),
        Union::Shorthand { .. } | Union::Untagged { .. } => TokenStream::new(),
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
    quote! {
        #about
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#each)*
            #[doc = " Something that this client does not know. It is kept as it came, and only reading makes it."]
            #[non_exhaustive]
            Unknown {
                #[doc = " The tag."]
                tag: ::std::string::String,
                #[doc = " The content, if there was any."]
                raw: ::std::option::Option<::apispec_runtime::Json>,
                #[doc = " What else came with it."]
                extra: ::std::collections::BTreeMap<::std::string::String, ::apispec_runtime::Json>,
            },
        }
        impl #name {
            #[doc = " Gives the tag, as it is on the wire."]
            #[must_use]
            pub fn tag(&self) -> &str {
                match self { #(#tags)* Self::Unknown { tag, .. } => tag }
            }
        }
    }
}

fn tagged(plan: &Plan<'_>, def: &TypeDef, variants: &[Variant], about: &TokenStream) -> TokenStream {
    let id = &def.id;
    let name = ident(plan.names.ty(id));
    let each = variants.iter().map(|variant| {
        let about = docs(&[&variant.docs]);
        let name = ident(plan.names.variant(id, &variant.wire));
        let ty = plan.path(&variant.object);
        quote!(#about #name(#ty),)
    });
    let from = froms(plan, def, variants.iter().map(|variant| (variant.wire.clone(), Ty::Named(variant.object.clone()))).collect());
    quote! {
        #about
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#each)*
            #[doc = " Something that this client does not know. It is kept as it came, and only reading makes it."]
            #[non_exhaustive]
            Unknown {
                #[doc = " The tag."]
                tag: ::std::string::String,
                #[doc = " The whole object."]
                raw: ::apispec_runtime::Json,
            },
        }
        #from
    }
}

/// What is sent can be given as one of the types that it may be. Two variants of one type have no such way.
fn froms(plan: &Plan<'_>, def: &TypeDef, variants: Vec<(String, Ty)>) -> Option<TokenStream> {
    if !def.usage.sent {
        return None;
    }
    let union = ident(plan.names.ty(&def.id));
    let types: Vec<String> = variants.iter().map(|(_, ty)| plan.ty(ty, false).to_string()).collect();
    let from = variants.iter().zip(&types).filter(|(_, text)| types.iter().filter(|other| other == text).count() == 1);
    let impls = from.map(|((wire, ty), _)| {
        let (name, ty) = (ident(plan.names.variant(&def.id, wire)), plan.ty(ty, false));
        quote! {
            impl ::std::convert::From<#ty> for #union {
                fn from(value: #ty) -> Self { Self::#name(value) }
            }
        }
    });
    Some(quote!(#(#impls)*))
}

fn recognised(plan: &Plan<'_>, def: &TypeDef, variants: &[Recognised], about: &TokenStream) -> TokenStream {
    let name = ident(plan.names.ty(&def.id));
    let each = variants.iter().enumerate().map(|(position, variant)| {
        let about = docs(&[&variant.docs]);
        let name = ident(plan.names.variant(&def.id, &position.to_string()));
        let ty = plan.ty(&variant.ty, false);
        quote!(#about #name(#ty),)
    });
    let from = variants.iter().enumerate().map(|(position, variant)| (position.to_string(), variant.ty.clone()));
    let from = froms(plan, def, from.collect());
    quote! {
        #about
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#each)*
            #[doc = " Something that this client does not know. It is kept as it came, and only reading makes it."]
            #[non_exhaustive]
            Unknown {
                #[doc = " What came."]
                raw: ::apispec_runtime::Json,
            },
        }
        #from
    }
}

fn in_text(plan: &Plan<'_>, def: &TypeDef, variants: &[Variant], secret: bool, about: &TokenStream) -> TokenStream {
    let name = ident(plan.names.ty(&def.id));
    let text = plan.ty(&Ty::Text, secret);
    let each: Vec<_> = variants.iter().map(|variant| ident(plan.names.variant(&def.id, &variant.wire))).collect();
    let wires: Vec<&String> = variants.iter().map(|variant| &variant.wire).collect();
    let members = variants.iter().zip(&each).map(|(variant, name)| {
        let about = docs(&[&variant.docs]);
        let ty = plan.ty(&Ty::Named(variant.object.clone()), false);
        quote!(#about #name(#ty),)
    });
    let from = froms(plan, def, variants.iter().map(|variant| (variant.wire.clone(), Ty::Named(variant.object.clone()))).collect());
    let hidden = secret.then(|| hidden(plan.names.ty(&def.id)));
    let derives = if secret { quote!(Clone, PartialEq) } else { quote!(Clone, Debug, PartialEq) };
    let taken = if secret { quote!(text.into()) } else { quote!(text) };
    let json = if secret { quote!(text.expose()) } else { quote!(text) };
    let reading = def.usage.received.then(|| {
        quote! {
            #[doc = " Reads the text as the type that the selector stands for."]
            #[doc = ""]
            #[doc = " What this client has no type for stays text."]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = ""]
            #[doc = " `Decode`: the text is no JSON, or of another form. The path begins inside the text."]
            pub fn read(&self, selector: &str) -> ::apispec_runtime::Result<Self> {
                let Self::Text(text) = self else { return Ok(self.clone()) };
                Ok(match selector {
                    #(#wires => Self::#each(::apispec_runtime::decode::from_text(#json)?),)*
                    _ => self.clone(),
                })
            }
        }
    });
    let selector = (!wires.is_empty()).then(|| {
        quote! {
            #[doc = " Gives the selector of the type; of a text there is none."]
            #[must_use]
            pub fn selector(&self) -> ::std::option::Option<&'static str> {
                match self { #(Self::#each(_) => Some(#wires),)* Self::Text(_) => None }
            }
        }
    });
    quote! {
        #about
        #[derive(#derives)]
        #[non_exhaustive]
        pub enum #name {
            #(#members)*
            #[doc = " The text itself: as it was received, or of something that this client has no type for."]
            Text(#text),
        }
        impl #name { #reading #selector }
        #from
        impl ::std::convert::From<&str> for #name {
            fn from(text: &str) -> Self { Self::Text(text.into()) }
        }
        impl ::std::convert::From<::std::string::String> for #name {
            fn from(text: ::std::string::String) -> Self { Self::Text(#taken) }
        }
        #hidden
    }
}

/// A union whose text is a secret shows nothing of it.
fn hidden(name: &str) -> TokenStream {
    let (ident, text) = (ident(name), format!("{name}(hidden)"));
    quote! {
        impl ::std::fmt::Debug for #ident {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { formatter.write_str(#text) }
        }
    }
}
