//! Small pieces that every emitter needs: identifiers, and descriptions as documentation.

use std::borrow::Cow;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

/// How wide a line of documentation may be.
const WIDTH: usize = 100;

/// An identifier, raw if it is written so.
pub(super) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(name) => Ident::new_raw(name, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

/// Documentation: paragraphs of plain text, each wrapped, with an empty line between them.
pub(super) fn docs(paragraphs: &[&str]) -> TokenStream {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in paragraphs.iter().filter(|paragraph| !paragraph.trim().is_empty()) {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(wrapped(&safe(paragraph.trim())).into_iter().map(|line| format!(" {line}")));
    }
    quote!(#(#[doc = #lines])*)
}

/// What begins the description of a thing that is one, so that it can follow a verb.
const OPENINGS: [&str; 15] =
    ["The", "A", "An", "How", "What", "When", "Where", "Whether", "Which", "Who", "Whose", "Why", "All", "Its", "Their"];

/// What something is -> what a method does that sets it: `The name.` becomes `Sets the name.`
pub(super) fn setting(name: &str, description: &str) -> String {
    let description = description.trim();
    let first = description.split_whitespace().next().unwrap_or_default();
    match description.strip_prefix(first).filter(|_| OPENINGS.contains(&first)) {
        Some(rest) => format!("Sets {}{rest}", first.to_lowercase()),
        None => format!("Sets `{}`. {description}", name.trim_start_matches("r#")).trim_end().to_owned(),
    }
}

/// The same for the head of a file.
pub(super) fn inner_docs(text: &str) -> String {
    wrapped(&safe(text.trim())).into_iter().map(|line| format!("{}\n", format!("//! {line}").trim_end())).collect()
}

fn wrapped(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            // A line that begins like this would be a heading, a list or a quotation.
            let special =
                word.starts_with(['#', '>']) || matches!(word, "-" | "+" | "*") || word.trim_end_matches(['.', ')']).parse::<u32>().is_ok();
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH && !special {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&linked(word));
        }
        lines.push(line);
    }
    lines
}

/// An address becomes a link, because rustdoc warns of one that is none. In code it stays as it is.
fn linked(word: &str) -> Cow<'_, str> {
    let start = ["https://", "http://"].iter().find_map(|scheme| word.find(scheme)).filter(|_| !word.contains('`'));
    let Some((before, rest)) = start.map(|start| word.split_at(start)) else { return Cow::Borrowed(word) };
    let address = rest.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '"', '\'']);
    Cow::Owned(format!("{before}<{address}>{}", &rest[address.len()..]))
}

/// Makes the text safe for rustdoc: outside of code, nothing of it is a tag or a link. Unpaired backticks are no code.
fn safe(text: &str) -> String {
    let paired = text.matches('`').count().is_multiple_of(2);
    let mut inside = false;
    let mut safe = String::new();
    for character in text.chars() {
        match character {
            '`' if paired => inside = !inside,
            '`' | '<' | '[' | ']' if !inside => safe.push('\\'),
            _ => {}
        }
        safe.push(character);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::setting;

    #[test]
    fn a_description_becomes_that_of_a_setter() {
        assert_eq!(setting("name", "The name. It is short."), "Sets the name. It is short.");
        assert_eq!(setting("size", "How many there are."), "Sets how many there are.");
        assert_eq!(setting("r#type", "PDF or HTML."), "Sets `type`. PDF or HTML.");
        assert_eq!(setting("order", "Theirs first."), "Sets `order`. Theirs first.");
        assert_eq!(setting("order", " "), "Sets `order`.");
    }
}
