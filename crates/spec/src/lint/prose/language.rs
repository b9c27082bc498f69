//! Rule: a description or the name of a component is written in another script than the rest.

use std::collections::HashMap;

use crate::Pointer;
use crate::index::Place;
use crate::lint::context::Context;
use crate::lint::{Check, Family, Findings, Rule};

pub(super) const MIXED: Rule = Rule {
    id: "mixed-language",
    family: Family::Inconsistency,
    says: "A description or the name of a component is written in another script than the rest of the document.",
    help: "translate it",
    check: Check::Each(check),
};

/// A document in which more texts than this share are in the other script is meant to have two languages.
const MOST: f64 = 0.05;

fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let scripts: Vec<_> = context.texts.iter().map(|text| (text, script(text.text))).collect();
    let count = |wanted| scripts.iter().filter(|(_, script)| *script == Some(wanted)).count();
    let (latin, other) = (count(Script::Latin), count(Script::Other));
    let (main, strange, few) = if latin >= other { (latin, Script::Other, other) } else { (other, Script::Latin, latin) };
    // Latin words in a text of another script are names more often than not.
    if strange == Script::Latin || main < 10 || few as f64 > main as f64 * MOST {
        return;
    }
    // The name of a component is seen by everyone who generates code from the document.
    let component = |place: &&Place<'_>| place.pointer.as_str().starts_with("/components/") && place.pointer.tokens().count() == 3;
    for place in context.index.places().iter().filter(component) {
        if let Some(name) = place.pointer.last().filter(|name| script(name) == Some(strange)) {
            findings.add(&place.pointer, format!("the name `{name}` is in another script than the {main} texts of the document"));
        }
    }
    let mut groups: Vec<(&str, Vec<&Pointer>)> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (text, _) in scripts.iter().filter(|(_, script)| *script == Some(strange)) {
        let position = *known.entry(text.text).or_insert_with(|| {
            groups.push((text.text, Vec::new()));
            groups.len() - 1
        });
        groups[position].1.push(&text.pointer);
    }
    for (text, places) in groups {
        let Some((first, others)) = places.split_first() else { continue };
        let short: String = text.chars().take(40).collect();
        let problem = findings.add(first, format!("`{short}` is in another script than the other {main} texts of the document"));
        for other in others {
            problem.relate(other);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Other,
}

/// The script of most letters of a text; `None` for a text without letters.
fn script(text: &str) -> Option<Script> {
    let (mut latin, mut other) = (0_usize, 0_usize);
    for letter in text.chars().filter(|letter| letter.is_alphabetic()) {
        match letter {
            // Latin with its extensions and phonetic letters, up to where Greek begins.
            '\0'..='\u{36f}' | '\u{1e00}'..='\u{1eff}' => latin += 1,
            _ => other += 1,
        }
    }
    match (latin, other) {
        (0, 0) => None,
        _ if other > latin => Some(Script::Other),
        _ => Some(Script::Latin),
    }
}
