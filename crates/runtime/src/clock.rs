//! Time and chance, which tests replace.

use std::collections::hash_map::RandomState;
use std::future::Future;
use std::hash::{BuildHasher, Hasher};
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

/// A future in a box, as the traits of this crate return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The time of day, and waiting between attempts. Timeouts run on the clock of tokio.
pub trait Clock: Send + Sync + 'static {
    /// Gives the time of day, against which a `Retry-After` date is read.
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    /// Gives a time that never goes back, by which the total time of a call and the rate limit are measured.
    fn instant(&self) -> Instant {
        Instant::now()
    }

    /// Waits.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
}

/// Chance: it spreads waits out and makes the boundaries of multipart bodies.
pub trait Random: Send + Sync + 'static {
    /// Gives the next number.
    fn next(&self) -> u64;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// Chance from the standard library's hasher keys. It is good enough to spread waits out, and for nothing secret.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn next(&self) -> u64 {
        RandomState::new().build_hasher().finish()
    }
}

/// For ever, as far as a program is concerned: 30 years.
pub(crate) const FOR_EVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// The moment after some time. A time that no clock can hold means for ever.
pub(crate) fn after(moment: tokio::time::Instant, time: Duration) -> tokio::time::Instant {
    moment + time.min(FOR_EVER)
}

/// A number in `0.0..1.0`.
pub(crate) fn fraction(random: &dyn Random) -> f64 {
    // 32 bits fit a float exactly.
    f64::from(u32::try_from(random.next() >> 32).unwrap_or_default()) / (f64::from(u32::MAX) + 1.0)
}
