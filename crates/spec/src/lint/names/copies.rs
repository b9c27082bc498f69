//! Rule `copy-drift`: inline copies of one object that no longer agree.
//!
//! Objects are copies when they travel the same way and share most of their property names *and* most of the definitions. The second
//! half tells copies from objects that merely look alike. Compared are the type, format, values, nullability and default of each shared
//! property, and whether it is required and there at all.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;

use super::super::Findings;
use super::super::context::{Context, Property};
use super::drift;
use super::nullability;
use super::shape;
use super::spots::{Spots, is_part};
use crate::Pointer;
use crate::index::{Usage, items, texts};

/// The fewest properties of an object that is looked at, and the fewest that copies share. Any two things have `id`, `name` and a date.
const FEWEST: usize = 3;
const SHARED: usize = 4;

/// From this many copies on, a member that few of them have makes those a special case of the others.
const MANY: usize = 5;

/// The longest list of objects with one property that is looked through for copies.
const LONGEST: usize = 200;

/// An object schema.
struct Copy<'s, 'd> {
    owner: Pointer,
    usage: Usage,
    /// Whether all members are of one type: names are added to such an object and taken from it as to a map.
    is_map: bool,
    properties: BTreeMap<&'d str, &'s Property<'d>>,
}

/// A difference: what the odd ones say, and what the others say.
type Difference = (String, Option<Pointer>);

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let copies = gather(context);
    let spots = Spots::of(context);
    // What another rule says already is not said again.
    let drifts = [drift::types(&spots), drift::formats(&spots), drift::defaults(&spots), nullability::drifts(context, &spots)];
    let said: BTreeSet<String> = drifts
        .into_iter()
        .flatten()
        .flat_map(|drift| drift.odd.into_iter().chain(drift.agree.into_iter().map(|spot| (String::new(), spot))))
        .map(|(_, spot)| spot.pointer.as_str().to_owned())
        .collect();
    for cluster in clusters(context, &copies) {
        let members: Vec<_> = cluster.iter().map(|&position| &copies[position]).collect();
        report(context, &members, &said, findings);
    }
}

/// Every object schema that stands for a whole object.
fn gather<'s, 'd>(context: &'s Context<'d>) -> Vec<Copy<'s, 'd>> {
    let mut copies: Vec<Copy<'s, 'd>> = Vec::new();
    let mut positions: HashMap<&str, usize> = HashMap::new();
    for property in &context.properties {
        let position = *positions.entry(property.owner.as_str()).or_insert_with(|| {
            let usage = context.index.usage(&property.owner);
            copies.push(Copy { owner: property.owner.clone(), usage, is_map: false, properties: BTreeMap::new() });
            copies.len() - 1
        });
        copies[position].properties.insert(property.name, property);
    }
    let is_whole = |copy: &Copy<'_, '_>| {
        let schema = context.index.document().find(&copy.owner);
        let whole = schema.is_some_and(|schema| ["allOf", "oneOf", "anyOf"].iter().all(|key| items(schema, key).next().is_none()));
        !is_part(&copy.owner) && whole && (copy.usage.sent || copy.usage.received) && !context.is_settled(&copy.owner)
    };
    copies.retain(|copy| copy.properties.len() >= FEWEST && is_whole(copy));
    copies.iter_mut().for_each(|copy| copy.is_map = is_map(context, copy));
    copies
}

fn is_map<'d>(context: &Context<'d>, copy: &Copy<'_, 'd>) -> bool {
    let type_of = |property: &Property<'d>| shape::json_type(context.index.document(), property.schema);
    let mut properties = copy.properties.values();
    let Some(first) = properties.next() else { return true };
    // Most things have many texts; those of a map need no words of their own.
    let counts = |property: &Property<'_>, name: &str| name != "string" || property.schema.get("description").is_none();
    let scalar = type_of(first).filter(|name| shape::is_scalar(name) && counts(first, name));
    properties.all(|property| {
        property.target == first.target || scalar.is_some_and(|name| type_of(property) == Some(name) && counts(property, name))
    })
}

/// The groups of copies. Each object is in one group at most.
fn clusters(context: &Context<'_>, copies: &[Copy<'_, '_>]) -> Vec<Vec<usize>> {
    let mut frequency: HashMap<&str, usize> = HashMap::new();
    copies.iter().flat_map(|copy| copy.properties.keys()).for_each(|name| *frequency.entry(name).or_default() += 1);
    let mut holders: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut taken = vec![false; copies.len()];
    for (position, copy) in copies.iter().enumerate() {
        rarest(copy, &frequency).into_iter().for_each(|name| holders.entry(name).or_default().push(position));
    }
    let mut found = Vec::new();
    for position in 0..copies.len() {
        if taken[position] {
            continue;
        }
        let near: BTreeSet<usize> = rarest(&copies[position], &frequency)
            .iter()
            .flat_map(|name| holders[name].iter().take(LONGEST))
            .copied()
            .filter(|&other| other > position)
            .collect();
        let mut cluster = vec![position];
        cluster.extend(near.into_iter().filter(|&other| !taken[other] && are_copies(context, &copies[position], &copies[other])));
        if cluster.len() > 1 {
            cluster.iter().for_each(|&member| taken[member] = true);
            found.push(cluster);
        }
    }
    found
}

/// The rarest names of an object: two objects that share 70 of 100 names share one of these.
fn rarest<'d>(copy: &Copy<'_, 'd>, frequency: &HashMap<&str, usize>) -> Vec<&'d str> {
    let mut names: Vec<_> = copy.properties.keys().copied().collect();
    names.sort_by_key(|name| (frequency.get(name), *name));
    let looked_up = names.len() - names.len() * 7 / 10 + 1;
    names.truncate(looked_up);
    names
}

fn are_copies(context: &Context<'_>, left: &Copy<'_, '_>, right: &Copy<'_, '_>) -> bool {
    if left.usage != right.usage || (is_component(&left.owner) && is_component(&right.owner)) {
        return false;
    }
    if left.is_map && right.is_map {
        return false;
    }
    let shared: Vec<_> = left.properties.iter().filter_map(|(name, property)| Some((*property, *right.properties.get(name)?))).collect();
    let together = left.properties.len() + right.properties.len() - shared.len();
    let equal = shared.iter().filter(|(left, right)| defined_alike(context, left, right)).count();
    shared.len() >= SHARED && shared.len() * 10 >= together * 7 && equal >= FEWEST.min(shared.len() - 1) && equal * 10 >= shared.len() * 6
}

/// Whether two properties are defined in the same words.
fn defined_alike(context: &Context<'_>, left: &Property<'_>, right: &Property<'_>) -> bool {
    if left.target == right.target {
        return true;
    }
    let document = context.index.document();
    let same_type = shape::json_type(document, left.schema) == shape::json_type(document, right.schema);
    let text = |property: &Property<'_>| property.schema.get("description").and_then(Value::as_str).map(|text| text.trim().to_owned());
    same_type
        && match (text(left), text(right)) {
            (None, None) => bare(left.schema) == bare(right.schema),
            (left, right) => left == right,
        }
}

/// A schema without its examples.
fn bare(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(members) = schema.as_object_mut() {
        members.shift_remove("example");
    }
    schema
}

fn is_component(owner: &Pointer) -> bool {
    owner.as_str().matches('/').count() == 3 && owner.as_str().starts_with("/components/schemas/")
}

/// Reports the differences of one group, one finding for each set of odd ones.
fn report(context: &Context<'_>, members: &[&Copy<'_, '_>], said: &BTreeSet<String>, findings: &mut Findings<'_>) {
    let mut names: Vec<&str> = Vec::new();
    members.iter().flat_map(|copy| copy.properties.keys()).for_each(|name| {
        if !names.contains(name) {
            names.push(name);
        }
    });
    let mut by_odd: BTreeMap<Vec<usize>, Vec<Difference>> = BTreeMap::new();
    for name in names {
        for (odd, difference) in differences(context, members, name, said) {
            by_odd.entry(odd).or_default().push(difference);
        }
    }
    for (odd, differences) in by_odd {
        let first = members[odd[0]];
        let told: Vec<_> = differences.iter().take(4).map(|(text, _)| text.as_str()).collect();
        let more = if differences.len() > 4 { format!("; and {} more", differences.len() - 4) } else { String::new() };
        let place = match differences.as_slice() {
            [(_, Some(place))] => place.clone(),
            _ => first.owner.clone(),
        };
        let message = format!("this object stands in {} places, but {}{more}", members.len(), told.join("; "));
        let problem = findings.add(&place, message);
        odd[1..].iter().take(5).for_each(|&other| _ = problem.relate(&members[other].owner));
        let others = (0..members.len()).filter(|position| !odd.contains(position)).take(5);
        others.for_each(|other| _ = problem.relate(&members[other].owner));
    }
}

/// In what the members differ about one property: the odd ones, the words for it, and the place if there is one.
fn differences(context: &Context<'_>, members: &[&Copy<'_, '_>], name: &str, said: &BTreeSet<String>) -> Vec<(Vec<usize>, Difference)> {
    let mut found = Vec::new();
    let having: Vec<(usize, &Property<'_>)> =
        members.iter().enumerate().filter_map(|(position, copy)| Some((position, *copy.properties.get(name)?))).collect();
    let received = !members[0].usage.sent;
    if having.len() < members.len() {
        // What only a minority has is its own business in a request; a reply shows the same thing in all its copies. A deeper member is
        // often left out where the same object is shown within itself.
        let flat =
            having.iter().all(|(_, property)| shape::json_type(context.index.document(), property.schema).is_some_and(shape::is_scalar));
        if received && flat {
            let lacking: Vec<usize> = (0..members.len()).filter(|position| !members[*position].properties.contains_key(name)).collect();
            if lacking.len() <= having.len() {
                let text = format!("`{name}` is missing here{}, {} it", and_more(lacking.len()), others(having.len(), "has", "have"));
                found.push((lacking, (text, None)));
            } else if members.len() < MANY && having.iter().all(|(_, property)| property.required) {
                let (odd, places): (Vec<usize>, Vec<_>) =
                    having.iter().map(|(position, property)| (*position, property.pointer.clone())).unzip();
                let text = format!("only {} of them {} `{name}`", places.len(), if places.len() == 1 { "has" } else { "have" });
                found.push((odd, (text, places.first().cloned())));
            }
        }
        return found;
    }
    let told: Vec<(usize, &Property<'_>)> = having;
    if told.iter().any(|(_, property)| said.contains(property.pointer.as_str())) {
        return found;
    }
    let mut aspect = |what: &dyn Fn(&Property<'_>) -> String| {
        let labels: Vec<String> = told.iter().map(|(_, property)| what(property)).collect();
        if let Some((odd, here, usual)) = minority(&labels) {
            let place = told[odd[0]].1.pointer.clone();
            let text =
                format!("`{name}` {here} here{} and {usual} in {}", and_more(odd.len()), others(labels.len() - odd.len(), "", "").trim());
            found.push((odd, (text, Some(place))));
        }
    };
    let document = context.index.document();
    let text_of = |property: &Property<'_>, member: &str| property.schema.get(member).map(|value| format!("`{}`", shape::plain(value)));
    let types: Vec<_> = told.iter().map(|(_, property)| shape::json_type(document, property.schema)).collect();
    // What says nothing of its type contradicts nothing.
    if types.iter().all(Option::is_some) && types.iter().flatten().any(|name| shape::is_scalar(name)) {
        aspect(&|property| format!("is {}", shape::said(shape::class(shape::json_type(document, property.schema).unwrap_or_default()))));
    }
    aspect(&|property| text_of(property, "format").map_or("has no format".into(), |format| format!("has the format {format}")));
    // Single values that differ tell variants apart, and a list that only one of two has is more precise, not different.
    let lists = told.iter().filter(|(_, property)| values_of(property).len() > 1).count();
    if lists > 1 {
        aspect(&|property| match values_of(property) {
            values if values.is_empty() => "has no list of values".into(),
            values => format!("is one of {}", values.into_iter().take(8).collect::<Vec<_>>().join(", ")),
        });
    }
    if told.iter().all(|(_, property)| property.schema.get("default").is_some()) && received {
        aspect(&|property| text_of(property, "default").map_or(String::new(), |value| format!("has the default {value}")));
    }
    if received {
        aspect(&|property| {
            if property.schema.get("nullable") == Some(&Value::Bool(true)) { "may be null".into() } else { "is never null".into() }
        });
        aspect(&|property| if property.required { "is required".into() } else { "is optional".into() });
    }
    found
}

fn values_of<'d>(property: &Property<'d>) -> BTreeSet<&'d str> {
    texts(property.schema, "enum").collect()
}

fn others(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 other {one}") } else { format!("{count} others {many}") }
}

fn and_more(count: usize) -> String {
    if count > 1 { format!(" and in {} more", count - 1) } else { String::new() }
}

/// The positions of the labels that are not the most frequent, with the first of them and the most frequent one.
fn minority(labels: &[String]) -> Option<(Vec<usize>, String, String)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    labels.iter().for_each(|label| *counts.entry(label).or_default() += 1);
    if counts.len() < 2 {
        return None;
    }
    let first = |label: &str| labels.iter().position(|other| other == label).unwrap_or_default();
    let (&usual, _) = counts.iter().max_by_key(|(label, count)| (**count, std::cmp::Reverse(first(label))))?;
    let odd: Vec<usize> = (0..labels.len()).filter(|&position| labels[position] != usual).collect();
    let here = labels[*odd.first()?].clone();
    Some((odd, here, usual.to_owned()))
}
