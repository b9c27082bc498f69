//! Rules: descriptions that contradict what they describe.
//!
//! Prose is read by patterns, not understood. Each rule therefore keeps to wordings that leave no doubt, and is silent otherwise.

mod bounds;
mod defaults;
mod enums;
mod exclusive;
mod flags;
mod html;
mod language;
mod names;
mod paths;
mod subject;
mod text;
mod types;
mod values;

use super::Rule;

pub(super) static RULES: &[Rule] = &[
    enums::PROSE,
    enums::MISSING,
    defaults::PROSE,
    bounds::CONTRADICTED,
    bounds::UNWRITTEN,
    exclusive::PROSE,
    exclusive::EXAMPLE,
    flags::REQUIRED,
    flags::NULLABLE,
    types::PROSE,
    paths::PROSE,
    names::PROSE,
    language::MIXED,
];

/// Words that stand in code type in any description: literals, methods, types and formats.
const COMMON: &[&str] = &[
    "true",
    "false",
    "null",
    "none",
    "undefined",
    "nil",
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "head",
    "options",
    "trace",
    "http",
    "https",
    "json",
    "xml",
    "yaml",
    "html",
    "csv",
    "string",
    "integer",
    "number",
    "boolean",
    "object",
    "array",
    "float",
    "double",
    "int32",
    "int64",
    "date",
    "date-time",
    "uuid",
    "uri",
    "url",
    "email",
    "base64",
    "utf-8",
    "default",
    "required",
    "optional",
    "and",
    "or",
    "not",
    "note",
    "warning",
    "important",
    "deprecated",
    "beta",
    "any",
    "all",
];

/// Whether `word` is known to every reader, whatever the document names.
fn is_common(word: &str) -> bool {
    COMMON.iter().any(|common| common.eq_ignore_ascii_case(word))
}

/// `a`, `b` and `c`, in code type.
fn list(words: &[impl AsRef<str>]) -> String {
    const MOST: usize = 6;
    let shown: Vec<_> = words.iter().take(MOST).map(|word| format!("`{}`", word.as_ref())).collect();
    if words.len() > MOST {
        return format!("{} and {} more", shown.join(", "), words.len() - MOST);
    }
    match shown.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
