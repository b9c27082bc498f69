//! IR and names -> the files of a client, in memory.
//!
//! Emitters print what was decided before. Paths of the files are relative to the module of the API; `API.md` stands beside them.
//!
//! A group of operations is `sessions.rs` with its calls, `sessions/types.rs` with objects, `sessions/unions.rs` with unions,
//! `sessions/values.rs` with enums and ids, `sessions/serde.rs` with how objects and unions travel, and `sessions/events.rs` with what its streams say.

mod api_md;
mod builders;
mod checks;
mod events;
mod forms;
mod imports;
mod module;
mod operations;
mod plan;
mod serde;
mod text;
mod types;
mod unions;
mod values;

use std::sync::atomic::{AtomicUsize, Ordering};

use apispec::{Problem, Report};
use imports::{Place, shortened};
use plan::Plan;
use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Api, Group, Shape, TypeDef};
use crate::layout;
use crate::name::Names;

/// A file of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Its path, relative to the folder of the API's module.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The module of the types that several groups use.
const SHARED: &str = "types";
/// The file of the objects of a group, which only its own module names.
const OBJECTS: &str = "types";
/// The file of unions.
const UNIONS: &str = "unions";
/// The file of enums and ids.
const VALUES: &str = "values";
/// The file of what says how objects and unions travel.
const TRAVEL: &str = "serde";
/// The file of the events of streams.
const EVENTS: &str = "events";

/// Prints a client.
///
/// # Errors
///
/// A stream whose payload is not where it is said to be, and mistakes of the emitters themselves.
pub fn files(api: &Api, names: &Names) -> Result<Vec<SourceFile>, Report> {
    let plan = Plan::new(api, names);
    let mut modules: Vec<String> = api.groups.iter().map(|group| names.group(&group.name).file.clone()).collect();
    let shared = !plan.types_of(SHARED).is_empty();
    if shared {
        modules.push(SHARED.to_owned());
    }
    let mut parts: Vec<Part<'_>> = api.groups.iter().map(Part::Group).collect();
    if shared {
        parts.push(Part::Shared);
    }
    parts.push(Part::Root(&modules));
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    for part in printed(&plan, &parts) {
        files.extend(part.files);
        problems.extend(part.problems);
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    if problems.is_empty() { Ok(files) } else { Err(Report::new(problems)) }
}

/// Prints the parts. None needs another one, and laying out takes most of the time, so each processor takes the next that is left.
fn printed<'a>(plan: &'a Plan<'a>, parts: &'a [Part<'a>]) -> Vec<Printer<'a>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut printed = Vec::new();
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            printed.push(Printer::of(plan, part));
        }
        printed
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(parts.len());
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

/// A part of a client that is printed by itself.
enum Part<'a> {
    /// One group, with its types.
    Group(&'a Group),
    /// The types that several groups use.
    Shared,
    /// What is not about one group; the modules that there are.
    Root(&'a [String]),
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

/// What has been printed of a part.
struct Printer<'a> {
    plan: &'a Plan<'a>,
    files: Vec<SourceFile>,
    problems: Vec<Problem>,
}

impl<'a> Printer<'a> {
    fn of(plan: &'a Plan<'a>, part: &Part<'_>) -> Self {
        let mut printer = Self { plan, files: Vec::new(), problems: Vec::new() };
        match part {
            Part::Group(group) => printer.group(group),
            Part::Shared => printer.shared(),
            Part::Root(modules) => printer.root(modules),
        }
        printer
    }

    /// What is not about one group.
    fn root(&mut self, modules: &[String]) {
        let (plan, api) = (self.plan, self.plan.api);
        let outermost = Place { module: "", child: false };
        if !api.codes.is_empty() {
            self.file("codes.rs", "The codes of refusals.", TokenStream::new(), module::codes(plan), outermost);
        }
        if plan.has_enums() {
            self.file("unknown.rs", "Values that this client does not know.", TokenStream::new(), module::unknown(), outermost);
        }
        let about = format!("{}. {}", api.title.trim_end_matches('.'), api.docs);
        self.file("mod.rs", &about, module::mods(plan, modules), module::root(plan), outermost);
        self.files.push(SourceFile { path: "API.md".to_owned(), text: api_md::text(plan, modules) });
    }

    /// The calls of a group, and below them its types, values and events. Which file something is in depends on what it is and on nothing
    /// else, so that a change of one operation moves nothing.
    fn group(&mut self, group: &Group) {
        let plan = self.plan;
        let module = plan.names.group(&group.name).file.as_str();
        let mut mods = Vec::new();
        let events = self.events(group);
        if !events.is_empty() {
            let about = format!("The events of {}.", group.name);
            self.child(module, EVENTS, &about, quote!(#(#events)*));
            mods.push(EVENTS);
        }
        mods.extend(self.halves(module, true));
        let mods = children(module, &mods);
        self.file(&format!("{module}.rs"), &group.docs, mods, operations::group(plan, group), Place { module, child: false });
    }

    /// The types that several groups use: the objects stand in the module itself.
    fn shared(&mut self) {
        let mods = self.halves(SHARED, false);
        let objects = self.definitions(&self.plan.types_of(SHARED), Kind::Object);
        let about = "Types that several groups of operations share.";
        self.file(&format!("{SHARED}.rs"), about, children(SHARED, &mods), objects, Place { module: SHARED, child: false });
    }

    /// The files below a module. Gives those that there are. The objects are left out where they stand in the module itself.
    fn halves(&mut self, module: &str, objects: bool) -> Vec<&'static str> {
        let plan = self.plan;
        let types = plan.types_of(module);
        let mut names = Vec::new();
        let travel: Vec<TokenStream> = types.iter().map(|def| serde::impls(plan, def)).collect();
        let travel = quote!(#(#travel)*);
        if !travel.is_empty() {
            self.child(module, TRAVEL, "How objects and unions travel.", travel);
            names.push(TRAVEL);
        }
        for (kind, name, about) in [
            (Kind::Object, OBJECTS, "Objects that are sent and received."),
            (Kind::Union, UNIONS, "What is one of several things."),
            (Kind::Value, VALUES, "Ids, and texts of which some are known."),
        ] {
            let tokens = self.definitions(&types, kind);
            if !tokens.is_empty() && (objects || kind != Kind::Object) {
                self.child(module, name, about, tokens);
                names.push(name);
            }
        }
        names
    }

    fn definitions(&self, types: &[&TypeDef], kind: Kind) -> TokenStream {
        let types = types.iter().filter(|def| Kind::of(def) == kind);
        let definitions = types.map(|def| match kind {
            Kind::Value => values::definition(self.plan, def),
            Kind::Object | Kind::Union => types::definition(self.plan, def),
        });
        definitions.collect()
    }

    fn events(&mut self, group: &Group) -> Vec<TokenStream> {
        let mut events = Vec::new();
        for operation in &group.operations {
            let Some(table) = &operation.events else { continue };
            match events::events(self.plan, operation, table) {
                Ok(tokens) => events.push(tokens),
                Err(report) => self.problems.extend(report.problems().to_vec()),
            }
        }
        events
    }

    fn child(&mut self, module: &str, name: &str, about: &str, items: TokenStream) {
        self.file(&format!("{module}/{name}.rs"), about, TokenStream::new(), items, Place { module, child: true });
    }

    fn file(&mut self, path: &str, about: &str, mods: TokenStream, items: TokenStream, place: Place<'_>) {
        let source = &self.plan.api.source;
        let header = format!("// @generated by `cargo xtask codegen` from {source}. Do not edit.\n{}", text::inner_docs(about));
        let types = if place.child { Vec::new() } else { self.plan.types_of(place.module) };
        let exported: Vec<&str> = types.iter().map(|def| self.plan.names.ty(&def.id)).collect();
        match layout::file(&header, shortened(mods, items, place, &exported)) {
            Ok(text) => self.files.push(SourceFile { path: path.to_owned(), text }),
            Err(message) => {
                let message = format!("{path} would not be Rust: {message}");
                self.problems.push(Problem::new("emit", source, message, "this is a mistake of the generator, so report it"));
            }
        }
    }
}

/// The files below a module, and what is taken out of them.
fn children(module: &str, names: &[&str]) -> TokenStream {
    let mods = names.iter().map(|name| {
        let ident = text::ident(name);
        let same =
            (*name == module).then(|| quote!(#[allow(clippy::module_inception, reason = "the group is called like what the file holds")]));
        quote!(#same mod #ident;)
    });
    let shown = names.iter().filter(|name| **name != TRAVEL).map(|name| text::ident(name));
    quote!(#(#mods)* #(pub use self::#shown::*;)*)
}

#[cfg(test)]
mod tests;
