//! Tolerated spellings against the evidence: each was seen somewhere, or it would be a guess.

use std::collections::HashSet;

use serde_json::Value;

use crate::index::{members, texts};
use crate::{Index, Pointer, Problem};

/// The names and texts in the evidence, each with the spec that it is evidence for.
#[derive(Default)]
pub(super) struct Seen(HashSet<(String, String)>);

impl Seen {
    /// Notes everything in a payload.
    pub(super) fn payload(&mut self, spec: &str, value: &Value) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, member)| {
                self.word(spec, name);
                self.payload(spec, member);
            }),
            Value::Array(items) => items.iter().for_each(|item| self.payload(spec, item)),
            Value::String(text) => self.word(spec, text),
            _ => {}
        }
    }

    /// Notes one name.
    pub(super) fn word(&mut self, spec: &str, word: &str) {
        self.0.insert((spec.to_owned(), word.to_owned()));
    }
}

/// The aliases of the specs that no evidence has.
pub(super) fn unseen(indexes: &[Index<'_>], seen: &Seen) -> Vec<Problem> {
    let mut problems = Vec::new();
    for index in indexes {
        let document = index.document();
        let mut open = vec![(Pointer::root(), document.root())];
        while let Some((place, value)) = open.pop() {
            let known = |alias: &str| seen.0.contains(&(document.stem().to_owned(), alias.to_owned()));
            let own = texts(value, "x-aliases");
            let of_entries =
                ["x-enum", "events"].into_iter().flat_map(|list| members(value, list)).flat_map(|(_, entry)| texts(entry, "aliases"));
            for alias in own.chain(of_entries).filter(|alias| !known(alias)) {
                let message = format!("`{alias}` is tolerated, but no evidence of this spec has it");
                let help = "add a payload that has it to the evidence of the entry that explains it, or do not tolerate it";
                problems.push(Problem::new("ledger-evidence", document.file(), message, help).at(place.clone()));
            }
            match value {
                Value::Object(members) => open.extend(members.iter().map(|(name, member)| (place.child(name), member))),
                Value::Array(items) => open.extend(items.iter().enumerate().map(|(number, item)| (place.item(number), item))),
                _ => {}
            }
        }
    }
    problems
}
