//! scratch
fn main() {
    let documents: Vec<_> =
        std::env::args().skip(1).map(|a| apispec::Document::read(a.as_ref())).filter_map(|r| r.map_err(|e| print!("{e}")).ok()).collect();
    let report = apispec::lint::lint(&documents, &[apispec::lint::Family::Inconsistency, apispec::lint::Family::NormalForm]);
    print!("{report}");
}
