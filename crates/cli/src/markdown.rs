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
}

impl Pieces {
    /// Takes a piece in and gives what is whole by now.
    pub(crate) fn push(&mut self, piece: &str) -> Option<String> {
        self.open.push_str(piece);
        let end = whole(&self.open)?;
        let rest = self.open.split_off(end);
        Some(std::mem::replace(&mut self.open, rest))
    }

    /// Gives what is left.
    pub(crate) fn finish(&mut self) -> String {
        std::mem::take(&mut self.open)
    }
}

/// Where the last part that is whole ends: after a blank line that is not inside a fence, if what follows begins at the margin.
fn whole(text: &str) -> Option<usize> {
    let mut fence: Option<&str> = None;
    let (mut at, mut blank, mut end) = (0, false, None);
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let indented = line.starts_with([' ', '\t']);
        if blank && fence.is_none() && !trimmed.is_empty() && !indented {
            end = Some(at);
        }
        match fence {
            Some(mark) if trimmed.starts_with(mark) && trimmed.trim_start_matches(['`', '~']).is_empty() => fence = None,
            Some(_) => {}
            None => fence = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark)),
        }
        blank = trimmed.is_empty();
        at += line.len();
    }
    end
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
    fn nothing_acts_and_nothing_leads_away() {
        let text = "\x1b[2J [click](javascript:alert) <script>x</script> ![chart](https://files.example.com/a.png?signature=1) \
            [file](https://files.example.com/a.csv?signature=2)";
        let shown = rendered(text, &Terminal::plain(200));
        assert!(!shown.contains('\x1b') && !shown.contains("signature") && !shown.contains("javascript"), "{shown}");
        assert!(shown.contains("[picture: chart]") && shown.contains("<script>x</script>"), "{shown}");
        let page = html(text);
        assert!(
            !page.contains("<script") && !page.contains("<img") && !page.contains("javascript") && !page.contains("signature"),
            "{page}"
        );
        assert!(page.contains("&lt;script&gt;"), "{page}");
    }
}
