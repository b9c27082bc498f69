//! Rules: how the alternatives of a union are told apart.
//!
//! `oneOf` has four forms: a tagged union, a reference that may be null, an object that may be a bare string, and alternatives that differ
//! in their JSON types or required members. Beside `properties`, `oneOf` and `anyOf` say which of several members must be there.

use serde_json::Value;

use super::look::{Members, Role, component_name, is_under_paths, json_types, role};
use super::{rule, tagged};
use crate::index::{Place, items, texts};
use crate::lint::{Context, Findings, Rule};
use crate::{Index, Pointer};

pub(super) const UNION_FORM: Rule = rule(
    "union-form",
    "A union is tagged with a full mapping, or its alternatives can be told apart.",
    "give the union a discriminator whose mapping names each variant, or alternatives that differ in JSON type or required members",
    union_form,
);

fn union_form(context: &Context<'_>, findings: &mut Findings<'_>) {
    for place in context.index.schemas().filter(|place| !is_under_paths(&place.pointer)) {
        if !matches!(role(&context.index, place), Some(Role::Component | Role::Part)) {
            continue;
        }
        for keyword in ["oneOf", "anyOf"].into_iter().filter(|keyword| place.value.get(keyword).is_some()) {
            if items(place.value, keyword).any(is_group) {
                groups(context, place, keyword, findings);
            } else if keyword == "anyOf" {
                findings.add(&place.pointer.child(keyword), "`anyOf` lets several alternatives hold at once, and a union is one of them");
            } else {
                union(context, place, findings);
            }
        }
        if place.value.get("discriminator").is_some() && place.value.get("oneOf").is_none() {
            findings.add(&place.pointer.child("discriminator"), "here is a discriminator without `oneOf`");
        }
    }
}

/// `{required: [..]}`
fn is_group(alternative: &Value) -> bool {
    alternative.as_object().is_some_and(|members| members.len() == 1 && members.contains_key("required"))
}

fn groups(context: &Context<'_>, place: &Place<'_>, keyword: &str, findings: &mut Findings<'_>) {
    let list = place.pointer.child(keyword);
    let declared = Members::of(&context.index, &place.pointer).properties;
    if items(place.value, keyword).count() < 2 {
        findings.add(&list, format!("`{keyword}` has one alternative, which is what `required` is for"));
    }
    for (number, alternative) in items(place.value, keyword).enumerate() {
        if !is_group(alternative) {
            findings.add(&list.item(number), format!("`{keyword}` mixes `required` with other alternatives"));
        }
        for name in texts(alternative, "required").filter(|name| !declared.contains_key(name)) {
            findings.add(&list.item(number), format!("`{name}` is required here and is not among the properties"));
        }
    }
}

fn union(context: &Context<'_>, place: &Place<'_>, findings: &mut Findings<'_>) {
    let list = place.pointer.child("oneOf");
    let alternatives: Vec<_> = items(place.value, "oneOf").collect();
    if alternatives.len() < 2 {
        findings.add(&list, "a union has at least two alternatives");
        return;
    }
    if place.value.get("discriminator").is_some() {
        return tagged::judge(context, place, &alternatives, findings);
    }
    let structured = |value: &Value| ["properties", "enum", "oneOf", "anyOf", "allOf"].iter().any(|key| value.get(key).is_some());
    for (number, _) in alternatives.iter().enumerate().filter(|(_, value)| component_name(value).is_none() && structured(value)) {
        findings.add(&list.item(number), "this alternative has a structure of its own and no name");
    }
    if let Some(member) = place.value.get("x-shorthand") {
        return shorthand(context, place, &alternatives, member, findings);
    }
    // A union of very many alternatives is judged by its first ones: comparing all pairs would take too long.
    let pairs = (0..alternatives.len().min(40)).flat_map(|right| (0..right).map(move |left| (left, right)));
    let alike = pairs.into_iter().find(|&(left, right)| !told_apart(&context.index, &list.item(left), &list.item(right)));
    if let Some((left, right)) = alike {
        let name = |number: usize| {
            component_name(alternatives[number]).map_or_else(|| format!("number {}", number + 1), |name| format!("`{name}`"))
        };
        let message = format!("the alternatives {} and {} differ neither in JSON type nor in what each requires", name(left), name(right));
        findings.add(&list, message);
    }
}

/// Whether no value can be taken for both schemas: by its JSON type, or by members that each of them requires alone.
fn told_apart(index: &Index<'_>, left: &Pointer, right: &Pointer) -> bool {
    let (types, others) = (json_types(index, left), json_types(index, right));
    if types.is_empty() || others.is_empty() {
        return false;
    }
    if types.is_disjoint(&others) {
        return true;
    }
    if types.intersection(&others).any(|shared| *shared != "object") {
        return false;
    }
    let (left, right) = (Members::of(index, left), Members::of(index, right));
    let alone = |one: &Members<'_>, other: &Members<'_>| one.required.iter().any(|name| !other.properties.contains_key(name));
    alone(&left, &right) && alone(&right, &left)
}

fn shorthand(context: &Context<'_>, place: &Place<'_>, alternatives: &[&Value], member: &Value, findings: &mut Findings<'_>) {
    let is_text = |value: &Value| value.get("type") == Some(&Value::from("string"));
    let ([object, text], Some(member)) = (alternatives, member.as_str()) else {
        findings.add(&place.pointer.child("oneOf"), "a union with `x-shorthand` is a reference to an object and a string");
        return;
    };
    let (Some(name), true) = (component_name(object), is_text(text)) else {
        findings.add(&place.pointer.child("oneOf"), "a union with `x-shorthand` is a reference to an object and a string");
        return;
    };
    let members = Members::of(&context.index, &place.pointer.child("oneOf").item(0)).properties;
    match members.get(member) {
        None => {
            findings.add(&place.pointer.child("x-shorthand"), format!("`{name}` has no member `{member}`"));
        }
        Some(found) if !json_types(&context.index, found).contains("string") => {
            findings.add(&place.pointer.child("x-shorthand"), format!("`{member}` of `{name}` is not a string")).relate(found);
        }
        Some(_) => {}
    }
}
