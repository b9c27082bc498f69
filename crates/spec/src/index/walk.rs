//! Walks a document along the grammar: every object with its kind, and everything that the grammar does not allow.

use serde_json::{Map, Value};

use super::{Place, local};
use crate::grammar::{Kind, Shape};
use crate::{Document, Pointer, Problem};

pub(super) fn places(document: &Document) -> (Vec<Place<'_>>, Vec<Problem>) {
    let mut walk = Walk { document, places: Vec::new(), problems: Vec::new() };
    walk.object(Kind::Document, document.root(), Pointer::root(), None);
    (walk.places, walk.problems)
}

struct Walk<'d> {
    document: &'d Document,
    places: Vec<Place<'d>>,
    problems: Vec<Problem>,
}

impl<'d> Walk<'d> {
    fn report(&mut self, rule: &'static str, pointer: &Pointer, message: String, help: &str) {
        self.problems.push(Problem::new(rule, self.document.file(), message, help).at(pointer.clone()));
    }

    fn object(&mut self, kind: Kind, value: &'d Value, pointer: Pointer, parent: Option<usize>) {
        let Some(members) = value.as_object() else {
            return self.wrong(&pointer, value, "a map");
        };
        let position = self.places.len();
        self.places.push(Place { kind, pointer: pointer.clone(), value, parent });
        if self.places[position].reference().is_some() {
            return self.check_reference(members, &pointer);
        }
        for (key, member) in members {
            self.member(kind, key, member, pointer.child(key), position);
        }
        for missing in kind.members().iter().filter(|member| member.required && !members.contains_key(member.name)) {
            let message = format!("`{}` is missing", missing.name);
            self.report("missing-key", &pointer, message, "add it: OpenAPI 3.0 requires it here");
        }
    }

    fn member(&mut self, kind: Kind, key: &str, value: &'d Value, pointer: Pointer, parent: usize) {
        if key.starts_with("x-") {
            return;
        }
        if let Some(member) = kind.members().iter().find(|member| member.name == key) {
            return self.value(member.shape, value, pointer, parent);
        }
        match kind.pattern() {
            Some(shape) if kind != Kind::Paths || key.starts_with('/') => self.value(shape, value, pointer, parent),
            _ => {
                let help = match nearest(key, kind) {
                    Some(name) => format!("write `{name}`, or give an extension a name that begins with `x-`"),
                    None if kind == Kind::Paths => "begin a path with `/`".into(),
                    None => "take it away, or give an extension a name that begins with `x-`".into(),
                };
                self.report("unknown-key", &pointer, format!("OpenAPI 3.0 has no `{key}` here"), &help);
            }
        }
    }

    fn value(&mut self, shape: Shape, value: &'d Value, pointer: Pointer, parent: usize) {
        let all = |items: &[Value], test: fn(&Value) -> bool| items.iter().all(test);
        let fits = match (shape, value) {
            (Shape::One(kind), _) => return self.object(kind, value, pointer, Some(parent)),
            (Shape::List(kind), Value::Array(items)) => {
                items.iter().enumerate().for_each(|(number, item)| self.object(kind, item, pointer.item(number), Some(parent)));
                return;
            }
            (Shape::Map(kind), Value::Object(members)) => {
                members.iter().for_each(|(key, member)| self.object(kind, member, pointer.child(key), Some(parent)));
                return;
            }
            (Shape::FlagOrSchema, Value::Object(_)) => return self.object(Kind::Schema, value, pointer, Some(parent)),
            (Shape::Text, Value::String(_)) | (Shape::Flag | Shape::FlagOrSchema, Value::Bool(_)) | (Shape::Any, _) => true,
            (Shape::Count, value) => value.is_u64(),
            (Shape::Number, value) => value.is_number(),
            (Shape::Texts, Value::Array(items)) => all(items, Value::is_string),
            (Shape::Security, Value::Array(items)) => all(items, Value::is_object),
            (Shape::TextMap, Value::Object(members)) => members.values().all(Value::is_string),
            (Shape::Anys, Value::Array(_)) | (Shape::AnyMap, Value::Object(_)) => true,
            _ => false,
        };
        if !fits {
            self.wrong(&pointer, value, wanted(shape));
        }
    }

    fn check_reference(&mut self, members: &Map<String, Value>, pointer: &Pointer) {
        let Some(reference) = members.get("$ref").and_then(Value::as_str) else { return };
        match local(reference) {
            None => {
                let help = "put what it refers to into this document; other files are not read";
                self.report("external-reference", pointer, format!("`{reference}` is in another document"), help);
            }
            Some(target) if self.document.find(&target).is_none() => {
                let help = "define it, or correct the reference";
                self.report("unresolved-reference", pointer, format!("`{reference}` is not there"), help);
            }
            Some(_) => {}
        }
    }

    fn wrong(&mut self, pointer: &Pointer, value: &Value, wanted: &str) {
        let found = match value {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "text",
            Value::Array(_) => "a list",
            Value::Object(_) => "a map",
        };
        self.report("wrong-type", pointer, format!("here is {found} where OpenAPI 3.0 has {wanted}"), "write it in that form");
    }
}

fn wanted(shape: Shape) -> &'static str {
    match shape {
        Shape::Text => "text",
        Shape::Flag => "true or false",
        Shape::Count => "a whole number from 0",
        Shape::Number => "a number",
        Shape::Any => "anything",
        Shape::Texts => "a list of texts",
        Shape::Anys | Shape::List(_) => "a list",
        Shape::TextMap => "a map to texts",
        Shape::AnyMap | Shape::One(_) | Shape::Map(_) => "a map",
        Shape::FlagOrSchema => "true, false or a schema",
        Shape::Security => "a list of maps",
    }
}

/// The member of `kind` that `key` was probably meant to be.
fn nearest(key: &str, kind: Kind) -> Option<&'static str> {
    let names = kind.members().iter().map(|member| member.name);
    names.map(|name| (crate::lint::words::distance(key, name), name)).filter(|(distance, _)| *distance <= 2).min().map(|(_, name)| name)
}
