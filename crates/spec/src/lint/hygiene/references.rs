//! Rule: what stands beside a `$ref` is ignored.

use serde_json::Value;

use crate::index::Place;
use crate::lint::composition::quoted;
use crate::lint::context::Context;
use crate::lint::{Check, Family, Findings, Rule};

/// Something stands beside a `$ref`, where OpenAPI 3.0 ignores it.
pub(super) const REFERENCE_SIBLINGS: Rule = Rule {
    id: "reference-siblings",
    family: Family::Inconsistency,
    says: "something stands beside a `$ref`, where OpenAPI 3.0 ignores it",
    help: "write `allOf` with the reference as its only item and put the rest beside it, or take the rest away",
    check: Check::Each(reference_siblings),
};

/// Siblings that say something to people and nothing to programs.
const TEXTS: [&str; 5] = ["description", "summary", "title", "example", "externalDocs"];

/// From here on, lost texts are a habit of the author, and one finding for all.
const HABIT: usize = 10;

fn reference_siblings(context: &Context<'_>, findings: &mut Findings<'_>) {
    let mut texts_only = Vec::new();
    for place in context.index.places().iter().filter(|place| place.reference().is_some()) {
        let lost = lost(context, place);
        if lost.is_empty() {
            continue;
        }
        if lost.iter().all(|name| TEXTS.contains(name)) {
            texts_only.push((place, lost));
        } else {
            findings.add(&place.pointer, message(place, &lost));
        }
    }
    if texts_only.len() <= HABIT {
        for (place, lost) in texts_only {
            findings.add(&place.pointer, message(place, &lost));
        }
    } else if let [(first, lost), more @ ..] = &texts_only[..] {
        let others = format!("; the same happens in {} other places", more.len());
        let problem = findings.add(&first.pointer, message(first, lost) + &others);
        more.iter().for_each(|(place, _)| _ = problem.relate(&place.pointer));
    }
}

fn message(place: &Place<'_>, lost: &[&str]) -> String {
    let target = place.reference().unwrap_or_default();
    format!("{} beside `$ref: {target}` {} ignored", quoted(lost.iter().copied()), if lost.len() == 1 { "is" } else { "are" })
}

/// The siblings that would say more than the target does.
fn lost<'d>(context: &Context<'d>, place: &Place<'d>) -> Vec<&'d str> {
    let target = context.index.resolve(&place.pointer).map(|target| target.value);
    let siblings = place.value.as_object().into_iter().flatten().filter(|(name, _)| *name != "$ref" && !name.starts_with("x-"));
    let adds = |(name, value): &(&'d String, &'d Value)| {
        let says_nothing = matches!(value, Value::Bool(false) | Value::Null) || value.as_str().is_some_and(|text| text.trim().is_empty());
        let repeats = TEXTS.contains(&name.as_str()) || *name == "type";
        let already_said = repeats && target.and_then(|target| target.get(name.as_str())) == Some(value);
        !says_nothing && !already_said
    };
    siblings.filter(adds).map(|(name, _)| name.as_str()).collect()
}
