//! Results -> text, JSON, or one JSON object per line.

use serde::Serialize;
use serde_json::Value;

use crate::args::Output;
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::safe;
use crate::table::{self, Fit};
use crate::terminal::Terminal;

/// What stands in the place of a link.
const HIDDEN: &str = "[hidden]";

impl Context {
    /// Writes a list: a table with these columns, or the items as they are.
    pub(crate) fn list<T: Serialize>(
        &self,
        items: &[T],
        header: &[&str],
        row: impl Fn(&T) -> Vec<String>,
        nothing: &str,
    ) -> Result<(), Failure> {
        match self.output() {
            Output::Text if items.is_empty() => {
                self.note(nothing);
                Ok(())
            }
            Output::Text => {
                let header: Vec<String> = header.iter().map(|name| (*name).to_owned()).collect();
                let rows: Vec<Vec<String>> =
                    items.iter().map(|item| row(item).iter().map(|cell| safe::line(cell).into_owned()).collect()).collect();
                // Whoever reads a pipe has no width.
                let width = if self.terminal.rendered { self.terminal.width } else { usize::MAX };
                let terminal = Terminal { width, ..self.terminal.clone() };
                self.print(&table::draw(&header, &rows, &terminal, Fit::AllButFirst))
            }
            Output::Json => self.json(&items),
            Output::Jsonl => items.iter().try_for_each(|item| self.json(item)),
        }
    }

    /// Writes one thing: its facts, or as it is.
    pub(crate) fn facts<T: Serialize>(&self, item: &T, facts: &[(&str, String)]) -> Result<(), Failure> {
        if !self.is_text() {
            return self.json(item);
        }
        let widest = facts.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let lines = facts.iter().filter(|(_, value)| !value.is_empty());
        let text: String = lines.map(|(name, value)| format!("{name:widest$}  {}\n", safe::line(value))).collect();
        self.print(&text)
    }

    /// Writes JSON: on several lines for `json`, on one for `jsonl`. Links are hidden unless they were asked for.
    pub(crate) fn json<T: Serialize>(&self, item: &T) -> Result<(), Failure> {
        let mut value = serde_json::to_value(item).map_err(|error| unwritable(&error))?;
        if !self.common.show_links {
            hide(&mut value);
        }
        let text = if self.output() == Output::Json { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = text.map_err(|error| unwritable(&error))?;
        self.print(&(safe::json(&text).into_owned() + "\n"))
    }
}

fn unwritable(error: &serde_json::Error) -> Failure {
    Failure::new(Exit::Unreadable, format!("the result cannot be written as JSON: {error}"), "use `--output text`")
}

/// Hides the links of files: under every name that members with links have, and whatever looks like a signed link elsewhere.
fn hide(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let link = matches!(name.as_str(), "url" | "image" | "presigned_url" | "upload_url");
                if link && member.is_string() {
                    *member = HIDDEN.into();
                } else {
                    hide(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        Value::String(text) if is_signed(text) => *value = HIDDEN.into(),
        _ => {}
    }
}

/// A signature is in the query of a link.
fn is_signed(text: &str) -> bool {
    let link = ["https://", "http://", "s3://"].iter().any(|scheme| text.starts_with(scheme));
    link && text.contains('?') && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn links_are_hidden_wherever_they_are() {
        let mut value =
            json!({ "blocks": [{ "content": { "name": "a.csv", "url": "https://files.example.com/a.csv?signature=1" } }], "image": "x" });
        hide(&mut value);
        let mut news =
            json!({ "get": ["https://files.example.com/a.csv?signature=1", "see https://files.example.com/?q=1", "https://example.com/"] });
        hide(&mut news);
        assert_eq!(news, json!({ "get": ["[hidden]", "see https://files.example.com/?q=1", "https://example.com/"] }));
        assert_eq!(value, json!({ "blocks": [{ "content": { "name": "a.csv", "url": "[hidden]" } }], "image": "[hidden]" }));
    }
}
