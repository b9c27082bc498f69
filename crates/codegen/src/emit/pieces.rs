//! Things with names and sizes -> the files that they stand in, each short enough to be read.
//!
//! A file that would be too long becomes a folder with a file for each beginning of a name: `a.rs`, or `ac.rs` and `ad.rs` where there is too
//! much under `a`. So the place of a thing depends on its name, and as good as never on what else there is.

use std::collections::BTreeMap;

use heck::ToSnakeCase;

use super::operations::body;
use super::plan::{Hold, Plan, is_value};
use crate::ir::{Field, Operation, Param, Shape, Struct, TypeDef, Union, Usage};

/// How many lines a file may have, by estimate. What is printed may have some more.
const LONGEST: usize = 900;
/// The file of what begins with no English letter.
const OTHERS: &str = "others";

/// A thing that is printed, with its name and the lines that it takes.
pub(super) struct Sized<'n, T> {
    pub(super) name: &'n str,
    pub(super) lines: usize,
    pub(super) thing: T,
}

/// The things of one file or, if it would be too long, of several, each with its name.
pub(super) enum Pieces<T> {
    One(Vec<T>),
    Several(BTreeMap<String, Vec<T>>),
}

/// Divides things among files.
pub(super) fn divided<T>(things: Vec<Sized<'_, T>>) -> Pieces<T> {
    if length(&things) <= LONGEST {
        return Pieces::One(things.into_iter().map(|one| one.thing).collect());
    }
    let mut pieces = BTreeMap::new();
    divide(things, 0, &mut pieces);
    if pieces.len() > 1 { Pieces::Several(pieces) } else { Pieces::One(pieces.into_values().flatten().collect()) }
}

fn length<T>(things: &[Sized<'_, T>]) -> usize {
    things.iter().map(|one| one.lines).sum()
}

/// Divides things whose names share as many letters as are `known`.
fn divide<T>(things: Vec<Sized<'_, T>>, known: usize, pieces: &mut BTreeMap<String, Vec<T>>) {
    let mut parts: BTreeMap<String, Vec<Sized<'_, T>>> = BTreeMap::new();
    for thing in things {
        parts.entry(beginning(thing.name, known + 1)).or_default().push(thing);
    }
    for (beginning, part) in parts {
        let whole = part.len() == 1 || beginning == OTHERS || beginning.len() <= known;
        if whole || length(&part) <= LONGEST {
            pieces.entry(file(&beginning)).or_default().extend(part.into_iter().map(|one| one.thing));
        } else {
            divide(part, known + 1, pieces);
        }
    }
}

/// What the file is called of the names that begin like this.
fn file(beginning: &str) -> String {
    let name = beginning.trim_end_matches('_');
    if crate::name::module(name) == name { name.to_owned() } else { format!("{name}_") }
}

/// The first letters of a name, in small letters, with its words apart.
fn beginning(name: &str, letters: usize) -> String {
    if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return OTHERS.to_owned();
    }
    name.to_snake_case().chars().take_while(|sign| sign.is_ascii_alphanumeric() || *sign == '_').take(letters).collect()
}

/// The lines of documentation.
fn said(docs: &str) -> usize {
    docs.lines().map(|line| 1 + line.len() / 90).sum()
}

/// The lines of the readable half of a type, or of the whole of one that is a text.
pub(super) fn lines(def: &TypeDef) -> usize {
    let own = 8 + said(&def.docs);
    own + match &def.shape {
        Shape::Struct(Struct { fields, extra, .. }) => {
            let members: usize = fields.iter().map(|field| member(field, def.usage)).sum();
            members + if extra.is_some() { 2 } else { 0 } + if def.usage.sent { 8 } else { 0 }
        }
        Shape::Framed(framed) => framed.fields.iter().map(|field| member(field, def.usage)).sum(),
        Shape::Enum(values) => 66 + values.iter().map(|value| 4 + said(&value.docs)).sum::<usize>(),
        Shape::Id => 60,
        Shape::Union(union) => 14 + variants(union) * if def.usage.sent { 8 } else { 3 },
        Shape::Alias(_) => 0,
    }
}

fn variants(union: &Union) -> usize {
    match union {
        Union::Tagged { variants, .. } | Union::InText { variants, .. } => variants.len(),
        Union::Contents { variants } => variants.len(),
        Union::Recognised { variants } => variants.len(),
        Union::Shorthand { .. } | Union::Untagged { .. } => 0,
    }
}

/// The lines of a member and of what sets it.
fn member(field: &Field, usage: Usage) -> usize {
    let about = said(&field.docs);
    let checked = 6 * usize::from(usage.sent && field.bounds != crate::ir::Bounds::default());
    match Plan::hold(field, usage) {
        Hold::Unheld => 0,
        Hold::Plain | Hold::OrNull => 2 + about + usize::from(usage.sent) + checked,
        Hold::Maybe if usage.sent => 8 + 2 * about + checked,
        Hold::Three if usage.sent => 15 + 2 * about + checked,
        Hold::Maybe | Hold::Three => 1 + about,
    }
}

/// The lines that say how a type travels.
pub(super) fn lines_of_travel(def: &TypeDef) -> usize {
    let (once, each) = match &def.shape {
        Shape::Struct(Struct { fields, .. }) => (10, fields.len()),
        Shape::Framed(framed) => (30, framed.fields.len()),
        Shape::Union(union) => (45, 3 * variants(union)),
        Shape::Enum(_) | Shape::Id | Shape::Alias(_) => (0, 0),
    };
    let reading = if def.usage.received { 18 + 3 * each } else { 0 };
    once + each + reading
}

/// Whether anything says how a type travels beside the type itself.
pub(super) fn travels(plan: &Plan<'_>, def: &TypeDef) -> bool {
    match &def.shape {
        Shape::Union(Union::Contents { .. } | Union::Shorthand { .. } | Union::Untagged { .. }) => false,
        Shape::Struct(_) => !plan.forms.contains(&def.id),
        _ => !is_value(def),
    }
}

/// The lines of a call: its method and its builder.
pub(super) fn lines_of_call(plan: &Plan<'_>, operation: &Operation) -> usize {
    let params: usize = operation.params.iter().map(|param: &Param| 8 + said(&param.docs)).sum();
    let members = match body(plan, operation) {
        Some((_, def, body)) if !plan.names.operation(&operation.id).whole => {
            body.fields.iter().map(|field| member(field, def.usage)).sum()
        }
        _ => 0,
    };
    80 + 2 * said(&operation.summary) + said(&operation.docs) + params + members
}

#[cfg(test)]
mod tests {
    use super::{Pieces, Sized, divided};

    fn files(names: &[(&'static str, usize)]) -> Vec<(String, Vec<&'static str>)> {
        let things = names.iter().map(|(name, lines)| Sized { name, lines: *lines, thing: *name }).collect();
        match divided(things) {
            Pieces::One(all) => vec![(String::new(), all)],
            Pieces::Several(files) => files.into_iter().collect(),
        }
    }

    #[test]
    fn a_thing_stands_where_its_name_says() {
        assert_eq!(files(&[("B", 400), ("A", 400)]), [(String::new(), vec!["B", "A"])]);
        let long =
            [("Ask", 500), ("As", 300), ("Bat", 10), ("Äpfel", 10), ("_1", 10), ("Art", 300), ("As", 200), ("Ref", 800), ("Rex", 800)];
        let expected = [
            ("ar", vec!["Art"]),
            ("as_", vec!["As", "As"]),
            ("ask", vec!["Ask"]),
            ("b", vec!["Bat"]),
            ("others", vec!["Äpfel", "_1"]),
            ("ref_", vec!["Ref"]),
            ("rex", vec!["Rex"]),
        ];
        assert_eq!(files(&long), expected.map(|(file, names)| (file.to_owned(), names)));
    }

    #[test]
    fn what_cannot_be_divided_stays_together() {
        assert_eq!(files(&[("One", 5000)]), [(String::new(), vec!["One"])]);
        assert_eq!(files(&[("One", 800), ("One", 800)]), [(String::new(), vec!["One", "One"])]);
    }
}
