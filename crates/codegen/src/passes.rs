//! The passes: each decides one thing about how an API looks in Rust, in the [`Api`] itself.
//!
//! They run in the order of [`ALL`], and each may rely on what the earlier ones left. After them, emitters only print.

pub mod accepts;
pub mod aliases;
pub mod bodies;
pub mod carried;
pub mod constants;
pub mod cycles;
pub mod descriptions;
pub mod envelope;
pub mod fallbacks;
pub mod flags;
pub mod paging;
pub mod prune;
pub(crate) mod reach;
pub mod selectors;
pub mod shorthands;
pub mod sort;
pub mod unions;
pub mod untagged;
pub mod usage;

use apispec::{Problem, Report};

use crate::ir::Api;

/// One pass.
pub struct Pass {
    /// Its name.
    pub name: &'static str,
    /// What it does to an API.
    pub run: fn(&mut Api) -> Result<(), Vec<Problem>>,
}

/// Every pass, in the order in which they run.
pub const ALL: &[Pass] = &[
    Pass { name: "aliases", run: aliases::run },
    Pass { name: "envelope", run: envelope::run },
    Pass { name: "paging", run: paging::run },
    Pass { name: "bodies", run: bodies::run },
    Pass { name: "flags", run: flags::run },
    Pass { name: "unions", run: unions::run },
    Pass { name: "untagged", run: untagged::run },
    Pass { name: "shorthands", run: shorthands::run },
    Pass { name: "carried", run: carried::run },
    Pass { name: "usage", run: usage::run },
    Pass { name: "constants", run: constants::run },
    Pass { name: "selectors", run: selectors::run },
    Pass { name: "prune", run: prune::run },
    Pass { name: "accepts", run: accepts::run },
    Pass { name: "cycles", run: cycles::run },
    Pass { name: "sort", run: sort::run },
    Pass { name: "descriptions", run: descriptions::run },
    Pass { name: "fallbacks", run: fallbacks::run },
];

/// Runs every pass.
///
/// # Errors
/// The problems of the first pass that has any: later ones would only repeat them.
pub fn run(api: &mut Api) -> Result<(), Report> {
    ALL.iter().try_for_each(|pass| (pass.run)(api).map_err(Report::new))
}

#[cfg(test)]
pub(crate) mod samples;
