//! A plan that was carried out: a table, a chart, sentences with the numbers, and the program that computes the same.

use super::chart::{Chart, Form};
use super::plan::{Aggregate, Grain, Key, Measure, Plan, Sort, Task};
use super::run::{self, Cell};
use super::tell;
use crate::data::table::{Table, Values};

pub(super) struct Finding {
    /// The step as it is told.
    pub(super) title: String,
    pub(super) headers: Vec<String>,
    pub(super) rows: Vec<Vec<Cell>>,
    pub(super) chart: Option<Chart>,
    /// The answer in one sentence.
    pub(super) headline: String,
    /// More sentences.
    pub(super) points: Vec<String>,
    pub(super) program: String,
}

/// Carries a plan out. Nothing comes of it if no row fulfils its conditions.
pub(super) fn find(table: &Table, file: &str, plan: &Plan) -> Option<Finding> {
    let mut finding = match &plan.task {
        Task::Describe => describe(table, file),
        Task::Scalar(measure) => scalar(table, plan, *measure)?,
        Task::Groups { keys, measure, sort, top, share } => groups(table, plan, keys, *measure, *sort, *top, *share)?,
        Task::Rows { by, descending, top } => rows(table, plan, *by, *descending, *top)?,
        Task::Share(measure) => share(table, plan, *measure)?,
        Task::Growth { key, measure, period, falling } => growth(table, plan, *key, *measure, *period, *falling)?,
        Task::Correlation(one, other) => correlation(table, plan, *one, *other)?,
    };
    let conditions = tell::filters(table, &plan.filters);
    if !conditions.is_empty() {
        finding.title = format!("{} where {conditions}", finding.title);
        finding.points.insert(0, format!("Only rows where {conditions} were looked at."));
    }
    finding.points.extend(table.notes.iter().cloned());
    finding.chart = finding.chart.and_then(Chart::drawable);
    finding.program = tell::program(table, file, &plan.task, &plan.filters);
    Some(finding)
}

impl Finding {
    fn new(title: String, headers: Vec<String>, rows: Vec<Vec<Cell>>, headline: String) -> Self {
        Self { title, headers, rows, chart: None, headline, points: Vec::new(), program: String::new() }
    }
}

/// As many as a sentence can list; the table has them all.
const LISTED: usize = 10;

fn number(value: f64) -> Cell {
    if !value.is_finite() { Cell::Empty } else { Cell::Number(value) }
}

fn describe(table: &Table, file: &str) -> Finding {
    let all: Vec<usize> = (0..table.rows).collect();
    let rows = table.columns.iter().enumerate().map(|(at, column)| {
        let of = |aggregate| {
            if column.numbers().is_some() { number(run::measure(table, &all, Measure::Of(aggregate, at))) } else { Cell::Empty }
        };
        vec![
            Cell::Text(column.name.clone()),
            Cell::Text(column.kind().into()),
            Cell::Number(run::count(table.rows - column.nulls)),
            Cell::Number(run::count(column.nulls)),
            Cell::Number(run::count(column.distinct)),
            of(Aggregate::Minimum),
            of(Aggregate::Mean),
            of(Aggregate::Maximum),
        ]
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    let headers = ["column", "type", "values", "empty", "different", "minimum", "mean", "maximum"].map(String::from).to_vec();
    let headline = format!("{file} has {} rows and {} columns.", table.rows, table.columns.len());
    let mut finding = Finding::new("Describe the columns".into(), headers, rows, headline);
    let filled: Vec<f64> = table.columns.iter().map(|column| run::count(table.rows - column.nulls)).collect();
    let labels = table.columns.iter().map(|column| column.name.clone()).collect();
    finding.chart = Some(Chart {
        title: "Filled cells per column".into(),
        labels,
        values: filled,
        form: Form::Bars,
        value: "cells".into(),
        label: "column".into(),
    });
    for column in &table.columns {
        let empty = if column.nulls > 0 { format!(", {} of them empty", column.nulls) } else { String::new() };
        finding.points.push(format!("**{}** is a {}{empty}, with {} different values.", column.name, column.kind(), column.distinct));
    }
    finding
}

fn scalar(table: &Table, plan: &Plan, measure: Measure) -> Option<Finding> {
    let rows = run::chosen(table, &plan.filters);
    let value = run::measure(table, &rows, measure);
    if !value.is_finite() {
        return None;
    }
    let what = tell::measure(table, measure);
    let told = tell::with_unit(table, measure, value);
    let mut finding =
        Finding::new(format!("Compute the {what}"), vec![what.clone()], vec![vec![number(value)]], format!("The {what} is **{told}**."));
    finding.points.push(format!("{} of {} rows were counted in.", rows.len(), table.rows));
    // Whose value it is, when it is that of a single row.
    if let Measure::Of(Aggregate::Maximum | Aggregate::Minimum, column) = measure {
        let of = table.columns[column].numbers().unwrap_or_default();
        let holder = rows.iter().find(|row| of[**row] == value);
        let label = (0..table.columns.len()).find(|column| matches!(table.columns[*column].values, Values::Texts { .. }));
        if let Some((row, label)) = holder.zip(label) {
            finding.points.push(format!("It belongs to {} {}.", table.columns[label].name, text(table, label, *row)));
        }
    }
    let chart =
        Chart { title: what.clone(), labels: vec![what.clone()], values: vec![value], form: Form::Bars, value: what, label: String::new() };
    finding.chart = Some(chart);
    Some(finding)
}

fn text(table: &Table, column: usize, row: usize) -> String {
    tell::cell(&cell(table, column, row))
}

fn cell(table: &Table, column: usize, row: usize) -> Cell {
    match &table.columns[column].values {
        Values::Numbers(values) => number(values[row]),
        Values::Texts { codes, words } => {
            usize::try_from(codes[row]).ok().and_then(|code| words.get(code)).map_or(Cell::Empty, |word| Cell::Text(word.clone()))
        }
        Values::Dates(values) => values[row].map_or(Cell::Empty, |day| {
            let (year, month, date) = crate::clock::civil(day);
            Cell::Text(format!("{year:04}-{month:02}-{date:02}"))
        }),
    }
}

fn groups(table: &Table, plan: &Plan, keys: &[Key], measure: Measure, sort: Sort, top: Option<usize>, share: bool) -> Option<Finding> {
    let mut found = run::numbers(table, plan);
    let total: f64 = found.iter().map(|(_, value)| value).sum();
    let (best_names, best) = found.first().cloned()?;
    let (what, by) = (tell::measure(table, measure), keys.iter().map(|key| tell::key(table, *key)).collect::<Vec<_>>());
    let groups = found.len();
    // One is asked for, and the others are what it is compared with.
    if let Some(top) = top.filter(|top| *top > 1) {
        found.truncate(top);
    }
    let mut headers: Vec<String> = by.clone();
    headers.push(what.clone());
    if share {
        headers.push("percent".into());
    }
    let percent = |value: f64| if total == 0.0 { f64::NAN } else { 100.0 * value / total };
    let cells = found.iter().map(|(names, value)| {
        let mut row: Vec<Cell> = names.iter().cloned().map(Cell::Text).collect();
        row.push(number(*value));
        row.extend(share.then(|| number(percent(*value))));
        row
    });
    let cells: Vec<Vec<Cell>> = cells.collect();
    let told = |value: f64| tell::with_unit(table, measure, value);
    let name = |names: &[String]| names.join(", ");
    // `the highest salary`, not `the highest maximum salary`.
    let limit = match measure {
        Measure::Of(Aggregate::Maximum | Aggregate::Minimum, column) => table.columns[column].name.clone(),
        _ => what.clone(),
    };
    let headline = match sort {
        Sort::Descending if share => {
            format!("{} has the largest share of the {what}: **{}%**.", name(&best_names), tell::short(percent(best)))
        }
        Sort::Descending => format!("{} has the highest {limit}: **{}**.", name(&best_names), told(best)),
        Sort::Ascending => format!("{} has the lowest {limit}: **{}**.", name(&best_names), told(best)),
        Sort::Key => {
            let (last_names, last) = found.last().cloned()?;
            format!("The {what} went from **{}** in {} to **{}** in {}.", told(best), name(&best_names), told(last), name(&last_names))
        }
    };
    let mut finding = Finding::new(format!("Compute the {what} by {}", by.join(" and ")), headers, cells, headline);
    let ties = found.iter().filter(|(_, value)| *value == best).count();
    if ties > 1 && sort != Sort::Key {
        finding.points.push(format!("{ties} of them share this place."));
    }
    if sort == Sort::Key {
        let high = found.iter().max_by(|one, other| one.1.total_cmp(&other.1))?;
        let low = found.iter().min_by(|one, other| one.1.total_cmp(&other.1))?;
        finding.points.push(format!(
            "It was highest in {} with **{}** and lowest in {} with **{}**.",
            name(&high.0),
            told(high.1),
            name(&low.0),
            told(low.1)
        ));
    } else if found.len() > 1 {
        let listed: Vec<String> = found
            .iter()
            .take(LISTED)
            .map(|(names, value)| {
                format!("{}: **{}**", name(names), if share { format!("{}%", tell::short(percent(*value))) } else { told(*value) })
            })
            .collect();
        finding.points.push(format!("{}.", listed.join(", ")));
    }
    finding.points.push(if tell::is_additive(measure) && top.is_none() {
        format!("There are {groups} groups, which add up to **{}**.", told(total))
    } else {
        format!("There are {groups} groups.")
    });
    let timed = keys.len() == 1
        && keys.iter().any(|key| {
            key.grain != Grain::Weekday && (table.columns[key.column].dates().is_some() || table.columns[key.column].is_years())
        });
    finding.chart = Some(Chart {
        title: format!("{what} by {}", by.join(" and ")),
        labels: found.iter().map(|(names, _)| name(names)).collect(),
        values: found.iter().map(|(_, value)| if share { percent(*value) } else { *value }).collect(),
        form: if timed && sort == Sort::Key && found.len() > 1 { Form::Line } else { Form::Bars },
        value: if share { format!("percent of the {what}") } else { what },
        label: by.join(" and "),
    });
    Some(finding)
}

fn rows(table: &Table, plan: &Plan, by: usize, descending: bool, top: usize) -> Option<Finding> {
    let values = table.columns[by].numbers()?;
    let mut rows: Vec<usize> = run::chosen(table, &plan.filters).into_iter().filter(|row| !values[*row].is_nan()).collect();
    rows.sort_by(|one, other| if descending { values[*other].total_cmp(&values[*one]) } else { values[*one].total_cmp(&values[*other]) });
    rows.truncate(top);
    let first = *rows.first()?;
    let label = (0..table.columns.len()).find(|column| table.columns[*column].kind() == "text").unwrap_or(0);
    let name = &table.columns[by].name;
    let word = if descending { "highest" } else { "lowest" };
    let headers = table.columns.iter().map(|column| column.name.clone()).collect();
    let cells = rows.iter().map(|row| (0..table.columns.len()).map(|column| cell(table, column, *row)).collect()).collect();
    let headline = format!("{} has the {word} {name}: **{}**.", text(table, label, first), tell::short(values[first]));
    let mut finding = Finding::new(format!("List the {} rows with the {word} {name}", rows.len()), headers, cells, headline);
    let listed = rows.iter().take(LISTED);
    let listed: Vec<String> = listed.map(|row| format!("{}: **{}**", text(table, label, *row), tell::short(values[*row]))).collect();
    finding.points.push(format!("{}.", listed.join(", ")));
    finding.chart = Some(Chart {
        title: format!("{word} {name}"),
        labels: rows.iter().map(|row| text(table, label, *row)).collect(),
        values: rows.iter().map(|row| values[*row]).collect(),
        form: Form::Bars,
        value: name.clone(),
        label: table.columns[label].name.clone(),
    });
    Some(finding)
}

fn share(table: &Table, plan: &Plan, measure: Measure) -> Option<Finding> {
    let all: Vec<usize> = (0..table.rows).collect();
    let part = run::measure(table, &run::chosen(table, &plan.filters), measure);
    let whole = run::measure(table, &all, measure);
    if whole == 0.0 || whole.is_nan() || part.is_nan() {
        return None;
    }
    let (percent, what) = (100.0 * part / whole, tell::measure(table, measure));
    let rows = vec![vec![number(part), number(whole), number(percent)]];
    let headers = vec![format!("{what} of these"), format!("{what} of all"), "percent".into()];
    let headline = format!("These make up **{}%** of the {what}.", tell::short(percent));
    let mut finding = Finding::new(format!("Compute the share of the {what}"), headers, rows, headline);
    finding.points.push(format!("That is **{}** of **{}**.", tell::short(part), tell::short(whole)));
    let labels = vec!["these".to_owned(), "others".to_owned()];
    finding.chart = Some(Chart {
        title: format!("share of the {what}"),
        labels,
        values: vec![percent, 100.0 - percent],
        form: Form::Bars,
        value: "percent".into(),
        label: String::new(),
    });
    Some(finding)
}

fn growth(table: &Table, plan: &Plan, key: usize, measure: Measure, period: Key, falling: bool) -> Option<Finding> {
    let chosen = run::chosen(table, &plan.filters);
    let periods = run::groups(table, &chosen, &[period]);
    let (first, last) = (periods.first()?.names.first()?.clone(), periods.last()?.names.first()?.clone());
    if first == last {
        return None;
    }
    let mut found: Vec<(String, f64, f64)> = Vec::new();
    for group in run::groups(table, &chosen, &[Key { column: key, grain: Grain::Value }]) {
        let parts = run::groups(table, &group.rows, &[period]);
        let of = |name: &String| {
            parts.iter().find(|part| part.names.first() == Some(name)).map_or(f64::NAN, |part| run::measure(table, &part.rows, measure))
        };
        found.push((group.names.concat(), of(&first), of(&last)));
    }
    let change = |entry: &(String, f64, f64)| entry.2 - entry.1;
    found.retain(|entry| change(entry).is_finite());
    found.sort_by(|one, other| if falling { change(one).total_cmp(&change(other)) } else { change(other).total_cmp(&change(one)) });
    let (what, name) = (tell::measure(table, measure), table.columns[key].name.clone());
    let percent = |entry: &(String, f64, f64)| if entry.1 == 0.0 { f64::NAN } else { 100.0 * change(entry) / entry.1.abs() };
    let cells = found
        .iter()
        .map(|entry| vec![Cell::Text(entry.0.clone()), number(entry.1), number(entry.2), number(change(entry)), number(percent(entry))]);
    let cells: Vec<Vec<Cell>> = cells.collect();
    let headers = vec![name.clone(), first.clone(), last.clone(), "change".into(), "percent".into()];
    let moved: Vec<&(String, f64, f64)> =
        found.iter().filter(|entry| if falling { change(entry) < 0.0 } else { change(entry) > 0.0 }).collect();
    let word = if falling { "fell" } else { "grew" };
    let headline = match moved.first() {
        Some(entry) => {
            let (from, to) = (tell::with_unit(table, measure, entry.1), tell::with_unit(table, measure, entry.2));
            let relative = if percent(entry).is_nan() { String::new() } else { format!(", by {}%", tell::short(percent(entry).abs())) };
            format!("{} {word} most: its {what} went from **{from}** in {first} to **{to}** in {last}{relative}.", entry.0)
        }
        None => format!("No {name} {word} between {first} and {last}."),
    };
    let mut finding = Finding::new(format!("Compare the {what} by {name} in {first} and in {last}"), headers, cells, headline);
    if !moved.is_empty() {
        let listed = moved.iter().take(LISTED);
        let listed: Vec<String> = listed.map(|entry| format!("{} by **{}**", entry.0, tell::short(change(entry).abs()))).collect();
        finding.points.push(format!("{} of {} {word}: {}.", moved.len(), found.len(), listed.join(", ")));
    }
    finding.chart = Some(Chart {
        title: format!("change of the {what}, {first} to {last}"),
        labels: found.iter().map(|entry| entry.0.clone()).collect(),
        values: found.iter().map(change).collect(),
        form: Form::Bars,
        value: "change".into(),
        label: name,
    });
    Some(finding)
}

fn correlation(table: &Table, plan: &Plan, one: usize, other: usize) -> Option<Finding> {
    let rows = run::chosen(table, &plan.filters);
    let value = run::correlation(table, &rows, one, other)?;
    let (x, y) = (table.columns[one].name.clone(), table.columns[other].name.clone());
    let strength = match value.abs() {
        size if size >= 0.7 => "strong",
        size if size >= 0.4 => "moderate",
        size if size >= 0.1 => "weak",
        _ => "hardly any",
    };
    let direction = if value < 0.0 { "negative" } else { "positive" };
    let headline = format!("The correlation between {x} and {y} is **{}**, which is {strength} and {direction}.", tell::short(value));
    let headers = vec!["first".into(), "second".into(), "correlation".into()];
    let cells = vec![vec![Cell::Text(x.clone()), Cell::Text(y.clone()), number(value)]];
    let mut finding = Finding::new(format!("Compute the correlation between {x} and {y}"), headers, cells, headline);
    let chart = Chart {
        title: format!("{x} and {y}"),
        labels: vec!["correlation".into()],
        values: vec![value],
        form: Form::Bars,
        value: "coefficient".into(),
        label: String::new(),
    };
    finding.chart = Some(chart);
    Some(finding)
}
