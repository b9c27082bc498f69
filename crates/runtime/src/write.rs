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

#[cfg(test)]
mod tests {
    use serde::Serializer;
    use serde::ser::SerializeMap;

    use super::{if_set, if_some};
    use crate::field::Field;

    #[test]
    fn what_is_not_there_is_not_written() {
        let mut out = Vec::new();
        let mut serializer = serde_json::Serializer::new(&mut out);
        let mut map = serializer.serialize_map(None).expect("a map");
        if_some(&mut map, "some", &Some(1)).expect("a member");
        if_some(&mut map, "none", &None::<i64>).expect("no member");
        if_set(&mut map, "set", &Field::Set(2)).expect("a member");
        if_set(&mut map, "null", &Field::<i64>::Null).expect("a member");
        if_set(&mut map, "absent", &Field::<i64>::Absent).expect("no member");
        map.end().expect("the end");
        assert_eq!(String::from_utf8(out).expect("text"), r#"{"some":1,"set":2,"null":null}"#);
    }
}
