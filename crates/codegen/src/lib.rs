//! A normalised OpenAPI 3.0 document -> the Rust source of a typed client.
//!
//! [`lower()`] fills the [`ir::Api`] from the document, and after it nobody sees the document again. The [`passes`] decide how it looks in
//! Rust, [`name`] decides what it is called, and [`emit`] prints it as files in memory. This crate reads no file, writes none, and gives
//! the same answer to the same document.

pub mod emit;
mod foreign;
pub mod ir;
mod layout;
pub mod lower;
pub mod name;
pub mod passes;

use apispec::{Document, Problem, Report};

pub use emit::SourceFile;

/// Reads what a client for `document` offers, with every decision made but the names.
///
/// # Errors
/// Everything that cannot be expressed, each with its place.
pub fn lower(document: &Document) -> Result<ir::Api, Report> {
    let mut api = lower::api(document)?;
    passes::run(&mut api)?;
    Ok(api)
}

/// Reads what a client for a document offers that nobody normalised, with every decision made but the names.
///
/// # Errors
/// The document cannot be read at all. Whatever cannot be expressed is a fallback.
pub fn lower_foreign(document: Document) -> Result<ir::Api, Report> {
    let (document, notes) = foreign::adapted(document);
    let mut api = lower::foreign_api(&document)?;
    api.fallbacks.extend(notes);
    foreign::settle::run(&mut api);
    passes::run(&mut api)?;
    Ok(api)
}

/// Writes the client for a document that nobody normalised, in memory. The rules of the normal form do not hold for it, and what the
/// generator cannot express has a fallback or is left out; each is listed.
///
/// # Errors
/// The document cannot be read at all.
pub fn generate_foreign(document: Document) -> Result<Output, Report> {
    let mut api = lower_foreign(document)?;
    let fallbacks = std::mem::take(&mut api.fallbacks);
    Ok(Output { files: print(&api)?, fallbacks })
}

/// Names everything in an API, and writes the files of its client.
///
/// # Errors
/// Every two things that would have one name, and mistakes of the emitters themselves.
pub fn print(api: &ir::Api) -> Result<Vec<SourceFile>, Report> {
    emit::files(api, &name::decide(api)?)
}

/// Shows how a client is made and called: the lines of a program that uses it.
///
/// # Errors
/// Every two things that would have one name.
pub fn example(api: &ir::Api) -> Result<Vec<String>, Report> {
    let key = match api.security {
        ir::Security::None => "",
        ir::Security::Basic => ".key(\"NAME:PASSWORD\")",
        ir::Security::Bearer | ir::Security::Header(_) | ir::Security::Query(_) | ir::Security::Cookie(_) => ".key(\"KEY\")",
        ir::Security::Signature(_) => ".access_key(\"ID\", \"SECRET\")",
    };
    let complete = api.servers.first().is_some_and(|server| server.url.starts_with("http") && !server.url.contains('{'));
    let base = if complete { "" } else { ".base_url(\"https://api.example.com\")" };
    let call = emit::simplest_call(api, &name::decide(api)?);
    let made = format!("let client = Client::builder(){base}{key}.build()?;");
    Ok(std::iter::once(made).chain(call).collect())
}

/// A client, and what it does not keep of the document.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// The files, by path.
    pub files: Vec<SourceFile>,
    /// Every place where the client is weaker than the document: a type that had to be a looser one, a constraint that is not checked.
    /// The client compiles and works; whoever generates it should know.
    pub fallbacks: Vec<Problem>,
}

/// Writes the client for `document`, in memory.
///
/// # Errors
/// Everything that cannot be expressed, each with its place, and every two things that would have one name.
pub fn generate(document: &Document) -> Result<Output, Report> {
    let mut api = lower(document)?;
    let fallbacks = std::mem::take(&mut api.fallbacks);
    Ok(Output { files: print(&api)?, fallbacks })
}
