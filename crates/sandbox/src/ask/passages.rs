//! A question and passages of text -> the passages that are about it.

use std::collections::{BTreeMap, BTreeSet};

use super::question::is_empty_word;
use super::run::count;
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
    let mut asked: BTreeSet<String> =
        words(question).into_iter().filter(|word| !is_empty_word(&word.raw.to_lowercase())).map(|word| word.stem).collect();
    asked.retain(|word| word.chars().count() > 1);
    // For each passage how long it is, and how often each word that was asked for is in it.
    let mut all: Vec<(usize, &String, usize, BTreeMap<&str, usize>)> = Vec::new();
    for (source, passage) in texts.iter().flat_map(|(source, passages)| passages.iter().map(|passage| (*source, passage))) {
        let (mut length, mut times) = (0, BTreeMap::new());
        for word in words(passage) {
            length += 1;
            if let Some(asked) = asked.get(&word.stem) {
                *times.entry(asked.as_str()).or_default() += 1;
            }
        }
        all.push((source, passage, length, times));
    }
    let mut holders: BTreeMap<&str, f64> = BTreeMap::new();
    for word in all.iter().flat_map(|(.., times)| times.keys()) {
        *holders.entry(word).or_default() += 1.0;
    }
    let total = count(all.len());
    let mut scored: Vec<(f64, usize, &String)> = Vec::new();
    for (source, passage, length, times) in &all {
        let mut score = 0.0;
        for (word, times) in times {
            let rarity = (1.0 + total / holders.get(word).copied().unwrap_or(1.0)).ln();
            score += rarity * count(*times) / (count(*times) + 1.0 + count(*length) / 100.0);
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
