//! Headers -> how long the server asks to wait.

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::RETRY_AFTER;

use crate::api::{RetryAfterHeader, TimeUnit};
use crate::timestamp::http_date;

/// Reads the API's own header first, since it is finer, then `Retry-After` as seconds or as a date. What cannot be read says nothing.
pub(crate) fn retry_after(headers: &HeaderMap, own: Option<RetryAfterHeader>, now: SystemTime) -> Option<Duration> {
    if let Some(time) = own_retry_after(headers, own) {
        return Some(time);
    }
    let text = text(headers, RETRY_AFTER.as_str())?;
    match text.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        // A date in the past means now.
        Err(_) => http_date(text).map(|date| date.duration_since(now).unwrap_or_default()),
    }
}

/// Reads the API's own header only. It has a time, or it says nothing: no server asks to wait for no time.
pub(crate) fn own_retry_after(headers: &HeaderMap, own: Option<RetryAfterHeader>) -> Option<Duration> {
    let own = own?;
    let number = text(headers, own.header).and_then(|text| text.parse::<u64>().ok()).filter(|number| *number > 0)?;
    Some(match own.unit {
        TimeUnit::Seconds => Duration::from_secs(number),
        TimeUnit::Milliseconds => Duration::from_millis(number),
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use http::{HeaderMap, HeaderValue};

    use super::retry_after;
    use crate::api::{RetryAfterHeader, TimeUnit};

    #[test]
    fn forms() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777 - 90); // 90 seconds before the date below
        let own = Some(RetryAfterHeader { header: "x-own", unit: TimeUnit::Milliseconds });
        for (name, value, expected) in [
            ("retry-after", "3", Some(3_000)),
            ("retry-after", " 0 ", Some(0)),
            ("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT", Some(90_000)),
            ("retry-after", "Sun, 06 Nov 1984 08:49:37 GMT", Some(0)),
            ("retry-after", "soon", None),
            ("retry-after", "-1", None),
            ("retry-after", "Sun, 99 Foo 1994 08:49:37 GMT", None),
            ("x-own", "250", Some(250)),
            ("x-own", "9223372036854775808", Some(1 << 63)),
            ("x-own", "99999999999999999999", None),
            ("x-own", "0", None),
            ("x-own", "-250", None),
            ("x-own", "2.5", None),
            ("x-own", "", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_static(value));
            assert_eq!(retry_after(&headers, own, now), expected.map(Duration::from_millis), "{name}: {value}");
        }
        let mut both = HeaderMap::new();
        both.insert("retry-after", HeaderValue::from_static("1"));
        both.insert("x-own", HeaderValue::from_static("250"));
        assert_eq!(retry_after(&both, own, now), Some(Duration::from_millis(250)));
        assert_eq!(retry_after(&both, None, now), Some(Duration::from_secs(1)));
        both.insert("x-own", HeaderValue::from_static("0"));
        assert_eq!(retry_after(&both, own, now), Some(Duration::from_secs(1)));
        assert_eq!(retry_after(&HeaderMap::new(), own, now), None);
    }
}
