//! A command -> how long it took: on the clock, and on the processors with all the processes that it started.

use std::process::{Command, Stdio};
use std::time::Instant;

/// How long something took, in seconds.
#[derive(Clone, Copy)]
pub struct Spent {
    /// On the clock.
    pub wall: f64,
    /// On the processors, outside of the kernel, where the system tells it.
    pub user: Option<f64>,
}

impl Spent {
    /// What ratios are made of: time on the processors, so that other programs count for little; else time on the clock.
    pub fn effort(self) -> f64 {
        self.user.unwrap_or(self.wall)
    }
}

/// Runs a command that prints nothing of interest, unless it fails.
pub fn timed(command: &mut Command) -> Result<Spent, String> {
    let (clock, before) = (Instant::now(), user_of_children());
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?} did not start: {error}"))?;
    let (wall, after) = (clock.elapsed().as_secs_f64(), user_of_children());
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?} failed with {}:\n{said}", output.status));
    }
    Ok(Spent { wall, user: after.zip(before).map(|(after, before)| after - before) })
}

/// Whether times are those of the processors.
pub fn tells_user_time() -> bool {
    user_of_children().is_some()
}

fn user_of_children() -> Option<f64> {
    user_in(&std::fs::read_to_string("/proc/self/stat").ok()?)
}

/// Reads the 16th member of the line, `cutime`. The second is the name of the program, in parentheses, and may itself hold some and blanks.
fn user_in(line: &str) -> Option<f64> {
    const TICKS_PER_SECOND: f64 = 100.0;
    let (_, members) = line.rsplit_once(')')?;
    let ticks: f64 = members.split_ascii_whitespace().nth(13)?.parse().ok()?;
    Some(ticks / TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::user_in;

    #[test]
    fn the_time_of_the_children_is_read_behind_any_name() {
        let members = "S 1 2 3 4 5 6 7 8 9 10 1100 1200 1350 1400 15";
        assert_eq!(user_in(&format!("17 (bench-codegen) {members}")), Some(13.5));
        assert_eq!(user_in(&format!("17 (a) b (c) {members}")), Some(13.5));
        assert_eq!(user_in("17 (cut) S 1 2"), None);
        assert_eq!(user_in(""), None);
    }
}
