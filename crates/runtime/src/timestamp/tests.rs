//! Texts -> moments, and what is refused.

use std::time::{Duration, UNIX_EPOCH};

use super::{Timestamp, http_date};

#[test]
fn moments() {
    for (text, seconds, nanoseconds) in [
        ("1970-01-01T00:00:00Z", 0, 0),
        ("2025-02-13T11:27:20Z", 1_739_446_040, 0),
        ("2025-02-13T11:27:20.3Z", 1_739_446_040, 300_000_000),
        ("2025-02-13T11:27:20.36399Z", 1_739_446_040, 363_990_000),
        ("2025-02-13T11:27:20.363990001+00:00", 1_739_446_040, 363_990_001),
        ("2025-02-13T19:27:20+08:00", 1_739_446_040, 0),
        ("2025-02-13t07:57:20-03:30", 1_739_446_040, 0),
        ("2025-02-13 11:27:20z", 1_739_446_040, 0),
        ("2024-02-29T00:00:00Z", 1_709_164_800, 0),
        ("2000-02-29T00:00:00Z", 951_782_400, 0),
        ("2016-12-31T23:59:60Z", 1_483_228_800, 0),
        ("1969-12-31T23:59:59.5Z", -1, 500_000_000),
        ("0000-03-01T00:00:00Z", -62_162_035_200, 0),
        ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
    ] {
        let time: Timestamp = text.parse().unwrap_or_else(|_| panic!("{text}"));
        assert_eq!((time.seconds(), time.nanoseconds()), (Some(seconds), Some(nanoseconds)), "{text}");
        assert_eq!(serde_json::to_string(&time).expect("a string"), format!("\"{text}\""));
    }
}

#[test]
fn other_texts_are_not_parsed_but_kept_when_they_are_received() {
    for text in [
        "",
        "now",
        "1739446040",
        "2025-02-13",
        "2025-02-13T11:27:20",
        "2025-02-30T11:27:20Z",
        "2023-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2025-13-01T00:00:00Z",
        "2025-00-01T00:00:00Z",
        "2025-02-13T24:00:00Z",
        "2025-02-13T11:60:00Z",
        "2025-02-13T11:27:20.Z",
        "2025-02-13T11:27:20.1234567890Z",
        "2025-02-13T11:27:20+8:00",
        "2025-02-13T11:27:20+08:00 ",
        "2025-02-13T11:27:20\u{4e2d}",
        "2025-02-1\u{4e2d}T11:27:20Z",
        "+025-02-13T11:27:20Z",
    ] {
        assert!(text.parse::<Timestamp>().is_err(), "{text}");
        let time = received(text);
        assert_eq!((time.as_str(), time.seconds(), time.nanoseconds(), time.to_system_time()), (text, None, None, None));
        assert_eq!(serde_json::to_value(&time).expect("a string"), text);
    }
    assert!(serde_json::from_str::<Timestamp>("1739446040").is_err(), "a number is no text");
    assert_eq!(format!("{:?}", received("soon")), "Timestamp(\"soon\")");
    assert_eq!(format!("{:?}", received("https://files.example.com/?canary")), "Timestamp((hidden))");
}

fn received(text: &str) -> Timestamp {
    serde_json::from_value(text.into()).expect("a text")
}

#[test]
fn conversion_and_order() {
    let time: Timestamp = "1969-12-31T23:59:59.5Z".parse().expect("a moment");
    assert_eq!(time.to_system_time(), UNIX_EPOCH.checked_sub(Duration::from_millis(500)));
    let later: Timestamp = "1970-01-01T08:00:00+08:00".parse().expect("a moment");
    assert_eq!(later.to_system_time(), Some(UNIX_EPOCH));
    assert!(time < later);
    assert_eq!(later, "1970-01-01T00:00:00Z".parse().expect("a moment"));
    let (empty, soon) = (received(""), received("soon"));
    assert!(empty < soon && soon < time && empty != soon && soon == received("soon"));
}

#[test]
fn dates_of_http() {
    assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(UNIX_EPOCH + Duration::from_secs(784_111_777)));
    for text in ["Sunday, 06-Nov-94 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49 GMT", "3", ""] {
        assert_eq!(http_date(text), None, "{text}");
    }
}
