//! Rules: members that only the example has, or only the schema.
//!
//! Both at once in one object are often one thing with two names, and then one finding.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;

use serde_json::Value;

use super::MOST_SHOWN;
use super::compare::{Fault, faults, is_one_way, name_in, shares_members};
use super::walk::Walk;
use crate::lint::composition::{ANY, Names, Parts, quoted};
use crate::lint::context::Context;
use crate::lint::words::{distance, words};
use crate::lint::{Check, Family, Findings, Rule};
use crate::{Index, Pointer};

/// An example has members that its schema does not mention.
pub(super) const EXAMPLE_UNDECLARED: Rule = Rule {
    id: "example-undeclared",
    family: Family::Inconsistency,
    says: "an example has members that its schema does not mention",
    help: "declare the members if they are really sent, or take them out of the example",
    check: Check::Each(example_undeclared),
};

/// An example leaves out members that its schema requires.
pub(super) const EXAMPLE_LACKS_REQUIRED: Rule = Rule {
    id: "example-lacks-required",
    family: Family::Inconsistency,
    says: "an example leaves out members that its schema requires",
    help: "take the members out of `required` if they may be missing, or add them to the example",
    check: Check::Each(example_lacks_required),
};

/// One object of an example, and what is wrong with its members.
struct Object {
    place: Pointer,
    /// Where the schema of the object stands.
    stands: Pointer,
    value: Rc<Value>,
    /// The undeclared members, each with the schema that does not mention it.
    extra: Vec<(String, Pointer)>,
    /// The missing members, each with the schema that requires it.
    missing: Vec<(String, Pointer)>,
    /// Members with another name in the schema: the name here, the name there, the property there.
    renamed: Vec<(String, String, Pointer)>,
}

fn example_undeclared(context: &Context<'_>, findings: &mut Findings<'_>) {
    let objects = objects(context);
    let mut groups = Groups::default();
    let mut renamed: BTreeMap<(&Pointer, &str, &str), Vec<&Pointer>> = BTreeMap::new();
    for object in &objects {
        if !object.extra.is_empty() && !shares_members(context, &object.stands, &object.value) {
            let names = quoted(object.extra.iter().map(|(name, _)| name.as_str()));
            let message = format!("the example has only {names}, none of which its schema mentions");
            findings.add(&object.place, message).relate(&object.stands);
            continue;
        }
        for (here, there, property) in &object.renamed {
            renamed.entry((property, here, there)).or_default().push(&object.place);
        }
        for (name, schema) in &object.extra {
            groups.add(schema, name, &object.place);
        }
    }
    for ((property, here, there), places) in renamed {
        let message = format!("{} `{here}` where the schema has `{there}`", count(&places, "the example has", "examples have"));
        let problem = findings.add(property, message);
        places.iter().take(MOST_SHOWN).for_each(|place| _ = problem.relate(&place.child(here)));
    }
    let mut alike: BTreeMap<Vec<String>, Vec<Group>> = BTreeMap::new();
    for group in groups.into_list() {
        alike.entry(group.names.clone()).or_default().push(group);
    }
    for (names, groups) in alike {
        // Several members that many schemas lack together are those of an envelope.
        if names.len() > 1 && groups.len() > HABIT {
            let message = format!("{}, and so it is in {} other schemas", undeclared(&groups[0]), groups.len() - 1);
            let problem = findings.add(&groups[0].schema, message);
            groups[1..].iter().for_each(|group| _ = problem.relate(&group.schema));
            continue;
        }
        for group in groups {
            let message = undeclared(&group);
            match (&group.places[..], &group.names[..]) {
                ([only], [name]) => findings.add(&only.child(name), message).relate(&group.schema),
                ([only], _) => findings.add(only, message).relate(&group.schema),
                (places, _) => {
                    places.iter().take(MOST_SHOWN).fold(findings.add(&group.schema, message), |problem, place| problem.relate(place))
                }
            };
        }
    }
}

/// From here on, schemas that lack the same members are one thing to mend.
const HABIT: usize = 5;

fn undeclared(group: &Group) -> String {
    let names = quoted(group.names.iter().map(String::as_str));
    format!("{} {names}, which the schema does not mention", count(&group.places, "the example has", "examples have"))
}

fn example_lacks_required(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut groups = Groups::default();
    for object in objects(context) {
        // What shares nothing with its schema is an example of something else.
        if object.missing.is_empty() || !shares_members(context, &object.stands, &object.value) {
            continue;
        }
        for (name, schema) in &object.missing {
            groups.add(schema, name, &object.place);
        }
    }
    for group in groups.into_list() {
        let names = quoted(group.names.iter().map(String::as_str));
        let message = format!("{} {names}, which the schema requires", count(&group.places, "the example lacks", "examples lack"));
        let list = group.schema.child("required");
        let place = match &group.names[..] {
            [name] => position(context, &list, name).map_or(list, |number| group.schema.child("required").item(number)),
            _ => list,
        };
        match &group.places[..] {
            [only] => findings.add(only, message).relate(&place),
            places => places.iter().take(MOST_SHOWN).fold(findings.add(&place, message), |problem, example| problem.relate(example)),
        };
    }
}

fn count<T>(places: &[T], one: &str, many: &str) -> String {
    if places.len() == 1 { one.to_owned() } else { format!("{} {many}", places.len()) }
}

fn position(context: &Context<'_>, list: &Pointer, name: &str) -> Option<usize> {
    context.index.document().find(list)?.as_array()?.iter().position(|item| item == name)
}

/// Names that the examples of one schema have too much or too few, and the objects in which it is so.
#[derive(Default)]
struct Groups(BTreeMap<Pointer, BTreeMap<String, BTreeSet<Pointer>>>);

struct Group {
    schema: Pointer,
    names: Vec<String>,
    places: Vec<Pointer>,
}

impl Groups {
    fn add(&mut self, schema: &Pointer, name: &str, place: &Pointer) {
        self.0.entry(schema.clone()).or_default().entry(name.to_owned()).or_default().insert(place.clone());
    }

    /// One group for all names that occur again and again, and one for each object that is alone in something.
    fn into_list(self) -> Vec<Group> {
        let mut list = Vec::new();
        for (schema, names) in self.0 {
            let (alone, often): (Vec<_>, Vec<_>) = names.into_iter().partition(|(_, places)| places.len() == 1);
            let places: BTreeSet<_> = often.iter().flat_map(|(_, places)| places).cloned().collect();
            if !often.is_empty() {
                let names = often.into_iter().map(|(name, _)| name).collect();
                list.push(Group { schema: schema.clone(), names, places: places.into_iter().collect() });
            }
            let mut by_place: BTreeMap<Pointer, Vec<String>> = BTreeMap::new();
            for (name, places) in alone {
                places.into_iter().for_each(|place| by_place.entry(place).or_default().push(name.clone()));
            }
            list.extend(by_place.into_iter().map(|(place, names)| Group { schema: schema.clone(), names, places: vec![place] }));
        }
        list
    }
}

/// Every object in the examples whose members are not those of its schema.
fn objects(context: &Context<'_>) -> Vec<Object> {
    let wanted = ["required", "undeclared"];
    let mut walk = Walk::of(&context.index);
    let faults = faults(context, &mut walk, true, |violation, _| wanted.contains(&violation.keyword));
    // An example of a base may show the members of a descendant.
    let mut names = None;
    let mut descends = |schema: &Pointer, name: &str| {
        let names = names.get_or_insert_with(|| Names::of(&context.index));
        names.around(schema).unwrap_or_default().iter().any(|whole| names.declares(whole, name))
    };
    let mut objects: BTreeMap<(Pointer, Pointer), Object> = BTreeMap::new();
    for fault in faults {
        let Some(name) = name_in(&fault.message).map(str::to_owned) else { continue };
        let Some(place) = holder(context, &fault) else { continue };
        let object = objects.entry((place.clone(), fault.stands.clone())).or_insert_with(|| {
            let found = if fault.keyword == "required" { None } else { context.index.document().find(&place) };
            let value = found.map_or_else(|| Rc::clone(&fault.value), |value| Rc::new(value.clone()));
            Object { place, stands: fault.stands.clone(), value, extra: Vec::new(), missing: Vec::new(), renamed: Vec::new() }
        });
        if fault.keyword == "undeclared" {
            if !name.starts_with(['/', '_', '.', '#']) && !descends(&fault.schema, &name) {
                object.extra.push((name, fault.schema));
            }
        } else if fault.value.as_object().is_some_and(|members| !members.is_empty())
            && !is_one_way(context, &fault.schema, &name)
            && is_declared(&walk.parts(&object.stands, ANY), &name)
        {
            object.missing.push((name, fault.schema));
        }
    }
    let mut objects: Vec<_> = objects.into_values().filter(|object| !object.extra.is_empty() || !object.missing.is_empty()).collect();
    objects.iter_mut().for_each(|object| pair(&context.index, object));
    objects
}

/// Whether a required member has a schema at all; if not, that is what is wrong with it.
fn is_declared(parts: &Parts<'_>, name: &str) -> bool {
    parts.is_open() || parts.declares(name)
}

/// The object that a fault is about.
fn holder(context: &Context<'_>, fault: &Fault) -> Option<Pointer> {
    if fault.keyword == "required" {
        return Some(fault.place.clone());
    }
    // Within JSON text the place is the text itself, and there is no object to look at.
    fault.place.parent().filter(|place| context.index.document().find(place).is_some_and(Value::is_object))
}

/// Finds members that have one name in the example and another in the schema.
fn pair(index: &Index<'_>, object: &mut Object) {
    if object.extra.is_empty() {
        return;
    }
    let parts = Parts::of(index, &object.stands, ANY);
    let has = |name: &str| object.value.get(name).is_some();
    let absent: Vec<_> = parts.properties().filter(|(name, _)| !has(name)).collect();
    let missing: HashSet<_> = object.missing.iter().map(|(name, _)| name.clone()).collect();
    let mut taken = HashSet::new();
    let mut left = Vec::new();
    for (here, schema) in std::mem::take(&mut object.extra) {
        let found = absent.iter().find(|(there, _)| !taken.contains(there) && is_same_name(&here, there, missing.contains(*there)));
        match found {
            Some((there, property)) => {
                taken.insert(*there);
                object.renamed.push((here, (*there).to_owned(), property.clone()));
            }
            None => left.push((here, schema)),
        }
    }
    object.extra = left;
    object.missing.retain(|(name, _)| !taken.contains(name.as_str()));
}

/// Whether two names mean one thing. If the one must be there and is not, one being part of the other is enough.
fn is_same_name(here: &str, there: &str, is_missing: bool) -> bool {
    let (left, right) = (words(here), words(there));
    if left == right || (left.concat() == right.concat() && !left.is_empty()) {
        return true;
    }
    let ends = |long: &[String], short: &[String]| !short.is_empty() && (long.ends_with(short) || long.starts_with(short));
    let close = here.len().min(there.len()) > 4 && distance(here, there) <= 2;
    close || (is_missing && (ends(&left, &right) || ends(&right, &left)))
}
