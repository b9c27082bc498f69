//! Operations -> the methods of their group. What they return is in `builders`.

use proc_macro2::TokenStream;
use quote::quote;

use super::builders;
use super::plan::Plan;
use super::text::{docs, ident};
use super::types::argument;
use crate::ir::{Body, Field, Group, Location, Operation, Param, Segment, Shape, Source, Struct, Ty, TypeDef, TypeId};

/// How many arguments a method may have before it takes the whole body.
const MOST: usize = 3;

/// What a caller has to give.
pub(super) struct Arguments<'a> {
    pub(super) params: Vec<&'a Param>,
    pub(super) fields: Vec<&'a Field>,
    /// The body, if it is given as a whole.
    pub(super) whole: Option<&'a TypeId>,
    /// Whether the body is set later as a whole, and none is sent otherwise.
    pub(super) apart: bool,
}

/// Decides what is an argument: ids first, at most three, else the body is one.
pub(super) fn arguments<'a>(plan: &Plan<'a>, operation: &'a Operation) -> Arguments<'a> {
    let mut params: Vec<&Param> = operation.params.iter().filter(|param| param.required && param.source == Source::Caller).collect();
    params.sort_by_key(|param| param.location != Location::Path);
    let Some((id, def, body)) = body(plan, operation) else {
        return Arguments { params, fields: Vec::new(), whole: None, apart: operation.bodiless };
    };
    let fields = plan.needed(def, body);
    let whole = params.len() + fields.len() > MOST || plan.names.operation(&operation.id).whole;
    if operation.bodiless && (whole || !fields.is_empty()) {
        return Arguments { params, fields: Vec::new(), whole: None, apart: true };
    }
    if whole {
        return Arguments { params, fields: Vec::new(), whole: Some(id), apart: false };
    }
    Arguments { params, fields, whole: None, apart: false }
}

/// The body of an operation.
pub(super) fn body<'a>(plan: &Plan<'a>, operation: &'a Operation) -> Option<(&'a TypeId, &'a TypeDef, &'a Struct)> {
    let id = operation.body.as_ref()?.object()?;
    let def = plan.api.types.get(id)?;
    match &def.shape {
        Shape::Struct(body) => Some((id, def, body)),
        _ => None,
    }
}

/// A body that has no members to set: it is given as a whole.
pub(super) enum Content<'a> {
    /// JSON of this type.
    Json(&'a Ty),
    /// Bytes of this media type.
    Raw(&'a str),
}

/// The body of an operation that has no members to set.
pub(super) fn content(operation: &Operation) -> Option<Content<'_>> {
    match operation.body.as_ref()? {
        Body::Whole(ty) => Some(Content::Json(ty)),
        Body::Raw(media) => Some(Content::Raw(media)),
        Body::Json(_) | Body::Multipart(_) | Body::Form(_) => None,
    }
}

/// The name of a parameter.
pub(super) fn param_name(plan: &Plan<'_>, operation: &Operation, param: &Param) -> proc_macro2::Ident {
    ident(plan.names.param(&operation.id, param.location, &param.wire))
}

/// The type with the methods of a group, and the builders.
pub(super) fn group(plan: &Plan<'_>, group: &Group) -> TokenStream {
    let ty = &plan.names.group(&group.name).ty;
    let methods: TokenStream = group.operations.iter().map(|operation| method(plan, operation)).collect();
    let builders = group.operations.iter().map(|operation| builders::builder(plan, operation, ty));
    let itself = itself(plan, group, &methods);
    quote!(#itself #(#builders)*)
}

/// The type of a group whose methods stand elsewhere.
pub(super) fn head(plan: &Plan<'_>, group: &Group) -> TokenStream {
    itself(plan, group, &TokenStream::new())
}

fn itself(plan: &Plan<'_>, group: &Group, methods: &TokenStream) -> TokenStream {
    let ty = ident(&plan.names.group(&group.name).ty);
    let about = docs(&[&group.docs]);
    quote! {
        #about
        #[derive(Clone, Debug)]
        pub struct #ty { client: ::apispec_runtime::Client }
        impl #ty {
            pub(super) fn new(client: ::apispec_runtime::Client) -> Self { Self { client } }
            #methods
            #[doc = " Gives the client that these calls are made with, for methods that are written by hand."]
            #[must_use]
            pub fn client(&self) -> &::apispec_runtime::Client { &self.client }
        }
    }
}

/// Some of the methods of a group, and their builders.
pub(super) fn calls(plan: &Plan<'_>, group: &Group, calls: &[&Operation]) -> TokenStream {
    let names = plan.names.group(&group.name);
    let (module, ty) = (ident(&names.file), ident(&names.ty));
    let methods = calls.iter().map(|operation| method(plan, operation));
    let builders = calls.iter().map(|operation| builders::builder(plan, operation, &names.ty));
    quote!(impl ::here::#module::#ty { #(#methods)* } #(#builders)*)
}

fn method(plan: &Plan<'_>, operation: &Operation) -> TokenStream {
    let names = plan.names.operation(&operation.id);
    let (name, builder) = (ident(&names.method), ident(&names.builder));
    // Some descriptions begin with the summary.
    let repeated = operation.docs.trim().starts_with(operation.summary.trim());
    let about = if repeated { docs(&[&operation.docs]) } else { docs(&[&operation.summary, &operation.docs]) };
    let arguments = arguments(plan, operation);
    let (mut takes, mut sets) = (Vec::new(), Vec::new());
    for param in &arguments.params {
        let name = param_name(plan, operation, param);
        let (ty, value) = plan.argument(&param.ty, param.secret, &quote!(#name));
        takes.push(quote!(#name: #ty));
        sets.push(if name == value.to_string() { quote!(#name,) } else { quote!(#name: #value,) });
    }
    for param in operation.params.iter().filter(|param| builders::is_set_later(param)) {
        let name = param_name(plan, operation, param);
        sets.push(quote!(#name: None,));
    }
    if let Some((id, def, _)) = body(plan, operation) {
        let path = plan.path(id);
        if arguments.apart {
            sets.push(quote!(body: None,));
        } else if arguments.whole.is_some() {
            takes.push(quote!(body: #path));
            sets.push(quote!(body,));
        } else {
            for field in &arguments.fields {
                takes.push(argument(plan, def, field));
            }
            let values = arguments.fields.iter().map(|field| plan.member_name(id, field));
            sets.push(quote!(body: #path::new(#(#values),*),));
        }
    }
    match content(operation) {
        Some(_) if arguments.apart => sets.push(quote!(body: None,)),
        Some(Content::Json(ty)) => {
            let (ty, value) = plan.argument(ty, false, &quote!(body));
            takes.push(quote!(body: #ty));
            sets.push(if value.to_string() == "body" { quote!(body,) } else { quote!(body: #value,) });
        }
        Some(Content::Raw(_)) => {
            takes.push(quote!(body: impl ::std::convert::Into<::apispec_runtime::Source>));
            sets.push(quote!(body: body.into(),));
        }
        None => {}
    }
    quote! {
        #about
        pub fn #name(&self, #(#takes),*) -> #builder {
            #builder { client: self.client.clone(), #(#sets)* options: ::apispec_runtime::CallOptions::default() }
        }
    }
}

/// The path as it is written in the spec.
pub(super) fn path_text(operation: &Operation) -> String {
    operation.path.iter().fold(String::new(), |path, segment| match segment {
        Segment::Literal(text) => path + text,
        Segment::Param(name) => format!("{path}{{{name}}}"),
    })
}
