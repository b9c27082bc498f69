//! Prose -> the lists of values in it, and the scalars that single words stand for.

use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;

use super::text::{Block, Prose, Sentence, Style};

/// Some values that prose gives beside each other.
#[derive(Debug)]
pub struct Listing<'p> {
    /// The values.
    pub values: Vec<&'p str>,
    /// Whether the words before say that these are the values: "possible values are".
    pub announced: bool,
    /// Whether all of them stand in code type or in quotes.
    pub marked: bool,
    /// The sentence that leads to it, up to the first value.
    pub lead: &'p str,
}

/// Words that announce values, up to where the values begin.
const ANNOUNCEMENT: &str = r"(?i)(?:\b(?:possible|valid|allowed|allowable|available|supported|accepted|acceptable|permitted|legal)\s+(?:[a-z]+\s+)?(?:values?|options|types|modes|states|statuses|choices|settings|levels)(?:\s+(?:for|of)\s+[^.:,]{1,40})?|\b(?:must|can|should|may|could|will)\s+be\s+(?:either\s+)?(?:one|any)\s+of|\b(?:is|are)\s+(?:either\s+)?one\s+of|^(?:either\s+)?one\s+of|\bvalues?\s+(?:is|are|can\s+be|must\s+be|may\s+be)(?:\s+either|\s+one\s+of)?|\b(?:must|can|should|may)\s+be(?:\s+either)?|^values|^options)(?:\s+(?:are|is|include))?(?:\s+the)?(?:\s+following)?(?:\s+(?:values?|options|types|modes|states|statuses))?[\s:\-–]*";

static ANNOUNCED: LazyLock<Regex> = LazyLock::new(|| regex(&format!("{ANNOUNCEMENT}$")));

/// An announcement and a list of words that are not marked.
static ANNOUNCED_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    let announced = ANNOUNCEMENT.replace(r"be(?:\s+either)?|", r"be\s+either|");
    regex(&format!(r"{announced}([A-Za-z0-9_\-]+(?:(?:\s*,\s*(?:or\s+|and\s+)?|\s*[|/]\s*|\s+or\s+|\s+and\s+)[A-Za-z0-9_\-]+)+)"))
});

/// Words that make a list a list of examples.
static EXAMPLES: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:e\.?g\.?|for\s+(?:example|instance)|such\s+as|examples?|like|including|common|typical|some|not|except|unless|other\s+than|excluding)\b",
    )
});

static BETWEEN: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^\s*(?:\([^()]{0,80}\)\s*)?(?:,\s*(?:or|and)?|;|/|\||or|and)\s*(?:an?\s+|the\s+)?$"));

pub fn regex(pattern: &str) -> Regex {
    // A test compiles every pattern.
    Regex::new(pattern).expect("a pattern of this program")
}

/// Whether `text` speaks of examples rather than of everything there is.
pub fn speaks_of_examples(text: &str) -> bool {
    EXAMPLES.is_match(text)
}

/// The lists of values in `prose`.
pub fn listings(prose: &Prose) -> Vec<Listing<'_>> {
    let mut found = item_lists(prose);
    found.extend(prose.sentences().flat_map(inline_lists));
    found
}

fn item_lists(prose: &Prose) -> Vec<Listing<'_>> {
    let mut found = Vec::new();
    let mut open: Vec<(usize, Listing<'_>)> = Vec::new();
    let mut before: Option<&Block> = None;
    for block in &prose.blocks {
        while open.last().is_some_and(|(indent, _)| block.indent.is_none_or(|own| own < *indent)) {
            found.extend(open.pop().map(|(_, list)| list));
        }
        if let Some(indent) = block.indent {
            if open.last().is_none_or(|(outer, _)| *outer < indent) {
                let lead = before.and_then(|before| before.sentences.last()).map_or("", |sentence| sentence.text.as_str());
                let announced = ANNOUNCED.is_match(lead) && !speaks_of_examples(lead);
                open.push((indent, Listing { values: Vec::new(), announced, marked: true, lead }));
            }
            if let (Some((_, list)), Some(value)) = (open.last_mut(), head(block)) {
                list.values.push(value);
                list.marked &= block.sentences.first().is_some_and(|first| first.mark_at(0).is_some());
            }
        }
        before = Some(block);
    }
    found.extend(open.into_iter().map(|(_, list)| list));
    found.retain(|list| list.values.len() > 1);
    found
}

/// The value that a list item is about: `AUTO` of "`AUTO`: the server decides".
fn head(block: &Block) -> Option<&str> {
    let first = block.sentences.first()?;
    if let Some(mark) = first.mark_at(0) {
        let after = first.text[mark.end..].trim_start();
        let ends = after.is_empty() || after.starts_with([':', '-', '–', '—', '=', '(', '|', '.', ',']);
        return (ends || mark.style == Style::Code).then(|| first.marked(mark));
    }
    let end = first.text.find([':', '|', '\n', ' ']).unwrap_or(first.text.len());
    let after = first.text[end..].trim_start();
    let ends = after.is_empty() || after.starts_with([':', '|', '=', '–', '—']) || after.starts_with("- ");
    let word = first.text[..end].trim_end_matches(['.', ',']);
    (ends && !word.is_empty()).then_some(word)
}

/// Marked words that only commas and conjunctions part, and announced words that are not marked.
fn inline_lists(sentence: &Sentence) -> Vec<Listing<'_>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    for (number, mark) in sentence.marks.iter().enumerate() {
        let gap = number.checked_sub(1).map(|before| &sentence.text[sentence.marks[before].end..mark.start]);
        match runs.last_mut() {
            Some(run) if gap.is_some_and(|gap| BETWEEN.is_match(gap)) => run.push(number),
            _ => runs.push(vec![number]),
        }
    }
    let mut found = Vec::new();
    for run in runs.iter().filter(|run| run.len() > 1) {
        let lead = &sentence.text[..sentence.marks[run[0]].start];
        let values = run.iter().map(|&number| sentence.marked(&sentence.marks[number])).collect();
        found.push(Listing { values, announced: ANNOUNCED.is_match(lead) && !speaks_of_examples(lead), marked: true, lead });
    }
    if let Some(words) = ANNOUNCED_WORDS.captures(&sentence.text).and_then(|found| found.get(1)) {
        let marked = sentence.marks.iter().any(|mark| mark.start < words.end() && words.start() < mark.end);
        let values: Vec<_> = SEPARATOR.split(words.as_str()).filter(|word| !word.is_empty()).collect();
        let lead = &sentence.text[..words.start()];
        if !marked && !speaks_of_examples(&sentence.text) {
            found.push(Listing { values, announced: true, marked: false, lead });
        }
    }
    found
}

static SEPARATOR: LazyLock<Regex> = LazyLock::new(|| regex(r"\s*,\s*(?:or\s+|and\s+)?|\s*[|/]\s*|\s+or\s+|\s+and\s+"));

/// A number, true or false, or text without the quotes that stand around it.
pub fn scalar(word: &str) -> Value {
    let bare = word.trim().trim_matches(['"', '\'', '`', '*']);
    match bare.to_ascii_lowercase().as_str() {
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        "null" | "none" => return Value::Null,
        _ => {}
    }
    number(bare).and_then(serde_json::Number::from_f64).map_or_else(|| Value::String(bare.to_owned()), Value::Number)
}

/// `1,000` or `-0.5` as a number.
pub fn number(word: &str) -> Option<f64> {
    let grouped = word.split_once(',').is_none_or(|(first, rest)| {
        !first.is_empty()
            && first.len() <= 4
            && rest.split(',').all(|group| group.split('.').next().is_some_and(|digits| digits.len() == 3))
    });
    let plain: String = word.chars().filter(|letter| !matches!(letter, ',' | '_')).collect();
    (grouped && word.starts_with(|first: char| first.is_ascii_digit() || first == '-')).then_some(plain)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(text: &str) -> Vec<(bool, Vec<String>)> {
        let prose = Prose::of(text);
        listings(&prose).into_iter().map(|list| (list.announced, list.values.iter().map(|&value| value.to_owned()).collect())).collect()
    }

    fn list(announced: bool, values: &[&str]) -> Vec<(bool, Vec<String>)> {
        vec![(announced, values.iter().map(|&value| value.to_owned()).collect())]
    }

    #[test]
    fn lists_are_found_in_items_and_sentences() {
        assert_eq!(lists("Mode. Possible values are:\n- `A`: one\n  - `x`: inner\n- B - two\n- When it rains"), list(true, &["A", "B"]));
        assert_eq!(lists("Must be one of `a`, `b` (old), or `c`."), list(true, &["a", "b", "c"]));
        assert_eq!(lists("Valid values: open, closed or void."), list(true, &["open", "closed", "void"]));
        assert_eq!(lists("Use `a` or `b` at will."), list(false, &["a", "b"]));
        assert_eq!(lists("Possible values are, for example, `a` or `b`."), list(false, &["a", "b"]));
        assert_eq!(lists("One of the many things, and `b` instead of `c`."), []);
    }

    #[test]
    fn words_stand_for_scalars() {
        assert_eq!(number("1,000"), Some(1000.0));
        assert_eq!(number("1,2"), None);
        assert_eq!(scalar("`true`"), Value::Bool(true));
        assert_eq!(scalar("v1"), Value::String("v1".into()));
    }
}
