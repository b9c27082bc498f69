//! Tagged unions, for the rule about unions: a discriminator with a full mapping, and variants that extend one frame by a constant tag.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::look::{Members, component, component_name, quoted};
use crate::Pointer;
use crate::index::{Place, items, mapping_target, members};
use crate::lint::{Context, Findings};

/// A variant that has the right form.
struct Variant<'d> {
    name: &'d str,
    place: Pointer,
    frame: &'d str,
}

pub(super) fn judge(context: &Context<'_>, place: &Place<'_>, alternatives: &[&Value], findings: &mut Findings<'_>) {
    let discriminator = place.pointer.child("discriminator");
    let Some(value) = place.value.get("discriminator") else { return };
    let Some(tag) = value.get("propertyName").and_then(Value::as_str) else { return };
    let names: HashSet<&str> = alternatives.iter().filter_map(|value| component_name(value)).collect();
    let mut keys: HashMap<String, Vec<&str>> = HashMap::new();
    for (key, target) in members(value, "mapping") {
        let target = target.as_str().and_then(mapping_target).and_then(|target| target.last()).unwrap_or_default();
        if !names.contains(target.as_str()) {
            findings.add(&discriminator.child("mapping").child(key), format!("`{key}` leads to something that is no alternative"));
        }
        keys.entry(target).or_default().push(key);
    }
    let mut unmapped = Vec::new();
    let mut variants = Vec::new();
    for (number, alternative) in alternatives.iter().enumerate() {
        let Some(name) = component_name(alternative) else {
            findings.add(&place.pointer.child("oneOf").item(number), "a variant of a tagged union is a reference to a component");
            continue;
        };
        let keys = keys.get(name).map_or(&[][..], Vec::as_slice);
        if keys.is_empty() {
            unmapped.push(name);
        }
        variants.extend(variant(context, name, tag, keys, findings));
    }
    if !unmapped.is_empty() {
        findings.add(&discriminator, format!("the mapping does not name {}", quoted(unmapped)));
    }
    frames(context, &variants, tag, &place.pointer.child("oneOf"), findings);
}

/// Judges one variant: `allOf: [{$ref: Frame}, {type: object, properties: {type: {type: string, enum: [TAG]}, ..}}]`.
fn variant<'v>(context: &Context<'v>, name: &'v str, tag: &str, keys: &[&str], findings: &mut Findings<'_>) -> Option<Variant<'v>> {
    let place = component(name);
    let value = context.index.document().find(&place)?;
    let parts: Vec<_> = items(value, "allOf").collect();
    let (Some(frame), Some(object)) = (parts.first().and_then(|part| component_name(part)), parts.get(1)) else {
        findings.add(&place, format!("`{name}` is a variant and does not extend a frame by one object"));
        return None;
    };
    let constant = object.get("properties").and_then(|properties| properties.get(tag));
    let values: Vec<_> = constant.map(|constant| items(constant, "enum").collect()).unwrap_or_default();
    let [Value::String(value)] = values[..] else {
        findings.add(&place, format!("the tag `{tag}` of `{name}` is not a constant: a string with one enum value"));
        return None;
    };
    if !keys.is_empty() && keys != [value] {
        let here = place.child("allOf").item(1).child("properties").child(tag);
        let called = quoted(keys.iter().copied());
        findings.add(&here, format!("the tag of `{name}` is `{value}`, and the mapping calls it {called}"));
    }
    Some(Variant { name, place, frame })
}

/// All variants extend the same frame, and the tag is required in it or in them.
fn frames(context: &Context<'_>, variants: &[Variant<'_>], tag: &str, union: &Pointer, findings: &mut Findings<'_>) {
    let Some(first) = variants.first() else { return };
    if let Some(other) = variants.iter().find(|variant| variant.frame != first.frame) {
        let message = format!("`{}` extends `{}`, and `{}` extends `{}`", other.name, other.frame, first.name, first.frame);
        findings.add(union, message);
    }
    let without: Vec<_> = variants.iter().filter(|variant| !Members::of(&context.index, &variant.place).required.contains(tag)).collect();
    if without.len() > 1 && without.len() == variants.len() {
        findings.add(&component(first.frame), format!("`{}` is the frame of tagged variants and does not require `{tag}`", first.frame));
        return;
    }
    for variant in without {
        findings.add(&variant.place, format!("neither `{}` nor its frame `{}` requires the tag `{tag}`", variant.name, variant.frame));
    }
}
