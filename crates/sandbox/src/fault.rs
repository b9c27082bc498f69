//! Faults on request: what a client has to survive, as values and as the text of the header `x-sandbox-fault`.

pub(crate) mod content;
pub(crate) mod instead;
pub(crate) mod wire;

use std::str::FromStr;
use std::time::Duration;

/// Something that goes wrong with a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// `status=503`: nothing is done, and this status is answered.
    Status(u16),
    /// `rate-limit[=SECONDS]`: nothing is done, and the caller is told to come back later.
    RateLimit(Option<u64>),
    /// `html`: nothing is done, and something in between answers with a page and the status 502.
    Html,
    /// `json-refusal=CODE`: nothing is done, and the call is refused with this code, as JSON even if a stream was asked for.
    JsonRefusal(String),
    /// `redirect=URL`: nothing is done, and the caller is sent elsewhere with the status 307.
    Redirect(String),
    /// `stall[=SECONDS]`: the call is carried out; a stream falls silent after its first event, any other reply before its head. It
    /// goes on after this time, which is an hour if it is not said.
    Stall(Option<u64>),
    /// `cut=BYTES`: the call is carried out, and the connection breaks after this much of the body.
    Cut(usize),
    /// `split`: every byte of the body is a chunk of its own.
    Split,
    /// `bad-utf8`: one byte in a text is no UTF-8.
    BadUtf8,
    /// `error-event`: the stream fails in its middle. Streams only.
    ErrorEvent,
    /// `huge-event=BYTES`: a text of this size is put in, as an event of a stream or as a member that nobody knows.
    HugeEvent(usize),
    /// `null-fields`: every member that may be missing is null.
    NullFields,
    /// `extra-fields`: every object has a member that nobody knows.
    ExtraFields,
    /// `unknown-event`: an event, or a block of an answer, of a kind that nobody knows. Jobs only.
    UnknownEvent,
}

/// A fault together with the requests that it happens to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub(crate) fault: Fault,
    pub(crate) operation: Option<String>,
    pub(crate) skip: u32,
    pub(crate) times: u32,
}

impl Rule {
    /// A fault that happens to the next request.
    pub fn new(fault: Fault) -> Self {
        Self { fault, operation: None, skip: 0, times: 1 }
    }

    /// Only requests of this operation count, such as `create_job` or `powerdrill-v2#create_job`.
    pub fn operation(self, operation: impl Into<String>) -> Self {
        Self { operation: Some(operation.into()), ..self }
    }

    /// The first requests are spared.
    pub fn skip(self, requests: u32) -> Self {
        Self { skip: requests, ..self }
    }

    /// The fault happens to so many requests.
    pub fn times(self, times: u32) -> Self {
        Self { times, ..self }
    }

    /// Whether the fault happens to a request of this operation. Asking counts.
    pub(crate) fn happens(&mut self, operation: &str) -> bool {
        let short = operation.rsplit('#').next();
        let meant = self.operation.as_deref().is_none_or(|wanted| wanted == operation || Some(wanted) == short);
        if !meant || self.times == 0 {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        self.times -= 1;
        true
    }
}

impl From<Fault> for Rule {
    fn from(fault: Fault) -> Self {
        Self::new(fault)
    }
}

impl Fault {
    /// Reads `NAME[=ARGUMENT][;...]`, the value of the header.
    ///
    /// # Errors
    ///
    /// Says which fault is unknown, is there twice or cannot happen beside another, or which argument is missing or wrong.
    pub fn list(text: &str) -> Result<Vec<Self>, String> {
        let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
        let faults: Vec<Self> = parts.map(str::parse).collect::<Result<_, _>>()?;
        together(&faults)?;
        Ok(faults)
    }

    /// The name that the header has for it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Status(_) => "status",
            Self::RateLimit(_) => "rate-limit",
            Self::Html => "html",
            Self::JsonRefusal(_) => "json-refusal",
            Self::Redirect(_) => "redirect",
            Self::Stall(_) => "stall",
            Self::Cut(_) => "cut",
            Self::Split => "split",
            Self::BadUtf8 => "bad-utf8",
            Self::ErrorEvent => "error-event",
            Self::HugeEvent(_) => "huge-event",
            Self::NullFields => "null-fields",
            Self::ExtraFields => "extra-fields",
            Self::UnknownEvent => "unknown-event",
        }
    }

    /// Whether it answers in place of the operation.
    fn is_instead(&self) -> bool {
        matches!(self, Self::Status(_) | Self::RateLimit(_) | Self::Html | Self::JsonRefusal(_) | Self::Redirect(_))
    }

    /// Whether it changes what the operation replies.
    pub(crate) fn is_content(&self) -> bool {
        matches!(self, Self::ErrorEvent | Self::HugeEvent(_) | Self::NullFields | Self::ExtraFields | Self::UnknownEvent)
    }
}

/// Whether all of these can happen to one request. The error says which cannot.
pub(crate) fn together(faults: &[Fault]) -> Result<(), String> {
    for (at, fault) in faults.iter().enumerate() {
        if faults[..at].iter().any(|other| other.name() == fault.name()) {
            return Err(format!("the fault `{}` is there twice", fault.name()));
        }
    }
    let Some(instead) = faults.iter().find(|fault| fault.is_instead()) else { return Ok(()) };
    match faults.iter().find(|fault| *fault != instead && (fault.is_instead() || fault.is_content())) {
        Some(other) => {
            Err(format!("the fault `{}` cannot happen beside `{}`, which takes the place of the reply", other.name(), instead.name()))
        }
        None => Ok(()),
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, argument) = text.split_once('=').map_or((text, None), |(name, argument)| (name, Some(argument)));
        let needs = |what: &str| format!("the fault `{name}` is written `{name}={what}`");
        let seconds = || argument.map(|text| text.parse().map_err(|_| needs("SECONDS"))).transpose();
        let bytes = || argument.and_then(|text| text.parse().ok()).ok_or_else(|| needs("BYTES"));
        let fault = match name {
            "rate-limit" => return seconds().map(Self::RateLimit),
            "stall" => return seconds().map(Self::Stall),
            "cut" => return bytes().map(Self::Cut),
            "huge-event" => return bytes().map(Self::HugeEvent),
            "status" => {
                let status = argument.and_then(|text| text.parse().ok()).filter(|status| (200..600).contains(status));
                return status.map(Self::Status).ok_or_else(|| needs("503"));
            }
            "json-refusal" => {
                let code = argument.filter(|code| !code.is_empty() && *code != "0");
                return code.map(|code| Self::JsonRefusal(code.into())).ok_or_else(|| needs("CODE"));
            }
            "redirect" => return argument.map(|url| Self::Redirect(url.into())).ok_or_else(|| needs("URL")),
            "html" => Self::Html,
            "split" => Self::Split,
            "bad-utf8" => Self::BadUtf8,
            "error-event" => Self::ErrorEvent,
            "null-fields" => Self::NullFields,
            "extra-fields" => Self::ExtraFields,
            "unknown-event" => Self::UnknownEvent,
            _ => return Err(format!("there is no fault `{name}`")),
        };
        if argument.is_some() { Err(format!("the fault `{name}` takes no argument")) } else { Ok(fault) }
    }
}

/// How long a stall lasts.
pub(crate) fn silence(seconds: Option<u64>) -> Duration {
    Duration::from_secs(seconds.unwrap_or(3600))
}

#[cfg(test)]
mod tests {
    use super::{Fault, Rule};

    #[test]
    fn lists_of_faults_are_read() {
        let faults = Fault::list("cut=12; split;rate-limit;stall=3").expect("faults");
        assert_eq!(faults, [Fault::Cut(12), Fault::Split, Fault::RateLimit(None), Fault::Stall(Some(3))]);
        for (wrong, said) in [
            ("explode", "there is no fault `explode`"),
            ("cut", "the fault `cut` is written `cut=BYTES`"),
            ("stall=x", "the fault `stall` is written `stall=SECONDS`"),
            ("status=99", "the fault `status` is written `status=503`"),
            ("split=1", "the fault `split` takes no argument"),
            ("json-refusal=", "the fault `json-refusal` is written `json-refusal=CODE`"),
            ("cut=1;split;cut=2", "the fault `cut` is there twice"),
            ("status=503;html", "the fault `html` cannot happen beside `status`, which takes the place of the reply"),
            ("null-fields;html", "the fault `null-fields` cannot happen beside `html`, which takes the place of the reply"),
        ] {
            assert_eq!(Fault::list(wrong), Err(said.into()));
        }
    }

    #[test]
    fn a_rule_counts_the_requests_that_it_is_about() {
        let mut rule = Rule::new(Fault::Split).operation("create_job").skip(1).times(2);
        let asked: Vec<bool> =
            ["a#create_job", "a#get", "a#create_job", "a#create_job", "a#create_job"].iter().map(|id| rule.happens(id)).collect();
        assert_eq!(asked, [false, false, true, true, false]);
        assert!(Rule::new(Fault::Split).operation("powerdrill-v2#create_job").happens("powerdrill-v2#create_job"));
    }
}
