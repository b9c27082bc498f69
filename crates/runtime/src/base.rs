//! A base URL as people write it -> the URL that paths are appended to.

use url::{Host, Url};

use crate::api::Api;

/// A URL without a slash at its end, to which paths are appended.
#[derive(Clone, Debug)]
pub(crate) struct Base {
    text: String,
    url: Url,
}

impl Base {
    /// Reads what a person or an environment variable says.
    ///
    /// # Errors
    ///
    /// A sentence that says what is wrong with it. It never quotes the URL, which may hold a password.
    pub(crate) fn parse(text: &str, api: &Api) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("the base URL is empty".to_owned());
        }
        let hint = "write it like https://api.example.com";
        if !text.contains("://") {
            return Err(format!("the base URL has no scheme: {hint}"));
        }
        // A URL parser takes line ends out and turns a backslash into a slash, so that another host than one sees gets the key.
        if text.contains(|letter: char| letter.is_control() || letter.is_whitespace() || letter == '\\') {
            return Err(format!("the base URL contains a line end, a space or a backslash: {hint}"));
        }
        let url = Url::parse(text).map_err(|error| format!("the base URL cannot be read ({error}): {hint}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("the base URL must begin with https://: {hint}"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the base URL contains a user name or password, which would end up in logs: leave it out".to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("the base URL contains `?` or `#`: leave out what follows".to_owned());
        }
        let mut path = url.path().trim_end_matches('/');
        if let Some(shorter) = api.base_suffixes.iter().filter_map(|suffix| path.strip_suffix(suffix)).min_by_key(|path| path.len()) {
            path = shorter.trim_end_matches('/');
        }
        let text = format!("{}{path}", url.origin().ascii_serialization());
        Ok(Self { text, url })
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a key can be read on the way there.
    pub(crate) fn is_open(&self) -> bool {
        self.url.scheme() == "http" && !is_loopback(&self.url)
    }

    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }
}

/// Whether a request to this URL stays on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Fills the variables of a server's URL in.
///
/// # Errors
///
/// The variable that has no value, or one that would change more than the part of the host it stands for.
pub(crate) fn server(template: &str, variables: &[(&str, &str)]) -> Result<String, String> {
    let mut url = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        let (_, value) =
            variables.iter().find(|(given, _)| *given == name).ok_or_else(|| format!("the server needs a value for {name}"))?;
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':');
        if value.is_empty() || !value.bytes().all(fits) {
            return Err(format!("{name} must be a plain name such as acme.example.com, without a scheme and without slashes"));
        }
        url.push_str(before);
        url.push_str(value);
        rest = after;
    }
    url.push_str(rest);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::{Base, server};
    use crate::api::{Api, AuthScheme};

    const API: Api = Api::new("test", AuthScheme::Bearer).base_suffixes(&["/v2", "/v2/team"]);

    fn read(text: &str) -> String {
        Base::parse(text, &API).map_or_else(|problem| format!("error: {problem}"), |base| base.as_str().to_owned())
    }

    #[test]
    fn spellings() {
        for (text, expected) in [
            ("https://api.example.com", "https://api.example.com"),
            (" https://api.example.com/ \n", "https://api.example.com"),
            ("https://api.example.com/api/v2/team", "https://api.example.com/api"),
            ("https://api.example.com/api/v2/team/", "https://api.example.com/api"),
            ("https://api.example.com/api/v2", "https://api.example.com/api"),
            ("https://api.example.com/v2/teams", "https://api.example.com/v2/teams"),
            ("HTTPS://API.example.com:443/a//", "https://api.example.com/a"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_refused() {
        for text in [
            "",
            "api.example.com",
            "localhost:80",
            "ftp://example.com",
            "https://",
            "https://u:p@example.com",
            "https://a.com?x=1",
            "https://a.com/#x",
            "https://a.com\n.example.com",
            "https://a.com\t.example.com",
            "https://a.com\\@example.com",
            "https://a.com/a b",
        ] {
            assert!(read(text).starts_with("error: the base URL"), "{text}: {}", read(text));
            assert!(!read(text).contains("u:p"), "{text}");
        }
        assert!(read("api.example.com").contains("has no scheme"));
    }

    #[test]
    fn open_ways() {
        for (text, open) in [
            ("https://example.com", false),
            ("http://example.com", true),
            ("http://127.0.0.1", false),
            ("http://127.9.9.9", false),
            ("http://localhost:3000", false),
            ("http://[::1]", false),
            ("http://10.0.0.1", true),
            ("http://localhost.example.com", true),
            ("http://127.0.0.1.example.com", true),
            ("http://0x7f.1", false),
        ] {
            assert_eq!(Base::parse(text, &API).expect(text).is_open(), open, "{text}");
        }
    }

    #[test]
    fn servers() {
        let template = "https://{domain}/app/api";
        assert_eq!(server(template, &[("domain", "acme.example.com")]).as_deref(), Ok("https://acme.example.com/app/api"));
        for bad in ["", "https://acme.example.com", "a/b", "u@b", "a?b", "a b"] {
            assert!(server(template, &[("domain", bad)]).is_err(), "{bad}");
        }
        assert_eq!(server(template, &[]).expect_err("no value"), "the server needs a value for domain");
    }
}
