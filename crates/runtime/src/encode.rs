//! Path templates and query parameters -> the text after the host.
//!
//! Every value arrives at the server as it was given: whatever is not unreserved in a URL is percent-encoded. What a URL parser would
//! fold away (nothing, `.` and `..` as a segment) is refused.

use std::fmt::Display;

/// Why a path could not be built: which parameter, and what is wrong with it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) parameter: String,
    pub(crate) reason: String,
}

/// Fills a template such as `/sessions/{session_id}` in.
/// Those in `ready` are encoded already.
pub(crate) fn path(template: &str, values: &[(&'static str, String)], ready: &[(&'static str, String)]) -> Result<String, Refused> {
    let mut path = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        path.push_str(before);
        if let Some((_, text)) = ready.iter().find(|(given, _)| *given == name) {
            path.push_str(text);
            rest = after;
            continue;
        }
        let refused = |reason: &str| Refused { parameter: name.to_owned(), reason: reason.to_owned() };
        let (_, value) = values.iter().find(|(given, _)| *given == name).ok_or_else(|| refused("is missing"))?;
        match value.as_str() {
            "" => return Err(refused("is empty")),
            "." | ".." => return Err(refused("is `.` or `..`, which a URL cannot hold")),
            value => percent(&mut path, value),
        }
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

/// Appends what comes after `?`, or after what is already there.
pub(crate) fn query(url: &mut String, pairs: &[(String, String)]) {
    let mut separator = if url.contains('?') { '&' } else { '?' };
    for (name, value) in pairs {
        url.push(separator);
        percent(url, name);
        url.push('=');
        percent(url, value);
        separator = '&';
    }
}

/// A body of the type `application/x-www-form-urlencoded`.
pub(crate) fn form(pairs: &[(String, String)]) -> String {
    let mut body = String::new();
    query(&mut body, pairs);
    body.split_off(usize::from(!body.is_empty()))
}

/// A list in one value. The items are joined as they are; one that contains a comma cannot be told from two.
pub(crate) fn joined<T: Display>(items: impl IntoIterator<Item = T>) -> Option<String> {
    let mut joined: Option<String> = None;
    for item in items {
        joined = Some(match joined {
            None => item.to_string(),
            Some(before) => format!("{before},{item}"),
        });
    }
    joined
}

/// A name or a value for a URL.
pub(crate) fn component(text: &str) -> String {
    let mut encoded = String::new();
    percent(&mut encoded, text);
    encoded
}

/// Everything but the unreserved characters of RFC 3986 is encoded.
pub(crate) fn percent(out: &mut String, value: impl AsRef<[u8]>) {
    for byte in value.as_ref().iter().copied() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{form, joined, path, query};

    fn filled(value: &str) -> Result<String, String> {
        path("/a/{id}/b", &[("id", value.to_owned())], &[]).map_err(|refused| format!("{} {}", refused.parameter, refused.reason))
    }

    #[test]
    fn values_arrive_intact() {
        for (value, expected) in [
            ("session-1", "/a/session-1/b"),
            ("x/y", "/a/x%2Fy/b"),
            ("50%", "/a/50%25/b"),
            ("a?b#c", "/a/a%3Fb%23c/b"),
            ("a b+c", "/a/a%20b%2Bc/b"),
            ("...", "/a/.../b"),
            ("%2e%2e", "/a/%252e%252e/b"),
            ("\u{4e2d}", "/a/%E4%B8%AD/b"),
        ] {
            assert_eq!(filled(value).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn what_a_url_would_fold_is_refused() {
        assert_eq!(filled("").expect_err("refused"), "id is empty");
        for dots in [".", ".."] {
            assert_eq!(filled(dots).expect_err("refused"), "id is `.` or `..`, which a URL cannot hold");
        }
        assert_eq!(path("/a/{id}", &[], &[]).expect_err("refused").reason, "is missing");
    }

    #[test]
    fn queries_and_forms() {
        let pairs = [("q".to_owned(), "a&b=c \u{4e2d}".to_owned()), ("n[]".to_owned(), String::new())];
        let mut url = "https://example.com/a".to_owned();
        query(&mut url, &pairs);
        assert_eq!(url, "https://example.com/a?q=a%26b%3Dc%20%E4%B8%AD&n%5B%5D=");
        query(&mut url, &pairs[1..]);
        assert!(url.ends_with("&n%5B%5D="));
        assert_eq!(form(&pairs), "q=a%26b%3Dc%20%E4%B8%AD&n%5B%5D=");
        assert_eq!(form(&[]), "");
        assert_eq!(joined(["a", "b"]).as_deref(), Some("a,b"));
        assert_eq!(joined::<u8>([]), None);
    }
}
