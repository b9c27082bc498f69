//! How a sandbox behaves: who may call it, what it allows, and how time passes in it.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::time::{Duration, SystemTime};

/// How a sandbox behaves. The default is what tests usually want: a free port on loopback, any key, and the forms that real servers
/// were seen to use.
///
/// ```
/// use powerdrill_sandbox::Config;
///
/// let config = Config { seed: 7, keys: vec!["key-1".into()], ..Config::default() };
/// assert!(config.listen.ip().is_loopback());
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The keys of the two Powerdrill APIs. When there are none, any key that is not empty is accepted.
    pub keys: Vec<String>,
    /// The keys that requests to PAI may be signed with. When there are none, [`AccessKey::default`] is.
    pub access_keys: Vec<AccessKey>,
    /// Where ids come from. The same seed and the same requests in the same order give the same ids.
    pub seed: u64,
    /// How time passes.
    pub time: Time,
    /// Which spellings replies have.
    pub forms: Forms,
    /// Refuses members and query parameters that the spec does not name, in place of ignoring them.
    pub strict: bool,
    /// How much of everything is allowed.
    pub limits: Limits,
    /// How long everything takes.
    pub delays: Delays,
    /// How many requests [`Sandbox::requests`](crate::Sandbox::requests) remembers.
    pub remembered: usize,
    /// Leaves keys, tokens and signatures in what is remembered. Otherwise they are replaced by `[redacted]`.
    pub remember_secrets: bool,
}

/// A key that requests to PAI are signed with.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// The id, which is sent.
    pub id: String,
    /// The secret, which signs.
    pub secret: String,
    /// The security token of a temporary key.
    pub token: Option<String>,
    /// When the token of a temporary key expires, if it does.
    pub expires: Option<SystemTime>,
}

/// How time passes in a sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Time {
    /// As it does outside.
    System,
    /// It stands still at this instant until [`Sandbox::advance`](crate::Sandbox::advance) is called.
    Frozen(SystemTime),
}

/// Which spellings replies have. The specs allow both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Forms {
    /// Those that real servers were seen to use: `expired_at` beside `expiredAt`, `msg: null`, steps that are told twice, comments
    /// that keep the connection alive.
    Captured,
    /// Those of the specs.
    Documented,
}

/// How much of everything is allowed.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Sessions per user, or per key where users have no names.
    pub sessions: usize,
    /// Data sources in a dataset of the personal API.
    pub v1_data_sources: usize,
    /// Jobs per key, if there is a limit.
    pub jobs: Option<u64>,
    /// Requests per second and key, if there is a limit.
    pub requests_per_second: Option<u32>,
    /// Bytes of uploaded files per key. In the personal API, which has no uploads, bytes of the files of data sources.
    pub storage: u64,
    /// Bytes of one request.
    pub body: usize,
    /// Bytes of one part of an upload.
    pub part: u64,
}

/// How long everything takes.
#[derive(Clone, Debug)]
pub struct Delays {
    /// From the creation of a data source until it is synchronised, in the time of the sandbox.
    pub synchronising: Duration,
    /// Each step in the life of a PAI job, in the time of the sandbox.
    pub job_step: Duration,
    /// Between two events of a stream, in real time.
    pub event: Duration,
    /// How long a client may take to send the head of a request, in real time.
    pub head: Duration,
    /// How long a client may take to send the body of a request, in real time.
    pub body: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            keys: Vec::new(),
            access_keys: Vec::new(),
            seed: 0,
            time: Time::System,
            forms: Forms::Captured,
            strict: false,
            limits: Limits::default(),
            delays: Delays::default(),
            remembered: 1000,
            remember_secrets: false,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: usize = 1024 * 1024;
        Self {
            sessions: 150,
            v1_data_sources: 10,
            jobs: None,
            requests_per_second: None,
            storage: 1024 * MIB as u64,
            body: 128 * MIB,
            part: 5 * MIB as u64,
        }
    }
}

impl Default for Delays {
    fn default() -> Self {
        Self {
            synchronising: Duration::from_millis(200),
            job_step: Duration::from_millis(200),
            event: Duration::ZERO,
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
        }
    }
}

impl Default for AccessKey {
    /// `sandbox` with the secret `sandbox-secret`.
    fn default() -> Self {
        Self { id: "sandbox".into(), secret: "sandbox-secret".into(), token: None, expires: None }
    }
}

impl FromStr for AccessKey {
    type Err = String;

    /// Reads `ID:SECRET` or `ID:SECRET:TOKEN`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, ':').map(str::to_owned);
        match (parts.next(), parts.next(), parts.next()) {
            (Some(id), Some(secret), token) if !id.is_empty() && !secret.is_empty() => Ok(Self { id, secret, token, expires: None }),
            _ => Err("an access key is written ID:SECRET or ID:SECRET:TOKEN".into()),
        }
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AccessKey").field("id", &self.id).finish_non_exhaustive()
    }
}
