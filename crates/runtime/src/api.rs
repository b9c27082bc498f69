//! The static facts of one API, as generated code writes them down in a `const`.
//!
//! Nothing here does anything; the rest of the crate reads it. No vendor and no endpoint is named in this crate: every such fact
//! arrives through an [`Api`].

use crate::code::{Code, CodeValue};

/// Everything about one API that holds for all of its operations.
///
/// Built in a `const`, so that a client costs nothing to start:
///
/// ```
/// use apispec_runtime::{Api, AuthScheme, Environment, Server};
///
/// const API: Api = Api::new("example", AuthScheme::Header("x-api-key"))
///     .servers(&[Server { name: None, url: "https://api.example.com" }])
///     .environment(Environment { key: Some("EXAMPLE_API_KEY"), base_url: Some("EXAMPLE_API_URL"), ..Environment::NONE });
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Api {
    pub(crate) name: &'static str,
    pub(crate) auth: AuthScheme,
    pub(crate) envelope: Envelope,
    pub(crate) codes: &'static [CodeInfo],
    pub(crate) retry_after: Option<RetryAfterHeader>,
    pub(crate) rate_limit: Option<f64>,
    pub(crate) operation_rates: &'static [(&'static str, f64)],
    pub(crate) environment: Environment,
    pub(crate) servers: &'static [Server],
    pub(crate) base_suffixes: &'static [&'static str],
    pub(crate) user_agent: &'static str,
}

impl Api {
    /// Starts from an API whose replies have no envelope, with nothing else known.
    #[must_use]
    pub const fn new(name: &'static str, auth: AuthScheme) -> Self {
        Self {
            name,
            auth,
            envelope: Envelope::NONE,
            codes: &[],
            retry_after: None,
            rate_limit: None,
            operation_rates: &[],
            environment: Environment::NONE,
            servers: &[],
            base_suffixes: &[],
            user_agent: concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
        }
    }

    /// Says what the client is called in the header `User-Agent`: `example-client/1.2.0`.
    #[must_use]
    pub const fn user_agent(mut self, text: &'static str) -> Self {
        self.user_agent = text;
        self
    }

    /// Says what surrounds every reply.
    #[must_use]
    pub const fn envelope(mut self, envelope: Envelope) -> Self {
        self.envelope = envelope;
        self
    }

    /// Lists the codes of refusals. The first entry that fits a code decides.
    #[must_use]
    pub const fn codes(mut self, codes: &'static [CodeInfo]) -> Self {
        self.codes = codes;
        self
    }

    /// Names the header beside `Retry-After` that says when to come back.
    #[must_use]
    pub const fn retry_after(mut self, header: &'static str, unit: TimeUnit) -> Self {
        self.retry_after = Some(RetryAfterHeader { header, unit });
        self
    }

    /// Says how many requests the vendor allows in a second.
    #[must_use]
    pub const fn rate_limit(mut self, per_second: f64) -> Self {
        self.rate_limit = Some(per_second);
        self
    }

    /// Says how many requests the vendor allows in a second for single operations, by their names.
    #[must_use]
    pub const fn operation_rates(mut self, per_second: &'static [(&'static str, f64)]) -> Self {
        self.operation_rates = per_second;
        self
    }

    /// Names the environment variables that fill a client in.
    #[must_use]
    pub const fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Lists the servers. The first is used unless the caller says otherwise.
    #[must_use]
    pub const fn servers(mut self, servers: &'static [Server]) -> Self {
        self.servers = servers;
        self
    }

    /// Lists the ends that a base URL may have because it was written for another tool, such as `/v2/team`: they are cut off, since
    /// the paths of the operations contain them.
    #[must_use]
    pub const fn base_suffixes(mut self, suffixes: &'static [&'static str]) -> Self {
        self.base_suffixes = suffixes;
        self
    }

    /// Gives the name of the API.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Looks a code up, as it was received.
    pub(crate) fn code(&self, code: &CodeValue) -> Option<&'static CodeInfo> {
        self.codes.iter().find(|info| info.code.fits(code))
    }
}

/// How requests are authorised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthScheme {
    /// Not at all.
    None,
    /// `Authorization: Bearer KEY`.
    Bearer,
    /// The key in a header of this name.
    Header(&'static str),
    /// The key in a query parameter of this name.
    Query(&'static str),
    /// The key in a cookie of this name.
    Cookie(&'static str),
    /// `Authorization: Basic` and the key, which is the name of a user and a password with a colon between.
    Basic,
    /// Every request is signed with `ACS3-HMAC-SHA256`.
    #[cfg(feature = "acs3")]
    Acs3,
}

/// What surrounds the payload of every reply, and which outcome is a success.
///
/// A list of members means that the first one that is there and not null counts.
#[derive(Clone, Copy, Debug)]
pub struct Envelope {
    /// The members that hold the code of the outcome.
    pub code: &'static [&'static str],
    /// The members that hold what went wrong, in the vendor's words.
    pub message: &'static [&'static str],
    /// The member that holds the payload. Without one the whole body is the payload.
    pub data: Option<&'static str>,
    /// The members that hold the id of the request, used when the header is missing.
    pub request_id: &'static [&'static str],
    /// The header that holds the id of the request.
    pub trace_header: Option<&'static str>,
    /// Which outcome is a success.
    pub success: Success,
}

impl Envelope {
    /// No envelope: the status decides, and the body is the payload.
    pub const NONE: Self = Self { code: &[], message: &[], data: None, request_id: &[], trace_header: None, success: Success::Status };

    /// Whether a refusal of the API can be told from that of something between.
    pub(crate) const fn tells(&self) -> bool {
        !self.code.is_empty() || !self.message.is_empty()
    }
}

/// Which outcome is a success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Success {
    /// Any HTTP status from 200 to 299.
    Status,
    /// Such a status, and the code 0 in the envelope.
    StatusAndZero,
}

/// One code of a refusal.
#[derive(Clone, Copy, Debug)]
pub struct CodeInfo {
    /// The code.
    pub code: CodeKey,
    /// The name it has in the client, such as `session_not_found`.
    pub name: &'static str,
    /// What it means for the caller.
    pub kind: CodeKind,
}

/// A code as it stands in the table. The number 7 and the text `7` fit each other, because servers mix them up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeKey {
    /// A number.
    Number(i64),
    /// A text; with a `*` at its end it fits every code that starts so.
    Text(&'static str),
}

impl CodeKey {
    fn fits(self, code: &CodeValue) -> bool {
        match (self, code) {
            (Self::Number(key), CodeValue::Number(code)) => key == *code,
            (Self::Number(key), CodeValue::Text(code)) => code.parse() == Ok(key),
            (Self::Text(key), CodeValue::Number(code)) => key == code.to_string(),
            (Self::Text(key), CodeValue::Text(code)) => match key.strip_suffix('*') {
                Some(start) => code.starts_with(start),
                None => key == code,
            },
        }
    }

    /// The code in the form that the table has, so that it can be compared with the generated constants.
    pub(crate) fn canonical(self, code: CodeValue) -> CodeValue {
        match self {
            Self::Number(number) => CodeValue::Number(number),
            Self::Text(text) if text.ends_with('*') => match code {
                CodeValue::Number(number) => CodeValue::Text(number.to_string()),
                text => text,
            },
            Self::Text(text) => CodeValue::Text(text.to_owned()),
        }
    }

    /// Gives the code that a refusal with this key has, unless the key ends in `*`.
    #[must_use]
    pub const fn code(self) -> Code<'static> {
        match self {
            Self::Number(number) => Code::Number(number),
            Self::Text(text) => Code::Text(text),
        }
    }
}

/// What a code means for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodeKind {
    /// The key is missing, wrong or expired.
    Authentication,
    /// The key does not allow this.
    Permission,
    /// What was named does not exist.
    NotFound,
    /// The request is wrong, and will be wrong when it is sent again.
    InvalidRequest,
    /// Something is used up.
    Quota,
    /// Too many requests in a short time; this one was not carried out.
    RateLimited,
    /// What is needed is still being prepared.
    NotReady,
    /// The service cannot answer at the moment.
    Unavailable,
    /// The server failed for a reason of its own.
    Internal,
}

/// A header that says when to come back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RetryAfterHeader {
    pub(crate) header: &'static str,
    pub(crate) unit: TimeUnit,
}

/// The unit of a header that says when to come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
}

/// The environment variables that fill a client in.
#[derive(Clone, Copy, Debug)]
pub struct Environment {
    /// The variable with the key.
    pub key: Option<&'static str>,
    /// The variable with the id of an access key, for signed requests.
    pub key_id: Option<&'static str>,
    /// The variable with the secret of an access key, for signed requests.
    pub key_secret: Option<&'static str>,
    /// The variable with the token of a temporary access key, for signed requests.
    pub security_token: Option<&'static str>,
    /// The variable with the base URL.
    pub base_url: Option<&'static str>,
    /// Parameters of the client and their variables, such as `("user_id", "EXAMPLE_USER_ID")`.
    pub parameters: &'static [(&'static str, &'static str)],
}

impl Environment {
    /// No variables.
    pub const NONE: Self = Self { key: None, key_id: None, key_secret: None, security_token: None, base_url: None, parameters: &[] };
}

/// One server of the API.
#[derive(Clone, Copy, Debug)]
pub struct Server {
    /// The name of the constructor for it; the first server has none.
    pub name: Option<&'static str>,
    /// Its URL, with variables such as `{domain}`.
    pub url: &'static str,
}
