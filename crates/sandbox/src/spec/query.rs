//! The text of a query -> names and values, with percent-encoding undone.

/// Names and values in the order in which they were sent. A part that is not valid percent-encoded UTF-8 is the error.
pub(crate) fn pairs(query: &str) -> Result<Vec<(String, String)>, String> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            decode(name, true).zip(decode(value, true)).ok_or_else(|| part.to_owned())
        })
        .collect()
}

/// Undoes percent-encoding. In a query `+` means a blank, in a path it means itself.
pub(crate) fn decode(text: &str, form: bool) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                let (high, low) = (digit(rest.next())?, digit(rest.next())?);
                bytes.push(u8::try_from(high * 16 + low).ok()?);
            }
            b'+' if form => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

/// Percent-encodes everything but the unreserved characters.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::{decode, encode, pairs};

    #[test]
    fn encoding_is_undone_and_done_again() {
        assert_eq!(pairs("a=1&b=x%20y+z&c&").expect("pairs"), [("a", "1"), ("b", "x y z"), ("c", "")].map(|(a, b)| (a.into(), b.into())));
        assert_eq!(pairs("a=%zz"), Err("a=%zz".into()));
        assert_eq!(decode("%ff", false), None, "not UTF-8");
        assert_eq!(decode("a+b", false).as_deref(), Some("a+b"));
        assert_eq!(encode("ä b/*~"), "%C3%A4%20b%2F%2A~");
    }
}
