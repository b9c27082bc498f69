//! Generated types against their schemas: what is valid is read and written back, what is malformed is an error that says where.

mod foreign;
mod malformed;
mod requests;
mod round;
mod samples;
mod unknown;
