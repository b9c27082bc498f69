//! Foreign text made fit for one line of ours.

/// How much of a foreign text is shown.
pub(crate) const SHOWN: usize = 200;

/// At most [`SHOWN`] characters, without line ends, control characters and what turns the direction of writing around.
pub(crate) fn one_line(text: &str) -> String {
    let mut shown = String::new();
    let mut characters = text.trim().chars();
    let mut room = SHOWN;
    for character in characters.by_ref() {
        let escaped = escaped(character);
        let needs = escaped.as_ref().map_or(1, String::len);
        if needs > room {
            shown.push_str("...");
            return shown;
        }
        room -= needs;
        match escaped {
            Some(escaped) => shown.push_str(&escaped),
            None => shown.push(character),
        }
    }
    shown
}

fn escaped(character: char) -> Option<String> {
    let hidden = matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    (character.is_control() || hidden).then(|| character.escape_default().to_string())
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn stays_on_one_line_and_short() {
        assert_eq!(one_line(" a\nb\u{1b}[31m\u{202e} "), "a\\nb\\u{1b}[31m\\u{202e}");
        assert_eq!(one_line(&"x".repeat(300)).len(), 203);
        assert!(one_line(&"\u{7}".repeat(300)).len() <= 203);
        assert_eq!(one_line("\u{4e2d}\u{6587}"), "\u{4e2d}\u{6587}");
    }
}
