//! Bytes -> text, and text -> passages.

/// Reads UTF-8 and UTF-16 with their marks, and takes everything else for Windows-1252, in which every byte is a character.
pub(crate) fn decode(content: &[u8]) -> String {
    let wide = |read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = content[2..].chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    if content.starts_with(b"\xff\xfe") {
        return wide(u16::from_le_bytes);
    }
    if content.starts_with(b"\xfe\xff") {
        return wide(u16::from_be_bytes);
    }
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    match std::str::from_utf8(content) {
        Ok(text) => text.to_owned(),
        Err(_) => content.iter().map(|byte| western(*byte)).collect(),
    }
}

/// A byte as Windows-1252 has it: as in Latin-1, but for the letters and signs from 0x80 on. Five of those stand for nothing.
fn western(byte: u8) -> char {
    const SIGNS: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    byte.checked_sub(0x80).and_then(|at| SIGNS.get(usize::from(at))).copied().unwrap_or(char::from(byte))
}

/// The longest passage, in characters, its heading aside. Longer ones are cut at the end of a sentence, if there is one.
const LONGEST: usize = 800;

/// What stands between blank lines, headings with what follows them.
pub(crate) fn passages(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut heading = String::new();
    let text = text.replace("\r\n", "\n");
    for block in text.split("\n\n").map(str::trim).filter(|block| !block.is_empty()) {
        if block.starts_with('#') && !block.contains('\n') {
            heading = block.trim_start_matches('#').trim().to_owned();
            continue;
        }
        let mut passage = if heading.is_empty() { String::new() } else { format!("{heading}: ") };
        for sentence in block.split_inclusive(['.', '!', '?', '\n']).flat_map(pieces) {
            if passage.chars().count() + sentence.chars().count() > LONGEST && !passage.is_empty() {
                found.push(std::mem::take(&mut passage).trim().to_owned());
            }
            passage.push_str(sentence);
        }
        found.push(passage.trim().to_owned());
    }
    found.retain(|passage| !passage.is_empty());
    found
}

/// A sentence that is too long for a passage is cut after words, and a word that is, after so many characters.
fn pieces(sentence: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = sentence;
    while let Some((most, _)) = rest.char_indices().nth(LONGEST / 2) {
        let end = rest[..most].rfind(' ').map_or(most, |blank| blank + 1);
        found.push(&rest[..end]);
        rest = &rest[end..];
    }
    found.push(rest);
    found
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, decode, passages};

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(decode(b"\xef\xbb\xbfa,\xc3\xa4"), "a,ä");
        assert_eq!(decode(b"a,\xe4"), "a,ä");
        assert_eq!(decode(b"\x80 \x93caf\xe9\x94 \x96 it\x92s \x9f"), "€ “café” – it’s Ÿ");
        assert_eq!(decode(b"\xff\xfea\x00,\x00\xe4\x00"), "a,ä");
        assert_eq!(decode(b"\xff\xfea"), "", "half a character is none");
    }

    #[test]
    fn passages_keep_their_heading() {
        assert_eq!(passages("# One\n\nFirst.\r\n\r\nSecond.\n\n## Two\n\nThird."), ["One: First.", "One: Second.", "Two: Third."]);
        for endless in ["word ", "äöü"] {
            let found = passages(&endless.repeat(50_000));
            assert!(found.iter().all(|passage| (1..=LONGEST).contains(&passage.chars().count())), "{endless}");
            let letters = |text: &str| text.chars().filter(|letter| *letter != ' ').count();
            assert_eq!(found.iter().map(|passage| letters(passage)).sum::<usize>(), letters(endless) * 50_000);
        }
    }
}
