//! Arguments as the ledger writes them, by their names in the spec -> calls of generated functions.
//!
//! What the functions have no way to say is not an error of a test: it is what the evidence of a refused request wants to see.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use powerdrill_client::Result;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::show;

/// A call that has been put together and not been sent. It gives the payload of the reply.
pub type Sending = Pin<Box<dyn Future<Output = Result<Value>> + Send>>;

/// Why the typed client cannot be asked for a request.
#[derive(Debug)]
pub struct Unsayable(String);

impl Unsayable {
    pub fn because(reason: String) -> Self {
        Self(reason)
    }
}

impl fmt::Display for Unsayable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[derive(Clone, Debug)]
pub struct Arguments {
    given: Map<String, Value>,
    /// The object that they are the members of, for messages.
    within: String,
}

impl Arguments {
    pub fn new(given: &Map<String, Value>) -> Self {
        Self { given: given.clone(), within: String::new() }
    }

    /// An argument that the function cannot be called without.
    pub fn take<T: Sayable>(&mut self, name: &str) -> Result<T, Unsayable> {
        self.optional(name)?.ok_or_else(|| Unsayable(format!("{}{name} cannot be left out", self.within)))
    }

    pub fn optional<T: Sayable>(&mut self, name: &str) -> Result<Option<T>, Unsayable> {
        let place = format!("{}{name}", self.within);
        self.given.remove(name).map(|value| T::of(value, &place)).transpose()
    }

    /// Whether everything has been said.
    pub fn end(self) -> Result<(), Unsayable> {
        let left = self.given.keys().next();
        left.map_or(Ok(()), |name| Err(Unsayable(format!("{}{name} has no setter", self.within))))
    }

    /// Puts the call together, if everything has been said.
    pub fn call<B, R, T>(self, builder: B, send: impl FnOnce(B) -> R) -> Result<Sending, Unsayable>
    where
        B: fmt::Debug,
        R: Future<Output = Result<T>> + Send + 'static,
        T: Serialize + fmt::Debug,
    {
        self.end()?;
        show::value("a call", &builder);
        let reply = send(builder);
        Ok(Box::pin(async {
            let value = reply.await?;
            show::value("a reply", &value);
            Ok(serde_json::to_value(value).expect("a reply can be written"))
        }))
    }
}

/// What can stand for an argument.
pub trait Sayable: Sized {
    fn of(value: Value, place: &str) -> Result<Self, Unsayable>;
}

fn other<T>(place: &str, expected: &str) -> Result<T, Unsayable> {
    Err(Unsayable(format!("{place} is always {expected}")))
}

impl Sayable for String {
    fn of(value: Value, place: &str) -> Result<Self, Unsayable> {
        value.as_str().map_or_else(|| other(place, "a text"), |text| Ok(text.to_owned()))
    }
}

impl Sayable for i64 {
    fn of(value: Value, place: &str) -> Result<Self, Unsayable> {
        value.as_i64().map_or_else(|| other(place, "an integer"), Ok)
    }
}

impl Sayable for f64 {
    fn of(value: Value, place: &str) -> Result<Self, Unsayable> {
        value.as_f64().map_or_else(|| other(place, "a number"), Ok)
    }
}

impl Sayable for bool {
    fn of(value: Value, place: &str) -> Result<Self, Unsayable> {
        value.as_bool().map_or_else(|| other(place, "true or false"), Ok)
    }
}

impl<T: Sayable> Sayable for Vec<T> {
    fn of(value: Value, place: &str) -> Result<Self, Unsayable> {
        let Value::Array(items) = value else { return other(place, "a list") };
        items.into_iter().enumerate().map(|(number, item)| T::of(item, &format!("{place}[{number}]"))).collect()
    }
}

/// The flag that asks for a stream. It is a function of its own, so that it can be set or left out and nothing else.
pub struct Streamed;

impl Sayable for Streamed {
    fn of(value: Value, place: &str) -> Result<Self, Unsayable> {
        if value == true { Ok(Self) } else { other(place, "true, or left out") }
    }
}

/// The members of an object.
impl Sayable for Arguments {
    fn of(value: Value, place: &str) -> Result<Self, Unsayable> {
        let Value::Object(given) = value else { return other(place, "an object") };
        Ok(Self { given, within: format!("{place}.") })
    }
}

/// Calls a setter for each argument that is there: `set!(request, arguments, "name" => name: String)`.
macro_rules! set {
    ($target:expr, $arguments:ident, $($name:literal => $setter:ident: $type:ty),* $(,)?) => {{
        let target = $target;
        $(let target = match $arguments.optional::<$type>($name)? {
            Some(value) => target.$setter(value),
            None => target,
        };)*
        target
    }};
}

pub(super) use set;
