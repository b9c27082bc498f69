//! What the words of a question ask to be computed.

use super::conditions::any_stem;
use super::lexicon::{NAMES, RATES, ROWS};
use super::mentions::column_called;
use super::wanted::{LARGEST, Wanted};
use super::{Mention, Reading, Value};
use crate::ask::plan::{Aggregate, Filter, Grain, Key, Measure, Sort, Task};
use crate::ask::words::stems;
use crate::data::table::Column;

impl Reading<'_> {
    pub(super) fn decide(&mut self) -> Option<Task> {
        self.drop_filtered();
        let wanted = self.wanted();
        if self.is_contradictory() {
            return None;
        }
        let noun = if wanted.count { self.counted(&wanted) } else { None };
        self.find_flags(wanted.count || wanted.share);
        let mut keys = self.keys(&wanted);
        if wanted.share && !self.filters.is_empty() && !self.find_whole(&wanted, &mut keys) {
            return None;
        }
        // `yield per hectare` is a quotient, and not one number for every area that there is.
        let per = |column: usize| self.columns.iter().any(|mention| mention.column == column && self.is_marked(mention.at, &["per"]));
        if keys.iter().any(|key| per(key.column) && self.is_fractional(key.column)) {
            return None;
        }
        let measures: Vec<usize> = self
            .columns
            .iter()
            .map(|mention| mention.column)
            .filter(|column| self.is_measure(*column))
            .filter(|column| !keys.iter().any(|key| key.column == *column))
            .collect();
        if wanted.correlation {
            return measures.first().zip(measures.get(1)).map(|(one, other)| Task::Correlation(*one, *other));
        }
        let measure = self.measure(&wanted, noun, &measures);
        // `How much rain fell` asks for a sum, not for a change.
        let changed = wanted.growth.filter(|_| wanted.aggregate.is_none() || !keys.is_empty());
        if let Some(falling) = changed {
            return self.growth(falling, &keys, measure);
        }
        if wanted.describe && keys.is_empty() && measures.is_empty() {
            return Some(Task::Describe);
        }
        if wanted.share {
            return self.share(keys, measure, noun);
        }
        self.task(&wanted, keys, measure)
    }

    /// `the Sales department`, `embarked at Cherbourg`: a column of which a value is named says nothing more, unless it is asked for.
    fn drop_filtered(&mut self) {
        let asked = |mention: &Mention| self.is_marked(mention.at, &["by", "per", "each", "every", "across", "which", "what"]);
        let beside = |mention: &Mention, value: &Value| value.at + value.length == mention.at || mention.at + mention.length == value.at;
        let says_more = |mention: &Mention| {
            let mut own = self.values.iter().filter(|value| value.column == mention.column).peekable();
            own.peek().is_none() || (asked(mention) && !own.any(|value| beside(mention, value)))
        };
        self.columns = self.columns.iter().copied().filter(says_more).collect();
    }

    fn task(&mut self, wanted: &Wanted, mut keys: Vec<Key>, measure: Option<Measure>) -> Option<Task> {
        if let Some(largest) = wanted.extreme {
            if keys.is_empty() {
                keys.extend(self.superlative_key(wanted));
            }
            if measure.is_none() && wanted.about.is_none() && wanted.aggregate.is_some() {
                return None;
            }
            return self.extreme(wanted, largest, keys, measure);
        }
        if keys.is_empty() {
            // Several values of one column are there to be compared.
            let compared = self.filters.iter().find_map(|filter| match filter {
                Filter::Texts { column, codes, not: false } if codes.len() > 1 => Some(*column),
                _ => None,
            });
            match compared.filter(|_| wanted.compare || measure.is_some_and(|measure| !matches!(measure, Measure::Count))) {
                Some(column) => keys.push(Key { column, grain: Grain::Value }),
                // `which films` asks for a list, and `orders from Berlin` for nothing: only what is to be counted is counted.
                None if measure == Some(Measure::Count) && !wanted.count && wanted.aggregate != Some(Aggregate::Sum) => return None,
                None => return measure.map(Task::Scalar),
            }
        }
        let timed = keys.iter().any(|key| self.table.columns[key.column].dates().is_some() || self.table.columns[key.column].is_years());
        let sort = if timed && wanted.top.is_none() { Sort::Key } else { Sort::Descending };
        let listed = wanted.spread || wanted.distinct || wanted.common || wanted.trend || self.asks_which() || wanted.count;
        // An average of nothing that is named is not a number of rows.
        let measure = measure.or_else(|| (listed && wanted.aggregate.is_none()).then_some(Measure::Count))?;
        Some(Task::Groups { keys, measure, sort, top: wanted.top, share: false })
    }

    fn extreme(&self, wanted: &Wanted, largest: bool, keys: Vec<Key>, measure: Option<Measure>) -> Option<Task> {
        let sort = if largest { Sort::Descending } else { Sort::Ascending };
        let stated = self.columns.iter().any(|mention| keys.iter().any(|key| key.column == mention.column)) || wanted.grain.is_some();
        if wanted.about.is_some() && wanted.aggregate.is_some() && !stated {
            // `the average age of the 5 oldest` asks for two things.
            return None;
        }
        let chosen = wanted.about.map(|column| Measure::Of(wanted.aggregate.unwrap_or(Aggregate::Sum), column)).or(measure);
        let limit = if largest { Aggregate::Maximum } else { Aggregate::Minimum };
        let [key, ..] = keys[..] else {
            return match chosen? {
                Measure::Of(_, column) if wanted.aggregate.is_none() => match wanted.top.filter(|top| *top > 1) {
                    Some(top) => Some(Task::Rows { by: column, descending: largest, top }),
                    None => Some(Task::Scalar(Measure::Of(limit, column))),
                },
                other => Some(Task::Scalar(other)),
            };
        };
        let unique = self.table.columns[key.column].is_unique(self.table.rows);
        let measure = match chosen {
            Some(Measure::Of(_, column)) if wanted.aggregate.is_none() && (wanted.about.is_some() || unique || self.is_rate(column)) => {
                Measure::Of(limit, column)
            }
            Some(measure) => measure,
            None => Measure::Count,
        };
        Some(Task::Groups { keys, measure, sort, top: Some(wanted.top.unwrap_or(1)), share: false })
    }

    fn share(&self, keys: Vec<Key>, measure: Option<Measure>, noun: Option<Measure>) -> Option<Task> {
        let measure = match measure {
            Some(Measure::Of(_, column)) => Measure::Of(Aggregate::Sum, column),
            other => other.or(noun).unwrap_or(Measure::Count),
        };
        if !keys.is_empty() {
            return Some(Task::Groups { keys, measure, sort: Sort::Descending, top: None, share: true });
        }
        (!self.filters.is_empty()).then_some(Task::Share(measure))
    }

    /// `What percentage of meters is on the green tariff`: a column with another value in every row stands for the rows. One that repeats
    /// itself would have to be counted without repeats, which is not done: then this is false.
    fn find_whole(&self, wanted: &Wanted, keys: &mut Vec<Key>) -> bool {
        let is_whole = |key: &Key| {
            let mut mentions = self.columns.iter().filter(|mention| mention.column == key.column);
            !wanted.spread && mentions.any(|mention| mention.at > 0 && self.is_whole(mention.at))
        };
        let unique = |key: &Key| self.table.columns[key.column].is_unique(self.table.rows);
        let understood = keys.iter().all(|key| !is_whole(key) || unique(key));
        keys.retain(|key| !is_whole(key));
        understood
    }

    /// Whether `percentage of` or the like stands right before a column.
    fn is_whole(&self, at: usize) -> bool {
        let before = if self.is(at - 1, &["the", "all"]) { at.saturating_sub(2) } else { at - 1 };
        self.is(before, &["of"])
            && before.checked_sub(1).is_some_and(|at| self.is(at, &["percentage", "percent", "share", "proportion", "fraction", "%"]))
    }

    fn growth(&self, falling: bool, keys: &[Key], measure: Option<Measure>) -> Option<Task> {
        let measure = measure.or_else(|| self.main_measure().map(|column| Measure::Of(Aggregate::Sum, column)))?;
        let period = self.period()?;
        let key = keys.iter().find(|key| key.column != period.column);
        Some(match key {
            Some(key) => Task::Growth { key: key.column, measure, period, falling },
            None => Task::Groups { keys: vec![period], measure, sort: Sort::Key, top: None, share: false },
        })
    }

    /// The coarsest period of which there are at least two.
    fn period(&self) -> Option<Key> {
        let Some(column) = self.time_column() else {
            let years = (0..self.table.columns.len()).find(|column| self.table.columns[*column].is_years());
            return years.map(|column| Key { column, grain: Grain::Value });
        };
        let rows: Vec<usize> = (0..self.table.rows).collect();
        let periods = [Grain::Year, Grain::Quarter, Grain::Month].map(|grain| Key { column, grain });
        periods.into_iter().find(|key| crate::ask::run::groups(self.table, &rows, &[*key]).len() > 1)
    }

    /// What follows `how many`. It is taken out of the columns, since it is what is counted and not what is counted by.
    fn counted(&mut self, wanted: &Wanted) -> Option<Measure> {
        let start = ["how many", "number of", "count"].iter().find_map(|phrase| {
            let parts: Vec<&str> = phrase.split(' ').collect();
            let at = (0..self.lower.len())
                .find(|at| parts.iter().enumerate().all(|(offset, part)| self.lower.get(at + offset).is_some_and(|word| word == part)))?;
            Some(at + parts.len())
        })?;
        let reach = start..start + 4;
        // `how many orders`, when the file is called orders: rows, even if a column is called alike.
        for at in reach.clone() {
            let Some(word) = self.words.get(at) else { break };
            let is_row = self.rows.contains(&word.stem) || any_stem(&word.stem, &ROWS);
            let mention = self.columns.iter().position(|mention| mention.at == at);
            let quantity = mention
                .is_some_and(|at| self.is_measure(self.columns[at].column) && !self.rows.contains(&self.words[self.columns[at].at].stem));
            if is_row && !quantity {
                self.take(at, 1);
                if let Some(mention) = mention {
                    self.columns.remove(mention);
                }
                return Some(Measure::Count);
            }
            if let Some(found) = mention {
                let Mention { column, .. } = self.columns.remove(found);
                let unique = self.table.columns[column].is_unique(self.table.rows);
                return Some(match () {
                    () if self.is_measure(column) && super::flags::is_flag(self.table, column) => Measure::Count,
                    () if self.is_measure(column) => Measure::Of(Aggregate::Sum, column),
                    () if unique && !wanted.distinct => Measure::Count,
                    () => Measure::Distinct(column),
                });
            }
        }
        // `how many laptops`: a value, of which there may be several in a row.
        let valued = self.values.iter().any(|value| reach.contains(&value.at));
        let quantity = column_called(self.table, &["quantity", "qty", "unit"]).filter(|_| valued);
        Some(quantity.map_or(Measure::Count, |column| Measure::Of(Aggregate::Sum, column)))
    }

    /// What the numbers are told apart by.
    fn keys(&mut self, wanted: &Wanted) -> Vec<Key> {
        let mut keys: Vec<Key> = Vec::new();
        let dates = self.time_column();
        let others =
            |reading: &Self, own: usize| reading.columns.iter().any(|mention| mention.column != own && reading.is_measure(mention.column));
        for mention in self.columns.clone() {
            let column = &self.table.columns[mention.column];
            let marked = self.is_marked(mention.at, &["by", "per", "each", "every", "across", "which", "what", "between", "among"]);
            let by = self.is_marked(mention.at, &["by"]);
            let few = column.distinct <= 100;
            let numeric_key = marked
                && few
                && !wanted.correlation
                && (others(self, mention.column) || wanted.count || wanted.share)
                && !(by && wanted.extreme.is_some());
            let is_key = match column.kind() {
                "number" => column.is_years() || numeric_key,
                "date" => wanted.grain.is_none() && (marked || wanted.trend),
                _ => marked || !self.means_rows(mention.at, wanted),
            };
            if is_key && !keys.iter().any(|key| key.column == mention.column) {
                let grain = if column.kind() == "date" { usual_grain(column) } else { Grain::Value };
                keys.push(Key { column: mention.column, grain });
            }
        }
        if let Some((grain, column)) = wanted.grain.zip(dates) {
            keys.push(Key { column, grain });
        } else if wanted.trend {
            keys.extend(self.period().filter(|period| !keys.iter().any(|key| key.column == period.column)));
        }
        keys.truncate(2);
        // The one that is asked for comes first.
        keys.sort_by_key(|key| {
            let place = self.columns.iter().find(|mention| mention.column == key.column).map(|mention| mention.at);
            place.is_none_or(|at| !self.is_marked(at, &["which", "what"]))
        });
        if wanted.extreme.is_some() && !self.is_two_way(&keys) {
            keys.truncate(1);
        }
        keys
    }

    /// `the median delay of flights that ..`, when the file is called flights, and `the average rating of garden products`: every row, and
    /// not one number for each flight or product.
    fn means_rows(&self, at: usize, wanted: &Wanted) -> bool {
        if wanted.aggregate.is_none() || wanted.extreme.is_some() || !self.lower[at].ends_with('s') {
            return false;
        }
        let of = at.checked_sub(1).is_some_and(|before| self.is(before, &["of", "for", "all"]));
        let chosen = self.values.iter().any(|value| value.at + value.length == at);
        chosen || (of && self.rows.contains(&self.words[at].stem))
    }

    fn is_two_way(&self, keys: &[Key]) -> bool {
        let marked = |key: &Key| {
            self.columns.iter().any(|mention| mention.column == key.column && self.is_marked(mention.at, &["by", "per", "each"]))
        };
        keys.iter().all(marked)
    }

    /// Whether one of these words stands before a column, with nothing between but words that say nothing.
    fn is_marked(&self, at: usize, words: &[&str]) -> bool {
        for before in (at.saturating_sub(4)..at).rev() {
            if self.is(before, words) {
                return true;
            }
            let between = super::lexicon::is_empty_word(&self.lower[before])
                || LARGEST.contains(&self.lower[before].as_str())
                || self.lower[before].parse::<usize>().is_ok();
            if !between || self.is(before, &["is", "are", "was", "were", "has", "have", "had", "did", "does", "in", "of"]) {
                return false;
            }
        }
        false
    }

    fn asks_which(&self) -> bool {
        self.lower.iter().any(|word| ["which", "what", "list", "show", "who", "where"].contains(&word.as_str()))
    }

    fn measure(&mut self, wanted: &Wanted, noun: Option<Measure>, measures: &[usize]) -> Option<Measure> {
        if let Some(noun) = noun {
            return Some(noun);
        }
        if let Some(column) = measures.first() {
            let usual = if self.is_rate(*column) { Aggregate::Mean } else { Aggregate::Sum };
            return Some(Measure::Of(wanted.aggregate.unwrap_or(usual), *column));
        }
        let product = self.product(wanted);
        product.or_else(|| if matches!(wanted.aggregate, None | Some(Aggregate::Sum)) { self.row_noun() } else { None })
    }

    /// Revenue that no column has, from a price and a quantity.
    fn product(&mut self, wanted: &Wanted) -> Option<Measure> {
        let at = (0..self.words.len()).find(|at| !self.used[*at] && any_stem(&self.words[*at].stem, &["revenue", "turnover", "sales"]))?;
        let (price, quantity) = column_called(self.table, &["price"]).zip(column_called(self.table, &["quantity", "qty", "unit"]))?;
        if price == quantity || !matches!(wanted.aggregate, None | Some(Aggregate::Sum)) {
            return None;
        }
        self.take(at, 1);
        Some(Measure::Product(price, quantity))
    }

    /// `most orders`: rows are counted, and called by their name.
    fn row_noun(&mut self) -> Option<Measure> {
        let at = (0..self.words.len()).find(|at| !self.used[*at] && self.names_rows(*at))?;
        self.take(at, 1);
        Some(Measure::Count)
    }

    /// `Who has the highest salary`: the column that names what a row is about.
    fn superlative_key(&self, wanted: &Wanted) -> Option<Key> {
        if !self.lower.iter().any(|word| word == "who") && wanted.about.is_none() {
            return None;
        }
        let named = |column: &usize| {
            let stems = stems(&self.table.columns[*column].name);
            self.table.columns[*column].kind() == "text"
                && stems
                    .iter()
                    .any(|part| any_stem(part, &["name", "employee", "person", "customer", "player", "title", "student", "seller", "rep"]))
        };
        (0..self.table.columns.len()).find(named).map(|column| Key { column, grain: Grain::Value })
    }

    /// Whether a column holds quantities, and not numbers that only name things.
    pub(super) fn is_measure(&self, column: usize) -> bool {
        let described = &self.table.columns[column];
        let name = stems(&described.name);
        let names_things = name.last().is_some_and(|last| any_stem(last, &NAMES)) || name.iter().any(|part| part == "id");
        described.numbers().is_some() && !names_things && !described.is_years() && !described.is_numbering(self.table.rows)
    }

    fn is_fractional(&self, column: usize) -> bool {
        self.table.columns[column].numbers().is_some_and(|numbers| numbers.iter().any(|number| !number.is_nan() && number.fract() != 0.0))
    }

    /// Whether the numbers of a column are not to be added up.
    fn is_rate(&self, column: usize) -> bool {
        let described = &self.table.columns[column];
        let name = stems(&described.name);
        described.unit == crate::data::table::Unit::Percent || name.iter().any(|part| any_stem(part, &RATES))
    }

    /// The quantity that a table is about, if there is only one that it can be.
    fn main_measure(&self) -> Option<usize> {
        let additive: Vec<usize> =
            (0..self.table.columns.len()).filter(|column| self.is_measure(*column) && !self.is_rate(*column)).collect();
        let named = column_called(self.table, &["revenue", "sales", "turnover", "amount"]);
        if additive.len() == 1 { additive.first().copied() } else { named }
    }
}

/// A column called `Month` is about months, even if it holds days; days are too many to be told one by one.
fn usual_grain(column: &Column) -> Grain {
    let named = |word: &str| stems(&column.name).iter().any(|part| any_stem(part, &[word]));
    match () {
        () if named("year") => Grain::Year,
        () if named("quarter") => Grain::Quarter,
        () if named("month") || column.distinct > 40 => Grain::Month,
        () => Grain::Value,
    }
}
