//! The sandbox as its clients see it: over a socket, with a client of a few lines, and with the specs as the judge of every reply.

mod answers;
mod client;
mod coverage;
mod faults;
mod hostile;
mod limits;
mod noise;
mod oracle;
mod pai;
mod streams;
mod uploads;

use std::time::{Duration, SystemTime};

use crate::{Config, Sandbox, Time};

/// A sandbox whose time stands still.
async fn frozen(config: Config) -> Sandbox {
    let instant = SystemTime::UNIX_EPOCH + Duration::from_secs(1_739_445_440);
    Sandbox::start(Config { time: Time::Frozen(instant), ..config }).await.expect("it starts")
}
