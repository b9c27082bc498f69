//! Random legal documents -> clients that parse, and no panic. `RANDOM_DOCUMENTS` says how many, `RANDOM_FROM` with which number they begin.
//!
//! That a sample of them compiles is for `tests/compiled` to show.

mod documents;

use apispec::Document;
use apispec_codegen::generate_foreign;

fn number(name: &str, by_default: u64) -> u64 {
    std::env::var(name).ok().map_or(by_default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}")))
}

/// What is wrong with the client of a document.
fn wrong(seed: u64) -> Option<String> {
    let text = documents::document(seed).to_string();
    let generated = std::panic::catch_unwind(|| {
        let (document, _) = Document::parse_leniently("random.json", text).map_err(|report| report.to_string())?;
        let output = generate_foreign(document.clone()).map_err(|report| report.to_string())?;
        if generate_foreign(document).as_ref() != Ok(&output) {
            return Err("the second time it is another".to_owned());
        }
        Ok(output.files)
    });
    let files = match generated {
        Ok(Ok(files)) => files,
        Ok(Err(message)) => return Some(message),
        Err(_) => return Some("it panics".to_owned()),
    };
    let sources = files.iter().filter(|file| file.path.ends_with(".rs"));
    sources.filter_map(|file| Some(format!("{}: {}", file.path, syn::parse_file(&file.text).err()?))).next()
}

#[test]
fn random_documents_become_code() {
    let (from, count) = (number("RANDOM_FROM", 0), number("RANDOM_DOCUMENTS", 60));
    let wrong: Vec<String> = (from..from + count).filter_map(|seed| Some(format!("document {seed}: {}", wrong(seed)?))).take(10).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
