//! Arguments by the names of the spec -> what the functions of progenitor's clients take.

use std::pin::Pin;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Calls one operation. It fails if the arguments are not the ones that the function has; what comes back from the server is of no interest.
pub type Caller<C> = for<'c> fn(&'c C, Arguments) -> Pin<Box<dyn Future<Output = Result<(), String>> + 'c>>;

pub struct Arguments(pub Map<String, Value>);

impl Arguments {
    /// A parameter. What is not given is read as null, which only an optional one can be.
    pub fn take<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, String> {
        let value = self.0.remove(name).unwrap_or_default();
        serde_json::from_value(value).map_err(|error| format!("{name}: {error}"))
    }

    /// The body, which is all that the parameters have left.
    pub fn rest<T: DeserializeOwned>(&mut self) -> Result<T, String> {
        let members = std::mem::take(&mut self.0);
        serde_json::from_value(members.into()).map_err(|error| format!("the body: {error}"))
    }

    /// Whether everything has been said.
    pub fn end(self) -> Result<(), String> {
        self.0.keys().next().map_or(Ok(()), |name| Err(format!("{name} cannot be said")))
    }
}
