//! Properties, items and the schemas of parameters -> types of values, with everything that is said about them at the place of use.
//!
//! What the place of use does not say, it takes from the schema it refers to: description, bounds, `x-accepts`, `x-secret`.

use std::borrow::Borrow;
use std::collections::BTreeSet;

use apispec::{Pointer, Problem};
use heck::ToUpperCamelCase;
use openapiv3::{AdditionalProperties, ReferenceOr, Schema};

use super::Context;
use super::extensions::Extensions;
use super::view::{Properties, View, docs};
use crate::ir::{Accept, Bounds, Choice, Field, Presence, Source, Struct, Ty, TypeId};

/// A value as a place of use describes it.
pub(super) struct Described {
    pub ty: Ty,
    pub docs: String,
    pub nullable: bool,
    pub bounds: Bounds,
    pub accepts: Vec<Accept>,
    pub secret: bool,
    /// The only value that it may have.
    pub constant: Option<String>,
    /// What the client does not keep of it.
    pub losses: Vec<Problem>,
}

impl Described {
    fn of(ty: Ty) -> Self {
        let bounds = Bounds::default();
        Self { ty, docs: String::new(), nullable: false, bounds, accepts: Vec::new(), secret: false, constant: None, losses: Vec::new() }
    }

    /// Who gives the value: a constant is nobody's, unless it may be left out.
    pub fn source(&self, required: bool, client: Option<String>) -> Source {
        match (&self.constant, client) {
            (Some(constant), _) if required => Source::Constant(constant.clone()),
            (_, Some(parameter)) => Source::Client(parameter),
            _ => Source::Caller,
        }
    }
}

impl<'m> Context<'m> {
    /// The members of an object. `owner` names the types of what is inline.
    pub fn members(&mut self, owner: &str, origin: &Pointer, view: &View<'m>) -> Struct {
        let mut merged = Struct::default();
        let mut required: Vec<String> = Vec::new();
        self.merge(owner, origin, view, &mut merged, &mut required, &mut BTreeSet::new());
        for field in &mut merged.fields {
            if required.contains(&field.wire) {
                field.presence = match field.presence {
                    Presence::Optional => Presence::Required,
                    Presence::OptionalNullable => Presence::Nullable,
                    other => other,
                };
            }
        }
        for field in &merged.fields {
            if let Ty::JsonTextBy { by, .. } = &field.ty
                && !merged.fields.iter().any(|other| other.wire == *by)
            {
                let message = format!("`{by}` selects what `{}` holds, but `{owner}` has no such member", field.wire);
                self.problem("extension-form", &field.origin.child("x-json-text").child("by"), message, "name a sibling");
            }
        }
        merged
    }

    /// Adds the members of one part of an object. A later part replaces a member in its place, and one that came before adds nothing.
    fn merge(
        &mut self,
        owner: &str,
        origin: &Pointer,
        view: &View<'m>,
        merged: &mut Struct,
        required: &mut Vec<String>,
        seen: &mut BTreeSet<Pointer>,
    ) {
        if !seen.insert(origin.clone()) {
            return;
        }
        required.extend(view.required.iter().cloned());
        for (position, part) in view.all_of.iter().enumerate() {
            let place = origin.child("allOf").item(position);
            let part = match part {
                ReferenceOr::Item(part) => Some((part, place)),
                ReferenceOr::Reference { reference } => self.target(reference, &place).and_then(|name| self.schema(name)),
            };
            if let Some((part, place)) = part {
                self.merge(owner, &place, &View::of(part), merged, required, seen);
            }
        }
        if let Some(properties) = view.properties {
            self.add_fields(owner, origin, properties, view.required, merged);
        }
        match view.additional {
            None | Some(AdditionalProperties::Any(false)) => {}
            Some(AdditionalProperties::Any(true)) => merged.extra = Some(Ty::Json),
            Some(AdditionalProperties::Schema(schema)) => {
                let place = origin.child("additionalProperties");
                let value = self.value(&format!("{owner}Value"), &place, schema);
                merged.extra = Some(value.ty.clone());
                let losses = self.unkept_inside(&place, value);
                self.losses.extend(losses);
            }
        }
        for (alternatives, exactly_one) in [(view.one_of, true), (view.any_of, false)] {
            let members = |alternative: &ReferenceOr<Schema>| match alternative {
                ReferenceOr::Item(alternative) => View::of(alternative).required.to_vec(),
                ReferenceOr::Reference { .. } => Vec::new(),
            };
            let alternatives: Vec<_> = alternatives.iter().map(members).collect();
            if alternatives.iter().any(Vec::is_empty) {
                self.problem(
                    "choice-form",
                    origin,
                    "alternatives beside `properties` may only name what is required",
                    "write `required: [..]` in each",
                );
            } else if !alternatives.is_empty() {
                merged.choices.push(Choice { alternatives, exactly_one });
            }
        }
    }

    fn add_fields(&mut self, owner: &str, origin: &Pointer, properties: &'m Properties, required: &[String], merged: &mut Struct) {
        for (wire, property) in properties {
            let place = origin.child("properties").child(wire);
            let field = self.field(owner, wire, place, property, required.contains(wire));
            match merged.fields.iter_mut().find(|other| other.wire == *wire) {
                Some(other) => *other = field,
                None => merged.fields.push(field),
            }
        }
    }

    fn field(&mut self, owner: &str, wire: &str, origin: Pointer, property: &'m ReferenceOr<Box<Schema>>, required: bool) -> Field {
        let value = self.value(&format!("{owner}{}", wire.to_upper_camel_case()), &origin, property);
        let none = Extensions::default();
        let extensions = match property {
            ReferenceOr::Item(schema) => &schema.schema_data.extensions,
            ReferenceOr::Reference { .. } => &none,
        };
        let client = self.text(extensions, "x-client-parameter", &origin);
        let presence = match (required, value.nullable) {
            (true, false) => Presence::Required,
            (true, true) => Presence::Nullable,
            (false, false) => Presence::Optional,
            (false, true) => Presence::OptionalNullable,
        };
        Field {
            wire: wire.to_owned(),
            rust_name: self.text(extensions, "x-rust-name", &origin),
            aliases: self.texts(extensions, "x-aliases", &origin),
            source: value.source(required, client),
            docs: value.docs,
            ty: value.ty,
            presence,
            bounds: value.bounds,
            accepts: value.accepts,
            secret: value.secret,
            losses: value.losses,
            origin,
        }
    }

    /// The value that a schema or a reference to one describes. `name` is what an inline type would be called.
    pub fn value<S: Borrow<Schema>>(&mut self, name: &str, origin: &Pointer, schema: &'m ReferenceOr<S>) -> Described {
        match schema {
            ReferenceOr::Item(schema) => self.value_of(name, origin, schema.borrow()),
            ReferenceOr::Reference { reference } => self.referred(reference, origin),
        }
    }

    fn referred(&mut self, reference: &'m str, origin: &Pointer) -> Described {
        let Some(name) = self.target(reference, origin) else { return Described::of(Ty::Json) };
        let mut value = Described::of(Ty::Named(TypeId(name.to_owned())));
        if let Some((schema, place)) = self.schema(name) {
            let (view, data) = (View::of(schema), &schema.schema_data);
            value.docs = docs(data);
            value.nullable = (data.nullable && !view.only_null) || self.or_null(&view).is_some();
            value.bounds = self.bounds(&view);
            value.accepts = self.accepts(&data.extensions, &place);
            value.secret = self.flag(&data.extensions, "x-secret", &place);
        }
        value
    }

    /// The value that a schema describes.
    pub fn value_of(&mut self, name: &str, origin: &Pointer, schema: &'m Schema) -> Described {
        let (view, data) = (View::of(schema), &schema.schema_data);
        let mut value = self.bare(name, origin, schema, &view);
        value.nullable |= data.nullable;
        if data.description.is_some() {
            value.docs = docs(data);
        }
        let bounds = self.bounds(&view);
        if bounds != Bounds::default() {
            value.bounds = bounds;
        }
        value.accepts.extend(self.accepts(&data.extensions, origin));
        value.accepts.dedup();
        value.secret |= self.flag(&data.extensions, "x-secret", origin);
        // A type of its own notes by itself what is not kept of it.
        if !matches!(&value.ty, Ty::Named(id) if id.0 == name) {
            value.losses.extend(self.unchecked(origin));
        }
        value
    }

    /// The type of a schema, and what follows from what it refers to.
    fn bare(&mut self, name: &str, origin: &Pointer, schema: &'m Schema, view: &View<'m>) -> Described {
        let alone = match (view.all_of, view.alternatives()) {
            _ if view.properties.is_some() => None,
            ([part], []) => Some((part, "allOf")),
            ([], [part]) => Some((part, if view.one_of.is_empty() { "anyOf" } else { "oneOf" })),
            _ => None,
        };
        if let Some((part, key)) = alone {
            return self.value(name, &origin.child(key).item(0), part);
        }
        if let Some((reference, position)) = self.or_null(view) {
            let key = if view.one_of.is_empty() { "anyOf" } else { "oneOf" };
            let value = self.referred(reference, &origin.child(key).item(position));
            return Described { nullable: true, ..value };
        }
        if let [constant] = view.values.as_slice() {
            return Described { constant: Some((*constant).to_owned()), ..Described::of(Ty::Text) };
        }
        if !view.values.is_empty() || view.is_struct() || !view.alternatives().is_empty() {
            if let Some(id) = self.inline.get(origin) {
                return Described::of(Ty::Named(id.clone()));
            }
            let id = self.inline(name);
            self.inline.insert(origin.clone(), id.clone());
            self.define(id.clone(), origin, schema);
            if !self.foreign {
                self.inline.remove(origin);
            }
            return Described::of(Ty::Named(id));
        }
        let ty = match view.ty {
            "string" => self.text_type(&schema.schema_data.extensions, origin).unwrap_or(match view.format.as_str() {
                "date-time" => Ty::Time,
                "binary" => Ty::File,
                _ => Ty::Text,
            }),
            "integer" => Ty::Int,
            "number" => Ty::Float,
            "boolean" => Ty::Flag,
            "array" => {
                let Some(items) = view.items else { return Described::of(Ty::List(Box::new(Ty::Json))) };
                let place = origin.child("items");
                let item = self.value(&format!("{name}Item"), &place, items);
                return self.containing(&place, item, Ty::List);
            }
            "object" => {
                let Some(AdditionalProperties::Schema(schema)) = view.additional else {
                    return Described::of(Ty::Map(Box::new(Ty::Json)));
                };
                let place = origin.child("additionalProperties");
                let value = self.value(&format!("{name}Value"), &place, schema);
                return self.containing(&place, value, Ty::Map);
            }
            _ => Ty::Json,
        };
        Described::of(ty)
    }

    /// A list or map. What it holds is secret in it, too.
    fn containing(&self, place: &Pointer, inner: Described, container: fn(Box<Ty>) -> Ty) -> Described {
        let outer = Described { secret: inner.secret, ..Described::of(container(Box::new(inner.ty.clone()))) };
        Described { losses: self.unkept_inside(place, inner), ..outer }
    }

    /// The reference in a union of a reference and null, and its position.
    pub fn or_null(&self, view: &View<'m>) -> Option<(&'m str, usize)> {
        let is_null = |alternative: &ReferenceOr<Schema>| match alternative {
            ReferenceOr::Item(schema) => View::of(schema).only_null,
            ReferenceOr::Reference { reference } => {
                super::schema_name(reference).and_then(|name| self.schema(name)).is_some_and(|(schema, _)| View::of(schema).only_null)
            }
        };
        let [first, second] = view.alternatives() else { return None };
        match (first, second) {
            (ReferenceOr::Reference { reference }, other) if is_null(other) => Some((reference, 0)),
            (other, ReferenceOr::Reference { reference }) if is_null(other) => Some((reference, 1)),
            _ => None,
        }
    }

    /// What a value must satisfy. Bounds that are not whole numbers are not kept.
    fn bounds(&self, view: &View<'_>) -> Bounds {
        // It is whole, and small enough to be exact.
        let whole = |bound: Option<f64>| bound.filter(|bound| bound.fract() == 0.0 && bound.abs() <= 9e15).map(|bound| bound as i64);
        let length = |length: Option<usize>| length.and_then(|length| u64::try_from(length).ok());
        Bounds { range: (whole(view.range.0), whole(view.range.1)), length: (length(view.length.0), length(view.length.1)) }
    }
}
