//! A table -> questions that it can answer.

use crate::data::table::{Column, Table};

/// Up to three questions, all of which are understood.
pub(super) fn questions(table: &Table) -> Vec<String> {
    let group = table.columns.iter().find(|column| column.kind() == "text" && (2..=50).contains(&column.distinct));
    let is_id = |column: &Column| column.name.to_lowercase().ends_with("id") || column.is_years() || column.is_numbering(table.rows);
    let mut numbers = table.columns.iter().filter(|column| column.kind() == "number" && !is_id(column));
    let (first, second) = (numbers.next(), numbers.next());
    let date = table.columns.iter().find(|column| column.kind() == "date");
    let mut found = Vec::new();
    if let Some((group, number)) = group.zip(first) {
        found.push(format!("What is the average {} by {}?", number.name, group.name));
    }
    if let Some((number, _)) = first.zip(date) {
        found.push(format!("What is the total {} per month?", number.name));
    }
    if let Some((group, number)) = group.zip(second.or(first)) {
        found.push(format!("Which {} has the highest total {}?", group.name, number.name));
    }
    if let Some(group) = group {
        found.push(format!("How many rows are there per {}?", group.name));
    }
    if let Some(number) = first {
        found.push(format!("What is the median {}?", number.name));
    }
    found.push("Describe the data.".into());
    // A name of a column may be a riddle of its own.
    found.retain(|question| super::question::read(table, "", question).is_ok());
    found.truncate(3);
    found
}
