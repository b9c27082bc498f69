//! The specs -> the clients that progenitor, a generator that nobody here wrote, makes of them.
//!
//! Progenitor refuses a whole document for one operation that it cannot take, so each is tried alone first. What it refuses is written down
//! with its reason, and the rest is generated in one piece. Its functions take their arguments by position; the table beside each client
//! takes them by the names of the spec, so that a test can hand over the arguments that it has for the other client.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use apispec::Document;
use openapiv3::{OpenAPI, Operation, PathItem, ReferenceOr};
use proc_macro2::TokenStream;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};
use quote::{format_ident, quote};
use syn::{FnArg, GenericArgument, ImplItem, ImplItemFn, Item, Pat, PathArguments, Type};

const SPECS: [(&str, &str); 3] = [("v1", "powerdrill-v1.yaml"), ("v2", "powerdrill-v2.yaml"), ("pai", "pai-dataset-jobs.yaml")];

fn main() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo says where"));
    println!("cargo::rerun-if-changed=build.rs");
    for (name, file) in SPECS {
        let path = specs.join(file);
        println!("cargo::rerun-if-changed={}", path.display());
        let document = Document::read(&path).unwrap_or_else(|report| panic!("{report}"));
        let spec = document.model().unwrap_or_else(|report| panic!("{report}"));
        fs::write(out.join(name).with_extension("rs"), client(&spec)).expect("a file");
    }
}

/// The client of a spec, with what it refuses and its operations by name.
fn client(spec: &OpenAPI) -> String {
    let refused = refused(spec);
    let taken = only(spec, |operation| !refused.contains_key(name(operation)));
    let tokens = generate(&taken).unwrap_or_else(|reason| panic!("each operation is taken alone and not together: {reason}"));
    let mut file: syn::File = syn::parse2(tokens).expect("Rust");
    let parameters = parameters(&taken);
    let rows = methods(&file).map(|method| row(method, &parameters[&method.sig.ident.to_string()])).collect::<Vec<_>>();
    let refused = refused.iter().map(|(name, reason)| quote!((#name, #reason)));
    let table: syn::File = syn::parse2(quote! {
        pub const OPERATIONS: &[(&str, crate::by_name::Caller<Client>)] = &[#(#rows),*];
        pub const REFUSED: &[(&str, &str)] = &[#(#refused),*];
    })
    .expect("Rust");
    file.items.extend(table.items);
    prettyplease::unparse(&file)
}

fn generate(spec: &OpenAPI) -> Result<TokenStream, String> {
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Positional);
    Generator::new(&settings).generate_tokens(spec).map_err(|error| error.to_string())
}

/// The operations that progenitor refuses, each with its reason.
fn refused(spec: &OpenAPI) -> BTreeMap<String, String> {
    let names = spec.operations().map(|(_, _, operation)| name(operation).to_owned());
    names.filter_map(|wanted| Some((wanted.clone(), generate(&only(spec, |operation| name(operation) == wanted)).err()?))).collect()
}

fn name(operation: &Operation) -> &str {
    operation.operation_id.as_deref().expect("every operation has an operationId")
}

/// The spec with those operations alone.
fn only(spec: &OpenAPI, wanted: impl Fn(&Operation) -> bool) -> OpenAPI {
    let mut spec = spec.clone();
    for item in spec.paths.paths.values_mut() {
        let ReferenceOr::Item(PathItem { get, put, post, delete, patch, .. }) = item else {
            panic!("the specs have no references to paths");
        };
        for slot in [get, put, post, delete, patch] {
            slot.take_if(|operation| !wanted(operation));
        }
    }
    spec.paths.paths.retain(|_, item| item.as_item().is_some_and(|item| item.iter().next().is_some()));
    spec
}

/// The names of the parameters of each operation, as the spec writes them.
fn parameters(spec: &OpenAPI) -> BTreeMap<String, Vec<String>> {
    let shared = spec.components.as_ref().map(|components| &components.parameters);
    let resolved = |parameter: &ReferenceOr<openapiv3::Parameter>| match parameter {
        ReferenceOr::Item(parameter) => parameter.parameter_data_ref().name.clone(),
        ReferenceOr::Reference { reference } => {
            let name = reference.rsplit('/').next().expect("a name");
            shared.and_then(|shared| shared[name].as_item()).expect("a parameter").parameter_data_ref().name.clone()
        }
    };
    let of_path = |path: &str| spec.paths.paths[path].as_item().expect("a path").parameters.iter();
    spec.operations()
        .map(|(path, _, operation)| (name(operation).to_owned(), of_path(path).chain(&operation.parameters).map(resolved).collect()))
        .collect()
}

/// The functions of the client that send something.
fn methods(file: &syn::File) -> impl Iterator<Item = &ImplItemFn> {
    let blocks = file.items.iter().filter_map(|item| match item {
        Item::Impl(block) if block.trait_.is_none() => Some(block),
        _ => None,
    });
    blocks.flat_map(|block| &block.items).filter_map(|item| match item {
        ImplItem::Fn(method) if method.sig.asyncness.is_some() => Some(method),
        _ => None,
    })
}

/// A line of the table: takes the arguments by name, and calls the function with them.
fn row(method: &ImplItemFn, parameters: &[String]) -> TokenStream {
    let ident = &method.sig.ident;
    let name = ident.to_string();
    let mut takes = Vec::new();
    let mut passes = Vec::new();
    for argument in &method.sig.inputs {
        let FnArg::Typed(argument) = argument else { continue };
        let Pat::Ident(pattern) = argument.pat.as_ref() else { panic!("{name}: an argument has no name") };
        let local = &pattern.ident;
        let (owned, pass) = owned(&argument.ty, &format_ident!("{local}"));
        let parameter = parameters.iter().find(|parameter| letters(parameter) == letters(&local.to_string()));
        takes.push(match parameter {
            Some(parameter) => quote!(let #local: #owned = given.take(#parameter)?;),
            None if local == "body" => quote!(let #local: #owned = given.rest()?;),
            None => panic!("{name}: the spec has no parameter {local}"),
        });
        passes.push(pass);
    }
    quote! {
        (#name, |client, mut given| Box::pin(async move {
            #(#takes)*
            given.end()?;
            drop(client.#ident(#(#passes),*).await);
            Ok(())
        }))
    }
}

/// What a name is made of, in whichever way it is written.
fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// The type of a value that lives by itself, and how it is handed over as the type of the argument.
fn owned(ty: &Type, local: &syn::Ident) -> (TokenStream, TokenStream) {
    if let Type::Reference(reference) = ty {
        let owned = without_reference(&reference.elem);
        return (owned, quote!(&#local));
    }
    match optional(ty) {
        Some(Type::Reference(reference)) => {
            let owned = without_reference(&reference.elem);
            (quote!(Option<#owned>), quote!(#local.as_deref()))
        }
        _ => (quote!(#ty), quote!(#local)),
    }
}

fn without_reference(referred: &Type) -> TokenStream {
    match referred {
        Type::Path(path) if path.path.is_ident("str") => quote!(String),
        other => quote!(Box<#other>),
    }
}

fn optional(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|segment| segment.ident == "Option")?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
