//! Words of a document -> identifiers of Rust, one by one. What two of them collide on is not known here.

use heck::{ToSnakeCase, ToUpperCamelCase};

use crate::ir::Ty;

/// What means something else in generated code: a keyword, values of the prelude, and the parameters of types.
const TAKEN: &[&str] = &["A", "D", "E", "Err", "None", "Ok", "S", "Self", "Some", "T"];

/// The singular of an English word in snake case, as far as names of resources need it.
pub(crate) fn singular(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    let stem = ["sses", "shes", "ches", "xes"].iter().find(|end| word.ends_with(**end)).and_then(|_| word.strip_suffix("es"));
    let stem = stem.or_else(|| word.strip_suffix('s').filter(|stem| !stem.ends_with('s')));
    stem.unwrap_or(word).to_owned()
}

/// Whether a letter may stand in a name: English letters and digits, and the letters of western European languages. Rust takes more, but
/// not all that are letters, and warns of those that look like others.
pub(super) fn stands_in_names(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || letter == '_'
        || (letter.is_alphabetic() && matches!(letter, 'À'..='ÿ' if !matches!(letter, 'Æ' | 'æ')))
}

/// A type. What means something else where types are used gets an underscore.
pub(super) fn type_name(text: &str) -> String {
    let name = upper(text);
    if TAKEN.contains(&name.as_str()) { format!("{name}_") } else { name }
}

/// A type or variant. A digit cannot come first, and the only keyword of this form is `Self`.
pub(super) fn upper(text: &str) -> String {
    let name: String = text.to_upper_camel_case().chars().filter(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    match name.chars().next() {
        Some(first) if first.is_numeric() => format!("V{name}"),
        _ if name == "Self" => "Self_".to_owned(),
        _ => name,
    }
}

/// A member, parameter, method or module.
pub(super) fn lower(text: &str) -> String {
    let name: String = text.to_snake_case().chars().filter(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    match name.as_str() {
        "self" | "super" | "crate" => format!("{name}_"),
        _ if name.starts_with(char::is_numeric) => format!("_{name}"),
        _ if KEYWORDS.contains(&name.as_str()) => format!("r#{name}"),
        _ => name,
    }
}

/// What an unnamed type is called as a variant.
pub(super) fn kind(ty: &Ty) -> &'static str {
    match ty {
        Ty::Text | Ty::CommaList | Ty::JsonText(_) | Ty::JsonTextBy { .. } => "Text",
        Ty::Flag => "Flag",
        Ty::Int => "Integer",
        Ty::Float => "Number",
        Ty::Time => "Time",
        Ty::File => "File",
        Ty::Json | Ty::Named(_) | Ty::Boxed(_) => "Value",
        Ty::List(_) => "List",
        Ty::Map(_) => "Map",
    }
}

/// The identifier of the module in this file.
pub(crate) fn module(file: &str) -> String {
    lower(file)
}

/// The words that cannot be names, but can be raw identifiers.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum", "extern", "false",
    "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while",
    "yield",
];
