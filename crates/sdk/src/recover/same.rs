//! An answer -> what of it stays the same while nothing is added to it: links are made anew each time they are asked for.

use apispec_runtime::{Json, SecretText};
use serde_json::Value;

use crate::answer::Answer;
use crate::block::{BlockContent, File};

/// Takes out of every link what follows its place, and when it expires.
pub(super) fn without_links(answer: &Answer) -> Answer {
    let mut same = answer.clone();
    for block in &mut same.blocks {
        match &mut block.content {
            BlockContent::Message(text) | BlockContent::Code(text) => *text = bare(text),
            BlockContent::Table(file) | BlockContent::Image(file) => *file = bare_file(file),
            BlockContent::Chart(chart) => {
                for link in [&mut chart.url, &mut chart.image].into_iter().flatten() {
                    *link = bare(link.expose()).into();
                }
                for json in [&mut chart.config, &mut chart.options, &mut chart.columns].into_iter().flatten() {
                    *json = bare_json(json);
                }
                chart.code = chart.code.as_deref().map(bare);
                chart.expires_at = None;
            }
            BlockContent::Unknown { raw: Some(raw), .. } => *raw = bare_json(raw),
            BlockContent::Sources(_) | BlockContent::Questions(_) | BlockContent::Unknown { raw: None, .. } => {}
        }
    }
    same
}

fn bare_file(file: &File) -> File {
    File { name: file.name.clone(), url: SecretText::from(file.place()), expires_at: None }
}

/// A text without the queries of the links in it.
fn bare(text: &str) -> String {
    let ends_link = |letter: char| letter.is_whitespace() || matches!(letter, ')' | ']' | '>' | '"' | '\'' | '`' | '\\');
    let (mut kept, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(start) = rest.find("://") {
        let link = &rest[start..];
        let length = link.find(ends_link).unwrap_or(link.len());
        let place = link[..length].find('?').unwrap_or(length);
        kept.push_str(&rest[..start + place]);
        rest = &link[length..];
    }
    kept + rest
}

fn bare_json(json: &Json) -> Json {
    fn walk(value: &Value) -> Value {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
            Value::String(text) => bare(text).into(),
            Value::Array(items) => items.iter().map(walk).collect(),
            Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), walk(value))).collect(),
        }
    }
    walk(json).into()
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn links_lose_their_queries_and_words_stay() {
        for (text, expected) in [
            ("why? no.", "why? no."),
            ("see https://files.example.com/a?s=1&t=2 now? yes", "see https://files.example.com/a now? yes"),
            ("![a](https://files.example.com/a.png?s=1) and (s3://b/c)", "![a](https://files.example.com/a.png) and (s3://b/c)"),
            ("://?", "://"),
            ("\u{4e2d}://\u{6587}?x\u{3000}y://", "\u{4e2d}://\u{6587}\u{3000}y://"),
            ("", ""),
        ] {
            assert_eq!(bare(text), expected);
        }
    }
}
