//! A schema -> values that a server may send under it, each with the canonical form in which it is kept.
//!
//! This reads `specs/README.md` once more, and shares nothing with the generator: the two must agree on every tolerance.
//!
//! Length: one function for each form of schema, which refer to each other.

mod texts;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use apispec::{Document, Pointer};
use compiled::{FALLBACKS, Readable, TYPES, Travels};
use proptest::prelude::*;
use proptest::strategy::Union;
use serde_json::{Map, Value, json};

use texts::{json_value, text, texts, word};

/// A member that no schema declares.
pub const UNDECLARED: &str = "x_future";
/// A text that no enum declares.
pub const UNKNOWN: &str = "from-the-future";
/// How deep optional members are followed: types may contain themselves.
const DEEPEST: usize = 4;

/// What is sent, and what is kept of it.
#[derive(Clone, Debug)]
pub struct Sample {
    /// As it comes.
    pub wire: Value,
    /// As it is kept, and written again.
    pub kept: Value,
}

/// How a member comes: not at all, as null, or with a value.
#[derive(Clone, Debug)]
enum Coming {
    Absent,
    Null,
    Value(Sample),
}

impl Sample {
    fn plain(value: Value) -> Self {
        Self { wire: value.clone(), kept: value }
    }
}

/// The document of this name in `tests/snapshots`.
pub fn document(name: &str) -> Document {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../snapshots/specs/output").join(format!("{name}.yaml"));
    Document::read(&path).unwrap_or_else(|report| panic!("{report}"))
}

/// Makes values for the schemas of a document.
pub struct Samples<'d> {
    document: &'d Document,
    /// Which way its types travel, by their schemas.
    travels: BTreeMap<Pointer, Travels>,
    /// The members that ask for a stream: no body has them, because a client asks by opening one.
    flags: BTreeSet<&'d str>,
}

impl<'d> Samples<'d> {
    pub fn new(document: &'d Document) -> Self {
        let own = TYPES.iter().filter(|ty| ty.document == document.stem());
        let travels = own.filter_map(|ty| Some((Pointer::parse(ty.schema)?, ty.travels))).collect();
        let mut flags = BTreeSet::new();
        flags_in(document.root(), &mut flags);
        Self { document, travels, flags }
    }

    /// Values of a type of the table.
    pub fn of(&self, ty: &Readable) -> BoxedStrategy<Sample> {
        self.value(&Pointer::parse(ty.schema).expect("a pointer"), "", 0)
    }

    /// The members of a type of the table: each with its place, and whether it must be there and under no other name.
    pub fn members_of(&self, ty: &Readable) -> Vec<(String, Pointer, bool)> {
        let (mut place, schema) = self.at(&Pointer::parse(ty.schema).expect("a pointer"));
        if schema.get("x-shorthand").is_some() {
            place = self.at(&place.child("oneOf").item(0)).0;
        }
        self.members(&place)
    }

    /// Whether null is a value of the schema at `place`: it is declared, or nothing is.
    pub fn may_be_null(&self, place: &Pointer) -> bool {
        let any = ["type", "allOf", "oneOf", "anyOf", "enum"].iter().all(|key| self.at(place).1.get(*key).is_none());
        any || self.takes_null(place)
    }

    /// The JSON type that is declared at `place`; empty for any JSON and for unions.
    pub fn declared_type(&self, place: &Pointer) -> &'d str {
        self.type_of(place)
    }

    /// The schema at a place, through references.
    fn at(&self, place: &Pointer) -> (Pointer, &'d Value) {
        let schema = self.document.find(place).unwrap_or_else(|| panic!("there is nothing at {place}"));
        match schema.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.at(&Pointer::parse(reference.trim_start_matches('#')).expect("a reference")),
            None => (place.clone(), schema),
        }
    }

    /// Values of the schema at `place`; never null. `name` is that of the member in which they stand: only members have `x-accepts`,
    /// and not where it is listed that they are not tolerated.
    pub fn value(&self, place: &Pointer, name: &str, depth: usize) -> BoxedStrategy<Sample> {
        let (place, schema) = self.at(place);
        let made = self.declared(&place, schema, name, depth);
        if name.is_empty() || FALLBACKS.contains(&(self.document.stem(), place.child("x-accepts").as_str(), "accepts-form")) {
            return made;
        }
        self.tolerated(schema, self.type_of(&place), name, made)
    }

    fn declared(&self, place: &Pointer, schema: &'d Value, name: &str, depth: usize) -> BoxedStrategy<Sample> {
        let alternatives = if schema.get("oneOf").is_some() { "oneOf" } else { "anyOf" };
        let is_object = schema.get("properties").is_some();
        if let Some(member) = schema.get("x-shorthand").and_then(Value::as_str) {
            return self.shorthand(&place.child("oneOf").item(0), member.to_owned(), depth);
        }
        if let Some(discriminator) = schema.get("discriminator") {
            return self.tagged(discriminator, depth);
        }
        if let (Some(alternatives_of), false) = (list(schema, alternatives), is_object) {
            let all = (0..alternatives_of.len()).map(|number| place.child(alternatives).item(number));
            let all = all.filter(|place| !is_null(self.at(place).1)).map(|place| self.value(&place, "", depth));
            // Where they are not told apart, everything is kept, so nothing is added that may be dropped.
            return Union::new(all).prop_map(|sample| Sample::plain(sample.kept)).boxed();
        }
        match list(schema, "allOf") {
            Some([_]) if !is_object => return self.value(&place.child("allOf").item(0), name, depth),
            Some(_) => return self.object(place, depth),
            None => {}
        }
        if let Some(values) = list(schema, "enum") {
            return texts(schema, values, place);
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("string") => text(schema),
            Some("integer") => {
                let bound = |key: &str| schema.get(key).and_then(Value::as_i64);
                let below = i64::from(schema.get("exclusiveMaximum") == Some(&Value::Bool(true)));
                let range = bound("minimum").unwrap_or(i64::MIN)..=bound("maximum").map_or(i64::MAX, |most| most - below);
                range.prop_map(|number| Sample::plain(number.into())).boxed()
            }
            // Eighths are exact, however they are written.
            Some("number") => {
                let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
                let least = bound("minimum").map_or(i32::MIN, |least| (least * 8.0).ceil() as i32);
                let most = bound("maximum").map_or(i32::MAX, |most| (most * 8.0).floor() as i32 - 1);
                (least..=most).prop_map(|number| Sample::plain((f64::from(number) / 8.0).into())).boxed()
            }
            Some("boolean") => any::<bool>().prop_map(|flag| Sample::plain(flag.into())).boxed(),
            Some("array") if depth >= DEEPEST => Just(listed(Vec::new())).boxed(),
            Some("array") => {
                let count = |key: &str, usual| {
                    schema.get(key).and_then(Value::as_u64).map_or(usual, |count| usize::try_from(count).unwrap_or(usual))
                };
                let counts = count("minItems", 0)..=count("maxItems", 3);
                let items = prop::collection::vec(self.value(&place.child("items"), "", depth + 1), counts);
                items.prop_map(listed).boxed()
            }
            Some("object") => self.object(place, depth),
            _ => json_value().prop_map(Sample::plain).boxed(),
        }
    }

    /// The JSON type that a schema declares, through its one part.
    fn type_of(&self, place: &Pointer) -> &'d str {
        let (place, schema) = self.at(place);
        match schema.get("type").and_then(Value::as_str) {
            Some(ty) => ty,
            None if list(schema, "allOf").is_some_and(|parts| parts.len() == 1) => self.type_of(&place.child("allOf").item(0)),
            None => "",
        }
    }

    /// The same values, sometimes in another form that `x-accepts` allows.
    fn tolerated(&self, schema: &Value, ty: &str, name: &str, made: BoxedStrategy<Sample>) -> BoxedStrategy<Sample> {
        let mut made = made;
        for accepted in list(schema, "x-accepts").unwrap_or_default() {
            let kept_text = |sample: Sample| Sample { wire: sample.kept.to_string().into(), kept: sample.kept };
            let name = name.to_owned();
            let other = match (accepted.as_str().unwrap_or_default(), ty) {
                ("integer", "string") => {
                    any::<i64>().prop_map(|number| Sample { wire: number.into(), kept: number.to_string().into() }).boxed()
                }
                ("string", "integer") => made.clone().prop_map(kept_text).boxed(),
                ("string", _) => word().prop_map(|text| Sample::plain(text.into())).boxed(),
                ("object", _) => {
                    made.clone().prop_map(move |sample| Sample { wire: json!({ name.clone(): sample.kept }), kept: sample.kept }).boxed()
                }
                ("single", _) => made.clone().prop_map(single).boxed(),
                other => panic!("{other:?} is not a tolerance"),
            };
            made = prop_oneof![made, other].boxed();
        }
        made
    }

    fn shorthand(&self, object: &Pointer, member: String, depth: usize) -> BoxedStrategy<Sample> {
        let bare = word().prop_map(move |text| Sample { kept: json!({ member.clone(): text.clone() }), wire: text.into() });
        prop_oneof![self.value(object, "", depth), bare].boxed()
    }

    /// An object of one of the variants, or one with a tag that is not known, of which everything is kept.
    fn tagged(&self, discriminator: &Value, depth: usize) -> BoxedStrategy<Sample> {
        let tag = discriminator["propertyName"].as_str().unwrap_or_default().to_owned();
        let (mut all, mut own) = (Vec::new(), BTreeSet::new());
        for target in discriminator["mapping"].as_object().into_iter().flatten().filter_map(|(_, target)| target.as_str()) {
            let place = Pointer::parse(target.trim_start_matches('#')).expect("a reference");
            let properties = self.at(&place.child("allOf").item(1)).1.get("properties").and_then(Value::as_object);
            own.extend(properties.into_iter().flat_map(Map::keys).filter(|name| **name != tag).cloned());
            all.push(self.value(&place, "", depth));
        }
        // With or without the member that only some variants have, and with members that none of them has.
        let content = own.into_iter().next().unwrap_or_default();
        let content = prop::collection::btree_map(Just(content), json_value(), 0..=1);
        let further = prop::collection::btree_map("[a-z]{2}_extra", json_value(), 0..3);
        let unknown = (content, further, any::<bool>()).prop_map(move |(content, further, tag_first)| {
            let tag = (tag.clone(), Value::from(UNKNOWN));
            let mut members: Vec<_> = content.into_iter().chain(further).collect();
            members.insert(if tag_first { 0 } else { members.len() }, tag);
            Sample::plain(Value::Object(members.into_iter().collect()))
        });
        all.push(unknown.boxed());
        Union::new(all).boxed()
    }

    /// The properties of an object, its parts included: each with its place and whether it is required. Later parts replace members.
    fn members(&self, place: &Pointer) -> Vec<(String, Pointer, bool)> {
        let (place, schema) = self.at(place);
        let mut found: Vec<(String, Pointer, bool)> = Vec::new();
        let mut add = |name: String, place: Pointer| match found.iter_mut().find(|(other, ..)| *other == name) {
            Some(other) => other.1 = place,
            None => found.push((name, place, false)),
        };
        let mut required: Vec<String> = texts_of(schema, "required");
        for number in 0..list(schema, "allOf").map_or(0, <[Value]>::len) {
            for (name, place, must) in self.members(&place.child("allOf").item(number)) {
                if must {
                    required.push(name.clone());
                }
                add(name, place);
            }
        }
        for (name, _) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            add(name.clone(), place.child("properties").child(name));
        }
        found.into_iter().map(|(name, place, must)| (name.clone(), place, must || required.contains(&name))).collect()
    }

    fn object(&self, place: &Pointer, depth: usize) -> BoxedStrategy<Sample> {
        let (place, schema) = self.at(place);
        let travels = self.travels.get(&place).copied().unwrap_or(Travels::Received);
        let mut whole = Just(Vec::new()).boxed();
        for (name, place, must) in self.members(&place).into_iter().filter(|(name, ..)| !self.flags.contains(name.as_str())) {
            let next = self.member(&name, &place, must, travels, depth);
            whole = (whole, next)
                .prop_map(|(mut all, one)| {
                    all.push(one);
                    all
                })
                .boxed();
        }
        let further = self.further(&place, schema, depth);
        let made = (whole, further).prop_map(|(members, further)| {
            let (mut wire, mut kept) = (Map::new(), Map::new());
            for (names, coming, keeps_null) in members {
                names.write(&coming, keeps_null, &mut wire, &mut kept);
            }
            for (name, sample) in further {
                wire.insert(name.clone(), sample.wire);
                if name != UNDECLARED {
                    kept.insert(name, sample.kept);
                }
            }
            Sample { wire: wire.into(), kept: kept.into() }
        });
        let schema = schema.clone();
        made.prop_filter("the alternatives of `required`", move |sample| chosen(&schema, &sample.kept)).boxed()
    }

    /// Members that are not declared: kept where the schema allows them, ignored elsewhere.
    fn further(&self, place: &Pointer, schema: &Value, depth: usize) -> BoxedStrategy<Vec<(String, Sample)>> {
        let values = match schema.get("additionalProperties") {
            Some(Value::Object(_)) if depth < DEEPEST => self.value(&place.child("additionalProperties"), "", depth + 1),
            Some(Value::Bool(true)) => json_value().prop_map(Sample::plain).boxed(),
            Some(Value::Object(_)) => return Just(Vec::new()).boxed(),
            _ if schema.get("properties").is_some() || schema.get("allOf").is_some() => {
                let one = json_value().prop_map(|value| vec![(UNDECLARED.to_owned(), Sample::plain(value))]);
                return prop_oneof![Just(Vec::new()), one].boxed();
            }
            _ => json_value().prop_map(Sample::plain).boxed(),
        };
        prop::collection::btree_map("[a-z]{2}_extra", values, 0..3).prop_map(|further| further.into_iter().collect()).boxed()
    }

    fn member(&self, name: &str, place: &Pointer, must: bool, travels: Travels, depth: usize) -> BoxedStrategy<(Names, Coming, bool)> {
        let nullable = self.takes_null(place);
        let aliases = self.document.find(place).map(|schema| texts_of(schema, "x-aliases")).unwrap_or_default();
        let others = match aliases.is_empty() {
            true => Just(Vec::new()).boxed(),
            false => prop::sample::subsequence(aliases.clone(), 0..=aliases.len()).boxed(),
        };
        let (name, owned) = (name.to_owned(), others);
        let names =
            (any::<bool>(), owned).prop_map(move |(own, others)| Names { own: own || others.is_empty(), name: name.clone(), others });
        let value = (depth < DEEPEST || must).then(|| {
            let constant = (must && travels == Travels::Sent).then(|| only(self.at(place).1)).flatten();
            let value = constant.map_or_else(|| self.value(place, &place.last().unwrap_or_default(), depth + 1), |only| Just(only).boxed());
            value.prop_map(Coming::Value).boxed()
        });
        let null = (nullable || !must).then(|| Just(Coming::Null).boxed());
        let absent = (!must).then(|| Just(Coming::Absent).boxed());
        let coming = Union::new([absent, null, value].into_iter().flatten());
        let keeps_null = nullable && (must || travels != Travels::Received);
        (names, coming).prop_map(move |(names, coming)| (names, coming, keeps_null)).boxed()
    }

    fn takes_null(&self, place: &Pointer) -> bool {
        let (place, schema) = self.at(place);
        let null_of = |key: &str| {
            let all = list(schema, key).unwrap_or_default();
            (0..all.len()).any(|number| is_null(self.at(&place.child(key).item(number)).1))
        };
        let part = list(schema, "allOf").is_some_and(|parts| parts.len() == 1) && schema.get("properties").is_none();
        schema.get("nullable") == Some(&Value::Bool(true))
            || null_of("oneOf")
            || null_of("anyOf")
            || (part && self.takes_null(&place.child("allOf").item(0)))
    }
}

/// The spellings under which a member comes.
#[derive(Clone, Debug)]
struct Names {
    name: String,
    own: bool,
    others: Vec<String>,
}

impl Names {
    /// Its own spelling wins; an alias beside it holds something that must not be seen, or null that must be passed over.
    fn write(&self, coming: &Coming, keeps_null: bool, wire: &mut Map<String, Value>, kept: &mut Map<String, Value>) {
        let sample = match coming {
            Coming::Absent => return,
            Coming::Null => {
                wire.insert(self.name.clone(), Value::Null);
                if keeps_null {
                    kept.insert(self.name.clone(), Value::Null);
                }
                return;
            }
            Coming::Value(sample) => sample,
        };
        kept.insert(self.name.clone(), sample.kept.clone());
        if self.own {
            wire.insert(self.name.clone(), sample.wire.clone());
            return;
        }
        let (last, before) = self.others.split_last().expect("a spelling");
        for other in before {
            wire.insert(other.clone(), Value::Null);
        }
        wire.insert(last.clone(), sample.wire.clone());
    }
}

/// The only value of an enum that has no other.
fn only(schema: &Value) -> Option<Sample> {
    match list(schema, "enum") {
        Some([value]) if !value.is_null() => Some(Sample::plain(value.clone())),
        _ => None,
    }
}

fn flags_in<'d>(value: &'d Value, found: &mut BTreeSet<&'d str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("x-event-stream").and_then(|stream| stream.get("flag")).and_then(Value::as_str));
            members.values().for_each(|member| flags_in(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| flags_in(item, found)),
        _ => {}
    }
}

fn list<'v>(schema: &'v Value, key: &str) -> Option<&'v [Value]> {
    schema.get(key).and_then(Value::as_array).map(Vec::as_slice)
}

fn texts_of(schema: &Value, key: &str) -> Vec<String> {
    list(schema, key).unwrap_or_default().iter().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

fn is_null(schema: &Value) -> bool {
    list(schema, "enum").is_some_and(|values| values.iter().all(Value::is_null))
}

/// Whether as many alternatives of `required` hold as must hold.
fn chosen(schema: &Value, object: &Value) -> bool {
    let holds = |alternative: &&Value| texts_of(alternative, "required").iter().all(|name| object.get(name).is_some());
    let count = |key: &str| list(schema, key).map(|all| all.iter().filter(holds).count());
    schema.get("properties").is_none() || (count("oneOf").is_none_or(|count| count == 1) && count("anyOf").is_none_or(|count| count > 0))
}

fn listed(items: Vec<Sample>) -> Sample {
    let (wire, kept) = items.into_iter().map(|item| (item.wire, item.kept)).unzip();
    Sample { wire: Value::Array(wire), kept: Value::Array(kept) }
}

/// A list of one item as that item.
fn single(sample: Sample) -> Sample {
    match (&sample.wire, &sample.kept) {
        (Value::Array(wire), Value::Array(_)) if wire.len() == 1 => Sample { wire: wire[0].clone(), kept: sample.kept },
        _ => sample,
    }
}
