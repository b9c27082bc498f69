//! Unions -> enums: what they may be, and how they are made. How they travel is `serde.rs`.

use proc_macro2::{Ident, TokenStream};
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
        Union::InText { variants, secret, selects } => in_text(plan, def, &InText { variants, secret: *secret, selects: *selects }, about),
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

/// Types of which one is the JSON inside a text.
struct InText<'a> {
    variants: &'a [Variant],
    secret: bool,
    selects: bool,
}

fn in_text(plan: &Plan<'_>, def: &TypeDef, union: &InText<'_>, about: &TokenStream) -> TokenStream {
    let name = ident(plan.names.ty(&def.id));
    let text = plan.ty(&Ty::Text, union.secret);
    let members = union.variants.iter().map(|variant| {
        let (about, name) = (docs(&[&variant.docs]), ident(plan.names.variant(&def.id, &variant.wire)));
        let ty = plan.ty(&Ty::Named(variant.object.clone()), false);
        quote!(#about #name(#ty),)
    });
    let from = froms(plan, def, union.variants.iter().map(|variant| (variant.wire.clone(), Ty::Named(variant.object.clone()))).collect());
    let hidden = union.secret.then(|| hidden(plan.names.ty(&def.id)));
    let derives = if union.secret { quote!(Clone, PartialEq) } else { quote!(Clone, Debug, PartialEq) };
    let methods = methods_in_text(plan, def, union);
    let rest = if union.selects { other_text(&text, def.usage.received) } else { any_text(&text) };
    let from_text = (!union.selects).then(|| from_text(&name, union.secret));
    quote! {
        #about
        #[derive(#derives)]
        #[non_exhaustive]
        pub enum #name { #(#members)* #rest }
        impl #name { #methods }
        #from
        #from_text
        #hidden
    }
}

/// Whether a union of types in a text may also be the text itself: not where it is only sent and says what its sibling is.
pub(super) fn has_text(selects: bool, def: &TypeDef) -> bool {
    !selects || def.usage.received
}

/// A text that says nothing of its type, because something beside it does.
fn any_text(text: &TokenStream) -> TokenStream {
    quote! {
        #[doc = " The text itself: as it was received, or of something that this client has no type for."]
        Text(#text),
    }
}

/// A text that says what its type is called, and one that was received.
fn other_text(text: &TokenStream, received: bool) -> TokenStream {
    let as_received = received.then(|| {
        quote! {
            #[doc = " The text itself, as it was received. It does not say of which type it is, and so it cannot be sent."]
            Text(#text),
        }
    });
    quote! {
        #[doc = " Something that this client has no type for."]
        Other {
            #[doc = " What selects its type."]
            selector: ::std::string::String,
            #[doc = " The text itself."]
            text: #text,
        },
        #as_received
    }
}

fn from_text(name: &Ident, secret: bool) -> TokenStream {
    let taken = if secret { quote!(text.into()) } else { quote!(text) };
    quote! {
        impl ::std::convert::From<&str> for #name {
            fn from(text: &str) -> Self { Self::Text(text.into()) }
        }
        impl ::std::convert::From<::std::string::String> for #name {
            fn from(text: ::std::string::String) -> Self { Self::Text(#taken) }
        }
    }
}

fn methods_in_text(plan: &Plan<'_>, def: &TypeDef, union: &InText<'_>) -> TokenStream {
    let (wires, each): (Vec<&String>, Vec<Ident>) =
        union.variants.iter().map(|variant| (&variant.wire, ident(plan.names.variant(&def.id, &variant.wire)))).unzip();
    let (text, json) = (plan.ty(&Ty::Text, union.secret), if union.secret { quote!(text.expose()) } else { quote!(text) });
    let other = union.selects.then(|| {
        quote! {
            #[doc = " Makes something that this client has no type for: what selects its type, and its JSON text."]
            pub fn other(selector: impl ::std::convert::Into<::std::string::String>, text: impl ::std::convert::Into<#text>) -> Self {
                Self::Other { selector: selector.into(), text: text.into() }
            }
        }
    });
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
    let selector = (union.selects || !wires.is_empty()).then(|| {
        let (ty, other) = if union.selects {
            (quote!(&str), Some(quote!(Self::Other { selector, .. } => Some(selector),)))
        } else {
            (quote!(&'static str), None)
        };
        let text = has_text(union.selects, def).then(|| quote!(Self::Text(_) => None));
        quote! {
            #[doc = " Gives the selector of the type; of a text there is none."]
            #[must_use]
            pub fn selector(&self) -> ::std::option::Option<#ty> {
                match self { #(Self::#each(_) => Some(#wires),)* #other #text }
            }
        }
    });
    quote!(#other #reading #selector)
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
