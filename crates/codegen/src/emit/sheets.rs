//! A client -> the files that it has, before one of them is printed: what is in each, where it stands, and which files it names.
//!
//! Which file something is in depends on what it is, and on its name where there is too much for one file.

use std::collections::BTreeMap;

use apispec::{Problem, Report};
use proc_macro2::TokenStream;
use quote::quote;

use super::imports::{Place, shortened};
use super::pieces::{self, Pieces, Sized, divided};
use super::plan::Plan;
use super::{SHARED, SourceFile, api_md, events, module, operations, serde, text, types, values};
use crate::ir::{Group, Operation, Shape, TypeDef};
use crate::layout;

/// The file of the objects of a group, which only its own module names.
const OBJECTS: &str = "types";
/// The same for the objects that several groups use, where the module itself cannot hold them.
const SHARED_OBJECTS: &str = "objects";
/// The file of unions.
const UNIONS: &str = "unions";
/// The file of enums and ids.
const VALUES: &str = "values";
/// The file of what says how objects and unions travel.
const TRAVEL: &str = "serde";
/// The file of the events of streams.
const EVENTS: &str = "events";
/// The folder of the calls of a group that has many.
const CALLS: &str = "calls";

/// A file before it is printed.
pub(super) struct Sheet<'a> {
    /// Its path.
    path: String,
    /// What is said at its top.
    about: String,
    /// The files below it.
    children: Vec<String>,
    /// Where it stands.
    module: &'a str,
    depth: usize,
    content: Content<'a>,
}

/// What a file holds beside the names of those below it.
enum Content<'a> {
    /// The page about the client.
    Page(&'a [String]),
    /// The client.
    Root(&'a [String]),
    /// The codes of refusals.
    Codes,
    /// Values that the client does not know.
    Unknown,
    /// A group with all its calls.
    Group(&'a Group),
    /// A group whose calls stand elsewhere.
    Head(&'a Group),
    /// Calls of a group.
    Calls(&'a Group, Vec<&'a Operation>),
    /// The events of the streams of a group.
    Events(&'a Group),
    /// Objects or unions.
    Readable(Vec<&'a TypeDef>),
    /// Enums and ids.
    Values(Vec<&'a TypeDef>),
    /// How types travel.
    Travel(Vec<&'a TypeDef>),
    /// Nothing.
    Nothing,
}

/// What decides the file of a type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Object,
    Union,
    Value,
}

impl Kind {
    fn of(def: &TypeDef) -> Self {
        match def.shape {
            Shape::Enum(_) | Shape::Id => Self::Value,
            Shape::Union(_) => Self::Union,
            Shape::Struct(_) | Shape::Framed(_) | Shape::Alias(_) => Self::Object,
        }
    }
}

/// What is not about one group.
pub(super) fn outermost<'a>(plan: &Plan<'a>, modules: &'a [String]) -> Vec<Sheet<'a>> {
    let api = plan.api;
    let sheet =
        |path: &str, about: String, content| Sheet { path: path.to_owned(), about, children: Vec::new(), module: "", depth: 0, content };
    let about = format!("{}. {}", api.title.trim_end_matches('.'), api.docs);
    let mut sheets = vec![sheet("API.md", String::new(), Content::Page(modules)), sheet("mod.rs", about, Content::Root(modules))];
    if !api.codes.is_empty() {
        sheets.push(sheet("codes.rs", "The codes of refusals.".to_owned(), Content::Codes));
    }
    if plan.has_enums() {
        sheets.push(sheet("unknown.rs", "Values that this client does not know.".to_owned(), Content::Unknown));
    }
    sheets
}

/// The calls of a group, and below them its types, values and events.
pub(super) fn group<'a>(plan: &Plan<'a>, group: &'a Group, sheets: &mut Vec<Sheet<'a>>) {
    let module = plan.names.group(&group.name).file.as_str();
    let mut folder = Folder { module, children: Vec::new(), sheets };
    let calls = group.operations.iter().map(|operation| Sized {
        name: plan.names.operation(&operation.id).builder.as_str(),
        lines: pieces::lines_of_call(plan, operation),
        thing: operation,
    });
    let content = match divided(calls.collect()) {
        Pieces::One(_) => Content::Group(group),
        Pieces::Several(pieces) => {
            folder.pieces(CALLS, &format!("Calls of {}.", group.name), pieces, |calls| Content::Calls(group, calls));
            Content::Head(group)
        }
    };
    if group.operations.iter().any(|operation| operation.events.is_some()) {
        folder.child(EVENTS, format!("The events of {}.", group.name), Content::Events(group));
    }
    folder.halves(plan, OBJECTS);
    let children = folder.children;
    sheets.push(Sheet { path: format!("{module}.rs"), about: group.docs.clone(), children, module, depth: 0, content });
}

/// The types that several groups use: the objects stand in the module itself.
pub(super) fn shared<'a>(plan: &Plan<'a>, sheets: &mut Vec<Sheet<'a>>) {
    let types = plan.types_of(SHARED);
    if types.is_empty() {
        return;
    }
    let mut folder = Folder { module: SHARED, children: Vec::new(), sheets };
    let near = folder.halves(plan, "");
    let children = folder.children;
    let about = "Types that several groups of operations share.".to_owned();
    sheets.push(Sheet { path: format!("{SHARED}.rs"), about, children, module: SHARED, depth: 0, content: Content::Readable(near) });
}

/// The files below a module, while they are found.
struct Folder<'a, 's> {
    module: &'a str,
    children: Vec<String>,
    sheets: &'s mut Vec<Sheet<'a>>,
}

impl<'a> Folder<'a, '_> {
    /// The types of a module. The objects stand in the file `objects`; without a name for it they are given back, unless they are too many.
    fn halves(&mut self, plan: &Plan<'a>, objects: &'static str) -> Vec<&'a TypeDef> {
        let types = plan.types_of(self.module);
        let sized =
            |def: &&'a TypeDef, lines: fn(&TypeDef) -> usize| Sized { name: plan.names.ty(&def.id), lines: lines(def), thing: *def };
        let travel = types.iter().filter(|def| pieces::travels(plan, def)).map(|def| sized(def, pieces::lines_of_travel));
        self.file(TRAVEL, "How objects and unions travel.", divided(travel.collect()), Content::Travel);
        let of = |kind| types.iter().filter(move |def| Kind::of(def) == kind).map(|def| sized(def, pieces::lines)).collect();
        let about = "Objects that are sent and received.";
        let near = match (divided(of(Kind::Object)), objects) {
            (Pieces::One(near), "") => near,
            (pieces, objects) => {
                self.file(if objects.is_empty() { SHARED_OBJECTS } else { objects }, about, pieces, Content::Readable);
                Vec::new()
            }
        };
        self.file(UNIONS, "What is one of several things.", divided(of(Kind::Union)), Content::Readable);
        self.file(VALUES, "Ids, and texts of which some are known.", divided(of(Kind::Value)), Content::Values);
        near
    }

    /// A file below the module, or a folder of them; none if there is nothing in it.
    fn file<T>(&mut self, name: &'static str, about: &str, pieces: Pieces<T>, content: impl Fn(Vec<T>) -> Content<'a>) {
        match pieces {
            Pieces::One(things) if things.is_empty() => {}
            Pieces::One(things) => self.child(name, about.to_owned(), content(things)),
            Pieces::Several(pieces) => self.pieces(name, about, pieces, content),
        }
    }

    fn child(&mut self, name: &'static str, about: String, content: Content<'a>) {
        self.children.push(name.to_owned());
        let path = format!("{}/{name}.rs", self.module);
        self.sheets.push(Sheet { path, about, children: Vec::new(), module: self.module, depth: 1, content });
    }

    fn pieces<T>(&mut self, name: &'static str, about: &str, pieces: BTreeMap<String, Vec<T>>, content: impl Fn(Vec<T>) -> Content<'a>) {
        self.child(name, about.to_owned(), Content::Nothing);
        if let Some(folder) = self.sheets.last_mut() {
            folder.children = pieces.keys().cloned().collect();
        }
        for (piece, things) in pieces {
            let path = format!("{}/{name}/{piece}.rs", self.module);
            let content = content(things);
            self.sheets.push(Sheet { path, about: about.to_owned(), children: Vec::new(), module: self.module, depth: 2, content });
        }
    }
}

impl<'a> Sheet<'a> {
    /// Prints the file.
    pub(super) fn printed(&self, plan: &Plan<'a>) -> Result<SourceFile, Report> {
        let source = &plan.api.source;
        let path = self.path.clone();
        if let Content::Page(modules) = &self.content {
            return Ok(SourceFile { path, text: api_md::text(plan, modules) });
        }
        let header = format!("// @generated by `cargo xtask codegen` from {source}. Do not edit.\n{}", text::inner_docs(&self.about));
        let items = self.items(plan)?;
        let place = Place { module: self.module, depth: self.depth };
        match layout::file(&header, shortened(self.mods(plan), items, place, &self.exported(plan))) {
            Ok(text) => Ok(SourceFile { path, text }),
            Err(message) => {
                let message = format!("{path} would not be Rust: {message}");
                Err(Problem::new("emit", source, message, "this is a mistake of the generator, so report it").into())
            }
        }
    }

    fn mods(&self, plan: &Plan<'a>) -> TokenStream {
        if let Content::Root(modules) = &self.content {
            return module::mods(plan, modules);
        }
        let own = self.path.trim_end_matches(".rs").rsplit('/').next().unwrap_or_default();
        let mods = self.children.iter().map(|name| {
            let ident = text::ident(name);
            let same =
                (name == own).then(|| quote!(#[allow(clippy::module_inception, reason = "the group is called like what the file holds")]));
            quote!(#same mod #ident;)
        });
        // How types travel has no names.
        let named = own != TRAVEL || self.depth == 0;
        let shown = self.children.iter().filter(|name| named && name.as_str() != TRAVEL).map(|name| text::ident(name));
        quote!(#(#mods)* #(pub use self::#shown::*;)*)
    }

    /// The names that the file gives away from those below it.
    fn exported(&self, plan: &'a Plan<'a>) -> Vec<&'a str> {
        if self.depth > 0 {
            return Vec::new();
        }
        let types = plan.types_of(self.module);
        let types = types.iter().map(|def| plan.names.ty(&def.id));
        let calls: &[Operation] = if let Content::Head(group) = &self.content { &group.operations } else { &[] };
        types.chain(calls.iter().map(|operation| plan.names.operation(&operation.id).builder.as_str())).collect()
    }

    fn items(&self, plan: &Plan<'a>) -> Result<TokenStream, Report> {
        Ok(match &self.content {
            Content::Page(_) | Content::Nothing => TokenStream::new(),
            Content::Root(_) => module::root(plan),
            Content::Codes => module::codes(plan),
            Content::Unknown => module::unknown(),
            Content::Group(group) => operations::group(plan, group),
            Content::Head(group) => operations::head(plan, group),
            Content::Calls(group, calls) => operations::calls(plan, group, calls),
            Content::Events(group) => events_of(plan, group)?,
            Content::Readable(types) => types.iter().map(|def| types::definition(plan, def)).collect(),
            Content::Values(types) => types.iter().map(|def| values::definition(plan, def)).collect(),
            Content::Travel(types) => types.iter().map(|def| serde::impls(plan, def)).collect(),
        })
    }
}

fn events_of(plan: &Plan<'_>, group: &Group) -> Result<TokenStream, Report> {
    let (mut events, mut problems) = (TokenStream::new(), Vec::new());
    for operation in &group.operations {
        match operation.events.as_ref().map(|table| events::events(plan, operation, table)) {
            Some(Ok(tokens)) => events.extend(tokens),
            Some(Err(report)) => problems.extend(report.problems().to_vec()),
            None => {}
        }
    }
    if problems.is_empty() { Ok(events) } else { Err(Report::new(problems)) }
}
