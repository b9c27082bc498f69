//! A redirect -> where to go, or why not.
//!
//! A request that carries a key or a body stays with its server. What is only fetched, without a key, may go anywhere safe.

use http::header::LOCATION;
use http::{HeaderMap, StatusCode};
use url::Url;

use crate::operation::{Method, Retry};

/// How many redirects are followed in a row.
pub(crate) const MOST: usize = 10;

/// The longest address that is asked for. Servers read 8 KiB, and the HTTP library refuses 64.
pub(crate) const LONGEST_ADDRESS: usize = 16 * 1024;

/// What to do with a reply.
#[derive(Debug, PartialEq)]
pub(crate) enum Step {
    /// It is not a redirect.
    Stay,
    /// Send the request there, with this method; another method than before means: without the body.
    Go(Url, Method),
    /// Do not follow; the host it points to, and why not.
    Refuse { host: String, reason: &'static str },
}

/// The request that was answered, as far as redirects are concerned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) url: &'a Url,
    pub(crate) method: Method,
    pub(crate) retry: Retry,
    /// Whether it carries the client's key, as every call of the API does.
    pub(crate) keyed: bool,
    /// How many redirects came before.
    pub(crate) followed: usize,
}

pub(crate) fn step(request: Request<'_>, status: StatusCode, headers: &HeaderMap) -> Step {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Step::Stay;
    }
    let Some(location) = headers.get(LOCATION) else { return Step::Stay };
    let target = location.to_str().ok().and_then(|location| request.url.join(location).ok());
    let Some(mut target) = target.filter(|target| matches!(target.scheme(), "http" | "https")) else {
        return Step::Refuse { host: "an address that cannot be read".to_owned(), reason: "it is not a web address" };
    };
    target.set_fragment(None);
    let refuse = |reason| Step::Refuse { host: target.host_str().unwrap_or_default().to_owned(), reason };
    if target.as_str().len() > LONGEST_ADDRESS {
        return refuse("its address is too long");
    }
    if request.followed >= MOST {
        return refuse("there were too many redirects");
    }
    let same = target.origin() == request.url.origin();
    if request.keyed && !same {
        return refuse("the key and the request are for the first server only");
    }
    if request.retry == Retry::Never {
        return refuse("this request must not be sent twice");
    }
    if !same && request.url.scheme() == "https" && target.scheme() == "http" {
        return refuse("it leads from an encrypted connection to an open one");
    }
    let fetches = matches!(request.method, Method::Get | Method::Head);
    if !same && !fetches {
        return refuse("the body is for the first server only");
    }
    let method = if status == StatusCode::SEE_OTHER && !fetches { Method::Get } else { request.method };
    Step::Go(target, method)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, StatusCode};
    use url::Url;

    use super::{LONGEST_ADDRESS, MOST, Request, Step, step};
    use crate::operation::Method::{Delete, Get, Put};
    use crate::operation::{Method, Retry};

    const SAFE: Retry = Retry::Safe;
    const NEVER: Retry = Retry::Never;

    fn told(method: Method, retry: Retry, keyed: bool, status: u16, location: &'static str) -> String {
        let url = Url::parse("https://api.example.com/a/b?c=1").expect("a URL");
        let mut headers = HeaderMap::new();
        headers.insert("location", HeaderValue::from_static(location));
        let request = Request { url: &url, method, retry, keyed, followed: 0 };
        match step(request, StatusCode::from_u16(status).expect("a status"), &headers) {
            Step::Stay => "stay".to_owned(),
            Step::Go(url, method) => format!("{method} {url}"),
            Step::Refuse { host, .. } => format!("not {host}"),
        }
    }

    #[test]
    fn table() {
        for (method, retry, keyed, status, location, expected) in [
            (Get, SAFE, true, 307, "/x", "GET https://api.example.com/x"),
            (Get, SAFE, true, 301, "x?y=2#z", "GET https://api.example.com/a/x?y=2"),
            (Get, SAFE, true, 302, "https://api.example.com:443/x", "GET https://api.example.com/x"),
            (Get, SAFE, true, 302, "https://api.example.com:444/x", "not api.example.com"),
            (Get, SAFE, true, 302, "http://api.example.com/x", "not api.example.com"),
            (Get, SAFE, true, 302, "https://other.example.com/x", "not other.example.com"),
            (Get, SAFE, true, 302, "//other.example.com/x", "not other.example.com"),
            (Get, SAFE, true, 302, "ftp://other.example.com/x", "not an address that cannot be read"),
            (Get, NEVER, true, 307, "/x", "not api.example.com"),
            (Delete, SAFE, true, 308, "/x", "DELETE https://api.example.com/x"),
            (Delete, SAFE, true, 303, "/x", "GET https://api.example.com/x"),
            (Get, SAFE, true, 304, "/x", "stay"),
            (Get, SAFE, true, 200, "/x", "stay"),
            (Get, SAFE, false, 302, "https://other.example.com/x", "GET https://other.example.com/x"),
            (Get, SAFE, false, 302, "http://other.example.com/x", "not other.example.com"),
            (Put, SAFE, false, 307, "https://other.example.com/x", "not other.example.com"),
        ] {
            assert_eq!(told(method, retry, keyed, status, location), expected, "{method} {status} {location}");
        }
    }

    #[test]
    fn an_end_is_put_to_loops() {
        let url = Url::parse("https://api.example.com/").expect("a URL");
        let mut headers = HeaderMap::new();
        let request = Request { url: &url, method: Get, retry: SAFE, keyed: true, followed: MOST };
        assert_eq!(step(request, StatusCode::FOUND, &headers), Step::Stay, "no location");
        headers.insert("location", HeaderValue::from_static("/"));
        assert!(matches!(step(request, StatusCode::FOUND, &headers), Step::Refuse { .. }));
        let long = format!("/{}", "x".repeat(LONGEST_ADDRESS));
        headers.insert("location", HeaderValue::from_str(&long).expect("a header"));
        let told = step(Request { followed: 0, ..request }, StatusCode::FOUND, &headers);
        assert_eq!(told, Step::Refuse { host: "api.example.com".to_owned(), reason: "its address is too long" });
    }
}
