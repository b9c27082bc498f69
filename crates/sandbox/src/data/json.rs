//! JSON -> a table, if it is a list of objects, or else text.

use indexmap::IndexSet;
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
    match list.map_or(Ok(None), |items| rows(items)) {
        Ok(Some(text)) => csv::read(&text, false),
        Err(message) => Data::Broken(message),
        Ok(None) => Data::Text(text::passages(&serde_json::to_string_pretty(&value).unwrap_or_default())),
    }
}

/// The objects as comma-separated text, which knows how to find types. Nothing comes of a list of other things.
fn rows(items: &[Value]) -> Result<Option<String>, String> {
    let mut names: IndexSet<&String> = IndexSet::new();
    for item in items {
        let Some(object) = item.as_object() else { return Ok(None) };
        names.extend(object.keys());
    }
    if names.is_empty() {
        return Ok(None);
    }
    // Objects of which each has other members make a table of nothing but gaps.
    if names.len().saturating_mul(items.len()) > csv::MOST_CELLS {
        return Err(format!("it has more than {} cells, counted as objects times names, and no more are read", csv::MOST_CELLS));
    }
    let written = || {
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
    };
    Ok(written())
}

#[cfg(test)]
mod tests {
    use super::{Data, read};

    #[test]
    fn objects_that_share_no_name_are_no_table() {
        let list = |count: usize| (0..count).map(|at| format!("{{\"k{at}\":1}}")).collect::<Vec<_>>().join(",");
        assert!(matches!(read(&format!("[{}]", list(100))), Data::Table(table) if (table.rows, table.columns.len()) == (100, 100)));
        let Data::Broken(message) = read(&format!("[{}]", list(8_000))) else { panic!("it is too large") };
        assert!(message.contains("more than 50000000 cells"), "{message}");
    }
}
