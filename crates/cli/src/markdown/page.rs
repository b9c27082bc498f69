//! The events of a Markdown parser -> lines for a terminal.

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use crate::safe;
use crate::table::{self, Fit};
use crate::terminal::{Style, Terminal};
use crate::wrap::{Span, columns, wrapped};

/// What is being laid out.
pub(super) struct Page<'a> {
    terminal: &'a Terminal,
    text: String,
    /// The words of the paragraph that is open.
    spans: Vec<Span>,
    strong: usize,
    emphasis: usize,
    struck: usize,
    heading: bool,
    /// The lines of the program that is open, which come one by one.
    code: Option<String>,
    links: Vec<String>,
    /// What the lines inside lists and quotes begin with, the outermost first: the first line, and those after it.
    margins: Vec<Margin>,
    lists: Vec<Option<u64>>,
    table: Option<Table>,
    /// Something stands above, so a blank line is due before the next part.
    gap: bool,
}

struct Margin {
    first: Option<String>,
    rest: String,
}

#[derive(Default)]
struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    row: Vec<String>,
}

impl<'a> Page<'a> {
    pub(super) fn new(terminal: &'a Terminal) -> Self {
        Self {
            terminal,
            text: String::new(),
            spans: Vec::new(),
            strong: 0,
            emphasis: 0,
            struck: 0,
            heading: false,
            code: None,
            links: Vec::new(),
            margins: Vec::new(),
            lists: Vec::new(),
            table: None,
            gap: false,
        }
    }

    pub(super) fn finish(mut self) -> String {
        self.flush();
        self.text
    }

    pub(super) fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.say(&text, self.style()),
            Event::Code(text) => self.say(&text, if self.heading { Style::HEADING } else { Style::CODE }),
            Event::SoftBreak => self.say(" ", self.style()),
            Event::HardBreak => self.say("\n", self.style()),
            Event::Rule => {
                let rule = "─".repeat(self.room().min(20));
                self.part(&[self.terminal.paint(Style::DIM, &rule)]);
            }
            Event::TaskListMarker(done) => self.say(if done { "[x] " } else { "[ ] " }, Style::PLAIN),
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => self.say(&text, self.style()),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush();
                self.heading = true;
                if level >= HeadingLevel::H3 {
                    self.strong += 1;
                }
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.margins.push(Margin { first: None, rest: "│ ".to_owned() });
            }
            Tag::CodeBlock(_) => {
                self.flush();
                self.code = Some(String::new());
            }
            Tag::List(first) => {
                self.flush();
                self.lists.push(first);
            }
            Tag::Item => self.item(),
            Tag::Table(_) => {
                self.flush();
                self.table = Some(Table::default());
            }
            Tag::Emphasis => self.emphasis += 1,
            Tag::Strong => self.strong += 1,
            Tag::Strikethrough => self.struck += 1,
            Tag::Link { dest_url, .. } => self.links.push(super::shown(&dest_url).unwrap_or_default().into_owned()),
            Tag::Image { .. } => self.say("[picture: ", Style::PLAIN),
            Tag::Paragraph | Tag::HtmlBlock => self.flush_unless_item(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(level) => {
                self.flush();
                self.heading = false;
                if level >= HeadingLevel::H3 {
                    self.strong -= 1;
                }
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                self.margins.pop();
            }
            TagEnd::CodeBlock => {
                self.program();
                self.gap = true;
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
                self.gap = true;
            }
            TagEnd::Item => {
                self.flush();
                self.margins.pop();
            }
            TagEnd::Table => self.draw_table(),
            TagEnd::TableHead => {
                if let Some(table) = &mut self.table {
                    table.header = std::mem::take(&mut table.row);
                }
            }
            TagEnd::TableRow => {
                if let Some(table) = &mut self.table {
                    let row = std::mem::take(&mut table.row);
                    table.rows.push(row);
                }
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.spans).into_iter().map(|span| span.text).collect();
                if let Some(table) = &mut self.table {
                    table.row.push(cell);
                }
            }
            TagEnd::Emphasis => self.emphasis -= 1,
            TagEnd::Strong => self.strong -= 1,
            TagEnd::Strikethrough => self.struck -= 1,
            TagEnd::Link => {
                let place = self.links.pop().unwrap_or_default();
                match self.spans.last_mut() {
                    _ if place.is_empty() => {}
                    // What is said is where it leads: once is enough, and without the query.
                    Some(said) if said.text.split(['?', '#']).next() == Some(place.as_str()) => said.text = place,
                    _ => self.say(&format!(" ({place})"), Style::DIM),
                }
            }
            TagEnd::Image => self.say("]", Style::PLAIN),
            TagEnd::Paragraph | TagEnd::HtmlBlock => {
                self.flush();
                self.gap = true;
            }
            _ => {}
        }
    }

    /// An item begins with its number or a dot, and its other lines are set in as far.
    fn item(&mut self) {
        self.flush();
        let mark = match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "• ".to_owned(),
        };
        let rest = " ".repeat(columns(&mark));
        self.margins.push(Margin { first: Some(mark), rest });
    }

    fn style(&self) -> Style {
        match (self.heading, self.strong > 0, self.emphasis > 0, self.struck > 0) {
            (true, ..) => Style::HEADING,
            (_, _, _, true) => Style::STRUCK,
            (_, true, true, _) => Style::BOLD_ITALIC,
            (_, true, ..) => Style::BOLD,
            (_, _, true, _) => Style::ITALIC,
            _ => Style::PLAIN,
        }
    }

    /// An entity such as `&#27;` has become what it stands for by now.
    fn say(&mut self, text: &str, style: Style) {
        let text = safe::text(text);
        match &mut self.code {
            Some(code) => code.push_str(&text),
            None => self.spans.push(Span { text: text.into_owned(), style }),
        }
    }

    /// The first paragraph of an item stands behind its mark, without a blank line.
    fn flush_unless_item(&mut self) {
        self.flush();
        if self.margins.last().is_some_and(|margin| margin.first.is_some()) {
            self.gap = false;
        }
    }

    /// Lays the open paragraph out.
    fn flush(&mut self) {
        let spans = std::mem::take(&mut self.spans);
        if spans.iter().all(|span| span.text.trim().is_empty()) {
            return;
        }
        let mut lines = wrapped(&spans, self.room(), self.terminal);
        // HTML ends with a line end of its own.
        lines.truncate(lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1));
        self.part(&lines);
        self.gap = self.lists.is_empty();
    }

    fn program(&mut self) {
        let Some(code) = self.code.take() else { return };
        let lines = code.trim_end().lines().map(|line| format!("    {}", self.terminal.paint(Style::CODE, line)).trim_end().to_owned());
        let lines: Vec<String> = lines.collect();
        self.part(&lines);
    }

    fn draw_table(&mut self) {
        let Some(table) = self.table.take() else { return };
        let room = Terminal { width: self.room(), ..self.terminal.clone() };
        let text = table::draw(&table.header, &table.rows, &room, Fit::All);
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        self.part(&lines);
    }

    /// The columns between the margin and the edge.
    fn room(&self) -> usize {
        let margin: usize = self.margins.iter().map(|margin| columns(&margin.rest)).sum();
        self.terminal.width.saturating_sub(margin).max(10)
    }

    /// Writes a part with its margin.
    fn part(&mut self, lines: &[String]) {
        if std::mem::replace(&mut self.gap, true) && !self.text.is_empty() {
            self.text.push('\n');
        }
        for line in lines {
            let margin: String = self.margins.iter_mut().map(|margin| margin.first.take().unwrap_or_else(|| margin.rest.clone())).collect();
            self.text.push_str(if line.is_empty() { margin.trim_end() } else { &margin });
            self.text.push_str(line);
            self.text.push('\n');
        }
    }
}
