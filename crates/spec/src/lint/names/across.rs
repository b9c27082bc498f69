//! Rules that compare the names of several documents.
//!
//! `document-convention` says once that two documents write names in different styles. `name-across` looks beyond style: names of
//! the same words in another tense or number, with a slip, and paths with other separators.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use super::super::Findings;
use super::super::context::Context;
use super::super::words::{Style, distance, folded, style, words};
use super::shape;
use super::spelling::stemmed;
use super::spots::{Category, Spot, Spots};
use crate::{Pointer, Problem};

/// How many pairs of names one finding lists in its message, and how many it points at.
const TOLD: usize = 6;
const SHOWN: usize = 30;

/// The fewest names that make a convention.
const FEWEST: usize = 5;

/// More pairs of names than this are not compared letter by letter.
const MOST_PAIRS: usize = 250_000;

/// A document with its names.
struct Named<'s, 'd> {
    file: &'d str,
    /// Every name of a property, form field or parameter, in order, with its places.
    names: Vec<(&'d str, Vec<&'s Spot<'d>>)>,
    folded: HashMap<String, usize>,
}

impl<'s, 'd> Named<'s, 'd> {
    fn of(context: &Context<'d>, spots: &'s Spots<'d>) -> Self {
        let mut names: Vec<(&'d str, Vec<&'s Spot<'d>>)> = Vec::new();
        let mut found: HashMap<&str, usize> = HashMap::new();
        let category = |spot: &&Spot<'d>| matches!(spot.category, Category::Property | Category::Field | Category::Parameter);
        for spot in spots.all.iter().filter(category).filter(|spot| !spot.settled) {
            let position = *found.entry(spot.name).or_insert_with(|| {
                names.push((spot.name, Vec::new()));
                names.len() - 1
            });
            names[position].1.push(spot);
        }
        let folded = names.iter().enumerate().rev().map(|(position, (name, _))| (folded(name), position)).collect();
        Self { file: context.index.document().file(), names, folded }
    }

    /// The style of most names, if there is one.
    fn convention(&self) -> Option<Style> {
        let mut counts: BTreeMap<Style, usize> = BTreeMap::new();
        self.names.iter().filter_map(|(name, _)| style(name)).for_each(|style| *counts.entry(style).or_default() += 1);
        let all: usize = counts.values().sum();
        let (style, most) = counts.into_iter().max_by_key(|(_, count)| *count)?;
        (most >= FEWEST && most * 100 >= all * 70).then_some(style)
    }
}

/// `document-convention`.
pub(super) fn check_conventions(contexts: &[Context<'_>], findings: &mut Findings<'_>) {
    let spots: Vec<_> = contexts.iter().map(Spots::of).collect();
    let documents: Vec<_> = contexts.iter().zip(&spots).map(|(context, spots)| Named::of(context, spots)).collect();
    let conventions: Vec<_> = documents.iter().map(Named::convention).collect();
    let Some(base) = conventions.iter().position(Option::is_some) else { return };
    let mut told = HashSet::new();
    for (other, convention) in conventions.iter().enumerate().skip(base + 1) {
        let (Some(theirs), Some(ours)) = (convention, &conventions[base]) else { continue };
        if theirs == ours || !told.insert(*theirs) {
            continue;
        }
        let (left, right) = (&documents[base], &documents[other]);
        let pairs: Vec<_> = left
            .names
            .iter()
            .filter_map(|(name, places)| {
                let twin = &right.names[*right.folded.get(&folded(name))?];
                (twin.0 != *name).then_some((places[0], twin.1[0]))
            })
            .collect();
        let Some((first, _)) = pairs.first() else { continue };
        let list: Vec<_> = pairs.iter().take(TOLD).map(|(left, right)| format!("`{}`/`{}`", left.name, right.name)).collect();
        let more = if pairs.len() > TOLD { ", …" } else { "" };
        let message = format!(
            "names are in {ours} here and in {theirs} in {}: {} differ, {}{more}",
            file_name(right.file),
            pairs.len(),
            list.join(", ")
        );
        let problem = findings.add_in(left.file, &first.pointer, message);
        for (left_place, right_place) in pairs.iter().take(SHOWN) {
            relate(problem, left.file, &left_place.pointer);
            relate(problem, right.file, &right_place.pointer);
        }
    }
}

/// `name-across`.
pub(super) fn check_names(contexts: &[Context<'_>], findings: &mut Findings<'_>) {
    let spots: Vec<_> = contexts.iter().map(Spots::of).collect();
    let documents: Vec<_> = contexts.iter().zip(&spots).map(|(context, spots)| Named::of(context, spots)).collect();
    for left in 0..documents.len() {
        for right in left + 1..documents.len() {
            names_of_two(&documents[left], &documents[right], findings);
            paths_of_two(&contexts[left], &contexts[right], findings);
        }
    }
}

fn names_of_two(left: &Named<'_, '_>, right: &Named<'_, '_>, findings: &mut Findings<'_>) {
    let only = |one: &Named<'_, '_>, other: &Named<'_, '_>| -> Vec<usize> {
        (0..one.names.len()).filter(|&position| !other.folded.contains_key(&folded(one.names[position].0))).collect()
    };
    let (ours, theirs) = (only(left, right), only(right, left));
    let mut stems: HashMap<String, usize> = HashMap::new();
    for &position in theirs.iter().rev() {
        stems.insert(stemmed(right.names[position].0), position);
    }
    stems.remove("");
    let near = ours.len() * theirs.len() <= MOST_PAIRS;
    for position in ours {
        let (name, places) = &left.names[position];
        let twin = stems.get(&stemmed(name)).copied().or_else(|| {
            let slip = |other: &&usize| near && is_slip(name, right.names[**other].0);
            theirs.iter().find(slip).copied()
        });
        let Some((other, others)) = twin.map(|twin| &right.names[twin]) else { continue };
        if !same_role(places, others) {
            continue;
        }
        let problem = findings.add_in(left.file, &places[0].pointer, format!("`{name}` is spelled `{other}` in {}", file_name(right.file)));
        places[1..].iter().take(5).for_each(|spot| relate(problem, left.file, &spot.pointer));
        others.iter().take(5).for_each(|spot| relate(problem, right.file, &spot.pointer));
    }
}

/// Whether two names of several words differ by one letter.
fn is_slip(left: &str, right: &str) -> bool {
    let (one, other) = (folded(left), folded(right));
    one.len() >= 8
        && one.len().abs_diff(other.len()) <= 1
        && one.chars().next() == other.chars().next()
        && words(left).len() > 1
        && words(left).len() == words(right).len()
        && distance(&one, &other) == 1
}

fn same_role(left: &[&Spot<'_>], right: &[&Spot<'_>]) -> bool {
    let class = |spots: &[&Spot<'_>]| spots.iter().find_map(|spot| spot.shape).map(|name| shape::class(name).to_owned());
    let (one, other) = (class(left), class(right));
    let last = |spots: &[&Spot<'_>]| spots.first().and_then(|spot| words(spot.name).pop());
    one.is_some() && one == other && (one.as_deref() != Some("string") || last(left) == last(right))
}

fn paths_of_two(left: &Context<'_>, right: &Context<'_>, findings: &mut Findings<'_>) {
    let segments = |context: &Context<'_>| -> BTreeMap<String, BTreeMap<String, Pointer>> {
        let mut found: BTreeMap<String, BTreeMap<String, Pointer>> = BTreeMap::new();
        for spot in Spots::of(context).all.into_iter().filter(|spot| spot.category == Category::Segment && !spot.settled) {
            found.entry(folded(spot.name)).or_default().entry(spot.name.to_owned()).or_insert(spot.pointer);
        }
        found
    };
    let (ours, theirs) = (segments(left), segments(right));
    let (left, right) = (left.index.document().file(), right.index.document().file());
    for (key, spellings) in ours {
        let Some(others) = theirs.get(&key) else { continue };
        if spellings.keys().any(|name| others.contains_key(name)) {
            continue;
        }
        let (Some((name, place)), Some((other, other_place))) = (spellings.first_key_value(), others.first_key_value()) else { continue };
        let problem = findings.add_in(left, place, format!("`{name}` in this path is spelled `{other}` in {}", file_name(right)));
        relate(problem, right, other_place);
    }
}

/// The last part of a path, which is enough in a sentence.
pub(super) fn file_name(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path)
}

fn relate(problem: &mut Problem, file: &str, pointer: &Pointer) {
    if problem.file != file || problem.pointer != *pointer {
        problem.relate_in(file, pointer);
    }
}
