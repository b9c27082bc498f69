//! A part of rule `name-spelling`: names with a typing mistake.
//!
//! A word is suspected if it differs by one letter from a word that the document uses much more often. It is reported if the rest of the
//! name makes a name that exists with the frequent word, or if the word is long and the document's prose never uses it.

use std::collections::{HashMap, HashSet};

use super::super::Findings;
use super::super::context::Context;
use super::super::words::{singular, stem, words};
use super::shape;
use super::spelling::{Named, relate, slip};
use super::spots::{Kinship, Spot, Spots};

/// The least number of letters of a word whose misspelling is looked for within an otherwise equal name.
const SHORTEST: usize = 5;

/// The least number of letters of a word that is suspected without such a name.
const LONG: usize = 8;

/// The least number of letters of a word that is a whole name.
const WORD: usize = 6;

/// How many places of each of two names are looked at for objects that are built alike.
const FEW: usize = 12;

/// How much more frequent the right spelling must be.
const MORE: usize = 3;

pub(super) fn check<'d>(
    context: &Context<'d>,
    spots: &Spots<'d>,
    groups: &[(&'d str, Vec<&Spot<'d>>)],
    said: &HashSet<&'d str>,
    findings: &mut Findings<'_>,
) {
    let split: Vec<Vec<String>> = groups.iter().map(|(name, _)| words(name)).collect();
    let by_words: HashMap<&[String], usize> = split.iter().enumerate().map(|(position, words)| (words.as_slice(), position)).collect();
    let mut holders: HashMap<&str, Vec<usize>> = HashMap::new();
    for (position, words) in split.iter().enumerate() {
        for word in words {
            holders.entry(word).or_default().push(position);
        }
    }
    let count = |word: &str| -> usize { holders.get(word).map_or(0, |names| names.iter().map(|&name| groups[name].1.len()).sum()) };
    let mut reported = HashSet::new();
    let mut prose: Option<HashSet<String>> = None;
    for (rare, common) in neighbours(holders.keys().copied()) {
        // `prepayment` and `repayment` are two words: the first letter is seldom mistyped.
        let often = count(common) >= MORE * count(rare);
        if rare.chars().next() != common.chars().next()
            || count(common) <= count(rare)
            || stem(rare) == stem(common)
            || singular(rare) == singular(common)
        {
            continue;
        }
        let prose = prose.get_or_insert_with(|| prose_words(context));
        for &position in &holders[rare] {
            let group = &groups[position];
            if said.contains(group.0) || prose.contains(rare) || reported.contains(&position) {
                continue;
            }
            let mended: Vec<String> =
                split[position].iter().map(|word| if word == rare { common.to_owned() } else { word.clone() }).collect();
            let twin = by_words.get(mended.as_slice()).map(|&twin| &groups[twin]);
            let counts =
                |twin: &Named<'_, 'd>| if mended.len() > 1 { often } else { is_miscounted(rare, common) && are_kin(spots, group, twin) };
            if let Some(twin) = twin.filter(|twin| mended.len() > 1 || counts(twin)) {
                if !counts(twin) {
                    continue;
                }
                if same_type(group, twin) && !spots.stand_together(&group.1, twin.0) {
                    slip(group, twin, &mut HashSet::new(), findings);
                    reported.insert(position);
                }
            } else if often
                && rare.chars().count() >= LONG
                && holders[common].len() >= MORE
                && holders[rare].len() == 1
                && !ends_differ(rare, common)
            {
                let message = format!("`{rare}` in `{}` is spelled `{common}` in {} other names", group.0, holders[common].len());
                let problem = findings.add(&group.1[0].pointer, message);
                relate(problem, &group.1[1..], 5);
                holders[common].iter().take(5).for_each(|&name| relate(problem, &groups[name].1, 1));
                reported.insert(position);
            }
        }
    }
}

/// Whether a letter more or less, and not at the end, is all that tells two words from each other.
fn is_miscounted(rare: &str, common: &str) -> bool {
    rare.len() != common.len() && rare.len().min(common.len()) >= WORD && !ends_differ(rare, common)
}

/// Whether two names stand in objects that are otherwise built alike.
pub(super) fn are_kin<'d>(spots: &Spots<'d>, left: &Named<'_, 'd>, right: &Named<'_, 'd>) -> bool {
    let mut pairs = left.1.iter().take(FEW).flat_map(|left| right.1.iter().take(FEW).map(move |right| (left, right)));
    pairs.any(|(left, right)| spots.kinship_but(&left.owner, &right.owner, left.name, right.name) == Kinship::Close)
}

fn same_type(left: &(&str, Vec<&Spot<'_>>), right: &(&str, Vec<&Spot<'_>>)) -> bool {
    let type_of = |spots: &[&Spot<'_>]| spots.iter().find_map(|spot| spot.shape).map(|name| shape::class(name).to_owned());
    type_of(&left.1) == type_of(&right.1)
}

/// Whether two words part only in their last two letters, where grammar makes many honest neighbours (`receiver`, `received`).
fn ends_differ(left: &str, right: &str) -> bool {
    let same = left.chars().zip(right.chars()).take_while(|(left, right)| left == right).count();
    same + 2 >= left.chars().count().min(right.chars().count())
}

/// Pairs of words of which one turns into the other by one letter more, less or changed, or by two letters in the wrong order.
///
/// Words are bucketed by what is left when one letter is taken away, so that nothing is compared with everything.
fn neighbours<'w>(all: impl Iterator<Item = &'w str>) -> Vec<(&'w str, &'w str)> {
    let mut buckets: HashMap<String, Vec<&str>> = HashMap::new();
    let fits = |word: &&str| word.chars().count() + 1 >= SHORTEST && word.chars().all(|letter| letter.is_ascii_lowercase());
    for word in all.filter(fits) {
        buckets.entry(word.to_owned()).or_default().push(word);
        let mut seen = HashSet::new();
        for position in 0..word.len() {
            let rest = format!("{}{}", &word[..position], &word[position + 1..]);
            if seen.insert(rest.clone()) {
                buckets.entry(rest).or_default().push(word);
            }
        }
    }
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    for bucket in buckets.values().filter(|bucket| bucket.len() > 1 && bucket.len() <= 50) {
        for left in bucket {
            for right in bucket.iter().filter(|right| *right != left) {
                if left.len().max(right.len()) >= SHORTEST && is_slip(left, right) {
                    pairs.push((left, right));
                }
            }
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// Whether one slip of the fingers makes one word of the other. Both are of small letters only.
fn is_slip(left: &str, right: &str) -> bool {
    if left.len() == right.len() {
        let differ: Vec<usize> = (0..left.len()).filter(|&position| left.as_bytes()[position] != right.as_bytes()[position]).collect();
        return match differ.as_slice() {
            [_] => true,
            &[one, two] => two == one + 1 && left.as_bytes()[one] == right.as_bytes()[two] && left.as_bytes()[two] == right.as_bytes()[one],
            _ => false,
        };
    }
    super::super::words::distance(left, right) == 1
}

pub(super) fn prose_words(context: &Context<'_>) -> HashSet<String> {
    context.texts.iter().flat_map(|text| text.text.split(|letter: char| !letter.is_alphabetic())).map(str::to_lowercase).collect()
}
