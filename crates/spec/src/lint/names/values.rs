//! Rule `enum-spelling`: one value in several spellings.
//!
//! Values are compared between lists of one name, and in the whole document when a doubled letter is all that differs (`canceled`,
//! `cancelled`).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::super::Findings;
use super::super::context::Context;
use super::super::words::{distance, folded, singular, words};
use super::enums::{Listed, SHOWN, lists_by_name, values_of};
use super::spelling::relate;
use super::spots::{Spot, Spots};
use super::typing::prose_words;

/// How many lists of one name, and how many values of a list, are compared with each other.
const COMPARED: usize = 40;

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let spots = Spots::of(context);
    for (name, lists) in lists_by_name(context, &spots) {
        let mut families: BTreeMap<String, BTreeMap<&str, Vec<usize>>> = BTreeMap::new();
        for (position, list) in lists.iter().enumerate() {
            for value in &list.values {
                families.entry(folded(value)).or_default().entry(value).or_default().push(position);
            }
        }
        let mut slips = Vec::new();
        for spellings in families.values().filter(|spellings| spellings.len() > 1) {
            // Two spellings in one list are both accepted on purpose.
            let mut seen = BTreeSet::new();
            if !spellings.values().flatten().all(|position| seen.insert(*position)) {
                continue;
            }
            let weight = |positions: &[usize]| -> usize { positions.iter().map(|&position| lists[position].places.len()).sum() };
            let mut sorted: Vec<_> = spellings.iter().collect();
            sorted.sort_by_key(|(_, positions)| (std::cmp::Reverse(weight(positions)), positions[0]));
            let (common, usual) = sorted[0];
            slips.extend(sorted[1..].iter().map(|(rare, odd)| (**rare, odd[0], *common, usual[0])));
        }
        // One word that two lists of a common name share by chance says nothing.
        if slips.len() < 2 && words(name).len() < 2 {
            slips.clear();
        }
        slips.extend(near(&lists));
        // What is a slip in both directions is two values.
        let both: BTreeSet<_> = slips.iter().map(|(rare, _, common, _)| (*rare, *common)).collect();
        slips.retain(|(rare, _, common, _)| !both.contains(&(*common, *rare)));
        let Some(&(_, odd, _, usual)) = slips.first() else { continue };
        let pairs: Vec<_> = slips.iter().take(SHOWN).map(|(rare, _, common, _)| format!("`{rare}` for `{common}`")).collect();
        let more = if slips.len() > SHOWN { ", …" } else { "" };
        let message = format!("values of `{name}` are spelled differently here: {}{more}", pairs.join(", "));
        let problem = findings.add(&lists[odd].places[0].pointer, message);
        slips.iter().take(5).for_each(|(_, odd, _, _)| relate(problem, &lists[*odd].places, 1));
        relate(problem, &lists[usual].places, 5);
    }
    doubled(&spots, context, findings);
}

/// Values that only one of two lists has and that differ in the number or the ending of one word: `SOURCE` and `SOURCES`,
/// `DATA_ANALYSIS` and `DATA_ANALYTICS`. The lists must have another value in common.
fn near<'d>(lists: &[Listed<'_, 'd>]) -> Vec<(&'d str, usize, &'d str, usize)> {
    let mut found = Vec::new();
    let count = lists.len().min(COMPARED);
    for (left, right) in (0..count).flat_map(|left| (left + 1..count).map(move |right| (left, right))) {
        let (one, other) = (&lists[left], &lists[right]);
        if one.values.is_disjoint(&other.values) {
            continue;
        }
        for value in one.values.difference(&other.values).take(COMPARED) {
            let twin = other.values.difference(&one.values).take(COMPARED).find(|twin| are_near(value, twin));
            let in_one_list = |twin: &str| lists.iter().any(|list| list.values.contains(value) && list.values.contains(twin));
            let Some(twin) = twin.filter(|twin| !in_one_list(twin)) else { continue };
            let places =
                |value: &str| -> usize { lists.iter().filter(|list| list.values.contains(value)).map(|list| list.places.len()).sum() };
            let (rare, odd, common, usual) =
                if places(value) < places(twin) { (*value, left, *twin, right) } else { (*twin, right, *value, left) };
            if !found.iter().any(|(known, _, _, _)| *known == rare) {
                found.push((rare, odd, common, usual));
            }
        }
    }
    found
}

/// Whether two values differ in the number of one word, or, if they have several words, in the last letters of a long one.
fn are_near(left: &str, right: &str) -> bool {
    let (left, right) = (words(left), words(right));
    let mut differing = left.iter().zip(&right).filter(|(one, other)| one != other);
    let (Some((one, other)), None) = (differing.next(), differing.next()) else { return false };
    let start = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let ending = left.len() > 1 && start >= 5 && distance(one, other) <= 3;
    left.len() == right.len() && one.len() > 3 && (singular(one) == singular(other) || ending)
}

/// Values in which a letter is doubled here and single there.
fn doubled(spots: &Spots<'_>, context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut families: BTreeMap<String, BTreeMap<String, Vec<&Spot<'_>>>> = BTreeMap::new();
    for spot in spots.all.iter().filter(|spot| !spot.settled) {
        for value in values_of(context, spot) {
            let spelled = folded(value);
            if spelled.len() >= 6 && spelled.chars().all(|letter| letter.is_ascii_lowercase()) {
                let mut single: Vec<char> = spelled.chars().collect();
                single.dedup();
                families.entry(single.into_iter().collect()).or_default().entry(spelled).or_default().push(spot);
            }
        }
    }
    let mut prose: Option<HashSet<String>> = None;
    for spellings in families.values().filter(|spellings| spellings.len() > 1) {
        let prose = prose.get_or_insert_with(|| prose_words(context));
        let mut sorted: Vec<_> = spellings.iter().collect();
        // A word that the prose uses is right, however rare it is among the values.
        sorted.sort_by_key(|(word, places)| std::cmp::Reverse((prose.contains(*word), places.len())));
        let (common, usual) = sorted[0];
        for (rare, odd) in &sorted[1..] {
            let lists = if usual.len() == 1 { "1 other list".to_owned() } else { format!("{} other lists", usual.len()) };
            let message = format!("the value `{rare}` of `{}` is spelled `{common}` in {lists}", odd[0].name);
            let problem = findings.add(&odd[0].pointer, message);
            relate(problem, &odd[1..], 5);
            relate(problem, usual, 5);
        }
    }
}
