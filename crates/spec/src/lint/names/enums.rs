//! Rule `enum-drift`: one list of values in several versions.
//!
//! Lists are compared between places of one name only, and count as versions of one list when they share most of their values.

use std::collections::{BTreeSet, HashMap};

use super::super::Findings;
use super::super::context::Context;
use super::spelling::relate;
use super::spots::{Category, Spot, Spots};
use super::{filters, shape};
use crate::index::texts;

/// How many different lists of one name are compared with each other.
const COMPARED: usize = 40;

/// How many values are named in a message.
pub(super) const SHOWN: usize = 6;

/// How many places of each list are looked at for objects that are built alike.
const FEW: usize = 12;

/// A list of values, and the places that have it.
pub(super) struct Listed<'s, 'd> {
    pub values: BTreeSet<&'d str>,
    pub places: Vec<&'s Spot<'d>>,
}

pub(super) fn check_lists(context: &Context<'_>, findings: &mut Findings<'_>) {
    let spots = Spots::of(context);
    for (name, lists) in lists_by_name(context, &spots) {
        let mut best: Option<(usize, usize, usize)> = None;
        let kin = |left: &Listed<'_, '_>, right: &Listed<'_, '_>| {
            let pairs = left.places.iter().take(FEW).flat_map(|left| right.places.iter().take(FEW).map(move |right| (left, right)));
            // Two queries offer different choices on purpose.
            let same_words =
                |(left, right): (&&Spot<'_>, &&Spot<'_>)| left.category != Category::Parameter && text_of(left) == text_of(right);
            let mut pairs = pairs.into_iter().filter(|pair| same_words(*pair));
            pairs.any(|(left, right)| spots.are_copies(&left.owner, &right.owner, name))
        };
        for left in 0..lists.len().min(COMPARED) {
            for right in left + 1..lists.len().min(COMPARED) {
                let shared = lists[left].values.intersection(&lists[right].values).count();
                if are_versions(&lists[left], &lists[right], shared, kin) && best.is_none_or(|(most, _, _)| shared > most) {
                    best = Some((shared, left, right));
                }
            }
        }
        let Some((_, left, right)) = best else { continue };
        let key = |position: usize| (lists[position].places.len(), lists[position].values.len(), std::cmp::Reverse(position));
        let (odd, usual) = if key(left) < key(right) { (left, right) } else { (right, left) };
        report(name, &lists[odd], &lists[usual], findings);
    }
    filters::check(context, findings);
}

fn report(name: &str, odd: &Listed<'_, '_>, usual: &Listed<'_, '_>, findings: &mut Findings<'_>) {
    let only = |left: &Listed<'_, '_>, right: &Listed<'_, '_>| -> Vec<String> {
        left.values.difference(&right.values).map(|value| format!("`{value}`")).collect()
    };
    let list = |values: &[String]| {
        let more = if values.len() > SHOWN { ", …" } else { "" };
        format!("{}{more}", values[..values.len().min(SHOWN)].join(", "))
    };
    let (missing, added) = (only(usual, odd), only(odd, usual));
    let places = if usual.places.len() == 1 { "1 other place".to_owned() } else { format!("{} other places", usual.places.len()) };
    let what = match (missing.is_empty(), added.is_empty()) {
        (false, true) => format!("lacks {}", list(&missing)),
        (true, _) => format!("has {} besides", list(&added)),
        (false, false) => format!("lacks {} and has {} besides", list(&missing), list(&added)),
    };
    let message = format!("the list of values of `{name}` {what}, compared with {places} of that name");
    let problem = findings.add(&odd.places[0].pointer, message);
    relate(problem, &odd.places[1..], 5);
    relate(problem, &usual.places, 5);
}

/// Whether two different lists are versions of one: near copies that both have values of their own, or lists of objects that are copies of each other.
fn are_versions<'s, 'd>(
    left: &Listed<'s, 'd>,
    right: &Listed<'s, 'd>,
    shared: usize,
    kin: impl Fn(&Listed<'s, 'd>, &Listed<'s, 'd>) -> bool,
) -> bool {
    let (small, large) = (left.values.len().min(right.values.len()), left.values.len().max(right.values.len()));
    let crossed = shared < small && shared >= 4 && shared * 5 >= large * 4;
    // Of what is only a choice from a longer list, a thing with another name may have less on purpose.
    let chosen =
        shared == small && !left.places.iter().take(FEW).any(|left| right.places.iter().take(FEW).any(|right| same_thing(left, right)));
    shared >= 2 && shared * 2 >= large && !chosen && (crossed || kin(left, right))
}

/// Whether two owners stand in components of the same name, or one of them in none.
fn same_thing(left: &Spot<'_>, right: &Spot<'_>) -> bool {
    let component = |spot: &Spot<'_>| {
        let mut tokens = spot.owner.tokens();
        (tokens.next()? == "components" && tokens.next()? == "schemas").then(|| tokens.next()).flatten()
    };
    match (component(left), component(right)) {
        (Some(left), Some(right)) => left == right,
        _ => true,
    }
}

/// The description of a name's schema.
fn text_of<'d>(spot: &Spot<'d>) -> Option<&'d str> {
    spot.schema?.get("description")?.as_str().map(str::trim)
}

/// The different lists of values of each name, in the order of the document.
pub(super) fn lists_by_name<'s, 'd>(context: &Context<'d>, spots: &'s Spots<'d>) -> Vec<(&'d str, Vec<Listed<'s, 'd>>)> {
    let mut found: HashMap<&str, usize> = HashMap::new();
    let mut names: Vec<(&'d str, Vec<Listed<'s, 'd>>)> = Vec::new();
    let wanted = |spot: &&Spot<'d>| matches!(spot.category, Category::Property | Category::Field | Category::Parameter) && !spot.settled;
    for spot in spots.all.iter().filter(wanted) {
        let values = values_of(context, spot);
        if values.len() < 2 {
            continue;
        }
        let position = *found.entry(spot.name).or_insert_with(|| {
            names.push((spot.name, Vec::new()));
            names.len() - 1
        });
        let lists = &mut names[position].1;
        match lists.iter_mut().find(|list| list.values == values) {
            Some(list) => list.places.push(spot),
            None => lists.push(Listed { values, places: vec![spot] }),
        }
    }
    names
}

/// The values of a name, or of the items of its list.
pub(super) fn values_of<'d>(context: &Context<'d>, spot: &Spot<'d>) -> BTreeSet<&'d str> {
    let document = context.index.document();
    let Some(schema) = spot.schema else { return BTreeSet::new() };
    let own: BTreeSet<_> = texts(schema, "enum").collect();
    if !own.is_empty() {
        return own;
    }
    let items = schema.get("items").and_then(|items| shape::follow(document, items));
    items.map(|items| texts(items, "enum").collect()).unwrap_or_default()
}
