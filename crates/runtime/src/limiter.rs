//! The client's own rate limit: hands out the moments at which requests may start.
//!
//! Up to one second's worth of requests may start at once; after that they are spread evenly. Clones of a client share one.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::clock::FOR_EVER;

#[derive(Debug)]
pub(crate) struct Limiter {
    /// The time that one request takes up.
    step: Duration,
    /// How far ahead of an even spread requests may be.
    burst: Duration,
    /// When the next request would start in an even spread.
    next: Mutex<Option<Instant>>,
}

impl Limiter {
    /// `None` if the rate is not a number above zero. What is faster than the clock counts is as fast as that, and what is slower than
    /// for ever lets one request start.
    pub(crate) fn per_second(rate: f64) -> Option<Self> {
        if !(rate.is_finite() && rate > 0.0) {
            return None;
        }
        let step = Duration::try_from_secs_f64(rate.recip()).map_or(FOR_EVER, |step| step.clamp(Duration::from_nanos(1), FOR_EVER));
        Some(Self { step, burst: Duration::from_secs(1).saturating_sub(step), next: Mutex::new(None) })
    }

    /// Takes a turn and says how long to wait for it; `None` if that is longer than `patience`, and then no turn is taken.
    pub(crate) fn turn(&self, now: Instant, patience: Option<Duration>) -> Option<Duration> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let even = next.map_or(now, |next| next.max(now));
        let wait = even.saturating_duration_since(now).saturating_sub(self.burst);
        if patience.is_some_and(|patience| wait > patience) {
            return None;
        }
        *next = Some(even.checked_add(self.step).unwrap_or(even));
        Some(wait)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Limiter;
    use crate::clock::FOR_EVER;

    #[test]
    fn a_burst_and_then_an_even_spread() {
        let limiter = Limiter::per_second(4.0).expect("a rate");
        let start = Instant::now();
        let waits: Vec<_> = (0..7).map(|_| limiter.turn(start, None).expect("a turn").as_millis()).collect();
        assert_eq!(waits, [0, 0, 0, 0, 250, 500, 750]);
        assert_eq!(limiter.turn(start, Some(Duration::from_millis(10))), None, "too long to wait");
        assert_eq!(limiter.turn(start + Duration::from_secs(1), None), Some(Duration::ZERO));
        assert_eq!(limiter.turn(start + Duration::from_secs(60), None), Some(Duration::ZERO));
    }

    #[test]
    fn slow_rates_have_no_burst() {
        let limiter = Limiter::per_second(0.5).expect("a rate");
        let start = Instant::now();
        assert_eq!(limiter.turn(start, None), Some(Duration::ZERO));
        assert_eq!(limiter.turn(start, None), Some(Duration::from_secs(2)));
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(Limiter::per_second(rate).is_none(), "{rate}");
        }
    }

    #[test]
    fn extreme_rates_are_kept() {
        let start = Instant::now();
        for rate in [1e-19, 1e-300, f64::MIN_POSITIVE, 5e-324] {
            let limiter = Limiter::per_second(rate).expect("a rate");
            assert_eq!(limiter.turn(start, None), Some(Duration::ZERO));
            assert_eq!(limiter.turn(start, Some(Duration::from_secs(1_000_000))), None, "{rate}");
            assert_eq!(limiter.turn(start, None), Some(FOR_EVER), "{rate}");
        }
        for rate in [1e9, 1e10, f64::MAX] {
            let limiter = Limiter::per_second(rate).expect("a rate");
            assert!((0..1000).all(|_| limiter.turn(start, None) == Some(Duration::ZERO)), "{rate}");
        }
    }
}
