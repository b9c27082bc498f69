//! Rule `name-spelling`: one name in several spellings.
//!
//! Four passes over the names of a category. Names that differ in case or separators only are one family; many of them in two styles are
//! one finding. Names in another style than nearly all others are one finding for each style. Names of several words that differ in
//! tense or number, and names that differ in one letter, are told apart from honest neighbours by type, company and frequency.

use std::collections::{HashMap, HashSet};

use super::super::Findings;
use super::super::context::Context;
use super::super::words::{Style, folded, singular, stem, style, words};
use super::shape;
use super::sides;
use super::spots::{Category, Spot, Spots};
use super::typing;
use crate::Problem;

/// How many places of each spelling are named.
const SHOWN: usize = 5;

/// From how many names on a difference in style is a custom of a part of the document, not a slip in each name.
pub(super) const MANY: usize = 5;

/// How many names must have a style before it is the style of the document.
const FEWEST: usize = 10;

/// A name, and the places that have it.
pub(super) type Named<'s, 'd> = (&'d str, Vec<&'s Spot<'d>>);

pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let spots = Spots::of(context);
    for category in Category::ALL {
        let mut groups = spots.by_name(category);
        groups.iter_mut().for_each(|(_, spots)| spots.retain(|spot| !spot.settled));
        groups.retain(|(_, spots)| !spots.is_empty());
        let mut said = HashSet::new();
        if category != Category::Operation {
            same_words(&spots, category, &groups, &mut said, findings);
        }
        if category != Category::Header {
            other_style(&spots, category, &groups, &mut said, findings);
        }
        if matches!(category, Category::Property | Category::Field | Category::Parameter) {
            endings(&spots, &groups, &mut said, findings);
            countries(&spots, &groups, &mut said, findings);
            typing::check(context, &spots, &groups, &said, findings);
        }
    }
    sides::check(context, &spots, findings);
}

/// Names that are the same but for case and separators.
fn same_words<'d>(
    spots: &Spots<'d>,
    category: Category,
    groups: &[Named<'_, 'd>],
    said: &mut HashSet<&'d str>,
    findings: &mut Findings<'_>,
) {
    let mut slips = Vec::new();
    for family in families(groups, folded) {
        let common = family[0];
        for rare in &family[1..] {
            let same_header = category == Category::Header && rare.0.eq_ignore_ascii_case(common.0);
            if !same_header && !spots.stand_together(&rare.1, common.0) && !is_code(spots, rare) && !is_code(spots, common) {
                slips.push((*rare, common));
            }
        }
    }
    let (styles, rest): (Vec<_>, Vec<_>) = slips.into_iter().partition(|(rare, common)| words(rare.0) == words(common.0));
    if styles.len() >= MANY {
        said.extend(styles.iter().map(|(rare, _)| rare.0));
        two_styles(category, &styles, findings);
    } else {
        styles.iter().for_each(|(rare, common)| slip(rare, common, said, findings));
    }
    rest.iter().for_each(|(rare, common)| slip(rare, common, said, findings));
}

/// One finding for many names that occur in two styles.
fn two_styles(category: Category, slips: &[(&Named<'_, '_>, &Named<'_, '_>)], findings: &mut Findings<'_>) {
    let Some(((_, places), _)) = slips.first() else { return };
    let examples: Vec<_> = slips.iter().take(3).map(|(rare, common)| format!("`{}` beside `{}`", rare.0, common.0)).collect();
    let message = format!("{} {} are spelled in two styles: {}, …", slips.len(), category.plural(), examples.join(", "));
    let problem = findings.add(&places[0].pointer, message);
    for (rare, common) in slips.iter().take(10) {
        relate(problem, &rare.1, 1);
        relate(problem, &common.1, 1);
    }
}

/// Names in another style than nearly all names of their category.
fn other_style<'d>(
    spots: &Spots<'d>,
    category: Category,
    groups: &[Named<'_, 'd>],
    said: &mut HashSet<&'d str>,
    findings: &mut Findings<'_>,
) {
    let mut counts: HashMap<Style, usize> = HashMap::new();
    let styled: Vec<_> = groups.iter().filter_map(|group| Some((style(group.0)?, group))).collect();
    styled.iter().for_each(|(style, _)| *counts.entry(*style).or_default() += 1);
    let Some((&custom, &most)) = counts.iter().max_by_key(|(style, count)| (**count, **style)) else { return };
    if most < FEWEST || most * 100 < styled.len() * 85 {
        return;
    }
    let mut others: Vec<Style> = counts.keys().copied().filter(|other| *other != custom).collect();
    others.sort();
    for other in others {
        let odd: Vec<_> = styled
            .iter()
            .filter(|(style, group)| *style == other && is_told(category, other) && !said.contains(group.0) && !is_code(spots, group))
            .map(|(_, group)| *group)
            .collect();
        let Some((_, places)) = odd.first() else { continue };
        let names: Vec<_> = odd.iter().take(5).map(|(name, _)| format!("`{name}`")).collect();
        let more = if odd.len() > 5 { ", …" } else { "" };
        let (is, what) = if odd.len() == 1 { ("is", "one name") } else { ("are", "names") };
        let count = if odd.len() == 1 { String::new() } else { format!("{} ", odd.len()) };
        let message =
            format!("{count}{what} of {} {is} in {other}, where {most} are in {custom}: {}{more}", category.plural(), names.join(", "));
        let problem = findings.add(&places[0].pointer, message);
        odd.iter().take(10).for_each(|(_, places)| relate(problem, places, 2));
        said.extend(odd.iter().map(|(name, _)| *name));
    }
}

/// Whether names in `style` are worth a word. What is mixed is often made by a tool from two names.
fn is_told(category: Category, style: Style) -> bool {
    style != Style::Mixed || matches!(category, Category::Property | Category::Field | Category::Parameter | Category::Schema)
}

/// Names of several words that differ in tense or number.
fn endings<'d>(spots: &Spots<'d>, groups: &[Named<'_, 'd>], said: &mut HashSet<&'d str>, findings: &mut Findings<'_>) {
    for family in families(groups, stemmed) {
        let common = family[0];
        for rare in &family[1..] {
            let differ = folded(rare.0) != folded(common.0);
            // `start_at` and `started_at` may mean two things; a tense that is rare as well is a slip. `expires_at` and `expired_at` are one.
            let tense = stems(rare.0, singular) != stems(common.0, singular) && !are_present_and_past(rare.0, common.0);
            if differ
                && (!tense || common.1.len() >= 2 * rare.1.len())
                && !said.contains(rare.0)
                && plays_same_role(spots, rare, common)
                && (!are_questions(rare, common) || typing::are_kin(spots, rare, common))
            {
                slip(rare, common, said, findings);
            }
        }
    }
}

/// Names that differ as two countries spell one word.
fn countries<'d>(spots: &Spots<'d>, groups: &[Named<'_, 'd>], said: &mut HashSet<&'d str>, findings: &mut Findings<'_>) {
    for family in families(groups, in_one_spelling) {
        let common = family[0];
        for rare in &family[1..] {
            if folded(rare.0) != folded(common.0)
                && !said.contains(rare.0)
                && only_type(rare) == only_type(common)
                && !spots.stand_together(&rare.1, common.0)
            {
                slip(rare, common, said, findings);
            }
        }
    }
}

/// The words of a name in the shorter spelling; nothing for a name without a word of two spellings.
fn in_one_spelling(name: &str) -> String {
    const TWO: [(&str, &str); 4] = [("colour", "color"), ("colours", "colors"), ("cancelled", "canceled"), ("cancelling", "canceling")];
    let words = words(name);
    let short = |word: &str| TWO.iter().find(|(long, short)| word == *long || word == *short).map(|(_, short)| (*short).to_owned());
    if !words.iter().any(|word| short(word).is_some()) {
        return String::new();
    }
    words.into_iter().map(|word| short(&word).unwrap_or(word)).collect::<Vec<_>>().join(" ")
}

/// Whether two names ask one thing of one and of many: `has_child`, `has_children`. That is a slip among like objects only.
fn are_questions(left: &Named<'_, '_>, right: &Named<'_, '_>) -> bool {
    let asks = |name: &str| words(name).first().is_some_and(|word| word == "has" || word == "is");
    only_type(left) == Some("boolean") && asks(left.0) && asks(right.0)
}

/// The words of a name without what tense and number do to them; nothing for a name of one word.
///
/// The past counts at the end (`total_refunded` is a state, `total_refund` an amount), and before it does not (`expired_at`, `expires_at`).
pub(super) fn stemmed(name: &str) -> String {
    stems(name, stem)
}

fn stems(name: &str, of: fn(&str) -> String) -> String {
    if !name.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-')) {
        return String::new();
    }
    match words(name).as_slice() {
        [before @ .., last] if !before.is_empty() => {
            let mut stems: Vec<_> = before.iter().map(|word| of(word)).collect();
            stems.push(singular(last));
            stems.join(" ")
        }
        _ => String::new(),
    }
}

/// Whether two names of one family are told apart by `-s` and `-ed` in one word: `expires_at`, `expired_at`.
fn are_present_and_past(left: &str, right: &str) -> bool {
    let pairs = || words(left).into_iter().zip(words(right)).filter(|(left, right)| left != right);
    pairs().all(|(left, right)| (left.ends_with('s') && right.ends_with("ed")) || (left.ends_with("ed") && right.ends_with('s')))
}

/// Whether two spellings hold the same kind of thing and never stand side by side.
fn plays_same_role(spots: &Spots<'_>, left: &Named<'_, '_>, right: &Named<'_, '_>) -> bool {
    let (Some(one), Some(other)) = (only_type(left), only_type(right)) else { return false };
    let last = |name: &str| words(name).pop();
    // A text may hold a list, separated by commas; then the plural is honest.
    let list_in_text = one == "string" && last(left.0) != last(right.0);
    one == other && !list_in_text && !spots.stand_together(&left.1, right.0)
}

/// The type that all places of a name have.
fn only_type<'d>(named: &Named<'_, 'd>) -> Option<&'d str> {
    let mut types = named.1.iter().map(|spot| spot.shape.map(shape::class));
    let first = types.next().flatten();
    if types.all(|other| other == first) { first } else { None }
}

/// Names with the same key, the most frequent spelling first. An empty key is no key.
fn families<'g, 's, 'd>(groups: &'g [Named<'s, 'd>], key: impl Fn(&str) -> String) -> Vec<Vec<&'g Named<'s, 'd>>> {
    let mut positions: HashMap<String, usize> = HashMap::new();
    let mut families: Vec<Vec<&Named<'_, '_>>> = Vec::new();
    for group in groups {
        let key = key(group.0);
        if !key.chars().any(char::is_alphabetic) {
            continue;
        }
        let position = *positions.entry(key).or_insert_with(|| {
            families.push(Vec::new());
            families.len() - 1
        });
        families[position].push(group);
    }
    families.retain(|family| family.len() > 1);
    families.iter_mut().for_each(|family| family.sort_by_key(|(_, spots)| std::cmp::Reverse(spots.len())));
    families
}

/// Whether a name stands among at least two more that are all capitals: codes of countries, currencies, settings.
fn is_code(spots: &Spots<'_>, named: &Named<'_, '_>) -> bool {
    let capitals = |name: &str| !name.chars().any(char::is_lowercase);
    capitals(named.0)
        && named
            .1
            .iter()
            .all(|spot| spots.names_in(&spot.owner).is_some_and(|names| names.len() > 2 && names.keys().all(|name| capitals(name))))
}

/// Reports one rare spelling of a common name.
pub(super) fn slip<'d>(rare: &Named<'_, 'd>, common: &Named<'_, 'd>, said: &mut HashSet<&'d str>, findings: &mut Findings<'_>) {
    said.insert(rare.0);
    let places = |count: usize| if count == 1 { "1 place".to_owned() } else { format!("{count} places") };
    let others = |count: usize| if count == 1 { "1 other".to_owned() } else { format!("{count} others") };
    let message = format!("`{}` ({}) is spelled `{}` in {}", rare.0, places(rare.1.len()), common.0, others(common.1.len()));
    let problem = findings.add(&rare.1[0].pointer, message);
    relate(problem, &rare.1[1..], SHOWN);
    relate(problem, &common.1, SHOWN);
}

/// Names up to `most` of `spots` beside a problem.
pub(super) fn relate(problem: &mut Problem, spots: &[&Spot<'_>], most: usize) {
    for spot in spots.iter().take(most).filter(|spot| spot.pointer != problem.pointer).map(|spot| spot.pointer.clone()).collect::<Vec<_>>()
    {
        problem.relate(&spot);
    }
}
