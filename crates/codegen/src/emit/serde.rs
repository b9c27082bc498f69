//! Types -> the half that says how they travel: plain `Serialize` and `Deserialize` impls, in which every tolerance can be seen.
//!
//! Writing and reading of one shape stand together, since they are changed together: objects here, objects with a tag and a content in
//! `frames`, unions in `unions`.

mod frames;
mod unions;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::plan::{Hold, Plan};
use crate::ir::{Accept, Field, Presence, Shape, Source, Struct, Ty, TypeDef, TypeId, Union, Usage};

/// The impls of a type.
pub(super) fn impls(plan: &Plan<'_>, def: &TypeDef) -> TokenStream {
    let path = plan.path(&def.id);
    match &def.shape {
        Shape::Struct(_) if plan.forms.contains(&def.id) => TokenStream::new(),
        Shape::Struct(body) => {
            let writing = writing(&path, &write_members(plan, &def.id, body, def.usage));
            let reading = def.usage.received.then(|| reading(plan, def, body));
            quote!(#writing #reading)
        }
        Shape::Framed(framed) => {
            let writing = writing(&path, &frames::write(plan, &def.id, framed, def.usage));
            let reading = def.usage.received.then(|| frames::read(plan, def, framed));
            quote!(#writing #reading)
        }
        Shape::Union(Union::Tagged { tag, variants }) => unions::tagged(plan, def, tag, variants),
        Shape::Union(Union::Recognised { variants }) => unions::recognised(plan, def, variants),
        Shape::Union(Union::InText { variants, secret, selects }) => unions::in_text(plan, def, variants, *secret, *selects),
        Shape::Enum(_) | Shape::Id | Shape::Union(_) | Shape::Alias(_) => TokenStream::new(),
    }
}

fn writing(path: &TokenStream, members: &TokenStream) -> TokenStream {
    let mutable = (!members.is_empty()).then(|| quote!(mut));
    quote! {
        impl ::serde::Serialize for #path {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error> {
                let #mutable map = serializer.serialize_map(None)?;
                #members
                map.end()
            }
        }
    }
}

fn write_members(plan: &Plan<'_>, owner: &TypeId, body: &Struct, usage: Usage) -> TokenStream {
    let members = body.fields.iter().map(|field| match &field.source {
        Source::Selector(text) => write_selector(plan, owner, body, field, text, usage),
        _ => write_member(plan, owner, field, usage),
    });
    let extra = body.extra.as_ref().map(|_| {
        quote! {
            for (name, value) in &self.extra {
                map.serialize_entry(name, value)?;
            }
        }
    });
    quote!(#(#members)* #extra)
}

fn write_member(plan: &Plan<'_>, owner: &TypeId, field: &Field, usage: Usage) -> TokenStream {
    let wire = &field.wire;
    let entry = |value: TokenStream| quote!(map.serialize_entry(#wire, #value)?;);
    let joined = *plan.resolved(&field.ty) == Ty::CommaList;
    let member = plan.member_name(owner, field);
    let hold = Plan::hold(field, usage);
    match hold {
        Hold::Unheld => match &field.source {
            Source::Constant(value) => constant(plan, field, value, entry),
            Source::Caller | Source::Client(_) | Source::Selector(_) => TokenStream::new(),
        },
        Hold::Plain if joined => entry(quote!(&self.#member.join(","))),
        Hold::OrNull if joined => entry(quote!(&self.#member.as_ref().map(|items| items.join(",")))),
        Hold::Plain | Hold::OrNull => entry(quote!(&self.#member)),
        Hold::Maybe if joined => {
            let entry = entry(quote!(&value.join(",")));
            quote!(if let Some(value) = &self.#member { #entry })
        }
        Hold::Maybe => quote!(::apispec_runtime::write::if_some(&mut map, #wire, &self.#member)?;),
        Hold::Three if joined => {
            let entry = entry(quote!(&self.#member.value().map(|items| items.join(","))));
            quote!(if !self.#member.is_absent() { #entry })
        }
        Hold::Three => quote!(::apispec_runtime::write::if_set(&mut map, #wire, &self.#member)?;),
    }
}

/// What selects the type of a text is said by what the text holds.
fn write_selector(plan: &Plan<'_>, owner: &TypeId, body: &Struct, field: &Field, text: &str, usage: Usage) -> TokenStream {
    let (wire, selector) = (&field.wire, plan.selector(owner, body, text, usage));
    quote!(::apispec_runtime::write::if_some(&mut map, #wire, &#selector)?;)
}

/// A constant has the JSON type that its schema has.
fn constant(plan: &Plan<'_>, field: &Field, value: &str, entry: impl Fn(TokenStream) -> TokenStream) -> TokenStream {
    match plan.resolved(&field.ty) {
        Ty::Int => {
            value.parse::<i64>().map(proc_macro2::Literal::i64_unsuffixed).map_or_else(|_| entry(quote!(#value)), |n| entry(quote!(&#n)))
        }
        Ty::Flag => {
            let flag = value == "true";
            entry(quote!(&#flag))
        }
        _ => entry(quote!(#value)),
    }
}

/// What a member is while the rest is read: where it is kept, how it is read, and what it becomes.
struct Slot {
    declare: TokenStream,
    arms: TokenStream,
    value: TokenStream,
}

/// The type that is read, and how a `value` of it becomes what is held.
fn reader(plan: &Plan<'_>, field: &Field) -> (TokenStream, Option<TokenStream>) {
    let held = plan.value(field);
    let accepts = |accept| field.accepts.contains(&accept);
    match plan.resolved(&field.ty) {
        Ty::Text if accepts(Accept::Integer) && !field.secret => (quote!(::apispec_runtime::decode::TextOrInteger), Some(quote!(value.0))),
        Ty::Text | Ty::Named(_) if accepts(Accept::Integer) => {
            (quote!(::apispec_runtime::decode::TextOrInteger), Some(quote!(value.0.into())))
        }
        Ty::Int if accepts(Accept::Text) => (quote!(::apispec_runtime::decode::IntegerOrText), Some(quote!(value.0))),
        Ty::List(item) if accepts(Accept::Single) => {
            let item = plan.ty(item, field.secret);
            (quote!(::apispec_runtime::decode::OneOrMany<#item>), Some(quote!(value.0)))
        }
        Ty::CommaList => {
            (quote!(::std::string::String), Some(quote!(value.split(',').filter(|item| !item.is_empty()).map(str::to_owned).collect())))
        }
        _ => (held, None),
    }
}

fn slot(plan: &Plan<'_>, owner: &TypeId, field: &Field, usage: Usage) -> Slot {
    let hold = Plan::hold(field, usage);
    let (wire, aliases) = (&field.wire, &field.aliases);
    let member = plan.member_name(owner, field);
    if hold == Hold::Unheld {
        return Slot { declare: TokenStream::new(), arms: TokenStream::new(), value: TokenStream::new() };
    }
    let held = plan.value(field);
    let (read, turn) = reader(plan, field);
    let optional = turn.as_ref().map_or_else(
        || quote!(members.next_value()?),
        |turn| quote!(members.next_value::<::std::option::Option<#read>>()?.map(|value| #turn)),
    );
    let strict = turn
        .as_ref()
        .map_or_else(|| quote!(Some(members.next_value()?)), |turn| quote!({ let value: #read = members.next_value()?; Some(#turn) }));
    let missing = quote!(.ok_or_else(|| ::serde::de::Error::missing_field(#wire))?);
    // A member may be called like a variable of the loop, so no variable is called like a member.
    let found = format_ident!("found_{}", plan.names.stem(owner, wire));
    let other = format_ident!("other_{}", plan.names.stem(owner, wire));
    let (other_declare, other_arm, fallback) = if aliases.is_empty() {
        Default::default()
    } else {
        (
            quote!(let mut #other: ::std::option::Option<#held> = None;),
            quote! { #(#aliases)|* => #other = #other.or(#optional), },
            quote!(.or(#other)),
        )
    };
    let aliased = !aliases.is_empty();
    let (ty, start, arm, value) = match (hold, field.presence) {
        (Hold::Plain, _) if aliased => (quote!(::std::option::Option<#held>), quote!(None), optional, quote!(#found #fallback #missing)),
        (Hold::Plain, _) => (quote!(::std::option::Option<#held>), quote!(None), strict, quote!(#found #missing)),
        (Hold::OrNull, _) if !aliased => {
            (quote!(::std::option::Option<::std::option::Option<#held>>), quote!(None), quote!(Some(#optional)), quote!(#found #missing))
        }
        (Hold::Three, _) => (
            quote!(::apispec_runtime::Field<#held>),
            quote!(::apispec_runtime::Field::Absent),
            if turn.is_some() { quote!(#optional.into()) } else { quote!(members.next_value::<::std::option::Option<#read>>()?.into()) },
            if aliased {
                quote!(if #found.value().is_some() { #found } else { #other.map_or(#found, ::apispec_runtime::Field::Set) })
            } else {
                quote!(#found)
            },
        ),
        (_, Presence::Required | Presence::Nullable | Presence::Optional | Presence::OptionalNullable) => {
            (quote!(::std::option::Option<#held>), quote!(None), optional, quote!(#found #fallback))
        }
    };
    Slot {
        declare: quote!(let mut #found: #ty = #start; #other_declare),
        arms: quote!(#wire => #found = #arm, #other_arm),
        value: if member == value.to_string() { quote!(#member,) } else { quote!(#member: #value,) },
    }
}

fn reading(plan: &Plan<'_>, def: &TypeDef, body: &Struct) -> TokenStream {
    let slots: Vec<Slot> = body.fields.iter().map(|field| slot(plan, &def.id, field, def.usage)).collect();
    let (declare, arms, values) =
        (slots.iter().map(|slot| &slot.declare), slots.iter().map(|slot| &slot.arms), slots.iter().map(|slot| &slot.value));
    let (extra, rest, keep) = match &body.extra {
        Some(_) => (
            quote!(let mut extra = ::std::collections::BTreeMap::new();),
            quote!(other => { extra.insert(other.to_owned(), members.next_value()?); }),
            quote!(extra,),
        ),
        None => (TokenStream::new(), ignored(), TokenStream::new()),
    };
    let arms: TokenStream = arms.cloned().collect();
    let members = match (arms.is_empty(), &body.extra) {
        (false, _) => quote! {
            while let Some(key) = members.next_key::<::apispec_runtime::decode::Name<'de>>()? {
                match key.as_str() { #arms #rest }
            }
        },
        (true, Some(_)) => quote! {
            while let Some((name, value)) = members.next_entry()? { extra.insert(name, value); }
        },
        (true, None) => quote! {
            while members.next_entry::<::serde::de::IgnoredAny, ::serde::de::IgnoredAny>()?.is_some() {}
        },
    };
    let text = plan.shorthands.get(&def.id).and_then(|member| shorthand(plan, def, body, member));
    let how = if text.is_some() { quote!(object_or_text) } else { quote!(object) };
    let object = object(
        plan,
        def,
        &how,
        &quote! {
            #(#declare)*
            #extra
            #members
            Ok(Self { #(#values)* #keep })
        },
    );
    quote!(#object #text)
}

fn ignored() -> TokenStream {
    quote!(_ => { members.next_value::<::serde::de::IgnoredAny>()?; })
}

/// The impls around the loop over the members.
fn object(plan: &Plan<'_>, def: &TypeDef, how: &TokenStream, body: &TokenStream) -> TokenStream {
    let path = plan.path(&def.id);
    let expected = format!("an object ({})", plan.names.ty(&def.id));
    quote! {
        impl<'de> ::serde::Deserialize<'de> for #path {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> ::std::result::Result<Self, D::Error> {
                ::apispec_runtime::decode::#how(deserializer)
            }
        }
        impl<'de> ::apispec_runtime::decode::Object<'de> for #path {
            const EXPECTED: &'static str = #expected;
            fn read<A: ::serde::de::MapAccess<'de>>(mut members: A) -> ::std::result::Result<Self, A::Error> {
                #body
            }
        }
    }
}

/// A text in place of the object stands for one of its members. It cannot if others must be there.
fn shorthand(plan: &Plan<'_>, def: &TypeDef, body: &Struct, member: &str) -> Option<TokenStream> {
    let (owner, path) = (&def.id, plan.path(&def.id));
    let mut values = Vec::new();
    for field in &body.fields {
        let hold = Plan::hold(field, def.usage);
        let name = plan.member_name(owner, field);
        values.push(match (hold, field.wire == member) {
            (Hold::Unheld, _) => continue,
            (Hold::Plain, true) => quote!(#name: text.into(),),
            (Hold::OrNull | Hold::Maybe, true) => quote!(#name: Some(text.into()),),
            (Hold::Three, true) => quote!(#name: ::apispec_runtime::Field::Set(text.into()),),
            (Hold::Plain, false) => return None,
            (Hold::OrNull | Hold::Maybe, false) => quote!(#name: None,),
            (Hold::Three, false) => quote!(#name: ::apispec_runtime::Field::Absent,),
        });
    }
    let extra = body.extra.as_ref().map(|_| quote!(extra: ::std::collections::BTreeMap::new(),));
    Some(quote! {
        impl<'de> ::apispec_runtime::decode::Shorthand<'de> for #path {
            fn from_text(text: &str) -> Self { Self { #(#values)* #extra } }
        }
    })
}
