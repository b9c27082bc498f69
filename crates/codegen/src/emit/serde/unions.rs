//! Unions -> how they travel.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::super::plan::Plan;
use super::super::text::ident;
use super::super::unions::has_text;
use crate::ir::{Mark, Recognised, Ty, TypeDef, Variant};

/// A union of whole objects: they wait until the tag among their members has been found.
pub(super) fn tagged(plan: &Plan<'_>, def: &TypeDef, tag: &str, variants: &[Variant]) -> TokenStream {
    let path = plan.path(&def.id);
    let names: Vec<Ident> = variants.iter().map(|variant| ident(plan.names.variant(&def.id, &variant.wire))).collect();
    let arms = variants.iter().zip(&names).map(|(variant, name)| {
        let (wire, aliases) = (&variant.wire, &variant.aliases);
        quote!(#wire #(| #aliases)* => Self::#name(::apispec_runtime::decode::buffered(&raw, "")?),)
    });
    let reading = def.usage.received.then(|| {
        quote! {
            impl<'de> ::serde::Deserialize<'de> for #path {
                fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                    let raw = ::std::boxed::Box::<::serde_json::value::RawValue>::deserialize(deserializer)?;
                    let tag: ::std::string::String = ::apispec_runtime::decode::tag(&raw, #tag)?;
                    Ok(match tag.as_str() {
                        #(#arms)*
                        _ => Self::Unknown { tag, raw: ::apispec_runtime::decode::buffered(&raw, "")? },
                    })
                }
            }
        }
    });
    quote! {
        impl ::serde::Serialize for #path {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    #(Self::#names(value) => value.serialize(serializer),)*
                    Self::Unknown { raw, .. } => raw.serialize(serializer),
                }
            }
        }
        #reading
    }
}

/// A union whose variants are recognised by what is there.
pub(super) fn recognised(plan: &Plan<'_>, def: &TypeDef, variants: &[Recognised]) -> TokenStream {
    let path = plan.path(&def.id);
    let names: Vec<Ident> = (0..variants.len()).map(|position| ident(plan.names.variant(&def.id, &position.to_string()))).collect();
    let tries = variants.iter().zip(&names).map(|(variant, name)| {
        let mark = mark(&variant.mark);
        quote!(if #mark { return ::apispec_runtime::decode::buffered(&raw, "").map(Self::#name); })
    });
    let reading = def.usage.received.then(|| {
        quote! {
            impl<'de> ::serde::Deserialize<'de> for #path {
                fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                    let raw = ::std::boxed::Box::<::serde_json::value::RawValue>::deserialize(deserializer)?;
                    let seen = ::apispec_runtime::decode::Seen::of(&raw);
                    #(#tries)*
                    ::apispec_runtime::decode::buffered(&raw, "").map(|raw| Self::Unknown { raw })
                }
            }
        }
    });
    quote! {
        impl ::serde::Serialize for #path {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    #(Self::#names(value) => value.serialize(serializer),)*
                    Self::Unknown { raw } => raw.serialize(serializer),
                }
            }
        }
        #reading
    }
}

fn mark(mark: &Mark) -> TokenStream {
    match mark {
        Mark::Text => quote!(seen.is_text()),
        Mark::Flag => quote!(seen.is_flag()),
        Mark::Integer => quote!(seen.is_integer()),
        Mark::Number => quote!(seen.is_number()),
        Mark::List => quote!(seen.is_list()),
        Mark::Object => quote!(seen.is_object()),
        Mark::Members { required, texts } => {
            let members = (!required.is_empty()).then(|| quote!(seen.has(&[#(#required),*])));
            let texts = texts.iter().map(|(member, text)| quote!(seen.says(#member, #text)));
            let all: Vec<TokenStream> = members.into_iter().chain(texts).collect();
            if all.is_empty() { quote!(seen.is_object()) } else { quote!(#(#all)&&*) }
        }
    }
}

/// A union that is the JSON inside a text. It is read as the text that came.
pub(super) fn in_text(plan: &Plan<'_>, def: &TypeDef, variants: &[Variant], secret: bool, selects: bool) -> TokenStream {
    let path = plan.path(&def.id);
    let names = variants.iter().map(|variant| ident(plan.names.variant(&def.id, &variant.wire)));
    let others = [selects.then(|| quote!(Self::Other { text, .. })), has_text(selects, def).then(|| quote!(Self::Text(text)))];
    let others = others.into_iter().flatten();
    let (text, ty) = (if secret { quote!(text.expose()) } else { quote!(text) }, plan.ty(&Ty::Text, secret));
    let reading = def.usage.received.then(|| {
        quote! {
            impl<'de> ::serde::Deserialize<'de> for #path {
                fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                    #ty::deserialize(deserializer).map(Self::Text)
                }
            }
        }
    });
    quote! {
        impl ::serde::Serialize for #path {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    #(Self::#names(value) => ::apispec_runtime::decode::write_text(value, serializer),)*
                    #(#others)|* => serializer.serialize_str(#text),
                }
            }
        }
        #reading
    }
}
