//! Markdown -> lines for a terminal, or HTML for a page.
//!
//! Whatever would load or run something does not come through: pictures are named, HTML is shown as text, links lose their query.

mod html;
mod page;

pub(crate) use html::html;

use std::borrow::Cow;

use crate::markdown::page::Page;
use crate::safe;
use crate::terminal::Terminal;

/// Text that comes in pieces -> the parts of it that are whole: paragraphs, lists, tables, programs.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    open: String,
    /// How much of it has been looked at, in whole lines: each is looked at once, however long a part becomes.
    at: usize,
    /// What closes the program that is open there.
    fence: Option<&'static str>,
    /// Whether the line before is blank.
    blank: bool,
    /// Where the last part that is whole ends.
    end: usize,
}

impl Pieces {
    /// Takes a piece in and gives what is whole by now.
    pub(crate) fn push(&mut self, piece: &str) -> Option<String> {
        self.open.push_str(piece);
        if piece.contains('\n') {
            while let Some(length) = self.open[self.at..].find('\n') {
                self.look(self.at + length + 1);
            }
        }
        if self.begins(&self.open[self.at..]) {
            self.end = self.at;
        }
        if self.end == 0 {
            return None;
        }
        let rest = self.open.split_off(self.end);
        self.at -= self.end;
        self.end = 0;
        // What stands at the beginning begins nothing new.
        self.blank &= self.at > 0;
        Some(std::mem::replace(&mut self.open, rest))
    }

    /// Looks at the line that ends there.
    fn look(&mut self, end: usize) {
        let line = &self.open[self.at..end];
        let trimmed = line.trim();
        let begins = self.begins(line);
        let fence = match self.fence {
            Some(mark) if trimmed.starts_with(mark) && trimmed.trim_start_matches(['`', '~']).is_empty() => None,
            Some(mark) => Some(mark),
            None => ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark)),
        };
        self.blank = trimmed.is_empty();
        if begins {
            self.end = self.at;
        }
        (self.fence, self.at) = (fence, end);
    }

    /// Whether a line begins a new part: after a blank line that is not inside a fence, at the margin.
    fn begins(&self, line: &str) -> bool {
        self.blank && self.fence.is_none() && !line.starts_with([' ', '\t']) && !line.trim().is_empty()
    }

    /// Gives what is left.
    pub(crate) fn finish(&mut self) -> String {
        std::mem::take(self).open
    }
}

/// Lays Markdown out for a terminal: lines that fit, with one blank line between parts.
pub(crate) fn rendered(text: &str, terminal: &Terminal) -> String {
    let text = safe::text(text);
    let mut page = Page::new(terminal);
    for event in pulldown_cmark::Parser::new_ext(&text, options()) {
        page.take(event);
    }
    page.finish()
}

/// A program, set in and not wrapped, so that it can be copied.
pub(crate) fn program(code: &str, terminal: &Terminal) -> String {
    let code = safe::text(code);
    let lines =
        code.trim_matches('\n').trim_end().lines().map(|line| format!("    {}", terminal.paint(crate::terminal::Style::CODE, line)));
    lines.map(|line| line.trim_end().to_owned() + "\n").collect()
}

fn options() -> pulldown_cmark::Options {
    pulldown_cmark::Options::ENABLE_TABLES | pulldown_cmark::Options::ENABLE_STRIKETHROUGH
}

/// Where a link leads, if it may be shown: on the web or to a mailbox, without the query, which may hold a signature.
fn shown(url: &str) -> Option<Cow<'_, str>> {
    let known = ["https://", "http://", "mailto:"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    let place = url.split(['?', '#']).next().unwrap_or_default();
    known.then(|| safe::line(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Sales\n\nThe **north** grew by *12 %*; see `by_region.csv`.\n\n1. one\n2. two that is so long that it has to be \
        wrapped somewhere\n   - inner\n\n> quoted\n\n| region | revenue |\n|---|---:|\n| North | 1200 |\n\n```python\nprint(1)\n```\n";

    #[test]
    fn everything_has_its_place() {
        insta::assert_snapshot!("laid_out", rendered(TEXT, &Terminal::plain(40)));
        insta::assert_snapshot!(
            "laid_out_in_colour",
            rendered(TEXT, &Terminal { colour: true, ..Terminal::plain(40) }).replace('\x1b', "ESC")
        );
    }

    #[test]
    fn pieces_come_out_whole_however_they_are_cut() {
        let all = rendered(TEXT, &Terminal::plain(40));
        for size in 1..20 {
            let mut pieces = Pieces::default();
            let mut parts = Vec::new();
            let letters: Vec<char> = TEXT.chars().collect();
            for piece in letters.chunks(size) {
                parts.extend(pieces.push(&piece.iter().collect::<String>()));
            }
            parts.push(pieces.finish());
            assert!(parts.len() >= 4, "{parts:?}");
            let parts: Vec<String> = parts.iter().map(|part| rendered(part, &Terminal::plain(40))).collect();
            assert_eq!(parts.join("\n"), all, "in pieces of {size}");
        }
    }

    #[test]
    fn a_fence_is_not_cut() {
        let mut pieces = Pieces::default();
        assert_eq!(pieces.push("```\na\n\nb\n\n"), None);
        assert_eq!(pieces.push("c\n```\n\nafter\n").as_deref(), Some("```\na\n\nb\n\nc\n```\n\n"));
    }

    #[test]
    fn a_long_part_is_looked_at_once() {
        let mut pieces = Pieces::default();
        let begun = std::time::Instant::now();
        for _ in 0..100_000 {
            assert_eq!(pieces.push("- item\n"), None);
        }
        assert_eq!(pieces.push("\nafter").map(|part| part.len()), Some(700_001));
        assert_eq!((pieces.push("wards"), pieces.finish()), (None, "afterwards".to_owned()));
        assert!(begun.elapsed() < std::time::Duration::from_secs(30), "{:?}", begun.elapsed());
    }

    #[test]
    fn a_program_stays_in_one_piece_wherever_it_is() {
        let text = "- item\n\n  ```\n  for a:\n      b\n\n  c\n  ```\n\n<p>\nhtml\n</p>\n\n<p>\n";
        let shown = rendered(text, &Terminal::plain(40));
        assert!(shown.contains("      for a:\n          b\n\n      c\n"), "{shown}");
        assert!(shown.ends_with("<p>\nhtml\n</p>\n\n<p>\n"), "{shown}");
        assert_eq!(rendered("    one\n    two\n", &Terminal::plain(40)), "    one\n    two\n");
    }

    #[test]
    fn nothing_acts_and_nothing_leads_away() {
        let text = "\x1b[2J &#27;[2J `&#27;` &#x202e; <https://auto.example.com/?signature=3> [click](javascript:alert) <script>x</script> ![chart](https://files.example.com/a.png?signature=1) \
            [file](https://files.example.com/a.csv?signature=2)";
        let shown = rendered(text, &Terminal::plain(200));
        assert!(!shown.contains('\x1b') && !shown.contains("signature") && !shown.contains("javascript"), "{shown}");
        assert!(shown.contains("https://auto.example.com/ click"), "{shown}");
        assert!(shown.contains("[picture: chart]") && shown.contains("<script>x</script>"), "{shown}");
        assert!(!shown.contains('\u{202e}'), "{shown}");
        let page = html(text);
        assert!(!page.contains(['\x1b', '\u{202e}']), "{page}");
        assert!(
            !page.contains("<script") && !page.contains("<img") && !page.contains("javascript") && !page.contains("signature"),
            "{page}"
        );
        assert!(page.contains("&lt;script&gt;"), "{page}");
        assert_eq!(html("<javascript:x>"), "<p><a href=\"#\">javascript:x</a></p>\n");
    }
}
