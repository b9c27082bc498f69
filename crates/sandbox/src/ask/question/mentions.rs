//! Words -> the columns and the values of columns that they name. The longest and most exact names win.

use std::collections::HashMap;

use super::lexicon::{NAMES, alike};
use super::{Mention, Reading, Value};
use crate::ask::words::{Word, stems};
use crate::data::table::{Table, Values};

/// Columns with more different texts than this are not looked through.
const MOST_VALUES: usize = 20_000;

/// Words that are too common to be taken for a value, unless they are written like one.
const COMMON: &str = "a all an and any are as at be by do first for go he i if in is it last me more most no not of on or other so the to top up us was we yes";

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
        for candidate in candidates {
            let Candidate { at, length, named, .. } = candidate;
            if (at..at + length).any(|place| self.used[place]) {
                continue;
            }
            self.take(at, length);
            match named {
                Named::Column(column) => self.columns.push(Mention { at, length, column }),
                Named::Value(column, codes) => self.values.push(Value { at, length, column, codes }),
            }
        }
        self.columns.sort_by_key(|mention| mention.at);
        self.values.sort_by_key(|value| value.at);
    }

    fn column_candidates(&self) -> Vec<Candidate> {
        let names: Vec<Vec<String>> = self.table.columns.iter().map(|column| stems(&column.name)).collect();
        let mut found = Vec::new();
        for (column, name) in names.iter().enumerate() {
            for at in 0..self.words.len() {
                let word = &self.words[at].stem;
                if starts_with(&self.words[at..], name) {
                    found.push(Candidate { at, length: name.len(), score: name.len() * 10 + 5, named: Named::Column(column) });
                } else if name.contains(word) && word.chars().count() > 1 && !super::lexicon::is_empty_word(&self.lower[at]) {
                    found.extend(self.partial(&names, column, at).map(|score| Candidate {
                        at,
                        length: 1,
                        score,
                        named: Named::Column(column),
                    }));
                } else if name.iter().any(|part| alike(part, word)) {
                    found.push(Candidate { at, length: 1, score: 2, named: Named::Column(column) });
                }
            }
        }
        found
    }

    /// A word that is a part of a name names the column if it is the part that says what it is about.
    fn partial(&self, names: &[Vec<String>], column: usize, at: usize) -> Option<usize> {
        let word = &self.words[at].stem;
        if NAMES.contains(&word.as_str()) && names[column].len() > 1 {
            return None;
        }
        // `product` is `product_name` before it is `product_id`, and both before `product_category`.
        let rank = |name: &[String]| {
            let others: Vec<&String> = name.iter().filter(|part| *part != word).collect();
            match others[..] {
                [only] if ["name", "title"].contains(&only.as_str()) => 3,
                [only] if NAMES.contains(&only.as_str()) => 2,
                // What something is stands at the end of its name: `price` is a `unit_price`.
                _ if name.last() == Some(word) => 1,
                _ => 0,
            }
        };
        let own = rank(&names[column]);
        let better = |(other, name): (usize, &Vec<String>)| other != column && name.contains(word) && rank(name) > own;
        let same = |(other, name): (usize, &Vec<String>)| other < column && name.contains(word) && rank(name) == own;
        let beaten = names.iter().enumerate().any(better) || names.iter().enumerate().any(same);
        (!beaten).then_some(8)
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
                let bonus = if beside(at.checked_sub(1)) || beside(Some(at + length)) { 4 } else { 0 };
                found.push(Candidate { at, length, score: length * 10 + 3 + bonus, named: Named::Value(column, codes) });
            }
        }
        found.retain(|candidate| !is_number(&self.words[candidate.at], candidate.length));
        found
    }
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
        let parts = stems(value);
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
    let fits = |name: &str, column: usize| stems(&table.columns[column].name).contains(&crate::ask::words::stem(name));
    names.iter().find_map(|name| (0..table.columns.len()).find(|column| fits(name, *column) && table.columns[*column].numbers().is_some()))
}
