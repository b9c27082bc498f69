//! After this pass, every type says whether it is sent, received, both or neither.

use std::collections::BTreeSet;

use apispec::Problem;

use super::reach;
use crate::ir::{Api, TypeId, Usage};

/// Runs the pass.
///
/// # Errors
/// None.
pub fn run(api: &mut Api) -> Result<(), Vec<Problem>> {
    let owned = |ids: BTreeSet<&TypeId>| ids.into_iter().cloned().collect::<BTreeSet<_>>();
    let sent = owned(reach::closure(api, reach::operations(api).flat_map(reach::sent)));
    let received = owned(reach::closure(api, reach::operations(api).flat_map(reach::received)));
    for (id, definition) in &mut api.types {
        definition.usage = Usage { sent: sent.contains(id), received: received.contains(id) };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Body, Reply, Shape, Ty};
    use crate::passes::samples::{self, field, id, members, named};

    #[test]
    fn a_type_travels_where_what_holds_it_travels() {
        let holding = |ty| Shape::Struct(members(vec![field("it", ty)]));
        let mut api = samples::api(vec![
            ("Body", holding(named("Both"))),
            ("Reply", holding(Ty::List(Box::new(named("Alias"))))),
            ("Alias", Shape::Alias(named("Both"))),
            ("Both", Shape::Id),
            ("Neither", Shape::Id),
        ]);
        let operation = samples::first(&mut api);
        operation.body = Some(Body::Json(id("Body")));
        operation.reply = Reply::Value(named("Reply"));
        run(&mut api).expect("no problems");
        let usage = |name: &str| (api.types[&id(name)].usage.sent, api.types[&id(name)].usage.received);
        assert_eq!(usage("Body"), (true, false));
        assert_eq!(usage("Alias"), (false, true));
        assert_eq!(usage("Both"), (true, true));
        assert_eq!(usage("Neither"), (false, false));
    }
}
