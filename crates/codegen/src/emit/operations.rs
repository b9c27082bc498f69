//! Operations -> the methods of their group, and a builder for each.
//!
//! Length: a builder is one thing, and its parts read each other.

use proc_macro2::TokenStream;
use quote::quote;

use super::checks::{Checked, checked};
use super::forms;
use super::plan::{Hold, Plan};
use super::text::{docs, ident};
use super::types::setter;
use crate::ir::{Body, Field, Group, Location, Operation, Param, Reply, Retry, Segment, Shape, Source, Struct, Ty, TypeDef, TypeId};

/// How many arguments a method may have before it takes the whole body.
const MOST: usize = 3;

/// What a caller has to give.
pub(super) struct Arguments<'a> {
    pub(super) params: Vec<&'a Param>,
    pub(super) fields: Vec<&'a Field>,
    /// The body, if it is given as a whole.
    pub(super) whole: Option<&'a TypeId>,
}

/// Decides what is an argument: ids first, at most three, else the body is one.
pub(super) fn arguments<'a>(plan: &Plan<'a>, operation: &'a Operation) -> Arguments<'a> {
    let mut params: Vec<&Param> = operation.params.iter().filter(|param| param.required && param.source == Source::Caller).collect();
    params.sort_by_key(|param| param.location != Location::Path);
    let Some((id, def, body)) = body(plan, operation) else { return Arguments { params, fields: Vec::new(), whole: None } };
    let needed = |field: &&Field| matches!(Plan::hold(field, def.usage), Hold::Plain | Hold::OrNull);
    let mut fields: Vec<&Field> = body.fields.iter().filter(needed).collect();
    if params.len() + fields.len() > MOST {
        return Arguments { params, fields: Vec::new(), whole: Some(id) };
    }
    fields.sort_by_key(|field| !matches!(plan.def(&field.ty).map(|def| &def.shape), Some(Shape::Id)));
    Arguments { params, fields, whole: None }
}

/// The body of an operation.
fn body<'a>(plan: &Plan<'a>, operation: &'a Operation) -> Option<(&'a TypeId, &'a TypeDef, &'a Struct)> {
    let (Body::Json(id) | Body::Multipart(id)) = operation.body.as_ref()?;
    let def = plan.api.types.get(id)?;
    match &def.shape {
        Shape::Struct(body) => Some((id, def, body)),
        _ => None,
    }
}

fn param_name(plan: &Plan<'_>, operation: &Operation, param: &Param) -> proc_macro2::Ident {
    ident(plan.names.param(&operation.id, &param.wire))
}

/// The type with the methods of a group, and the builders.
pub(super) fn group(plan: &Plan<'_>, group: &Group) -> TokenStream {
    let names = plan.names.group(&group.name);
    let ty = ident(&names.ty);
    let about = docs(&[&group.docs]);
    let methods = group.operations.iter().map(|operation| method(plan, operation));
    let builders = group.operations.iter().map(|operation| builder(plan, operation, &names.ty));
    quote! {
        #about
        #[derive(Clone, Debug)]
        pub struct #ty { client: ::apispec_runtime::Client }
        impl #ty {
            pub(super) fn new(client: ::apispec_runtime::Client) -> Self { Self { client } }
            #(#methods)*
        }
        #(#builders)*
    }
}

fn method(plan: &Plan<'_>, operation: &Operation) -> TokenStream {
    let names = plan.names.operation(&operation.id);
    let (name, builder) = (ident(&names.method), ident(&names.builder));
    let about = docs(&[&operation.summary, &operation.docs]);
    let arguments = arguments(plan, operation);
    let (mut takes, mut sets) = (Vec::new(), Vec::new());
    for param in &arguments.params {
        let name = param_name(plan, operation, param);
        let (ty, value) = plan.argument(&param.ty, param.secret, &quote!(#name));
        takes.push(quote!(#name: #ty));
        sets.push(if name == value.to_string() { quote!(#name,) } else { quote!(#name: #value,) });
    }
    for param in operation.params.iter().filter(|param| is_set_later(param)) {
        let name = param_name(plan, operation, param);
        sets.push(quote!(#name: None,));
    }
    if let Some((id, def, body)) = body(plan, operation) {
        let path = plan.path(id);
        if arguments.whole.is_some() {
            takes.push(quote!(body: #path));
            sets.push(quote!(body,));
        } else {
            for field in &arguments.fields {
                takes.push(argument_of(plan, field, def));
            }
            let in_order = body.fields.iter().filter(|field| arguments.fields.iter().any(|given| given.wire == field.wire));
            let values = in_order.map(|field| plan.member_name(id, field));
            sets.push(quote!(body: #path::new(#(#values),*),));
        }
    }
    quote! {
        #about
        pub fn #name(&self, #(#takes),*) -> #builder {
            #builder { client: self.client.clone(), #(#sets)* options: ::apispec_runtime::CallOptions::default() }
        }
    }
}

fn argument_of(plan: &Plan<'_>, field: &Field, def: &TypeDef) -> TokenStream {
    let name = plan.member_name(&def.id, field);
    let ty = match Plan::hold(field, def.usage) {
        Hold::OrNull => {
            let ty = plan.value(field);
            quote!(::std::option::Option<#ty>)
        }
        _ => plan.argument(&field.ty, field.secret, &quote!(#name)).0,
    };
    quote!(#name: #ty)
}

fn is_set_later(param: &Param) -> bool {
    match param.source {
        Source::Caller => !param.required,
        Source::Client(_) => true,
        Source::Constant(_) => false,
    }
}

fn builder(plan: &Plan<'_>, operation: &Operation, group: &str) -> TokenStream {
    let names = plan.names.operation(&operation.id);
    let name = ident(&names.builder);
    let about = docs(&[&operation.summary, &format!("Returned by [`{group}::{}`].", names.method.trim_start_matches("r#"))]);
    // The last paragraph is a link, and the only text here that is not the vendor's.
    let about = linked(about);
    let fields = operation.params.iter().filter(|param| !matches!(param.source, Source::Constant(_))).map(|param| {
        let (name, ty) = (param_name(plan, operation, param), plan.ty(&param.ty, param.secret));
        if is_set_later(param) { quote!(#name: ::std::option::Option<#ty>,) } else { quote!(#name: #ty,) }
    });
    let body_field = body(plan, operation).map(|(id, ..)| {
        let path = plan.path(id);
        quote!(body: #path,)
    });
    let constant = constant(operation);
    let setters = setters(plan, operation);
    let check = check(plan, operation);
    let call = call(plan, operation, check.is_some());
    let sending = sending(plan, operation);
    quote! {
        #about
        #[derive(Clone, Debug)]
        #[must_use = "nothing is sent until `send` is awaited"]
        pub struct #name { client: ::apispec_runtime::Client, #(#fields)* #body_field options: ::apispec_runtime::CallOptions }
        impl #name {
            #constant
            #setters
            #[doc = " Sets the time for the whole call."]
            pub fn timeout(mut self, time: ::std::time::Duration) -> Self { self.options.set_timeout(time); self }
            #[doc = " Adds a header that this client does not know."]
            pub fn header(mut self, name: impl ::std::convert::Into<::std::string::String>, value: impl ::std::convert::Into<::std::string::String>) -> Self {
                self.options.add_header(name, value);
                self
            }
            #[doc = " Adds a query parameter that this client does not know."]
            pub fn query(mut self, name: impl ::std::convert::Into<::std::string::String>, value: impl ::std::convert::Into<::std::string::String>) -> Self {
                self.options.add_query(name, value);
                self
            }
            #sending
            #check
            #call
        }
    }
}

/// `docs` escapes brackets, since vendors do not write links. Ours is one.
fn linked(tokens: TokenStream) -> TokenStream {
    let text = tokens.to_string().replace("\\\\[`", "[`").replace("`\\\\]", "`]");
    text.parse().unwrap_or(tokens)
}

fn constant(operation: &Operation) -> TokenStream {
    let id = &operation.id;
    let method = ident(match operation.method.as_str() {
        "POST" => "Post",
        "PUT" => "Put",
        "PATCH" => "Patch",
        "DELETE" => "Delete",
        "HEAD" => "Head",
        _ => "Get",
    });
    let path = path_text(operation);
    let retry = ident(match operation.retry {
        Retry::Safe => "Safe",
        Retry::Never => "Never",
    });
    quote! {
        const OPERATION: ::apispec_runtime::Operation =
            ::apispec_runtime::Operation::new(#id, ::apispec_runtime::Method::#method, #path, ::apispec_runtime::Retry::#retry);
    }
}

/// The path as it is written in the spec.
pub(super) fn path_text(operation: &Operation) -> String {
    operation.path.iter().fold(String::new(), |path, segment| match segment {
        Segment::Literal(text) => path + text,
        Segment::Param(name) => format!("{path}{{{name}}}"),
    })
}

fn setters(plan: &Plan<'_>, operation: &Operation) -> TokenStream {
    let params = operation.params.iter().filter(|param| is_set_later(param)).map(|param| {
        let name = param_name(plan, operation, param);
        let about = docs(&[&param.docs]);
        let (ty, value) = plan.argument(&param.ty, param.secret, &quote!(value));
        quote!(#about pub fn #name(mut self, value: #ty) -> Self { self.#name = Some(#value); self })
    });
    let whole = arguments(plan, operation).whole.is_some();
    let body = body(plan, operation).filter(|_| !whole);
    let fields = body.iter().flat_map(|(_, def, body)| {
        let later = body.fields.iter().map(|field| (field, Plan::hold(field, def.usage)));
        later
            .filter(|(_, hold)| matches!(hold, Hold::Maybe | Hold::Three))
            .map(|(field, hold)| setter(plan, &def.id, field, hold, &quote!(self.body)))
    });
    quote!(#(#params)* #(#fields)*)
}

/// What is checked before anything is sent; `None` if nothing is.
fn check(plan: &Plan<'_>, operation: &Operation) -> Option<TokenStream> {
    let checks: Vec<TokenStream> = operation
        .params
        .iter()
        .filter(|param| !matches!(param.source, Source::Constant(_)))
        .filter_map(|param| {
            let name = param_name(plan, operation, param);
            let value = Checked { wire: &param.wire, ty: &param.ty, secret: param.secret, bounds: &param.bounds };
            if is_set_later(param) {
                checked(plan, &value, &quote!(&self.#name), false)
            } else {
                checked(plan, &value, &quote!(self.#name), true)
            }
        })
        .collect();
    let body = body(plan, operation).filter(|(id, ..)| plan.is_checked(id));
    if checks.is_empty() && body.is_none() {
        return None;
    }
    let last = if body.is_some() { quote!(self.body.check()) } else { quote!(Ok(())) };
    Some(quote! {
        fn check(&self) -> ::apispec_runtime::Result<(), ::apispec_runtime::Violation> {
            #(#checks)*
            #last
        }
    })
}

fn call(plan: &Plan<'_>, operation: &Operation, checks: bool) -> TokenStream {
    let (start, check) =
        if checks { (quote!(let checked = self.check();), quote!(.check(checked))) } else { (TokenStream::new(), TokenStream::new()) };
    let params = operation.params.iter().map(|param| sent(plan, operation, param));
    let body = body(plan, operation).map(|(id, def, body)| {
        let content = if plan.forms.contains(id) { forms::form(plan, def, body) } else { quote!(.json(&self.body)) };
        let fills = body.fields.iter().filter_map(|field| match &field.source {
            Source::Client(parameter) => {
                let wire = &field.wire;
                Some(quote!(.fill_body(#wire, #parameter)))
            }
            Source::Caller | Source::Constant(_) => None,
        });
        quote!(#content #(#fills)*)
    });
    quote! {
        fn call(self) -> ::apispec_runtime::Call {
            #start
            self.client.call(&Self::OPERATION) #check #(#params)* #body .options(self.options)
        }
    }
}

fn sent(plan: &Plan<'_>, operation: &Operation, param: &Param) -> TokenStream {
    let (wire, name) = (&param.wire, param_name(plan, operation, param));
    if let Source::Constant(value) = &param.source {
        return match param.location {
            Location::Path => quote!(.path(#wire, #value)),
            Location::Query => quote!(.query(#wire, #value)),
            Location::Header => quote!(.header(#wire, #value)),
        };
    }
    let later = is_set_later(param);
    let list = matches!(plan.resolved(&param.ty), Ty::List(_) | Ty::CommaList);
    let explode = param.explode && matches!(plan.resolved(&param.ty), Ty::List(_));
    let secret = param.secret && !list;
    let value = match (later, list, secret) {
        (true, true, _) => quote!(self.#name.unwrap_or_default()),
        (true, false, true) => quote!(self.#name.as_ref().map(|value| value.expose())),
        (false, _, true) => quote!(self.#name.expose()),
        _ => quote!(self.#name),
    };
    let set = match (param.location, later) {
        (Location::Path, _) if list => quote!(.path_joined(#wire, #value)),
        (Location::Path, _) if secret => quote!(.path(#wire, #value)),
        (Location::Path, _) => quote!(.path(#wire, &#value)),
        (Location::Query, _) if explode => quote!(.query_each(#wire, #value)),
        (Location::Query, _) if list => quote!(.query_joined(#wire, #value)),
        (Location::Query, true) => quote!(.query_opt(#wire, #value)),
        (Location::Query, false) => quote!(.query(#wire, #value)),
        (Location::Header, _) if list => quote!(.header_joined(#wire, #value)),
        (Location::Header, true) => quote!(.header_opt(#wire, #value)),
        (Location::Header, false) => quote!(.header(#wire, #value)),
    };
    match (&param.source, param.location) {
        (Source::Client(parameter), Location::Query) => quote!(#set.fill_query(#wire, #parameter)),
        (Source::Client(parameter), Location::Header) => quote!(#set.fill_header(#wire, #parameter)),
        _ => set,
    }
}

fn sending(plan: &Plan<'_>, operation: &Operation) -> TokenStream {
    let (ty, send, raw) = match &operation.reply {
        Reply::Nothing => (
            quote!(()),
            quote!(self.call().send_unit().await),
            quote!(Ok(self.call().send_raw::<::serde::de::IgnoredAny>().await?.map(drop))),
        ),
        Reply::Value(ty) => (plan.ty(ty, false), quote!(self.call().send().await), quote!(self.call().send_raw().await)),
    };
    let note = match operation.retry {
        Retry::Safe => " Every kind. The request is repeated when it fails, as the client is set up to.",
        Retry::Never => {
            " Every kind. The request is never repeated if it may have been carried out: `outcome_unknown` says whether it may."
        }
    };
    let pages = pages(plan, operation);
    let stream = stream(plan, operation);
    quote! {
        #[doc = " Sends the request."]
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = ""]
        #[doc = #note]
        pub async fn send(self) -> ::apispec_runtime::Result<#ty> { #send }
        #[doc = " Sends the request, and gives the reply with its status, headers and body."]
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = ""]
        #[doc = " As `send`."]
        pub async fn send_raw(self) -> ::apispec_runtime::Result<::apispec_runtime::Response<#ty>> { #raw }
        #pages
        #stream
    }
}

fn pages(plan: &Plan<'_>, operation: &Operation) -> Option<TokenStream> {
    let (paging, Reply::Value(reply)) = (operation.paging.as_ref()?, &operation.reply) else { return None };
    let Shape::Struct(page) = &plan.def(reply)?.shape else { return None };
    let (owner, usage) = (&plan.def(reply)?.id, plan.def(reply)?.usage);
    let find = |wire: &str| page.fields.iter().find(|field| field.wire == wire);
    let (items, total) = (find(&paging.items)?, find(&paging.total)?);
    let number = operation.params.iter().find(|param| param.wire == paging.page)?;
    let Ty::List(item) = plan.resolved(&items.ty) else { return None };
    let item = plan.ty(item, items.secret);
    let member = |field: &Field| plan.member_name(owner, field);
    let (items_name, total_name, number) = (member(items), member(total), param_name(plan, operation, number));
    let items =
        if Plan::hold(items, usage) == Hold::Plain { quote!(page.#items_name) } else { quote!(page.#items_name.unwrap_or_default()) };
    let total = match Plan::hold(total, usage) {
        Hold::Plain => quote!(u64::try_from(page.#total_name).ok()),
        _ => quote!(page.#total_name.and_then(|total| u64::try_from(total).ok())),
    };
    Some(quote! {
        #[doc = " Gives all pages from the one that is set, or from the first. Each is fetched when it is asked for."]
        pub fn pages(self) -> ::apispec_runtime::Pages<#item> {
            // A number that no page has is left to the check of the request.
            let start = self.#number.map_or(1, |number| u32::try_from(number).unwrap_or(0));
            ::apispec_runtime::Pages::new(1, start, move |number| {
                let page = self.clone().#number(i64::from(number)).send();
                async move {
                    let page = page.await?;
                    Ok(::apispec_runtime::Page { items: #items, total: #total })
                }
            })
        }
    })
}

fn stream(plan: &Plan<'_>, operation: &Operation) -> Option<TokenStream> {
    let events = operation.events.as_ref()?;
    let (id, ..) = body(plan, operation)?;
    let (flag, path) = (&events.flag, plan.path(id));
    Some(quote! {
        #[doc = " Sends the request and opens the stream of events that answers it, as bytes."]
        #[doc = ""]
        #[doc = " When this returns, the server has accepted the request."]
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = ""]
        #[doc = " As `send`. A refusal is the same error as without a stream."]
        pub async fn open_stream(self) -> ::apispec_runtime::Result<::apispec_runtime::EventBytes> { self.call().open_stream(#flag).await }
        #[doc = " Gives the client that the request will be sent with."]
        #[must_use]
        pub fn client(&self) -> &::apispec_runtime::Client { &self.client }
        #[doc = " Gives what will be sent, without the parameters of the client."]
        #[must_use]
        pub fn body(&self) -> &#path { &self.body }
    })
}
