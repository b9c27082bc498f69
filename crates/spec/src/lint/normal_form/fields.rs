//! The values of extensions, read member by member: what is missing, unknown or of the wrong type is a finding.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::look::quoted;
use crate::Pointer;
use crate::lint::Findings;
use crate::lint::words::distance;

/// The map at `place`, after a look at its keys. `x-ledger` is the caller's to allow.
pub(super) fn map<'v>(
    findings: &mut Findings<'_>,
    place: &Pointer,
    value: &'v Value,
    required: &[&str],
    optional: &[&str],
) -> Option<&'v Map<String, Value>> {
    let name = match place.last().unwrap_or_default() {
        item if item.bytes().all(|byte| byte.is_ascii_digit()) => "this item".to_owned(),
        name => format!("`{name}`"),
    };
    let Some(members) = value.as_object() else {
        findings.add(place, format!("{name} is not a map"));
        return None;
    };
    let missing: Vec<_> = required.iter().copied().filter(|key| !members.contains_key(*key)).collect();
    if !missing.is_empty() {
        findings.add(place, format!("{name} lacks {}", quoted(missing)));
    }
    for key in members.keys().filter(|key| !required.contains(&key.as_str()) && !optional.contains(&key.as_str())) {
        let near = nearest(key, required.iter().chain(optional).copied());
        let hint = near.map(|near| format!("; is `{near}` meant?")).unwrap_or_default();
        findings.add(&place.child(key), format!("{name} has no member `{key}`{hint}"));
    }
    Some(members)
}

/// The name among `known` that `name` was probably meant to be.
pub(super) fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    known.map(|known| (distance(name, known), known)).filter(|(distance, _)| *distance <= 2).min().map(|(_, known)| known)
}

/// The text in `key` of the map at `place`. Something other than text is a finding.
pub(super) fn text<'v>(findings: &mut Findings<'_>, place: &Pointer, members: &'v Map<String, Value>, key: &str) -> Option<&'v str> {
    let value = members.get(key)?;
    if value.as_str().is_none_or(|text| text.trim().is_empty()) {
        findings.add(&place.child(key), format!("`{key}` is not a text"));
        return None;
    }
    value.as_str()
}

/// The texts in a list, once each. Anything else, nothing in it, or one that stands twice, is a finding.
pub(super) fn texts<'v>(findings: &mut Findings<'_>, place: &Pointer, value: &'v Value) -> Vec<&'v str> {
    let name = place.last().unwrap_or_default();
    let Some(list) = value.as_array().filter(|list| !list.is_empty() && list.iter().all(Value::is_string)) else {
        findings.add(place, format!("`{name}` is not a list of one or more texts"));
        return Vec::new();
    };
    let mut seen = HashSet::new();
    for (number, text) in list.iter().filter_map(Value::as_str).enumerate().filter(|(_, text)| !seen.insert(*text)) {
        findings.add(&place.item(number), format!("`{text}` stands twice in `{name}`"));
    }
    let mut kept = HashSet::new();
    list.iter().filter_map(Value::as_str).filter(|text| kept.insert(*text)).collect()
}

/// A finding unless the value is `true`, which is all that a mark can be.
pub(super) fn mark(findings: &mut Findings<'_>, place: &Pointer, value: &Value) {
    if *value != Value::Bool(true) {
        let name = place.last().unwrap_or_default();
        findings.add(place, format!("`{name}` is `true`, or it is left out"));
    }
}
