//! How far the work is -> one line on standard error that changes, and only if that is a terminal.

mod narrow;

use std::time::Duration;

use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use powerdrill::{Task, TaskStatus};

use self::narrow::Narrow;
use crate::context::Context;
use crate::safe;
use crate::wrap::shortened;

/// The spinner stands before the message.
const SPINNER: usize = 2;

/// The line. It is nothing at all where nobody could see it change.
#[derive(Clone)]
pub(crate) struct Progress {
    bar: ProgressBar,
    width: usize,
}

impl Progress {
    pub(crate) fn new(context: &Context) -> Self {
        let seen = context.errors.live && !context.common.quiet;
        let bar = if seen {
            ProgressBar::with_draw_target(None, ProgressDrawTarget::term_like(Box::new(Narrow(Term::buffered_stderr()))))
        } else {
            ProgressBar::hidden()
        };
        let progress = Self { bar, width: context.errors.width.saturating_sub(SPINNER + narrow::ROOM) };
        if seen {
            progress.spin();
        }
        progress
    }

    fn spin(&self) {
        self.bar.set_style(ProgressStyle::with_template("{spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner()));
        self.bar.enable_steady_tick(Duration::from_millis(100));
    }

    /// Says what is being done.
    pub(crate) fn say(&self, what: &str) {
        self.bar.set_message(shortened(&safe::line(what), self.width));
    }

    /// Shows how much of something is done.
    pub(crate) fn part(&self, what: &str, done: u64, total: Option<u64>) {
        match total {
            Some(total) if total > 0 => self.say(&format!("{what}: {} %", done.saturating_mul(100) / total)),
            _ => self.say(what),
        }
    }

    /// Shows a step of the work.
    pub(crate) fn task(&self, task: &Task) {
        let name = if task.name.is_empty() { "working" } else { &task.name };
        let state = match task.status {
            TaskStatus::Done => " ✓",
            TaskStatus::Error => " failed, trying again",
            _ => "",
        };
        self.say(&format!("{name}{state}"));
    }

    /// Prints without tearing the line.
    pub(crate) fn around<T>(&self, print: impl FnOnce() -> T) -> T {
        self.bar.suspend(print)
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
