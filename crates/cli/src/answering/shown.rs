//! The events of an answer -> text on the screen, or one JSON object per line.

use powerdrill::{Answer, BlockContent, JobEvent, Stage, unfenced};

use crate::args::Output;
use crate::context::Context;
use crate::failure::Failure;
use crate::markdown::{self, Pieces};
use crate::progress::Progress;
use crate::record::Record;
use crate::safe;
use crate::terminal::Style;
use crate::wrap::Span;

/// What has been shown of an answer.
pub(super) struct Shown<'a> {
    context: &'a Context,
    progress: &'a Progress,
    code: bool,
    pieces: Pieces,
    /// The text as it was received, shown or about to be.
    said: String,
    /// Whether something stands on the screen.
    printed: bool,
    /// How many events nobody has described.
    pub(super) unknown: u64,
}

impl<'a> Shown<'a> {
    pub(super) fn new(context: &'a Context, progress: &'a Progress, code: bool) -> Self {
        Self { context, progress, code, pieces: Pieces::default(), said: String::new(), printed: false, unknown: 0 }
    }

    /// Takes an event in. The work (`Analyze`) is not shown; its steps are, while they run.
    pub(super) fn take(&mut self, event: &JobEvent) -> Result<(), Failure> {
        let record = Record::of_event(event);
        self.unknown += u64::from(record.is_unknown());
        if self.context.output() == Output::Jsonl {
            return self.progress.around(|| self.context.json(&record));
        }
        match event {
            JobEvent::Task(task) => self.progress.task(task),
            JobEvent::Block(block) => match &block.content {
                BlockContent::Message(text) if block.stage != Some(Stage::Analyze) => self.text(text)?,
                BlockContent::Code(code) if self.code => self.program(code)?,
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Failure> {
        self.said.push_str(text);
        if !self.context.is_text() {
            return Ok(());
        }
        if !self.context.terminal.rendered {
            let text = if self.printed { text } else { text.trim_start_matches('\n') };
            return if text.is_empty() { Ok(()) } else { self.print(&safe::text(text)) };
        }
        match self.pieces.push(text) {
            Some(whole) => self.part(&whole),
            None => Ok(()),
        }
    }

    fn program(&mut self, code: &str) -> Result<(), Failure> {
        if !self.context.is_text() {
            return Ok(());
        }
        let open = self.pieces.finish();
        self.part(&open)?;
        let (_, program) = unfenced(code);
        let text = markdown::program(program, &self.context.terminal);
        self.gap()?;
        self.print(&text)
    }

    /// Lays a part out that is whole.
    fn part(&mut self, text: &str) -> Result<(), Failure> {
        let text = markdown::rendered(text, &self.context.terminal);
        if text.is_empty() {
            return Ok(());
        }
        self.gap()?;
        self.print(&text)
    }

    fn gap(&self) -> Result<(), Failure> {
        if self.printed && self.context.terminal.rendered { self.progress.around(|| self.context.print("\n")) } else { Ok(()) }
    }

    fn print(&mut self, text: &str) -> Result<(), Failure> {
        self.printed = true;
        self.progress.around(|| self.context.print(text))
    }

    /// Shows what an answer has that was not shown: the rest, or all of it if what was shown is not its beginning.
    pub(super) fn catch_up(&mut self, answer: &Answer) -> Result<(), Failure> {
        let whole = answer.text();
        match whole.strip_prefix(&self.said) {
            Some(rest) => self.text(rest),
            None => {
                let open = self.pieces.finish();
                self.part(&open)?;
                self.note("the answer again, whole:");
                self.said.clear();
                self.text(&whole)
            }
        }
    }

    /// Shows what is left. An answer of which nothing was shown is shown as a whole.
    pub(super) fn finish(&mut self, answer: &Answer) -> Result<(), Failure> {
        if !self.context.is_text() {
            return Ok(());
        }
        if self.said.trim().is_empty() {
            self.said.clear();
            self.text(&answer.text())?;
        }
        let open = self.pieces.finish();
        self.part(&open)?;
        if !self.context.terminal.rendered && self.printed && !self.said.ends_with('\n') {
            self.print("\n")?;
        }
        Ok(())
    }

    /// Says something beside the answer.
    pub(super) fn note(&self, text: &str) {
        self.progress.around(|| self.context.note(text));
    }

    /// Whether nothing stands on the screen.
    pub(super) fn is_empty(&self) -> bool {
        !self.printed
    }

    /// Shows what comes after the answer: where it comes from, and what could be asked next.
    pub(super) fn extras(&self, answer: &Answer) -> Result<(), Failure> {
        let mut names: Vec<&str> = Vec::new();
        for source in answer.sources() {
            if !names.contains(&source.source.as_str()) {
                names.push(&source.source);
            }
        }
        let terminal = &self.context.terminal;
        let mut text = String::new();
        if !names.is_empty() {
            let head = Span { text: "Sources:".to_owned(), style: Style::HEADING };
            let names = Span { text: format!(" {}", safe::line(&names.join(", "))), style: Style::PLAIN };
            text.push_str(&format!("\n{}\n", terminal.fitted(&[head, names])));
        }
        let questions: Vec<&str> = answer.questions().collect();
        if !questions.is_empty() {
            text.push_str(&format!("\n{}\n", terminal.paint(Style::HEADING, "You could ask next:")));
            let list: String = questions.iter().map(|question| format!("- {}\n", safe::line(question))).collect();
            text.push_str(&if terminal.rendered { markdown::rendered(&list, terminal) } else { list });
        }
        self.context.print(&text)
    }
}
