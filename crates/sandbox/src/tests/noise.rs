//! Files and questions made of noise: whatever they are, the answer is one, and nothing panics.

use std::sync::{Arc, OnceLock};

use crate::ask::{Readable, answer, overview};
use crate::ids::Ids;
use crate::store::files::Kind;

/// Pieces that mean something to the readers, in an order that means nothing.
const FILE: [&str; 28] = [
    ",",
    ",",
    ";",
    "\t",
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\"",
    "a",
    "Region",
    "North",
    "Date",
    "2024-01-31",
    "31.01.2024",
    "1,234.5",
    "1.234,5",
    "12%",
    "$",
    "-",
    "N/A",
    "1e308",
    "0012",
    "yes",
    "no",
    "é",
    "地区",
    "\u{0}",
];

const QUESTION: [&str; 40] = [
    "what",
    "which",
    "who",
    "how many",
    "how much",
    "is",
    "the",
    "total",
    "average",
    "median",
    "highest",
    "lowest",
    "top",
    "5",
    "2024",
    "-1",
    "Region",
    "North",
    "a",
    "Date",
    "by",
    "per",
    "month",
    "over time",
    "share",
    "of",
    "correlation",
    "between",
    "and",
    "not",
    "more than",
    "before",
    "in",
    "Q3",
    "grew",
    "fell",
    "compare",
    "describe",
    "\"",
    "é",
];

fn noise(ids: &Ids, pieces: &[&str], most: u64, glue: &str) -> String {
    let length = ids.number() % most;
    let pick = |_| pieces[usize::try_from(ids.number() % pieces.len() as u64).expect("it fits")];
    (0..length).map(pick).collect::<Vec<_>>().join(glue)
}

#[test]
fn noise_is_answered() {
    let ids = Ids::new(1);
    let (mut tables, mut charts) = (0, 0);
    for round in 0..1200 {
        let extension = ["csv", "tsv", "json", "md"][round % 4];
        let mut content = noise(&ids, &FILE, 120, "");
        if round % 3 == 0 {
            // Now and then there is a header for the questions to hold on to.
            content = format!("Region,Date,a\nNorth,2024-01-31,1\nSouth,2023-02-28,2\n{content}");
        }
        let source = Readable {
            id: "datasource-1".into(),
            dataset: "dataset-1".into(),
            name: format!("noise.{extension}"),
            extension: extension.into(),
            content: content.clone().into(),
            data: Arc::new(OnceLock::new()),
        };
        let question = noise(&ids, &QUESTION, 12, " ");
        let told = answer::answer(&ids, &question, std::slice::from_ref(&source), true);
        assert!(!crate::wire::text(&told).is_empty(), "{question:?} about {content:?}");
        if told.file(Kind::Table, answer::TABLE).is_some() {
            tables += 1;
            // Drawing takes longer than everything else.
            charts += usize::from(tables % 4 == 0 && told.file(Kind::Image, answer::IMAGE).is_some());
        }
        overview(&[source]);
    }
    assert!(tables > 20 && charts > 4, "the noise has some sense in it: {tables} tables, {charts} charts");
}
