//! The ledger's checks: each thing that can be wrong with it is reported, at its place.

use std::fs;
use std::path::{Path, PathBuf};

use apispec::Document;
use apispec::ledger::Ledger;
use proptest::prelude::*;

const SPEC: &str = r#"
openapi: 3.0.3
info: { title: Shop, version: "1" }
paths:
  /orders/{order_id}:
    post:
      operationId: change_order
      x-ledger: [N02]
      parameters:
        - { name: order_id, in: path, required: true, schema: { type: string } }
        - { name: dry_run, in: query, schema: { type: boolean } }
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } }
      responses: { '200': { description: Done. } }
components:
  schemas:
    Order:
      type: object
      required: [amount]
      properties:
        amount: { type: integer, x-accepts: [string], minimum: 1 }
        paid_at: { type: string, format: date-time, x-aliases: [paidAt, paid], x-ledger: [N01] }
        state: { type: string, enum: [OPEN, DONE], x-enum: { DONE: { aliases: [FINISHED] } } }
"#;

const LEDGER: &str = r##"
entries:
  - id: N01
    topic: Time of payment
    apis: [shop]
    sides: [{ source: guide, says: "`paidAt`" }]
    canonical: "`paid_at`"
    severity: decoding
    governs: ["shop#/components/schemas/Order/properties/paid_at"]
    evidence: [N01-paid.yaml]
  - id: N02
    topic: Changing an order
    apis: [shop]
    sides: [{ source: guide, says: PUT }]
    canonical: POST
    severity: requests
    governs: ["shop#change_order"]
    evidence: [N02-change.yaml]
elsewhere:
  N03: Concerns another shop.
"##;

const PAID: &str = r##"
about: Times of payment.
decodes:
  - as: shop#/components/schemas/Order
    seen: the guide
    wire: { amount: "3", paidAt: "2025-01-01T00:00:00Z", paid: null, state: FINISHED, more: [1] }
    reads: { amount: 3, paid_at: "2025-01-01T00:00:00Z", state: DONE, more: [1] }
  - as: shop#/components/schemas/Order
    seen: nowhere
    wire: { paid_at: null, state: NEW }
    refused: /amount
"##;

const CHANGE: &str = r##"
about: An order is changed with POST.
sends:
  - operation: shop#change_order
    arguments: { order_id: order-1, dry_run: true, amount: 2 }
    wire: { method: POST, path: /orders/order-1, query: { dry_run: "true" }, body: { amount: 2 } }
  - operation: shop#change_order
    refused: /body/amount
    wire: { method: POST, path: /orders/order-1, body: { amount: 0 } }
  - operation: shop#change_order
    refused: /method
    wire: { method: PUT, path: /orders/order-1, body: { amount: 2 } }
"##;

/// Writes the ledger, changed by `edit`, and returns everything that its check says.
fn check(name: &str, edit: impl Fn(&mut [(&'static str, String)])) -> Vec<String> {
    let folder: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("evidence")).expect("a folder can be made");
    let mut files = [
        ("shop.yaml", SPEC.to_owned()),
        ("ledger.yaml", LEDGER.to_owned()),
        ("evidence/N01-paid.yaml", PAID.to_owned()),
        ("evidence/N02-change.yaml", CHANGE.to_owned()),
    ];
    edit(&mut files);
    for (file, text) in &files {
        fs::write(folder.join(file), text).expect("a file can be written");
    }
    let report = match Ledger::read(&folder.join("ledger.yaml")) {
        Err(report) => report,
        Ok(ledger) => ledger.check(&[Document::read(&folder.join("shop.yaml")).expect("the spec is good")]),
    };
    report.problems().iter().map(|problem| format!("{} {}: {}", problem.rule, problem.pointer, problem.message)).collect()
}

/// What is said after `from` has been replaced by `to` in `file`.
fn after(name: &str, file: &str, from: &str, to: &str) -> Vec<String> {
    check(name, |files| {
        let text = files.iter_mut().find(|(other, _)| *other == file).map(|(_, text)| text).expect("one of the files");
        assert!(text.contains(from), "{file} has no {from}");
        *text = text.replacen(from, to, 1);
    })
}

#[test]
fn a_true_ledger_is_not_reported() {
    assert_eq!(check("true", |_| {}), Vec::<String>::new());
}

#[test]
fn each_fault_is_reported_once_at_its_place() {
    let cases = [
        (
            "pointer",
            "ledger.yaml",
            "Order/properties/paid_at",
            "Order/properties/paidd_at",
            "ledger-pointer /entries/0: N01: `shop#/components/schemas/Order/properties/paidd_at` is not in the specs",
        ),
        (
            "operation",
            "ledger.yaml",
            "shop#change_order",
            "shop#alter_order",
            "ledger-pointer /entries/1: N02: `shop#alter_order` is not in the specs",
        ),
        (
            "unmarked",
            "shop.yaml",
            ", x-ledger: [N01]",
            "",
            "ledger-reference /components/schemas/Order/properties/paid_at: N01 governs this place, which does not say so",
        ),
        (
            "unclaimed",
            "shop.yaml",
            "x-ledger: [N02]",
            "x-ledger: [N02, N01]",
            "ledger-reference /paths/~1orders~1{order_id}/post: `x-ledger` names N01, whose entry does not govern this place",
        ),
        ("gap", "ledger.yaml", "N03:", "N04:", "ledger-number : N03 is missing"),
        ("twice", "ledger.yaml", "id: N02", "id: N01", "ledger-number /entries/1: `N01` stands twice or out of order"),
        (
            "unproved",
            "ledger.yaml",
            "    evidence: [N02-change.yaml]\n",
            "",
            "ledger-evidence /entries/1: N02 changes requests but has no evidence",
        ),
        ("orphan", "ledger.yaml", "    evidence: [N02-change.yaml]\n", "", "ledger-evidence : no entry names evidence/N02-change.yaml"),
        (
            "form",
            "ledger.yaml",
            "severity: decoding",
            "severity: grave",
            "ledger-form /entries/0: unknown variant `grave`, expected one of `decoding`, `requests`, `misleading`, `cosmetic`",
        ),
        (
            "alias",
            "shop.yaml",
            "x-aliases: [paidAt, paid]",
            "x-aliases: [paid]",
            "evidence-decodes /decodes/0: the guide: `/paid_at` is not read",
        ),
        (
            "accepts",
            "shop.yaml",
            ", x-accepts: [string]",
            "",
            "evidence-decodes /decodes/0: the guide: `/amount` is a string, but the schema says an integer",
        ),
        (
            "enum",
            "shop.yaml",
            "FINISHED",
            "ENDED",
            "evidence-decodes /decodes/0: the guide: `/state` is read as \"FINISHED\", but `reads` says \"DONE\"",
        ),
        (
            "lax",
            "shop.yaml",
            "required: [amount]",
            "required: []",
            "evidence-decodes /decodes/1: nowhere: should be refused at `/amount`, but is accepted",
        ),
        ("bound", "shop.yaml", ", minimum: 1", "", "evidence-sends /sends/1: should be refused at `/body/amount`, but is accepted"),
        (
            "path",
            "shop.yaml",
            "/orders/{order_id}:",
            "/order/{order_id}:",
            "evidence-sends /sends/0: `/path` has `orders` in place of `order`",
        ),
        (
            "query",
            "shop.yaml",
            "name: dry_run",
            "name: dryRun",
            "evidence-sends /sends/0: `/query/dry_run` is not a parameter of the operation",
        ),
        (
            "undeclared",
            "evidence/N02-change.yaml",
            "body: { amount: 2 }",
            "body: { amount: 2, total: 2 }",
            "evidence-sends /sends/0: `/body/total` is `total`, which the schema does not mention",
        ),
        (
            "both",
            "evidence/N01-paid.yaml",
            "    refused: /amount",
            "    refused: /amount\n    reads: {}",
            "evidence-decodes /decodes/1: nowhere: needs either `reads` or `refused`",
        ),
        (
            "unknown",
            "evidence/N01-paid.yaml",
            "about:",
            "abuot:",
            "evidence-form : unknown field `abuot`, expected one of `about`, `decodes`, `events`, `sends`",
        ),
    ];
    for (name, file, from, to, expected) in cases {
        let said = after(name, file, from, to);
        assert!(said.iter().any(|line| line == expected), "{name}: expected {expected:?}, got {said:#?}");
        // A wrong number is wrong in both directions; everything else is said once, or twice where two places are at odds.
        let most = if name == "twice" { 4 } else { 2 };
        assert!(said.len() <= most, "{name}: one fault is reported {} times: {said:#?}", said.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_ledgers_are_judged(cut in any::<prop::sample::Index>(), length in 0..60usize, inserted in "\\PC{0,6}|\n *|[\\[{}\\]&*!|>'\"%@:-]{1,3}", file in 0..4usize) {
        check("damaged", |files| {
            let mut text: Vec<char> = files[file].1.chars().collect();
            let start = cut.index(text.len());
            let end = (start + length).min(text.len());
            text.splice(start..end, inserted.chars());
            // A damaged spec may be no document at all; that is the loader's affair.
            let text: String = text.into_iter().collect();
            if file != 0 || Document::parse("shop.yaml", text.clone()).is_ok() {
                files[file].1 = text;
            }
        });
    }
}
