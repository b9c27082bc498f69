//! A name that is taken or cannot be one -> another that says the same.
//!
//! Only for documents that nobody normalised: there a collision is nobody's mistake here. Nothing is numbered. First the signs that were left
//! out are spelt (`+1` and `-1` are `Plus1` and `Minus1`), then the kind of thing is added.

use heck::{ToSnakeCase, ToUpperCamelCase};

use super::words::{lower, stands_in_names, upper};
use super::{Deciding, Scope, method as short};
use crate::ir::{Field, Group, Operation, TypeId};

/// What is added to a name, by what it is the name of.
const KINDS: [(&str, &str, &str); 9] = [
    ("the schema", "Schema", "schema"),
    ("the tag", "Api", "api"),
    ("the operation", "Call", "call"),
    ("the events", "Events", "events"),
    ("the member", "Member", "member"),
    ("the value", "Value", "value"),
    ("the parameter", "Param", "param"),
    ("the variable", "Variable", "variable"),
    ("", "Other", "other"),
];

/// The first name that fits and is free: the wanted one, or another for the same thing. `what` says what it is the name of, with the text of
/// the document between backticks.
pub(super) fn name(wanted: &str, what: &str, is_free: impl Fn(&str) -> bool) -> String {
    let fits = |name: &str| {
        let plain = name.trim_start_matches("r#");
        plain.chars().all(|letter| letter.is_ascii() && stands_in_names(letter)) && !plain.trim_matches('_').is_empty() && is_free(name)
    };
    if fits(wanted) {
        return wanted.to_owned();
    }
    let is_type = wanted.chars().find(|letter| *letter != '_').is_some_and(char::is_uppercase)
        || ["the schema", "the type", "the value", "the event"].iter().any(|kind| what.starts_with(kind));
    let text = what.split('`').nth(1).unwrap_or_default();
    let spelt = spelt(text);
    let kind = what.trim_start_matches("the type of ");
    let (_, camel, snake) = KINDS.iter().find(|(of, ..)| kind.starts_with(of)).copied().unwrap_or(KINDS[8]);
    let cased = |text: &str| if is_type { upper(text) } else { lower(text) };
    let candidate = cased(&spelt);
    if fits(&candidate) {
        return candidate;
    }
    let base = if candidate.trim_matches('_').is_empty() || !candidate.is_ascii() { String::new() } else { candidate };
    let mut words = if is_type { base.to_upper_camel_case() } else { base.trim_start_matches("r#").to_snake_case() };
    loop {
        words = if is_type { format!("{words}{camel}") } else { format!("{words}_{snake}") };
        let name = cased(&words);
        if fits(&name) {
            return name;
        }
    }
}

impl Deciding<'_> {
    /// The members of an object whose names give way. What a member is called is also a part of what sets it to null.
    pub(super) fn free_members(&mut self, id: &TypeId, fields: &[Field]) {
        let mut scope = Deciding::scope(&["check", "extra", "new"], "what every object has");
        for field in fields {
            let what = format!("the member `{}` of `{}`", field.wire, id.0);
            let derived = |name: &str| format!("{}_null", name.trim_start_matches("r#").trim_matches('_'));
            let wanted = lower(field.rust_name.as_deref().unwrap_or(&field.wire));
            let stem = |name: &str| format!("stem of {}", name.trim_start_matches("r#").trim_matches('_'));
            let fits = |name: &str| [name, &derived(name), &stem(name)].iter().all(|name| !scope.contains_key(*name));
            let name = name(&wanted, &what, fits);
            for taken in [name.clone(), derived(&name), stem(&name)] {
                scope.insert(taken, (what.clone(), field.origin.clone()));
            }
            self.names.fields.insert((id.clone(), field.wire.clone()), name);
        }
    }
}

/// The method of an operation: without the words of its group if that is free, else with all of them.
pub(super) fn method(operation: &Operation, group: &Group, taken: &Scope) -> String {
    let id = operation.rust_name.as_deref().unwrap_or(&operation.id);
    let words = id.to_snake_case();
    let tag = group.name.to_snake_case();
    let rest = [tag.clone(), super::singular(&tag)].into_iter().find_map(|tag| words.strip_prefix(&format!("{tag}_")).map(str::to_owned));
    let name = match rest {
        Some(rest) => lower(&rest),
        None => without_articles(&short(operation, group), &words),
    };
    if name.trim_matches('_').is_empty() || taken.contains_key(&name) { lower(id) } else { name }
}

/// An article whose noun was the group stands before nothing, or before another noun: `get_an_album_tracks` of `albums` is `get_tracks`.
fn without_articles(short: &str, id: &str) -> String {
    if short == id {
        return short.to_owned();
    }
    let words: Vec<&str> = short.split('_').filter(|word| !matches!(*word, "a" | "an" | "the")).collect();
    lower(&words.join("_"))
}

/// The signs of a text, as words.
fn spelt(text: &str) -> String {
    let mut words = String::new();
    for sign in text.chars() {
        if sign.is_ascii_alphanumeric() {
            words.push(sign);
            continue;
        }
        let word = match sign {
            '+' => "plus",
            '-' => "minus",
            '_' => "underscore",
            '.' => "dot",
            '/' => "slash",
            '*' => "star",
            '<' => "less",
            '>' => "greater",
            '=' => "equal",
            '!' => "not",
            '&' => "and",
            '|' => "or",
            '%' => "percent",
            '$' => "dollar",
            '@' => "at",
            '#' => "hash",
            ':' => "colon",
            ' ' => "space",
            _ => {
                words.push_str(&format!(" U{:X} ", u32::from(sign)));
                continue;
            }
        };
        words.push_str(&format!(" {word} "));
    }
    if words.is_empty() { "empty".to_owned() } else { words }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{name, without_articles};

    fn names(kind: &str, wanted: &[(&str, &str)]) -> Vec<String> {
        let mut taken = BTreeSet::new();
        wanted
            .iter()
            .map(|(wanted, text)| {
                let name = name(wanted, &format!("{kind} `{text}` of `Thing`"), |name| !taken.contains(name));
                taken.insert(name.clone());
                name
            })
            .collect()
    }

    #[test]
    fn articles_go_with_their_nouns() {
        assert_eq!(without_articles("get_an", "get_an_album"), "get");
        assert_eq!(without_articles("get_an_tracks", "get_an_albums_tracks"), "get_tracks");
        assert_eq!(without_articles("save_a_file", "save_a_file"), "save_a_file");
    }

    #[test]
    fn signs_are_spelt_before_a_kind_is_added() {
        let wanted = [("V1", "1"), ("V1", "+1"), ("V1", "-1"), ("A", "a"), ("A", "A"), ("", ""), ("中", "中"), ("A", "a")];
        let expected = ["V1", "Plus1", "Minus1", "A", "AValue", "Empty", "U4e2d", "AValueValue"];
        assert_eq!(names("the value", &wanted), expected);
        assert_eq!(
            names("the member", &[("a_b", "a-b"), ("a_b", "a.b"), ("a_b", "a_b"), ("r#type", "type"), ("r#type", "Type")]),
            ["a_b", "a_dot_b", "a_underscore_b", "r#type", "type_member"]
        );
    }
}
