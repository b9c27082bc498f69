//! Bodies that are forms -> their parts, in the order of the spec.

use proc_macro2::TokenStream;
use quote::quote;

use super::plan::{Hold, Plan};
use crate::ir::{Field, Source, Struct, Ty, TypeDef};
use crate::passes::carried::carried;

/// What sets the body of a call to a form: one that is set `apart`, or one that is only sent if it has a part.
pub(super) fn form(plan: &Plan<'_>, def: &TypeDef, body: &Struct, apart: bool, bodiless: bool) -> TokenStream {
    let owner = if apart { quote!(body) } else { quote!(self.body) };
    let parts = body.fields.iter().map(|field| {
        let member = plan.member_name(&def.id, field);
        match (Plan::hold(field, def.usage), &field.source) {
            (Hold::Unheld, Source::Constant(value)) => {
                let wire = &field.wire;
                quote!(form = form.text(#wire, #value);)
            }
            (Hold::Unheld | Hold::Plain, _) => part(plan, field, &quote!(#owner.#member)),
            (Hold::OrNull | Hold::Maybe, _) => {
                let part = part(plan, field, &quote!(value));
                quote!(if let Some(value) = #owner.#member { #part })
            }
            (Hold::Three, _) => {
                let part = part(plan, field, &quote!(value));
                quote!(if let ::apispec_runtime::Field::Set(value) = #owner.#member { #part })
            }
        }
    });
    let form = quote!({
        let mut form = ::apispec_runtime::Multipart::new();
        #(#parts)*
        form
    });
    match (apart, bodiless) {
        (true, _) => quote!(.multipart_opt(self.body.map(|body| #form))),
        (false, true) => quote!(.multipart_opt(Some(#form).filter(|form| !form.is_empty()))),
        (false, false) => quote!(.multipart(#form)),
    }
}

/// One value; a list is one part for each item.
fn part(plan: &Plan<'_>, field: &Field, value: &TokenStream) -> TokenStream {
    let wire = &field.wire;
    match plan.resolved(&field.ty) {
        Ty::File => quote!(form = form.named(#wire, #value);),
        Ty::List(item) => {
            let item = one(plan, field, item, &quote!(item));
            quote!(for item in #value { #item })
        }
        ty => one(plan, field, ty, value),
    }
}

fn one(plan: &Plan<'_>, field: &Field, ty: &Ty, value: &TokenStream) -> TokenStream {
    let wire = &field.wire;
    match plan.resolved(ty) {
        Ty::File => quote!(form = form.named(#wire, #value);),
        Ty::Text if field.secret => quote!(form = form.text(#wire, #value.expose());),
        Ty::Text => quote!(form = form.text(#wire, #value);),
        Ty::CommaList => quote!(form = form.text(#wire, #value.join(","));),
        ty if !carried(plan.api, ty, true) => quote!(form = form.json(#wire, &#value);),
        _ => quote!(form = form.text(#wire, #value.to_string());),
    }
}
