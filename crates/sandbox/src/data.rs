//! The content of a file -> a table or passages of text.

pub(crate) mod cell;
pub(crate) mod csv;
pub(crate) mod json;
pub(crate) mod table;
pub(crate) mod text;

use table::Table;

/// What is in a file.
pub(crate) enum Data {
    Table(Table),
    /// Passages of text.
    Text(Vec<String>),
    /// A format that the sandbox does not read.
    Opaque,
    /// The file is broken; this says how.
    Broken(String),
}

/// Reads a file by its extension.
pub(crate) fn read(extension: &str, content: &[u8]) -> Data {
    match extension {
        "csv" | "tsv" => csv::read(&text::decode(content), extension == "tsv"),
        "json" => json::read(&text::decode(content)),
        "md" | "mdx" | "txt" => Data::Text(text::passages(&text::decode(content))),
        _ => Data::Opaque,
    }
}
