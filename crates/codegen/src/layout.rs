//! Tokens -> the text of a file: prettyplease, then blank lines between items, then the header.
//!
//! The second step only adds empty lines, and checks that it does.

use proc_macro2::TokenStream;

/// How items begin, after their attributes and documentation.
const BEGINNINGS: [&str; 16] = [
    "///",
    "#[",
    "pub ",
    "pub(",
    "impl ",
    "impl<",
    "fn ",
    "async fn ",
    "const ",
    "static ",
    "struct ",
    "enum ",
    "type ",
    "mod ",
    "trait ",
    "use ",
];

/// Lays a file out. `Err` says what is wrong with the tokens, which is a mistake of an emitter.
pub(crate) fn file(header: &str, tokens: TokenStream) -> Result<String, String> {
    let parsed: syn::File = syn::parse2(tokens).map_err(|error| error.to_string())?;
    let dense = prettyplease::unparse(&parsed);
    let airy = with_air(&dense);
    if !dense.lines().filter(|line| !line.trim().is_empty()).eq(airy.lines().filter(|line| !line.trim().is_empty())) {
        return Err("adding blank lines changed other lines".to_owned());
    }
    debug_assert!(
        syn::parse_file(&dense).ok().map(tokens_of) == syn::parse_file(&airy).ok().map(tokens_of),
        "adding blank lines changed the code"
    );
    Ok(format!("{header}\n{airy}"))
}

fn tokens_of(file: syn::File) -> String {
    quote::ToTokens::into_token_stream(file).to_string()
}

/// Puts an empty line before each item that follows another one, but not between imports or modules.
fn with_air(text: &str) -> String {
    let mut airy = String::with_capacity(text.len() + text.len() / 20);
    let mut before: Option<&str> = None;
    for line in text.lines() {
        if before.is_some_and(|before| parted(before, line)) {
            airy.push('\n');
        }
        airy.push_str(line);
        airy.push('\n');
        before = Some(line);
    }
    airy
}

fn parted(before: &str, line: &str) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let (last, next) = (before.trim(), line.trim_start());
    let ends = (last.ends_with('}') || last.ends_with(';')) && !last.starts_with("//");
    let begins = BEGINNINGS.iter().any(|beginning| next.starts_with(beginning));
    let same = |beginning: &str| last.starts_with(beginning) && next.starts_with(beginning);
    let imports = last == "};" && next.starts_with("use ") && import_rank(next) != 2;
    // A statement of several lines ends deeper than it began.
    let beside = same("use ") && import_rank(last) == import_rank(next);
    ends && begins && indent(before) >= indent(line) && !imports && !beside && !same("mod ") && !same("pub mod ") && !same("pub use ")
}

/// The standard library, other packages, and what is near.
fn import_rank(line: &str) -> usize {
    let path = line.trim_start_matches("use ").trim_start_matches("::");
    match path.split("::").next() {
        Some("std") => 0,
        Some("super" | "self") => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::file;

    #[test]
    fn items_are_parted_and_nothing_else_is() {
        let tokens = quote! {
            use std::a::B;
            use c::D;
            #[doc = " A;"]
            pub struct A { #[doc = " x"] pub x: u8, pub y: u8 }
            impl A { const N: u8 = 1; fn x(&self) -> u8 { let n = 1; if n == 1 { return 2; } n } fn y(&self) {} }
        };
        let text = file("// head", tokens).expect("good tokens");
        let expected = "// head\nuse std::a::B;\n\nuse c::D;\n\n/// A;\npub struct A {\n    /// x\n    pub x: u8,\n    pub y: u8,\n}\n\nimpl A {\n    const N: u8 = 1;\n\n    fn x(&self) -> u8 {\n        let n = 1;\n        if n == 1 {\n            return 2;\n        }\n        n\n    }\n\n    fn y(&self) {}\n}\n";
        assert_eq!(text, expected);
    }
}
