//! Settings -> a client, or what is wrong with them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use http::{HeaderName, HeaderValue};

#[cfg(feature = "acs3")]
use super::access_key::Given;
use super::{Client, Shared, Timeouts};
use crate::api::{Api, AuthScheme};
use crate::auth::Credentials;
use crate::base::{Base, server};
use crate::clock::{Clock, Random, SystemClock, SystemRandom};
use crate::error::{Error, ErrorKind};
use crate::limiter::Limiter;
use crate::retry::RetryPolicy;
use crate::secret::{Key, SecretText};
use crate::transport::{Builtin, Transport};

/// The largest reply that is accepted unless the caller says otherwise.
const MAX_REPLY: usize = 64 * 1024 * 1024;

/// Sets a [`Client`] up.
///
/// What is said here comes before what the environment says.
#[must_use = "nothing happens until `build` is called"]
pub struct ClientBuilder {
    api: &'static Api,
    key: Option<SecretText>,
    #[cfg(feature = "acs3")]
    access_key: Given,
    headers: Vec<(String, SecretText)>,
    base_url: Option<String>,
    parameters: BTreeMap<String, String>,
    timeouts: Timeouts,
    retry: RetryPolicy,
    max_reply: usize,
    rate: Option<f64>,
    published: bool,
    allow_plain_http: bool,
    user_agent: String,
    transport: Option<Arc<dyn Transport>>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    problem: Option<String>,
}

impl ClientBuilder {
    pub(super) fn new(api: &'static Api) -> Self {
        Self {
            api,
            key: None,
            #[cfg(feature = "acs3")]
            access_key: Given::default(),
            headers: Vec::new(),
            base_url: None,
            parameters: BTreeMap::new(),
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            max_reply: MAX_REPLY,
            rate: None,
            published: false,
            allow_plain_http: false,
            user_agent: api.user_agent.to_owned(),
            transport: None,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            problem: None,
        }
    }

    /// Sets the key.
    pub fn key(mut self, key: impl Into<SecretText>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Sets the access key that requests are signed with.
    #[cfg(feature = "acs3")]
    pub fn access_key(mut self, id: impl Into<SecretText>, secret: impl Into<SecretText>) -> Self {
        self.access_key.own.id = Some(id.into());
        self.access_key.own.secret = Some(secret.into());
        self
    }

    /// Sets the token that belongs to a temporary access key.
    #[cfg(feature = "acs3")]
    pub fn security_token(mut self, token: impl Into<SecretText>) -> Self {
        self.access_key.own.token = Some(token.into());
        self
    }

    /// Sends a header with every request to the API, unless a call has one of the name: what an API wants that its document does not
    /// tell. It is treated as a secret. The key of the API itself and the type of a body come before it.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<SecretText>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the URL that paths are appended to. Ends such as `/v2/team`, which other tools want, are cut off.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// Chooses one of the API's servers by its name, and fills the variables of its URL in.
    pub fn server(mut self, name: &str, variables: &[(&str, &str)]) -> Self {
        match self.api.servers.iter().find(|server| server.name == Some(name)) {
            Some(found) => match server(found.url, variables) {
                Ok(url) => self.base_url = Some(url),
                Err(problem) => self.note(problem),
            },
            None => self.note(format!("there is no server called {name}")),
        }
        self
    }

    /// Sets a parameter that many operations have, such as a user id. Each call may override it.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.insert(name.into(), value.into());
        self
    }

    /// Sets how long to wait for what.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets how often and how patiently requests are repeated.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets the largest reply in bytes that is accepted, 64 MiB by default. Streams and downloads are not subject to it.
    pub fn max_reply_bytes(mut self, bytes: usize) -> Self {
        self.max_reply = bytes;
        self
    }

    /// Lets no more requests start in a second than this. All clones of the client share the limit. It is off by default.
    pub fn rate_limit(mut self, per_second: f64) -> Self {
        if Limiter::per_second(per_second).is_none() {
            self.note("the rate limit must be a number above zero".to_owned());
        }
        self.rate = Some(per_second);
        self
    }

    /// Lets no more requests start in a second than the vendor allows: of all operations together, and of each that has a limit of
    /// its own.
    pub fn published_rate_limit(mut self) -> Self {
        if self.api.rate_limit.is_none() && self.api.operation_rates.is_empty() {
            self.note("the vendor publishes no rate limit: set one with `rate_limit`".to_owned());
        }
        self.published = true;
        match self.api.rate_limit {
            Some(rate) => self.rate_limit(rate),
            None => self,
        }
    }

    /// Allows the key to be sent over an unencrypted connection to another machine, where anyone on the way can read it.
    pub fn allow_plain_http(mut self) -> Self {
        self.allow_plain_http = true;
        self
    }

    /// Sets the header `User-Agent`, in place of the name and version of the package.
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.user_agent = text.into();
        self
    }

    /// Sends requests another way.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Replaces the clock; for tests.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Replaces chance; for tests.
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// Fills in what is not set yet from the environment variables that the API names.
    pub fn from_env(self) -> Self {
        self.from_variables(|name| std::env::var(name).ok())
    }

    /// Fills in what is not set yet from somewhere else than the process's environment, such as a file or a test.
    pub fn from_variables(mut self, read: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name: Option<&str>| name.and_then(&read).filter(|value| !value.trim().is_empty());
        let environment = &self.api.environment;
        if self.key.is_none() {
            self.key = read(environment.key).map(SecretText::from);
        }
        #[cfg(feature = "acs3")]
        self.access_key.fill(environment, read);
        if self.base_url.is_none() {
            self.base_url = read(environment.base_url);
        }
        for (parameter, variable) in environment.parameters {
            if let Some(value) = read(Some(variable)) {
                self.parameters.entry((*parameter).to_owned()).or_insert(value);
            }
        }
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`]: no key, or one that no header can hold; a base URL that cannot be used, or that would show the key on
    /// the way; no cryptography for TLS.
    pub fn build(self) -> Result<Client, Error> {
        let told = |problem: String| Error::new(ErrorKind::Config, problem);
        if let Some(problem) = self.problem {
            return Err(told(problem));
        }
        let default = self.api.servers.first().map(|server| server.url).filter(|url| !url.contains('{'));
        let base = self.base_url.as_deref().or(default).ok_or_else(|| told(no_base_url(self.api)))?;
        let base = Base::parse(base, self.api).map_err(told)?;
        let credentials = match self.api.auth {
            AuthScheme::None => None,
            #[cfg(feature = "acs3")]
            AuthScheme::Acs3 => Some(Credentials::AccessKey(self.access_key.read(&self.api.environment).map_err(told)?)),
            AuthScheme::Basic => {
                let key = self.key.ok_or_else(|| told(missing("key", self.api.environment.key)))?;
                let (secret, sent) = Key::password(&key).map_err(|problem| told(format!("the key {problem}")))?;
                Some(Credentials::Within { secret, sent })
            }
            AuthScheme::Query(_) => {
                let key = self.key.ok_or_else(|| told(missing("key", self.api.environment.key)))?;
                let (secret, sent) = Key::in_query(&key).map_err(|problem| told(format!("the key {problem}")))?;
                Some(Credentials::Within { secret, sent })
            }
            // Each API has a word of its own before what it wants there.
            AuthScheme::Header(name) if name.eq_ignore_ascii_case("authorization") => {
                let key = self.key.ok_or_else(|| told(missing("key", self.api.environment.key)))?;
                Some(line(&key, "key").map_err(told)?)
            }
            AuthScheme::Bearer | AuthScheme::Header(_) | AuthScheme::Cookie(_) => {
                let key = self.key.ok_or_else(|| told(missing("key", self.api.environment.key)))?;
                Some(Credentials::Key(checked(&key, "key").map_err(told)?))
            }
        };
        let headers = self.headers.iter().map(|(name, value)| named(name, value)).collect::<Result<Vec<_>, _>>().map_err(told)?;
        if (credentials.is_some() || !headers.is_empty()) && base.is_open() && !self.allow_plain_http {
            let host = base.host();
            return Err(told(format!("the key would be sent to {host} over plain http, where anyone on the way can read it: use https")));
        }
        let user_agent = HeaderValue::from_str(&self.user_agent).map_err(|_| told("the user agent cannot be a header".to_owned()))?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(Builtin::new(self.timeouts.connect).map_err(told)?),
        };
        let rates = self.api.operation_rates.iter().filter(|_| self.published);
        Ok(Client(Arc::new(Shared {
            api: self.api,
            base,
            credentials,
            headers,
            parameters: self.parameters,
            timeouts: self.timeouts,
            retry: self.retry,
            max_reply: self.max_reply,
            limiter: self.rate.and_then(Limiter::per_second),
            limiters: rates.filter_map(|(name, rate)| Some((*name, Limiter::per_second(*rate)?))).collect(),
            user_agent,
            transport,
            clock: self.clock,
            random: self.random,
        })))
    }

    /// The first thing that is wrong is what `build` says.
    fn note(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }
}

/// What to say when nobody said where the API is.
fn no_base_url(api: &Api) -> String {
    let servers: Vec<String> = api.servers.iter().filter_map(|server| server.name).map(|name| format!("Client::{name}(..)")).collect();
    match servers.as_slice() {
        [] => "there is no base URL: set one".to_owned(),
        servers => format!("there is no base URL: start with {}, or set one", servers.join(" or ")),
    }
}

pub(super) fn missing(what: &str, variable: Option<&str>) -> String {
    let hint = variable.map(|variable| format!(": set the environment variable {variable}, or give it to the builder"));
    format!("there is no {what}{}", hint.unwrap_or_else(|| ": give it to the builder".to_owned()))
}

fn named(name: &str, value: &SecretText) -> Result<(HeaderName, Credentials), String> {
    let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| format!("`{name}` cannot be the name of a header"))?;
    let line = line(value, &format!("value of the header {name}"))?;
    Ok((header, line))
}

fn line(text: &SecretText, what: &str) -> Result<Credentials, String> {
    let (secret, sent) = Key::line(text).map_err(|problem| format!("the {what} {problem}"))?;
    Ok(Credentials::Within { secret, sent })
}

pub(super) fn checked(text: &SecretText, what: &str) -> Result<Key, String> {
    Key::new(text.expose().to_owned()).map_err(|problem| format!("the {what} {problem}"))
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ClientBuilder").field("api", &self.api.name).finish_non_exhaustive()
    }
}
