//! The text of a cell -> nothing, a number or a date, in one of the notations that tables use.

use crate::clock::{civil, days};

/// How numbers are written: `1,234.5` or `1.234,5`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Notation {
    Point,
    Comma,
}

/// Which of two numbers in `01/02/2024` is the day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Order {
    MonthFirst,
    DayFirst,
}

/// Whether a cell says that there is no value.
pub(crate) fn is_null(text: &str) -> bool {
    const NULLS: [&str; 11] = ["", "na", "n/a", "null", "none", "nil", "nan", "-", "--", "?", "#n/a"];
    let text = text.trim();
    text.len() <= 4 && NULLS.iter().any(|null| null.eq_ignore_ascii_case(text))
}

/// Digits with at most one point: what most cells of most tables are, read without further ado.
fn simple(text: &str) -> Option<f64> {
    let plain = text.len() <= 15 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    (plain && text.bytes().any(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// A number, possibly with a currency, a percent sign, or brackets for a minus.
pub(crate) fn number(text: &str, notation: Notation) -> Option<f64> {
    let mut text = text.trim();
    if notation == Notation::Point
        && let Some(number) = simple(text)
    {
        return Some(number);
    }
    let bracketed = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let negative = bracketed.is_some();
    text = bracketed.unwrap_or(text);
    let (minus, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let currency = |character: char| "$€£¥₹".contains(character) || character.is_whitespace();
    let rest = rest.trim_matches(currency).trim_end_matches('%').trim_end_matches(currency);
    let (minus, rest) = rest.strip_prefix('-').map_or((minus, rest), |rest| (!minus, rest));
    let (group, point) = if notation == Notation::Point { (',', '.') } else { ('.', ',') };
    let (rest, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let (whole, mantissa) = rest.split_once(point).unwrap_or((rest, ""));
    let groups: Vec<&str> = whole.split(group).collect();
    // `1,234,567` is grouped; `1,2` and `12345,678` are not.
    if groups.len() > 1 && (groups[0].is_empty() || groups[0].len() > 3 || groups[1..].iter().any(|group| group.len() != 3)) {
        return None;
    }
    let digits = groups.concat();
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    if (digits.is_empty() && mantissa.is_empty())
        || !plain(&digits)
        || !plain(mantissa)
        || !plain(exponent_digits)
        || exponent_digits.is_empty()
        || digits.len() > 18
    {
        return None;
    }
    let value: f64 =
        format!("{}.{}e{exponent}", if digits.is_empty() { "0" } else { &digits }, if mantissa.is_empty() { "0" } else { mantissa })
            .parse()
            .ok()?;
    Some(if minus || negative { -value } else { value }).filter(|value: &f64| value.is_finite())
}

const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

/// `Sept` -> 9.
pub(crate) fn month(word: &str) -> Option<i64> {
    let word = word.trim_end_matches('.').to_lowercase();
    let at = MONTHS
        .iter()
        .position(|month| *month == word || (word.len() == 3 && month.starts_with(&word)) || (word == "sept" && *month == "september"))?;
    i64::try_from(at + 1).ok()
}

/// A date as days since 1970. A time of day after it is left out, and a month alone means its first day.
pub(crate) fn date(text: &str, order: Order) -> Option<i64> {
    let text = text.trim();
    if text.len() > 40 || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let day = text.split_once('T').filter(|(day, _)| day.len() == 10).map_or(text, |(day, _)| day);
    let mut parts: Vec<&str> = day.split([' ', ',']).filter(|part| !part.is_empty()).collect();
    if parts.len() > 1 && parts.last().is_some_and(|last| ["am", "pm", "utc", "z"].contains(&last.to_lowercase().as_str())) {
        parts.pop();
    }
    if parts.len() > 1 && parts.last().is_some_and(|last| last.contains(':')) {
        parts.pop();
    }
    match parts[..] {
        [one] => joined(one, order),
        [name, year] if month(name).is_some() => valid(year.parse().ok().filter(|_| year.len() == 4)?, month(name)?, 1),
        [one, two, year] => {
            let (name, day) = if month(one).is_some() { (one, two) } else { (two, one) };
            let day = day.trim_end_matches(|character: char| character.is_ascii_alphabetic());
            valid(year.parse().ok().filter(|_| year.len() == 4)?, month(name)?, day.parse().ok()?)
        }
        _ => None,
    }
}

/// `2024-01-31`, `31.01.2024`, `01/31/24`, `2024-01`, `Jan-2024`.
fn joined(text: &str, order: Order) -> Option<i64> {
    let separator = text.chars().find(|character| "-/.".contains(*character))?;
    let parts: Vec<&str> = text.split(separator).collect();
    let number = |text: &str| text.parse::<i64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    match parts[..] {
        [year, name] if year.len() == 4 && separator != '.' => valid(number(year)?, number(name)?, 1),
        [name, year] if year.len() == 4 && month(name).is_some() => valid(number(year)?, month(name)?, 1),
        [year, name, day] if year.len() == 4 => valid(number(year)?, number(name).or_else(|| month(name))?, number(day)?),
        [one, two, year] if one.len() <= 2 && (year.len() == 4 || year.len() == 2) => {
            let short = number(year)?;
            let year = if year.len() == 4 { short } else { short + if short < 70 { 2000 } else { 1900 } };
            if let Some(name) = month(two) {
                return valid(year, name, number(one)?);
            }
            let (month, day) = if order == Order::DayFirst || separator == '.' { (two, one) } else { (one, two) };
            valid(year, number(month)?, number(day)?)
        }
        _ => None,
    }
}

fn valid(year: i64, month: i64, day: i64) -> Option<i64> {
    if !((1000..3000).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)) {
        return None;
    }
    let found = days(year, month, day);
    (civil(found) == (year, month, day)).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::{Notation, Order, date, number};
    use crate::clock::days;

    #[test]
    fn numbers_in_both_notations() {
        for (text, value) in [
            ("1,234.50", Some(1234.5)),
            ("$1,000", Some(1000.0)),
            ("-$3", Some(-3.0)),
            ("$-3", Some(-3.0)),
            ("(12.5)", Some(-12.5)),
            ("12%", Some(12.0)),
            (".5", Some(0.5)),
            ("1.5e3", Some(1500.0)),
            ("2E-3", Some(0.002)),
            ("1e5", Some(100_000.0)),
            ("e5", None),
            ("1e", None),
            ("1e5.5", None),
            ("1e999", None),
            ("1,2", None),
            ("12 apples", None),
            ("", None),
            ("-", None),
            ("1-2", None),
            ("inf", None),
        ] {
            assert_eq!(number(text, Notation::Point), value, "{text}");
        }
        assert_eq!(number("1.234,50 €", Notation::Comma), Some(1234.5));
        assert_eq!(number("3,5", Notation::Comma), Some(3.5));
    }

    #[test]
    fn dates_in_many_notations() {
        let expected = Some(days(2024, 1, 31));
        for text in [
            "2024-01-31",
            "2024/1/31",
            "2024-01-31T10:00:00Z",
            "2024-01-31 10:00",
            "31.01.2024",
            "01/31/2024",
            "1/31/24",
            "Jan 31, 2024",
            "31 January 2024",
            "31-Jan-2024",
        ] {
            assert_eq!(date(text, Order::MonthFirst), expected, "{text}");
        }
        assert_eq!(date("31/01/2024", Order::DayFirst), expected);
        assert_eq!(date("2024-01", Order::MonthFirst), Some(days(2024, 1, 1)));
        let large = ["2024-9223372036854775807", "2024-01-9223372036854775807", "9223372036854775807 May 2024"];
        for text in ["2024-02-30", "13/13/2024", "2024", "1.5", "10-20", "may be", "", "2024-01-31-01"].into_iter().chain(large) {
            assert_eq!(date(text, Order::MonthFirst), None, "{text}");
        }
    }
}
