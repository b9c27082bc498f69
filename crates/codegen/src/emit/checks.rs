//! Constraints -> what is checked before anything is sent, in the object that has them.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::plan::{Hold, Plan};
use crate::ir::{Api, Bounds, Choice, Field, Shape, Source, Struct, Ty, TypeDef, TypeId, Union};
use crate::passes::reach;

/// The method that checks an object.
pub(super) fn check(plan: &Plan<'_>, def: &TypeDef, body: &Struct) -> TokenStream {
    let (owner, usage) = (&def.id, def.usage);
    let mut checks = Vec::new();
    for field in &body.fields {
        let hold = Plan::hold(field, usage);
        let member = plan.member_name(owner, field);
        let access = match hold {
            Hold::Unheld => continue,
            Hold::Plain => (quote!(self.#member), true),
            Hold::OrNull | Hold::Maybe => (quote!(&self.#member), false),
            Hold::Three => (quote!(self.#member.value()), false),
        };
        let value = Checked { wire: &field.wire, ty: &field.ty, secret: field.secret, bounds: &field.bounds };
        let check = if plan.is_or_text(field) { checked_unless_text } else { checked };
        checks.extend(check(plan, &value, &access.0, access.1));
        checks.extend(selected(plan, def, body, field));
    }
    checks.extend(body.choices.iter().map(|choice| some_of(plan, def, body, choice)));
    quote! {
        #[doc = " Checks what the server is known to refuse."]
        pub(crate) fn check(&self) -> ::std::result::Result<(), ::apispec_runtime::Violation> {
            #(#checks)*
            Ok(())
        }
    }
}

/// A value that may have to be checked.
pub(super) struct Checked<'a> {
    pub(super) wire: &'a str,
    pub(super) ty: &'a Ty,
    pub(super) secret: bool,
    pub(super) bounds: &'a Bounds,
}

/// The checks of one value; `access` is the value if it is `always` there, else an `Option` of a reference to it.
pub(super) fn checked(plan: &Plan<'_>, value: &Checked<'_>, access: &TokenStream, always: bool) -> Option<TokenStream> {
    if always {
        return checks_of(plan, value, access, &quote!(&#access));
    }
    let checks = checks_of(plan, value, &quote!(value), &quote!(value))?;
    Some(quote!(if let Some(value) = #access { #checks }))
}

/// The checks of an object or list in place of which there may be a text.
fn checked_unless_text(plan: &Plan<'_>, value: &Checked<'_>, access: &TokenStream, always: bool) -> Option<TokenStream> {
    let checks = checks_of(plan, value, &quote!(value), &quote!(value))?;
    let pattern = quote!(::apispec_runtime::OrText::Value(value));
    Some(if always { quote!(if let #pattern = &#access { #checks }) } else { quote!(if let Some(#pattern) = #access { #checks }) })
}

fn checks_of(plan: &Plan<'_>, value: &Checked<'_>, receiver: &TokenStream, reference: &TokenStream) -> Option<TokenStream> {
    let own = bounded(plan, value, receiver, reference);
    let place = Place { format: escaped(value.wire), depth: 0 };
    let inner = inside(plan, value.ty, receiver, &place);
    (own.is_some() || inner.is_some()).then(|| quote!(#own #inner))
}

fn bounded(plan: &Plan<'_>, value: &Checked<'_>, receiver: &TokenStream, reference: &TokenStream) -> Option<TokenStream> {
    let Checked { wire, bounds, .. } = value;
    let (range, length) = (bounds.range, bounds.length);
    let lengths = || {
        let bound = |bound: Option<u64>| option(bound.map(Literal::u64_unsuffixed));
        (bound(length.0), bound(length.1))
    };
    let ranges = |literal: fn(i64) -> Literal| (option(range.0.map(literal)), option(range.1.map(literal)));
    let validate = quote!(::apispec_runtime::validate);
    match plan.resolved(value.ty) {
        Ty::Int if range != (None, None) => {
            let (least, most) = ranges(Literal::i64_unsuffixed);
            Some(quote!(#validate::range(#wire, #reference, #least, #most)?;))
        }
        Ty::Float if range != (None, None) => {
            // Lowering keeps only whole bounds that are small enough to be exact.
            let (least, most) = ranges(|bound| Literal::f64_unsuffixed(bound as f64));
            Some(quote!(#validate::range(#wire, #reference, #least, #most)?;))
        }
        ty if length != (None, None) => {
            let (least, most) = lengths();
            let check = match ty {
                Ty::List(_) => return Some(quote!(#validate::items(#wire, #reference, #least, #most)?;)),
                Ty::CommaList => quote!(&#receiver.join(",")),
                Ty::Text if value.secret => quote!(#receiver.expose()),
                Ty::Text => reference.clone(),
                Ty::Named(_) if plan.is_text(ty) => quote!(#receiver.as_str()),
                _ => return None,
            };
            Some(quote!(#validate::length(#wire, #check, #least, #most)?;))
        }
        _ => None,
    }
}

fn option(literal: Option<Literal>) -> TokenStream {
    literal.map_or_else(|| quote!(None), |literal| quote!(Some(#literal)))
}

/// Where a checked object is inside of a value, as a format string.
struct Place {
    format: String,
    depth: usize,
}

impl Place {
    fn name(&self, word: &str) -> proc_macro2::Ident {
        if self.depth == 0 { format_ident!("{word}") } else { format_ident!("{word}_{}", self.depth) }
    }

    fn within(&self, step: &str) -> Self {
        Self { format: format!("{}{step}", self.format), depth: self.depth + 1 }
    }
}

fn escaped(wire: &str) -> String {
    wire.replace('{', "{{").replace('}', "}}")
}

/// The checks of the objects in a value.
fn inside(plan: &Plan<'_>, ty: &Ty, receiver: &TokenStream, place: &Place) -> Option<TokenStream> {
    match plan.resolved(ty) {
        Ty::Boxed(inner) => inside(plan, inner, receiver, place),
        Ty::List(item) => {
            let (index, name) = (place.name("index"), place.name("item"));
            let inner = inside(plan, item, &quote!(#name), &place.within(&format!("[{{{index}}}]")))?;
            Some(quote!(for (#index, #name) in #receiver.iter().enumerate() { #inner }))
        }
        Ty::Map(item) => {
            let (key, name) = (place.name("name"), place.name("item"));
            let inner = inside(plan, item, &quote!(#name), &place.within(&format!(".{{{key}}}")))?;
            Some(quote!(for (#key, #name) in #receiver.iter() { #inner }))
        }
        ty @ Ty::Named(_) if plan.def(ty).is_some_and(|def| plan.is_checked(&def.id)) => {
            let format = &place.format;
            let place = if place.depth == 0 {
                let wire = format.replace("{{", "{").replace("}}", "}");
                quote!(#wire)
            } else {
                quote!(&format!(#format))
            };
            Some(quote!(#receiver.check().map_err(|violation| violation.within(#place))?;))
        }
        _ => None,
    }
}

/// Whether the JSON in a text is of the type that its sibling selects; or, where the text says what the sibling is, whether it does.
fn selected(plan: &Plan<'_>, def: &TypeDef, body: &Struct, field: &Field) -> Option<TokenStream> {
    let Ty::JsonTextBy { by, .. } = plan.resolved(&field.ty) else { return None };
    let sibling = body.fields.iter().find(|other| other.wire == *by)?;
    let (wire, given) = (&field.wire, plan.selector(&def.id, body, &field.wire, def.usage));
    if let Source::Selector(_) = sibling.source {
        let member = plan.member_name(&def.id, field);
        let check = |given: TokenStream| quote!(::apispec_runtime::validate::selects(#wire, #given, #by)?;);
        return Some(match Plan::hold(field, def.usage) {
            Hold::Plain => check(given),
            _ => {
                let check = check(quote!(value.selector()));
                quote!(if let Some(value) = &self.#member { #check })
            }
        });
    }
    let held = plan.as_text(&def.id, sibling, def.usage)?;
    Some(quote!(::apispec_runtime::validate::selected(#wire, #given, #by, #held)?;))
}

fn some_of(plan: &Plan<'_>, def: &TypeDef, body: &Struct, choice: &Choice) -> TokenStream {
    let (owner, usage) = (&def.id, def.usage);
    let given = choice.alternatives.iter().map(|wires| {
        let label = wires.join(" with ");
        let there = wires.iter().map(|wire| {
            let Some(field) = body.fields.iter().find(|field| field.wire == *wire) else { return quote!(false) };
            let member = plan.member_name(owner, field);
            match Plan::hold(field, usage) {
                Hold::Unheld | Hold::Plain => quote!(true),
                Hold::OrNull | Hold::Maybe => quote!(self.#member.is_some()),
                Hold::Three => quote!(!self.#member.is_absent()),
            }
        });
        quote!((#label, #(#there)&&*))
    });
    let most = if choice.exactly_one { quote!(Some(1)) } else { quote!(None) };
    quote!(::apispec_runtime::validate::some_of(&[#(#given),*], #most)?;)
}

/// The objects that are sent as a body, or inside of one where a check can follow.
pub(super) fn reached<'a>(api: &'a Api, bodies: Vec<&'a TypeId>) -> BTreeSet<&'a TypeId> {
    let mut seen = BTreeSet::new();
    let mut open = bodies;
    while let Some(id) = open.pop() {
        if seen.insert(id)
            && let Some(Shape::Struct(body)) = api.types.get(id).map(|def| &def.shape)
        {
            open.extend(body.fields.iter().filter_map(|field| object_in(api, &field.ty)));
        }
    }
    seen
}

/// Whether an object has something to check, or holds one of those that have.
pub(super) fn has_any(api: &Api, id: &TypeId, checked: &BTreeSet<&TypeId>) -> bool {
    let Some(Shape::Struct(body)) = api.types.get(id).map(|def| &def.shape) else { return false };
    let bounded =
        |field: &Field| field.bounds != Bounds::default() || matches!(reach::resolved(&api.types, &field.ty), Ty::JsonTextBy { .. });
    let holds = |field: &Field| object_in(api, &field.ty).is_some_and(|id| checked.contains(id));
    !body.choices.is_empty() || body.fields.iter().any(|field| bounded(field) || holds(field))
}

/// The object that a value is, or that lists and maps in it hold.
fn object_in<'a>(api: &'a Api, ty: &'a Ty) -> Option<&'a TypeId> {
    match reach::resolved(&api.types, ty) {
        Ty::List(inner) | Ty::Map(inner) | Ty::Boxed(inner) => object_in(api, inner),
        Ty::Named(id) => match &api.types.get(id)?.shape {
            Shape::Struct(_) => Some(id),
            Shape::Union(Union::Shorthand { object, .. }) => Some(object),
            _ => None,
        },
        _ => None,
    }
}
