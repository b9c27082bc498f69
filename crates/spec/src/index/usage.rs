//! Which schemas are sent and which are received.

use super::{Index, extension_references, local, members};
use crate::Pointer;
use crate::grammar::Kind;

/// Which way a schema travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// It is part of a request.
    pub sent: bool,
    /// It is part of a reply.
    pub received: bool,
}

/// The usage of every place, in the order of the places.
pub(super) fn of(index: &Index<'_>) -> Vec<Usage> {
    let mut usage = vec![Usage::default(); index.places.len()];
    let sent =
        index.operations.iter().flat_map(|operation| operation.parameters.iter().chain(&operation.body).map(|target| &target.pointer));
    spread(index, sent, |position| !std::mem::replace(&mut usage[position].sent, true));
    let received = index.operations.iter().flat_map(|operation| operation.responses.iter().map(|(_, target)| &target.pointer));
    spread(index, received, |position| !std::mem::replace(&mut usage[position].received, true));
    usage
}

/// Visits everything that can be reached from `starts`; `visit` says whether a place is new.
fn spread<'p>(index: &Index<'_>, starts: impl Iterator<Item = &'p Pointer>, mut visit: impl FnMut(usize) -> bool) {
    let position = |pointer: &Pointer| index.by_pointer.get(pointer).copied();
    let mut open: Vec<usize> = starts.filter_map(position).collect();
    while let Some(here) = open.pop() {
        if !visit(here) {
            continue;
        }
        let place = &index.places[here];
        open.extend(&index.children[here]);
        open.extend(place.reference().and_then(local).as_ref().and_then(position));
        open.extend(extension_references(place.value).filter_map(|target| position(&target)));
        if place.kind == Kind::Discriminator {
            let targets = members(place.value, "mapping").filter_map(|(_, target)| target.as_str());
            open.extend(targets.filter_map(mapping_target).filter_map(|target| position(&target)));
        }
    }
}

/// The schema that an entry of a discriminator's mapping names, by reference or by name.
pub(crate) fn mapping_target(text: &str) -> Option<Pointer> {
    if text.starts_with('#') {
        return local(text);
    }
    (!text.contains(['/', '.'])).then(|| Pointer::root().child("components").child("schemas").child(text))
}
