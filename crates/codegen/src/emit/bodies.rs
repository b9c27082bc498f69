//! The body of a call -> how its builder holds it, what sets it, what checks it, and what sends it.
//!
//! A body that may be left out is not sent unless it, or something of it, is set.

use proc_macro2::TokenStream;
use quote::quote;

use super::forms;
use super::operations::{Content, arguments, body, content};
use super::plan::Plan;
use crate::ir::{Body, Operation, Source};

/// The type that holds the body of a call; `None` if it has none.
pub(super) fn ty(plan: &Plan<'_>, operation: &Operation) -> Option<TokenStream> {
    let ty = match (body(plan, operation), content(operation)) {
        (Some((id, ..)), _) => plan.path(id),
        (None, Some(Content::Json(ty))) => plan.ty(ty, false),
        (None, Some(Content::Raw(_))) => quote!(::apispec_runtime::Source),
        (None, None) => return None,
    };
    Some(if arguments(plan, operation).apart { quote!(::std::option::Option<#ty>) } else { ty })
}

/// What sets a body that may be left out.
pub(super) fn setter(plan: &Plan<'_>, operation: &Operation) -> TokenStream {
    let (ty, value) = match (body(plan, operation), content(operation)) {
        (Some((id, ..)), _) => (plan.path(id), quote!(value)),
        (None, Some(Content::Json(ty))) => plan.argument(ty, false, &quote!(value)),
        (None, Some(Content::Raw(_))) => (quote!(impl ::std::convert::Into<::apispec_runtime::Source>), quote!(value.into())),
        (None, None) => return TokenStream::new(),
    };
    quote! {
        #[doc = " Sets the body. None is sent when this is not set."]
        pub fn body(mut self, value: #ty) -> Self { self.body = Some(#value); self }
    }
}

/// What checks the body, if anything does.
pub(super) fn check(plan: &Plan<'_>, operation: &Operation) -> Option<TokenStream> {
    let (id, ..) = body(plan, operation).filter(|(id, ..)| plan.is_checked(id))?;
    if arguments(plan, operation).apart {
        return Some(quote!(self.body.as_ref().map_or(Ok(()), |body| body.check())));
    }
    if operation.bodiless && !plan.forms.contains(id) {
        let path = plan.path(id);
        return Some(quote!(if self.body == #path::new() { Ok(()) } else { self.body.check() }));
    }
    Some(quote!(self.body.check()))
}

/// What sends the body.
pub(super) fn sent(plan: &Plan<'_>, operation: &Operation) -> TokenStream {
    let apart = arguments(plan, operation).apart;
    let json_type = operation.json_type.as_ref().map(|media| quote!(.json_type(#media)));
    if let Some((id, def, members)) = body(plan, operation) {
        let path = plan.path(id);
        let content = match (&operation.body, apart) {
            _ if plan.forms.contains(id) => forms::form(plan, def, members, apart, operation.bodiless),
            (Some(Body::Form(_)), true) => quote!(.form_of_opt(self.body.as_ref())),
            (Some(Body::Form(_)), false) if operation.bodiless => quote!(.form_of_opt((self.body != #path::new()).then_some(&self.body))),
            (Some(Body::Form(_)), false) => quote!(.form_of(&self.body)),
            (_, true) => quote!(.json_opt(self.body.as_ref())),
            (_, false) if operation.bodiless => quote!(.json_opt((self.body != #path::new()).then_some(&self.body))),
            (_, false) => quote!(.json(&self.body)),
        };
        let fills = members.fields.iter().filter_map(|field| match &field.source {
            Source::Client(parameter) => {
                let wire = &field.wire;
                Some(quote!(.fill_body(#wire, #parameter)))
            }
            Source::Caller | Source::Constant(_) | Source::Selector(_) => None,
        });
        return quote!(#content #(#fills)* #json_type);
    }
    match (content(operation), apart) {
        (Some(Content::Json(_)), true) => quote!(.json_opt(self.body.as_ref()) #json_type),
        (Some(Content::Json(_)), false) => quote!(.json(&self.body) #json_type),
        (Some(Content::Raw(media)), true) => quote!(.body_opt(self.body, #media)),
        (Some(Content::Raw(media)), false) => quote!(.body(self.body, #media)),
        (None, _) => TokenStream::new(),
    }
}
