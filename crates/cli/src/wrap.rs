//! Styled words -> lines of at most so many columns.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::terminal::{Style, Terminal};

/// A piece of text in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) text: String,
    pub(crate) style: Style,
}

/// The columns that text takes.
pub(crate) fn columns(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The longest beginning that fits, by characters, and the rest. At least one character is taken.
fn split_at_columns(text: &str, width: usize) -> (&str, &str) {
    let mut used = 0;
    for (at, character) in text.char_indices() {
        used += character.width().unwrap_or(0);
        if used > width && at > 0 {
            return text.split_at(at);
        }
    }
    (text, "")
}

/// Text that fits, its end replaced by `…` if it has to be.
pub(crate) fn shortened(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let (start, _) = if width <= 1 { ("", "") } else { split_at_columns(text, width - 1) };
    format!("{start}…")
}

/// Lays spans out in lines. Blanks separate words; a line end in a span is kept. A word that is wider than a line is broken.
pub(crate) fn wrapped(spans: &[Span], width: usize, terminal: &Terminal) -> Vec<String> {
    let mut lines = Lines { terminal, width: width.max(1), done: Vec::new(), line: String::new(), used: 0, gap: None };
    for span in spans {
        for (number, part) in span.text.split('\n').enumerate() {
            if number > 0 {
                lines.end();
            }
            lines.add(part, span.style);
        }
    }
    lines.end();
    lines.done
}

struct Lines<'a> {
    terminal: &'a Terminal,
    width: usize,
    done: Vec<String>,
    line: String,
    used: usize,
    /// A blank that stands before the next word, if that is on the same line, in its style.
    gap: Option<Style>,
}

impl Lines<'_> {
    fn add(&mut self, text: &str, style: Style) {
        let mut rest = text;
        while !rest.is_empty() {
            let start = rest.trim_start_matches([' ', '\t']);
            if start.len() < rest.len() {
                self.gap = Some(style);
            }
            let end = start.find([' ', '\t']).unwrap_or(start.len());
            let (word, after) = start.split_at(end);
            self.word(word, style);
            rest = after;
        }
    }

    fn word(&mut self, word: &str, style: Style) {
        if word.is_empty() {
            return;
        }
        let gap = usize::from(self.gap.is_some() && self.used > 0);
        let wide = columns(word);
        if self.used + gap + wide <= self.width {
            self.put(word, wide, gap, style);
            return;
        }
        if self.gap.is_some() && self.used > 0 && wide <= self.width {
            self.end();
            self.put(word, wide, 0, style);
            return;
        }
        // Too wide for any line, or the middle of something without blanks, as in Chinese text: it is broken where the line ends.
        let mut rest = word;
        let mut gap = gap;
        while !rest.is_empty() {
            if self.used + gap >= self.width {
                self.end();
                gap = 0;
            }
            let (part, after) = split_at_columns(rest, self.width - self.used - gap);
            if self.used > 0 && self.used + gap + columns(part) > self.width {
                self.end();
                gap = 0;
                continue;
            }
            self.put(part, columns(part), gap, style);
            gap = 0;
            rest = after;
        }
    }

    fn put(&mut self, word: &str, wide: usize, gap: usize, style: Style) {
        if gap > 0 {
            let blank = if self.gap == Some(style) { style } else { Style::PLAIN };
            self.line.push_str(&self.terminal.paint(blank, " "));
        }
        self.gap = None;
        self.line.push_str(&self.terminal.paint(style, word));
        self.used += gap + wide;
    }

    fn end(&mut self) {
        self.done.push(std::mem::take(&mut self.line));
        self.used = 0;
        self.gap = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, width: usize) -> Vec<String> {
        wrapped(&[Span { text: text.to_owned(), style: Style::PLAIN }], width, &Terminal::plain(width))
    }

    #[test]
    fn lines_fit() {
        assert_eq!(lines("one two  three", 7), ["one two", "three"]);
        assert_eq!(lines("incomprehensible", 5), ["incom", "prehe", "nsibl", "e"]);
        assert_eq!(lines("東京の売上", 5), ["東京", "の売", "上"]);
        assert_eq!(lines("a incomprehensible", 5), ["a inc", "ompre", "hensi", "ble"]);
        assert_eq!(lines("a\nb", 5), ["a", "b"]);
    }

    #[test]
    fn what_is_too_long_says_so() {
        assert_eq!(shortened("Northern Region", 8), "Norther…");
        assert_eq!(shortened("東京の売上", 5), "東京…");
        assert_eq!(shortened("North", 5), "North");
        assert_eq!(shortened("North", 1), "…");
    }
}
