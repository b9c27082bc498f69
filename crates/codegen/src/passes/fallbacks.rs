//! After this pass, the API lists every place where its client is weaker than the document, in the order of the places.
//!
//! Lowering and the other passes note a fallback at the type, member, parameter or operation that it is about. What is only received is
//! not checked by anybody, so for it an unchecked constraint is no loss.

use apispec::Problem;

use super::reach;
use crate::ir::{Api, Shape, TypeDef, UNCHECKED};

/// Runs the pass.
///
/// # Errors
/// None.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    let mut found = std::mem::take(&mut api.fallbacks);
    for definition in api.types.values() {
        let matters = |loss: &&Problem| definition.usage.sent || loss.rule != UNCHECKED;
        found.extend(noted(definition).into_iter().filter(matters).cloned());
    }
    for operation in reach::operations(api) {
        found.extend(operation.losses.iter().chain(operation.params.iter().flat_map(|param| &param.losses)).cloned());
    }
    found.sort_by(|left, right| (&left.pointer, left.rule, &left.message).cmp(&(&right.pointer, right.rule, &right.message)));
    // A parameter that several operations share is one place.
    found.dedup();
    api.fallbacks = found;
    Ok(())
}

fn noted(definition: &TypeDef) -> Vec<&Problem> {
    let members = match &definition.shape {
        Shape::Struct(members) => members.fields.as_slice(),
        Shape::Framed(framed) => framed.fields.as_slice(),
        Shape::Enum(_) | Shape::Union(_) | Shape::Id | Shape::Alias(_) => &[],
    };
    definition.losses.iter().chain(members.iter().flat_map(|field| &field.losses)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Ty, Usage};
    use crate::passes::samples::{self, field, id, members};

    fn listed(usage: Usage) -> Vec<&'static str> {
        let mut name = field("name", Ty::Text);
        name.losses = [UNCHECKED, "null-item"].map(|rule| Problem::new(rule, "specs/sample.yaml", "", "")).to_vec();
        let mut api = samples::api(vec![("Thing", Shape::Struct(members(vec![name])))]);
        if let Some(thing) = api.types.get_mut(&id("Thing")) {
            thing.usage = usage;
        }
        run(&mut api).expect("no problems");
        api.fallbacks.iter().map(|problem| problem.rule).collect()
    }

    #[test]
    fn what_is_only_received_has_no_constraints_to_check() {
        assert_eq!(listed(Usage { sent: true, received: true }), ["null-item", UNCHECKED]);
        assert_eq!(listed(Usage { sent: false, received: true }), ["null-item"]);
    }
}
