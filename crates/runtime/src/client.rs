//! The client of one API: what all of its calls share.

#[cfg(feature = "acs3")]
mod access_key;
mod builder;
mod settings;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

pub use builder::ClientBuilder;
pub use settings::Timeouts;

use crate::api::Api;
use crate::auth::Credentials;
use crate::base::Base;
use crate::call::{Call, Facts, Target};
use crate::clock::{Clock, Random};
use crate::code::CodeValue;
use crate::error::{Error, ErrorKind};
use crate::limiter::Limiter;
use crate::operation::{Method, Operation, Retry};
use crate::retry::RetryPolicy;
use crate::secret::{Key, SecretText};
use crate::text::one_line;
use crate::transport::Transport;

/// A client of one API. Clones are cheap and share connections, settings and the rate limit.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) api: &'static Api,
    pub(crate) base: Base,
    pub(crate) credentials: Option<Credentials>,
    /// What every request has beside them.
    pub(crate) headers: Vec<(http::HeaderName, Credentials)>,
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: RetryPolicy,
    pub(crate) max_reply: usize,
    pub(crate) limiter: Option<Limiter>,
    /// The limiters of single operations, by their names.
    pub(crate) limiters: BTreeMap<&'static str, Limiter>,
    pub(crate) user_agent: http::HeaderValue,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

impl Shared {
    /// Takes the key out of a text that came from elsewhere.
    pub(crate) fn redacted(&self, text: String) -> String {
        self.secrets().into_iter().fold(text, |text, key| key.redact(text))
    }

    /// The same for a text that may have been cut in the middle of the key.
    pub(crate) fn redacted_cut(&self, text: String) -> String {
        self.secrets().into_iter().fold(self.redacted(text), |text, key| key.redact_end(text))
    }

    /// The longest first: it may contain another one.
    fn secrets(&self) -> Vec<&Key> {
        let all = self.credentials.iter().chain(self.headers.iter().map(|(_, credentials)| credentials));
        let mut keys: Vec<&Key> = all.flat_map(Credentials::secrets).collect();
        keys.sort_by_key(|key| std::cmp::Reverse(key.len()));
        keys
    }

    /// Takes the key out of an error of reading a payload: a server chooses the names in it.
    pub(crate) fn redacted_error(&self, error: Error) -> Error {
        error.with(|inner| {
            inner.message = self.redacted(std::mem::take(&mut inner.message));
            if let ErrorKind::Decode { path } = &mut inner.kind {
                *path = self.redacted(std::mem::take(path));
            }
            if let Some(CodeValue::Text(code)) = &mut inner.code {
                *code = self.redacted(std::mem::take(code));
            }
        })
    }
}

impl Client {
    /// Starts to set a client up.
    pub fn builder(api: &'static Api) -> ClientBuilder {
        ClientBuilder::new(api)
    }

    /// Sets a client up from the environment variables that the API names.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] names the variable that is missing or wrong.
    pub fn from_env(api: &'static Api) -> Result<Self, Error> {
        Self::builder(api).from_env().build()
    }

    /// Starts a call of an operation.
    pub fn call(&self, operation: &'static Operation) -> Call {
        let facts = Facts { name: Cow::Borrowed(operation.name), method: operation.method, retry: operation.retry };
        Call::new(self.clone(), facts, Target::Template(operation.path))
    }

    /// Starts a call of something that the client has no method for, with the same key, retries and errors.
    ///
    /// `path` comes after the base URL and begins with a slash. It is sent as it is, so its parts must be encoded; errors and logs show
    /// it without its query. A `GET` is repeated
    /// when it fails, everything else is not; [`Call::retry`] changes that.
    ///
    /// ```no_run
    /// # async fn example(client: apispec_runtime::Client) -> apispec_runtime::Result<()> {
    /// use apispec_runtime::Method;
    ///
    /// let reply: serde_json::Value = client.request(Method::Get, "/v2/team/beta").query("limit", 5).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: impl Into<String>) -> Call {
        let path = path.into();
        let retry = if matches!(method, Method::Get | Method::Head) { Retry::Safe } else { Retry::Never };
        let shown = one_line(path.split(['?', '#']).next().unwrap_or_default());
        let facts = Facts { name: Cow::Owned(format!("{method} {shown}")), method, retry };
        Call::new(self.clone(), facts, Target::Path(path))
    }

    /// Starts a request to an address that carries its own permission, such as a presigned link: no key and nothing else of the
    /// client goes there. The address is kept out of errors and logs.
    pub fn external(&self, name: &'static str, method: Method, url: &SecretText) -> Call {
        let retry = if matches!(method, Method::Get | Method::Head | Method::Put) { Retry::Safe } else { Retry::Never };
        Call::new(self.clone(), Facts { name: Cow::Borrowed(name), method, retry }, Target::External(url.clone()))
    }

    /// Gives a parameter that the client was set up with, such as a user id.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.0.parameters.get(name).map(String::as_str)
    }

    /// Gives a parameter that the client was set up with.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] says how to set it.
    pub fn require(&self, name: &str) -> Result<&str, Error> {
        self.parameter(name).ok_or_else(|| {
            let variable = self.0.api.environment.parameters.iter().find(|(parameter, _)| *parameter == name);
            let hint = variable.map(|(_, variable)| format!(", or set the environment variable {variable}")).unwrap_or_default();
            let message = format!("there is no {name}: give it to the call or to the builder of the client{hint}");
            Error::new(ErrorKind::Config, message)
        })
    }

    /// Gives the facts of the API.
    #[must_use]
    pub fn api(&self) -> &'static Api {
        self.0.api
    }

    /// Gives the URL that paths are appended to.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.0.base.as_str()
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters: Vec<_> = self.0.parameters.keys().collect();
        formatter
            .debug_struct("Client")
            .field("api", &self.0.api.name)
            .field("base_url", &self.0.base.as_str())
            .field("parameters", &parameters)
            .finish_non_exhaustive()
    }
}
