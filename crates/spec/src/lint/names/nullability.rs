//! Rule `nullability-drift`: most places of a name may be null and a few may not, or the other way round.
//!
//! Compared are properties of one type that travel one way, in objects that are built alike: a request may take what a reply never has.

use std::collections::HashMap;

use super::super::Findings;
use super::super::composition::{ANY, Parts};
use super::super::context::Context;
use super::drift::{self, Drift};
use super::shape;
use super::spots::{Category, Kinship, Spot, Spots};
use crate::schema::Direction;

/// The fewest places that agree with each other and are built like the odd one.
const FEWEST: usize = 2;

/// How many places of the majority are compared with each odd one, and how many odd ones there may be.
const COMPARED: usize = 60;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let spots = Spots::of(context);
    for drift in drifts(context, &spots) {
        drift::report(&drift, "", findings);
    }
}

/// Names that are null in most places of one direction, and never in a few, or the reverse.
pub(super) fn drifts<'s, 'd>(context: &Context<'d>, spots: &'s Spots<'d>) -> Vec<Drift<'s, 'd>> {
    let mut found = Vec::new();
    for (name, places) in spots.by_name(Category::Property).into_iter().filter(|(_, places)| places.len() > FEWEST) {
        let mut groups: HashMap<(bool, &str), Vec<&'s Spot<'d>>> = HashMap::new();
        for spot in places {
            let direction = context.direction(&spot.owner);
            if let (Some(shape), true) = (spot.shape, direction != Direction::Either) {
                groups.entry((direction == Direction::Sent, shape::class(shape))).or_default().push(spot);
            }
        }
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_by_key(|(key, _)| *key);
        found.extend(groups.into_iter().filter_map(|(_, group)| split(context, spots, name, group)));
    }
    found
}

fn split<'s, 'd>(context: &Context<'d>, spots: &'s Spots<'d>, name: &'d str, group: Vec<&'s Spot<'d>>) -> Option<Drift<'s, 'd>> {
    let may_be_null = |spot: &&Spot<'d>| Parts::of(&context.index, &spot.pointer, ANY).has_flag(&context.index, "nullable");
    let (null, never): (Vec<_>, Vec<_>) = group.into_iter().partition(may_be_null);
    let (agree, odd, usual, here) = if null.len() > never.len() {
        (null, never, "may be null", "is never null")
    } else {
        (never, null, "is never null", "may be null")
    };
    if odd.is_empty() || odd.len() > COMPARED || agree.len() < FEWEST.max(2 * odd.len()) {
        return None;
    }
    let kin = |odd: &Spot<'_>| {
        let near = agree.iter().take(COMPARED).filter(|spot| spots.kinship(&odd.owner, &spot.owner, name) == Kinship::Close);
        near.take(FEWEST).count() == FEWEST
    };
    let odd: Vec<_> = odd.into_iter().filter(|spot| !spot.settled && kin(spot)).map(|spot| (here.to_owned(), spot)).collect();
    (!odd.is_empty()).then(|| Drift { name, usual: usual.to_owned(), agree, odd })
}
