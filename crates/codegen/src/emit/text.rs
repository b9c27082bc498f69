//! Small pieces that every emitter needs: identifiers, and descriptions as documentation.

use std::borrow::Cow;

use apispec::signs::is_hidden;
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
        lines.extend(laid_out(paragraph).into_iter().map(|line| format!(" {line}")));
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
    laid_out(text).into_iter().map(|line| format!("{}\n", format!("//! {line}").trim_end())).collect()
}

/// Takes out what would show a reader something else than there is: signs that change the direction of what follows, and other signs that
/// cannot be seen. Each is named instead.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().fold(String::new(), |shown, sign| match sign {
        sign if is_hidden(sign) => format!("{shown}U+{:04X}", u32::from(sign)),
        sign => shown + sign.encode_utf8(&mut [0; 4]),
    }))
}

/// The lines of a text. Code between fences stays as it is, but is never run as a test; nothing else begins a block of code, because a
/// line has no indentation.
fn laid_out(text: &str) -> Vec<String> {
    let text = visible(text.trim());
    let (mut lines, mut open) = (Vec::new(), Vec::new());
    let mut rest = text.lines();
    while let Some(line) = rest.next() {
        let Some(fence) = fence(line) else {
            open.push(line);
            continue;
        };
        if !open.is_empty() {
            lines.extend(wrapped(&safe(&std::mem::take(&mut open).join("\n"))));
        }
        let code: Vec<&str> = rest.by_ref().take_while(|line| !closes(line, fence)).collect();
        lines.extend(fenced(&code));
    }
    if !open.is_empty() {
        lines.extend(wrapped(&safe(&open.join("\n"))));
    }
    lines
}

/// The fence that a line opens: three or more backticks or tildes. Backticks that are closed in the same line are none.
fn fence(line: &str) -> Option<&str> {
    let line = line.trim();
    let sign = line.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
    let rest = line.trim_start_matches(sign);
    let fence = &line[..line.len() - rest.len()];
    (fence.len() >= 3 && !(sign == '`' && rest.contains('`'))).then_some(fence)
}

fn closes(line: &str, fence: &str) -> bool {
    let line = line.trim();
    line.starts_with(fence) && line.trim_start_matches(fence.chars().next().unwrap_or('`')).is_empty()
}

/// Code that is shown and not run, between backticks that do not occur in it.
fn fenced(code: &[&str]) -> Vec<String> {
    let longest = code.iter().map(|line| line.len() - line.trim_start().trim_start_matches('`').len()).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let code = code.iter().map(|line| line.trim_end().replace('\t', "    ").replace('\r', " "));
    [format!("{fence}text")].into_iter().chain(code).chain([fence.clone()]).collect()
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

/// Makes the text safe for rustdoc: outside of code, nothing of it is a tag, a link or a fence. Unpaired backticks are no code.
fn safe(text: &str) -> String {
    let paired = text.matches('`').count().is_multiple_of(2) && !text.contains("```");
    let mut inside = false;
    let mut safe = String::new();
    for character in text.chars() {
        match character {
            '`' if paired => inside = !inside,
            '`' | '<' | '[' | ']' if !inside => safe.push('\\'),
            '~' if !inside && safe.ends_with('~') => safe.push('\\'),
            _ => {}
        }
        safe.push(character);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_becomes_that_of_a_setter() {
        assert_eq!(setting("name", "The name. It is short."), "Sets the name. It is short.");
        assert_eq!(setting("size", "How many there are."), "Sets how many there are.");
        assert_eq!(setting("r#type", "PDF or HTML."), "Sets `type`. PDF or HTML.");
        assert_eq!(setting("order", "Theirs first."), "Sets `order`. Theirs first.");
        assert_eq!(setting("order", " "), "Sets `order`.");
    }

    #[test]
    fn code_in_a_text_is_never_a_test() {
        for (text, expected) in [
            ("See:\n```\npanic!();\n\tx\n```\nDone.", vec!["See:", "```text", "panic!();", "    x", "```", "Done."]),
            ("~~~rust\n```\n~~~", vec!["````text", "```", "````"]),
            ("```rust\nfor ever", vec!["```text", "for ever", "```"]),
            ("A.\n\n    panic!();\n\tpanic!();", vec!["A.", "", "panic!();", "panic!();"]),
            ("> ```\n> x\n> ```", vec!["> \\`\\`\\`", "> x", "> \\`\\`\\`"]),
            ("- ~~~\n x `y`", vec!["- ~\\~\\~", "x `y`"]),
            ("```x``` <b>", vec!["\\`\\`\\`x\\`\\`\\` \\<b>"]),
        ] {
            assert_eq!(laid_out(text), expected, "{text}");
        }
    }

    #[test]
    fn signs_that_cannot_be_seen_are_named() {
        assert_eq!(laid_out("a\u{202e}b\u{2066}c \u{0}d `\u{feff}`"), ["aU+202EbU+2066c U+0000d `U+FEFF`"]);
        assert_eq!(inner_docs("x\u{202d}\r\n\ny"), "//! xU+202D\n//!\n//! y\n");
        assert_eq!(visible("größe 名前"), "größe 名前");
    }
}
