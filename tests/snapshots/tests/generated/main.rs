//! Small documents -> what the generator makes of them, for a reviewer to read.
//!
//! `specs/output/*.yaml` show one feature each, `specs/refused/*.yaml` what cannot be expressed, and
//! `specs/foreign/*` what becomes of documents that nobody normalised. Snapshots say what users get; `coverage`
//! makes sure that there is a document for everything, and `determinism` that the same document always gives the same bytes.

mod coverage;
mod determinism;
mod documents;
mod foreign;
mod output;
mod refused;
