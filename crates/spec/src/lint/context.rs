//! An index -> what the rules ask for again and again: texts, properties, samples, names.

use std::collections::HashSet;

use serde_json::Value;

use crate::grammar::Kind;
use crate::index::{Place, items, members, texts};
use crate::schema::Direction;
use crate::{Document, Index, Pointer};

/// A summary or description.
#[derive(Clone, Debug)]
pub struct Text<'d> {
    /// Where the text is: `/info/description`.
    pub pointer: Pointer,
    /// What it describes: `/info`.
    pub holder: Pointer,
    /// The text.
    pub text: &'d str,
}

/// An example, and the schema that it is an example of.
#[derive(Clone, Debug)]
pub struct Sample<'d> {
    /// Where the value is.
    pub pointer: Pointer,
    /// The value.
    pub value: &'d Value,
    /// Where its schema stands.
    pub schema: Pointer,
    /// Which way it travels.
    pub direction: Direction,
}

/// A property of an object schema.
#[derive(Clone, Debug)]
pub struct Property<'d> {
    /// Its name.
    pub name: &'d str,
    /// The object schema that declares it.
    pub owner: Pointer,
    /// Where its schema, or the reference to it, stands.
    pub pointer: Pointer,
    /// Where its schema is.
    pub target: Pointer,
    /// Its schema.
    pub schema: &'d Value,
    /// Whether its owner requires it.
    pub required: bool,
}

/// A document with what the rules ask for.
#[derive(Debug)]
pub struct Context<'d> {
    /// Every object of the document.
    pub index: Index<'d>,
    /// Every summary and description, in order.
    pub texts: Vec<Text<'d>>,
    /// Every example, in order.
    pub samples: Vec<Sample<'d>>,
    /// Every property of every object schema, in order.
    pub properties: Vec<Property<'d>>,
    /// Every name that the document gives to something: properties, parameters, schemas, operations, tags, security schemes.
    pub names: HashSet<&'d str>,
    /// Every text that is a value of some enum.
    pub enum_values: HashSet<&'d str>,
}

impl<'d> Context<'d> {
    /// Gathers everything from `document`.
    #[must_use]
    pub fn of(document: &'d Document) -> Self {
        let index = Index::of(document);
        let prose = index.places().iter().flat_map(texts_of).collect();
        let samples = index.places().iter().flat_map(|place| samples_of(&index, place)).collect();
        let properties = index.schemas().flat_map(|place| properties_of(&index, place)).collect();
        let names = index.places().iter().flat_map(names_of).collect();
        let enum_values = index.schemas().flat_map(|place| texts(place.value, "enum")).collect();
        Self { index, texts: prose, samples, properties, names, enum_values }
    }

    /// Whether the ledger settles this place: it, or the object that it is a member of, carries `x-ledger`.
    #[must_use]
    pub fn is_settled(&self, pointer: &Pointer) -> bool {
        let carries = |place: &Pointer| self.index.document().find(place).is_some_and(|value| value.get("x-ledger").is_some());
        carries(pointer) || pointer.parent().is_some_and(|parent| carries(&parent))
    }

    /// The direction in which the schema at `pointer` travels.
    #[must_use]
    pub fn direction(&self, pointer: &Pointer) -> Direction {
        let usage = self.index.usage(pointer);
        match (usage.sent, usage.received) {
            (true, false) => Direction::Sent,
            (false, true) => Direction::Received,
            _ => Direction::Either,
        }
    }
}

fn texts_of<'d>(place: &Place<'d>) -> Vec<Text<'d>> {
    if place.reference().is_some() {
        return Vec::new();
    }
    let text = |member: &str| Some(Text { pointer: place.pointer.child(member), holder: place.pointer.clone(), text: place.text(member)? });
    ["summary", "description"].into_iter().filter_map(text).collect()
}

fn samples_of<'d>(index: &Index<'d>, place: &Place<'d>) -> Vec<Sample<'d>> {
    let schema = match place.kind {
        Kind::Schema if place.reference().is_none() => place.pointer.clone(),
        Kind::MediaType | Kind::Parameter | Kind::Header if place.value.get("schema").is_some() => place.pointer.child("schema"),
        _ => return Vec::new(),
    };
    let usage = index.usage(&place.pointer);
    let direction = match (usage.sent, usage.received) {
        (true, false) => Direction::Sent,
        (false, true) => Direction::Received,
        _ => Direction::Either,
    };
    let sample = |pointer: Pointer, value| Sample { pointer, value, schema: schema.clone(), direction };
    let mut found: Vec<_> = place.value.get("example").map(|value| sample(place.pointer.child("example"), value)).into_iter().collect();
    if place.kind != Kind::Schema {
        for (name, _) in members(place.value, "examples") {
            let Some(target) = index.resolve(&place.pointer.child("examples").child(name)) else { continue };
            found.extend(target.value.get("value").map(|value| sample(target.pointer.child("value"), value)));
        }
    }
    found
}

fn properties_of<'d>(index: &Index<'d>, place: &Place<'d>) -> Vec<Property<'d>> {
    let property = |(name, value): (&'d String, &'d Value)| {
        let pointer = place.pointer.child("properties").child(name);
        let target = index.resolve(&pointer);
        Property {
            name,
            owner: place.pointer.clone(),
            required: texts(place.value, "required").any(|required| required == name),
            target: target.as_ref().map_or_else(|| pointer.clone(), |target| target.pointer.clone()),
            schema: target.map_or(value, |target| target.value),
            pointer,
        }
    };
    members(place.value, "properties").map(property).collect()
}

fn names_of<'d>(place: &Place<'d>) -> Vec<&'d str> {
    let keys = |member: &str| -> Vec<&'d str> { members(place.value, member).map(|(name, _)| name.as_str()).collect() };
    match place.kind {
        Kind::Schema => keys("properties"),
        Kind::Parameter | Kind::Tag => place.text("name").into_iter().collect(),
        Kind::Operation => place.text("operationId").into_iter().chain(items(place.value, "tags").filter_map(Value::as_str)).collect(),
        Kind::Response => keys("headers"),
        Kind::Components => ["schemas", "securitySchemes"].into_iter().flat_map(keys).collect(),
        Kind::SecurityScheme => place.text("name").into_iter().collect(),
        _ => Vec::new(),
    }
}
