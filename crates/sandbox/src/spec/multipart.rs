//! The body of a form -> its parts.
//!
//! Written by hand because a server for tests has to say exactly what is wrong with a form, which parsers that are made to cope do not.

use bytes::Bytes;

/// One part of a form.
#[derive(Debug, PartialEq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) file_name: Option<String>,
    pub(crate) data: Bytes,
}

/// Reads a form. The error says what is wrong with it.
pub(crate) fn parts(content_type: &str, body: &Bytes) -> Result<Vec<Part>, String> {
    let boundary = content_type
        .split(';')
        .filter_map(|parameter| parameter.trim().strip_prefix("boundary="))
        .map(|text| text.trim_matches('"'))
        .find(|text| !text.is_empty())
        .ok_or("the content type has no boundary")?;
    let mark = format!("--{boundary}");
    let mut at = find(body, mark.as_bytes(), 0).ok_or("the first boundary is missing")? + mark.len();
    let mut found = Vec::new();
    loop {
        if body[at..].starts_with(b"--") {
            return Ok(found);
        }
        let start = find(body, b"\r\n", at).filter(|end| *end == at).ok_or("a boundary is not followed by a line end")? + 2;
        let head = find(body, b"\r\n\r\n", start).ok_or("the headers of a part do not end")?;
        let data = head + 4;
        let end = find(body, format!("\r\n{mark}").as_bytes(), data).ok_or("the last boundary is missing")?;
        let headers = std::str::from_utf8(&body[start..head]).map_err(|_| "the headers of a part are not UTF-8")?;
        found.push(part(headers, body.slice(data..end))?);
        at = end + 2 + mark.len();
    }
}

fn part(headers: &str, data: Bytes) -> Result<Part, String> {
    let disposition = headers
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("content-disposition"))
        .ok_or("a part has no Content-Disposition")?
        .1;
    let name = parameter(disposition, "name").ok_or("a part has no name")?;
    Ok(Part { name, file_name: parameter(disposition, "filename"), data })
}

/// `form-data; name="a\"b"` -> `a"b`.
fn parameter(disposition: &str, name: &str) -> Option<String> {
    let mut rest = disposition;
    while let Some(at) = rest.find(name) {
        let before = rest[..at].chars().next_back();
        let after = &rest[at + name.len()..];
        rest = after;
        let Some(value) = after.strip_prefix('=') else { continue };
        if before.is_some_and(|before| !before.is_whitespace() && before != ';') {
            continue;
        }
        let Some(quoted) = value.strip_prefix('"') else {
            return Some(value.split(';').next().unwrap_or_default().trim().to_owned());
        };
        let mut text = String::new();
        let mut characters = quoted.chars();
        while let Some(character) = characters.next() {
            match character {
                '"' => return Some(text.replace("%22", "\"")),
                '\\' => text.extend(characters.next()),
                _ => text.push(character),
            }
        }
        return None;
    }
    None
}

fn find(body: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let first = *needle.first()?;
    let mut at = from;
    while at + needle.len() <= body.len() {
        at += body[at..].iter().position(|byte| *byte == first)?;
        if body[at..].starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Part, parts};
    use bytes::Bytes;

    fn read(body: &'static str) -> Result<Vec<Part>, String> {
        parts("multipart/form-data; boundary=\"x\"", &Bytes::from_static(body.as_bytes()))
    }

    #[test]
    fn forms_are_read() {
        let body = "--x\r\nContent-Disposition: form-data; filename=\"a\\\"b.csv\"; name=\"file\"\r\nContent-Type: text/csv\r\n\r\na\r\n--y\r\n--x\r\n\
                    content-disposition: form-data; name=user_id\r\n\r\n\r\n--x--\r\n";
        let found = read(body).expect("a form");
        assert_eq!(found[0], Part { name: "file".into(), file_name: Some("a\"b.csv".into()), data: Bytes::from_static(b"a\r\n--y") });
        assert_eq!(found[1], Part { name: "user_id".into(), file_name: None, data: Bytes::new() });
    }

    #[test]
    fn broken_forms_say_what_is_wrong() {
        for (body, said) in [
            ("", "the first boundary is missing"),
            ("--x", "a boundary is not followed by a line end"),
            ("--x\r\nA: b", "the headers of a part do not end"),
            ("--x\r\nA: b\r\n\r\ndata\r\n", "the last boundary is missing"),
            ("--x\r\nA: b\r\n\r\ndata\r\n--x--", "a part has no Content-Disposition"),
            ("--x\r\nContent-Disposition: form-data\r\n\r\ndata\r\n--x--", "a part has no name"),
        ] {
            assert_eq!(read(body), Err(said.into()), "{body:?}");
        }
        assert!(parts("multipart/form-data", &Bytes::new()).unwrap_err().contains("boundary"));
    }
}
