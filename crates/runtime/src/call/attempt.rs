//! One attempt: a new request, the exchange, redirects, and the judgement of what came back.

use std::time::Duration;

use http::header::{ACCEPT, CONTENT_TYPE, IF_RANGE, RANGE, USER_AGENT};
use http::{HeaderMap, HeaderValue};
use url::Url;

use super::reply::{self, Head, Reply};
use super::watch::{Progress, first_byte};
use super::{Facts, Target};
use crate::auth::{add_headers, authorise};
use crate::body::Content;
use crate::client::Shared;
use crate::error::{Error, ErrorKind, Timeout};
use crate::operation::Method;
use crate::redirect::{self, Step};
use crate::secret::Key;
use crate::transport::{ByteStream, Reason, TransportBody, TransportError, TransportRequest, TransportResponse};

/// What the caller wants to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    /// The payload.
    Reply,
    /// A stream of events.
    Events,
    /// The body as it comes in.
    Download,
}

/// What an attempt gave.
pub(super) enum Given {
    Reply(Reply),
    Stream(Head, ByteStream),
}

impl Given {
    pub(super) fn head(&self) -> &Head {
        match self {
            Self::Reply(reply) => reply.head(),
            Self::Stream(head, _) => head,
        }
    }

    pub(super) fn head_mut(&mut self) -> &mut Head {
        match self {
            Self::Reply(reply) => reply.head_mut(),
            Self::Stream(head, _) => head,
        }
    }
}

/// All that an attempt needs, and nothing that it changes.
pub(super) struct Request {
    pub(super) facts: Facts,
    pub(super) external: bool,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) content: Content,
    /// The secrets in the content, which errors must not repeat.
    pub(super) secrets: Vec<Key>,
    pub(super) want: Want,
}

impl Request {
    pub(super) fn is_external(target: &Target) -> bool {
        matches!(target, Target::External(_))
    }

    /// The request as it may go to another server than the caller named: without a body, and with those headers only that say what is
    /// wanted.
    fn elsewhere(&self) -> Self {
        let mut headers = HeaderMap::new();
        for name in [ACCEPT, RANGE, IF_RANGE, USER_AGENT] {
            if let Some(value) = self.headers.get(&name) {
                headers.insert(name, value.clone());
            }
        }
        let Self { facts, external, url, want, .. } = self;
        Self {
            facts: facts.clone(),
            external: *external,
            url: url.clone(),
            headers,
            content: Content::Empty,
            secrets: Vec::new(),
            want: *want,
        }
    }
}

/// Sends the request once, follows what may be followed, and judges the reply.
pub(super) async fn attempt(shared: &Shared, request: &Request) -> Result<Given, Error> {
    let (mut url, mut method, mut followed, mut left) = (request.url.clone(), request.facts.method, 0, false);
    loop {
        let response = if left {
            // What the caller sends is for the server that the caller named; the way back to it does not change that.
            exchange(shared, &request.elsewhere(), &url, method).await?
        } else {
            exchange(shared, request, &url, method).await?
        };
        let asked = redirect::Request { url: &url, method, retry: request.facts.retry, keyed: !request.external, followed };
        match redirect::step(asked, response.status, &response.headers) {
            Step::Stay => return judge(shared, request, response).await,
            Step::Refuse { host, reason } => {
                let (head, _) = Head::of(shared, response, request.external);
                // A server may send the key back even as the name of a host.
                let host = shared.redacted(host);
                return Err(head.annotate(Error::new(ErrorKind::Redirect { host }, reason)));
            }
            Step::Go(target, new) => {
                left |= target.origin() != url.origin();
                (url, method) = (target, new);
                followed += 1;
            }
        }
    }
}

async fn exchange(shared: &Shared, request: &Request, url: &Url, method: Method) -> Result<TransportResponse, Error> {
    let (body, content_type) =
        if method == request.facts.method { request.content.open(|| boundary(shared)).await? } else { (TransportBody::Empty, None) };
    let progress = Progress::new();
    let mut outgoing =
        TransportRequest { method, url: url.as_str().to_owned(), headers: request.headers.clone(), body: progress.over(body) };
    let headers = &mut outgoing.headers;
    if !request.external {
        add_headers(shared, headers);
    }
    headers.entry(USER_AGENT).or_insert_with(|| shared.user_agent.clone());
    headers.entry(ACCEPT).or_insert(HeaderValue::from_static(match request.want {
        Want::Reply => "application/json",
        Want::Events => "text/event-stream, application/json",
        Want::Download => "*/*",
    }));
    if let Some(content_type) = content_type {
        let value = HeaderValue::from_str(&content_type);
        headers.insert(
            CONTENT_TYPE,
            value.map_err(|_| Error::new(ErrorKind::InvalidRequest { field: "content type".to_owned() }, "cannot be a header"))?,
        );
    }
    if !request.external {
        authorise(shared, &mut outgoing).map_err(|problem| Error::new(ErrorKind::Config, problem))?;
    }
    let limit = shared.timeouts.first_byte;
    match first_byte(shared.transport.send(outgoing), limit, &progress).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) => Err(failed(shared, error, url)),
        Err(_) => {
            let message = format!("no reply within {:?}", limit.unwrap_or_default());
            Err(Error::new(ErrorKind::Timeout(Timeout::FirstByte), message))
        }
    }
}

async fn judge(shared: &Shared, request: &Request, response: TransportResponse) -> Result<Given, Error> {
    let (head, body) = Head::of(shared, response, request.external);
    observe(&head, request);
    match request.want {
        Want::Reply if request.external && head.is_success() => {
            Ok(Given::Reply(reply::read_external(shared, head, body, &request.facts.name).await?))
        }
        Want::Reply if request.external => Err(reply::refused_elsewhere(shared, &head)),
        Want::Reply => Ok(Given::Reply(reply::read(shared, head, body, &request.facts.name).await?)),
        Want::Events if head.is_success() && head.is("text/event-stream") => Ok(Given::Stream(head, body)),
        Want::Download if head.is_success() => Ok(Given::Stream(head, body)),
        Want::Events | Want::Download if request.external => Err(reply::refused_elsewhere(shared, &head)),
        Want::Events => Err(reply::refused(shared, head, body, "a stream of events").await),
        Want::Download => Err(reply::refused(shared, head, body, "a download").await),
    }
}

/// The headers of a reply that may be logged are named here; all others may hold secrets.
fn observe(head: &Head, request: &Request) {
    tracing::trace!(
        operation = %request.facts.name,
        status = head.status,
        content_type = head.shown_type(),
        content_length = head.length(),
        "head of the reply"
    );
}

fn failed(shared: &Shared, error: TransportError, url: &Url) -> Error {
    let host = url.host_str().unwrap_or_default();
    let (kind, message) = match error.reason {
        Reason::Connect => (ErrorKind::Connect, format!("{host}: {error}")),
        Reason::Untrusted => (ErrorKind::Connect, format!("{host} cannot be trusted: {error}")),
        Reason::ConnectTimeout => {
            let limit = shared.timeouts.connect.unwrap_or(Duration::ZERO);
            (ErrorKind::Timeout(Timeout::Connect), format!("{host} did not answer within {limit:?}"))
        }
        Reason::Config => (ErrorKind::Config, error.to_string()),
        Reason::Body => (ErrorKind::Transport, format!("the body of the request could not be read: {error}")),
        Reason::Broken => (ErrorKind::Transport, error.to_string()),
    };
    let (delivery, lasting) = (error.delivery, error.reason == Reason::Untrusted);
    Error::new(kind, message).caused_by(error).with(|inner| {
        inner.delivery = delivery;
        inner.lasting = lasting;
    })
}

fn boundary(shared: &Shared) -> String {
    format!("boundary-{:016x}{:016x}", shared.random.next(), shared.random.next())
}
