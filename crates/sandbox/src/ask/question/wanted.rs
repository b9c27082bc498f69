//! The words of a question that say what to compute, before it is put together.

use super::Reading;
use super::lexicon::superlative;
use super::mentions::column_called;
use crate::ask::plan::{Aggregate, Grain};

/// What the words say, before it is put together.
#[derive(Default)]
pub(super) struct Wanted {
    pub(super) aggregate: Option<Aggregate>,
    /// Something is to be counted.
    pub(super) count: bool,
    pub(super) distinct: bool,
    pub(super) share: bool,
    pub(super) trend: bool,
    /// Something changed; true if downwards.
    pub(super) growth: Option<bool>,
    pub(super) correlation: bool,
    pub(super) describe: bool,
    pub(super) compare: bool,
    /// How often something occurs.
    pub(super) common: bool,
    pub(super) spread: bool,
    /// The largest or the smallest.
    pub(super) extreme: Option<bool>,
    /// The column that a superlative names by itself.
    pub(super) about: Option<usize>,
    pub(super) top: Option<usize>,
    pub(super) grain: Option<Grain>,
}

pub(super) const LARGEST: [&str; 8] = ["highest", "largest", "most", "biggest", "greatest", "best", "top", "more"];
const SMALLEST: [&str; 7] = ["lowest", "smallest", "least", "fewest", "worst", "bottom", "fewer"];
const NUMBERS: [&str; 11] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

impl Reading<'_> {
    pub(super) fn wanted(&mut self) -> Wanted {
        let mut wanted = Wanted {
            correlation: self.says(&["correlation", "correlations", "correlated", "correlate", "relationship", "related"]),
            share: self.says(&["percentage", "percent", "share", "proportion", "fraction", "%"]),
            trend: self.says(&[
                "trend",
                "trends",
                "over time",
                "changed",
                "change",
                "changes",
                "evolve",
                "evolved",
                "develop",
                "developed",
                "over the years",
            ]),
            distinct: self.says(&["distinct", "unique", "different"]),
            compare: self.says(&[
                "compare",
                "compared",
                "comparison",
                "versus",
                "vs",
                "difference",
                "higher",
                "lower",
                "larger",
                "smaller",
            ]),
            common: self.says(&["common", "frequent", "popular", "often", "frequently", "commonly"]),
            spread: self.says(&["distribution", "breakdown", "broken down", "distributed", "split"]),
            describe: self.says(&[
                "describe",
                "description",
                "summary",
                "summarize",
                "summarise",
                "overview",
                "profile",
                "structure",
                "statistics",
                "fields",
                "variables",
            ]) || (self.is(0, &["what"]) && self.place_of("columns").is_some()),
            ..Wanted::default()
        };
        let grew = self.says(&["grew", "grow", "grown", "growing", "growth", "increase", "increased", "rose"]);
        let fell = self.says(&["fell", "fall", "decline", "declined", "decrease", "decreased", "shrank", "dropped", "drop"]);
        wanted.growth = if grew { Some(false) } else { fell.then_some(true) };
        wanted.count = self.says(&["how many", "number of", "count", "counts", "#"]);
        wanted.aggregate = self.aggregate();
        self.superlatives(&mut wanted);
        wanted.grain = self.grain();
        wanted
    }

    fn aggregate(&mut self) -> Option<Aggregate> {
        let known: [(Aggregate, &[&str]); 6] = [
            (Aggregate::Deviation, &["standard deviation", "std", "stddev"]),
            (Aggregate::Median, &["median"]),
            (Aggregate::Mean, &["average", "averages", "mean", "avg", "typical", "typically"]),
            (Aggregate::Maximum, &["maximum", "max"]),
            (Aggregate::Minimum, &["minimum", "min"]),
            (Aggregate::Sum, &["total", "totals", "sum", "combined", "altogether", "how much", "cumulative"]),
        ];
        let said: Vec<Aggregate> = known.into_iter().filter(|(_, words)| self.says(words)).map(|(aggregate, _)| aggregate).collect();
        said.first().copied()
    }

    /// `the highest`, `top 5`, `three cheapest`.
    fn superlatives(&mut self, wanted: &mut Wanted) {
        for at in 0..self.lower.len() {
            if self.used[at] {
                continue;
            }
            if let Some((columns, largest)) = superlative(&self.lower[at]) {
                let column = column_called(self.table, columns);
                let least = at.checked_sub(1).is_some_and(|before| self.is(before, &["least", "less"]));
                if column.is_some() {
                    self.take(at, 1);
                    (wanted.about, wanted.extreme) = (column, Some(largest != least));
                }
            } else if LARGEST.contains(&self.lower[at].as_str()) || SMALLEST.contains(&self.lower[at].as_str()) {
                self.take(at, 1);
                let largest = LARGEST.contains(&self.lower[at].as_str());
                wanted.extreme = wanted.extreme.or(Some(largest));
            } else {
                continue;
            }
            let number = |at: Option<usize>| -> Option<(usize, usize)> {
                let word = self.lower.get(at?).filter(|_| !self.used[at.unwrap_or_default()])?;
                let value = word.parse().ok().or_else(|| NUMBERS.iter().position(|number| number == word))?;
                (value > 0).then_some((at?, value))
            };
            if let Some((place, value)) = number(Some(at + 1)).or_else(|| number(at.checked_sub(1))) {
                self.take(place, 1);
                wanted.top = Some(value);
            }
        }
    }

    fn grain(&mut self) -> Option<Grain> {
        self.time_column()?;
        let known: [(Grain, &[&str]); 5] = [
            (Grain::Weekday, &["day of the week", "day of week", "weekday", "weekdays"]),
            (Grain::Month, &["month", "months", "monthly"]),
            (Grain::Quarter, &["quarter", "quarters", "quarterly"]),
            (Grain::Year, &["year", "years", "yearly", "annual", "annually"]),
            (Grain::Value, &["day", "days", "daily", "date", "dates"]),
        ];
        known.into_iter().find(|(_, words)| self.says(words)).map(|(grain, _)| grain)
    }
}
