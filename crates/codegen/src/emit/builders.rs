//! An operation -> the builder that collects one call of it: what is set, what is checked, what is sent, and how the reply is read.

use proc_macro2::TokenStream;
use quote::quote;

use super::bodies;
use super::checks::{Checked, checked};
use super::operations::{arguments, body, param_name, path_text};
use super::plan::{Hold, Plan};
use super::text::{docs, ident};
use super::types::setter;
use crate::ir::{Field, Location, Operation, Param, Reply, Retry, Shape, Source, Style, Ty};

/// Whether a parameter is set by a method of the builder.
pub(super) fn is_set_later(param: &Param) -> bool {
    match param.source {
        Source::Caller => !param.required,
        Source::Client(_) => true,
        Source::Constant(_) | Source::Selector(_) => false,
    }
}

/// The builder of an operation; `group` is the type that has the method for it.
pub(super) fn builder(plan: &Plan<'_>, operation: &Operation, group: &str) -> TokenStream {
    let names = plan.names.operation(&operation.id);
    let name = ident(&names.builder);
    let about = docs(&[&operation.summary]);
    let link = format!(" Returned by [`{group}::{}`].", names.method.trim_start_matches("r#"));
    let fields = operation.params.iter().filter(|param| !matches!(param.source, Source::Constant(_) | Source::Selector(_))).map(|param| {
        let (name, ty) = (param_name(plan, operation, param), plan.ty(&param.ty, param.secret));
        if is_set_later(param) { quote!(#name: ::std::option::Option<#ty>,) } else { quote!(#name: #ty,) }
    });
    let body_field = bodies::ty(plan, operation).map(|ty| quote!(body: #ty,));
    let constant = constant(operation);
    let setters = setters(plan, operation);
    let check = check(plan, operation);
    let call = call(plan, operation, check.is_some());
    let sending = sending(plan, operation);
    let timeout_of_stream = operation.events.is_some().then(|| {
        let says = " Of a stream it is the time until it is open. After that only the idle time of \
                    [`Timeouts`](apispec_runtime::Timeouts) ends it.";
        quote!(#[doc = ""] #[doc = #says])
    });
    quote! {
        #about
        #[doc = ""]
        #[doc = #link]
        #[derive(Clone, Debug)]
        #[must_use = "nothing is sent until `send` is awaited"]
        pub struct #name { client: ::apispec_runtime::Client, #(#fields)* #body_field options: ::apispec_runtime::CallOptions }
        impl #name {
            #constant
            #setters
            #[doc = " Sets the time for the whole call, with all its attempts."]
            #timeout_of_stream
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

fn constant(operation: &Operation) -> TokenStream {
    let id = &operation.id;
    let method = ident(match operation.method.as_str() {
        "POST" => "Post",
        "PUT" => "Put",
        "PATCH" => "Patch",
        "DELETE" => "Delete",
        "HEAD" => "Head",
        "OPTIONS" => "Options",
        "TRACE" => "Trace",
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

fn setters(plan: &Plan<'_>, operation: &Operation) -> TokenStream {
    let params = operation.params.iter().filter(|param| is_set_later(param)).map(|param| {
        let name = param_name(plan, operation, param);
        let about = plan.setter_docs(&name.to_string(), &param.docs, &param.ty, &param.source);
        let (ty, value) = plan.argument(&param.ty, param.secret, &quote!(value));
        quote!(#about pub fn #name(mut self, value: #ty) -> Self { self.#name = Some(#value); self })
    });
    let arguments = arguments(plan, operation);
    let itself = arguments.apart.then(|| bodies::setter(plan, operation));
    let body = body(plan, operation).filter(|_| arguments.whole.is_none() && !arguments.apart);
    let fields = body.iter().flat_map(|(_, def, body)| {
        let later = body.fields.iter().map(|field| (field, Plan::hold(field, def.usage)));
        later
            .filter(|(_, hold)| matches!(hold, Hold::Maybe | Hold::Three))
            .map(|(field, hold)| setter(plan, &def.id, field, hold, &quote!(self.body)))
    });
    quote!(#(#params)* #itself #(#fields)*)
}

/// What is checked before anything is sent; `None` if nothing is.
fn check(plan: &Plan<'_>, operation: &Operation) -> Option<TokenStream> {
    let checks: Vec<TokenStream> = operation
        .params
        .iter()
        .filter(|param| !matches!(param.source, Source::Constant(_) | Source::Selector(_)))
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
    let body = bodies::check(plan, operation);
    if checks.is_empty() && body.is_none() {
        return None;
    }
    let last = body.unwrap_or_else(|| quote!(Ok(())));
    Some(quote! {
        fn check(&self) -> ::apispec_runtime::Result<(), ::apispec_runtime::Violation> {
            #(#checks)*
            #last
        }
    })
}

fn call(plan: &Plan<'_>, operation: &Operation, checks: bool) -> TokenStream {
    let check = checks.then(|| quote!(.check(self.check())));
    let params = operation.params.iter().map(|param| sent(plan, operation, param));
    let body = bodies::sent(plan, operation);
    let (ty, typed) = match &operation.reply {
        Reply::Value(ty) => {
            let ty = plan.ty(ty, false);
            (quote!(::apispec_runtime::TypedCall<#ty>), Some(quote!(.typed())))
        }
        Reply::Nothing | Reply::Raw => (quote!(::apispec_runtime::Call), None),
    };
    quote! {
        fn call(self) -> #ty {
            self.client.call(&Self::OPERATION) #check #(#params)* #body .options(self.options) #typed
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
            Location::Cookie => quote!(.cookie_styled(#wire, Some(&#value), ::apispec_runtime::Style::Form, true)),
        };
    }
    if let Some(style) = param.style {
        return styled(plan, operation, param, style);
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
        (Location::Path, _) => quote!(.path(#wire, #value)),
        (Location::Query, _) if explode => quote!(.query_each(#wire, #value)),
        (Location::Query, _) if list => quote!(.query_joined(#wire, #value)),
        (Location::Query, true) => quote!(.query_opt(#wire, #value)),
        (Location::Query, false) => quote!(.query(#wire, #value)),
        (Location::Header, _) if list => quote!(.header_joined(#wire, #value)),
        (Location::Header, true) => quote!(.header_opt(#wire, #value)),
        (Location::Header, false) => quote!(.header(#wire, #value)),
        // A cookie always has a style.
        (Location::Cookie, _) => TokenStream::new(),
    };
    match (&param.source, param.location) {
        (Source::Client(parameter), Location::Query) => quote!(#set.fill_query(#wire, #parameter)),
        (Source::Client(parameter), Location::Header) => quote!(#set.fill_header(#wire, #parameter)),
        _ => set,
    }
}

/// A parameter that is written in a style of its own.
fn styled(plan: &Plan<'_>, operation: &Operation, param: &Param, style: Style) -> TokenStream {
    let (wire, name, explode) = (&param.wire, param_name(plan, operation, param), param.explode);
    let style = ident(match style {
        Style::Form => "Form",
        Style::Space => "SpaceDelimited",
        Style::Pipe => "PipeDelimited",
        Style::Deep => "DeepObject",
        Style::Simple => "Simple",
        Style::Label => "Label",
        Style::Matrix => "Matrix",
        Style::Json => "Json",
    });
    let style = quote!(::apispec_runtime::Style::#style);
    let value = if is_set_later(param) { quote!(self.#name.as_ref()) } else { quote!(Some(&self.#name)) };
    match param.location {
        Location::Path => quote!(.path_styled(#wire, &self.#name, #style, #explode)),
        Location::Query => quote!(.query_styled(#wire, #value, #style, #explode)),
        Location::Header => quote!(.header_styled(#wire, #value, #style, #explode)),
        Location::Cookie => quote!(.cookie_styled(#wire, #value, #style, #explode)),
    }
}

/// What is said about repeating a call.
fn repeated(retry: Retry) -> &'static [&'static str] {
    match retry {
        Retry::Safe => &[" It is repeated when it fails, as the [`RetryPolicy`](apispec_runtime::RetryPolicy) of the client says."],
        Retry::Never => &[
            " It is never repeated once it may have been carried out;",
            " [`Error::outcome_unknown`](apispec_runtime::Error::outcome_unknown) says whether it may have been.",
        ],
    }
}

fn sending(plan: &Plan<'_>, operation: &Operation) -> TokenStream {
    let (ty, send, raw) = match &operation.reply {
        Reply::Raw => return bytes(operation),
        Reply::Nothing => (
            quote!(()),
            quote!(self.call().send_unit().await),
            quote!(Ok(self.call().send_raw::<::serde::de::IgnoredAny>().await?.map(drop))),
        ),
        Reply::Value(ty) => (plan.ty(ty, false), quote!(self.call().send().await), quote!(self.call().send_raw().await)),
    };
    let kinds = " [`ErrorKind`](apispec_runtime::ErrorKind) tells what happened, and whether the request was sent.";
    let notes = repeated(operation.retry);
    let pages = pages(plan, operation);
    let stream = stream(plan, operation);
    quote! {
        #[doc = " Sends the request."]
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = ""]
        #[doc = #kinds]
        #(#[doc = #notes])*
        pub async fn send(self) -> ::apispec_runtime::Result<#ty> { #send }
        #[doc = " Sends the request, and gives the reply with its status, headers and body."]
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = ""]
        #[doc = " As [`send`](Self::send)."]
        pub async fn send_raw(self) -> ::apispec_runtime::Result<::apispec_runtime::Response<#ty>> { #raw }
        #pages
        #stream
    }
}

/// A reply that is not JSON comes as its bytes.
fn bytes(operation: &Operation) -> TokenStream {
    let notes = repeated(operation.retry);
    quote! {
        #[doc = " Sends the request, and gives the body of the reply as it comes in."]
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = ""]
        #[doc = " [`ErrorKind`](apispec_runtime::ErrorKind) tells what happened, and whether the request was sent."]
        #(#[doc = #notes])*
        pub async fn send(self) -> ::apispec_runtime::Result<::apispec_runtime::Download> { self.call().download().await }
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
        #[doc = " Gives all pages from the one that is set, or from the first. Each is fetched when it is asked for, and fails as"]
        #[doc = " [`send`](Self::send) does."]
        pub fn pages(self) -> ::apispec_runtime::Pages<#item> {
            let start = self.#number.unwrap_or(1);
            ::apispec_runtime::Pages::new(&Self::OPERATION, 1, start, move |number| {
                let page = self.clone().#number(number).send();
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
    let decoding = plan.names.events(&operation.id).map(|events| {
        let says = format!(" [`{events}::decode`] makes a typed event of the name and the data of one.");
        quote!(#[doc = #says])
    });
    Some(quote! {
        #[doc = " Sends the request and opens the stream of events that answers it, as bytes."]
        #[doc = ""]
        #[doc = " When this returns, the server has accepted the request. The bytes are those of `text/event-stream`: cutting them into"]
        #[doc = " events is left to the caller, or to a package on top of this one."]
        #decoding
        #[doc = ""]
        #[doc = " # Errors"]
        #[doc = ""]
        #[doc = " As [`send`](Self::send). A refusal is the same error as without a stream."]
        pub async fn open_stream(self) -> ::apispec_runtime::Result<::apispec_runtime::EventBytes> { self.call().open_stream(#flag).await }
        #[doc = " Gives the client that the request will be sent with."]
        #[must_use]
        pub fn client(&self) -> &::apispec_runtime::Client { &self.client }
        #[doc = " Gives what will be sent, without the parameters of the client."]
        #[must_use]
        pub fn body(&self) -> &#path { &self.body }
    })
}
