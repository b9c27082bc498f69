//! One call of one operation: collects what is to be sent, and then sends it.
//!
//! Setting something wrong is not reported at once: the first mistake is what sending answers with, before anything goes out.

mod attempt;
mod options;
mod reply;
mod run;
mod styled;
mod typed;
mod watch;

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

pub use options::CallOptions;
pub(crate) use reply::Head;
pub use typed::TypedCall;

use crate::body::{Content, Multipart, Source};
use crate::client::Client;
use crate::encode;
use crate::error::{Error, ErrorKind};
use crate::operation::{Method, Retry};
use crate::response::Response;
use crate::secret::{Key, SecretText, written};
use crate::stream::{Download, EventBytes};
use crate::validate::Violation;

/// The headers that say where a request ends, who gets it, and what happens to its connection. With a wrong one, a server or a proxy
/// takes a part of this request for the next one.
const FRAMING: [&str; 11] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// How many headers a caller may set; the few of the client come on top, and a map of them has an end.
const MOST_HEADERS: usize = 1000;

/// A call that has not been sent. Made by [`Client::call`], [`Client::request`] and [`Client::external`].
#[must_use = "nothing is sent until `send` or one of its siblings is awaited"]
pub struct Call {
    client: Client,
    facts: Facts,
    target: Target,
    values: Vec<(&'static str, String)>,
    /// Parameters of the path that are encoded already.
    ready: Vec<(&'static str, String)>,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    content: Content,
    /// The secrets in the content.
    secrets: Vec<Key>,
    timeout: Option<Duration>,
    mistake: Option<Error>,
}

/// What a call is called, and how it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) name: Cow<'static, str>,
    pub(crate) method: Method,
    pub(crate) retry: Retry,
}

/// Where a call goes.
#[derive(Clone, Debug)]
pub(crate) enum Target {
    /// A path with parameters, after the base URL.
    Template(&'static str),
    /// A path as it is, after the base URL.
    Path(String),
    /// Another server, which gets nothing of the client.
    External(SecretText),
}

impl Call {
    pub(crate) fn new(client: Client, facts: Facts, target: Target) -> Self {
        Self {
            client,
            facts,
            target,
            values: Vec::new(),
            ready: Vec::new(),
            query: Vec::new(),
            headers: HeaderMap::new(),
            content: Content::Empty,
            secrets: Vec::new(),
            timeout: None,
            mistake: None,
        }
    }

    /// Sets a parameter of the path. Every character arrives as it is given; an empty one, `.` and `..` are refused.
    pub fn path(mut self, name: &'static str, value: impl Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// Sets a parameter of the path to items that are separated by commas. An item that contains a comma is refused.
    pub fn path_joined<T: Display>(mut self, name: &'static str, items: impl IntoIterator<Item = T>) -> Self {
        let joined = self.joined(name, items).unwrap_or_default();
        self.path(name, joined)
    }

    /// Adds a query parameter.
    pub fn query(mut self, name: impl Into<String>, value: impl Display) -> Self {
        self.query.push((name.into(), value.to_string()));
        self
    }

    /// Adds a query parameter if there is a value.
    pub fn query_opt(self, name: impl Into<String>, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }

    /// Adds a query parameter once for each item: `id=a&id=b`.
    pub fn query_each<T: Display>(self, name: &str, items: impl IntoIterator<Item = T>) -> Self {
        items.into_iter().fold(self, |call, item| call.query(name, item))
    }

    /// Adds a query parameter whose items are separated by commas: `id=a,b`. Without items it is left out; an item that contains a
    /// comma is refused.
    pub fn query_joined<T: Display>(mut self, name: &str, items: impl IntoIterator<Item = T>) -> Self {
        match self.joined(name, items) {
            Some(joined) => self.query(name, joined),
            None => self,
        }
    }

    /// Adds a query parameter from the client, unless the call has it already.
    pub fn fill_query(mut self, name: &str, parameter: &str) -> Self {
        if self.query.iter().any(|(given, _)| given == name) {
            return self;
        }
        match self.client.require(parameter).map(str::to_owned) {
            Ok(value) => self.query(name, value),
            Err(error) => {
                self.note(error);
                self
            }
        }
    }

    /// Sets a header. The key of the client cannot be replaced this way, and a header that says where a request ends or goes, such as
    /// `Content-Length` and `Host`, is refused.
    pub fn header(mut self, name: &str, value: impl Display) -> Self {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value.to_string())) {
            (Ok(name), _) if FRAMING.contains(&name.as_str()) => {
                self.note(Violation::new(name.as_str(), "is a header that the connection needs and sets by itself: leave it out"));
            }
            (Ok(_), Ok(_)) if self.headers.len() >= MOST_HEADERS => {
                self.note(Violation::new("the headers", "are more than a request can carry"));
            }
            (Ok(name), Ok(value)) => drop(self.headers.insert(name, value)),
            (Err(_), _) => self.note(Violation::new("a header", "has a name that no header can have")),
            (_, Err(_)) => self.note(Violation::new(name, "contains a line end or another character that no header may hold")),
        }
        self
    }

    /// Sets a header if there is a value.
    pub fn header_opt(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.header(name, value),
            None => self,
        }
    }

    /// Sets a header to items that are separated by commas. Without items it is left out; an item that contains a comma is refused.
    pub fn header_joined<T: Display>(mut self, name: &str, items: impl IntoIterator<Item = T>) -> Self {
        match self.joined(name, items) {
            Some(joined) => self.header(name, joined),
            None => self,
        }
    }

    /// Sets a header from the client, unless the call has it already.
    pub fn fill_header(mut self, name: &str, parameter: &str) -> Self {
        if self.headers.contains_key(name) {
            return self;
        }
        match self.client.require(parameter).map(str::to_owned) {
            Ok(value) => self.header(name, value),
            Err(error) => {
                self.note(error);
                self
            }
        }
    }

    /// Sets a JSON body.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        let (content, secrets) = written(|| Content::json(body));
        self.set_content(content, secrets);
        self
    }

    fn set_content(&mut self, content: Result<Content, Error>, secrets: Vec<Key>) {
        match content {
            Ok(content) => (self.content, self.secrets) = (content, secrets),
            Err(error) => self.note(error),
        }
    }

    /// Sends the JSON under another name than `application/json`, such as `application/merge-patch+json`.
    pub fn json_type(mut self, media: &str) -> Self {
        if let Content::Json(text) = self.content {
            self.content = Content::Raw(Source::bytes(text), media.to_owned());
        }
        self
    }

    /// Sets a body of form fields.
    pub fn form<N: Into<String>, V: Into<String>>(mut self, fields: impl IntoIterator<Item = (N, V)>) -> Self {
        self.content = Content::Form(fields.into_iter().map(|(name, value)| (name.into(), value.into())).collect());
        self
    }

    /// Sets a form with files.
    pub fn multipart(mut self, form: Multipart) -> Self {
        if let Some(violation) = form.violation() {
            self.note(violation);
        }
        self.content = Content::Multipart(form.into());
        self
    }

    /// Sets a body of any kind.
    pub fn body(mut self, source: Source, content_type: impl Into<String>) -> Self {
        self.content = Content::Raw(source, content_type.into());
        self
    }

    /// Adds a member or field to the body from the client, unless the body has it already.
    pub fn fill_body(mut self, name: &str, parameter: &str) -> Self {
        let Self { client, content, .. } = &mut self;
        if let Err(error) = content.fill(name, || client.require(parameter)) {
            self.note(error);
        }
        self
    }

    /// Takes the result of checking the request. What is wrong is what sending answers with.
    pub fn check(mut self, result: Result<(), Violation>) -> Self {
        if let Err(violation) = result {
            self.note(violation);
        }
        self
    }

    /// Applies what a caller wants to be different for this call.
    pub fn options(self, options: CallOptions) -> Self {
        options.apply(self)
    }

    /// Sets the time for the whole call; when a stream is opened, for opening it.
    pub fn timeout(mut self, time: Duration) -> Self {
        self.timeout = Some(time);
        self
    }

    /// Says whether the request may be sent a second time.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.facts.retry = retry;
        self
    }

    /// Sends the request and reads the payload of the reply.
    ///
    /// # Errors
    ///
    /// Every kind; [`Error::outcome_unknown`] says whether the request may have been carried out.
    pub async fn send<T: DeserializeOwned>(self) -> Result<T, Error> {
        self.typed().send().await
    }

    /// Sends the request where a success says nothing more than that it is one. The payload is not looked at.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), without [`ErrorKind::Decode`].
    pub async fn send_unit(self) -> Result<(), Error> {
        self.send_raw::<IgnoredAny>().await.map(drop)
    }

    /// Sends the request and gives the reply with everything around the payload.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn send_raw<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.typed().send_raw().await
    }

    /// Sends the request with `flag` set in its JSON body, and opens the stream of events that answers it.
    ///
    /// When this returns, the server has accepted the request: a refusal that came as JSON, an error status and a reply that is not a
    /// stream are errors of this function.
    ///
    /// # Errors
    ///
    /// Every kind but [`ErrorKind::Decode`]; [`Error::outcome_unknown`] says whether the request may have been carried out.
    pub async fn open_stream(mut self, flag: &str) -> Result<EventBytes, Error> {
        if let Err(error) = self.content.flag(flag) {
            self.note(error);
        }
        run::events(self).await
    }

    /// Sends the request and gives the body of the reply as it comes in, without looking into it.
    ///
    /// # Errors
    ///
    /// Every kind but [`ErrorKind::Decode`].
    pub async fn download(self) -> Result<Download, Error> {
        run::download(self).await
    }

    fn joined<T: Display>(&mut self, name: &str, items: impl IntoIterator<Item = T>) -> Option<String> {
        let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
        if items.iter().any(|item| item.contains(',')) {
            self.note(Violation::new(name, "has an item with a comma, which the server would read as two"));
        }
        encode::joined(items)
    }

    /// The first mistake counts.
    fn note(&mut self, mistake: impl Into<Error>) {
        let mistake = mistake.into();
        self.mistake.get_or_insert(mistake);
    }

    /// Where the request goes. An error names the parameter that is wrong.
    fn url(&self) -> Result<String, Error> {
        let base = self.client.base_url();
        let invalid = |field: &str, reason: String| Error::new(ErrorKind::InvalidRequest { field: field.to_owned() }, reason);
        let mut url = match &self.target {
            Target::Template(template) => {
                let path =
                    encode::path(template, &self.values, &self.ready).map_err(|refused| invalid(&refused.parameter, refused.reason))?;
                format!("{base}{path}")
            }
            // Without the slash, `@other.example.com` would be appended to the host.
            Target::Path(path) if !path.starts_with('/') => {
                return Err(invalid("the path", "must begin with a slash".to_owned()));
            }
            // A URL parser would take line ends out, turn a backslash into a slash and end the query at `#`.
            Target::Path(path) if path.contains(|letter: char| letter.is_control() || matches!(letter, ' ' | '\\' | '#')) => {
                return Err(invalid(
                    "the path",
                    "has a character that must be percent-encoded: a space, a line end, `#` or `\\`".to_owned(),
                ));
            }
            Target::Path(path) => format!("{base}{path}"),
            // What follows `#` is not sent, and would swallow the query.
            Target::External(url) => url.expose().split('#').next().unwrap_or_default().to_owned(),
        };
        encode::query(&mut url, &self.query);
        Ok(url)
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Call").field("operation", &self.facts.name).finish_non_exhaustive()
    }
}
