//! The formats that are checked: those whose meaning nobody disputes.

use serde_json::Value;

/// Whether `value` is what `format` promises; `None` when the format is not one that is checked.
pub(crate) fn holds(format: &str, value: &Value) -> Option<bool> {
    match (format, value) {
        ("date-time", Value::String(text)) => Some(date_time(text)),
        ("date", Value::String(text)) => Some(date(text)),
        ("uuid", Value::String(text)) => Some(uuid(text)),
        ("int32", Value::Number(number)) => Some(number.as_i64().is_some_and(|number| i32::try_from(number).is_ok())),
        ("int64", Value::Number(number)) => Some(number.as_i64().is_some() || number.as_f64().is_some_and(|number| number.abs() < 9.3e18)),
        _ => None,
    }
}

/// RFC 3339: `2025-02-13T11:27:20.36399Z`.
fn date_time(text: &str) -> bool {
    let Some((day, time)) = text.split_once(['T', 't']) else { return false };
    let zone = time.strip_suffix(['Z', 'z']).or_else(|| {
        let (clock, offset) = time.split_at_checked(time.len().checked_sub(6)?)?;
        (offset.starts_with(['+', '-']) && clock_parts(&offset[1..], 2)).then_some(clock)
    });
    let Some(clock) = zone else { return false };
    let (seconds, fraction) = clock.split_once('.').map_or((clock, None), |(seconds, fraction)| (seconds, Some(fraction)));
    date(day) && clock_parts(seconds, 3) && fraction.is_none_or(|digits| !digits.is_empty() && is_digits(digits))
}

fn clock_parts(text: &str, count: usize) -> bool {
    let parts: Vec<_> = text.split(':').collect();
    parts.len() == count && parts.iter().all(|part| part.len() == 2 && is_digits(part))
}

fn date(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let within =
        |part: &str, most: u8| is_digits(part) && part.len() == 2 && part.parse().is_ok_and(|number: u8| (1..=most).contains(&number));
    matches!(parts[..], [year, month, day] if year.len() == 4 && is_digits(year) && within(month, 12) && within(day, 31))
}

fn uuid(text: &str) -> bool {
    let lengths: Vec<_> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_times_have_a_zone_and_any_number_of_fraction_digits() {
        for good in ["2025-02-13T11:27:20Z", "2025-02-13T11:27:20.36399Z", "2025-02-13t11:27:20.1+08:00"] {
            assert!(date_time(good), "{good}");
        }
        for bad in ["2025-02-13 11:27:20Z", "2025-02-13T11:27:20", "2025-13-01T00:00:00Z", "2025-02-13T11:27:20.Z", "", "T", "é-T+é:é"] {
            assert!(!date_time(bad), "{bad}");
        }
    }
}
