//! The facts of an API -> `mod.rs` with the client, `codes.rs`, and `unknown.rs`.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::operations::path_text;
use super::plan::Plan;
use super::text::{docs, ident};
use crate::ir::{Api, CodeKey, Security, Server};
use crate::passes::carried::ROLES;
use crate::passes::reach;

/// What `mod.rs` begins with. `modules` are those with a file, in order.
pub(super) fn mods(plan: &Plan<'_>, modules: &[String]) -> TokenStream {
    let codes = (!plan.api.codes.is_empty()).then(|| {
        quote!(
            pub mod codes;
        )
    });
    let mods = modules.iter().map(|module| ident(&crate::name::module(module)));
    let unknown = plan.has_enums().then(|| {
        quote!(
            mod unknown;
            pub use self::unknown::UnknownValue;
        )
    });
    quote! {
        #![allow(
            clippy::large_enum_variant,
            clippy::should_implement_trait,
            clippy::too_many_arguments,
            reason = "names, members and sizes are those of the API"
        )]
        #codes
        #(pub mod #mods;)*
        #unknown
    }
}

/// `mod.rs`.
pub(super) fn root(plan: &Plan<'_>) -> TokenStream {
    let api = plan.api;
    let (version, facts) = (&api.version, facts(api));
    let groups = api.groups.iter().map(|group| {
        let names = plan.names.group(&group.name);
        let (module, ty, accessor) = (ident(&names.module), ident(&names.ty), ident(&names.accessor));
        let about = docs(&[&group.docs]);
        quote! {
            #about
            #[must_use]
            pub fn #accessor(&self) -> #module::#ty { #module::#ty::new(self.0.clone()) }
        }
    });
    let servers = api.servers.iter().filter_map(|one| server(plan, one, false));
    let builder = builder(plan);
    let from_env = docs(&["Sets a client up from environment variables.", &variables(api)]);
    quote! {
        #[doc = " The version of the API that this client was generated from."]
        pub const VERSION: &str = #version;
        #facts

        #[doc = " A client of the API. Clones are cheap and share connections, settings and the rate limit."]
        #[derive(Clone, Debug)]
        pub struct Client(::apispec_runtime::Client);
        impl Client {
            #[doc = " Starts to set a client up."]
            pub fn builder() -> ClientBuilder { ClientBuilder(::apispec_runtime::Client::builder(&API)) }
            #from_env
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = ""]
            #[doc = " [`ErrorKind::Config`](apispec_runtime::ErrorKind::Config) names the variable that is missing or wrong. Nothing is sent."]
            pub fn from_env() -> ::apispec_runtime::Result<Self> { ::apispec_runtime::Client::from_env(&API).map(Self) }
            #(#servers)*
            #(#groups)*
            #[doc = " Starts a call of something that this client has no method for, with the same key, retries and errors."]
            #[doc = ""]
            #[doc = " The path begins with a slash and is sent as it is."]
            pub fn request(&self, method: ::apispec_runtime::Method, path: impl ::std::convert::Into<::std::string::String>) -> ::apispec_runtime::Call {
                self.0.request(method, path)
            }
            #[doc = " Gives what all calls are made with."]
            #[must_use]
            pub fn runtime(&self) -> &::apispec_runtime::Client { &self.0 }
        }
        impl ::std::convert::From<::apispec_runtime::Client> for Client {
            fn from(client: ::apispec_runtime::Client) -> Self { Self(client) }
        }
        #builder
    }
}

/// What chooses a server: the beginning of a client, or one more setting of a client that is being set up.
fn server(plan: &Plan<'_>, server: &Server, setting: bool) -> Option<TokenStream> {
    let wire = server.name.as_ref()?;
    let names = plan.names.server(wire);
    let name = ident(&names.method);
    let explained = server.variables.iter().map(|(name, _, docs)| format!("`{name}`: {docs}"));
    let explained: Vec<TokenStream> = explained.map(|text| docs(&[&text])).collect();
    let arguments: Vec<_> = names.arguments.iter().map(|name| ident(name)).collect();
    if setting {
        let pairs = server.variables.iter().zip(&arguments).map(|((wire, ..), name)| quote!((#wire, #name)));
        let about = docs(&["Sets where the API is.", &server.docs]);
        return Some(quote! {
            #about
            #(#[doc = ""] #explained)*
            pub fn #name(self, #(#arguments: &str),*) -> Self { self.with(|builder| builder.server(#wire, &[#(#pairs),*])) }
        });
    }
    let about = docs(&[&server.docs]);
    let such = match plan.api.security {
        Security::None => "",
        Security::Signature(_) => ", such as the access key,",
        _ => ", such as the key,",
    };
    let rest = format!(" This says where the API is. All else{such} is set on the builder, or by [`ClientBuilder::from_env`].");
    Some(quote! {
        #about
        #(#[doc = ""] #explained)*
        #[doc = ""]
        #[doc = #rest]
        pub fn #name(#(#arguments: &str),*) -> ClientBuilder { Self::builder().#name(#(#arguments),*) }
    })
}

fn builder(plan: &Plan<'_>) -> TokenStream {
    let parameters = plan.api.environment.iter().filter(|(role, _)| !ROLES.contains(&role.as_str())).map(|(role, variable)| {
        let name = ident(plan.names.setting(role));
        let about = docs(&[&format!("Sets the `{role}` that calls have unless they say otherwise. `{variable}` in the environment.")]);
        quote! {
            #about
            pub fn #name(self, value: impl ::std::convert::Into<::std::string::String>) -> Self { self.with(|builder| builder.parameter(#role, value)) }
        }
    });
    let credentials = credentials(plan.api);
    let servers = plan.api.servers.iter().filter_map(|one| server(plan, one, true));
    let default = plan.api.servers.first().filter(|server| !server.url.contains('{'));
    let default = default.map(|server| format!("It is `{}` when this is not set.", server.url)).unwrap_or_default();
    let base_url = docs(&[&format!("Sets where the API is. {default} {}", variable(plan.api, "base_url"))]);
    let from_env = docs(&["Fills in what is not set from environment variables.", &variables(plan.api)]);
    quote! {
        #[doc = " A client that is being set up."]
        #[derive(Debug)]
        #[must_use = "a client is made by `build`"]
        pub struct ClientBuilder(::apispec_runtime::ClientBuilder);
        impl ClientBuilder {
            #credentials
            #base_url
            pub fn base_url(self, url: impl ::std::convert::Into<::std::string::String>) -> Self { self.with(|builder| builder.base_url(url)) }
            #(#servers)*
            #(#parameters)*
            #from_env
            pub fn from_env(self) -> Self { self.with(::apispec_runtime::ClientBuilder::from_env) }
            #[doc = " Sets how long things may take."]
            pub fn timeouts(self, timeouts: ::apispec_runtime::Timeouts) -> Self { self.with(|builder| builder.timeouts(timeouts)) }
            #[doc = " Sets how often and how soon a failed request is repeated."]
            pub fn retry(self, policy: ::apispec_runtime::RetryPolicy) -> Self { self.with(|builder| builder.retry(policy)) }
            #[doc = " Changes any other setting."]
            pub fn with(self, change: impl FnOnce(::apispec_runtime::ClientBuilder) -> ::apispec_runtime::ClientBuilder) -> Self {
                Self(change(self.0))
            }
            #[doc = " Makes the client."]
            #[doc = ""]
            #[doc = " # Errors"]
            #[doc = ""]
            #[doc = " [`ErrorKind::Config`](apispec_runtime::ErrorKind::Config) says which setting is missing or wrong. Nothing is sent."]
            pub fn build(self) -> ::apispec_runtime::Result<Client> { self.0.build().map(Client) }
        }
    }
}

/// Where a setting comes from if not from the program.
fn variable(api: &Api, role: &str) -> String {
    api.environment.iter().find(|(known, _)| known == role).map(|(_, name)| format!("`{name}` in the environment.")).unwrap_or_default()
}

/// What is read from the environment.
fn variables(api: &Api) -> String {
    let each: Vec<String> = api
        .environment
        .iter()
        .map(|(role, variable)| {
            let what = match role.as_str() {
                "key" => "the key".to_owned(),
                "base_url" => "where the API is".to_owned(),
                "key_id" => "the id of the access key".to_owned(),
                "key_secret" => "the secret of the access key".to_owned(),
                "security_token" => "the token of a temporary access key".to_owned(),
                other => format!("the `{other}`"),
            };
            format!("`{variable}` is {what}")
        })
        .collect();
    if each.is_empty() { String::new() } else { format!("{}.", each.join(", ")) }
}

fn credentials(api: &Api) -> TokenStream {
    match &api.security {
        Security::None => TokenStream::new(),
        Security::Bearer | Security::Header(_) | Security::Query(_) | Security::Cookie(_) | Security::Basic => {
            let pair = api.security == Security::Basic;
            let what = if pair { "Sets the name of the user and the password, with a colon between." } else { "Sets the key." };
            let about = docs(&[&format!("{what} {}", variable(api, "key"))]);
            quote! {
            #about
            pub fn key(self, key: impl ::std::convert::Into<::apispec_runtime::SecretText>) -> Self { self.with(|builder| builder.key(key)) }
            }
        }
        Security::Signature(_) => {
            let from = format!("{} {}", variable(api, "key_id"), variable(api, "key_secret"));
            let pair = docs(&["Sets the access key that requests are signed with.", &from]);
            let token = docs(&[&format!("Sets the token that belongs to a temporary access key. {}", variable(api, "security_token"))]);
            quote! {
            #pair
            pub fn access_key(
                self, id: impl ::std::convert::Into<::apispec_runtime::SecretText>, secret: impl ::std::convert::Into<::apispec_runtime::SecretText>
            ) -> Self {
                self.with(|builder| builder.access_key(id, secret))
            }
            #token
            pub fn security_token(self, token: impl ::std::convert::Into<::apispec_runtime::SecretText>) -> Self {
                self.with(|builder| builder.security_token(token))
            }
            }
        }
    }
}

fn facts(api: &Api) -> TokenStream {
    let title = &api.title;
    let auth = match &api.security {
        Security::None => quote!(None),
        Security::Bearer => quote!(Bearer),
        Security::Header(name) => quote!(Header(#name)),
        Security::Query(name) => quote!(Query(#name)),
        Security::Cookie(name) => quote!(Cookie(#name)),
        Security::Basic => quote!(Basic),
        Security::Signature(_) => quote!(Acs3),
    };
    let servers = api.servers.iter().map(|one| (option(one.name.as_deref()), &one.url));
    let servers = servers.map(|(name, url)| quote!(::apispec_runtime::Server { name: #name, url: #url }));
    let servers = (!api.servers.is_empty()).then(|| quote!(.servers(&[#(#servers),*])));
    let envelope = envelope(api);
    let codes = (!api.codes.is_empty()).then(|| quote!(.codes(codes::TABLE)));
    let retry_after = api.retry_after.as_ref().map(|after| {
        let (header, unit) = (&after.header, ident(if after.millis { "Milliseconds" } else { "Seconds" }));
        quote!(.retry_after(#header, ::apispec_runtime::TimeUnit::#unit))
    });
    let rate = api.rate_limit.map(|rate| {
        let rate = Literal::f64_unsuffixed(f64::from(rate));
        quote!(.rate_limit(#rate))
    });
    let rates: Vec<TokenStream> = reach::operations(api)
        .filter_map(|operation| {
            let rate = Literal::f64_unsuffixed(f64::from(operation.rate_limit?));
            let id = &operation.id;
            Some(quote!((#id, #rate)))
        })
        .collect();
    let rates = (!rates.is_empty()).then(|| quote!(.operation_rates(&[#(#rates),*])));
    let environment = environment(api);
    let suffix = shared_version(api).map(|prefix| quote!(.base_suffixes(&[#prefix])));
    quote! {
        #[doc = " The facts of the API. [`Client`] has them already: a program needs them to set up a client of the runtime by itself, with"]
        #[doc = " [`Client::builder`](apispec_runtime::Client::builder)."]
        pub const API: ::apispec_runtime::Api = ::apispec_runtime::Api::new(#title, ::apispec_runtime::AuthScheme::#auth)
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
            #servers #envelope #codes #retry_after #rate #rates #environment #suffix;
    }
}

fn option(value: Option<&str>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}

fn envelope(api: &Api) -> Option<TokenStream> {
    let envelope = api.envelope.as_ref()?;
    let (code, message, request) = (&envelope.code, &envelope.message, &envelope.request_id);
    let (data, trace) = (option(envelope.data.as_deref()), option(envelope.trace_header.as_deref()));
    let success = ident(if envelope.needs_zero { "StatusAndZero" } else { "Status" });
    Some(quote! {
        .envelope(::apispec_runtime::Envelope {
            code: &[#(#code),*],
            message: &[#(#message),*],
            data: #data,
            request_id: &[#(#request),*],
            trace_header: #trace,
            success: ::apispec_runtime::Success::#success,
        })
    })
}

fn environment(api: &Api) -> Option<TokenStream> {
    if api.environment.is_empty() {
        return None;
    }
    let (mut fields, mut parameters) = (Vec::new(), Vec::new());
    for (role, variable) in &api.environment {
        match role.as_str() {
            "key" | "key_id" | "key_secret" | "security_token" | "base_url" => {
                let role = ident(role);
                fields.push(quote!(#role: Some(#variable),));
            }
            _ => parameters.push(quote!((#role, #variable))),
        }
    }
    let parameters = (!parameters.is_empty()).then(|| quote!(parameters: &[#(#parameters),*],));
    Some(quote! {
        .environment(::apispec_runtime::Environment {
            #(#fields)*
            #parameters
            ..::apispec_runtime::Environment::NONE
        })
    })
}

/// What all paths begin with, if a version is in it: other tools want it in the base URL. Without one it may as well be a part of where
/// the API is served.
fn shared_version(api: &Api) -> Option<String> {
    let mut paths = api.groups.iter().flat_map(|group| &group.operations).map(path_text);
    let first: Vec<String> = paths.next()?.split('/').map(str::to_owned).collect();
    let shared = paths.fold(first.len().saturating_sub(1), |shared, path| {
        shared.min(path.split('/').zip(&first).take_while(|(left, right)| left == right).count())
    });
    let literal: Vec<String> = first.into_iter().take(shared).take_while(|segment| !segment.contains('{')).collect();
    literal.iter().any(|segment| is_version(segment)).then(|| literal.join("/"))
}

/// `v1` or `v2.1`.
fn is_version(segment: &str) -> bool {
    let digits = segment.strip_prefix('v').unwrap_or_default();
    digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.chars().all(|character| character.is_ascii_digit() || character == '.')
}

/// `codes.rs`: a constant for each code, and the table that the runtime reads.
pub(super) fn codes(plan: &Plan<'_>) -> TokenStream {
    let constants = plan.api.codes.iter().filter_map(|code| {
        let name = ident(plan.names.code(&code.name));
        let about = docs(&[&code.docs]);
        let value = match &code.key {
            CodeKey::Number(number) => {
                let number = Literal::i64_unsuffixed(*number);
                quote!(Number(#number))
            }
            CodeKey::Text(text) => quote!(Text(#text)),
            CodeKey::Prefix(_) => return None,
        };
        Some(quote!(#about pub const #name: ::apispec_runtime::Code<'static> = ::apispec_runtime::Code::#value;))
    });
    let rows = plan.api.codes.iter().map(|code| {
        let key = match &code.key {
            CodeKey::Number(number) => {
                let number = Literal::i64_unsuffixed(*number);
                quote!(Number(#number))
            }
            CodeKey::Text(text) => quote!(Text(#text)),
            CodeKey::Prefix(text) => {
                let text = format!("{text}*");
                quote!(Text(#text))
            }
        };
        let (name, kind) = (&code.name, format_ident!("{}", heck::ToUpperCamelCase::to_upper_camel_case(code.kind.as_str())));
        quote! {
            ::apispec_runtime::CodeInfo { code: ::apispec_runtime::CodeKey::#key, name: #name, kind: ::apispec_runtime::CodeKind::#kind }
        }
    });
    quote! {
        #(#constants)*
        #[doc = " All codes, as the client reads them."]
        pub(super) const TABLE: &[::apispec_runtime::CodeInfo] = &[#(#rows),*];
    }
}

/// `unknown.rs`.
pub(super) fn unknown() -> TokenStream {
    quote! {
        #[doc = " A text that is none of the values of an enum that this client knows, kept as it is."]
        #[doc = ""]
        #[doc = " Reading makes it, and so do `From` and `parse`. None of them makes it from a value that is known, so it is never equal to one."]
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub struct UnknownValue<E> {
            text: ::std::boxed::Box<str>,
            of: ::std::marker::PhantomData<fn() -> E>,
        }
        impl<E> UnknownValue<E> {
            #[doc = " Keeps a text that is none of the known values."]
            pub(super) fn new(text: &str) -> Self { Self { text: text.into(), of: ::std::marker::PhantomData } }
            #[doc = " Gives the value as it is on the wire."]
            #[must_use]
            pub fn as_str(&self) -> &str { &self.text }
        }
        impl<E> ::std::fmt::Debug for UnknownValue<E> {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { ::std::fmt::Debug::fmt(&self.text, formatter) }
        }
        impl<E> ::std::fmt::Display for UnknownValue<E> {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result { formatter.write_str(&self.text) }
        }
    }
}
