//! Members that are left out when there is nothing to send. Generated code writes objects with these.

use serde::Serialize;
use serde::ser::SerializeMap;

use crate::field::Field;

/// Writes a member if it has a value.
///
/// # Errors
///
/// The value cannot be written.
pub fn if_some<M: SerializeMap, T: Serialize>(map: &mut M, name: &'static str, value: &Option<T>) -> Result<(), M::Error> {
    match value {
        Some(value) => map.serialize_entry(name, value),
        None => Ok(()),
    }
}

/// Writes a member, also if it is null, unless it is absent.
///
/// # Errors
///
/// The value cannot be written.
pub fn if_set<M: SerializeMap, T: Serialize>(map: &mut M, name: &'static str, value: &Field<T>) -> Result<(), M::Error> {
    if value.is_absent() { Ok(()) } else { map.serialize_entry(name, value) }
}
