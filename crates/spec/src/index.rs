//! A document -> everything in it, by kind and place.
//!
//! The walk follows [`grammar`](crate::grammar), so that each object is known for what it is: a `required` inside a schema is told from a
//! property of that name. What the grammar does not allow is noted as a problem. References are not followed by the walk; `resolve` does.

mod references;
mod usage;
mod walk;

use std::collections::HashMap;

use serde_json::{Map, Value};

pub(crate) use references::check_cycles;
pub use references::extension_references;
pub use usage::Usage;
pub(crate) use usage::mapping_target;

use crate::grammar::{Kind, METHODS};
use crate::{Document, Pointer, Problem};

/// An object of a document.
#[derive(Clone, Debug)]
pub struct Place<'d> {
    /// What it is, or what it refers to.
    pub kind: Kind,
    /// Where it is.
    pub pointer: Pointer,
    /// The object itself, or the reference that stands in its place.
    pub value: &'d Value,
    /// The object that it is in, as a position in [`Index::places`].
    pub parent: Option<usize>,
}

impl<'d> Place<'d> {
    /// The target if this is a reference: `#/components/schemas/Session`.
    #[must_use]
    pub fn reference(&self) -> Option<&'d str> {
        if self.kind.is_referable() || self.kind == Kind::PathItem { self.value.get("$ref").and_then(Value::as_str) } else { None }
    }

    /// A member that is text.
    #[must_use]
    pub fn text(&self, member: &str) -> Option<&'d str> {
        self.value.get(member).and_then(Value::as_str)
    }
}

/// An object that was found through zero or more references.
#[derive(Clone, Debug)]
pub struct Target<'d> {
    /// Where the object or the first reference to it stands.
    pub stands: Pointer,
    /// Where the object is.
    pub pointer: Pointer,
    /// The object.
    pub value: &'d Value,
}

/// An operation, with its references resolved.
#[derive(Clone, Debug)]
pub struct Operation<'d> {
    /// Where it is.
    pub pointer: Pointer,
    /// Its path template.
    pub path: &'d str,
    /// Its method, in lower case.
    pub method: &'static str,
    /// The operation itself.
    pub value: &'d Value,
    /// Its parameters, and those of its path that it does not replace.
    pub parameters: Vec<Target<'d>>,
    /// Its request body.
    pub body: Option<Target<'d>>,
    /// Its responses by status.
    pub responses: Vec<(&'d str, Target<'d>)>,
}

impl<'d> Operation<'d> {
    /// The operationId, or method and path where there is none.
    #[must_use]
    pub fn name(&self) -> String {
        self.value
            .get("operationId")
            .and_then(Value::as_str)
            .map_or_else(|| format!("{} {}", self.method.to_uppercase(), self.path), str::to_owned)
    }

    /// The responses that mean success: 2XX, or `default` when it stands alone.
    pub fn successes(&self) -> impl Iterator<Item = &(&'d str, Target<'d>)> {
        let alone = self.responses.len() == 1;
        self.responses.iter().filter(move |(status, _)| status.starts_with('2') || (alone && *status == "default"))
    }
}

/// Everything that a document holds.
#[derive(Debug)]
pub struct Index<'d> {
    document: &'d Document,
    places: Vec<Place<'d>>,
    children: Vec<Vec<usize>>,
    by_pointer: HashMap<Pointer, usize>,
    operations: Vec<Operation<'d>>,
    usage: Vec<Usage>,
    problems: Vec<Problem>,
}

impl<'d> Index<'d> {
    /// Walks the document.
    #[must_use]
    pub fn of(document: &'d Document) -> Self {
        let (places, problems) = walk::places(document);
        let by_pointer = places.iter().enumerate().map(|(position, place)| (place.pointer.clone(), position)).collect();
        let mut children = vec![Vec::new(); places.len()];
        for (position, place) in places.iter().enumerate() {
            if let Some(parent) = place.parent {
                children[parent].push(position);
            }
        }
        let mut index = Self { document, places, children, by_pointer, operations: Vec::new(), usage: Vec::new(), problems };
        index.operations = index.find_operations();
        index.usage = usage::of(&index);
        index
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> &'d Document {
        self.document
    }

    /// What the grammar of OpenAPI does not allow: unknown keys, wrong types, missing members, references that lead nowhere.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Every object, in the order of the document.
    #[must_use]
    pub fn places(&self) -> &[Place<'d>] {
        &self.places
    }

    /// Every object of one kind, references to such objects included.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Place<'d>> {
        self.places.iter().filter(move |place| place.kind == kind)
    }

    /// Every schema that is not a mere reference.
    pub fn schemas(&self) -> impl Iterator<Item = &Place<'d>> {
        self.of_kind(Kind::Schema).filter(|place| place.reference().is_none())
    }

    /// The object at `pointer`.
    #[must_use]
    pub fn at(&self, pointer: &Pointer) -> Option<&Place<'d>> {
        self.by_pointer.get(pointer).map(|&position| &self.places[position])
    }

    /// The object that holds `place`.
    #[must_use]
    pub fn parent(&self, place: &Place<'d>) -> Option<&Place<'d>> {
        place.parent.map(|position| &self.places[position])
    }

    /// The objects directly within `place`.
    pub fn children(&self, place: &Place<'d>) -> impl Iterator<Item = &Place<'d>> {
        let position = self.by_pointer.get(&place.pointer);
        position.into_iter().flat_map(|&position| &self.children[position]).map(|&position| &self.places[position])
    }

    /// Every operation, in the order of the document.
    #[must_use]
    pub fn operations(&self) -> &[Operation<'d>] {
        &self.operations
    }

    /// The operation in or at which `pointer` lies.
    #[must_use]
    pub fn operation_around(&self, pointer: &Pointer) -> Option<&Operation<'d>> {
        self.operations.iter().find(|operation| pointer.is_within(&operation.pointer))
    }

    /// Whether the schema at `pointer` is sent, received, both or neither.
    #[must_use]
    pub fn usage(&self, pointer: &Pointer) -> Usage {
        self.by_pointer.get(pointer).map_or(Usage::default(), |&position| self.usage[position])
    }

    /// Follows the references of an object to the object itself.
    ///
    /// Returns `None` when a reference leads nowhere or out of the document.
    #[must_use]
    pub fn resolve(&self, pointer: &Pointer) -> Option<Target<'d>> {
        let value = self.document.find(pointer)?;
        let mut target = Target { stands: pointer.clone(), pointer: pointer.clone(), value };
        // A document whose references run in circles or are longer than this has been refused.
        for _ in 0..=references::LONGEST {
            let Some(reference) = target.value.get("$ref").and_then(Value::as_str) else { return Some(target) };
            target.pointer = local(reference)?;
            target.value = self.document.find(&target.pointer)?;
        }
        None
    }

    fn find_operations(&self) -> Vec<Operation<'d>> {
        let paths = members(self.document.root(), "paths").filter(|(path, _)| path.starts_with('/'));
        let items = paths.filter_map(|(path, _)| Some((path, self.resolve(&Pointer::root().child("paths").child(path))?)));
        let found = items.flat_map(|(path, item)| METHODS.map(|method| self.operation(path, method, &item)));
        found.flatten().collect()
    }

    fn operation(&self, path: &'d str, method: &'static str, item: &Target<'d>) -> Option<Operation<'d>> {
        let value = item.value.get(method).filter(|value| value.is_object())?;
        let pointer = item.pointer.child(method);
        let mut parameters = self.parameters(&pointer, value);
        let own: Vec<_> = parameters.iter().map(|parameter| identity(parameter.value)).collect();
        parameters
            .extend(self.parameters(&item.pointer, item.value).into_iter().filter(|parameter| !own.contains(&identity(parameter.value))));
        let responses = members(value, "responses").filter_map(|(status, _)| {
            let target = self.resolve(&pointer.child("responses").child(status))?;
            (!status.starts_with("x-")).then_some((status.as_str(), target))
        });
        Some(Operation {
            path,
            method,
            value,
            parameters,
            body: value.get("requestBody").and_then(|_| self.resolve(&pointer.child("requestBody"))),
            responses: responses.collect(),
            pointer,
        })
    }

    fn parameters(&self, holder: &Pointer, value: &'d Value) -> Vec<Target<'d>> {
        let count = value.get("parameters").and_then(Value::as_array).map_or(0, Vec::len);
        (0..count).filter_map(|position| self.resolve(&holder.child("parameters").item(position))).collect()
    }
}

/// What makes a parameter the same parameter: its place and its name.
fn identity(parameter: &Value) -> (Option<&str>, Option<&str>) {
    (parameter.get("in").and_then(Value::as_str), parameter.get("name").and_then(Value::as_str))
}

/// The members of the object `name` of `value`; none if there is no such object.
pub(crate) fn members<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    value.get(name).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// The items of the list `name` of `value`; none if there is no such list.
pub(crate) fn items<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// The texts in the list `name` of `value`.
pub(crate) fn texts<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v str> {
    items(value, name).filter_map(Value::as_str)
}

/// The pointer in a reference to this document; `None` for a reference to another.
#[must_use]
pub fn local(reference: &str) -> Option<Pointer> {
    let fragment = reference.strip_prefix('#')?;
    Pointer::parse(&percent_decoded(fragment))
}

fn percent_decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = tail.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
