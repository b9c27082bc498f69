//! A picture -> the escape sequences that show it in terminals that can, and `data:` URIs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::terminal::Pictures;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Sequences are sent in pieces of this size.
const PIECE: usize = 4096;

/// The sequences that show a picture, if the terminal knows its format.
pub(crate) fn shown(content: &[u8], pictures: Pictures) -> Option<String> {
    media_type(content)?;
    let text = STANDARD.encode(content);
    match pictures {
        Pictures::Iterm2 => Some(format!("\x1b]1337;File=inline=1;preserveAspectRatio=1;size={}:{text}\x07\n", content.len())),
        Pictures::Kitty if content.starts_with(PNG) => Some(kitty(&text)),
        Pictures::Kitty => None,
    }
}

fn kitty(text: &str) -> String {
    let mut sequences = String::new();
    let mut rest = text;
    let mut head = "a=T,f=100,q=2,";
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.len().min(PIECE));
        let more = u8::from(!after.is_empty());
        sequences.push_str(&format!("\x1b_G{head}m={more};{piece}\x1b\\"));
        (rest, head) = (after, "");
    }
    sequences + "\n"
}

/// A picture as a part of a page. What is no picture is none.
pub(crate) fn data_uri(content: &[u8]) -> Option<String> {
    Some(format!("data:{};base64,{}", media_type(content)?, STANDARD.encode(content)))
}

/// What the first bytes say. Drawings that can run programs (SVG) are not among it.
fn media_type(content: &[u8]) -> Option<&'static str> {
    match content {
        content if content.starts_with(PNG) => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_put_into_sequences() {
        let picture = [PNG, &[0; 4000]].concat();
        let kitty = shown(&picture, Pictures::Kitty).expect("a PNG");
        assert!(kitty.starts_with("\x1b_Ga=T,f=100,q=2,m=1;iVBORw0KGgo"), "{kitty}");
        assert_eq!(kitty.matches("\x1b_G").count(), 2);
        assert!(kitty.contains("\x1b_Gm=0;"), "{kitty}");
        assert!(
            shown(&picture, Pictures::Iterm2).expect("a PNG").starts_with("\x1b]1337;File=inline=1;preserveAspectRatio=1;size=4008:iVBOR")
        );
    }

    #[test]
    fn what_is_no_picture_is_not_shown() {
        for content in [&b"<svg onload=alert(1)>"[..], b"", b"\x1b[2J", b"region,revenue"] {
            assert_eq!(shown(content, Pictures::Iterm2), None);
            assert_eq!(data_uri(content), None);
        }
        assert_eq!(shown(b"\xff\xd8\xff\xe0", Pictures::Kitty), None);
        assert_eq!(data_uri(b"\xff\xd8\xff\xe0").as_deref(), Some("data:image/jpeg;base64,/9j/4A=="));
    }
}
