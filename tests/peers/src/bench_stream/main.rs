//! `cargo xtask bench stream`: how fast streams are read, and how much memory they take, beside the usual ways of doing it.
//!
//! One run prints everything. Speeds are the best of several rounds in which all readers take turns, so that what disturbs one disturbs
//! all; what matters are the ratios. Allocations are counted by the allocator.

mod inputs;
mod memory;
mod readers;
mod serve;
mod speed;

use std::alloc::System;
use std::process::ExitCode;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() -> ExitCode {
    let result = match std::env::args().nth(1).as_deref() {
        None => {
            speed::run();
            memory::run()
        }
        Some("speed") => {
            speed::run();
            Ok(())
        }
        Some("memory") => match std::env::args().nth(2) {
            Some(part) => memory::part(&part),
            None => memory::run(),
        },
        Some("serve") => serve::run(),
        Some(other) => Err(format!("there is no `{other}`: give `speed`, `memory` or nothing")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("bench-stream: {message}");
            ExitCode::from(2)
        }
    }
}
