//! Times as they were sent, and what they mean.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::veil::Text;

/// A time, kept as the text it came as, so that nothing is lost when it is sent back.
///
/// A moment is what RFC 3339 allows, with up to nine digits of a second. Only that is parsed; but of what a server sends every text is
/// kept, since a reply is not worthless because of an odd time in it. Such a text has no seconds, and comes before every moment.
///
/// ```
/// use apispec_runtime::Timestamp;
///
/// let expires: Timestamp = "2025-02-13T11:27:20.36399Z".parse()?;
/// assert_eq!(expires.as_str(), "2025-02-13T11:27:20.36399Z");
/// assert_eq!((expires.seconds(), expires.nanoseconds()), (Some(1_739_446_040), Some(363_990_000)));
/// # Ok::<(), apispec_runtime::NotATimestamp>(())
/// ```
#[derive(Clone)]
pub struct Timestamp {
    text: Box<str>,
    moment: Option<Moment>,
}

/// Seconds since 1970 in UTC, and nanoseconds after them.
type Moment = (i64, u32);

/// A text that is not a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotATimestamp;

impl Timestamp {
    /// Gives the text as it was received.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Gives the whole seconds since 1970, in UTC. They are negative before. `None` if the text is not a moment.
    #[must_use]
    pub fn seconds(&self) -> Option<i64> {
        self.moment.map(|(seconds, _)| seconds)
    }

    /// Gives the nanoseconds after the whole second. `None` if the text is not a moment.
    #[must_use]
    pub fn nanoseconds(&self) -> Option<u32> {
        self.moment.map(|(_, nanoseconds)| nanoseconds)
    }

    /// Converts it. `None` if the text is not a moment, or the system cannot represent it.
    #[must_use]
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let (seconds, nanoseconds) = self.moment?;
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let second = if seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
        second?.checked_add(Duration::from_nanos(u64::from(nanoseconds)))
    }

    /// A moment is compared as such, another text as text.
    fn key(&self) -> (Option<Moment>, Option<&str>) {
        (self.moment, if self.moment.is_none() { Some(&self.text) } else { None })
    }

    fn parse(text: &str) -> Option<Moment> {
        let (date, time) = (text.get(..10)?, text.get(11..)?);
        if !matches!(text.as_bytes()[10], b'T' | b't' | b' ') {
            return None;
        }
        let (date, clock) = (date.as_bytes(), time.get(..8)?.as_bytes());
        if date[4] != b'-' || date[7] != b'-' || clock[2] != b':' || clock[5] != b':' {
            return None;
        }
        let day = days(number(&date[..4])?, number(&date[5..7])?, number(&date[8..])?)?;
        let second = seconds(number(&clock[..2])?, number(&clock[3..5])?, number(&clock[6..])?)?;
        let (nanoseconds, zone) = fraction(time.get(8..)?)?;
        Some((day * 86_400 + second - offset(zone)?, nanoseconds))
    }
}

/// `.363990001Z` -> the nanoseconds and the rest.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let Some(rest) = text.strip_prefix('.') else { return Some((0, text)) };
    let end = rest.find(|character: char| !character.is_ascii_digit())?;
    let (digits, zone) = rest.split_at(end);
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    let value: u32 = digits.parse().ok()?;
    Some((value * 10_u32.pow(9 - u32::try_from(digits.len()).ok()?), zone))
}

/// `Z` or `+08:00` -> seconds east of UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let bytes = zone.as_bytes();
    let sign = match bytes.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    if bytes.len() != 6 || bytes[3] != b':' {
        return None;
    }
    Some(sign * seconds(number(&bytes[1..3])?, number(&bytes[4..])?, 0)?)
}

fn number(digits: &[u8]) -> Option<i64> {
    let within = !digits.is_empty() && digits.len() <= 9;
    let mut digits = digits.iter();
    digits.try_fold(0, |sum, digit| (within && digit.is_ascii_digit()).then(|| sum * 10 + i64::from(digit - b'0')))
}

/// A leap second counts as the second after it.
fn seconds(hour: i64, minute: i64, second: i64) -> Option<i64> {
    (hour < 24 && minute < 60 && second <= 60).then_some(hour * 3600 + minute * 60 + second)
}

/// Days since 1970-01-01 in the Gregorian calendar. Years begin in March here, so that the leap day is the last.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if !(1..=last).contains(&day) {
        return None;
    }
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    Some(year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468)
}

/// A time since 1970 as text: `2026-03-04T05:06:07Z`.
#[cfg(feature = "acs3")]
pub(crate) fn utc(since: Duration) -> String {
    let seconds = since.as_secs();
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // As in `days`, years begin in March and are counted in eras of 400.
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3_600, rest / 60 % 60, rest % 60)
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, the form in which HTTP writes dates. The weekday is not looked at.
pub(crate) fn http_date(text: &str) -> Option<SystemTime> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split_once(", ")?.1.split(' ');
    let day = number(words.next()?.as_bytes())?;
    let name = words.next()?;
    let month = i64::try_from(MONTHS.iter().position(|month| *month == name)?).ok()? + 1;
    let year = number(words.next()?.as_bytes()).filter(|year| *year < 10_000)?;
    let mut clock = words.next()?.split(':').map(|part| number(part.as_bytes()));
    let second = seconds(clock.next()??, clock.next()??, clock.next()??)?;
    let since = days(year, month, day)? * 86_400 + second;
    if words.next() != Some("GMT") {
        return None;
    }
    UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(since).ok()?))
}

impl FromStr for Timestamp {
    type Err = NotATimestamp;

    fn from_str(text: &str) -> Result<Self, NotATimestamp> {
        let moment = Self::parse(text).ok_or(NotATimestamp)?;
        Ok(Self { text: text.into(), moment: Some(moment) })
    }
}

impl fmt::Display for NotATimestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not a time such as 2025-02-13T11:27:20.36399Z")
    }
}

impl std::error::Error for NotATimestamp {}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// A text that is not a moment may be anything, so it is shown only if it holds no link.
impl fmt::Debug for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.moment {
            Some(_) => write!(formatter, "Timestamp({})", self.text),
            None => write!(formatter, "Timestamp({:?})", Text(&self.text)),
        }
    }
}

/// Two spellings of one moment are equal.
impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Timestamp {}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl std::hash::Hash for Timestamp {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyText;
        impl de::Visitor<'_> for AnyText {
            type Value = Timestamp;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a time")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
                Ok(Timestamp { text: text.into(), moment: Timestamp::parse(text) })
            }
        }
        deserializer.deserialize_str(AnyText)
    }
}

#[cfg(test)]
mod tests;
