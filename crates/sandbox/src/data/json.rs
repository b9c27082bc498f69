//! JSON -> a table, if it is a list of objects, or else text.

use serde_json::Value;

use super::{Data, csv, text};

pub(crate) fn read(content: &str) -> Data {
    let value: Value = match serde_json::from_str(content) {
        Ok(value) => value,
        Err(error) => return Data::Broken(format!("the file is not JSON: {error}")),
    };
    // A list that is the only member of an object is what was meant.
    let list = match &value {
        Value::Array(items) => Some(items),
        Value::Object(members) if members.len() == 1 => members.values().next().and_then(Value::as_array),
        _ => None,
    };
    match list.and_then(|items| rows(items)) {
        Some(text) => csv::read(&text, false),
        None => Data::Text(text::passages(&serde_json::to_string_pretty(&value).unwrap_or_default())),
    }
}

/// The objects as comma-separated text, which knows how to find types.
fn rows(items: &[Value]) -> Option<String> {
    let mut names: Vec<&String> = Vec::new();
    for item in items {
        names.extend(item.as_object()?.keys().filter(|name| !names.contains(name)).collect::<Vec<_>>());
    }
    if names.is_empty() {
        return None;
    }
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(&names).ok()?;
    for item in items {
        let cell = |name: &&String| match &item[name.as_str()] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        writer.write_record(names.iter().map(cell)).ok()?;
    }
    String::from_utf8(writer.into_inner().ok()?).ok()
}
