//! A sign -> whether a reader would see it.

/// Whether a sign cannot be seen, or changes the direction of what follows it, so that a text shows something else than it says. Blanks and
/// the ends of lines are seen.
#[must_use]
pub fn is_hidden(sign: char) -> bool {
    let formats =
        matches!(sign, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    formats || (sign.is_control() && !matches!(sign, '\t' | '\n' | '\r'))
}
