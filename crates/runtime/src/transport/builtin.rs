//! The transport that is used unless another is given: reqwest over rustls.
//!
//! reqwest's own redirects, retries and timeouts are switched off, because they know neither keys nor what a request costs. Requests
//! to this machine never go through a proxy, which would see the key of a plain connection.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use reqwest::{Body, Client, ClientBuilder};
use url::Url;

use super::{ByteStream, Transport, TransportBody, TransportError, TransportRequest, TransportResponse, tls};
use crate::base::is_loopback;
use crate::clock::BoxFuture;
use crate::operation::Method;

/// How long an unused connection is kept. It is short, since a server that closes first makes a request fail.
const IDLE: Duration = Duration::from_secs(30);

pub(crate) struct Builtin {
    /// For this machine: never through a proxy.
    local: Client,
    /// For everything else: through the proxy that the environment names.
    remote: Client,
    /// Why no server can be trusted, if that is so.
    untrusting: Option<String>,
}

impl Builtin {
    /// # Errors
    ///
    /// There is no cryptography, as a sentence.
    pub(crate) fn new(connect: Option<Duration>) -> Result<Self, String> {
        let tls = tls::config()?;
        let builder = || {
            let builder = ClientBuilder::new()
                .tls_backend_preconfigured(tls.config.clone())
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .pool_idle_timeout(IDLE);
            match connect {
                Some(connect) => builder.connect_timeout(connect),
                None => builder,
            }
        };
        let build = |builder: ClientBuilder| builder.build().map_err(|error| format!("the HTTP library cannot start: {error}"));
        Ok(Self { local: build(builder().no_proxy())?, remote: build(builder())?, untrusting: tls.untrusting.clone() })
    }
}

impl Transport for Builtin {
    fn send(&self, request: TransportRequest) -> BoxFuture<'_, Result<TransportResponse, TransportError>> {
        Box::pin(async move {
            let url = Url::parse(&request.url).map_err(TransportError::config)?;
            if let (Some(reason), "https") = (&self.untrusting, url.scheme()) {
                return Err(TransportError::config(reason.as_str()));
            }
            let client = if is_loopback(&url) { &self.local } else { &self.remote };
            let mut builder = client.request(method(request.method), url).headers(request.headers);
            match request.body {
                TransportBody::Empty => {}
                TransportBody::Bytes(bytes) => builder = builder.body(bytes),
                TransportBody::Stream(length, stream) => {
                    if let Some(length) = length {
                        builder = builder.header(http::header::CONTENT_LENGTH, length);
                    }
                    builder = builder.body(Body::wrap_stream(stream));
                }
            }
            let response = builder.send().await.map_err(failed)?;
            let (status, headers) = (response.status(), response.headers().clone());
            let body = ByteStream::new(Received(Box::pin(response.bytes_stream())));
            Ok(TransportResponse { status, headers, body })
        })
    }
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Head => reqwest::Method::HEAD,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
        Method::Options => reqwest::Method::OPTIONS,
        Method::Trace => reqwest::Method::TRACE,
    }
}

/// The URL is taken out of what is kept: it may hold the signature of a presigned link.
fn failed(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    if error.is_builder() {
        TransportError::config(error)
    } else if error.is_connect() && error.is_timeout() {
        TransportError::connect_timeout(error)
    } else if error.is_connect() && rejected(&error) {
        TransportError::untrusted(error)
    } else if error.is_connect() {
        TransportError::connect(error)
    } else if own(&error) {
        TransportError::body(error)
    } else {
        TransportError::broken(error)
    }
}

/// Whether the certificate of the server was rejected, and not the connection.
fn rejected(error: &reqwest::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if let Some(tls) = inner.downcast_ref::<rustls::Error>() {
            return matches!(tls, rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented);
        }
        // An error of `io` gives what it holds here, and as its source only what is behind that.
        let held = inner.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        cause = held.map(|held| held as _).or_else(|| inner.source());
    }
    false
}

/// Whether the body of the request failed, and not the connection.
fn own(error: &reqwest::Error) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.is::<TransportError>() {
            return true;
        }
        cause = inner.source();
    }
    false
}

struct Received<S>(Pin<Box<S>>);

impl<S: Stream<Item = reqwest::Result<Bytes>>> Stream for Received<S> {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context).map(|next| next.map(|piece| piece.map_err(|error| TransportError::broken(error.without_url()))))
    }
}
