//! Words -> the columns and the values of columns that they name. The longest and most exact names win.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::lexicon::{NAMES, alike};
use super::{Mention, Reading, Value};
use crate::ask::words::{Word, stem, stems};
use crate::data::table::{Table, Values};

/// Columns with more different texts than this are not looked through.
const MOST_VALUES: usize = 20_000;

/// Words that are too common to be taken for a value, unless they are written like one.
const COMMON: &str = "a all an and any are as at be by do first for go he i if in is it last me more most no not of on or other so the to top up us was we yes";

/// Words before a value, and names of columns that they speak of.
const DIRECTIONS: [(&[&str], &[&str]); 2] = [
    (&["from", "leaving", "departing"], &["origin", "source", "from", "start", "departure", "sender", "home"]),
    (&["to", "into", "towards", "reaching"], &["destination", "target", "to", "end", "arrival", "receiver", "recipient", "away"]),
];

/// Where values stand, with how well they fit, and the columns that have them.
type Doubles = Vec<((usize, usize, usize), (usize, Vec<u32>))>;

enum Named {
    Column(usize),
    Value(usize, Vec<u32>),
}

struct Candidate {
    at: usize,
    length: usize,
    score: usize,
    named: Named,
}

impl Reading<'_> {
    pub(super) fn find_mentions(&mut self) {
        let mut candidates = self.column_candidates();
        candidates.extend(self.value_candidates());
        // Ties go to what comes first.
        candidates.sort_by_key(|candidate| (usize::MAX - candidate.score, candidate.at));
        let doubles: Doubles = candidates
            .iter()
            .filter_map(|candidate| match &candidate.named {
                Named::Value(column, codes) => Some(((candidate.at, candidate.length, candidate.score), (*column, codes.clone()))),
                Named::Column(_) => None,
            })
            .collect();
        for candidate in candidates {
            let Candidate { at, length, named, score } = candidate;
            if (at..at + length).any(|place| self.used[place]) {
                continue;
            }
            let named = match named {
                Named::Value(column, codes) => self.one_of(&doubles, at, length, score, (column, codes)),
                column => column,
            };
            self.take(at, length);
            match named {
                Named::Column(column) => self.columns.push(Mention { at, length, column }),
                Named::Value(column, codes) => self.values.push(Value { at, length, column, codes }),
            }
        }
        self.columns.sort_by_key(|mention| mention.at);
        self.take_time();
        self.values.sort_by_key(|value| value.at);
    }

    /// `the waiting time`, of a column called `Waiting minutes`.
    fn take_time(&mut self) {
        const UNITS: [&str; 4] = ["second", "minute", "hour", "day"];
        for mention in self.columns.clone() {
            let after = mention.at + mention.length;
            let is_time = stems(&self.table.columns[mention.column].name).iter().any(|part| UNITS.iter().any(|unit| stem(unit) == *part));
            if is_time && self.is(after, &["time", "times"]) && !self.used[after] {
                self.take(after, 1);
            }
        }
    }

    /// A value that several columns have is of the one that the word before it says: `from Oslo` of where something begins.
    fn one_of(&mut self, doubles: &Doubles, at: usize, length: usize, score: usize, first: (usize, Vec<u32>)) -> Named {
        let same = doubles.iter().filter(|(place, _)| *place == (at, length, score)).map(|(_, value)| value);
        let same: Vec<&(usize, Vec<u32>)> = same.collect();
        if same.len() > 1 {
            let cue = DIRECTIONS.iter().find(|(words, _)| at.checked_sub(1).is_some_and(|before| self.is(before, words)));
            let fits = |column: usize| {
                let name = stems(&self.table.columns[column].name);
                cue.is_some_and(|(_, ends)| ends.iter().any(|end| name.contains(&stem(end))))
            };
            let fitting: Vec<&&(usize, Vec<u32>)> = same.iter().filter(|(column, _)| fits(*column)).collect();
            if let [(column, codes)] = fitting[..] {
                return Named::Value(*column, codes.clone());
            }
            let word = self.words[at..at + length].iter().map(|word| word.raw.as_str()).collect::<Vec<_>>().join(" ");
            self.ambiguous.push((word, same.iter().map(|(column, _)| *column).collect()));
        }
        Named::Value(first.0, first.1)
    }

    fn column_candidates(&self) -> Vec<Candidate> {
        let names: Vec<Vec<String>> = self.table.columns.iter().map(|column| stems(&column.name)).collect();
        // What depends on the word alone is found out once, because a table may have thousands of columns.
        let alike: Vec<_> = self.words.iter().map(|word| alike(&word.stem)).collect();
        let partial: Vec<_> = self.words.iter().map(|word| partial(&names, &word.stem)).collect();
        let mut found = Vec::new();
        for (column, name) in names.iter().enumerate() {
            for at in 0..self.words.len() {
                let word = &self.words[at].stem;
                if starts_with(&self.words[at..], name) {
                    let exactness = if self.is_written(column, name, at) { 5 } else { 2 };
                    found.push(Candidate { at, length: name.len(), score: name.len() * 10 + exactness, named: Named::Column(column) });
                } else if name.contains(word) && word.chars().count() > 1 && !super::lexicon::is_empty_word(&self.lower[at]) {
                    if partial[at] == Some(column) {
                        found.push(Candidate { at, length: 1, score: 8, named: Named::Column(column) });
                    }
                } else if name.iter().any(|part| alike[at].contains(part)) || self.happened(column, name, at) {
                    found.push(Candidate { at, length: 1, score: 2, named: Named::Column(column) });
                }
            }
        }
        found
    }

    /// Whether a column is called as it is written, the plural aside: `open` is a column `opened` only if it is no value.
    fn is_written(&self, column: usize, name: &[String], at: usize) -> bool {
        let single = |text: &str| text.trim_end_matches('s').to_owned();
        let plain = self.table.columns[column].name.split(['(', '[']).next().unwrap_or_default().trim().to_lowercase();
        name.len() > 1 || single(&plain) == single(&self.lower[at])
    }

    /// `departed` is about the column `Departure`, if that holds dates.
    fn happened(&self, column: usize, name: &[String], at: usize) -> bool {
        let stem = &self.words[at].stem;
        let verb = self.lower[at].ends_with("ed") && stem.chars().count() > 4;
        verb && self.table.columns[column].dates().is_some() && name.iter().any(|part| part.starts_with(stem.as_str()))
    }

    fn value_candidates(&self) -> Vec<Candidate> {
        let mut found = Vec::new();
        for (column, described) in self.table.columns.iter().enumerate() {
            let Values::Texts { words, .. } = &described.values else { continue };
            if words.len() > MOST_VALUES {
                continue;
            }
            let name = stems(&described.name);
            for (at, parts, codes) in occurrences(&self.words, words) {
                let length = parts.len();
                let raw = &self.words[at].raw;
                let written = codes.iter().filter_map(|code| words.get(usize::try_from(*code).ok()?)).any(|word| word == raw);
                let shouted = written && raw.chars().any(char::is_uppercase) && at > 0;
                if length == 1 && COMMON.split(' ').any(|common| common == self.lower[at]) && !shouted {
                    continue;
                }
                if length == 1 && raw.chars().count() < 2 && !shouted {
                    continue;
                }
                // `the Sales department`, `region North`: the column beside a value says that it is one.
                let beside =
                    |place: Option<usize>| place.and_then(|place| self.words.get(place)).is_some_and(|word| name.contains(&word.stem));
                // A column `Organic` that says `organic`: the value is meant, unless it is told apart by it.
                let told_apart = at.checked_sub(1).is_some_and(|before| self.is(before, &["by", "per", "each", "every", "which", "what"]));
                let own = parts == name && !told_apart;
                let bonus = if own || beside(at.checked_sub(1)) || beside(Some(at + length)) { 4 } else { 0 };
                found.push(Candidate { at, length, score: length * 10 + 3 + bonus, named: Named::Value(column, codes) });
            }
        }
        found.retain(|candidate| !is_number(&self.words[candidate.at], candidate.length));
        found
    }
}

/// A word that is a part of a name names the column if it is the part that says what it is about. Of several the best, and then the
/// first, is meant.
fn partial(names: &[Vec<String>], word: &str) -> Option<usize> {
    let whole = |part: &String| part == word;
    let named = names.iter().enumerate().filter(|(_, name)| name.iter().any(whole));
    // `product` is `product_name` before it is `product_id`, and both before `product_category`.
    let rank = |name: &[String]| {
        let others: Vec<&String> = name.iter().filter(|part| !whole(part)).collect();
        match others[..] {
            [only] if ["name", "title"].contains(&only.as_str()) => 3,
            [only] if NAMES.contains(&only.as_str()) => 2,
            // What something is stands at the end of its name: `price` is a `unit_price`.
            _ if name.last().is_some_and(whole) => 1,
            _ => 0,
        }
    };
    let (best, _) = named.max_by_key(|(column, name)| (rank(name), Reverse(*column)))?;
    (!NAMES.contains(&word) || names[best].len() < 2).then_some(best)
}

fn is_number(word: &Word, length: usize) -> bool {
    length == 1 && word.raw.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn starts_with(words: &[Word], name: &[String]) -> bool {
    !name.is_empty() && words.len() >= name.len() && words.iter().zip(name).all(|(word, part)| word.stem == *part)
}

/// Where values of a column occur among the words.
fn occurrences(words: &[Word], values: &[String]) -> Vec<(usize, Vec<String>, Vec<u32>)> {
    let mut index: HashMap<String, Vec<(Vec<String>, u32)>> = HashMap::new();
    for (code, value) in values.iter().enumerate() {
        // `18-24` is one word in a question.
        let whole = value.starts_with(|first: char| first.is_ascii_digit()) && !value.contains(char::is_whitespace);
        let parts = if whole { vec![value.to_lowercase()] } else { stems(value) };
        let Ok(code) = u32::try_from(code) else { continue };
        if let Some(first) = parts.first().cloned() {
            index.entry(first).or_default().push((parts, code));
        }
    }
    let mut found: Vec<(usize, Vec<String>, Vec<u32>)> = Vec::new();
    for at in 0..words.len() {
        for (parts, code) in index.get(&words[at].stem).into_iter().flatten() {
            if !starts_with(&words[at..], parts) {
                continue;
            }
            // Values that differ in case or number only are meant together.
            match found.iter_mut().find(|(place, known, _)| *place == at && known == parts) {
                Some((.., codes)) => codes.push(*code),
                None => found.push((at, parts.clone(), vec![*code])),
            }
        }
    }
    found
}

/// The column that one of these names stands for, exactly or as a part of its name.
pub(super) fn column_called(table: &Table, names: &[&str]) -> Option<usize> {
    let fits = |name: &str, column: usize| stems(&table.columns[column].name).contains(&stem(name));
    names.iter().find_map(|name| (0..table.columns.len()).find(|column| fits(name, *column) && table.columns[*column].numbers().is_some()))
}
