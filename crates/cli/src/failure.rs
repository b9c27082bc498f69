//! What went wrong -> one line that says it, one that says what to do, and an exit code.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use powerdrill::{End, Error, ErrorKind, ExpiredLink, Interrupted, Unfinished};

use crate::safe;
use crate::terminal::{Style, Terminal};

/// The exit codes. The table in the README of this package explains them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The command cannot be understood, or something is missing that it needs.
    Usage = 2,
    /// The server refused, or the job failed.
    Refused = 3,
    /// The server cannot be reached, or did not answer.
    Network = 4,
    /// The answer is not whole.
    Truncated = 5,
    /// A file on this machine cannot be read or written.
    File = 6,
    /// What was received does not have the form that it should have.
    Unreadable = 7,
    /// Ctrl-C.
    Interrupted = 130,
    /// Whoever read the output has gone.
    ClosedPipe = 141,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What went wrong, and what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) what: String,
    pub(crate) help: String,
}

impl Failure {
    pub(crate) fn new(exit: Exit, what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { exit, what: what.into(), help: help.into() }
    }

    /// A file could not be read, written or made.
    pub(crate) fn file(path: &Path, doing: &str, error: &io::Error) -> Self {
        Self::new(Exit::File, format!("{}: cannot be {doing}: {}", path.display(), reason(error)), file_help(error))
    }

    /// The output could not be written.
    pub(crate) fn output(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::new(Exit::ClosedPipe, String::new(), String::new()),
            _ => Self::new(Exit::File, format!("the output cannot be written: {}", reason(error)), file_help(error)),
        }
    }

    /// Says it on standard error. Nobody is told that the reader of the output has gone: the reader knows.
    pub(crate) fn print(&self, errors: &Terminal) {
        if self.exit == Exit::ClosedPipe {
            return;
        }
        let mut text = errors.message("error:", Style::ERROR, &safe::line(&self.what));
        if !self.help.is_empty() {
            text.push_str(&errors.message("help:", Style::HELP, &safe::line(&self.help)));
        }
        say(&text);
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = exit(&error);
        let help = help(&error, exit);
        let what = match missing(&error) {
            Some(variable) => format!("{variable} is not set"),
            None => error.to_string(),
        };
        Self { exit, what, help }
    }
}

/// A local error without the number that the system gives it.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_lowercase(),
        None => text,
    }
}

fn file_help(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "check the path: it is read from the current folder",
        io::ErrorKind::PermissionDenied => "check who may read and write there",
        io::ErrorKind::IsADirectory => "name a file, not a folder",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => "name a folder, not a file",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room on the disk, or write to another one",
        _ => "check the path and the disk",
    }
}

fn exit(error: &Error) -> Exit {
    if ExpiredLink::of(error).is_some() {
        return Exit::Refused;
    }
    if let Some(stream) = Interrupted::of(error) {
        return match stream.end {
            End::Failed => Exit::Refused,
            End::TooLarge | End::Unreadable => Exit::Unreadable,
            _ => Exit::Truncated,
        };
    }
    match error.kind() {
        ErrorKind::Config | ErrorKind::InvalidRequest { .. } => Exit::Usage,
        ErrorKind::File { .. } => Exit::File,
        ErrorKind::Api => Exit::Refused,
        ErrorKind::StreamEnded => Exit::Truncated,
        ErrorKind::Decode { .. } | ErrorKind::TooLarge { .. } | ErrorKind::RepeatedPage => Exit::Unreadable,
        // A kind that is new to this program concerns the way to the server more likely than anything else.
        _ => Exit::Network,
    }
}

fn help(error: &Error, exit: Exit) -> String {
    if let Some(Unfinished { source: Some(source), .. }) = Unfinished::of(error) {
        return format!("it need not be uploaded again: look with `powerdrill sources show {} {}`", source.dataset_id, source.id);
    }
    if let (ErrorKind::File { .. }, Some(cause)) = (error.kind(), local_cause(error)) {
        return file_help(cause).to_owned();
    }
    let text = if Interrupted::of(error).is_some_and(|stream| stream.end == End::Failed) {
        "the job was begun and has failed; to ask again is another job"
    } else if ExpiredLink::of(error).is_some() {
        "`powerdrill history SESSION --save DIR` gets new links"
    } else if error.is_auth() && error.operation().contains("dataset_job") {
        "check ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, and the clock of this machine"
    } else if error.is_not_found() && error.operation().contains("dataset_job") {
        "check the ids and the region: `powerdrill pai jobs list DATASET` lists the jobs"
    } else if error.is_auth() {
        "check POWERDRILL_PROJECT_API_KEY and POWERDRILL_USER_ID; `--sandbox` needs neither"
    } else if error.is_not_found() {
        "`powerdrill sessions` and `powerdrill datasets` list the ids that this user has"
    } else if error.is_quota() {
        "delete what is not needed any more, or ask the vendor for more"
    } else if error.is_rate_limited() {
        "wait a moment and try again"
    } else if error.outcome_unknown() && error.operation() == "create_job" {
        "the question may have been taken: look with `powerdrill history SESSION` before you ask again"
    } else {
        match (exit, error.kind()) {
            (_, ErrorKind::Config) if missing(error).is_some() => {
                "set it in the environment; `powerdrill demo` and `--sandbox` need nothing"
            }
            (_, ErrorKind::Config) => "correct the setting that is named",
            (Exit::Usage, _) => "correct it and try again; nothing was sent",
            (Exit::Refused, _) => "the words after the colon are the server's; its support asks for the trace",
            (Exit::Network, ErrorKind::Connect) => "check the network and the address: `--url` or POWERDRILL_API_URL",
            (Exit::Network, ErrorKind::Redirect { .. }) => "set `--url` or POWERDRILL_API_URL to where the API really is",
            (Exit::Network, _) => "try again later",
            (Exit::Truncated, _) => "look with `powerdrill history SESSION`: the job goes on without its reader",
            (Exit::Unreadable, _) => "a newer version of this program may know this form",
            (Exit::File, _) => "check the file",
            (Exit::Interrupted | Exit::ClosedPipe, _) => "",
        }
    };
    text.to_owned()
}

fn local_cause(error: &Error) -> Option<&io::Error> {
    std::error::Error::source(error)?.downcast_ref()
}

/// The environment variable without which nothing can be asked, if that is what is wrong. The words of the error are for programmers.
fn missing(error: &Error) -> Option<&'static str> {
    let names = ["POWERDRILL_PROJECT_API_KEY", "POWERDRILL_USER_ID", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"];
    let message = error.message();
    names.into_iter().find(|name| *error.kind() == ErrorKind::Config && message.starts_with("there is no ") && message.contains(name))
}

/// Writes to standard error. Where that cannot be written, nobody can be told so, and the work goes on.
pub(crate) fn say(text: &str) {
    drop(io::stderr().lock().write_all(text.as_bytes()));
}

/// What was asked for cannot be meant.
pub(crate) fn usage(what: impl Display, help: &str) -> Failure {
    Failure::new(Exit::Usage, what.to_string(), help)
}
