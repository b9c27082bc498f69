//! Schemas of the components -> types.
//!
//! What a schema becomes is told by its keys alone: an id, an enum, a union that a member tells apart, an object that may be a bare text,
//! another union, an object, or another name for a simple type.

use apispec::Pointer;
use openapiv3::{Discriminator, ReferenceOr, Schema};

use super::extensions::Extensions;
use super::view::{View, docs};
use super::{Context, schema_name, schema_pointer};
use crate::ir::{Shape, Ty, TypeDef, TypeId, Union, Usage, Value, Variant};

/// Defines a type for each schema of the components.
pub(super) fn define_all(context: &mut Context<'_>) {
    let components = context.components;
    for (name, schema) in &components.schemas {
        let origin = schema_pointer(name);
        match schema {
            ReferenceOr::Item(schema) => context.define(TypeId(name.clone()), &origin, schema),
            ReferenceOr::Reference { reference } => {
                let target = context.target(reference, &origin).map(|target| Ty::Named(TypeId(target.to_owned())));
                let shape = Shape::Alias(target.unwrap_or(Ty::Json));
                context.add(TypeDef {
                    id: TypeId(name.clone()),
                    rust_name: None,
                    origin,
                    docs: String::new(),
                    shape,
                    usage: Usage::default(),
                    losses: Vec::new(),
                });
            }
        }
    }
}

impl<'m> Context<'m> {
    /// Adds the type of a schema.
    pub fn define(&mut self, id: TypeId, origin: &Pointer, schema: &'m Schema) {
        let data = &schema.schema_data;
        let rust_name = self.text(&data.extensions, "x-rust-name", origin);
        let outer = std::mem::take(&mut self.losses);
        let shape = self.shape(&id, origin, schema);
        let mut losses = std::mem::replace(&mut self.losses, outer);
        losses.extend(self.unchecked(origin));
        // A value that only has another name notes the same twice.
        losses.dedup();
        self.add(TypeDef { id, rust_name, origin: origin.clone(), docs: docs(data), shape, usage: Usage::default(), losses });
    }

    fn shape(&mut self, id: &TypeId, origin: &Pointer, schema: &'m Schema) -> Shape {
        let (view, data) = (View::of(schema), &schema.schema_data);
        if self.flag(&data.extensions, "x-id", origin) {
            return Shape::Id;
        }
        if view.only_null {
            return Shape::Alias(Ty::Json);
        }
        if !view.values.is_empty() {
            return Shape::Enum(self.values(&view, &data.extensions, origin));
        }
        if let Some(discriminator) = &data.discriminator {
            return self.tagged(discriminator, &view, origin);
        }
        if view.is_struct() || self.is_empty_object(&view, origin) {
            return Shape::Struct(self.members(&id.0, origin, &view));
        }
        if view.alternatives().len() > 1 && self.or_null(&view).is_none() {
            return self.union(id, origin, &view, &data.extensions);
        }
        let value = self.value_of(&id.0, origin, schema);
        self.losses.extend(value.losses);
        Shape::Alias(value.ty)
    }

    /// Whether it is written that this object has no members. The model does not tell this from saying nothing.
    fn is_empty_object(&self, view: &View<'_>, origin: &Pointer) -> bool {
        view.ty == "object" && view.additional.is_none() && self.document.find(&origin.child("properties")).is_some()
    }

    /// The values of an enum.
    pub fn values(&mut self, view: &View<'_>, extensions: &Extensions, origin: &Pointer) -> Vec<Value> {
        let place = origin.child("x-enum");
        let described = extensions.get("x-enum");
        let value = |wire: &&str| {
            let about = described.and_then(|values| values.get(*wire));
            let text = |key: &str| about.and_then(|about| about.get(key)).and_then(serde_json::Value::as_str).map(str::to_owned);
            let aliases = about.and_then(|about| about.get("aliases")).and_then(serde_json::Value::as_array);
            Value {
                wire: (*wire).to_owned(),
                aliases: aliases.into_iter().flatten().filter_map(|alias| alias.as_str().map(str::to_owned)).collect(),
                docs: text("description").unwrap_or_default(),
                rust_name: text("rust-name"),
            }
        };
        let values: Vec<_> = view.values.iter().map(value).collect();
        let names = described.and_then(serde_json::Value::as_object).into_iter().flatten();
        for (name, _) in names.filter(|(name, _)| !view.values.contains(&name.as_str())) {
            self.problem(
                "enum-value",
                &place.child(name),
                format!("`{name}` is not a value of this enum"),
                "add it to `enum`, or take it away",
            );
        }
        values
    }

    fn tagged(&mut self, discriminator: &'m Discriminator, view: &View<'m>, origin: &Pointer) -> Shape {
        if view.is_struct() {
            let help = "move the members to an object that all variants refer to with `allOf`";
            let loss = self.loss("weaker-type", origin, "members beside `discriminator` are not kept", help);
            self.losses.push(loss);
        }
        let place = origin.child("discriminator").child("mapping");
        let tag = discriminator.property_name.clone();
        let mut variants: Vec<Variant> = Vec::new();
        for (wire, target) in &discriminator.mapping {
            let name = schema_name(target).unwrap_or(target);
            let Some(object) = self.named(name, &place.child(wire)) else { continue };
            let marked = self.marked(name, &tag);
            let text = marked.as_ref().map(|value| value.docs.clone()).filter(|text| !text.is_empty());
            let text = text.or_else(|| self.schema(name).map(|(schema, _)| docs(&schema.schema_data))).unwrap_or_default();
            let aliases = marked.map(|value| value.aliases).unwrap_or_default();
            variants.push(Variant { wire: wire.clone(), aliases, docs: text, object });
        }
        // Without a mapping, the name of a schema is its tag.
        let listed = view.alternatives().iter().filter_map(|alternative| match alternative {
            ReferenceOr::Reference { reference } => schema_name(reference),
            ReferenceOr::Item(_) => None,
        });
        for name in listed.collect::<Vec<_>>() {
            if variants.iter().all(|variant| variant.object.0 != name) {
                let text = self.schema(name).map(|(schema, _)| docs(&schema.schema_data)).unwrap_or_default();
                variants.push(Variant { wire: name.to_owned(), aliases: Vec::new(), docs: text, object: TypeId(name.to_owned()) });
            }
        }
        Shape::Union(Union::Tagged { tag, variants })
    }

    /// What an object says about its own tag: the only value of that member.
    fn marked(&mut self, name: &str, tag: &str) -> Option<Value> {
        let (schema, origin) = self.schema(name)?;
        let view = View::of(schema);
        let parts = view.all_of.iter().enumerate().filter_map(|(position, part)| match part {
            ReferenceOr::Item(part) => Some((part, origin.child("allOf").item(position))),
            ReferenceOr::Reference { .. } => None,
        });
        let all: Vec<_> = parts.chain([(schema, origin.clone())]).collect();
        all.into_iter().find_map(|(part, place)| {
            let ReferenceOr::Item(property) = View::of(part).properties?.get(tag)? else { return None };
            let place = place.child("properties").child(tag);
            self.values(&View::of(property), &property.schema_data.extensions, &place).pop()
        })
    }

    fn union(&mut self, id: &TypeId, origin: &Pointer, view: &View<'m>, extensions: &Extensions) -> Shape {
        let key = if view.one_of.is_empty() { "anyOf" } else { "oneOf" };
        let place = origin.child(key);
        if let Some(member) = self.text(extensions, "x-shorthand", origin) {
            let object = view.alternatives().iter().find_map(|alternative| match alternative {
                ReferenceOr::Reference { reference } => schema_name(reference),
                ReferenceOr::Item(_) => None,
            });
            if let Some(object) = object.and_then(|object| self.named(object, &place)) {
                return Shape::Union(Union::Shorthand { object, member });
            }
            self.problem(
                "shorthand-form",
                origin,
                "a union with `x-shorthand` needs a reference to an object",
                "make one alternative a `$ref`",
            );
        }
        let mut variants = Vec::new();
        for (position, alternative) in view.alternatives().iter().enumerate() {
            let place = place.item(position);
            let value = self.value(&format!("{}{}", id.0, position + 1), &place, alternative);
            variants.push(value.ty.clone());
            let losses = self.unkept_inside(&place, value);
            self.losses.extend(losses);
        }
        Shape::Union(Union::Untagged { variants })
    }
}
