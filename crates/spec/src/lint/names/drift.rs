//! Rules `type-drift`, `format-drift` and `default-drift`: most places of a name agree about a property of its schema, a few do not.
//!
//! That alone says little: the `status` of an order and the `status` of a worker may well differ. A minority is reported when the object
//! around it has the members of an object in the majority, or when the majority is overwhelming and the name says more than one word.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::super::Findings;
use super::super::context::Context;
use super::super::words::words;
use super::shape;
use super::spelling::relate;
use super::spots::{Category, Kinship, Spot, Spots};
use crate::Pointer;
use crate::schema::holds;

/// The fewest places that make a majority.
const FEWEST: usize = 3;

/// The fewest places that make an overwhelming majority, with at least 85 of 100.
const CROWD: usize = 6;

/// How many places of the majority are compared with each odd one, and named.
const COMPARED: usize = 60;
const SHOWN: usize = 5;

/// A name whose places disagree.
pub(super) struct Drift<'s, 'd> {
    pub name: &'d str,
    /// What most places say, and which they are.
    pub usual: String,
    pub agree: Vec<&'s Spot<'d>>,
    /// What the others say, and which they are.
    pub odd: Vec<(String, &'s Spot<'d>)>,
}

pub(super) fn check_types(context: &Context<'_>, findings: &mut Findings<'_>) {
    let spots = Spots::of(context);
    for drift in types(&spots) {
        report(&drift, "is", findings);
    }
}

pub(super) fn check_formats(context: &Context<'_>, findings: &mut Findings<'_>) {
    let spots = Spots::of(context);
    for drift in formats(&spots) {
        report(&drift, "has", findings);
    }
}

pub(super) fn check_defaults(context: &Context<'_>, findings: &mut Findings<'_>) {
    let spots = Spots::of(context);
    for drift in defaults(&spots) {
        report(&drift, "has the default", findings);
    }
}

pub(super) fn report(drift: &Drift<'_, '_>, has: &str, findings: &mut Findings<'_>) {
    let Some((label, first)) = drift.odd.first() else { return };
    let more = match drift.odd.len() {
        1 => String::new(),
        count => format!(" (and differs in {} more)", count - 1),
    };
    let has = if has.is_empty() { String::new() } else { format!("{has} ") };
    let message = format!("`{}` {has}{label} here{more}, {} in {} other places", drift.name, drift.usual, drift.agree.len());
    let problem = findings.add(&first.pointer, message);
    drift.odd[1..].iter().take(SHOWN).for_each(|(_, spot)| relate(problem, &[*spot], 1));
    relate(problem, &drift.agree, SHOWN);
}

/// Names that have another JSON type in a few places.
pub(super) fn types<'s, 'd>(spots: &'s Spots<'d>) -> Vec<Drift<'s, 'd>> {
    let label = |spot: &Spot<'d>| spot.shape.map(|name| shape::said(shape::class(name)).to_owned());
    let mut found = drifts(spots, label, |drift, spot| {
        let scalar = |spot: &Spot<'_>| spot.shape.is_some_and(shape::is_scalar);
        let deep = !scalar(spot) && !drift.agree.iter().any(|spot| scalar(spot));
        // A list where others have an object, or an id in place of the thing itself, is how replies of different depth are written.
        let flat = scalar(spot) && drift.agree.iter().all(|spot| scalar(spot));
        Evidence { alike: !deep, crowd: flat && is_specific(drift.name) }
    });
    for drift in found.iter_mut().filter(|drift| drift.usual == shape::said("string")) {
        drift.odd.retain(|(_, spot)| !is_switch(spots, spot));
    }
    found.retain(|drift| !drift.odd.is_empty());
    found
}

/// Whether a boolean stands among booleans only: permissions and features are switched on and off by the names of what they are about.
fn is_switch(spots: &Spots<'_>, spot: &Spot<'_>) -> bool {
    let is_boolean = |name: Option<&str>| name == Some("boolean");
    is_boolean(spot.shape)
        && spots.names_in(&spot.owner).is_some_and(|names| names.len() > 1 && names.values().all(|name| is_boolean(*name)))
}

/// Names whose texts have a format in most places and another, or none, in a few.
pub(super) fn formats<'s, 'd>(spots: &'s Spots<'d>) -> Vec<Drift<'s, 'd>> {
    let label = |spot: &Spot<'d>| {
        let schema = spot.schema.filter(|schema| spot.shape == Some("string") && schema.get("enum").is_none())?;
        Some(match schema.get("format").and_then(Value::as_str) {
            Some(format) => format!("the format `{format}`"),
            None => "no format".to_owned(),
        })
    };
    let mut found = drifts(spots, label, |drift, _| Evidence { alike: true, crowd: is_specific(drift.name) });
    for drift in &mut found {
        let usual = drift.agree.first().and_then(|spot| format_of(spot));
        drift.odd.retain(|(_, spot)| usual.is_some_and(|usual| could_have(spot, usual)));
    }
    found.retain(|drift| !drift.odd.is_empty());
    found
}

fn format_of<'d>(spot: &Spot<'d>) -> Option<&'d str> {
    spot.schema?.get("format")?.as_str()
}

/// Whether the texts of a place could have the `usual` format: its example has it, and it does not say that it is another part of a time.
fn could_have(spot: &Spot<'_>, usual: &str) -> bool {
    const TIMES: [&str; 3] = ["time", "date", "date-time"];
    let other_part = format_of(spot).is_some_and(|format| TIMES.contains(&format) && TIMES.contains(&usual));
    let example = spot.schema.and_then(|schema| schema.get("example")).filter(|example| example.is_string());
    !other_part && example.is_none_or(|example| holds(usual, example) != Some(false))
}

/// Names with the same values everywhere, but another default in a few places.
pub(super) fn defaults<'s, 'd>(spots: &'s Spots<'d>) -> Vec<Drift<'s, 'd>> {
    let label = |spot: &Spot<'d>| {
        let schema = spot.schema?;
        schema.get("enum")?;
        Some(format!("`{}`", shape::plain(schema.get("default")?)))
    };
    let same_enum = |left: &Spot<'_>, right: &Spot<'_>| values(left) == values(right);
    let mut found = drifts(spots, label, |drift, _| Evidence { alike: true, crowd: is_specific(drift.name) });
    for drift in &mut found {
        let Some(usual) = drift.agree.first().copied() else { continue };
        drift.odd.retain(|(_, spot)| same_enum(spot, usual));
    }
    found.retain(|drift| !drift.odd.is_empty());
    found
}

fn values(spot: &Spot<'_>) -> Option<HashSet<String>> {
    let values = spot.schema?.get("enum")?.as_array()?;
    Some(values.iter().map(Value::to_string).collect())
}

/// Whether a name says more than `id` or `status`, which mean something else in each object.
fn is_specific(name: &str) -> bool {
    words(name).len() > 1
}

/// Which evidence counts.
struct Evidence {
    alike: bool,
    crowd: bool,
}

/// The names of properties and parameters for which most places have one `label`, and the places that have another for no good reason.
fn drifts<'s, 'd>(
    spots: &'s Spots<'d>,
    label: impl Fn(&Spot<'d>) -> Option<String>,
    evidence: impl Fn(&Drift<'s, 'd>, &Spot<'d>) -> Evidence,
) -> Vec<Drift<'s, 'd>> {
    let mut found = Vec::new();
    for category in [Category::Property, Category::Field, Category::Parameter] {
        for (name, places) in spots.by_name(category) {
            let Some(drift) = split(name, &places, &label) else { continue };
            let known = drift.agree.len() + drift.odd.len();
            let crowd = drift.agree.len() >= CROWD && drift.agree.len() * 100 >= known * 85;
            let counts = |(_, spot): &&(String, &Spot<'d>)| {
                let evidence = evidence(&drift, spot);
                !spot.settled && ((evidence.crowd && crowd) || (evidence.alike && is_alike(spots, spot, &drift.agree)))
            };
            let odd: Vec<_> = drift.odd.iter().filter(counts).cloned().collect();
            if !odd.is_empty() {
                found.push(Drift { odd, ..drift });
            }
        }
    }
    found
}

/// Tells the majority of `places` from the rest; `None` if they agree or if there is no clear majority.
fn split<'s, 'd>(name: &'d str, places: &[&'s Spot<'d>], label: impl Fn(&Spot<'d>) -> Option<String>) -> Option<Drift<'s, 'd>> {
    let labels: Vec<_> = places.iter().filter_map(|spot| Some((label(spot)?, *spot))).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    labels.iter().for_each(|(label, _)| *counts.entry(label).or_default() += 1);
    let (&usual, &most) = counts.iter().max_by_key(|(label, count)| (**count, std::cmp::Reverse(**label)))?;
    if counts.len() < 2 || most < FEWEST || most * 4 < labels.len() * 3 {
        return None;
    }
    let usual = usual.to_owned();
    let (agree, odd): (Vec<_>, Vec<_>) = labels.into_iter().partition(|(label, _)| *label == usual);
    Some(Drift { name, usual, agree: agree.into_iter().map(|(_, spot)| spot).collect(), odd })
}

/// Whether what stands around `spot` also stands around others.
fn is_alike(spots: &Spots<'_>, spot: &Spot<'_>, others: &[&Spot<'_>]) -> bool {
    let mut distant = HashSet::<&Pointer>::new();
    for other in others.iter().take(COMPARED) {
        match spots.kinship(&spot.owner, &other.owner, spot.name) {
            Kinship::Close => return true,
            Kinship::Distant => _ = distant.insert(&other.owner),
            Kinship::None => {}
        }
    }
    distant.len() >= CROWD
}
