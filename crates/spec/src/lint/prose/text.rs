//! Markdown and HTML -> blocks of sentences, without the markup but with the words that it marks.
//!
//! A block is a paragraph, a heading, a list item or a table row. Fenced code is left out. Nothing is validated: what is not understood
//! stays in the text as it was written.

use super::html::without_html;

/// A description, taken apart.
#[derive(Debug, Default)]
pub struct Prose {
    /// Its blocks, in order.
    pub blocks: Vec<Block>,
}

/// A paragraph or a list item.
#[derive(Debug)]
pub struct Block {
    /// How far a list item is indented; `None` for what is no list item.
    pub indent: Option<usize>,
    /// Its sentences.
    pub sentences: Vec<Sentence>,
}

/// A sentence without markup.
#[derive(Clone, Debug, Default)]
pub struct Sentence {
    /// Its text.
    pub text: String,
    /// What is marked in it, in order and never nested.
    pub marks: Vec<Mark>,
}

/// A part of a sentence that stands in backticks, in quotes or in bold type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// How it is marked.
    pub style: Style,
    /// Where it begins in the text of the sentence.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// How something is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// In backticks or `<code>`.
    Code,
    /// In bold or italic type.
    Bold,
    /// In quotes.
    Quote,
}

impl Prose {
    /// Takes `text` apart.
    pub fn of(text: &str) -> Self {
        let flat = without_html(text);
        let mut prose = Self::default();
        let mut open: Option<(Option<usize>, String)> = None;
        let (mut fenced, mut blank, mut table) = (false, true, false);
        for line in flat.lines() {
            let trimmed = line.trim();
            if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
                // A fence that is closed on its own line is inline code.
                let whole = trimmed.len() > 6 && trimmed.ends_with("```");
                fenced ^= !whole;
                prose.close(open.take());
                continue;
            }
            if fenced {
                continue;
            }
            if trimmed.is_empty() {
                (blank, table) = (true, false);
                continue;
            }
            let indent = line.chars().take_while(|letter| letter.is_whitespace()).map(|letter| if letter == '\t' { 4 } else { 1 }).sum();
            table |= is_rule(trimmed);
            let row = (table && trimmed.contains('|')).then_some((Some(indent), trimmed));
            let begun = if trimmed.starts_with('|') { begin(trimmed, indent) } else { row.or_else(|| begin(trimmed, indent)) };
            match (&mut open, begun) {
                // What stands above the rule of a table names its columns.
                (Some((_, text)), _) if is_rule(trimmed) => {
                    let head = text.rfind('\n').unwrap_or(0);
                    if text[head..].contains('|') {
                        text.truncate(head);
                    }
                }
                (None, _) if is_rule(trimmed) => {}
                (_, Some((_, ""))) => {}
                (_, Some((indent, text))) => {
                    let begun = Some((indent, text.to_owned()));
                    prose.close(std::mem::replace(&mut open, begun));
                }
                // A paragraph inside a list item belongs to the item.
                (Some((within, text)), None) if !blank || (within.is_some() && indent > 0) => {
                    text.push('\n');
                    text.push_str(trimmed);
                }
                (_, None) => prose.close(open.replace((None, trimmed.to_owned()))),
            }
            blank = false;
        }
        prose.close(open);
        prose
    }

    /// Every sentence, in order.
    pub fn sentences(&self) -> impl Iterator<Item = &Sentence> {
        self.blocks.iter().flat_map(|block| &block.sentences)
    }

    fn close(&mut self, open: Option<(Option<usize>, String)>) {
        let Some((indent, raw)) = open else { return };
        let sentences = split(&without_marks(&raw));
        if !sentences.is_empty() {
            self.blocks.push(Block { indent, sentences });
        }
    }
}

impl Sentence {
    /// The text of `mark`.
    pub fn marked(&self, mark: &Mark) -> &str {
        &self.text[mark.start..mark.end]
    }

    /// The mark that begins at `start`.
    pub fn mark_at(&self, start: usize) -> Option<&Mark> {
        self.marks.iter().find(|mark| mark.start == start)
    }
}

/// What begins a block of its own: a list item, a table row or a heading, and its text. The rule under the head of a table has none.
fn begin(line: &str, indent: usize) -> Option<(Option<usize>, &str)> {
    if let Some(row) = line.strip_prefix('|') {
        let row = row.trim().trim_end_matches('|').trim();
        let ruled = row.chars().all(|letter| matches!(letter, '-' | ':' | '|' | ' '));
        return Some((Some(indent), if ruled { "" } else { row }));
    }
    if line.starts_with('#') {
        return Some((None, line.trim_start_matches('#').trim()));
    }
    let marker = line.chars().next().filter(|letter| matches!(letter, '-' | '*' | '+' | '•' | '·' | '–'));
    let after = match marker {
        Some(marker) => &line[marker.len_utf8()..],
        None => line.trim_start_matches(|letter: char| letter.is_ascii_digit()).strip_prefix(['.', ')'])?,
    };
    let numbered = marker.is_some() || line.starts_with(|letter: char| letter.is_ascii_digit());
    // A bullet needs no blank before a backtick: writers forget it.
    let apart = after.starts_with(char::is_whitespace) || (marker.is_some() && after.starts_with('`'));
    (numbered && apart).then(|| (Some(indent), after.trim()))
}

/// Whether `line` is the rule under the head of a table: `|---|---|`, or `--- | ---`.
fn is_rule(line: &str) -> bool {
    line.contains('|') && line.contains("--") && line.chars().all(|letter| matches!(letter, '-' | ':' | '|' | ' '))
}

/// The longest text in quotes that counts as one marked word, in bytes.
const LONGEST_QUOTE: usize = 80;

/// Takes the markup out of one block and notes what it marked.
fn without_marks(raw: &str) -> Sentence {
    let mut out = Sentence::default();
    let mut bold: Option<(usize, &str)> = None;
    let mut rest = raw;
    while let Some(letter) = rest.chars().next() {
        let before = out.text.chars().next_back();
        let apart = before.is_none_or(|before| !before.is_alphanumeric());
        let width = letter.len_utf8();
        match letter {
            '\\' if rest[1..].starts_with(|next: char| next.is_ascii_punctuation()) => {
                out.text.push_str(&rest[1..2]);
                rest = &rest[2..];
                continue;
            }
            '`' => {
                let run = rest.len() - rest.trim_start_matches('`').len();
                if let Some(length) = rest[run..].find(&rest[..run]) {
                    out.mark(Style::Code, rest[run..run + length].trim());
                    rest = &rest[run + length + run..];
                    continue;
                }
            }
            '*' | '_' if rest.starts_with("**") || (rest.starts_with("__") && (apart || bold.is_some())) => {
                let sign = &rest[..2];
                match bold {
                    Some((start, opened)) if opened == sign => {
                        out.mark_from(start);
                        bold = None;
                        rest = &rest[2..];
                        continue;
                    }
                    None if rest[2..].contains(sign) => {
                        bold = Some((out.text.len(), sign));
                        rest = &rest[2..];
                        continue;
                    }
                    _ => {}
                }
            }
            '*' if apart => {
                if let Some(inner) = enclosed(&rest[1..], "*") {
                    out.mark(Style::Bold, inner);
                    rest = &rest[inner.len() + 2..];
                    continue;
                }
            }
            '"' | '“' | '\'' if apart => {
                let closing = if letter == '“' { "”" } else { &rest[..1] };
                if let Some(inner) = enclosed(&rest[width..], closing) {
                    // What is marked twice, as "`this`", is marked once.
                    let bare = inner.trim_matches(['`', '*']);
                    out.mark(if bare == inner { Style::Quote } else { Style::Code }, bare);
                    rest = &rest[width + inner.len() + closing.len()..];
                    continue;
                }
            }
            '[' => {
                if let Some((label, length)) = link(rest) {
                    let inner = without_marks(label);
                    let start = out.text.len();
                    out.text.push_str(&inner.text);
                    out.marks.extend(inner.marks.iter().map(|mark| Mark { start: mark.start + start, end: mark.end + start, ..*mark }));
                    rest = &rest[length..];
                    continue;
                }
            }
            _ => {}
        }
        out.text.push(letter);
        rest = &rest[width..];
    }
    out
}

impl Sentence {
    fn mark(&mut self, style: Style, content: &str) {
        let start = self.text.len();
        self.text.push_str(content);
        if !content.is_empty() {
            self.marks.push(Mark { style, start, end: self.text.len() });
        }
    }

    /// Marks everything from `start` on as bold, unless something in it is marked already. A colon at its end is not part of it.
    fn mark_from(&mut self, start: usize) {
        let content = &self.text[start..];
        let lead = content.len() - content.trim_start().len();
        let end = start + content.trim_end().trim_end_matches(':').len();
        let start = start + lead;
        if start < end && self.marks.last().is_none_or(|last| last.end <= start) {
            self.marks.push(Mark { style: Style::Bold, start, end });
        }
    }
}

/// The text up to `closing`, if it is short and the quote ends at a word's end.
fn enclosed<'t>(text: &'t str, closing: &str) -> Option<&'t str> {
    let inner = &text[..text.find(closing)?];
    let after = text[inner.len() + closing.len()..].chars().next();
    let tight = !inner.is_empty() && inner.len() <= LONGEST_QUOTE && inner.trim() == inner && !inner.contains('\n');
    (tight && after.is_none_or(|after| !after.is_alphanumeric())).then_some(inner)
}

/// The label of the link at the start of `text`, and the length of the link.
fn link(text: &str) -> Option<(&str, usize)> {
    let label = &text[1..][..text[1..].find(']')?];
    let after = &text[label.len() + 2..];
    let target = after.strip_prefix('(')?;
    let end = target.find(')')?;
    (!label.contains('[')).then_some((label, label.len() + 2 + end + 2))
}

/// Splits a block into sentences.
fn split(block: &Sentence) -> Vec<Sentence> {
    let text = &block.text;
    let mut sentences = Vec::new();
    let mut start = 0;
    for (position, letter) in text.char_indices() {
        let end = position + letter.len_utf8();
        if !matches!(letter, '.' | '!' | '?' | '。' | ';') || block.marks.iter().any(|mark| mark.start < end && end < mark.end) {
            continue;
        }
        let after = &text[end..];
        let next = after.trim_start().chars().next();
        let ends = after.starts_with(char::is_whitespace) || letter == '。';
        let marked = block.mark_at(end + after.len() - after.trim_start().len()).is_some();
        if ends && (marked || next.is_none_or(|next| !next.is_lowercase())) && !is_abbreviation(&text[start..position]) {
            push(block, start, end, &mut sentences);
            start = end;
        }
    }
    push(block, start, text.len(), &mut sentences);
    sentences
}

fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|letter: char| letter.is_whitespace() || letter == '(').next().unwrap_or_default();
    ["e.g", "i.e", "eg", "ie", "vs", "approx", "incl", "max", "min", "resp", "cf"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

fn push(block: &Sentence, start: usize, end: usize, sentences: &mut Vec<Sentence>) {
    let text = &block.text[start..end];
    let start = start + (text.len() - text.trim_start().len());
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    let end = start + text.len();
    let within = block.marks.iter().filter(|mark| start <= mark.start && mark.end <= end);
    let marks = within.map(|mark| Mark { start: mark.start - start, end: mark.end - start, ..*mark }).collect();
    sentences.push(Sentence { text: text.to_owned(), marks });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> Vec<(Option<usize>, String)> {
        let joined = |block: &Block| block.sentences.iter().map(|sentence| sentence.text.clone()).collect::<Vec<_>>().join(" / ");
        Prose::of(text).blocks.iter().map(|block| (block.indent, joined(block))).collect()
    }

    fn marks(text: &str) -> Vec<(Style, String)> {
        let prose = Prose::of(text);
        prose.sentences().flat_map(|sentence| sentence.marks.iter().map(|mark| (mark.style, sentence.marked(mark).to_owned()))).collect()
    }

    #[test]
    fn paragraphs_and_items_are_blocks() {
        let found = blocks("One. Two\nthree.\n\n- a: x\n  more\n    - b\n\n    inner\n\nAfter");
        let wanted = [(None, "One. / Two\nthree."), (Some(0), "a: x\nmore"), (Some(4), "b\ninner"), (None, "After")];
        assert_eq!(found, wanted.map(|(indent, text)| (indent, text.to_owned())));
    }

    #[test]
    fn html_is_read_like_markdown() {
        let found = blocks("<p>Either of:<ul><li><code>a</code>: x</li><li>b<ul><li>c</li></ul></li></ul>5 &lt; 6<br/>{<id>}");
        let wanted = [(None, "Either of:"), (Some(0), "a: x"), (Some(0), "b"), (Some(2), "c"), (None, "5 < 6\n{<id>}")];
        assert_eq!(found, wanted.map(|(indent, text)| (indent, text.to_owned())));
        assert_eq!(marks("<code>a</code> <b>c</b>"), [(Style::Code, "a".into()), (Style::Bold, "c".into())]);
    }

    #[test]
    fn tables_are_items_and_fences_are_left_out() {
        assert_eq!(blocks("| a | b |\n|---|:-:|\n| `x` | y |\n```\n- no\n```\nend").len(), 2);
        let found = blocks("Either:\nCode | Sense\n--- | :-:\nA | x\nB | y\n\nc | d");
        let wanted = [(None, "Either:"), (Some(0), "A | x"), (Some(0), "B | y"), (None, "c | d")];
        assert_eq!(found, wanted.map(|(indent, text)| (indent, text.to_owned())));
    }

    #[test]
    fn marks_lose_their_markup() {
        let text = r#"Use `a b`, **C**, "d", 'e' and “f”; don't mark users' [`g`](/h) or a*b or x_y_z or \*."#;
        let of = |style, text: &str| (style, text.to_owned());
        let (code, bold, quote) = (Style::Code, Style::Bold, Style::Quote);
        assert_eq!(marks(text), [of(code, "a b"), of(bold, "C"), of(quote, "d"), of(quote, "e"), of(quote, "f"), of(code, "g")]);
        assert!(Prose::of(text).sentences().next().is_some_and(|first| first.text.ends_with("g or a*b or x_y_z or *.")));
        assert_eq!(marks("**Note:** x"), [of(bold, "Note")]);
    }

    #[test]
    fn sentences_end_where_a_new_one_begins() {
        assert_eq!(
            blocks("See e.g. this. v1.2 is old. `x` is it! Ends")[0].1,
            "See e.g. this. / v1.2 is old. / x is it! / Ends".replacen(" / v1", " v1", 1)
        );
    }

    #[test]
    fn broken_markup_stays_text() {
        for text in ["`", "**", "[", "[a](", "\"", "<", "&", "<p", "a\\", "“é", "'é'", "|", "-", "```", "*é*", "é**é", "~~~"] {
            let _read = Prose::of(text);
        }
        assert_eq!(blocks("a ` b ** c [d")[0].1, "a ` b ** c [d");
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_read(text in "([a-z ]|é|[`*_\\[\\]()\"'“”<>&;/|#.:~\\\\-]|<li>|<p>|<code>|&lt;|\n){0,60}") {
            for sentence in Prose::of(&text).sentences() {
                proptest::prop_assert!(sentence.marks.iter().all(|mark| !sentence.marked(mark).is_empty()));
                proptest::prop_assert!(sentence.marks.windows(2).all(|pair| pair[0].end <= pair[1].start));
            }
        }
    }
}
