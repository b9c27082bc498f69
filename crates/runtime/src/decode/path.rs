//! A place in a JSON text -> the path of the value there, such as `records[0].id`.
//!
//! serde_json says how far it had read when it gave up. Two things can be meant by that place: the value that ends or begins there, or
//! the object or list around it; which of them, the kind of error tells.
//!
//! A text may be hostile: the walk takes time in proportion to its length, and a path is written once, with a limit to its steps and to
//! the length of each name. A name that is too long is left out as a whole, since half of a secret could not be found any more.

use std::ops::Range;

/// How many steps of a path are written at each of its ends.
const STEPS: usize = 16;

/// The longest name that is written.
const LONGEST_NAME: usize = 128;

/// The longest path that another one is put before.
const LONGEST: usize = 4096;

/// What stands for a name that is too long.
const LONG: &str = "(a long name)";

/// How many bytes of the text had been read, from the line and column of an error.
pub(super) fn offset(text: &str, line: usize, column: usize) -> usize {
    let before = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
    (before + column).min(text.len())
}

/// The path of the first value that reaches to `offset`.
pub(super) fn value_at(text: &str, offset: usize) -> String {
    let mut walk = Walk::new(text);
    while let Some(token) = walk.next() {
        if token.end >= offset {
            return walk.path(token.opens);
        }
    }
    walk.path(false)
}

/// The path of the object or list that ends at `offset`; if none does, of the innermost one that is open there.
///
/// serde_json reads the closing bracket before it says that a member is missing.
pub(super) fn container_at(text: &str, offset: usize) -> String {
    let mut walk = Walk::new(text);
    let mut before = 0;
    while let Some(token) = walk.next() {
        if token.closes && token.end == offset {
            return walk.path(false);
        }
        if token.end > offset {
            break;
        }
        before += 1;
    }
    // The first walk has gone one value too far, so a second one stops before it.
    let mut walk = Walk::new(text);
    for _ in 0..before {
        walk.next();
    }
    walk.container()
}

/// One path after another: `a` and `[0].b` make `a[0].b`.
pub(super) fn join(outer: &str, inner: &str) -> String {
    let outer = if outer.len() + inner.len() > LONGEST { "(...)" } else { outer };
    let dot = if outer.is_empty() || inner.is_empty() || inner.starts_with('[') { "" } else { "." };
    format!("{outer}{dot}{inner}")
}

/// A value, or the beginning or end of an object or list.
struct Token {
    end: usize,
    opens: bool,
    closes: bool,
}

/// What is open, from the outside in; of an object, where the name of the member in hand stands, with its quotes.
enum Open {
    Object(Range<usize>),
    List(usize),
}

/// Walks over the values of a text. It takes what it finds: whether the text is good JSON was somebody else's question.
struct Walk<'a> {
    text: &'a str,
    at: usize,
    open: Vec<Open>,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, open: Vec::new() }
    }

    fn next(&mut self) -> Option<Token> {
        loop {
            let start = self.at;
            let byte = *self.text.as_bytes().get(start)?;
            self.at += 1;
            let token = |end, opens, closes| Some(Token { end, opens, closes });
            match byte {
                b'{' | b'[' => {
                    self.open.push(if byte == b'{' { Open::Object(0..0) } else { Open::List(0) });
                    return token(self.at, true, false);
                }
                b'}' | b']' => {
                    self.open.pop();
                    return token(self.at, false, true);
                }
                b',' => {
                    if let Some(Open::List(index)) = self.open.last_mut() {
                        *index += 1;
                    }
                }
                b'"' => {
                    self.string();
                    if !self.names_a_member(start) {
                        return token(self.at, false, false);
                    }
                }
                byte if byte.is_ascii_whitespace() || byte == b':' => {}
                _ => {
                    let rest = &self.text.as_bytes()[start..];
                    let length =
                        rest.iter().position(|byte| matches!(byte, b',' | b']' | b'}' | b':' | b'"') || byte.is_ascii_whitespace());
                    self.at = start + length.unwrap_or(rest.len()).max(1);
                    return token(self.at, false, false);
                }
            }
        }
    }

    /// Moves behind the string whose first quote has been read.
    fn string(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'"' => return,
                b'\\' => self.at += 1,
                _ => {}
            }
        }
        self.at = bytes.len();
    }

    /// If the string from `start` is followed by a colon, it is the name of a member, which is noted.
    fn names_a_member(&mut self, start: usize) -> bool {
        let rest = &self.text.as_bytes()[self.at..];
        let is_name = rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':');
        if let (true, Some(Open::Object(name))) = (is_name, self.open.last_mut()) {
            *name = start..self.at;
            return true;
        }
        false
    }

    /// The path of the value that was read last; one that has just been opened is not a part of its own path.
    fn path(&self, opened: bool) -> String {
        let count = self.open.len() - usize::from(opened && !self.open.is_empty());
        self.written(&self.open[..count])
    }

    /// The path of the innermost object or list.
    fn container(&self) -> String {
        self.written(&self.open[..self.open.len().saturating_sub(1)])
    }

    fn written(&self, open: &[Open]) -> String {
        let mut path = String::new();
        for (number, step) in open.iter().enumerate() {
            if (STEPS..open.len().saturating_sub(STEPS)).contains(&number) {
                if number == STEPS {
                    path.push_str("(...)");
                }
                continue;
            }
            match step {
                Open::Object(place) => {
                    let name = self.name(place);
                    if !path.is_empty() && !name.is_empty() {
                        path.push('.');
                    }
                    path.push_str(&name);
                }
                Open::List(index) => path.push_str(&format!("[{index}]")),
            }
        }
        path
    }

    fn name(&self, place: &Range<usize>) -> String {
        if place.len() > 6 * LONGEST_NAME {
            return LONG.to_owned();
        }
        let name: String = self.text.get(place.clone()).and_then(|quoted| serde_json::from_str(quoted).ok()).unwrap_or_default();
        if name.len() > LONGEST_NAME { LONG.to_owned() } else { name }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{container_at, value_at};

    /// The time of a machine that is busy; what took the square of the length needed minutes.
    const SOON: Duration = Duration::from_secs(5);

    #[test]
    fn hostile_texts_are_walked_in_their_length() {
        let started = Instant::now();
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(500_000), "]".repeat(500_000));
        assert_eq!(container_at(&deep, deep.len()), "");
        assert_eq!(value_at(&deep, 500_000), format!("a{}(...){}", "[0]".repeat(15), "[0]".repeat(16)));
        let wide = format!("{{\"{}\":[{}[]]}}", "n".repeat(500_000), "[],".repeat(500_000));
        assert_eq!(container_at(&wide, wide.len()), "");
        assert_eq!(value_at(&wide, wide.len() - 4), "(a long name)[500000]");
        assert!(started.elapsed() < SOON, "{:?}", started.elapsed());
    }

    #[test]
    fn names_are_whole_or_left_out() {
        for (length, shown) in [(128, "n".repeat(128)), (129, "(a long name)".to_owned())] {
            let text = format!("{{\"x\":{{\"{}\":7}}}}", "n".repeat(length));
            assert_eq!(value_at(&text, text.len() - 2), format!("x.{shown}"));
        }
    }
}
