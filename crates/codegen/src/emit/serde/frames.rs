//! Objects with a tag and a content -> how they travel.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::plan::Plan;
use super::super::text::ident;
use super::{Slot, ignored, object, slot, write_member};
use crate::ir::{Content, Framed, Shape, TypeDef, TypeId, Union, Usage};

/// The members, in the order tag, content, rest: so that whoever reads knows the tag before the content.
pub(super) fn write(plan: &Plan<'_>, owner: &TypeId, framed: &Framed, usage: Usage) -> TokenStream {
    let (tag, content) = (&framed.tag, &framed.content);
    let member = ident(plan.names.field(owner, content));
    let members = framed.fields.iter().map(|field| write_member(plan, owner, field, usage));
    let contents = plan.path(&framed.contents);
    let arms = variants(plan, framed).iter().map(|variant| {
        let name = ident(plan.names.variant(&framed.contents, &variant.wire));
        quote!(#contents::#name(value) => map.serialize_entry(#content, value)?,)
    });
    quote! {
        map.serialize_entry(#tag, self.#member.tag())?;
        match &self.#member {
            #(#arms)*
            #contents::Unknown { raw, .. } => map.serialize_entry(#content, raw)?,
        }
        #(#members)*
    }
}

fn variants<'p>(plan: &Plan<'p>, framed: &Framed) -> &'p [Content] {
    match plan.api.types.get(&framed.contents).map(|def| &def.shape) {
        Some(Shape::Union(Union::Contents { variants })) => variants,
        _ => &[],
    }
}

/// The tag, then the content: what comes after its tag is read at once, what comes before it waits.
pub(super) fn read(plan: &Plan<'_>, def: &TypeDef, framed: &Framed) -> TokenStream {
    let contents = plan.path(&framed.contents);
    let slots: Vec<Slot> = framed.fields.iter().map(|field| slot(plan, &def.id, field, def.usage)).collect();
    let (declare, arms, values) =
        (slots.iter().map(|slot| &slot.declare), slots.iter().map(|slot| &slot.arms), slots.iter().map(|slot| &slot.value));
    let (tag, content) = (&framed.tag, &framed.content);
    let member = ident(plan.names.field(&def.id, content));
    let content_field = if member == "content" { quote!(content) } else { quote!(#member: content) };
    let ignored = ignored();
    let body = quote! {
        let mut tag: ::std::option::Option<::std::string::String> = None;
        let mut content: ::std::option::Option<#contents> = None;
        let mut waiting: ::std::option::Option<::std::boxed::Box<::serde_json::value::RawValue>> = None;
        #(#declare)*
        while let Some(key) = members.next_key::<::apispec_runtime::decode::Name<'de>>()? {
            match key.as_str() {
                #tag => tag = Some(members.next_value()?),
                #content => match &tag {
                    Some(tag) => content = Some(#contents::read(tag, &mut members)?),
                    None => waiting = Some(members.next_value()?),
                },
                #(#arms)*
                #ignored
            }
        }
        let tag = tag.ok_or_else(|| ::serde::de::Error::missing_field(#tag))?;
        let content = match (content, waiting) {
            (Some(content), _) => content,
            (None, Some(raw)) => #contents::read_late(&tag, &raw)?,
            (None, None) => #contents::without(tag)?,
        };
        Ok(Self { #(#values)* #content_field })
    };
    let object = object(plan, def, &quote!(object), &body);
    let variants = variants(plan, framed);
    let (now, late) = (
        arms_of(plan, &framed.contents, variants, &quote!(members.next_value()?)),
        arms_of(plan, &framed.contents, variants, &quote!(::apispec_runtime::decode::buffered(raw, #content)?)),
    );
    let known = variants.iter().flat_map(|variant| std::iter::once(&variant.wire).chain(&variant.aliases));
    quote! {
        #object
        impl #contents {
            #[doc = " Reads the content that follows its tag."]
            fn read<'de, A: ::serde::de::MapAccess<'de>>(tag: &str, members: &mut A) -> ::std::result::Result<Self, A::Error> {
                Ok(match tag {
                    #now
                    _ => Self::Unknown { tag: tag.to_owned(), raw: members.next_value()? },
                })
            }
            #[doc = " Reads the content that came before its tag."]
            fn read_late<E: ::serde::de::Error>(tag: &str, raw: &::serde_json::value::RawValue) -> ::std::result::Result<Self, E> {
                Ok(match tag {
                    #late
                    _ => Self::Unknown { tag: tag.to_owned(), raw: ::apispec_runtime::decode::buffered(raw, #content)? },
                })
            }
            #[doc = " Only something unknown may have no content."]
            fn without<E: ::serde::de::Error>(tag: ::std::string::String) -> ::std::result::Result<Self, E> {
                match tag.as_str() {
                    #(#known)|* => Err(E::missing_field(#content)),
                    _ => Ok(Self::Unknown { tag, raw: ::serde_json::Value::Null }),
                }
            }
        }
    }
}

fn arms_of(plan: &Plan<'_>, contents: &TypeId, variants: &[Content], read: &TokenStream) -> TokenStream {
    let arms = variants.iter().map(|variant| {
        let (wire, aliases) = (&variant.wire, &variant.aliases);
        let name = ident(plan.names.variant(contents, wire));
        quote!(#wire #(| #aliases)* => Self::#name(#read),)
    });
    quote!(#(#arms)*)
}
