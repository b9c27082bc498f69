//! A call from its beginning to its end: checks, turns under the rate limit, attempts, waits, and what is said about them.

use std::time::{Duration, Instant};

use tokio::time::timeout;
use tracing::{Instrument, Span, field};
use url::Url;

use super::Call;
use super::attempt::{Given, Request, Want, attempt};
use super::reply::Reply;
use crate::client::{Client, Shared};
use crate::clock::{BoxFuture, fraction};
use crate::code::CodeValue;
use crate::error::{Error, ErrorKind, Timeout};
use crate::redirect::LONGEST_ADDRESS;
use crate::retry::{Failure, may_repeat};
use crate::secret::Key;
use crate::stream::{Download, EventBytes};

pub(super) async fn reply(call: Call) -> Result<Reply, Error> {
    match run(call, Want::Reply).await? {
        Given::Reply(reply) => Ok(reply),
        Given::Stream(..) => Err(Error::new(ErrorKind::Http, "a stream came instead of a reply")),
    }
}

pub(super) async fn events(call: Call) -> Result<EventBytes, Error> {
    let (client, operation) = (call.client.clone(), call.facts.name.clone());
    match run(call, Want::Events).await? {
        Given::Stream(head, body) => Ok(EventBytes::new(client, head, body, operation)),
        Given::Reply(_) => Err(Error::new(ErrorKind::Http, "a reply came instead of a stream").during(operation)),
    }
}

pub(super) async fn download(call: Call) -> Result<Download, Error> {
    let (operation, idle) = (call.facts.name.clone(), call.client.shared().timeouts.idle);
    match run(call, Want::Download).await? {
        Given::Stream(head, body) => Ok(Download::new(head, body, operation, idle)),
        Given::Reply(_) => Err(Error::new(ErrorKind::Http, "a reply came instead of a download").during(operation)),
    }
}

/// Boxed, so that the futures of callers stay small.
fn run(call: Call, want: Want) -> BoxFuture<'static, Result<Given, Error>> {
    let span = tracing::info_span!(
        "api_call",
        api = call.client.api().name(),
        operation = %call.facts.name,
        attempts = field::Empty,
        status = field::Empty,
        code = field::Empty,
        trace_id = field::Empty,
    );
    let recorded = span.clone();
    Box::pin(
        async move {
            let operation = call.facts.name.clone();
            let result = attempts(call, want).await.map_err(|error| error.during(operation));
            // Not `Span::current()`: where this span is filtered out, that is somebody else's.
            record(&recorded, &result);
            result
        }
        .instrument(span),
    )
}

/// Everything about the time of one call.
struct Time {
    started: Instant,
    total: Option<Duration>,
    attempt: Option<Duration>,
}

impl Time {
    fn of(call: &Call, want: Want) -> Self {
        let shared = call.client.shared();
        // What takes as long as it is large is measured by its silences.
        let sized = want == Want::Download || call.content.streams();
        let by_default = |time: Option<Duration>| time.filter(|_| !sized);
        Self {
            started: shared.clock.instant(),
            total: call.timeout.or(by_default(shared.timeouts.total)),
            attempt: by_default(shared.timeouts.attempt),
        }
    }

    fn left(&self, shared: &Shared) -> Option<Duration> {
        self.total.map(|total| total.saturating_sub(shared.clock.instant().saturating_duration_since(self.started)))
    }
}

async fn attempts(mut call: Call, want: Want) -> Result<Given, Error> {
    let time = Time::of(&call, want);
    let client = call.client.clone();
    let shared = client.shared();
    let request = prepare(&mut call, want)?;
    let most = if request.content.replayable() { shared.retry.retries.saturating_add(1) } else { 1 };
    let mut number = 0;
    loop {
        number += 1;
        let result = match turn(shared, &request.facts.name, &time).await {
            Ok(()) => limited(&client, &request, &time).await,
            Err(error) => Err(error),
        };
        let error = match result {
            Ok(mut given) => {
                given.head_mut().attempts = number;
                return Ok(given);
            }
            Err(error) => without(&request.secrets, error).with(|inner| inner.attempts = number),
        };
        let Some(wait) = next_wait(shared, &request, &time, &error, number, most) else { return Err(error) };
        tracing::debug!(attempt = number, wait_ms = wait.as_millis(), %error, "the attempt failed and is repeated");
        shared.clock.sleep(wait).await;
    }
}

/// Takes out of an error what was sent and is secret. A foreign body was cut, perhaps in the middle of it.
fn without(secrets: &[Key], error: Error) -> Error {
    let cut = matches!(error.kind(), ErrorKind::Http);
    let clean = |text: &mut String| {
        for key in secrets {
            let whole = key.redact(std::mem::take(text));
            *text = if cut { key.redact_end(whole) } else { whole };
        }
    };
    error.with(|inner| {
        clean(&mut inner.message);
        for text in [&mut inner.trace_id, &mut inner.content_type].into_iter().flatten() {
            clean(text);
        }
        if let ErrorKind::Redirect { host } = &mut inner.kind {
            clean(host);
        }
        if let Some(CodeValue::Text(code)) = &mut inner.code {
            clean(code);
        }
    })
}

/// How long to wait before the next attempt; `None` if there is none.
fn next_wait(shared: &Shared, request: &Request, time: &Time, error: &Error, number: u32, most: u32) -> Option<Duration> {
    if number >= most || !may_repeat(request.facts.retry, error.delivery(), Failure::of(error, shared.api)) {
        return None;
    }
    let wait = shared.retry.wait(number, error.retry_after(), fraction(shared.random.as_ref()))?;
    // To wait beyond the end of the call would only make its failure late.
    time.left(shared).is_none_or(|left| wait < left).then_some(wait)
}

/// Waits for a turn under the client's own rate limits: that of the operation, then that of all of them.
async fn turn(shared: &Shared, name: &str, time: &Time) -> Result<(), Error> {
    for limiter in shared.limiters.get(name).into_iter().chain(&shared.limiter) {
        match limiter.turn(shared.clock.instant(), time.left(shared)) {
            Some(wait) if wait.is_zero() => {}
            Some(wait) => shared.clock.sleep(wait).await,
            None => {
                return Err(Error::new(ErrorKind::Timeout(Timeout::Queue), "the client's own rate limit leaves no time for this call"));
            }
        }
    }
    Ok(())
}

/// One attempt within its own time and that of the call.
async fn limited(client: &Client, request: &Request, time: &Time) -> Result<Given, Error> {
    let shared = client.shared();
    let left = time.left(shared);
    let (limit, which) = match (time.attempt, left) {
        (Some(attempt), Some(left)) if attempt < left => (Some(attempt), Timeout::Attempt),
        (_, Some(left)) => (Some(left), Timeout::Total),
        (attempt, None) => (attempt, Timeout::Attempt),
    };
    let Some(limit) = limit else { return attempt(shared, request).await };
    timeout(limit, attempt(shared, request)).await.unwrap_or_else(|_| {
        let allowed = if which == Timeout::Total { time.total.unwrap_or(limit) } else { limit };
        Err(Error::new(ErrorKind::Timeout(which), format!("no complete reply within {allowed:?}")))
    })
}

/// Settles everything that all attempts have in common.
fn prepare(call: &mut Call, want: Want) -> Result<Request, Error> {
    if let Some(mistake) = call.mistake.take() {
        return Err(mistake);
    }
    let url = call.url()?;
    // What the parser says may quote the address, which may be a secret.
    let url = Url::parse(&url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host()).ok_or_else(|| {
        let kind = ErrorKind::InvalidRequest { field: "the address".to_owned() };
        Error::new(kind, "is not a web address")
    })?;
    if url.as_str().len() > LONGEST_ADDRESS {
        let kind = ErrorKind::InvalidRequest { field: "the address".to_owned() };
        return Err(Error::new(kind, format!("is longer than {LONGEST_ADDRESS} bytes, which no server would read")));
    }
    Ok(Request {
        facts: call.facts.clone(),
        external: Request::is_external(&call.target),
        url,
        headers: std::mem::take(&mut call.headers),
        content: call.content.clone(),
        secrets: std::mem::take(&mut call.secrets),
        want,
    })
}

fn record(span: &Span, result: &Result<Given, Error>) {
    match result {
        Ok(given) => {
            let head = given.head();
            span.record("attempts", head.attempts);
            span.record("status", head.status);
            span.record("trace_id", head.trace_id.as_deref());
        }
        Err(error) => {
            span.record("attempts", error.attempts());
            span.record("status", error.http_status());
            span.record("trace_id", error.trace_id());
            span.record("code", error.code().map(field::display));
            tracing::debug!(%error, "the call failed");
        }
    }
}
