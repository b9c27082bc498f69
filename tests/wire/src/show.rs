//! Everything that a program could print or log of a client -> standard error, when the whole run is watched.
//!
//! The clients of the tests come from `support`, which calls [`start`], so no client exists before everything is shown.

use std::error::Error as _;
use std::fmt::{Debug, Write};
use std::net::SocketAddr;
use std::sync::Once;

use powerdrill_client::Error;
use tracing::field::{Field, Visit};
use tracing::{Event, Id, Metadata, Subscriber, span};

use crate::server::Seen;
use crate::support::key;

/// Set for the run that is watched.
pub const WATCHED: &str = "WIRE_WATCHED";

/// The header in which a key is sent, and what stands before it. Signed requests hold no key.
pub fn key_header(api: &str) -> Option<(&'static str, &'static str)> {
    match api {
        "powerdrill-v1" => Some(("authorization", "Bearer ")),
        "powerdrill-v2" => Some(("x-pd-api-key", "")),
        _ => None,
    }
}

/// Whether a header belongs to the connection or the program, and holds what it has to. All others say something about the request.
pub fn is_of_the_connection(seen: &Seen, name: &str, value: &str) -> bool {
    match name {
        "host" => value.parse::<SocketAddr>().is_ok(),
        "content-length" => value == seen.body.len().to_string(),
        "user-agent" => {
            ["powerdrill-client", "pai-datasets"].iter().any(|client| value == format!("{client}/{}", env!("CARGO_PKG_VERSION")))
        }
        _ => false,
    }
}

pub fn is_watched() -> bool {
    std::env::var_os(WATCHED).is_some()
}

/// Makes everything that is logged visible, at every level, from every crate.
pub fn start() {
    static STARTED: Once = Once::new();
    if is_watched() {
        STARTED.call_once(|| {
            tracing::subscriber::set_global_default(Log).expect("no other subscriber");
            log::set_logger(&Log).expect("no other logger");
            log::set_max_level(log::LevelFilter::Trace);
        });
    }
}

/// Shows a value in the two ways in which a program would.
pub fn value(what: &str, value: &impl Debug) {
    if is_watched() {
        eprintln!("show {what}: {value:?} {value:#?}");
    }
}

/// Shows an error and everything behind it, and gives the line that a user sees.
pub fn error(error: &Error) -> String {
    value("an error", error);
    let mut line = format!("show an error: {error} {error:#} {}", error.message());
    let mut source = error.source();
    while let Some(cause) = source {
        write!(line, ", because of {cause} {cause:?}").expect("a text");
        source = cause.source();
    }
    if is_watched() {
        eprintln!("{line}");
    }
    error.to_string()
}

/// A recorded request as text. The key is hidden in the one header where it belongs, and there only if the header holds nothing else.
pub fn request(api: &str, seen: &Seen) -> String {
    let mut text = format!("{} {}\n", seen.method, seen.target);
    let mut headers: Vec<_> = seen.headers.iter().collect();
    headers.sort();
    for (name, value) in headers.into_iter().filter(|(name, value)| !is_of_the_connection(seen, name, value)) {
        let own = key_header(api).filter(|(own, before)| name == own && *value == format!("{before}{}", key()));
        // The boundary of a form is another one each time, and so is a signature, which covers the port of the server.
        let changing = ["boundary=", ",Signature="].iter().find_map(|mark| value.split_once(mark)).map(|(_, changing)| changing);
        match (own, changing) {
            (Some((_, before)), _) => writeln!(text, "{name}: {before}***"),
            (None, Some(changing)) => writeln!(text, "{name}: {}", value.replace(changing, "***")),
            (None, None) => writeln!(text, "{name}: {value}"),
        }
        .expect("a text");
    }
    text.push_str(&body(seen));
    if is_watched() {
        eprintln!("show a request: {text}");
    }
    text
}

/// JSON is laid out, a form is shown without its boundary, which is another one each time.
fn body(seen: &Seen) -> String {
    if seen.body.is_empty() {
        return String::new();
    }
    let text = seen.text();
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(text) {
        return format!("\n{json:#}\n");
    }
    let boundary = seen.header("content-type").and_then(|value| value.split_once("boundary=")).map(|(_, boundary)| boundary);
    format!("\n{}", boundary.map_or_else(|| text.to_owned(), |boundary| text.replace(boundary, "***")).replace("\r\n", "\n"))
}

struct Log;

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").expect("a text");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> Id {
        let mut line = Line(format!("trace {} {}", span.metadata().target(), span.metadata().name()));
        span.record(&mut line);
        eprintln!("{}", line.0);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &span::Record<'_>) {
        let mut line = Line("trace".to_owned());
        values.record(&mut line);
        eprintln!("{}", line.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(format!("trace {}", event.metadata().target()));
        event.record(&mut line);
        eprintln!("{}", line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        eprintln!("log {} {}", record.target(), record.args());
    }

    fn flush(&self) {}
}
