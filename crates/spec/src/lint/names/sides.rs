//! Part of the rule `name-spelling`: query parameters that are spelled otherwise than the members of the same name.
//!
//! A document whose parameters follow one style and whose members another has made a choice; it is one finding, however many names it
//! concerns. Path parameters are not on the wire, and headers have a style of their own.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::super::Findings;
use super::super::context::Context;
use super::super::words::folded;
use super::spelling::{MANY, Named, relate};
use super::spots::{Category, Spots};

pub(super) fn check(context: &Context<'_>, spots: &Spots<'_>, findings: &mut Findings<'_>) {
    let in_query = |spot: &super::spots::Spot<'_>| {
        let parameter = context.index.document().find(&spot.pointer);
        !spot.settled && parameter.and_then(|parameter| parameter.get("in")).is_some_and(|place| place == "query")
    };
    let mut parameters = spots.by_name(Category::Parameter);
    parameters.iter_mut().for_each(|(_, places)| places.retain(|spot| in_query(spot)));
    let members = spots.by_name(Category::Property);
    let exact: HashSet<&str> = members.iter().map(|(name, _)| *name).collect();
    let mut by_words: HashMap<String, &Named<'_, '_>> = HashMap::new();
    for member in members.iter().filter(|(_, places)| places.iter().all(|spot| !spot.settled)) {
        by_words.entry(folded(member.0)).or_insert(member);
    }
    let pairs: Vec<_> = parameters
        .iter()
        .filter(|(name, places)| !places.is_empty() && !exact.contains(name) && name.len() > 2)
        .filter_map(|parameter| Some((parameter, *by_words.get(&folded(parameter.0))?)))
        .collect();
    if pairs.len() >= MANY {
        let names: BTreeSet<_> =
            pairs.iter().take(3).map(|(parameter, member)| format!("`{}` beside `{}`", parameter.0, member.0)).collect();
        let names: Vec<_> = names.into_iter().collect();
        let message = format!("{} parameters are spelled in another style than members of that name: {}, …", pairs.len(), names.join(", "));
        let problem = findings.add(&pairs[0].0.1[0].pointer, message);
        for (parameter, member) in pairs.iter().take(10) {
            relate(problem, &parameter.1, 1);
            relate(problem, &member.1, 1);
        }
        return;
    }
    for (parameter, member) in pairs {
        let message = format!("the parameter `{}` is spelled `{}` as a member", parameter.0, member.0);
        let problem = findings.add(&parameter.1[0].pointer, message);
        relate(problem, &parameter.1[1..], 5);
        relate(problem, &member.1, 5);
    }
}
