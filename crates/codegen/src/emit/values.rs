//! Enums and ids -> types of text, whole: what they hold, how they are made and how they travel.

use proc_macro2::TokenStream;
use quote::quote;

use super::plan::Plan;
use super::text::{docs, ident};
use crate::ir::{Shape, TypeDef, TypeId, Value};

/// A type of text.
pub(super) fn definition(plan: &Plan<'_>, def: &TypeDef) -> TokenStream {
    let about = docs(&[&def.docs]);
    let name = ident(plan.names.ty(&def.id));
    let itself = match &def.shape {
        Shape::Enum(values) => enumeration(plan, &def.id, values, &about),
        _ => identity(&name, &about),
    };
    let travel = travel(&name);
    quote!(#itself #travel)
}

fn travel(name: &proc_macro2::Ident) -> TokenStream {
    let expected = format!("a text ({name})");
    quote! {
        impl ::serde::Serialize for #name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                ::apispec_runtime::decode::text(deserializer, #expected)
            }
        }
    }
}

fn enumeration(plan: &Plan<'_>, id: &TypeId, values: &[Value], about: &TokenStream) -> TokenStream {
    let name = ident(plan.names.ty(id));
    let variant = |value: &Value| ident(plan.names.variant(id, &value.wire));
    let variants = values.iter().map(|value| {
        let about = docs(&[&value.docs]);
        let name = variant(value);
        quote!(#about #name,)
    });
    let known: Vec<_> = values.iter().map(&variant).collect();
    let texts = values.iter().map(|value| {
        let (name, wire) = (variant(value), &value.wire);
        quote!(Self::#name => #wire,)
    });
    let readings = values.iter().map(|value| {
        let (name, wire, aliases) = (variant(value), &value.wire, &value.aliases);
        quote!(#wire #(| #aliases)* => Self::#name,)
    });
    quote! {
        #about
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            #[doc = " A value that this client does not know, received or made from a text. It is sent as it is, and is never one of the others."]
            Unknown(::here::r#mod::UnknownValue<Self>),
        }
        impl #name {
            #[doc = " All values that this client knows."]
            pub const KNOWN: &'static [Self] = &[#(Self::#known),*];
            #[doc = " Gives the value as it is on the wire."]
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self { #(#texts)* Self::Unknown(value) => value.as_str() }
            }
        }
        impl ::std::convert::From<&str> for #name {
            #[doc = " Takes a value as it is on the wire, in any spelling that the server has. Every other text is kept, and sent as it is."]
            fn from(text: &str) -> Self {
                match text { #(#readings)* other => Self::Unknown(::here::r#mod::UnknownValue::new(other)) }
            }
        }
        impl ::std::convert::From<::std::string::String> for #name {
            fn from(text: ::std::string::String) -> Self { Self::from(text.as_str()) }
        }
        impl ::std::convert::From<&Self> for #name {
            fn from(value: &Self) -> Self { value.clone() }
        }
        impl ::std::str::FromStr for #name {
            type Err = ::std::convert::Infallible;
            fn from_str(text: &str) -> ::std::result::Result<Self, ::std::convert::Infallible> { Ok(Self::from(text)) }
        }
        impl ::std::fmt::Display for #name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { formatter.write_str(self.as_str()) }
        }
    }
}

fn identity(name: &proc_macro2::Ident, about: &TokenStream) -> TokenStream {
    quote! {
        #about
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct #name(::std::string::String);
        impl #name {
            #[doc = " Gives the text of the id."]
            #[must_use]
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl ::std::convert::From<&str> for #name {
            fn from(text: &str) -> Self { Self(text.to_owned()) }
        }
        impl ::std::convert::From<::std::string::String> for #name {
            fn from(text: ::std::string::String) -> Self { Self(text) }
        }
        impl ::std::convert::From<&::std::string::String> for #name {
            fn from(text: &::std::string::String) -> Self { Self(text.clone()) }
        }
        impl ::std::convert::From<&Self> for #name {
            fn from(id: &Self) -> Self { id.clone() }
        }
        impl ::std::convert::AsRef<str> for #name {
            fn as_ref(&self) -> &str { &self.0 }
        }
        impl ::std::fmt::Display for #name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { formatter.write_str(&self.0) }
        }
    }
}
