//! A question and a table -> a plan, or the words that stood in the way of one.
//!
//! Every word of a question has to be accounted for: as a column, a value, a number, a date, a word that says what to compute, or one
//! that says nothing. If one is left over, the question is not understood. That is what keeps the sandbox from making numbers up.

mod conditions;
mod decide;
mod flags;
mod lexicon;
mod mentions;
mod wanted;

pub(super) use lexicon::is_empty_word;

use super::plan::{Filter, Plan};
use super::words::{Word, words};
use crate::data::table::Table;

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Puzzle {
    /// Words that mean nothing here.
    Unknown(Vec<String>),
    /// A word is a value of several columns, and nothing says of which.
    Ambiguous(String, Vec<usize>),
    /// All words are known, and what they ask for is not.
    Unclear,
}

/// A question while it is being read.
struct Reading<'a> {
    table: &'a Table,
    words: Vec<Word>,
    /// The words in lower case.
    lower: Vec<String>,
    used: Vec<bool>,
    columns: Vec<Mention>,
    values: Vec<Value>,
    filters: Vec<Filter>,
    /// Words that are values of several columns, with the columns.
    ambiguous: Vec<(String, Vec<usize>)>,
    /// What a row is called: the stems of the name of the file.
    rows: Vec<String>,
}

/// Words that name a column.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Mention {
    at: usize,
    length: usize,
    column: usize,
}

/// Words that name values of a column.
#[derive(Clone, Debug, PartialEq)]
struct Value {
    at: usize,
    length: usize,
    column: usize,
    codes: Vec<u32>,
}

/// Reads a question about a table that comes from a file of this name.
pub(crate) fn read(table: &Table, file: &str, question: &str) -> Result<Plan, Puzzle> {
    let words = words(question);
    let lower: Vec<String> = words.iter().map(|word| word.raw.to_lowercase()).collect();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut reading = Reading {
        table,
        used: vec![false; words.len()],
        words,
        lower,
        columns: Vec::new(),
        values: Vec::new(),
        filters: Vec::new(),
        ambiguous: Vec::new(),
        rows: super::words::stems(stem),
    };
    reading.find_mentions();
    reading.find_conditions();
    let task = reading.decide();
    let unknown = reading.unknown();
    if !unknown.is_empty() {
        return Err(Puzzle::Unknown(unknown));
    }
    if let Some((word, columns)) = reading.ambiguous.pop() {
        return Err(Puzzle::Ambiguous(word, columns));
    }
    let task = task.ok_or(Puzzle::Unclear)?;
    Ok(Plan { task, filters: reading.filters })
}

impl Reading<'_> {
    /// Whether a word stands at a place.
    fn is(&self, at: usize, words: &[&str]) -> bool {
        self.lower.get(at).is_some_and(|word| words.contains(&word.as_str()))
    }

    /// Whether one of the phrases occurs. Its words are accounted for then.
    fn says(&mut self, phrases: &[&str]) -> bool {
        phrases.iter().filter(|phrase| self.place_of(phrase).is_some()).count() > 0 && {
            for phrase in phrases {
                while let Some(at) = self.place_of_unused(phrase) {
                    self.take(at, phrase.split(' ').count());
                }
            }
            true
        }
    }

    fn place_of(&self, phrase: &str) -> Option<usize> {
        let parts: Vec<&str> = phrase.split(' ').collect();
        let fits = |at: usize| parts.iter().enumerate().all(|(offset, part)| self.lower.get(at + offset).is_some_and(|word| word == part));
        (0..self.lower.len()).find(|at| fits(*at) && !self.is_mentioned(*at, parts.len()))
    }

    fn place_of_unused(&self, phrase: &str) -> Option<usize> {
        let parts: Vec<&str> = phrase.split(' ').collect();
        let fits = |at: usize| parts.iter().enumerate().all(|(offset, part)| self.lower.get(at + offset).is_some_and(|word| word == part));
        (0..self.lower.len()).find(|at| fits(*at) && (*at..*at + parts.len()).any(|place| !self.used[place]))
    }

    /// Whether any of these words is part of a column or a value.
    fn is_mentioned(&self, at: usize, length: usize) -> bool {
        let overlaps = |other: usize, other_length: usize| other < at + length && at < other + other_length;
        self.columns.iter().any(|mention| overlaps(mention.at, mention.length))
            || self.values.iter().any(|value| overlaps(value.at, value.length))
    }

    fn take(&mut self, at: usize, length: usize) {
        for used in self.used.iter_mut().skip(at).take(length) {
            *used = true;
        }
    }

    /// Whether a word is what a row is called. Sales are more often money than rows.
    fn names_rows(&self, at: usize) -> bool {
        let money = ["sale", "sales", "revenue", "income"].contains(&self.lower[at].as_str());
        let stem = &self.words[at].stem;
        !money && (self.rows.contains(stem) || conditions::any_stem(stem, &lexicon::ROWS))
    }

    fn unknown(&self) -> Vec<String> {
        // What a row is called says nothing when it is not counted.
        let is_known = |at: usize| self.used[at] || is_empty_word(&self.lower[at]) || self.names_rows(at);
        let open = (0..self.words.len()).filter(|at| !is_known(*at));
        open.map(|at| self.words[at].raw.clone()).collect()
    }
}
