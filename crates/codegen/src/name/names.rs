//! What everything in an [`Api`](crate::ir::Api) is called in Rust, to be looked up by what it is called in the document.

use std::collections::BTreeMap;

use super::SHARED;
use super::words::lower;
use crate::ir::TypeId;

/// What everything is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    pub(super) types: BTreeMap<TypeId, String>,
    pub(super) fields: BTreeMap<(TypeId, String), String>,
    pub(super) variants: BTreeMap<(TypeId, String), String>,
    pub(super) groups: BTreeMap<String, GroupNames>,
    pub(super) operations: BTreeMap<String, OperationNames>,
    pub(super) params: BTreeMap<(String, String), String>,
    pub(super) events: BTreeMap<String, String>,
    pub(super) event: BTreeMap<(String, String), String>,
    pub(super) codes: BTreeMap<String, String>,
    pub(super) modules: BTreeMap<TypeId, String>,
    pub(super) servers: BTreeMap<String, ServerNames>,
    pub(super) settings: BTreeMap<String, String>,
}

/// What a group of operations is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupNames {
    /// Its module: `sessions`.
    pub module: String,
    /// Its file, without extension. It differs from the module where that is a raw identifier.
    pub file: String,
    /// Its type: `Sessions`.
    pub ty: String,
    /// The method of the client that leads to it: `sessions`.
    pub accessor: String,
}

/// What a server is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerNames {
    /// The method of the client that starts to set one up for it, and that of its builder.
    pub method: String,
    /// Its arguments, in the order of the variables.
    pub arguments: Vec<String>,
}

/// What an operation is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationNames {
    /// The method of its group: `create`.
    pub method: String,
    /// The type that collects the call: `CreateSession`.
    pub builder: String,
}

impl Names {
    /// The name of a type.
    #[must_use]
    pub fn ty(&self, id: &TypeId) -> &str {
        found(self.types.get(id))
    }

    /// The name of a member of an object, by its name on the wire.
    #[must_use]
    pub fn field(&self, id: &TypeId, wire: &str) -> &str {
        found(self.fields.get(&(id.clone(), wire.to_owned())))
    }

    /// The method that sets a member to null.
    #[must_use]
    pub fn null_setter(&self, id: &TypeId, wire: &str) -> String {
        lower(&format!("{}_null", self.stem(id, wire)))
    }

    /// The method that reads the JSON in the text of a member.
    #[must_use]
    pub fn reader(&self, id: &TypeId, wire: &str) -> String {
        format!("read_{}", self.stem(id, wire))
    }

    /// The name of a member as a part of other names.
    #[must_use]
    pub fn stem(&self, id: &TypeId, wire: &str) -> &str {
        self.field(id, wire).trim_start_matches("r#").trim_matches('_')
    }

    /// The name of a variant, by its text on the wire; of a union without tag, by its position.
    #[must_use]
    pub fn variant(&self, id: &TypeId, wire: &str) -> &str {
        found(self.variants.get(&(id.clone(), wire.to_owned())))
    }

    /// The names of a group, by its tag.
    #[must_use]
    pub fn group(&self, tag: &str) -> &GroupNames {
        static NONE: GroupNames = GroupNames { module: String::new(), file: String::new(), ty: String::new(), accessor: String::new() };
        self.groups.get(tag).unwrap_or(&NONE)
    }

    /// The names of an operation, by its operationId.
    #[must_use]
    pub fn operation(&self, id: &str) -> &OperationNames {
        static NONE: OperationNames = OperationNames { method: String::new(), builder: String::new() };
        self.operations.get(id).unwrap_or(&NONE)
    }

    /// The name of a parameter of an operation, by its name on the wire.
    #[must_use]
    pub fn param(&self, operation: &str, wire: &str) -> &str {
        found(self.params.get(&(operation.to_owned(), wire.to_owned())))
    }

    /// The type of the events of an operation, if it has any.
    #[must_use]
    pub fn events(&self, operation: &str) -> Option<&str> {
        self.events.get(operation).map(String::as_str)
    }

    /// The variant of an event, by its name on the wire.
    #[must_use]
    pub fn event(&self, operation: &str, wire: &str) -> &str {
        found(self.event.get(&(operation.to_owned(), wire.to_owned())))
    }

    /// The names of a server, by its `x-name`.
    #[must_use]
    pub fn server(&self, name: &str) -> &ServerNames {
        static NONE: ServerNames = ServerNames { method: String::new(), arguments: Vec::new() };
        self.servers.get(name).unwrap_or(&NONE)
    }

    /// The method that sets a parameter of the client.
    #[must_use]
    pub fn setting(&self, role: &str) -> &str {
        found(self.settings.get(role))
    }

    /// The constant of an error code, by its name in the document.
    #[must_use]
    pub fn code(&self, name: &str) -> &str {
        found(self.codes.get(name))
    }

    /// The file of a type: that of the only group that uses it, or `types`.
    #[must_use]
    pub fn module_of(&self, id: &TypeId) -> &str {
        self.modules.get(id).map_or(SHARED, String::as_str)
    }
}

/// Everything in the [`Api`] has a name; the empty one is for what is not in it, and does not compile.
fn found(name: Option<&String>) -> &str {
    name.map_or("", String::as_str)
}
