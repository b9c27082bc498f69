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

/// What asks for a character as a picture, which is two columns wide.
const AS_PICTURE: char = '\u{fe0f}';

/// The longest beginning that fits, by characters, and the rest. At least one character is taken.
fn split_at_columns(text: &str, width: usize) -> (&str, &str) {
    let (mut used, mut before) = (0, 0);
    for (at, character) in text.char_indices() {
        let wide = if character == AS_PICTURE { usize::from(before == 1) } else { character.width().unwrap_or(0) };
        (used, before) = (used + wide, wide);
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

/// Lays spans out in lines. Blanks separate words, wherever one style ends and another begins; a line end in a span is kept. A word that is
/// wider than a line is broken.
pub(crate) fn wrapped(spans: &[Span], width: usize, terminal: &Terminal) -> Vec<String> {
    let mut lines = Lines {
        terminal,
        width: width.max(1),
        done: Vec::new(),
        line: String::new(),
        run: (String::new(), Style::PLAIN),
        used: 0,
        gap: None,
    };
    let mut word: Vec<(&str, Style)> = Vec::new();
    for span in spans {
        let mut rest = span.text.as_str();
        while let Some(at) = rest.find([' ', '\t', '\n']) {
            let (before, after) = rest.split_at(at);
            word.push((before, span.style));
            lines.word(&mut word);
            if after.starts_with('\n') {
                lines.end();
            } else {
                lines.gap = Some(span.style);
            }
            rest = &after[1..];
        }
        word.push((rest, span.style));
    }
    lines.word(&mut word);
    lines.end();
    lines.done
}

struct Lines<'a> {
    terminal: &'a Terminal,
    width: usize,
    done: Vec<String>,
    line: String,
    /// What is not in the line yet, because more of the same style may follow.
    run: (String, Style),
    used: usize,
    /// The style of a blank that stands before the next word, if that is on the same line.
    gap: Option<Style>,
}

impl Lines<'_> {
    /// Puts a word, which may have several styles, on this line or the next.
    fn word(&mut self, word: &mut Vec<(&str, Style)>) {
        let wide: usize = word.iter().map(|(text, _)| columns(text)).sum();
        if wide > 0 {
            let gap = usize::from(self.gap.is_some() && self.used > 0);
            if self.used + gap + wide > self.width && wide <= self.width && self.used > 0 {
                self.end();
            }
            for (text, style) in word.iter() {
                self.part(text, *style);
            }
        }
        word.clear();
    }

    /// Puts a part of a word where there is room. It is broken where the line ends if it is too wide for any.
    fn part(&mut self, text: &str, style: Style) {
        let mut rest = text;
        while !rest.is_empty() {
            let gap = usize::from(self.gap.is_some() && self.used > 0);
            let room = self.width.saturating_sub(self.used + gap);
            let (start, after) = split_at_columns(rest, room);
            if self.used > 0 && columns(start) > room {
                self.end();
                continue;
            }
            if gap > 0 {
                let blank = if self.gap == Some(style) { style } else { Style::PLAIN };
                self.put(" ", blank);
            }
            self.gap = None;
            self.put(start, style);
            self.used += gap + columns(start);
            rest = after;
        }
    }

    fn put(&mut self, text: &str, style: Style) {
        if self.run.1 != style {
            self.settle();
            self.run.1 = style;
        }
        self.run.0.push_str(text);
    }

    fn settle(&mut self) {
        let (text, style) = &mut self.run;
        self.line.push_str(&self.terminal.paint(*style, text));
        text.clear();
    }

    fn end(&mut self) {
        self.settle();
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
    fn a_word_in_two_styles_is_one_word() {
        let span = |text: &str, style| Span { text: text.to_owned(), style };
        let spans = [span("West: ", Style::PLAIN), span("35324", Style::BOLD), span(". More", Style::PLAIN)];
        assert_eq!(wrapped(&spans, 11, &Terminal::plain(11)), ["West:", "35324. More"]);
        let coloured = Terminal { colour: true, ..Terminal::plain(11) };
        assert_eq!(wrapped(&spans, 80, &coloured), ["West: \u{1b}[1m35324\u{1b}[0m. More"]);
    }

    #[test]
    fn what_is_too_long_says_so() {
        assert_eq!(shortened("Northern Region", 8), "Norther…");
        assert_eq!(shortened("東京の売上", 5), "東京…");
        assert_eq!(shortened("North", 5), "North");
        assert_eq!(shortened("North", 1), "…");
        for picture in ["\u{2764}\u{fe0f}", "1\u{fe0f}\u{20e3}", "\u{1f1e9}\u{1f1ea}", "\u{1f469}\u{200d}\u{1f467}"] {
            let pictures = picture.repeat(9);
            assert!((3..20).all(|width| columns(&shortened(&pictures, width)) <= width), "{picture}");
        }
    }
}
