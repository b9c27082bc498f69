//! Streams -> the enum of their events, and how an event is read from its name and data.

use apispec::{Problem, Report};
use proc_macro2::TokenStream;
use quote::quote;

use super::plan::{Hold, Plan};
use super::text::{docs, ident};
use crate::ir::{Event, Events, Operation, Shape, Ty};

/// The events of an operation.
///
/// # Errors
///
/// The payload is not where the frame has any JSON.
pub(super) fn events(plan: &Plan<'_>, operation: &Operation, events: &Events) -> Result<TokenStream, Report> {
    let Some(name) = plan.names.events(&operation.id) else { return Ok(TokenStream::new()) };
    let name = ident(name);
    let frame = plan.path(&events.frame);
    if !holds_any_json(plan, events) {
        let message = format!("the payload at {} is not a place of any JSON in {}", events.payload, events.frame.0);
        return Err(Report::new(vec![
            Problem::new("event-payload", &plan.api.source, message, "point it at a member without a type").at(operation.origin.clone()),
        ]));
    }
    let variants = events.table.iter().map(|event| variant(plan, operation, events, event, &frame));
    let arms = events.table.iter().map(|event| arm(plan, operation, events, event));
    let (end, ok, first) = (&events.end, &events.ok, &events.first);
    let way = events.payload.tokens();
    let builder = &plan.names.operation(&operation.id).builder;
    let about = format!(" What the stream that [`{builder}::open_stream`](super::{builder}::open_stream) opens says, event by event.");
    let accessors = accessors(plan, operation, events, &frame);
    Ok(quote! {
        #[doc = #about]
        #[doc = ""]
        #[doc = " The payload of an event is its `content`. It has been taken out of the `frame`, which is what was around it."]
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            #[doc = " The last event."]
            #[non_exhaustive]
            End {
                #[doc = " Whether everything was said."]
                complete: bool,
                #[doc = " What the event says."]
                text: ::std::string::String,
            },
            #[doc = " An event that this client does not know."]
            #[non_exhaustive]
            Unknown {
                #[doc = " Its name."]
                name: ::std::string::String,
                #[doc = " What it says."]
                data: ::apispec_runtime::RawText,
            },
        }
        impl #name {
            #[doc = " The name of the event that names the run."]
            pub const FIRST: &'static str = #first;
            #[doc = " The name of the last event."]
            pub const END: &'static str = #end;
            #[doc = " Reads an event from its name and its data."]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = ""]
            #[doc = " [`ErrorKind::Decode`](apispec_runtime::ErrorKind::Decode) with the path of what is wrong, if the event is known and its"]
            #[doc = " data is malformed."]
            pub fn decode(name: &str, data: &str) -> ::apispec_runtime::Result<Self> {
                Ok(match name {
                    #(#arms)*
                    #end => Self::End { complete: data.trim() == #ok, text: data.to_owned() },
                    _ => Self::Unknown { name: name.to_owned(), data: data.into() },
                })
            }
            #accessors
            #[doc = " Reads the frame, and the payload out of it."]
            fn framed<T: ::serde::de::DeserializeOwned>(data: &str) -> ::apispec_runtime::Result<(::std::boxed::Box<#frame>, T)> {
                ::apispec_runtime::decode::framed(data, &[#(#way),*])
            }
        }
    })
}

fn variant(plan: &Plan<'_>, operation: &Operation, events: &Events, event: &Event, frame: &TokenStream) -> TokenStream {
    let about = docs(&[&event.docs]);
    let name = ident(plan.names.event(&operation.id, &event.wire));
    let Some(payload) = &event.payload else {
        return quote!(#about #name(::std::string::String),);
    };
    let content = plan.ty(&Ty::Named(payload.clone()), false);
    let frame = quote!(::std::boxed::Box<#frame>);
    let frame = if is_error(events, event) { quote!(::std::option::Option<#frame>) } else { frame };
    quote! {
        #about
        #[non_exhaustive]
        #name {
            #[doc = " What was around the payload."]
            frame: #frame,
            #[doc = " The payload."]
            content: #content,
        },
    }
}

/// What can be asked of every event.
fn accessors(plan: &Plan<'_>, operation: &Operation, events: &Events, frame: &TokenStream) -> TokenStream {
    let name = |event: &Event| ident(plan.names.event(&operation.id, &event.wire));
    let (mut names, mut framed, mut failed, mut bare) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for event in &events.table {
        let (variant, wire) = (name(event), &event.wire);
        match (&event.payload, is_error(events, event)) {
            (None, _) => {
                names.push(quote!(Self::#variant(_) => #wire,));
                bare.push(variant);
                continue;
            }
            (Some(_), true) => failed.push(variant.clone()),
            (Some(_), false) => framed.push(variant.clone()),
        }
        names.push(quote!(Self::#variant { .. } => #wire,));
    }
    let framed = (!framed.is_empty()).then(|| quote!(#(Self::#framed { frame, .. })|* => Some(frame),));
    let end = &events.end;
    quote! {
        #[doc = " Gives the name of the event on the wire. An event with several names has one here."]
        #[must_use]
        pub fn name(&self) -> &str {
            match self { #(#names)* Self::End { .. } => #end, Self::Unknown { name, .. } => name }
        }
        #[doc = " Gives what was around the payload, if the event had it."]
        #[must_use]
        pub fn frame(&self) -> ::std::option::Option<&#frame> {
            match self {
                #framed
                #(Self::#failed { frame, .. } => frame.as_deref(),)*
                #(Self::#bare(_) |)* Self::End { .. } | Self::Unknown { .. } => None,
            }
        }
    }
}

fn is_error(events: &Events, event: &Event) -> bool {
    events.error.as_deref() == Some(event.wire.as_str())
}

fn arm(plan: &Plan<'_>, operation: &Operation, events: &Events, event: &Event) -> TokenStream {
    let (wire, aliases) = (&event.wire, &event.aliases);
    let name = ident(plan.names.event(&operation.id, wire));
    let read = match (&event.payload, is_error(events, event)) {
        (None, _) => quote!(Self::#name(data.to_owned())),
        (Some(_), false) => quote!({
            let (frame, content) = Self::framed(data)?;
            Self::#name { frame, content }
        }),
        // A server that fails may leave the frame out, or say so in plain text.
        (Some(_), true) => {
            let member = events.payload.tokens().next().unwrap_or_default();
            quote!(match ::apispec_runtime::decode::unframed(data, #member) {
                Some(bare) => {
                    let content = ::apispec_runtime::decode::from_value(bare, "")?;
                    Self::#name { frame: None, content }
                }
                None => {
                    let (frame, content) = Self::framed(data)?;
                    Self::#name { frame: Some(frame), content }
                }
            })
        }
    };
    quote!(#wire #(| #aliases)* => #read,)
}

/// Whether the way of the payload leads from the frame to a member that holds any JSON.
fn holds_any_json(plan: &Plan<'_>, events: &Events) -> bool {
    let step = |ty: Ty, token: String| match plan.resolved(&ty) {
        Ty::List(item) => token.parse::<usize>().is_ok().then(|| (**item).clone()),
        ty => {
            let def = plan.def(ty)?;
            let Shape::Struct(body) = &def.shape else { return None };
            let field = body.fields.iter().find(|field| field.wire == token)?;
            let may_be_null = !matches!(Plan::hold(field, def.usage), Hold::Unheld | Hold::Three);
            may_be_null.then(|| field.ty.clone())
        }
    };
    let end = events.payload.tokens().try_fold(Ty::Named(events.frame.clone()), step);
    end.is_some_and(|ty| *plan.resolved(&ty) == Ty::Json)
}
