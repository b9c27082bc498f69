//! Objects with a tag and a content -> how they travel.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::plan::Plan;
use super::super::text::ident;
use super::{Slot, object, slot, write_member};
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
            #contents::Unknown { raw, .. } => ::apispec_runtime::write::if_some(&mut map, #content, raw)?,
        }
        #(#members)*
        if let #contents::Unknown { extra, .. } = &self.#member {
            for (name, value) in extra {
                map.serialize_entry(name, value)?;
            }
        }
    }
}

fn variants<'p>(plan: &Plan<'p>, framed: &Framed) -> &'p [Content] {
    match plan.api.types.get(&framed.contents).map(|def| &def.shape) {
        Some(Shape::Union(Union::Contents { variants })) => variants,
        _ => &[],
    }
}

/// The tag, then the content: what comes after its tag is read at once, what comes before it waits. Further members are kept until it
/// is known that the tag is, since an unknown tag may go with members that nobody knows yet.
pub(super) fn read(plan: &Plan<'_>, def: &TypeDef, framed: &Framed) -> TokenStream {
    let contents = plan.path(&framed.contents);
    let slots: Vec<Slot> = framed.fields.iter().map(|field| slot(plan, &def.id, field, def.usage)).collect();
    let (declare, arms, values) =
        (slots.iter().map(|slot| &slot.declare), slots.iter().map(|slot| &slot.arms), slots.iter().map(|slot| &slot.value));
    let (tag, content) = (&framed.tag, &framed.content);
    let member = ident(plan.names.field(&def.id, content));
    let content_field = if member == "content" { quote!(content) } else { quote!(#member: content) };
    let ignored = quote!(members.next_value::<::serde::de::IgnoredAny>()?;);
    let body = quote! {
        let mut tag: ::std::option::Option<::std::string::String> = None;
        let mut content: ::std::option::Option<#contents> = None;
        let mut waiting: ::std::option::Option<::std::boxed::Box<::serde_json::value::RawValue>> = None;
        let mut further = ::std::collections::BTreeMap::new();
        #(#declare)*
        while let Some(key) = members.next_key::<::apispec_runtime::decode::Name<'de>>()? {
            match key.as_str() {
                #tag => tag = Some(members.next_value()?),
                #content => match &tag {
                    Some(tag) => content = Some(#contents::read(tag, &mut members)?),
                    None => waiting = Some(members.next_value()?),
                },
                #(#arms)*
                _ if tag.as_deref().is_some_and(#contents::knows) => { #ignored }
                other => { further.insert(other.to_owned(), members.next_value()?); }
            }
        }
        let tag = tag.ok_or_else(|| ::serde::de::Error::missing_field(#tag))?;
        let mut content = match (content, waiting) {
            (Some(content), _) => content,
            (None, Some(raw)) => #contents::read_late(&tag, &raw)?,
            (None, None) => #contents::without(&tag)?,
        };
        if let #contents::Unknown { extra, .. } = &mut content {
            *extra = further;
        }
        Ok(Self { #(#values)* #content_field })
    };
    let object = object(plan, def, &quote!(object), &body);
    let variants = variants(plan, framed);
    let (now, late) = (
        arms_of(plan, &framed.contents, variants, &quote!(members.next_value()?)),
        arms_of(plan, &framed.contents, variants, &quote!(::apispec_runtime::decode::buffered(raw, #content)?)),
    );
    let unknown = |raw: TokenStream| quote!(Self::Unknown { tag: tag.to_owned(), raw: #raw, extra: ::std::collections::BTreeMap::new() });
    let unknown_now = unknown(quote!(Some(members.next_value()?)));
    let unknown_late = unknown(quote!(Some(::apispec_runtime::decode::buffered(raw, #content)?)));
    let unknown_without = unknown(quote!(None));
    let known = variants.iter().flat_map(|variant| std::iter::once(&variant.wire).chain(&variant.aliases));
    quote! {
        #object
        impl #contents {
            #[doc = " Reads the content that follows its tag."]
            fn read<'de, A: ::serde::de::MapAccess<'de>>(tag: &str, members: &mut A) -> ::std::result::Result<Self, A::Error> {
                Ok(match tag {
                    #now
                    _ => #unknown_now,
                })
            }
            #[doc = " Reads the content that came before its tag."]
            fn read_late<E: ::serde::de::Error>(tag: &str, raw: &::serde_json::value::RawValue) -> ::std::result::Result<Self, E> {
                Ok(match tag {
                    #late
                    _ => #unknown_late,
                })
            }
            #[doc = " Only something unknown may have no content."]
            fn without<E: ::serde::de::Error>(tag: &str) -> ::std::result::Result<Self, E> {
                if Self::knows(tag) { Err(E::missing_field(#content)) } else { Ok(#unknown_without) }
            }
            #[doc = " Whether there is a type for the content beside this tag."]
            fn knows(tag: &str) -> bool {
                matches!(tag, #(#known)|*)
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
