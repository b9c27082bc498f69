//! Bytes per second and allocations per event, reader by reader.

use std::time::{Duration, Instant};

use stats_alloc::Region;

use crate::ALLOCATOR;
use crate::inputs::{Input, all};
use crate::readers::{EVENTS, FRAMES, Reader};

const ROUNDS: usize = 5;

/// Much longer than the steps in which the system counts time.
const LONG_ENOUGH: Duration = Duration::from_millis(200);

pub fn run() {
    for (title, readers) in [("Bytes to typed events", EVENTS), ("Bytes to name and data", FRAMES)] {
        println!("{title}, MiB/s (ours as a multiple), allocations per event\n");
        for input in all() {
            compare(&input, &readers);
        }
    }
}

fn compare(input: &Input, readers: &[(&str, Reader)]) {
    println!("  {} ({} KiB)", input.name, input.text.len() / 1024);
    let events = readers[0].1(input);
    let mut best = vec![Duration::MAX; readers.len()];
    for _ in 0..ROUNDS {
        for ((name, read), best) in readers.iter().zip(&mut best) {
            *best = once(|| assert_eq!(read(input), events, "{name} does not read the same")).min(*best);
        }
    }
    for ((name, read), time) in readers.iter().zip(&best) {
        let region = Region::new(ALLOCATOR);
        read(input);
        let change = region.change();
        let per_event = |count: usize| per(count, events);
        println!(
            "    {name:28} {:>9.1}  {:>6.2}  {:>6.2} allocations, {:>5.2} reallocations",
            per(input.text.len(), 1 << 20) / time.as_secs_f64(),
            time.as_secs_f64() / best[0].as_secs_f64(),
            per_event(change.allocations),
            per_event(change.reallocations),
        );
    }
    println!();
}

/// The time of one reading, from as many as take long enough to be measured.
fn once(read: impl Fn()) -> Duration {
    let (clock, processor) = (Instant::now(), Stopwatch::start());
    let mut times = 0;
    while times == 0 || clock.elapsed() < LONG_ENOUGH {
        read();
        times += 1;
    }
    processor.elapsed() / times
}

/// Time on the processor where the system tells it, so that other programs count for little; else time on the clock.
struct Stopwatch {
    processor: Option<Duration>,
    clock: Instant,
}

impl Stopwatch {
    fn start() -> Self {
        Self { processor: processor_time(), clock: Instant::now() }
    }

    fn elapsed(&self) -> Duration {
        match (processor_time(), self.processor) {
            (Some(now), Some(then)) => now.saturating_sub(then),
            _ => self.clock.elapsed(),
        }
    }
}

fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

#[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
fn per(count: usize, of: usize) -> f64 {
    count as f64 / of as f64
}
