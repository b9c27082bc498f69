//! Words -> conditions: values of columns, numbers that are compared with, and stretches of time.

use super::{Reading, Value};
use crate::ask::plan::{Comparison, Filter};
use crate::ask::run::span;
use crate::ask::words::stem;
use crate::clock::civil;
use crate::data::cell::{self, Notation, Order};
use crate::data::table::HAPPENED;

/// Phrases before a number that is compared with.
const COMPARISONS: &[(&str, Comparison)] = &[
    ("greater than or equal to", Comparison::AtLeast),
    ("less than or equal to", Comparison::AtMost),
    ("more than", Comparison::Above),
    ("greater than", Comparison::Above),
    ("higher than", Comparison::Above),
    ("larger than", Comparison::Above),
    ("bigger than", Comparison::Above),
    ("older than", Comparison::Above),
    ("longer than", Comparison::Above),
    ("exceeding", Comparison::Above),
    ("exceeds", Comparison::Above),
    ("exceed", Comparison::Above),
    ("above", Comparison::Above),
    ("over", Comparison::Above),
    (">=", Comparison::AtLeast),
    (">", Comparison::Above),
    ("at least", Comparison::AtLeast),
    ("minimum of", Comparison::AtLeast),
    ("less than", Comparison::Below),
    ("fewer than", Comparison::Below),
    ("lower than", Comparison::Below),
    ("smaller than", Comparison::Below),
    ("younger than", Comparison::Below),
    ("shorter than", Comparison::Below),
    ("below", Comparison::Below),
    ("under", Comparison::Below),
    ("<=", Comparison::AtMost),
    ("<", Comparison::Below),
    ("at most", Comparison::AtMost),
    ("up to", Comparison::AtMost),
    ("equal to", Comparison::Equal),
    ("equals", Comparison::Equal),
    ("exactly", Comparison::Equal),
    ("=", Comparison::Equal),
];

const ORDINALS: [&str; 4] = ["first", "second", "third", "fourth"];

impl Reading<'_> {
    pub(super) fn find_conditions(&mut self) {
        self.find_numbers();
        self.find_times();
        self.find_values();
    }

    /// Values of one column are alternatives; those of several have to hold together.
    fn find_values(&mut self) {
        let mut merged: Vec<(Value, bool)> = Vec::new();
        for value in self.values.clone() {
            let not = (value.at.saturating_sub(3)..value.at).any(|at| self.is(at, &["not", "except", "excluding", "without", "outside"]));
            if not {
                for at in value.at.saturating_sub(3)..value.at {
                    if self.is(at, &["not", "except", "excluding", "without", "outside"]) {
                        self.take(at, 1);
                    }
                }
            }
            match merged.iter_mut().find(|(known, negated)| known.column == value.column && *negated == not) {
                Some((known, _)) => known.codes.extend(&value.codes),
                None => merged.push((value, not)),
            }
        }
        for (value, not) in merged {
            self.filters.push(Filter::Texts { column: value.column, codes: value.codes, not });
        }
    }

    fn number_at(&self, at: usize) -> Option<f64> {
        self.lower.get(at).filter(|_| !self.used[at]).and_then(|word| cell::number(word, Notation::Point))
    }

    /// `price over 100`, `more than 10 units`, `between 10 and 20`.
    fn find_numbers(&mut self) {
        for (phrase, is) in COMPARISONS {
            let length = phrase.split(' ').count();
            while let Some(at) = self.free_place_of(phrase) {
                let Some(value) = self.number_at(at + length) else { break };
                let Some(column) = self.compared(at, at + length + 1) else { break };
                self.take(at, length + 1);
                self.filters.push(Filter::Number { column, is: *is, value });
            }
        }
        self.find_equal_numbers();
        if let Some(at) = self.free_place_of("between") {
            let ends = self.number_at(at + 1).zip(self.number_at(at + 3)).filter(|_| self.is(at + 2, &["and"]));
            let column = ends.and_then(|_| self.compared(at, at + 4));
            if let Some(((low, high), column)) = ends.zip(column) {
                self.take(at, 4);
                self.filters.push(Filter::Number { column, is: Comparison::AtLeast, value: low });
                self.filters.push(Filter::Number { column, is: Comparison::AtMost, value: high });
            }
        }
    }

    /// `class 3`: a number right after a column that has it.
    fn find_equal_numbers(&mut self) {
        for mention in self.columns.clone() {
            let at = mention.at + mention.length;
            let numbers = self.table.columns[mention.column].numbers().unwrap_or_default();
            let Some(value) = self.number_at(at).filter(|value| numbers.contains(value)) else { continue };
            self.take(at, 1);
            self.columns.retain(|known| *known != mention);
            self.filters.push(Filter::Number { column: mention.column, is: Comparison::Equal, value });
        }
    }

    fn free_place_of(&self, phrase: &str) -> Option<usize> {
        let parts: Vec<&str> = phrase.split(' ').collect();
        (0..self.lower.len()).find(|at| {
            parts
                .iter()
                .enumerate()
                .all(|(offset, part)| self.lower.get(at + offset).is_some_and(|word| word == part) && !self.used[at + offset])
        })
    }

    /// The column that a comparison is about: the number named right before it or right after it. It is no measure any more then.
    fn compared(&mut self, from: usize, to: usize) -> Option<usize> {
        // `older` says by itself what is compared, and ids are not.
        let known: &[&str] = match self.lower.get(from).map(String::as_str) {
            Some("older" | "younger") => &["age"],
            Some("longer" | "shorter") => &["duration", "length", "distance"],
            _ => &[],
        };
        if let Some(column) = super::mentions::column_called(self.table, known) {
            self.columns.retain(|mention| mention.column != column);
            return Some(column);
        }
        // `less than 20 in stock`.
        let next = to + usize::from(self.is(to, &["in"]));
        let after = self.columns.iter().position(|mention| mention.at == next && self.is_measure(mention.column));
        let before =
            self.columns.iter().rposition(|mention| mention.at < from && from - mention.at <= 4 && self.is_measure(mention.column));
        after.or(before).map(|at| self.columns.remove(at).column)
    }

    /// `Sales in Berlin and Marketing in Madrid`, `2021 vs 2022`: alternatives that cannot be told as conditions that hold together.
    pub(super) fn is_contradictory(&self) -> bool {
        let several = self.filters.iter().filter(|filter| matches!(filter, Filter::Texts { codes, not: false, .. } if codes.len() > 1));
        let spans = self.filters.iter().filter(|filter| matches!(filter, Filter::Dates { .. } | Filter::Months { .. }));
        let years = self.filters.iter().filter(
            |filter| matches!(filter, Filter::Number { is: Comparison::Equal, column, .. } if self.table.columns[*column].is_years()),
        );
        several.count() > 1 || spans.count() > 1 || years.count() > 1
    }

    /// The column that times are about.
    pub(super) fn time_column(&self) -> Option<usize> {
        let is_date = |column: &usize| self.table.columns[*column].dates().is_some();
        let mentioned = self.columns.iter().map(|mention| mention.column).find(is_date);
        mentioned.or_else(|| (0..self.table.columns.len()).find(is_date))
    }

    fn year_column(&self) -> Option<usize> {
        (0..self.table.columns.len()).find(|column| self.table.columns[*column].is_years())
    }

    fn year_at(&self, at: usize) -> Option<i64> {
        let word = self.lower.get(at).filter(|word| word.len() == 4 && !self.used[at])?;
        word.parse().ok().filter(|year| (1900..2100).contains(year))
    }

    /// A stretch of time at a place, with the number of its words: a day, a month, a quarter, a year.
    fn time_at(&self, at: usize) -> Option<(i64, i64, usize)> {
        if self.used.get(at).copied().unwrap_or(true) {
            return None;
        }
        if let Some(day) = cell::date(&self.lower[at], Order::MonthFirst) {
            let days = if self.lower[at].len() == 7 {
                let (year, month, _) = civil(day);
                return Some((span(year, month, 1).0, span(year, month, 1).1, 1));
            } else {
                1
            };
            return Some((day, day + days, 1));
        }
        if let Some(year) = self.year_at(at) {
            let (from, to) = span(year, 1, 12);
            return Some((from, to, 1));
        }
        let month = cell::month(&self.lower[at]).filter(|_| self.lower[at] != "may" || self.year_at(at + 1).is_some())?;
        let year = self.year_at(at + 1)?;
        let (from, to) = span(year, month, 1);
        Some((from, to, 2))
    }

    fn find_times(&mut self) {
        if let Some(column) = self.time_column() {
            self.find_quarters(column);
            self.find_stretches(column);
            self.find_months(column);
        } else if let Some(column) = self.year_column() {
            for at in 0..self.words.len() {
                let Some(year) = self.year_at(at) else { continue };
                let is = match at.checked_sub(1).map(|before| self.lower[before].as_str()) {
                    Some("since" | "from") => Comparison::AtLeast,
                    Some("after") => Comparison::Above,
                    Some("before") => Comparison::Below,
                    Some("until" | "through") => Comparison::AtMost,
                    _ => Comparison::Equal,
                };
                self.take_verb(at);
                // `installed before 2005`: the column is not what is asked for.
                self.columns.retain(|mention| mention.column != column || mention.at + 2 < at);
                self.take(at.saturating_sub(usize::from(is != Comparison::Equal)), 1 + usize::from(is != Comparison::Equal));
                #[allow(clippy::cast_precision_loss, reason = "a year has four digits")]
                self.filters.push(Filter::Number { column, is, value: year as f64 });
            }
        }
    }

    /// `Q3 2024`, `third quarter of 2024`, `Q3`.
    fn find_quarters(&mut self, column: usize) {
        for at in 0..self.words.len() {
            let short =
                self.lower[at].strip_prefix('q').and_then(|digit| digit.parse::<i64>().ok()).filter(|quarter| (1..=4).contains(quarter));
            let long = ORDINALS.iter().position(|word| *word == self.lower[at]).filter(|_| self.is(at + 1, &["quarter"]));
            let (quarter, mut length) = match (short, long.and_then(|at| i64::try_from(at + 1).ok())) {
                (Some(quarter), _) => (quarter, 1),
                (None, Some(quarter)) => (quarter, 2),
                (None, None) => continue,
            };
            length += usize::from(self.is(at + length, &["of", "in"]));
            let first = quarter * 3 - 2;
            if let Some(year) = self.year_at(at + length) {
                let (from, to) = span(year, first, 3);
                self.take(at, length + 1);
                self.filters.push(Filter::Dates { column, from, to });
            } else {
                self.take(at, length);
                self.filters.push(Filter::Months { column, first, last: first + 2 });
            }
        }
    }

    /// `in 2024`, `since March 2024`, `between January 2024 and March 2024`, `before 2024-03-01`.
    fn find_stretches(&mut self, column: usize) {
        let mut at = 0;
        while at < self.words.len() {
            let Some((from, to, length)) = self.time_at(at) else {
                at += 1;
                continue;
            };
            let second = self.is(at + length, &["and", "to", "until", "through", "till"]).then(|| self.time_at(at + length + 1)).flatten();
            let before = at.checked_sub(1).map(|before| self.lower[before].clone()).unwrap_or_default();
            let (first, last, taken) = match (before.as_str(), second) {
                ("between" | "from", Some((_, end, more))) => (from, end, length + 1 + more),
                ("since" | "from" | "starting", _) => (from, i64::MAX, length),
                ("after", _) => (to, i64::MAX, length),
                ("before", _) => (i64::MIN, from, length),
                ("until" | "till" | "through", _) => (i64::MIN, to, length),
                _ => (from, to, length),
            };
            self.take(at, taken);
            if ["since", "after", "before", "until", "till", "starting", "between"].contains(&before.as_str()) {
                self.take(at - 1, 1);
            }
            self.take_verb(at);
            self.filters.push(Filter::Dates { column, from: first, to: last });
            at += taken;
        }
    }

    /// `released since 2005`: what happened then says nothing more, when a table has one kind of time only.
    fn take_verb(&mut self, at: usize) {
        let Some(verb) = at.checked_sub(2) else { return };
        if self.is(verb, &HAPPENED) {
            self.take(verb, 1);
        }
    }

    /// A month of any year.
    fn find_months(&mut self, column: usize) {
        for at in 0..self.words.len() {
            let named = cell::month(&self.lower[at]).filter(|_| !self.used[at] && self.lower[at].len() > 3);
            let before = at.checked_sub(1).is_some_and(|before| self.is(before, &["in", "during", "of", "for"]));
            if let Some(month) = named.filter(|_| before) {
                self.take(at, 1);
                self.filters.push(Filter::Months { column, first: month, last: month });
            }
        }
    }
}

/// Whether a stem is one of these words.
pub(super) fn any_stem(own: &str, words: &[&str]) -> bool {
    words.iter().any(|word| stem(word) == own)
}
