//! Text -> words as they are compared: in lower case, in the singular, without what they are quoted in.

/// A word of a question.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Word {
    /// As it was written.
    pub(crate) raw: String,
    /// As it is compared.
    pub(crate) stem: String,
}

/// Cuts a question into words. Numbers, dates and what stands in quotation marks stay whole.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let quoted = ['"', '\'', '`', '“', '‘', '«'].contains(&first).then(|| quoted(rest, first)).flatten();
        if let Some((inside, after)) = quoted {
            found.extend(pieces(inside));
            rest = after;
        } else if first.is_alphanumeric() {
            let end = end_of_word(rest);
            found.extend(pieces(&rest[..end]));
            rest = &rest[end..];
        } else {
            if let Some(sign) = ["<=", ">=", "<", ">", "=", "%", "#"].iter().find(|sign| rest.starts_with(**sign)) {
                found.push(Word { raw: (*sign).to_owned(), stem: (*sign).to_owned() });
                rest = &rest[sign.len()..];
            } else {
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    found
}

/// The longest text in quotation marks, in characters.
const LONGEST: usize = 300;

/// What is inside of quotation marks, and what comes after them. An apostrophe opens none.
fn quoted(rest: &str, open: char) -> Option<(&str, &str)> {
    let close = match open {
        '“' => '”',
        '‘' => '’',
        '«' => '»',
        same => same,
    };
    let inner = &rest[open.len_utf8()..];
    // What is longer is no name, and looking for its end at every mark would take for ever.
    let (end, _) = inner.char_indices().take(LONGEST).find(|(_, character)| *character == close)?;
    let after = &inner[end + close.len_utf8()..];
    let bounded = !after.starts_with(char::is_alphanumeric) && end > 0;
    bounded.then_some((&inner[..end], after))
}

/// A word goes on over a point, comma, hyphen or slash between two digits: `1,234.5`, `2024-01-31`.
fn end_of_word(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    let mut before = None;
    while let Some((place, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let digit = |beside: Option<char>| beside.is_some_and(|beside| beside.is_ascii_digit());
        let inside = character.is_alphanumeric() || (".,-/:".contains(character) && digit(before) && digit(next));
        let possessive = "'’".contains(character) && next.is_some_and(char::is_alphabetic);
        if !inside && !possessive {
            return place;
        }
        before = Some(character);
    }
    text.len()
}

/// `salesAmount` -> `sales`, `Amount`; `region's` -> `region`.
fn pieces(text: &str) -> Vec<Word> {
    let text = text.strip_suffix("'s").or_else(|| text.strip_suffix("’s")).unwrap_or(text);
    if text.chars().next().is_some_and(|first| first.is_ascii_digit()) {
        return vec![Word { raw: text.to_owned(), stem: text.to_lowercase() }];
    }
    name(text).into_iter().map(|raw| Word { stem: stem(&raw), raw }).collect()
}

/// A name cut at its separators and humps.
fn name(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut before: Option<char> = None;
    for character in text.chars() {
        let hump = character.is_uppercase() && before.is_some_and(|before| before.is_lowercase());
        if (hump || !character.is_alphanumeric()) && !current.is_empty() {
            parts.push(std::mem::take(&mut current));
        }
        if character.is_alphanumeric() {
            current.push(character);
        }
        before = Some(character);
    }
    parts.push(current);
    parts.retain(|part| !part.is_empty());
    parts
}

/// The stems of a name of a column or of a value.
pub(crate) fn stems(text: &str) -> Vec<String> {
    // What stands in brackets is a unit.
    let plain = text.split(['(', '[']).next().filter(|part| !part.trim().is_empty()).unwrap_or(text);
    name(plain).iter().map(|part| stem(part)).collect()
}

/// The singular of a word, in lower case. It need not be a real word, only the same for all forms of one.
pub(crate) fn stem(word: &str) -> String {
    let word = word.to_lowercase();
    if word.len() <= 3 || !word.is_ascii() {
        return word;
    }
    if let Some(start) = word.strip_suffix("ies").filter(|start| start.len() > 2) {
        return format!("{start}y");
    }
    for ending in ["sses", "shes", "ches", "xes", "zes"] {
        if word.ends_with(ending) {
            return word[..word.len() - 2].to_owned();
        }
    }
    let plural = word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is");
    let single = if plural { &word[..word.len() - 1] } else { &word };
    // `survive` and `survived` are one word, and so are `remote` and `remotely`.
    let single = single.strip_suffix("ly").filter(|start| start.len() > 3).unwrap_or(single);
    let past = single.strip_suffix("ed").filter(|start| start.len() > 2);
    past.or_else(|| single.strip_suffix('e').filter(|start| start.len() > 2)).unwrap_or(single).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{stems, words};

    #[test]
    fn questions_are_cut_into_words() {
        let stems = |text: &str| words(text).into_iter().map(|word| word.stem).collect::<Vec<_>>();
        assert_eq!(stems("What's the region's total of \"New York\"?"), ["what", "the", "region", "total", "of", "new", "york"]);
        assert_eq!(stems("sales >= 1,234.5 since 2024-01-31."), ["sal", ">=", "1,234.5", "sinc", "2024-01-31"]);
        assert_eq!(stems("unitPrice in Île-de-France, 5%"), ["unit", "pric", "in", "île", "de", "franc", "5", "%"]);
        assert_eq!(stems("branches, countries, buses, bus, status, glass"), ["branch", "country", "bus", "bus", "status", "glass"]);
        assert_eq!(stems("地区 'open"), ["地区", "open"]);
        assert_eq!(stems(&"word “ ".repeat(200_000)).len(), 200_000, "long texts are cut in one go");
    }

    #[test]
    fn names_lose_their_units() {
        assert_eq!(stems("Unit_Price (USD)"), ["unit", "pric"]);
        assert_eq!(stems("(none)"), ["non"]);
    }
}
