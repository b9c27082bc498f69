//! Extensions -> typed values.
//!
//! The linter judges their form in full. Here a malformed one is a problem too, so that a document that was not linted cannot lose
//! something unseen.

use apispec::Pointer;
use heck::ToUpperCamelCase;
use indexmap::IndexMap;
use serde_json::Value;

use super::view::docs;
use super::{Context, plain};
use crate::ir::{Accept, Shape, Ty, TypeDef, TypeId, Union, Usage, Variant};

/// The extensions of an object.
pub(super) type Extensions = IndexMap<String, Value>;

impl Context<'_> {
    pub fn malformed(&mut self, name: &str, at: &Pointer, expected: &str) {
        self.problem("extension-form", &at.child(name), format!("`{name}` is not {expected}"), "specs/README.md shows the form");
    }

    /// An extension that is text.
    pub fn text(&mut self, extensions: &Extensions, name: &str, at: &Pointer) -> Option<String> {
        let value = extensions.get(name)?;
        let text = value.as_str().map(str::to_owned);
        if text.is_none() {
            self.malformed(name, at, "a text");
        }
        text
    }

    /// An extension that is `true` or `false`; `false` where it is not there.
    pub fn flag(&mut self, extensions: &Extensions, name: &str, at: &Pointer) -> bool {
        let Some(value) = extensions.get(name) else { return false };
        if !value.is_boolean() {
            self.malformed(name, at, "`true` or `false`");
        }
        value.as_bool().unwrap_or_default()
    }

    /// An extension that is a list of texts; empty where it is not there.
    pub fn texts(&mut self, extensions: &Extensions, name: &str, at: &Pointer) -> Vec<String> {
        let Some(value) = extensions.get(name) else { return Vec::new() };
        let texts = value.as_array().map(|items| items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>());
        texts.flatten().unwrap_or_else(|| {
            self.malformed(name, at, "a list of texts");
            Vec::new()
        })
    }

    /// A member of an extension that is a map, as text; a problem where it must be there and is not.
    pub fn member(&mut self, extension: (&str, &Value), member: &str, at: &Pointer) -> String {
        let (name, value) = extension;
        match value.get(member) {
            Some(value) if value.is_string() || value.is_number() => plain(value),
            _ => {
                self.malformed(name, at, &format!("a map with `{member}`"));
                String::new()
            }
        }
    }

    /// `x-rate-limit`.
    pub fn rate_limit(&mut self, extensions: &Extensions, at: &Pointer) -> Option<u32> {
        let value = extensions.get("x-rate-limit")?;
        let limit = value.get("per-second").and_then(Value::as_u64).and_then(|limit| u32::try_from(limit).ok()).filter(|limit| *limit > 0);
        if limit.is_none() {
            self.malformed("x-rate-limit", at, "`{per-second: NUMBER}`");
        }
        limit
    }

    /// `x-accepts`.
    pub fn accepts(&mut self, extensions: &Extensions, at: &Pointer) -> Vec<Accept> {
        let names = self.texts(extensions, "x-accepts", at);
        let accept = |name: &String| match name.as_str() {
            "integer" => Some(Accept::Integer),
            "string" => Some(Accept::Text),
            "object" => Some(Accept::Object),
            "single" => Some(Accept::Single),
            _ => None,
        };
        names.iter().map(accept).collect::<Option<Vec<_>>>().unwrap_or_else(|| {
            self.malformed("x-accepts", at, "a list of `integer`, `string`, `object` and `single`");
            Vec::new()
        })
    }

    /// The type of a string that `x-json-text` or `x-comma-list` says more about.
    pub fn text_type(&mut self, extensions: &Extensions, at: &Pointer) -> Option<Ty> {
        if self.flag(extensions, "x-comma-list", at) {
            return Some(Ty::CommaList);
        }
        let value = extensions.get("x-json-text")?;
        let place = at.child("x-json-text");
        if let Some(schema) = value.get("schema").and_then(Value::as_str) {
            if self.flag(extensions, "x-secret", at) {
                let help = "hide the members of the schema instead";
                let loss = self.loss("weaker-type", &place, "JSON in a text that is hidden is plain text", help);
                self.losses.push(loss);
                return Some(Ty::Text);
            }
            return self.named(schema, &place.child("schema")).map(Ty::JsonText);
        }
        let (Some(by), Some(schemas)) = (value.get("by").and_then(Value::as_str), value.get("schemas").and_then(Value::as_object)) else {
            self.malformed("x-json-text", at, "`{schema: NAME}` or `{by: SIBLING, schemas: {VALUE: NAME}}`");
            return None;
        };
        let mut variants = Vec::new();
        for (value, name) in schemas {
            let Some(object) = self.named(name.as_str().unwrap_or_default(), &place.child("schemas").child(value)) else { continue };
            let text = self.schema(&object.0).map(|(schema, _)| docs(&schema.schema_data)).unwrap_or_default();
            variants.push(Variant { wire: value.clone(), aliases: Vec::new(), docs: text, object });
        }
        let secret = self.flag(extensions, "x-secret", at);
        let union = self.in_text(at, Union::InText { variants, secret, selects: false })?;
        Some(Ty::JsonTextBy { by: by.to_owned(), union })
    }

    /// The union of what a text may hold, called like the member that is the text. Members that hold the same share it.
    fn in_text(&mut self, at: &Pointer, union: Union) -> Option<TypeId> {
        let tokens: Vec<String> = at.tokens().collect();
        let [.., parent, wire] = tokens.as_slice() else { return None };
        if parent != "properties" {
            self.malformed("x-json-text", at, "`{schema: NAME}`: only a member has siblings");
            return None;
        }
        let id = TypeId(wire.to_upper_camel_case());
        let docs = self.document.find(&at.child("description")).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (shape, origin, usage) = (Shape::Union(union), at.clone(), Usage::default());
        let definition = TypeDef { id: id.clone(), rust_name: None, origin, docs, shape, usage, losses: Vec::new() };
        match self.types.get_mut(&id) {
            // The first of their places describes it, in whatever order the document has them.
            Some(other) if other.shape == definition.shape => {
                if definition.origin < other.origin {
                    *other = definition;
                }
            }
            _ => self.add(definition),
        }
        Some(id)
    }

    /// The identity of the schema that an extension names; a problem if there is none.
    pub fn named(&mut self, name: &str, at: &Pointer) -> Option<TypeId> {
        let known = self.components.schemas.contains_key(name);
        if !known {
            self.problem("reference", at, format!("there is no schema `{name}`"), "name a schema under #/components/schemas");
        }
        known.then(|| TypeId(name.to_owned()))
    }
}
