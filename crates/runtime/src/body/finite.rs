//! A value that is to be written as JSON -> whether JSON can hold its numbers.
//!
//! serde_json writes a number that is not one, or is infinite, as `null`, which says something else than the caller did. Nothing is
//! written here: the value is walked once, and the first such number is an error.

use std::fmt::{self, Display};

use serde::Serialize;
use serde::ser::{
    self, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct, SerializeTupleVariant,
};

use crate::error::{Error, ErrorKind};

/// Why a value cannot be written.
#[derive(Debug)]
pub(super) struct Refused(String);

impl Refused {
    /// The error of a request, of which `name` cannot be sent.
    pub(super) fn of(self, name: &str) -> Error {
        Error::new(ErrorKind::InvalidRequest { field: name.to_owned() }, self.0)
    }
}

/// Looks at every number of a value.
///
/// # Errors
///
/// One is not finite, or the value refuses to be written.
pub(super) fn check(value: &(impl Serialize + ?Sized)) -> Result<(), Refused> {
    value.serialize(Walk)
}

impl Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

impl ser::Error for Refused {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

#[derive(Clone, Copy)]
struct Walk;

type Walked = Result<(), Refused>;

/// What has nothing in it that could be wrong.
macro_rules! fine {
    ($($method:ident($type:ty)),* $(,)?) => {
        $(fn $method(self, _: $type) -> Walked {
            Ok(())
        })*
    };
}

/// A beginning of something with parts.
macro_rules! opens {
    ($($method:ident($($type:ty),*)),* $(,)?) => {
        $(fn $method(self, $(_: $type),*) -> Result<Self, Refused> {
            Ok(self)
        })*
    };
}

impl ser::Serializer for Walk {
    type Ok = ();
    type Error = Refused;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fine!(
        serialize_bool(bool),
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_i128(i128),
        serialize_u8(u8),
        serialize_u16(u16),
        serialize_u32(u32),
        serialize_u64(u64),
        serialize_u128(u128),
        serialize_char(char),
        serialize_str(&str),
        serialize_bytes(&[u8]),
        serialize_unit_struct(&'static str),
    );

    opens!(
        serialize_seq(Option<usize>),
        serialize_tuple(usize),
        serialize_tuple_struct(&'static str, usize),
        serialize_tuple_variant(&'static str, u32, &'static str, usize),
        serialize_map(Option<usize>),
        serialize_struct(&'static str, usize),
        serialize_struct_variant(&'static str, u32, &'static str, usize),
    );

    fn serialize_f32(self, value: f32) -> Walked {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Walked {
        if value.is_finite() { Ok(()) } else { Err(Refused(format!("contains the number {value}, which JSON cannot hold"))) }
    }

    fn serialize_none(self) -> Walked {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Walked {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Walked {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Walked {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Walked {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(self, _: &'static str, _: u32, _: &'static str, value: &T) -> Walked {
        value.serialize(self)
    }

    fn collect_str<T: Display + ?Sized>(self, _: &T) -> Walked {
        Ok(())
    }
}

/// A part that is only a value.
macro_rules! parts {
    ($($of:ident::$method:ident),* $(,)?) => {
        $(impl $of for Walk {
            type Ok = ();
            type Error = Refused;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Walked {
                value.serialize(*self)
            }

            fn end(self) -> Walked {
                Ok(())
            }
        })*
    };
}

parts!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field,
);

/// A part that has a name.
macro_rules! members {
    ($($of:ident),* $(,)?) => {
        $(impl $of for Walk {
            type Ok = ();
            type Error = Refused;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Walked {
                value.serialize(*self)
            }

            fn end(self) -> Walked {
                Ok(())
            }
        })*
    };
}

members!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Walk {
    type Ok = ();
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Walked {
        key.serialize(*self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Walked {
        value.serialize(*self)
    }

    fn end(self) -> Walked {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;
    use serde_json::value::RawValue;

    use super::check;

    #[test]
    fn numbers_are_found_wherever_they_are() {
        for (number, shown) in [(f64::NAN, "NaN"), (f64::INFINITY, "inf"), (f64::NEG_INFINITY, "-inf")] {
            let expected = format!("contains the number {shown}, which JSON cannot hold");
            let told = [
                check(&number),
                check(&[Some(1.0), None, Some(number)]),
                check(&BTreeMap::from([("a", ("b", number))])),
                check(&Ok::<f64, ()>(number)),
            ];
            for told in told {
                assert_eq!(told.expect_err("not JSON").to_string(), expected);
            }
        }
        assert!(check(&f32::NAN).is_err());
    }

    #[test]
    fn everything_else_is_fine() {
        let raw = RawValue::from_string("{\"a\":[1e9]}".to_owned()).expect("JSON");
        check(&(json!({"a": [null, true, 1.5, "b", {}], "c": u64::MAX}), &raw, 'c', f64::MAX, u128::MAX, ())).expect("JSON");
    }
}
