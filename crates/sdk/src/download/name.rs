//! The name that a server gives a file -> one that is harmless on every file system.

use crate::block::File;

/// How many bytes of a name are used: `.part.etag` and a number come after them, and 255 is what file systems take.
const LONGEST: usize = 200;
/// What stands for a device on Windows, whatever the extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// A name without folders, control characters and signs that mean something to a file system. Where the server gives none, it is taken
/// from the link.
pub(super) fn safe(file: &File) -> String {
    let link = file.place();
    let last = |text: &str| text.rsplit(['/', '\\']).next().map(cleaned).filter(|name| !name.is_empty());
    let (_, path) = link.split_once("://").unwrap_or(("", link));
    let from_link = || path.split_once('/').and_then(|(_, path)| last(path));
    last(&file.name).or_else(from_link).unwrap_or_else(|| "file".to_owned())
}

/// The name, or for a number above one `sales (2).csv`.
pub(super) fn numbered(name: &str, number: u32) -> String {
    if number == 1 {
        return name.to_owned();
    }
    match name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) {
        Some((stem, extension)) => format!("{stem} ({number}).{extension}"),
        None => format!("{name} ({number})"),
    }
}

fn cleaned(text: &str) -> String {
    let harmless = |letter: char| match letter {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
        letter if letter.is_control() || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}') => {
            '_'
        }
        letter => letter,
    };
    let text: String = text.chars().map(harmless).collect();
    // A name that begins with a dot is hidden, or a folder; Windows drops dots and spaces at the end.
    let outer = |letter: char| letter == '.' || letter.is_whitespace();
    let name = shortened(text.trim_matches(outer)).trim_end_matches(outer).to_owned();
    let stem = name.split('.').next().unwrap_or_default().trim_end_matches(|last: char| last.is_ascii_digit()).to_ascii_lowercase();
    if DEVICES.contains(&stem.as_str()) { format!("_{name}") } else { name }
}

/// The beginning of a name, and its extension.
fn shortened(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let (stem, extension) = name.rsplit_once('.').filter(|(_, extension)| extension.len() <= 16).unwrap_or((name, ""));
    let mut end = LONGEST - extension.len() - 1;
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    let stem = &stem[..end.min(stem.len())];
    if extension.is_empty() { stem.to_owned() } else { format!("{stem}.{extension}") }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, numbered, safe};
    use crate::block::File;

    fn named(name: &str) -> String {
        safe(&File::linked(name, "https://store.example.com/a/from-link.csv?signature=x/y"))
    }

    #[test]
    fn names_are_harmless() {
        for (name, expected) in [
            ("sales.csv", "sales.csv"),
            ("Sales 2024 (North).csv", "Sales 2024 (North).csv"),
            ("\u{9500}\u{552e}.csv", "\u{9500}\u{552e}.csv"),
            ("../../etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("/etc/passwd", "passwd"),
            ("C:\\x\\con.txt", "_con.txt"),
            ("COM1", "_COM1"),
            ("console.csv", "console.csv"),
            ("a:b*c?.csv", "a_b_c_.csv"),
            (".bashrc", "bashrc"),
            ("a\r\n\u{202e}b\0.csv", "a___b_.csv"),
            ("trailing. . ", "trailing"),
            ("", "from-link.csv"),
            ("..", "from-link.csv"),
            ("x/", "from-link.csv"),
        ] {
            assert_eq!(named(name), expected, "{name:?}");
        }
        assert_eq!(safe(&File::linked("", "https://store.example.com")), "file");
        assert_eq!(safe(&File::linked("", "key/in/the/store.png")), "store.png");
    }

    #[test]
    fn long_names_keep_their_extension() {
        let name = named(&format!("{}.csv", "\u{9500}".repeat(300)));
        assert!(name.len() <= LONGEST && name.ends_with("\u{9500}.csv"), "{name}");
        assert_eq!(named(&"x".repeat(300)).len(), LONGEST - 1);
        assert_eq!(named(&format!("x.{}", "y".repeat(300))).len(), LONGEST - 1);
    }

    #[test]
    fn names_are_numbered_before_the_extension() {
        assert_eq!(numbered("sales.csv", 1), "sales.csv");
        assert_eq!(numbered("sales.csv", 2), "sales (2).csv");
        assert_eq!(numbered("sales", 3), "sales (3)");
    }
}
