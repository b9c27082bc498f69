//! An [`Api`] -> what everything in it is called in Rust. No name is decided anywhere else.
//!
//! Types and variants are `UpperCamelCase`, members, parameters and modules `snake_case`, as their words in the document say. A method is
//! the operationId without the words of its tag: `create_session` of `sessions` is `sessions().create(..)`. A keyword becomes a raw
//! identifier where that is legal, and gets an underscore where it is not. A letter that Rust refuses in names, or warns of, is a problem.
//! Two things with one name in one scope are a problem that names both; nothing is numbered, so that adding one thing cannot rename another.

mod free;
mod names;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use apispec::{Pointer, Problem, Related, Report};
use heck::{ToShoutySnakeCase, ToSnakeCase};

pub use names::{GroupNames, Names, OperationNames, ServerNames};
pub(crate) use words::module;
pub(crate) use words::singular;
use words::{kind, lower, stands_in_names, type_name, upper};

use crate::ir::{Api, Body, Field, Group, Location, Operation, Presence, Shape, Source, Struct, Ty, TypeDef, TypeId, Union};
use crate::passes::carried::ROLES;
use crate::passes::reach;

/// The methods that every builder of a call has; some only where they mean something, but a name should not depend on that.
const BUILDER: &[&str] =
    &["body", "call", "check", "client", "clone", "header", "open_stream", "options", "pages", "query", "send", "send_raw", "timeout"];
/// The methods that an object that is sent has.
const OBJECT: &[&str] = &["check", "new"];
/// The methods that every group of calls has.
const GROUP: &[&str] = &["client", "clone", "new"];
/// The methods that every client has.
const CLIENT: &[&str] = &["builder", "clone", "from", "from_env", "request", "runtime"];
/// The methods that every builder of a client has.
const SETTINGS: &[&str] = &["base_url", "build", "from_env", "key", "retry", "timeouts", "with"];
/// The types that every client has.
const TYPES: &[&str] = &["Client", "ClientBuilder", "UnknownValue"];
/// The modules that every client has, and those that generated code names.
const MODULES: &[&str] = &["apispec_runtime", "codes", "core", "generated", "r#mod", "serde_json", "std", "types", "unknown"];
/// The file of the types that several groups use.
const SHARED: &str = "types";
/// How long the name of a file may be, so that every file system takes it.
const FILE_LENGTH: usize = 100;
/// The variant for what is not known.
const UNKNOWN: &str = "Unknown";
/// The variant for the last event of a stream.
const END: &str = "End";

/// Decides every name.
///
/// # Errors
/// Every collision, with both places, and everything from which no name can be made.
pub fn decide(api: &Api) -> Result<Names, Report> {
    let mut deciding = Deciding { source: &api.source, names: Names::default(), problems: Vec::new(), foreign: api.foreign };
    deciding.types(api);
    deciding.groups(api);
    deciding.client(api);
    deciding.codes(api);
    deciding.modules(api);
    if deciding.problems.is_empty() { Ok(deciding.names) } else { Err(Report::new(deciding.problems)) }
}

/// The names in one scope, each with what it is and where that was written.
type Scope = BTreeMap<String, (String, Pointer)>;

struct Deciding<'a> {
    source: &'a str,
    names: Names,
    problems: Vec<Problem>,
    /// Whether a name that is taken gives way instead of being a problem.
    foreign: bool,
}

impl Deciding<'_> {
    /// A scope in which these names are taken already.
    fn scope(reserved: &[&str], why: &str) -> Scope {
        reserved.iter().map(|name| ((*name).to_owned(), (why.to_owned(), Pointer::root()))).collect()
    }

    /// Enters a name into a scope and gives what it has become; a problem if it is taken or cannot be a name. In an API that nobody
    /// normalised it is another name then.
    fn enter(&mut self, scope: &mut Scope, name: &str, what: String, origin: &Pointer) -> String {
        if self.foreign {
            let name = free::name(name, &what, |name| !scope.contains_key(name));
            scope.insert(name.clone(), (what, origin.clone()));
            return name;
        }
        self.claim(scope, name, what, origin);
        name.to_owned()
    }

    fn claim(&mut self, scope: &mut Scope, name: &str, what: String, origin: &Pointer) {
        let foreign = name.trim_start_matches("r#").chars().find(|letter| !stands_in_names(*letter));
        if foreign.is_some() || name.trim_start_matches('_').is_empty() {
            let because = foreign.map_or_else(String::new, |letter| format!(", because of `{letter}`"));
            self.missing(format!("no Rust name can be made of {what}{because}"), &what, origin);
            return;
        }
        match scope.get(name) {
            None => {
                scope.insert(name.to_owned(), (what, origin.clone()));
            }
            Some((other, place)) => {
                let message = format!("{what} and {other} would both be `{name}`");
                let tag = [&what, other].iter().any(|what| what.starts_with("the tag"));
                let help = if tag { "give the tag or the other one another name" } else { "give one of them an `x-rust-name`" };
                let mut problem = Problem::new("name-collision", self.source, message, help).at(origin.clone());
                if *place != Pointer::root() {
                    problem.related.push(Related { file: self.source.to_owned(), pointer: place.clone() });
                }
                self.problems.push(problem);
            }
        }
    }

    fn missing(&mut self, message: String, what: &str, origin: &Pointer) {
        let help = match what {
            _ if what.starts_with("the tag") => "give the tag another name",
            _ if what.starts_with("the value") => "give it a `rust-name` in `x-enum`",
            _ => "give it an `x-rust-name`",
        };
        self.problems.push(Problem::new("name-missing", self.source, message, help).at(origin.clone()));
    }

    /// Enters a module, which is also a file: of plain letters, and not too long for a disk.
    fn enter_module(&mut self, scope: &mut Scope, name: &str, what: String, origin: &Pointer) -> String {
        if self.foreign {
            let short: String = name.chars().take(FILE_LENGTH - 20).collect();
            return self.enter(scope, &short, what, origin);
        }
        if name.is_ascii() && name.len() <= FILE_LENGTH {
            return self.enter(scope, name, what, origin);
        }
        match name.chars().find(|letter| !letter.is_ascii()) {
            // The type of the group has the same letter.
            Some(letter) if !stands_in_names(letter) => {}
            Some(letter) => self.missing(format!("no module can be called like {what}, because of `{letter}`"), &what, origin),
            None => self.missing(format!("no file can be called like {what}, because the name is too long"), &what, origin),
        }
        name.to_owned()
    }

    /// Types, builders, groups and events share one scope: users import them all from one place.
    fn types(&mut self, api: &Api) {
        let mut scope = Self::scope(TYPES, "a type that every client has");
        for definition in api.types.values() {
            let name = type_name(definition.rust_name.as_deref().unwrap_or(&definition.id.0));
            let name = self.enter(&mut scope, &name, format!("the schema `{}`", definition.id.0), &definition.origin);
            self.names.types.insert(definition.id.clone(), name);
            self.insides(definition);
        }
        for group in &api.groups {
            let name = type_name(&group.name);
            let of = if self.foreign { "the type of " } else { "" };
            let name = self.enter(&mut scope, &name, format!("{of}the tag `{}`", group.name), &group.origin);
            self.names.groups.entry(group.name.clone()).or_default().ty = name;
            for operation in &group.operations {
                let name = type_name(operation.rust_name.as_deref().unwrap_or(&operation.id));
                let name = self.enter(&mut scope, &name, format!("{of}the operation `{}`", operation.id), &operation.origin);
                self.names.operations.entry(operation.id.clone()).or_default().builder = name;
                if operation.events.is_some() {
                    let name = format!("{}Event", upper(&singular(&group.name)));
                    let name = self.enter(&mut scope, &name, format!("the events of `{}`", operation.id), &operation.origin);
                    self.events(operation, name);
                }
            }
        }
    }

    fn insides(&mut self, definition: &TypeDef) {
        let id = &definition.id;
        match &definition.shape {
            Shape::Struct(Struct { fields, extra, .. }) => {
                if self.foreign {
                    return self.free_members(id, fields);
                }
                let named = fields.iter().map(|field| (field.wire.as_str(), field.rust_name.as_deref(), &field.origin));
                let extra: &[&str] = if extra.is_some() { &["extra"] } else { &[] };
                self.members(id, named.collect(), extra);
                self.methods(definition, fields);
            }
            Shape::Framed(framed) => {
                let fields = framed.fields.iter().map(|field| (field.wire.as_str(), field.rust_name.as_deref(), &field.origin));
                self.members(id, fields.chain([(framed.content.as_str(), None, &definition.origin)]).collect(), &[]);
            }
            Shape::Enum(values) => {
                let values = values.iter().map(|value| (value.wire.clone(), value.rust_name.clone().unwrap_or_else(|| value.wire.clone())));
                self.variants(definition, values.collect());
            }
            Shape::Union(Union::Tagged { variants, .. }) => {
                self.variants(definition, variants.iter().map(|variant| (variant.wire.clone(), variant.wire.clone())).collect());
            }
            Shape::Union(Union::Contents { variants }) => {
                self.variants(definition, variants.iter().map(|variant| (variant.wire.clone(), variant.wire.clone())).collect());
            }
            Shape::Union(Union::InText { variants, .. }) => {
                let mut scope = Self::scope(&["Other", "Text"], "a variant that every text of several types has");
                for variant in variants {
                    let name = upper(&variant.wire);
                    let what = format!("the value `{}` of `{}`", variant.wire, definition.id.0);
                    let name = self.enter(&mut scope, &name, what, &definition.origin);
                    self.names.variants.insert((id.clone(), variant.wire.clone()), name);
                }
            }
            Shape::Union(Union::Recognised { variants }) => {
                let name = |ty| reach::named(ty).first().map_or_else(|| kind(ty).to_owned(), |id| id.0.clone());
                self.variants(
                    definition,
                    variants.iter().enumerate().map(|(position, variant)| (position.to_string(), name(&variant.ty))).collect(),
                );
            }
            Shape::Union(Union::Shorthand { .. } | Union::Untagged { .. }) | Shape::Id | Shape::Alias(_) => {}
        }
    }

    /// The methods of an object: what sets a member, what makes it null, and what reads the JSON in its text.
    fn methods(&mut self, definition: &TypeDef, fields: &[Field]) {
        let mut scope = Self::scope(if definition.usage.sent { OBJECT } else { &[] }, "a method that every object has");
        for field in fields {
            let name = self.names.field(&definition.id, &field.wire).to_owned();
            let (null, reader) = (self.names.null_setter(&definition.id, &field.wire), self.names.reader(&definition.id, &field.wire));
            let what = format!("the member `{}` of `{}`", field.wire, definition.id.0);
            let optional = matches!(field.presence, Presence::Optional | Presence::OptionalNullable);
            if definition.usage.sent && (optional || matches!(field.source, Source::Client(_))) {
                self.enter(&mut scope, &name, what.clone(), &field.origin);
            }
            if definition.usage.sent && field.presence == Presence::OptionalNullable {
                self.enter(&mut scope, &null, what.clone(), &field.origin);
            }
            if definition.usage.received && matches!(field.ty, Ty::JsonTextBy { .. }) {
                self.enter(&mut scope, &reader, what, &field.origin);
            }
        }
    }

    fn members(&mut self, id: &TypeId, fields: Vec<(&str, Option<&str>, &Pointer)>, reserved: &[&str]) {
        let mut scope = Self::scope(reserved, "the further members");
        for (wire, rust_name, origin) in fields {
            let name = lower(rust_name.unwrap_or(wire));
            let name = self.enter(&mut scope, &name, format!("the member `{wire}` of `{}`", id.0), origin);
            self.names.fields.insert((id.clone(), wire.to_owned()), name);
        }
    }

    fn variants(&mut self, definition: &TypeDef, values: Vec<(String, String)>) {
        let mut scope = Self::scope(&[UNKNOWN], "the variant for what is not known");
        for (wire, text) in values {
            let name = upper(&text);
            let name = self.enter(&mut scope, &name, format!("the value `{wire}` of `{}`", definition.id.0), &definition.origin);
            self.names.variants.insert((definition.id.clone(), wire), name);
        }
    }

    fn events(&mut self, operation: &Operation, name: String) {
        let mut scope = Self::scope(&[UNKNOWN, END], "a variant that every stream has");
        for event in operation.events.iter().flat_map(|events| &events.table) {
            let variant = upper(&event.wire);
            let what = format!("the event `{}` of `{}`", event.wire, operation.id);
            let variant = self.enter(&mut scope, &variant, what, &operation.origin);
            self.names.event.insert((operation.id.clone(), event.wire.clone()), variant);
        }
        self.names.events.insert(operation.id.clone(), name);
    }

    fn groups(&mut self, api: &Api) {
        let mut modules = Self::scope(MODULES, "a module that every client has");
        for group in &api.groups {
            let module = lower(&group.name);
            let module = self.enter_module(&mut modules, &module, format!("the tag `{}`", group.name), &group.origin);
            let names = self.names.groups.entry(group.name.clone()).or_default();
            names.file = module.trim_start_matches("r#").to_owned();
            names.accessor.clone_from(&module);
            names.module = module;
            let mut methods = Self::scope(GROUP, "a method that every group has");
            for operation in &group.operations {
                let method = if self.foreign { free::method(operation, group, &methods) } else { method(operation, group) };
                let method = self.enter(&mut methods, &method, format!("the operation `{}`", operation.id), &operation.origin);
                self.names.operations.entry(operation.id.clone()).or_default().method = method;
                self.setters(api, operation);
            }
        }
    }

    /// The parameters of an operation and the members of its body, all of which are set on one builder.
    fn setters(&mut self, api: &Api, operation: &Operation) {
        let mut scope = Self::scope(BUILDER, "a method that every call has");
        for param in &operation.params {
            let words = param.rust_name.as_deref().unwrap_or(&param.wire);
            let words = if param.location == Location::Header { words.strip_prefix("x-").unwrap_or(words) } else { words };
            let name = lower(words);
            let what = format!("the parameter `{}` of `{}`", param.wire, operation.id);
            let taken = matches!(param.source, Source::Constant(_) | Source::Selector(_));
            let name = if taken { name } else { self.enter(&mut scope, &name, what, &param.origin) };
            self.names.params.insert((operation.id.clone(), param.location, param.wire.clone()), name);
        }
        let body = operation.body.as_ref().and_then(Body::object);
        let Some(TypeDef { id, shape: Shape::Struct(members), .. }) = body.and_then(|id| api.types.get(id)) else { return };
        if self.foreign {
            let names = members
                .fields
                .iter()
                .flat_map(|field| [self.names.field(id, &field.wire).to_owned(), self.names.null_setter(id, &field.wire)]);
            let whole = names.collect::<Vec<_>>().iter().any(|name| scope.contains_key(name));
            self.names.operations.entry(operation.id.clone()).or_default().whole = whole;
            return;
        }
        for field in members.fields.iter().filter(|field| !matches!(field.source, Source::Constant(_) | Source::Selector(_))) {
            let name = lower(field.rust_name.as_deref().unwrap_or(&field.wire));
            self.enter(&mut scope, &name, format!("the member `{}` of `{}`", field.wire, id.0), &field.origin);
        }
    }

    /// The methods of the client and of its builder.
    fn client(&mut self, api: &Api) {
        let mut methods = Self::scope(CLIENT, "a method that every client has");
        let mut settings = Self::scope(SETTINGS, "a method that every builder of a client has");
        for group in &api.groups {
            let accessor = self.names.group(&group.name).accessor.clone();
            let accessor = self.enter(&mut methods, &accessor, format!("the tag `{}`", group.name), &group.origin);
            self.names.groups.entry(group.name.clone()).or_default().accessor = accessor;
        }
        for (position, server) in api.servers.iter().enumerate() {
            let Some(wire) = &server.name else { continue };
            let origin = Pointer::root().child("servers").item(position);
            let method = lower(wire);
            self.enter(&mut methods, &method, format!("the server `{wire}`"), &origin);
            self.enter(&mut settings, &method, format!("the server `{wire}`"), &origin);
            let mut scope = Scope::new();
            let mut arguments = Vec::new();
            for (variable, ..) in &server.variables {
                let name = lower(variable);
                self.enter(&mut scope, &name, format!("the variable `{variable}` of the server `{wire}`"), &origin);
                arguments.push(name);
            }
            self.names.servers.insert(wire.clone(), ServerNames { method, arguments });
        }
        let origin = Pointer::root().child("x-environment");
        for (role, _) in api.environment.iter().filter(|(role, _)| !ROLES.contains(&role.as_str())) {
            let name = lower(role);
            self.enter(&mut settings, &name, format!("the parameter `{role}` of the client"), &origin);
            self.names.settings.insert(role.clone(), name);
        }
    }

    fn codes(&mut self, api: &Api) {
        let mut scope = Scope::new();
        for code in &api.codes {
            let name = code.name.to_shouty_snake_case();
            let name = if name.starts_with(|first: char| first.is_ascii_digit()) { format!("_{name}") } else { name };
            self.enter(&mut scope, &name, format!("the error code `{}`", code.name), &code.origin);
            self.names.codes.insert(code.name.clone(), name);
        }
    }

    /// A type that one group alone uses stands in the file of the group.
    fn modules(&mut self, api: &Api) {
        let mut users: BTreeMap<&TypeId, BTreeSet<&str>> = BTreeMap::new();
        for group in &api.groups {
            let starts = group.operations.iter().flat_map(|operation| reach::sent(operation).into_iter().chain(reach::received(operation)));
            for id in reach::closure(api, starts) {
                users.entry(id).or_default().insert(&group.name);
            }
        }
        for (id, tags) in users {
            let alone = tags.first().filter(|_| tags.len() == 1).and_then(|tag| self.names.groups.get(*tag));
            self.names.modules.insert(id.clone(), alone.map_or_else(|| SHARED.to_owned(), |group| group.file.clone()));
        }
    }
}

/// The name of the method of an operation: its own words without those of its tag.
fn method(operation: &Operation, group: &Group) -> String {
    let id = operation.rust_name.as_deref().unwrap_or(&operation.id).to_snake_case();
    let words: Vec<&str> = id.split('_').collect();
    let tag = group.name.to_snake_case();
    let one = singular(&tag);
    let same = |part: &[&str]| part.join("_") == tag || part.join("_") == one;
    let count = tag.split('_').count();
    let at = (1..words.len()).find(|start| words.get(*start..start + count).is_some_and(same));
    let left: Vec<&str> = match at {
        Some(start) => words.iter().take(start).chain(words.iter().skip(start + count)).copied().collect(),
        None => words,
    };
    lower(&left.join("_"))
}

#[cfg(test)]
mod tests;
