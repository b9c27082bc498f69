//! A document -> every place that gives something a name, with what the comparisons ask of it.
//!
//! Names are compared within their category only: headers are written `x-request-id` where properties are written `request_id`, by custom,
//! and the fields of a form may follow the custom of parameters.

use std::collections::HashMap;

use serde_json::Value;

use super::super::context::Context;
use super::shape;
use crate::Pointer;
use crate::grammar::Kind;
use crate::index::{members, texts};

/// What is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Category {
    Property,
    Field,
    Parameter,
    Header,
    Segment,
    Schema,
    Operation,
}

impl Category {
    pub(super) const ALL: [Self; 7] =
        [Self::Property, Self::Field, Self::Parameter, Self::Header, Self::Segment, Self::Schema, Self::Operation];

    /// What things of this category are called.
    pub(super) fn plural(self) -> &'static str {
        match self {
            Self::Property => "properties",
            Self::Field => "form fields",
            Self::Parameter => "parameters",
            Self::Header => "headers",
            Self::Segment => "parts of paths",
            Self::Schema => "component schemas",
            Self::Operation => "operationIds",
        }
    }
}

/// One place that gives something its name.
#[derive(Clone, Debug)]
pub(super) struct Spot<'d> {
    pub category: Category,
    pub name: &'d str,
    /// Where the named thing stands.
    pub pointer: Pointer,
    /// The object, operation or path that it is a part of.
    pub owner: Pointer,
    /// The schema of its values, references followed.
    pub schema: Option<&'d Value>,
    /// The JSON type of its values.
    pub shape: Option<&'d str>,
    /// Whether it is, or is within, something that the ledger settles.
    pub settled: bool,
}

/// Every name of a document, in order, and what stands beside it.
pub(super) struct Spots<'d> {
    pub all: Vec<Spot<'d>>,
    siblings: HashMap<Pointer, HashMap<&'d str, Option<&'d str>>>,
}

impl<'d> Spots<'d> {
    /// Gathers the names of `context`.
    pub(super) fn of(context: &Context<'d>) -> Self {
        let mut all = Vec::new();
        properties(context, &mut all);
        parameters_and_headers(context, &mut all);
        segments_and_operations(context, &mut all);
        schemas(context, &mut all);
        let mut siblings: HashMap<Pointer, HashMap<&'d str, Option<&'d str>>> = HashMap::new();
        let has_siblings = |spot: &&Spot<'_>| !matches!(spot.category, Category::Segment | Category::Schema | Category::Operation);
        for spot in all.iter().filter(has_siblings) {
            siblings.entry(spot.owner.clone()).or_default().insert(spot.name, constant(spot).or(spot.shape.map(shape::class)));
        }
        Self { all, siblings }
    }

    /// The places of one category, by name, in the order of the names.
    pub(super) fn by_name(&self, category: Category) -> Vec<(&'d str, Vec<&Spot<'d>>)> {
        let mut found: HashMap<&'d str, usize> = HashMap::new();
        let mut groups: Vec<(&'d str, Vec<&Spot<'d>>)> = Vec::new();
        for spot in self.all.iter().filter(|spot| spot.category == category) {
            let position = *found.entry(spot.name).or_insert_with(|| {
                groups.push((spot.name, Vec::new()));
                groups.len() - 1
            });
            groups[position].1.push(spot);
        }
        groups
    }

    /// The names that stand beside each other in `owner`, with their types, or with their value where there is only one.
    pub(super) fn names_in(&self, owner: &Pointer) -> Option<&HashMap<&'d str, Option<&'d str>>> {
        self.siblings.get(owner)
    }

    /// Whether one object has both names. Then they mean two things, or one is kept for old callers; neither is a slip.
    pub(super) fn stand_together(&self, spots: &[&Spot<'d>], other: &str) -> bool {
        spots.iter().any(|spot| self.names_in(&spot.owner).is_some_and(|names| names.contains_key(other)))
    }

    /// Whether two owners of `name` are copies of each other: nearly all that stands beside it has the same name and type in both.
    pub(super) fn are_copies(&self, left: &Pointer, right: &Pointer, name: &str) -> bool {
        let (Some(one), Some(other)) = (self.names_in(left), self.names_in(right)) else { return false };
        let shared = one.iter().filter(|(sibling, shape)| **sibling != name && other.get(*sibling) == Some(shape)).count();
        let together = one.len().max(other.len()) - 1;
        self.kinship(left, right, name) == Kinship::Close && shared * 10 >= together * 9
    }

    /// Whether two owners of `name` are built alike: of what stands beside it, most has the same name and the same type in both.
    ///
    /// Parts of a composition are never told to be alike: the variants of a union differ on purpose. For the same reason two members that
    /// have one value each, and not the same, are not alike.
    pub(super) fn kinship(&self, left: &Pointer, right: &Pointer, name: &str) -> Kinship {
        self.kinship_but(left, right, name, name)
    }

    /// Whether the owners of two names are built alike, leaving these aside.
    pub(super) fn kinship_but(&self, left: &Pointer, right: &Pointer, one: &str, other: &str) -> Kinship {
        if is_part(left) || is_part(right) {
            return Kinship::None;
        }
        let (Some(left), Some(right)) = (self.names_in(left), self.names_in(right)) else { return Kinship::None };
        let (few, many) = if left.len() <= right.len() { (left, right) } else { (right, left) };
        let is_own = |name: &str| name != one && name != other;
        let shared = few.iter().filter(|(sibling, shape)| is_own(sibling) && many.get(*sibling) == Some(shape)).count();
        let own = |names: &HashMap<&str, _>| names.keys().filter(|name| is_own(name)).count();
        let together = own(left) + own(right) - shared;
        match shared {
            0 => Kinship::None,
            1 if together == 1 => Kinship::Distant,
            1 => Kinship::None,
            _ if shared * 10 >= together * 6 => Kinship::Close,
            _ => Kinship::None,
        }
    }
}

/// The value of a name that has only one: the tag of a variant.
fn constant<'d>(spot: &Spot<'d>) -> Option<&'d str> {
    let mut values = texts(spot.schema?, "enum");
    let only = values.next()?;
    values.next().is_none().then_some(only)
}

/// Whether a schema is one of several in `allOf`, `oneOf` or `anyOf`.
pub(super) fn is_part(schema: &Pointer) -> bool {
    let keyword = schema.parent().and_then(|parent| parent.last());
    keyword.is_some_and(|keyword| ["allOf", "oneOf", "anyOf"].contains(&keyword.as_str()))
}

/// How much alike two objects are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kinship {
    /// They share too little.
    None,
    /// They share the only other member that they have.
    Distant,
    /// They share most of at least two other members.
    Close,
}

fn properties<'d>(context: &Context<'d>, spots: &mut Vec<Spot<'d>>) {
    let document = context.index.document();
    spots.extend(context.properties.iter().map(|property| Spot {
        category: if is_form(&property.pointer) { Category::Field } else { Category::Property },
        name: property.name,
        pointer: property.pointer.clone(),
        owner: property.owner.clone(),
        schema: Some(property.schema),
        shape: shape::json_type(document, property.schema),
        settled: context.is_settled(&property.pointer) || context.is_settled(&property.owner),
    }));
}

/// Whether a schema stands in a form. Components count as JSON, in which they are nearly always used.
fn is_form(pointer: &Pointer) -> bool {
    ["/content/application~1x-www-form-urlencoded/", "/content/multipart~1form-data/"]
        .into_iter()
        .any(|form| pointer.as_str().contains(form))
}

fn parameters_and_headers<'d>(context: &Context<'d>, spots: &mut Vec<Spot<'d>>) {
    let document = context.index.document();
    for place in context.index.places().iter().filter(|place| place.reference().is_none()) {
        let (name, category) = match (place.kind, place.text("in")) {
            (Kind::Parameter, Some("header")) => (place.text("name"), Category::Header),
            (Kind::Parameter, _) => (place.text("name"), Category::Parameter),
            _ => continue,
        };
        let Some(name) = name else { continue };
        let schema = place.value.get("schema").and_then(|schema| shape::follow(document, schema));
        let owner = context.index.parent(place).map_or_else(Pointer::root, |parent| parent.pointer.clone());
        spots.push(Spot {
            category,
            name,
            pointer: place.pointer.clone(),
            // Components stand side by side without belonging together.
            owner: if owner.as_str() == "/components" { place.pointer.clone() } else { owner },
            schema,
            shape: schema.and_then(|schema| shape::json_type(document, schema)),
            settled: context.is_settled(&place.pointer),
        });
    }
    for place in context.index.of_kind(Kind::Response).filter(|place| place.reference().is_none()) {
        for (name, header) in members(place.value, "headers") {
            let pointer = place.pointer.child("headers").child(name);
            let schema = shape::follow(document, header).and_then(|header| header.get("schema"));
            let schema = schema.and_then(|schema| shape::follow(document, schema));
            spots.push(Spot {
                category: Category::Header,
                name,
                settled: context.is_settled(&pointer),
                pointer,
                owner: place.pointer.clone(),
                schema,
                shape: schema.and_then(|schema| shape::json_type(document, schema)),
            });
        }
    }
}

fn segments_and_operations<'d>(context: &Context<'d>, spots: &mut Vec<Spot<'d>>) {
    let bare = |category, name, pointer: Pointer, owner: Pointer, settled| Spot {
        category,
        name,
        pointer,
        owner,
        schema: None,
        shape: None,
        settled,
    };
    let document: &'d crate::Document = context.index.document();
    for (path, _) in members(document.root(), "paths").filter(|(path, _)| path.starts_with('/')) {
        let pointer = Pointer::root().child("paths").child(path);
        let settled = context.is_settled(&pointer);
        let literal = path.split('/').filter(|segment| !segment.is_empty() && !segment.contains(['{', '}', '.', ':', '$', '(']));
        spots.extend(literal.map(|segment| bare(Category::Segment, segment, pointer.clone(), pointer.clone(), settled)));
    }
    for operation in context.index.operations() {
        let Some(name) = operation.value.get("operationId").and_then(Value::as_str) else { continue };
        let pointer = operation.pointer.child("operationId");
        let settled = context.is_settled(&pointer);
        spots.push(bare(Category::Operation, name, pointer, operation.pointer.clone(), settled));
    }
}

fn schemas<'d>(context: &Context<'d>, spots: &mut Vec<Spot<'d>>) {
    let document: &'d crate::Document = context.index.document();
    let Some(components) = document.root().get("components") else { return };
    for (name, _) in members(components, "schemas") {
        let pointer = Pointer::root().child("components").child("schemas").child(name);
        let settled = context.is_settled(&pointer);
        spots.push(Spot { category: Category::Schema, name, owner: pointer.clone(), pointer, schema: None, shape: None, settled });
    }
}
