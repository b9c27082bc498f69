//! A plan and a table -> the numbers.

use std::collections::HashMap;
use std::collections::HashSet;

use super::plan::{Aggregate, Comparison, Filter, Grain, Key, Measure, Plan, Sort, Task};
use crate::clock::{civil, days};
use crate::data::table::{NONE, Table, Values};

/// One cell of a result.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Text(String),
    Number(f64),
    Empty,
}

/// The rows that fulfil all filters.
pub(crate) fn chosen(table: &Table, filters: &[Filter]) -> Vec<usize> {
    (0..table.rows).filter(|row| filters.iter().all(|filter| fits(table, filter, *row))).collect()
}

fn fits(table: &Table, filter: &Filter, row: usize) -> bool {
    let date = |column: usize| table.columns.get(column).and_then(|column| column.dates()).and_then(|dates| dates[row]);
    match filter {
        Filter::Texts { column, codes, not } => match &table.columns[*column].values {
            Values::Texts { codes: own, .. } => own[row] != NONE && codes.contains(&own[row]) != *not,
            _ => false,
        },
        Filter::Number { column, is, value } => {
            let own = table.columns[*column].numbers().map_or(f64::NAN, |numbers| numbers[row]);
            match is {
                Comparison::Above => own > *value,
                Comparison::AtLeast => own >= *value,
                Comparison::Below => own < *value,
                Comparison::AtMost => own <= *value,
                Comparison::Equal => own == *value,
            }
        }
        Filter::Dates { column, from, to } => date(*column).is_some_and(|day| (*from..*to).contains(&day)),
        Filter::Months { column, first, last } => date(*column).is_some_and(|day| (*first..=*last).contains(&civil(day).1)),
    }
}

/// A number for a set of rows. It is not a number if there is nothing to compute it from.
pub(crate) fn measure(table: &Table, rows: &[usize], measure: Measure) -> f64 {
    let numbers = |column: usize| table.columns[column].numbers().unwrap_or_default();
    match measure {
        Measure::Count => count(rows.len()),
        Measure::Distinct(column) => count(distinct(table, rows, column)),
        Measure::Product(one, other) => {
            let (one, other) = (numbers(one), numbers(other));
            sum(rows.iter().filter_map(|row| Some(one.get(*row)? * other.get(*row)?)).filter(|product| !product.is_nan()))
        }
        Measure::Of(aggregate, column) => {
            let values: Vec<f64> =
                rows.iter().filter_map(|row| numbers(column).get(*row).copied()).filter(|value| !value.is_nan()).collect();
            fold(aggregate, values)
        }
    }
}

/// How many there are, as a number. No table has so many rows that this would lose any.
#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(crate) fn count(rows: usize) -> f64 {
    rows as f64
}

fn distinct(table: &Table, rows: &[usize], column: usize) -> usize {
    match &table.columns[column].values {
        Values::Numbers(values) => {
            rows.iter().map(|row| values[*row]).filter(|value| !value.is_nan()).map(f64::to_bits).collect::<HashSet<_>>().len()
        }
        Values::Dates(values) => rows.iter().filter_map(|row| values[*row]).collect::<HashSet<_>>().len(),
        Values::Texts { codes, .. } => rows.iter().map(|row| codes[*row]).filter(|code| *code != NONE).collect::<HashSet<_>>().len(),
    }
}

/// Sums without losing the small numbers beside the large ones (Kahan).
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let (mut total, mut lost) = (0.0, 0.0);
    for value in values {
        let value = value - lost;
        let next = total + value;
        lost = (next - total) - value;
        total = next;
    }
    total
}

fn fold(aggregate: Aggregate, mut values: Vec<f64>) -> f64 {
    if values.is_empty() {
        return if aggregate == Aggregate::Sum { 0.0 } else { f64::NAN };
    }
    let length = count(values.len());
    let mean = |values: &[f64]| sum(values.iter().copied()) / length;
    match aggregate {
        Aggregate::Sum => sum(values.into_iter()),
        Aggregate::Mean => mean(&values),
        Aggregate::Minimum => values.into_iter().fold(f64::INFINITY, f64::min),
        Aggregate::Maximum => values.into_iter().fold(f64::NEG_INFINITY, f64::max),
        Aggregate::Median => {
            values.sort_by(f64::total_cmp);
            let middle = values.len() / 2;
            if values.len() % 2 == 1 { values[middle] } else { (values[middle - 1] + values[middle]) / 2.0 }
        }
        Aggregate::Deviation => {
            let middle = mean(&values);
            let squares = sum(values.iter().map(|value| (value - middle).powi(2)));
            if values.len() < 2 { f64::NAN } else { (squares / (length - 1.0)).sqrt() }
        }
    }
}

/// What the key of a row is called, and where it stands in the order of its kind.
fn key(table: &Table, key: Key, row: usize) -> Option<(Order, String)> {
    let column = &table.columns[key.column];
    match &column.values {
        Values::Numbers(values) => {
            Some(values[row]).filter(|value| !value.is_nan()).map(|value| (Order::Number(value), super::tell::plain(value)))
        }
        Values::Texts { codes, words } => {
            words.get(usize::try_from(codes[row]).ok()?).map(|word| (Order::Text(word.clone()), word.clone()))
        }
        Values::Dates(values) => {
            let day = values[row]?;
            let (year, month, date) = civil(day);
            let quarter = (month + 2) / 3;
            // 1970 began on a Thursday.
            let weekday = (day + 3).rem_euclid(7);
            let (order, name) = match key.grain {
                Grain::Value => (day, format!("{year:04}-{month:02}-{date:02}")),
                Grain::Year => (year, format!("{year:04}")),
                Grain::Quarter => (year * 4 + quarter, format!("{year:04}-Q{quarter}")),
                Grain::Month => (year * 12 + month, format!("{year:04}-{month:02}")),
                Grain::Weekday => (weekday, WEEKDAYS[usize::try_from(weekday).unwrap_or_default()].to_owned()),
            };
            Some((Order::Number(count_signed(order)), name))
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "days and months are far below 2^53")]
fn count_signed(number: i64) -> f64 {
    number as f64
}

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

#[derive(Clone, Debug, PartialEq)]
enum Order {
    Number(f64),
    Text(String),
}

impl Order {
    fn compare(&self, other: &Self) -> std::cmp::Ordering {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => one.total_cmp(other),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            (Self::Number(_), Self::Text(_)) => std::cmp::Ordering::Less,
            (Self::Text(_), Self::Number(_)) => std::cmp::Ordering::Greater,
        }
    }
}

/// Some keys with their rows. Rows without a value for a key are in no group.
pub(crate) struct Group {
    pub(crate) names: Vec<String>,
    order: Vec<Order>,
    pub(crate) rows: Vec<usize>,
}

/// The rows by their keys, in the order of the keys.
pub(crate) fn groups(table: &Table, rows: &[usize], keys: &[Key]) -> Vec<Group> {
    let mut index: HashMap<Vec<String>, usize> = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let Some(parts) = keys.iter().map(|each| key(table, *each, *row)).collect::<Option<Vec<_>>>() else { continue };
        let (order, names): (Vec<Order>, Vec<String>) = parts.into_iter().unzip();
        let at = *index.entry(names.clone()).or_insert_with(|| {
            groups.push(Group { names, order, rows: Vec::new() });
            groups.len() - 1
        });
        groups[at].rows.push(*row);
    }
    groups.sort_by(|one, other| {
        let pairs = one.order.iter().zip(&other.order);
        pairs.map(|(one, other)| one.compare(other)).find(|order| order.is_ne()).unwrap_or(std::cmp::Ordering::Equal)
    });
    groups
}

/// The first day and the day after the last of a stretch of time.
pub(crate) fn span(year: i64, first_month: i64, months: i64) -> (i64, i64) {
    let end = first_month + months - 1;
    (days(year, first_month, 1), days(year + end / 12, end % 12 + 1, 1))
}

/// Keys and numbers, sorted as the plan wants it.
pub(crate) fn numbers(table: &Table, plan: &Plan) -> Vec<(Vec<String>, f64)> {
    let Task::Groups { keys, measure: wanted, sort, .. } = &plan.task else { return Vec::new() };
    let rows = chosen(table, &plan.filters);
    let mut found: Vec<(Vec<String>, f64)> =
        groups(table, &rows, keys).into_iter().map(|group| (group.names, measure(table, &group.rows, *wanted))).collect();
    // Numbers that are too large to be added up have no sum.
    found.retain(|(_, value)| value.is_finite());
    match sort {
        Sort::Key => {}
        Sort::Descending => found.sort_by(|one, other| other.1.total_cmp(&one.1)),
        Sort::Ascending => found.sort_by(|one, other| one.1.total_cmp(&other.1)),
    }
    found
}

/// Pearson's coefficient over the rows that have both numbers.
pub(crate) fn correlation(table: &Table, rows: &[usize], one: usize, other: usize) -> Option<f64> {
    let (one, other) = (table.columns[one].numbers()?, table.columns[other].numbers()?);
    let pairs: Vec<(f64, f64)> = rows.iter().map(|row| (one[*row], other[*row])).filter(|(x, y)| !x.is_nan() && !y.is_nan()).collect();
    let length = count(pairs.len());
    let (mean_x, mean_y) = (sum(pairs.iter().map(|pair| pair.0)) / length, sum(pairs.iter().map(|pair| pair.1)) / length);
    let products = sum(pairs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)));
    let spread = (sum(pairs.iter().map(|(x, _)| (x - mean_x).powi(2))) * sum(pairs.iter().map(|(_, y)| (y - mean_y).powi(2)))).sqrt();
    (pairs.len() > 1 && spread > 0.0).then_some(products / spread)
}
