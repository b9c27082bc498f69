//! Numbers -> sentences, names of columns, and the program that would have computed them.

use super::plan::{Aggregate, Comparison, Filter, Grain, Key, Measure, Task};
use super::run::Cell;
use crate::clock::civil;
use crate::data::table::{Table, Unit, Values};

/// A number with up to six places, without zeros at its end and without separators.
pub(crate) fn plain(value: f64) -> String {
    trimmed(value, 6)
}

/// A number as a person reads it, with two places.
pub(crate) fn short(value: f64) -> String {
    trimmed(value, if value.abs() < 1.0 { 4 } else { 2 })
}

fn trimmed(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".into() } else { text.to_owned() }
}

/// A number with what stands beside it in its column.
pub(crate) fn with_unit(table: &Table, measure: Measure, value: f64) -> String {
    let unit = match measure {
        Measure::Of(_, column) => table.columns.get(column).map_or(Unit::None, |column| column.unit),
        _ => Unit::None,
    };
    match unit {
        Unit::None => short(value),
        Unit::Percent => format!("{}%", short(value)),
        Unit::Currency(sign) => format!("{sign}{}", short(value)),
    }
}

pub(crate) fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => plain(*number),
        Cell::Empty => String::new(),
    }
}

fn name(table: &Table, column: usize) -> &str {
    table.columns.get(column).map(|column| column.name.as_str()).unwrap_or_default()
}

/// What a measure is called in a header and in a sentence.
pub(crate) fn measure(table: &Table, measure: Measure) -> String {
    match measure {
        Measure::Count => "number of rows".into(),
        Measure::Distinct(column) => format!("number of different {}", name(table, column)),
        Measure::Of(aggregate, column) => format!("{} {}", aggregate.word(), name(table, column)),
        Measure::Product(one, other) => format!("total {} × {}", name(table, one), name(table, other)),
    }
}

pub(crate) fn key(table: &Table, key: Key) -> String {
    let grain = match key.grain {
        Grain::Value => return name(table, key.column).to_owned(),
        Grain::Year => "year",
        Grain::Quarter => "quarter",
        Grain::Month => "month",
        Grain::Weekday => "weekday",
    };
    format!("{grain} of {}", name(table, key.column))
}

fn day(day: i64) -> String {
    let (year, month, date) = civil(day);
    format!("{year:04}-{month:02}-{date:02}")
}

/// `Region is North; Sales above 100`, or nothing.
pub(crate) fn filters(table: &Table, filters: &[Filter]) -> String {
    let told = filters.iter().map(|filter| match filter {
        Filter::Texts { column, codes, not } => {
            let Some(Values::Texts { words, .. }) = table.columns.get(*column).map(|column| &column.values) else { return String::new() };
            let texts: Vec<&str> = codes.iter().filter_map(|code| words.get(usize::try_from(*code).ok()?)).map(String::as_str).collect();
            format!("{} is {}{}", name(table, *column), if *not { "not " } else { "" }, texts.join(" or "))
        }
        Filter::Number { column, is, value } => format!("{} {} {}", name(table, *column), comparison(*is).0, plain(*value)),
        Filter::Dates { column, from, to } => match (*from, *to) {
            (i64::MIN, to) => format!("{} before {}", name(table, *column), day(to)),
            (from, i64::MAX) => format!("{} from {} on", name(table, *column), day(from)),
            (from, to) => format!("{} from {} to {}", name(table, *column), day(from), day(to - 1)),
        },
        Filter::Months { column, first, last } if first == last => format!("month of {} is {first}", name(table, *column)),
        Filter::Months { column, first, last } => format!("month of {} is {first} to {last}", name(table, *column)),
    });
    told.collect::<Vec<_>>().join("; ")
}

fn comparison(is: Comparison) -> (&'static str, &'static str) {
    match is {
        Comparison::Above => ("above", ">"),
        Comparison::AtLeast => ("at least", ">="),
        Comparison::Below => ("below", "<"),
        Comparison::AtMost => ("at most", "<="),
        Comparison::Equal => ("is", "=="),
    }
}

/// A text as Python writes it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'").replace(['\n', '\r'], " "))
}

fn condition(table: &Table, filter: &Filter) -> String {
    let own = |column: usize| format!("data[{}]", quoted(name(table, column)));
    match filter {
        Filter::Texts { column, codes, not } => {
            let Some(Values::Texts { words, .. }) = table.columns.get(*column).map(|column| &column.values) else { return String::new() };
            let texts: Vec<String> =
                codes.iter().filter_map(|code| words.get(usize::try_from(*code).ok()?)).map(|word| quoted(word)).collect();
            format!("{}{}.isin([{}])", if *not { "~" } else { "" }, own(*column), texts.join(", "))
        }
        Filter::Number { column, is, value } => format!("({} {} {})", own(*column), comparison(*is).1, plain(*value)),
        Filter::Dates { column, from, to } => {
            let own = own(*column);
            let low = (*from != i64::MIN).then(|| format!("({own} >= {})", quoted(&day(*from))));
            let high = (*to != i64::MAX).then(|| format!("({own} < {})", quoted(&day(*to))));
            low.into_iter().chain(high).collect::<Vec<_>>().join(" & ")
        }
        Filter::Months { column, first, last } => format!("{}.dt.month.between({first}, {last})", own(*column)),
    }
}

/// The program in pandas that computes the same.
pub(crate) fn program(table: &Table, file: &str, task: &Task, filters: &[Filter]) -> String {
    let mut lines = vec!["import pandas as pd".to_owned(), String::new(), format!("data = pd.read_csv({})", quoted(file))];
    let dates = table.columns.iter().filter(|column| column.dates().is_some());
    lines.extend(dates.map(|column| format!("data[{0}] = pd.to_datetime(data[{0}])", quoted(&column.name))));
    let conditions: Vec<String> = filters.iter().map(|filter| condition(table, filter)).filter(|text| !text.is_empty()).collect();
    if !conditions.is_empty() && !matches!(task, Task::Share(_)) {
        lines.push(format!("data = data[{}]", conditions.join(" & ")));
    }
    let column = |column: usize| quoted(name(table, column));
    let value = |frame: &str, measure: Measure| match measure {
        Measure::Count => format!("{frame}.size{}", if frame == "data" { " // len(data.columns)" } else { "()" }),
        Measure::Distinct(of) => format!("{frame}[{}].nunique()", column(of)),
        Measure::Of(aggregate, of) => format!("{frame}[{}].{}()", column(of), aggregate.function()),
        Measure::Product(one, other) => format!("{frame}.apply(lambda part: (part[{}] * part[{}]).sum())", column(one), column(other)),
    };
    let by = |key: Key| match key.grain {
        Grain::Value => column(key.column),
        Grain::Year => format!("data[{}].dt.year", column(key.column)),
        Grain::Quarter => format!("data[{}].dt.to_period('Q')", column(key.column)),
        Grain::Month => format!("data[{}].dt.to_period('M')", column(key.column)),
        Grain::Weekday => format!("data[{}].dt.day_name()", column(key.column)),
    };
    lines.push(match task {
        Task::Describe => "print(data.describe(include='all'))".into(),
        Task::Scalar(Measure::Product(one, other)) => format!("print((data[{}] * data[{}]).sum())", column(*one), column(*other)),
        Task::Scalar(Measure::Count) => "print(len(data))".into(),
        Task::Scalar(measure) => format!("print({})", value("data", *measure)),
        Task::Groups { keys, measure, .. } => {
            let keys: Vec<String> = keys.iter().map(|key| by(*key)).collect();
            format!("groups = data.groupby([{}])\nprint({}.sort_values(ascending=False))", keys.join(", "), value("groups", *measure))
        }
        Task::Rows { by, descending, top } => {
            format!("print(data.sort_values({}, ascending={}).head({top}))", column(*by), if *descending { "False" } else { "True" })
        }
        Task::Share(measure) => {
            let part = format!("part = data[{}]", conditions.join(" & "));
            match measure {
                Measure::Of(_, of) => format!("{part}\nprint(100 * part[{0}].sum() / data[{0}].sum())", column(*of)),
                _ => format!("{part}\nprint(100 * len(part) / len(data))"),
            }
        }
        Task::Growth { key, measure, period, .. } => {
            format!("groups = data.groupby([{}, {}])\nprint({}.unstack())", column(*key), by(*period), value("groups", *measure))
        }
        Task::Correlation(one, other) => format!("print(data[{}].corr(data[{}]))", column(*one), column(*other)),
    });
    lines.join("\n")
}

/// Whether the largest and the smallest of such numbers say something.
pub(crate) fn is_additive(measure: Measure) -> bool {
    matches!(measure, Measure::Count | Measure::Of(Aggregate::Sum, _) | Measure::Product(..))
}
