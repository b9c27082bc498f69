//! Reads and judges OpenAPI 3.0 documents.
//!
//! A file becomes a [`Document`] (strictly: a key that stands twice, another version of OpenAPI or a reference that leads back to itself
//! is an error), a document becomes an [`Index`] of everything it holds, and [`lint`] turns the index into a [`Report`] of [`Problem`]s,
//! each with its rule, its place and what to do. [`ledger`] checks the record of how contradictions were settled.
//!
//! This crate knows nothing of the Rust code that is generated from a document.

pub mod document;
pub mod grammar;
pub mod index;
pub mod ledger;
pub mod lint;
mod locate;
pub mod pointer;
pub mod report;
pub mod schema;
pub mod signs;
mod tree;

pub use document::{Document, Format};
pub use index::Index;
pub use pointer::Pointer;
pub use report::{Location, Problem, Related, Report, one_line};
