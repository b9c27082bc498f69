//! The time of a sandbox, which may differ from the time outside, and instants as the vendors write them.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::config::Time;

pub(crate) struct Clock {
    time: Time,
    ahead: Mutex<Duration>,
}

/// The time since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant(pub(crate) Duration);

impl Clock {
    pub(crate) fn new(time: Time) -> Self {
        Self { time, ahead: Mutex::new(Duration::ZERO) }
    }

    pub(crate) fn now(&self) -> Instant {
        let base = match self.time {
            Time::System => SystemTime::now(),
            Time::Frozen(instant) => instant,
        };
        let ahead = *self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        Instant::from(base).plus(ahead)
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        *ahead = ahead.saturating_add(by);
    }
}

impl From<SystemTime> for Instant {
    /// A time before 1970 is taken for its beginning.
    fn from(time: SystemTime) -> Self {
        Self(time.duration_since(UNIX_EPOCH).unwrap_or_default())
    }
}

impl Instant {
    pub(crate) fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration))
    }

    /// How long ago `earlier` was.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    pub(crate) fn seconds(self) -> u64 {
        self.0.as_secs()
    }

    /// `2025-02-13T11:27:20.36399Z`: microseconds without the zeros at their end.
    pub(crate) fn precise(self) -> String {
        let fraction = format!("{:06}", self.0.subsec_micros());
        let fraction = fraction.trim_end_matches('0');
        let whole = self.whole();
        if fraction.is_empty() { whole } else { whole.replace('Z', &format!(".{fraction}Z")) }
    }

    /// `2025-02-13T11:27:20Z`.
    pub(crate) fn whole(self) -> String {
        let seconds = self.seconds();
        let (days, rest) = (i64::try_from(seconds / 86400).unwrap_or_default(), seconds % 86400);
        let (year, month, day) = civil(days);
        format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
    }

    /// Reads `2025-02-13T11:27:20Z`.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
        let date: Vec<i64> = numbers(date, '-', &[4, 2, 2])?;
        let time: Vec<i64> = numbers(time, ':', &[2, 2, 2])?;
        let valid = (1..=12).contains(&date[1]) && (1..=31).contains(&date[2]) && time[0] < 24 && time[1] < 60 && time[2] < 61;
        let seconds = days(date[0], date[1], date[2]) * 86400 + time[0] * 3600 + time[1] * 60 + time[2];
        valid.then(|| u64::try_from(seconds).ok().map(|seconds| Self(Duration::from_secs(seconds))))?
    }
}

fn numbers(text: &str, separator: char, digits: &[usize]) -> Option<Vec<i64>> {
    let parts: Vec<&str> = text.split(separator).collect();
    let fits = parts.len() == digits.len() && parts.iter().zip(digits).all(|(part, digits)| part.len() == *digits);
    fits.then(|| parts.iter().map(|part| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?).collect())?
}

/// Days since 1970 -> year, month, day, in the Gregorian calendar.
pub(crate) fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day_of_year - (153 * shifted_month + 2) / 5 + 1)
}

/// Year, month, day -> days since 1970.
pub(crate) fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::{Instant, civil, days};
    use std::time::Duration;

    #[test]
    fn instants_are_written_and_read() {
        let instant = Instant::read("2025-02-13T11:27:20Z").expect("a time");
        assert_eq!(instant.seconds(), 1_739_446_040);
        assert_eq!(instant.whole(), "2025-02-13T11:27:20Z");
        assert_eq!(instant.plus(Duration::from_micros(363_990)).precise(), "2025-02-13T11:27:20.36399Z");
        assert_eq!(instant.precise(), "2025-02-13T11:27:20Z");
        for wrong in ["", "2025-02-13", "2025-2-13T11:27:20Z", "2025-13-01T00:00:00Z", "2025-01-01T00:00:00", "2025-01-01T+1:00:00Z"] {
            assert_eq!(Instant::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_and_dates_agree_over_centuries() {
        for day in (-200_000..200_000).step_by(37) {
            let (year, month, date) = civil(day);
            assert_eq!(days(year, month, date), day);
        }
        assert_eq!(civil(days(2024, 2, 29)), (2024, 2, 29));
    }
}
