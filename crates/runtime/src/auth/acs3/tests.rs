//! Signatures that an independent program made, and what a signed request looks like.
//!
//! `vectors.json` was written by a program in another language; its first entry is the example that was published with the algorithm.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use url::Url;

use super::{AccessKey, Once, PAYLOAD, authorization, canonical_query, payload_hash, sign};
use crate::operation::Method;
use crate::secret::Key;
use crate::transport::{TransportBody, TransportRequest};

#[derive(Deserialize)]
struct Vector {
    about: String,
    id: String,
    secret: String,
    method: String,
    host: String,
    path: String,
    query: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
    body: String,
    authorization: String,
}

fn key(id: &str, secret: &str, token: Option<&str>) -> AccessKey {
    let part = |text: &str| Key::new(text.to_owned()).expect("it can be a header");
    AccessKey { id: part(id), secret: part(secret), token: token.map(part) }
}

fn method(name: &str) -> Method {
    let all = [Method::Get, Method::Post, Method::Put, Method::Delete];
    all.into_iter().find(|method| method.as_str() == name).expect("a method")
}

fn body(text: &str) -> TransportBody {
    if text.is_empty() { TransportBody::Empty } else { TransportBody::Bytes(Bytes::copy_from_slice(text.as_bytes())) }
}

#[test]
fn known_signatures() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("vectors.json")).expect("vectors");
    assert_eq!(vectors.len(), 11);
    for vector in vectors {
        let mut url = Url::parse(&format!("https://{}{}", vector.host, vector.path)).expect("a URL");
        // Any encoding of the query has the same signature: the form's has plus signs.
        url.query_pairs_mut().extend_pairs(&vector.query);
        let query = canonical_query(&url);
        url.set_query((!query.is_empty()).then_some(&query));
        let mut headers = HeaderMap::new();
        for (name, value) in &vector.headers {
            headers.insert(HeaderName::from_bytes(name.as_bytes()).expect("a name"), HeaderValue::from_str(value).expect("a value"));
        }
        let payload = payload_hash(&body(&vector.body)).expect("bytes");
        headers.insert(PAYLOAD, HeaderValue::from_str(&payload).expect("a value"));
        let key = key(&vector.id, &vector.secret, None);
        let found = authorization(&key, method(&vector.method), &url, &headers, &payload).expect("a signature");
        assert_eq!(found, vector.authorization, "{}", vector.about);
    }
}

fn request(body: TransportBody) -> TransportRequest {
    let url = "https://jobs.example.com/v1/jobs?b=2+3&a=%2a";
    TransportRequest { method: Method::Post, url: url.to_owned(), headers: HeaderMap::new(), body }
}

const ONCE: Once = Once { now: UNIX_EPOCH, nonce: 0xab };

#[test]
fn what_is_signed_is_what_is_sent() {
    let mut request = request(body("{}"));
    let once = Once { now: UNIX_EPOCH + Duration::from_millis(1_709_210_096_789), nonce: 0xab };
    sign(&key("example-key-id", "example-secret", Some("example-token")), &once, &mut request).expect("it is signed");
    assert_eq!(request.url, "https://jobs.example.com/v1/jobs?a=%2A&b=2%203");
    let value = |name: &str| request.headers[name].to_str().expect("text");
    assert_eq!(value("x-acs-date"), "2024-02-29T12:34:56Z");
    assert_eq!(value("x-acs-signature-nonce"), "000000000000000000000000000000ab");
    assert_eq!(value("x-acs-security-token"), "example-token");
    assert_eq!(value("x-acs-accesskey-id"), "example-key-id");
    for name in ["authorization", "x-acs-security-token", "x-acs-accesskey-id"] {
        assert!(request.headers[name].is_sensitive(), "{name}");
    }
    assert!(!format!("{:?}{request:?}", request.headers).contains("example-"), "nothing of the key is shown");
}

#[test]
fn a_second_signature_of_the_same_request_replaces_the_first() {
    let key = key("example-key-id", "example-secret", None);
    let (mut once, mut twice) = (request(body("{}")), request(body("{}")));
    sign(&key, &ONCE, &mut once).expect("it is signed");
    sign(&key, &Once { nonce: 1, ..ONCE }, &mut twice).expect("it is signed");
    sign(&key, &ONCE, &mut twice).expect("it is signed");
    assert_eq!((once.url, once.headers), (twice.url, twice.headers));
}

#[test]
fn a_stream_cannot_be_signed() {
    let stream = crate::transport::ByteStream::new(Empty);
    let error =
        sign(&key("id", "secret", None), &ONCE, &mut request(TransportBody::Stream(None, stream))).expect_err("its hash is not known");
    assert!(error.contains("give it as bytes"), "{error}");
}

struct Empty;

impl futures_core::Stream for Empty {
    type Item = Result<Bytes, crate::transport::TransportError>;

    fn poll_next(self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(None)
    }
}

#[test]
fn dates_of_every_kind_of_year() {
    let days = [
        (0, "1970-01-01"),
        (11_016, "2000-02-29"),
        (19_782, "2024-02-29"),
        (19_783, "2024-03-01"),
        (47_540, "2100-02-28"),
        (47_541, "2100-03-01"),
    ];
    for (day, text) in days {
        assert_eq!(super::date(UNIX_EPOCH + Duration::from_secs(day * 86_400)), Ok(format!("{text}T00:00:00Z")));
    }
}

#[test]
fn a_query_keeps_its_bytes() {
    for (query, expected) in
        [("%C3=%a0&a=%ff", "a=%FF&%C3=%A0"), ("b=1+2&a=%zz%4", "a=%25zz%254&b=1%202"), ("b&&a=x=y", "a=x%3Dy&b="), ("", "")]
    {
        let url = Url::parse(&format!("https://api.example.com/?{query}")).expect("a URL");
        assert_eq!(canonical_query(&url), expected, "{query}");
    }
}
