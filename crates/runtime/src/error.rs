//! The one error of every call: what happened, what the vendor said, and whether the request may have been carried out.

mod ask;
mod display;
mod kind;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

pub use kind::{ErrorKind, Timeout};

use crate::api::{Api, CodeInfo, CodeKind};
use crate::code::{Code, CodeValue};

/// The result of every call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

pub(crate) type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a call failed.
///
/// Its text is one line that ends with the vendor's own words; `{:?}` prints the same line, and `{:#?}` each fact by its name. What it was can be matched by [`kind`](Self::kind) and
/// [`code`](Self::code), and asked: [`is_not_found`](Self::is_not_found), [`is_auth`](Self::is_auth),
/// [`outcome_unknown`](Self::outcome_unknown).
///
/// ```
/// use apispec_runtime::{Code, Error};
///
/// fn explain(error: &Error) -> String {
///     match error.code() {
///         Some(Code::Number(210021)) => "no jobs left this month".to_owned(),
///         Some(code) => format!("refused: {code} (trace {:?})", error.trace_id()),
///         None if error.outcome_unknown() => "it may have been done: look before you try again".to_owned(),
///         None => error.to_string(),
///     }
/// }
/// ```
pub struct Error(Box<Inner>);

pub(crate) struct Inner {
    pub(crate) kind: ErrorKind,
    pub(crate) operation: Cow<'static, str>,
    pub(crate) message: String,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<CodeValue>,
    pub(crate) known: Option<&'static CodeInfo>,
    pub(crate) trace_id: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) delivery: Delivery,
    /// Whether another attempt would fail in the same way although its kind does not say so.
    pub(crate) lasting: bool,
    /// Whether the API said when to come back in a header of its own.
    pub(crate) throttled: bool,
    /// Whether the server had taken the request before this came.
    pub(crate) accepted: bool,
    pub(crate) attempts: u32,
    pub(crate) source: Option<Source>,
}

/// What is known about the way of a request to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// No part of the request reached the server.
    NotSent,
    /// The request may have reached the server, in part or in full.
    Unknown,
    /// The server answered.
    Answered,
}

impl Error {
    /// Makes an error; for code that builds on this crate and finds something wrong by itself.
    ///
    /// The request counts as not sent for the kinds that say so, and as possibly sent for the others.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        let delivery = kind.usual_delivery();
        Self(Box::new(Inner {
            kind,
            operation: Cow::Borrowed(""),
            message: message.into(),
            status: None,
            code: None,
            known: None,
            trace_id: None,
            content_type: None,
            retry_after: None,
            delivery,
            lasting: false,
            throttled: false,
            accepted: false,
            attempts: 0,
            source: None,
        }))
    }

    /// Says which operation failed.
    #[must_use]
    pub fn during(mut self, operation: impl Into<Cow<'static, str>>) -> Self {
        self.0.operation = operation.into();
        self
    }

    /// Says what caused it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Makes the error of a refusal, with a code in the form of the API's table; for refusals that come another way than as a reply.
    pub fn refusal(api: &'static Api, code: Option<Code<'_>>, message: impl Into<String>) -> Self {
        let error = Self::new(ErrorKind::Api, message);
        match code {
            Some(code) => error.coded(api, code.into()),
            None => error,
        }
    }

    /// Says that the server had taken the request before this came, as with a failure inside of a stream: what was asked for may have
    /// been carried out, in part or in full, and asking again would be another request. The code counts for nothing in that.
    #[must_use]
    pub fn after_acceptance(self) -> Self {
        self.with(|inner| inner.accepted = true)
    }

    /// Puts something between the error and what caused it.
    #[must_use]
    pub fn through<E>(mut self, wrap: impl FnOnce(Option<Box<dyn std::error::Error + Send + Sync>>) -> E) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        self.0.source = Some(Box::new(wrap(self.0.source.take())));
        self
    }

    /// Says in other words what happened, for a caller who knows more about it. What is known of the call, such as its status, stays.
    #[must_use]
    pub fn saying(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    /// Gives the id that the server gave the call.
    #[must_use]
    pub fn traced(mut self, trace_id: Option<String>) -> Self {
        self.0.trace_id = trace_id;
        self
    }

    /// Says what happened.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Gives the code of a refusal, in the form of the generated constants.
    #[must_use]
    pub fn code(&self) -> Option<Code<'_>> {
        self.0.code.as_ref().map(CodeValue::borrow)
    }

    /// Says what the code means, if the API's table knows it. Another code that comes with the API's own header that says when to come
    /// back means [`CodeKind::RateLimited`].
    #[must_use]
    pub fn code_kind(&self) -> Option<CodeKind> {
        self.0.known.map(|info| info.kind).or(self.0.throttled.then_some(CodeKind::RateLimited))
    }

    /// Gives the name of the code, such as `session_not_found`, if the API's table knows it.
    #[must_use]
    pub fn code_name(&self) -> Option<&'static str> {
        self.0.known.map(|info| info.name)
    }

    /// Gives the vendor's own words, in full; for other failures, what is known about them.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Gives the HTTP status, if the server answered.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.0.status
    }

    /// Gives the id that the server gave the call. The vendor's support asks for it.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.0.trace_id.as_deref()
    }

    /// Gives the name of the operation, such as `create_job`; it is empty where no operation is concerned.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.0.operation
    }

    /// Says how many times the request was tried.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Says when the server asked to come back.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Says what is known about the way of the request to the server.
    #[must_use]
    pub fn delivery(&self) -> Delivery {
        self.0.delivery
    }

    /// Whether another attempt would fail in the same way although its kind does not say so.
    pub(crate) fn is_lasting(&self) -> bool {
        self.0.lasting
    }

    /// Whether the server had taken the request before this came.
    pub(crate) fn is_accepted(&self) -> bool {
        self.0.accepted
    }

    /// Adds a code as it was received, in the form of the API's table.
    pub(crate) fn coded(self, api: &'static Api, code: CodeValue) -> Self {
        let known = api.code(&code);
        self.with(|inner| {
            inner.known = known;
            inner.code = Some(match known {
                Some(info) => info.code.canonical(code),
                None => code,
            });
        })
    }

    /// For the modules that know more than [`Error::new`] takes.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(&mut self.0);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        display::line(&self.0, formatter)
    }
}

impl fmt::Debug for Error {
    /// The text, because this is what a program prints whose `main` gives the error back. With `{:#?}`, the facts by name. No header and
    /// no body is among them.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !formatter.alternate() {
            return display::line(&self.0, formatter);
        }
        formatter
            .debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("operation", &self.0.operation)
            .field("status", &self.0.status)
            .field("code", &self.code())
            .field("message", &crate::text::one_line(&self.0.message))
            .field("trace_id", &self.0.trace_id)
            .field("delivery", &self.0.delivery)
            .field("attempts", &self.0.attempts)
            .field("source", &self.0.source.as_ref().map(|source| crate::text::one_line(&source.to_string())))
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
