//! Received text -> text that a terminal only shows.
//!
//! A control character can move the cursor, rename the window or type into the shell; one that changes the direction of writing can make a
//! line read as another. Both become visible signs.

use std::borrow::Cow;

/// Whether a character does more than being shown. Line ends and tabs are not meant.
fn acts(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => true,
        _ => character.is_control(),
    }
}

/// Text of several lines. Whatever acts on a terminal becomes `�`; CRLF becomes a line end.
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace(acts, "\u{fffd}"))
}

/// Text in one line: as [`text`], and line ends and tabs become blanks.
pub(crate) fn line(line: &str) -> Cow<'_, str> {
    let safe = text(line);
    if safe.contains(['\n', '\t']) { Cow::Owned(safe.replace(['\n', '\t'], " ")) } else { safe }
}

/// JSON, in which characters that act are written as escapes. The parsers of it read the same.
pub(crate) fn json(text: &str) -> Cow<'_, str> {
    // What stands below 0x20 is written as an escape already, and ASCII has only one more.
    if text.is_ascii() && !text.contains('\u{7f}') {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if acts(character) {
            safe.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_acts_reaches_a_terminal() {
        assert_eq!(text("a\x1b]0;title\x07b\r\nc\u{9b}2J\u{202e}d\u{61c}"), "a\u{fffd}]0;title\u{fffd}b\nc\u{fffd}2J\u{fffd}d\u{fffd}");
        assert_eq!(line("two\nlines\tand a tab"), "two lines and a tab");
        assert!(matches!(text("plain äöü 中文\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_says_the_same_and_does_nothing() {
        let text = "a\u{9b}2J\u{202e}\u{7f}\x1b ä 中";
        let written = serde_json::to_string(text).expect("it can be written");
        let safe = json(&written);
        assert!(!safe.contains(acts), "{safe}");
        assert_eq!(serde_json::from_str::<String>(&safe).expect("it is JSON"), text);
    }
}
