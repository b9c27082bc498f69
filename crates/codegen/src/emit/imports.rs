//! Full paths -> imports and short names, so that emitters never think about what is in scope.
//!
//! Emitters write `::std::fmt::Display` and, for the types of the client, `::here::module::Name`. A name that the client's own types
//! take in a file is left to them: then the other path stays as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use proc_macro2::{Delimiter, Group, Ident, Spacing, Span, TokenStream, TokenTree};
use quote::quote;

/// Where a file stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The module whose types are near: `""` for the outermost.
    pub(super) module: &'a str,
    /// How far below that module the file is.
    pub(super) depth: usize,
}

/// What may be imported: the path, and whether it is in the prelude.
const KNOWN: [(&str, bool); 29] = [
    ("std::string::String", true),
    ("std::option::Option", true),
    ("std::vec::Vec", true),
    ("std::boxed::Box", true),
    ("std::result::Result", true),
    ("std::convert::From", true),
    ("std::convert::Into", true),
    ("std::convert::AsRef", true),
    ("std::iter::IntoIterator", true),
    ("std::convert::Infallible", false),
    ("std::collections::BTreeMap", false),
    ("std::marker::PhantomData", false),
    ("std::str::FromStr", false),
    ("std::time::Duration", false),
    ("std::fmt", false),
    ("serde::Deserialize", false),
    ("serde::Deserializer", false),
    ("serde::Serialize", false),
    ("serde::Serializer", false),
    ("serde::ser::SerializeMap", false),
    ("serde::de::IgnoredAny", false),
    ("serde::de::MapAccess", false),
    ("serde::de::Visitor", false),
    ("serde::de", false),
    ("serde_json::value::RawValue", false),
    ("serde_json::Value", false),
    ("apispec_runtime::decode", false),
    ("apispec_runtime::validate", false),
    ("apispec_runtime::write", false),
];

/// The methods of traits, and what stands before them when they are called: they are needed even where nothing is called like them.
/// Inside of an impl of a trait, its own methods are known without an import.
const CALLED: [(&str, char, &str); 1] = [("serialize_map", '.', "serde::ser::SerializeMap")];

/// What generated code derives. A type of this name is not imported: the import could as well mean what is derived.
const DERIVED: [&str; 8] = ["Clone", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"];

/// The module of the outermost file, in paths.
const OUTERMOST: &str = "r#mod";

/// How many names a path has at most that may be imported.
const DEEPEST: usize = 3;

const ROOTS: [&str; 5] = ["std", "serde", "serde_json", "apispec_runtime", "here"];

/// A file with short names, and the imports it needs. `exported` are the types that the file gives away from the files below it.
pub(super) fn shortened(mods: TokenStream, tokens: TokenStream, place: Place<'_>, exported: &[&str]) -> TokenStream {
    let nodes = nodes(tokens);
    let mut found = Found::default();
    found.look(&nodes);
    let Found { mut paths, defined, called } = found;
    paths.extend(called.iter().map(|path| (*path).to_owned()));
    let mut taken: BTreeMap<String, String> = defined.into_iter().map(|name| (name, String::new())).collect();
    let here: BTreeSet<String> = taken.keys().cloned().collect();
    // What the module gives away must not be hidden by an import.
    for name in exported {
        taken.entry((*name).to_owned()).or_default();
    }
    for path in paths.iter().filter(|path| path.starts_with("here::")) {
        // A type that stands in this file has this path too.
        taken.insert(last(path).to_owned(), path.clone());
    }
    let mut shorter: BTreeMap<String, bool> = BTreeMap::new();
    // What comes first in the sorted list gets the name: `apispec_runtime` before `std`.
    for path in &paths {
        let owner = taken.entry(last(path).to_owned()).or_insert_with(|| path.clone());
        let apart =
            path.starts_with("here::") && DERIVED.contains(&last(path)) && !here.contains(last(path)) && origin(path, place).is_some();
        shorter.insert(path.clone(), owner == path && !apart);
    }
    let mut uses: BTreeMap<(usize, String), BTreeSet<String>> = BTreeMap::new();
    for path in shorter.iter().filter(|(_, short)| **short).map(|(path, _)| path) {
        let prelude = KNOWN.iter().any(|(known, prelude)| known == path && *prelude);
        let own = path.starts_with("here::") && here.contains(last(path));
        let Some((parent, name)) = (if prelude || own { None } else { origin(path, place) }) else { continue };
        uses.entry((rank(&parent), parent)).or_default().insert(name);
    }
    let unnamed = called.iter().filter(|path| shorter.get(**path) == Some(&false)).map(|path| {
        let path: TokenStream = format!("::{path}").parse().unwrap_or_default();
        quote!(use #path as _;)
    });
    let unnamed: TokenStream = unnamed.collect();
    let body = rewritten(nodes, &shorter, place);
    // As rustfmt sorts them: by the whole path, and lists after single names.
    let mut uses: Vec<_> = uses.iter().collect();
    uses.sort_by_key(|((rank, parent), names)| {
        let only = names.first().filter(|_| names.len() == 1);
        (*rank, only.map_or_else(|| format!("{parent}::{{"), |only| format!("{parent}::{only}")))
    });
    let uses = uses.into_iter().map(|((_, parent), names)| {
        // A module with types has a child of this name.
        let root = if parent.starts_with("serde") && place.depth == 0 { "::" } else { "" };
        let parent: TokenStream = format!("{root}{parent}").parse().unwrap_or_default();
        let names = names.iter().map(|name| Ident::new(name, Span::call_site()));
        let mut names: Vec<Ident> = names.collect();
        match names.pop() {
            Some(only) if names.is_empty() => quote!(use #parent::#only;),
            Some(last) => quote!(use #parent::{#(#names,)* #last};),
            None => TokenStream::new(),
        }
    });
    quote!(#mods #(#uses)* #unnamed #body)
}

/// The standard library comes first, and what is near comes last.
fn rank(parent: &str) -> usize {
    match parent.split("::").next() {
        Some("std") => 0,
        Some("self" | "super") => 2,
        _ => 1,
    }
}

/// The module that a path is imported from, and its name; `None` if it is there already.
fn origin(path: &str, place: Place<'_>) -> Option<(String, String)> {
    let (parent, name) = path.rsplit_once("::")?;
    let Some(module) = parent.strip_prefix("here") else { return Some((parent.to_owned(), name.to_owned())) };
    // No tag has a module that is called like the outermost file.
    let module = module.trim_start_matches("::");
    let module = if module == OUTERMOST { "" } else { module };
    let near = place.module == module;
    if near && place.depth == 0 {
        return None;
    }
    let steps = if near || place.module.is_empty() { place.depth } else { place.depth + 1 };
    let up = if steps == 0 { "self".to_owned() } else { vec!["super"; steps].join("::") };
    if near {
        return Some((up, name.to_owned()));
    }
    let parent = if module.is_empty() { up } else { format!("{up}::{module}") };
    Some((parent, name.to_owned()))
}

fn last(path: &str) -> &str {
    path.rsplit_once("::").map_or(path, |(_, name)| name)
}

/// The path that begins at `tokens[at]` and can be imported, and how many tokens it has.
fn path_at(tokens: &[TokenTree], at: usize) -> Option<(String, usize)> {
    // Most tokens begin no path; those that do must be told without cost.
    if !is_colon(tokens.get(at), Spacing::Joint) {
        return None;
    }
    match tokens.get(at + 2) {
        Some(TokenTree::Ident(root)) if ROOTS.iter().any(|known| root == known) => {}
        _ => return None,
    }
    let mut path = String::new();
    let (mut count, mut found) = (0, None);
    let mut next = at;
    while is_colon(tokens.get(next), Spacing::Joint) && is_colon(tokens.get(next + 1), Spacing::Alone) {
        let Some(TokenTree::Ident(name)) = tokens.get(next + 2) else { break };
        let _ = if count == 0 { write!(path, "{name}") } else { write!(path, "::{name}") };
        count += 1;
        next += 3;
        if is_known(&path, count) {
            found = Some((path.len(), next - at));
        }
        if count == DEEPEST {
            break;
        }
    }
    let (length, taken) = found?;
    path.truncate(length);
    Some((path, taken))
}

/// Whether a path of so many names may be imported: to something of the runtime, of the client itself, or that is known.
fn is_known(path: &str, count: usize) -> bool {
    match count {
        2 if path.starts_with("apispec_runtime::") => true,
        3 if path.starts_with("here::") => true,
        _ => KNOWN.iter().any(|(known, _)| *known == path),
    }
}

fn is_colon(token: Option<&TokenTree>, spacing: Spacing) -> bool {
    // The second colon may be joint too, as in `::<`; the first always is.
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':' && (punct.spacing() == spacing || spacing == Spacing::Alone))
}

/// Tokens taken apart once, so that they are looked at and put together again without being copied.
enum Node {
    Token(TokenTree),
    Group(Delimiter, Span, Vec<Node>),
    /// A path that can be imported, and its tokens.
    Path(String, Vec<TokenTree>),
}

fn nodes(tokens: TokenStream) -> Vec<Node> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut paths = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match path_at(&tokens, at) {
            Some((path, length)) => {
                paths.push((at, path, length));
                at += length;
            }
            None => at += 1,
        }
    }
    let mut paths = paths.into_iter().peekable();
    let mut tokens = tokens.into_iter().enumerate();
    let mut nodes = Vec::with_capacity(tokens.len());
    while let Some((at, token)) = tokens.next() {
        if let Some((_, path, length)) = paths.next_if(|(start, ..)| *start == at) {
            let rest = tokens.by_ref().take(length - 1).map(|(_, token)| token);
            nodes.push(Node::Path(path, std::iter::once(token).chain(rest).collect()));
            continue;
        }
        nodes.push(match token {
            TokenTree::Group(group) => {
                let (delimiter, span, inner) = (group.delimiter(), group.span(), group.stream());
                // The tokens inside are copied unless they have one owner.
                drop(group);
                Node::Group(delimiter, span, self::nodes(inner))
            }
            other => Node::Token(other),
        });
    }
    nodes
}

/// What a file contains, found in one walk.
#[derive(Default)]
struct Found {
    paths: BTreeSet<String>,
    /// What the file itself defines, and so cannot import.
    defined: BTreeSet<String>,
    /// The traits whose methods are called.
    called: BTreeSet<&'static str>,
}

impl Found {
    fn look(&mut self, nodes: &[Node]) {
        let mut before: Option<&Node> = None;
        for node in nodes {
            match (node, before) {
                (Node::Path(path, _), _) if !self.paths.contains(path) => {
                    self.paths.insert(path.clone());
                }
                (Node::Group(_, _, inner), _) => self.look(inner),
                (Node::Token(TokenTree::Ident(name)), Some(Node::Token(TokenTree::Ident(keyword))))
                    if keyword == "struct" || keyword == "enum" =>
                {
                    self.defined.insert(name.to_string());
                }
                (Node::Token(TokenTree::Ident(name)), Some(Node::Token(TokenTree::Punct(before)))) => {
                    let call = CALLED.iter().find(|(method, punct, _)| before.as_char() == *punct && name == method);
                    self.called.extend(call.map(|(.., path)| *path));
                }
                _ => {}
            }
            before = Some(node);
        }
    }
}

fn rewritten(nodes: Vec<Node>, shorter: &BTreeMap<String, bool>, place: Place<'_>) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node {
            Node::Token(token) => out.push(token),
            Node::Group(delimiter, span, inner) => {
                let mut group = Group::new(delimiter, rewritten(inner, shorter, place));
                group.set_span(span);
                out.push(TokenTree::Group(group));
            }
            Node::Path(path, _) if shorter.get(&path) == Some(&true) => out.push(TokenTree::Ident(super::text::ident(last(&path)))),
            Node::Path(path, tokens) => match path.starts_with("here::").then(|| origin(&path, place)).flatten() {
                Some((parent, name)) => out.extend(format!("{parent}::{name}").parse::<TokenStream>().unwrap_or_default()),
                None => out.extend(tokens),
            },
        }
    }
    out.into_iter().collect()
}
