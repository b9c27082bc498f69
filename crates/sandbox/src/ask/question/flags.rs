//! Columns of yes and no -> conditions.

use super::Reading;
use crate::ask::plan::{Comparison, Filter};
use crate::data::table::{Table, Values};

/// What stands before something that is or is not so.
const BEING: [&str; 10] = ["is", "are", "was", "were", "been", "who", "that", "which", "have", "had"];
const NEGATIONS: [&str; 4] = ["not", "didn't", "never", "non"];

impl Reading<'_> {
    /// A column of yes and no that is named like something that happened: `survived`, `not returned`. When nothing is counted, it has to
    /// be said of something, as in `flights that were cancelled` or `cancelled flights`; otherwise the column itself may be meant.
    pub(super) fn find_flags(&mut self, counted: bool) {
        let mentions = self.columns.clone();
        for mention in mentions {
            let Some((yes, no)) = flag(self.table, mention.column) else { continue };
            let negated = (mention.at.saturating_sub(2)..mention.at).find(|at| self.is(*at, &NEGATIONS));
            let after = mention.at + mention.length;
            let said = mention.at.checked_sub(1).is_some_and(|before| self.is(before, &BEING))
                || (after < self.words.len() && self.names_rows(after));
            if !counted && negated.is_none() && !said {
                continue;
            }
            if let Some(at) = negated {
                self.take(at, 1);
            }
            self.filters.push(if negated.is_some() { no } else { yes });
            self.columns.retain(|known| *known != mention);
        }
    }
}

/// The filters for yes and for no, if the column has nothing else.
fn flag(table: &Table, column: usize) -> Option<(Filter, Filter)> {
    match &table.columns[column].values {
        Values::Numbers(numbers) => {
            let binary =
                table.columns[column].distinct == 2 && numbers.iter().all(|number| number.is_nan() || *number == 0.0 || *number == 1.0);
            let equal = |value| Filter::Number { column, is: Comparison::Equal, value };
            binary.then(|| (equal(1.0), equal(0.0)))
        }
        Values::Texts { words, .. } => {
            let find = |texts: &[&str]| words.iter().position(|word| texts.contains(&word.to_lowercase().as_str()));
            let (yes, no) = find(&["yes", "true", "y", "t"]).zip(find(&["no", "false", "n", "f"]))?;
            let is = |code: usize| u32::try_from(code).ok().map(|code| Filter::Texts { column, codes: vec![code], not: false });
            (words.len() == 2).then(|| is(yes).zip(is(no)))?
        }
        Values::Dates(_) => None,
    }
}

/// Whether a column has nothing but yes and no.
pub(super) fn is_flag(table: &Table, column: usize) -> bool {
    flag(table, column).is_some()
}
