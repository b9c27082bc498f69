//! A document -> an [`Api`], before anything is decided about how it looks in Rust.
//!
//! This is the only place that sees `openapiv3` and the extensions. Each schema of the components becomes a type, and an inline object or
//! enum becomes one that is named after what holds it. Whatever cannot be expressed is a problem; all of them are found in one run.

mod document;
mod extensions;
mod losses;
mod members;
mod operations;
mod paths;
mod schemas;
mod security;
mod streams;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use apispec::{Document, Pointer, Problem, Report};
use openapiv3::{ReferenceOr, Schema};
pub(crate) use operations::is_json;
use serde_json::Value;

use crate::ir::{Api, TypeDef, TypeId};

/// Lowers a document.
///
/// # Errors
/// Everything that cannot be expressed, each with its place.
pub fn api(document: &Document) -> Result<Api, Report> {
    lowered(document, false)
}

/// Lowers a document that nobody normalised. What cannot be expressed is noted, and has a fallback.
///
/// # Errors
/// The document does not fit the model of OpenAPI.
pub(crate) fn foreign_api(document: &Document) -> Result<Api, Report> {
    lowered(document, true)
}

fn lowered(document: &Document, foreign: bool) -> Result<Api, Report> {
    let model = document.model()?;
    let none = openapiv3::Components::default();
    let components = model.components.as_ref().unwrap_or(&none);
    let mut context = Context {
        document,
        components,
        types: BTreeMap::new(),
        losses: Vec::new(),
        problems: Vec::new(),
        foreign,
        inline: BTreeMap::new(),
        taken: BTreeSet::new(),
    };
    schemas::define_all(&mut context);
    let mut api = document::lower(&mut context, &model);
    if foreign {
        api.fallbacks = std::mem::take(&mut context.problems);
    }
    if context.problems.is_empty() { Ok(api) } else { Err(Report::new(context.problems)) }
}

/// What lowering knows and collects.
struct Context<'m> {
    document: &'m Document,
    components: &'m openapiv3::Components,
    types: BTreeMap<TypeId, TypeDef>,
    /// What is not kept of the type that is being defined.
    losses: Vec<Problem>,
    problems: Vec<Problem>,
    /// Whether nobody normalised the document.
    foreign: bool,
    /// What inline schemas have become that are defined, or about to be. One that is merged into several objects is one type where nobody
    /// normalised the document; where somebody did, only what would contain itself without end is.
    inline: BTreeMap<Pointer, TypeId>,
    /// The names of all of them.
    taken: BTreeSet<TypeId>,
}

impl<'m> Context<'m> {
    fn problem(&mut self, rule: &'static str, at: &Pointer, message: impl Into<String>, help: &str) {
        self.problems.push(Problem::new(rule, self.document.file(), message, help).at(at.clone()));
    }

    /// The schema of this name, through references from one component to another.
    fn schema(&self, name: &str) -> Option<(&'m Schema, Pointer)> {
        let mut name = name;
        // A document whose references run in circles has been refused; the bound is for safety only.
        for _ in 0..64 {
            match self.components.schemas.get(name)? {
                ReferenceOr::Item(schema) => return Some((schema, schema_pointer(name))),
                ReferenceOr::Reference { reference } => name = schema_name(reference)?,
            }
        }
        None
    }

    /// The name of the schema that a reference leads to; a problem if there is none.
    fn target(&mut self, reference: &'m str, at: &Pointer) -> Option<&'m str> {
        let name = schema_name(reference).filter(|name| self.components.schemas.contains_key(*name));
        if name.is_none() {
            let message = format!("the reference `{reference}` does not lead to a schema of this document");
            self.problem("reference", at, message, "refer to a schema under #/components/schemas");
        }
        name
    }

    /// The name of an inline schema. In a document that nobody normalised it gives way to those that are there already.
    fn inline(&mut self, name: &str) -> TypeId {
        let mut id = TypeId(name.to_owned());
        if self.foreign {
            while self.types.contains_key(&id) || self.components.schemas.contains_key(&id.0) || !self.taken.insert(id.clone()) {
                id.0.push_str("Inline");
            }
        }
        id
    }

    /// Adds a type; a problem if there is another of this name.
    fn add(&mut self, definition: TypeDef) {
        if let Some(other) = self.types.get(&definition.id) {
            let message = format!("an inline schema would be called `{}`, like the one at {}", definition.id.0, other.origin);
            self.problem(
                "inline-name",
                &definition.origin,
                message,
                "move the inline schema to #/components/schemas under a name of its own",
            );
            return;
        }
        self.types.insert(definition.id.clone(), definition);
    }
}

/// The place of a schema of the components.
fn schema_pointer(name: &str) -> Pointer {
    Pointer::root().child("components").child("schemas").child(name)
}

/// The name in a reference to a schema of the components.
fn schema_name(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/components/schemas/").filter(|name| !name.contains('/'))
}

/// A number as the text that stands for it, and a text as it is.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests;
