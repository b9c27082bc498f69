//! Spec -> typed client.

#[rustfmt::skip]
mod generated;

pub use apispec_runtime as runtime;
pub use generated::*;
