//! A question and its answer, both long past -> text for people.

use powerdrill::Answer;

use crate::context::Context;
use crate::failure::Failure;
use crate::markdown;
use crate::safe;
use crate::terminal::Style;

/// Shows an answer under its question, if that is known. Nothing is downloaded: files are named.
pub(super) fn show(context: &Context, number: usize, question: &str, answer: &Answer) -> Result<(), Failure> {
    let terminal = &context.terminal;
    let mut text = String::new();
    if number > 0 {
        text.push('\n');
    }
    if !question.is_empty() {
        text.push_str(&format!("{} {}\n\n", terminal.paint(Style::HEADING, ">"), terminal.paint(Style::BOLD, &safe::line(question))));
    }
    let words = answer.text();
    let words = words.trim_matches('\n');
    match words {
        "" => {}
        words if terminal.rendered => text.push_str(&markdown::rendered(words, terminal)),
        words => text.push_str(&format!("{}\n", safe::text(words))),
    }
    let (tables, pictures) = (answer.tables(), answer.images());
    let files = tables.len() + pictures.len();
    if files > 0 && !text.is_empty() {
        text.push('\n');
    }
    for (what, files) in [("Table", tables), ("Picture", pictures)] {
        for file in files {
            text.push_str(&format!("{} {}\n", terminal.paint(Style::HEADING, what), safe::line(&file.file_name())));
        }
    }
    context.print(&text)
}
