//! A generated client -> a program that makes every call of it once, with all that the call takes.
//!
//! The calls are found in the client's syntax tree, each generator's in the form that it gives to them. All values come from `any`, of which
//! the compiler knows the type and nothing else, and all replies go to `black_box`: neither can be left out when the program is optimised.
//! The program is built, never run.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{File, Ident, ImplItem, ImplItemFn, Item, ItemImpl, ReturnType, Type, Visibility};

use crate::generators::Generator;
use crate::signature::{is_method, values};

/// The program, and what it calls.
pub struct Program {
    pub text: String,
    pub operations: BTreeSet<String>,
}

/// Writes the program for a client, of which these are the files.
pub fn program(generator: Generator, files: &[File], operations: &BTreeSet<String>) -> Result<Program, String> {
    let methods = methods(files);
    let mut calls: BTreeMap<String, TokenStream> = match generator {
        Generator::Ours => ours(&methods),
        Generator::Progenitor => progenitor(&methods),
        Generator::OpenapiToRust => openapi_to_rust(&methods),
    };
    calls.retain(|operation, _| operations.contains(operation));
    let (imports, client, made) = match generator {
        Generator::Ours => {
            let modules = files.iter().flat_map(|file| &file.items).filter_map(|item| match item {
                Item::Mod(module) if matches!(module.vis, Visibility::Public(_)) && module.content.is_none() => Some(&module.ident),
                _ => None,
            });
            let made = quote!(v2::Client::builder().key(any::<String>()).base_url(any::<String>()).build().expect("settings are right"));
            (quote!(use ::client::{runtime::*, v2::{self, #(#modules::*),*}};), quote!(v2::Client), made)
        }
        Generator::Progenitor => (
            quote!(
                use ::client::*;
            ),
            quote!(Client),
            quote!(Client::new(&any::<String>())),
        ),
        Generator::OpenapiToRust => {
            let made = quote!(HttpClient::new().with_base_url(any::<String>()).with_api_key(any::<String>()));
            (
                quote!(
                    use ::client::*;
                ),
                quote!(HttpClient),
                made,
            )
        }
    };
    let names: Vec<Ident> = calls.keys().map(|operation| format_ident!("call_{operation}")).collect();
    let calls_of: Vec<&TokenStream> = calls.values().collect();
    let tokens = quote! {
        #![allow(unused_imports)]
        use std::hint::black_box;
        #imports
        fn any<T>() -> T {
            black_box(None).expect("this program is built, never run")
        }
        #(async fn #names(client: &#client) { black_box(#calls_of.await); })*
        fn main() {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
            runtime.block_on(async {
                let client = #made;
                #(#names(&client).await;)*
            });
        }
    };
    let file = syn::parse2(tokens).map_err(|error| format!("the program for {} is no Rust: {error}", generator.name()))?;
    Ok(Program { text: prettyplease::unparse(&file), operations: calls.into_keys().collect() })
}

/// The public methods of each type, in the order in which they are written.
type Methods<'f> = BTreeMap<String, Vec<&'f ItemImpl>>;

fn methods(files: &[File]) -> Methods<'_> {
    fn collect<'f>(items: &'f [Item], into: &mut Methods<'f>) {
        for item in items {
            match item {
                Item::Impl(block) if block.trait_.is_none() => {
                    if let Some(name) = last_name(&block.self_ty) {
                        into.entry(name).or_default().push(block);
                    }
                }
                Item::Mod(module) => collect(module.content.as_ref().map_or(&[], |(_, items)| items), into),
                _ => {}
            }
        }
    }
    let mut methods = Methods::new();
    files.iter().for_each(|file| collect(&file.items, &mut methods));
    methods
}

fn public<'m>(methods: &'m Methods<'_>, name: &str) -> impl Iterator<Item = &'m ImplItemFn> {
    methods.get(name).into_iter().flatten().flat_map(|block| &block.items).filter_map(|item| match item {
        ImplItem::Fn(method) if matches!(method.vis, Visibility::Public(_)) && is_method(&method.sig) => Some(method),
        _ => None,
    })
}

/// `Sessions` of `sessions::Sessions`, `CreateSession` of `builder::CreateSession<'_>`.
fn last_name(ty: &Type) -> Option<String> {
    let Type::Path(path) = ty else { return None };
    Some(path.path.segments.last()?.ident.to_string())
}

fn returned(method: &ImplItemFn) -> Option<String> {
    let ReturnType::Type(_, ty) = &method.sig.output else { return None };
    last_name(ty)
}

/// `client.sessions().create(..)` gives a builder, whose constant `OPERATION` says which operation it sends.
fn ours(methods: &Methods<'_>) -> BTreeMap<String, TokenStream> {
    let mut calls = BTreeMap::new();
    for group in public(methods, "Client") {
        let Some(holder) = returned(group) else { continue };
        for start in public(methods, &holder) {
            let Some(builder) = returned(start) else { continue };
            let Some(operation) = operation_of(methods, &builder) else { continue };
            let (group, method) = (&group.sig.ident, &start.sig.ident);
            let Some(arguments) = values(&start.sig) else { continue };
            // How long a call may take, and headers and parameters that no document knows, are no part of the operation.
            let setters = setters(methods, &builder).filter(|(name, _)| name != "timeout").map(|(_, tokens)| tokens);
            calls.insert(operation, quote!(client.#group().#method(#(any::<#arguments>()),*) #(#setters)* .send()));
        }
    }
    calls
}

/// The first text in `const OPERATION: Operation = Operation::new("create_session", ..)`.
fn operation_of(methods: &Methods<'_>, builder: &str) -> Option<String> {
    methods.get(builder)?.iter().flat_map(|block| &block.items).find_map(|item| match item {
        ImplItem::Const(constant) if constant.ident == "OPERATION" => match &constant.expr {
            syn::Expr::Call(call) => match call.args.first()? {
                syn::Expr::Lit(literal) => match &literal.lit {
                    syn::Lit::Str(text) => Some(text.value()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        },
        _ => None,
    })
}

/// `.user_id(any::<UserId>())` for each method that takes one value and gives the builder back.
fn setters(methods: &Methods<'_>, builder: &str) -> impl Iterator<Item = (String, TokenStream)> {
    public(methods, builder).filter_map(|method| {
        let types = values(&method.sig)?;
        let [ty] = types.as_slice() else { return None };
        let name = &method.sig.ident;
        (returned(method)? == "Self").then(|| (name.to_string(), quote!(.#name(any::<#ty>()))))
    })
}

/// `client.create_session()` gives a builder; its `body` takes the whole body.
fn progenitor(methods: &Methods<'_>) -> BTreeMap<String, TokenStream> {
    let mut calls = BTreeMap::new();
    for start in public(methods, "Client") {
        let Some(builder) = returned(start) else { continue };
        if !public(methods, &builder).any(|method| method.sig.ident == "send") {
            continue;
        }
        let name = &start.sig.ident;
        let setters = setters(methods, &builder).map(|(_, tokens)| tokens);
        calls.insert(name.to_string(), quote!(client.#name() #(#setters)* .send()));
    }
    calls
}

/// `client.create_session(.., request)` is the call.
fn openapi_to_rust(methods: &Methods<'_>) -> BTreeMap<String, TokenStream> {
    let mut calls = BTreeMap::new();
    for method in public(methods, "HttpClient").filter(|method| method.sig.asyncness.is_some()) {
        let Some(arguments) = values(&method.sig) else { continue };
        let name = &method.sig.ident;
        calls.insert(name.to_string(), quote!(client.#name(#(any::<#arguments>()),*)));
    }
    calls
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::program;
    use crate::generators::Generator;

    fn written(generator: Generator, client: &str) -> (String, Vec<String>) {
        let file = syn::parse_file(client).expect("it is Rust");
        let operations: BTreeSet<String> = ["create_session", "get_session"].map(String::from).into();
        let program = program(generator, &[file], &operations).expect("it is written");
        let text: String = program.text.split_whitespace().collect();
        (text, program.operations.into_iter().collect())
    }

    #[test]
    fn calls_of_ours_are_found_by_their_operation() {
        let (text, operations) = written(
            Generator::Ours,
            r#"
            pub mod sessions;
            impl Client { pub fn sessions(&self) -> sessions::Sessions { made() } }
            impl Sessions {
                pub fn create(&self, name: impl Into<String>) -> CreateSession { made() }
                pub fn client(&self) -> &Client { made() }
            }
            impl CreateSession {
                const OPERATION: Operation = Operation::new("create_session", Method::Post, "/s", Retry::Never);
                pub fn user_id(mut self, value: impl Into<UserId>) -> Self { made() }
                pub fn timeout(mut self, time: Duration) -> Self { made() }
                pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self { made() }
                pub async fn send(self) -> Result<Session> { made() }
                fn check(&self) -> Result<(), Violation> { made() }
            }
            "#,
        );
        assert_eq!(operations, ["create_session"]);
        assert!(text.contains("client.sessions().create(any::<String>()).user_id(any::<UserId>()).send().await"), "{text}");
        assert!(text.contains("use::client::{runtime::*,v2::{self,sessions::*}};"), "{text}");
    }

    #[test]
    fn calls_of_the_others_are_found_by_their_name() {
        let (text, operations) = written(
            Generator::Progenitor,
            r"
            impl Client {
                pub fn new(base: &str) -> Self { made() }
                pub fn get_session(&self) -> builder::GetSession<'_> { made() }
                pub fn api_version(&self) -> String { made() }
            }
            pub mod builder {
                impl<'a> GetSession<'a> {
                    pub fn id<V>(mut self, value: V) -> Self where V: TryInto<types::Id> { made() }
                    pub fn id_map<F>(mut self, f: F) -> Self where F: FnOnce(Id) -> Id { made() }
                    pub async fn send(self) -> Result<R, E> { made() }
                }
            }
            ",
        );
        assert_eq!(operations, ["get_session"]);
        assert!(text.contains("client.get_session().id(any::<types::Id>()).send().await"), "{text}");

        let (text, operations) = written(
            Generator::OpenapiToRust,
            r"
            impl HttpClient {
                pub fn new() -> Self { made() }
                pub async fn create_session(&self, trace: Option<impl AsRef<str>>, request: Body) -> R { made() }
                pub async fn create_session_event_stream(&self) -> R { made() }
            }
            ",
        );
        assert_eq!(operations, ["create_session"]);
        assert!(text.contains("client.create_session(any::<Option<String>>(),any::<Body>()).await"), "{text}");
    }
}
