//! After this pass, every type is part of something that is sent or received.
//!
//! What goes: envelopes, variants that became contents, the type that stands for null, enums that became constants.

use std::collections::BTreeSet;

use apispec::Problem;

use super::reach;
use crate::ir::{Api, TypeId};

/// Runs the pass.
///
/// # Errors
/// None.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    let starts = reach::operations(api).flat_map(|operation| reach::sent(operation).into_iter().chain(reach::received(operation)));
    let kept: BTreeSet<TypeId> = reach::closure(api, starts).into_iter().cloned().collect();
    api.types.retain(|id, _| kept.contains(id));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Reply, Shape};
    use crate::passes::samples::{self, field, id, members, named};

    #[test]
    fn what_nothing_reaches_is_taken_away() {
        let holding = |name| Shape::Struct(members(vec![field("it", named(name))]));
        let mut api = samples::api(vec![("Kept", holding("Held")), ("Held", Shape::Id), ("Lost", holding("Held")), ("Alone", Shape::Id)]);
        samples::first(&mut api).reply = Reply::Value(named("Kept"));
        run(&mut api).expect("no problems");
        assert_eq!(api.types.into_keys().collect::<Vec<_>>(), [id("Held"), id("Kept")]);
    }
}
