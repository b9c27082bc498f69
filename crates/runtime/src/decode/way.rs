//! The steps of a JSON pointer -> where in a text the value begins to which they lead.
//!
//! What comes before that value is passed over and what comes after it is not looked at. Whether all of it is good JSON is for whoever
//! reads it then.

/// Where the value begins, if it is there.
pub(super) fn start_of(text: &str, way: &[&str]) -> Option<usize> {
    let mut scan = Scan { text, at: 0 };
    for step in way {
        scan.enter(step)?;
    }
    scan.blanks();
    (scan.at < text.len()).then_some(scan.at)
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl Scan<'_> {
    /// Goes to the member or the item of that name in the object or the list that begins here.
    fn enter(&mut self, step: &str) -> Option<()> {
        match self.next()? {
            b'{' => loop {
                if self.next()? != b'"' {
                    return None;
                }
                let start = self.at;
                self.string()?;
                let name = &self.text[start..self.at - 1];
                if self.next()? != b':' {
                    return None;
                }
                if is(name, step) {
                    return Some(());
                }
                self.behind_value()?;
            },
            b'[' => {
                for _ in 0..step.parse::<usize>().ok()? {
                    self.behind_value()?;
                }
                self.blanks();
                (self.text.as_bytes().get(self.at) != Some(&b']')).then_some(())
            }
            _ => None,
        }
    }

    /// The next byte that is no blank.
    fn next(&mut self) -> Option<u8> {
        self.blanks();
        let byte = *self.text.as_bytes().get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn blanks(&mut self) {
        while self.text.as_bytes().get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    /// Moves behind the string whose first quote has been read.
    fn string(&mut self) -> Option<()> {
        loop {
            match self.text.as_bytes().get(self.at)? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(())
    }

    /// Moves behind a value and the comma after it; there is nothing more behind the last one.
    fn behind_value(&mut self) -> Option<()> {
        let mut open = 0_usize;
        loop {
            match self.next()? {
                b'"' => self.string()?,
                b'{' | b'[' => open += 1,
                b'}' | b']' => open = open.checked_sub(1)?,
                b',' if open == 0 => return Some(()),
                _ => {}
            }
        }
    }
}

/// Whether a name is that one, however it is written.
fn is(written: &str, name: &str) -> bool {
    written == name || (written.contains('\\') && serde_json::from_str::<String>(&format!("\"{written}\"")).is_ok_and(|read| read == name))
}

#[cfg(test)]
mod tests {
    use super::start_of;

    #[test]
    fn the_value_is_found_behind_all_that_comes_before() {
        let text = r#" {"a": {"b": [0]}, "c\"]": "}\\", "l" : [ [1, {"x": "]"}], -2.5e3 , {"b":"here"}], "b":"not here"}"#;
        let found = |way: &[&str]| start_of(text, way).map(|start| &text[start..]);
        assert!(found(&["l", "2", "b"]).is_some_and(|rest| rest.starts_with(r#""here"}"#)));
        assert!(found(&["l", "1"]).is_some_and(|rest| rest.starts_with("-2.5e3 ,")));
        assert!(found(&["c\"]"]).is_some_and(|rest| rest.starts_with(r#""}\\","#)));
        assert!(found(&["a", "b", "0"]).is_some_and(|rest| rest.starts_with("0]}")));
        assert_eq!(found(&[]), Some(text.trim_start()));
        for way in [&["x"][..], &["l", "3"], &["l", "b"], &["b", "x"], &["a", "b", "1"], &["l", "0", "2"]] {
            assert_eq!(found(way), None, "{way:?}");
        }
    }

    #[test]
    fn a_name_may_be_written_in_several_ways_and_a_text_may_end_anywhere() {
        let text = r#"{"x":1,"\u0061b":[true,"c"]}"#;
        assert_eq!(start_of(text, &["ab", "1"]).map(|start| &text[start..]), Some(r#""c"]}"#));
        for end in 0..text.len() {
            let found = start_of(&text[..end], &["ab", "1"]);
            assert_eq!(found.is_some(), end > text.find("\"c").expect("it is there"), "{end}");
        }
        for text in ["", " ", "7", "\"", "{", "{\"", "{\"ab", "{\"ab\\", "{\"ab\":", "{\"ab\":[", "[]", "{ab", "{\"ab\" [", "{\"z\":]}"] {
            assert_eq!(start_of(text, &["ab", "1"]), None, "{text}");
        }
        assert_eq!(start_of("[ ]", &["0"]), None);
    }
}
