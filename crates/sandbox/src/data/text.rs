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
        Err(_) => content.iter().map(|byte| if *byte == 0x80 { '€' } else { char::from(*byte) }).collect(),
    }
}

/// The longest passage, in characters. Longer ones are cut at the end of a sentence.
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
        for sentence in block.split_inclusive(['.', '!', '?', '\n']) {
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

#[cfg(test)]
mod tests {
    use super::{decode, passages};

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(decode(b"\xef\xbb\xbfa,\xc3\xa4"), "a,ä");
        assert_eq!(decode(b"a,\xe4"), "a,ä");
        assert_eq!(decode(b"\xff\xfea\x00,\x00\xe4\x00"), "a,ä");
        assert_eq!(decode(b"\xff\xfea"), "", "half a character is none");
    }

    #[test]
    fn passages_keep_their_heading() {
        assert_eq!(passages("# One\n\nFirst.\r\n\r\nSecond.\n\n## Two\n\nThird."), ["One: First.", "One: Second.", "Two: Third."]);
        assert!(passages(&"word ".repeat(50_000)).iter().all(|passage| !passage.is_empty()));
    }
}
