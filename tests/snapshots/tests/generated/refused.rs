//! A document that cannot be expressed -> all that the generator says, as people read it.

use apispec_codegen::generate;

use super::documents::{Mini, read, settings, told};

fn refusal(mini: &Mini) -> String {
    let Err(report) = generate(&mini.document) else { panic!("{} is not refused", mini.name) };
    format!("{}\n\n{}", mini.text.trim_end(), told(report.problems(), &mini.document))
}

#[test]
fn documents_are_refused() {
    let _bound = settings().bind_to_scope();
    insta::glob!("../../specs/refused", "*.yaml", |path| insta::assert_snapshot!(refusal(&read(path))));
}
