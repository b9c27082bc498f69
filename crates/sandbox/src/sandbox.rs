//! A running sandbox: how it is started, watched, disturbed and stopped.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::config::Config;
use crate::fault::Rule;
use crate::log::Received;
use crate::service;
use crate::spec::Specs;
use crate::state::State;

/// A running sandbox. It stops when it is dropped, and all its connections with it.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), powerdrill_sandbox::Error> {
/// use powerdrill_sandbox::{Config, Fault, Sandbox};
///
/// let sandbox = Sandbox::start(Config::default()).await?;
/// // The code under test gets `sandbox.base()` and any key; its next question meets a broken connection.
/// sandbox.fault(Fault::Cut(200));
/// assert!(sandbox.base().starts_with("http://127.0.0.1:"));
/// assert!(sandbox.requests().is_empty());
/// # Ok(())
/// # }
/// ```
pub struct Sandbox {
    state: Arc<State>,
    address: SocketAddr,
    task: JoinHandle<()>,
}

/// Why a sandbox could not be started.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// It cannot listen where it was told to.
    Listen(SocketAddr, io::Error),
    /// The specs that it was built with cannot be used.
    Specs(String),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen(address, error) => write!(formatter, "cannot listen on {address}: {error}"),
            Self::Specs(message) => write!(formatter, "the specs cannot be used: {message}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Listen(_, error) => Some(error),
            Self::Specs(_) => None,
        }
    }
}

impl Sandbox {
    /// Starts a sandbox on the present tokio runtime.
    ///
    /// # Errors
    ///
    /// [`Error::Listen`] if the address is taken or not allowed, and [`Error::Specs`] if the sandbox was built with specs that it does
    /// not understand.
    pub async fn start(config: Config) -> Result<Self, Error> {
        let specs = Specs::shared().map_err(Error::Specs)?;
        let failed = |error| Error::Listen(config.listen, error);
        let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let state = Arc::new(State::new(config, format!("http://{}", reachable(address)), specs));
        let task = tokio::spawn(accept(listener, Arc::clone(&state)));
        Ok(Self { state, address, task })
    }

    /// Where the sandbox listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`, which is the base URL for PAI. It is this for a sandbox that listens everywhere, too.
    pub fn url(&self) -> &str {
        &self.state.url
    }

    /// `http://127.0.0.1:PORT/api`, which is the base URL for both Powerdrill APIs.
    pub fn base(&self) -> String {
        format!("{}/api", self.state.url)
    }

    /// What was received so far, the earliest first. How much is remembered is said by [`Config::remembered`].
    pub fn requests(&self) -> Vec<Received> {
        self.state.log.all()
    }

    /// Forgets what was received so far.
    pub fn forget_requests(&self) {
        self.state.log.clear();
    }

    /// Lets something go wrong. A bare [`Fault`](crate::Fault) happens to the next request; a [`Rule`] says to which.
    pub fn fault(&self, rule: impl Into<Rule>) {
        self.state.add_rule(rule.into());
    }

    /// Says what is at an address. The sandbox fetches nothing, so a data source from any other address becomes invalid.
    pub fn register_content(&self, url: impl Into<String>, content: impl Into<Bytes>) {
        self.state.register(url.into(), content.into());
    }

    /// Moves the time of the sandbox ahead: links expire, data sources become ready, jobs end.
    pub fn advance(&self, by: Duration) {
        self.state.clock.advance(by);
    }

    #[cfg(test)]
    pub(crate) fn state(&self) -> &State {
        &self.state
    }
}

/// Where programs of this machine find what listens there: `0.0.0.0` is every address, and none that can be asked.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(here) if here.ip().is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        SocketAddr::V6(here) if here.ip().is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Connections live in a set, so that they end when this task does.
async fn accept(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(connection(stream, Arc::clone(&state)))),
                // Too many open files, most likely: others have to end first.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, state: Arc<State>) {
    let head = state.config.delays.head;
    // Small pieces are sent when they are made, as streams need it. Without this they are only late.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| service::serve(Arc::clone(&state), request));
    let served = http1::Builder::new().timer(TokioTimer::new()).header_read_timeout(head).serve_connection(TokioIo::new(stream), service);
    // A connection that breaks concerns only its client, who knows.
    let _ = served.await;
}
