//! A question and passages of text -> the passages that are about it.

use std::collections::{HashMap, HashSet};

use super::question::is_empty_word;
use super::words::words;

/// A passage that was found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    /// Which of the files it is in.
    pub(crate) source: usize,
    pub(crate) text: String,
}

/// The best passages, at most four. Rare words count more than common ones, and short passages more than long ones.
pub(super) fn search(question: &str, texts: &[(usize, &[String])]) -> Vec<Found> {
    let mut asked: HashSet<String> =
        words(question).into_iter().filter(|word| !is_empty_word(&word.raw.to_lowercase())).map(|word| word.stem).collect();
    asked.retain(|word| word.chars().count() > 1);
    let all: Vec<(usize, &String, Vec<String>)> = texts
        .iter()
        .flat_map(|(source, passages)| {
            passages.iter().map(|passage| (*source, passage, words(passage).into_iter().map(|word| word.stem).collect()))
        })
        .collect();
    let mut holders: HashMap<&str, f64> = HashMap::new();
    for (.., stems) in &all {
        let present: HashSet<&str> = stems.iter().map(String::as_str).filter(|stem| asked.contains(*stem)).collect();
        for stem in present {
            *holders.entry(stem).or_default() += 1.0;
        }
    }
    let total = super::run::count(all.len());
    let mut scored: Vec<(f64, usize, &String)> = Vec::new();
    for (source, passage, stems) in &all {
        let mut score = 0.0;
        for word in &asked {
            let times = super::run::count(stems.iter().filter(|stem| *stem == word).count());
            let rarity = (1.0 + total / holders.get(word.as_str()).copied().unwrap_or(1.0)).ln();
            score += rarity * times / (times + 1.0 + super::run::count(stems.len()) / 100.0);
        }
        if score > 0.0 {
            scored.push((score, *source, passage));
        }
    }
    scored.sort_by(|one, other| other.0.total_cmp(&one.0));
    let best = scored.first().map_or(0.0, |(score, ..)| *score);
    let near = scored.into_iter().filter(|(score, ..)| *score >= best / 2.0);
    near.take(4).map(|(_, source, text)| Found { source, text: text.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::search;

    #[test]
    fn the_passage_about_the_question_comes_first() {
        let text: Vec<String> = ["Returns are accepted within 30 days.", "Delivery takes three days.", "The office is closed on Sunday."]
            .map(String::from)
            .into();
        let found = search("How long does delivery take?", &[(0, &text)]);
        assert_eq!(found[0].text, "Delivery takes three days.");
        assert!(search("Who won the match?", &[(0, &text)]).is_empty());
    }
}
