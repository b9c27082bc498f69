//! A request and a key -> the authorised request.
//!
//! It runs once per attempt, when everything else about the request is settled, since a signature covers all of it.

#[cfg(feature = "acs3")]
pub(crate) mod acs3;

use http::HeaderName;
use http::header::AUTHORIZATION;

use crate::api::AuthScheme;
use crate::client::Shared;
use crate::secret::Key;
use crate::transport::TransportRequest;

/// What a client proves with who it is.
#[derive(Clone, Debug)]
pub(crate) enum Credentials {
    /// A key that is sent along.
    Key(Key),
    /// A key that is only signed with.
    #[cfg(feature = "acs3")]
    AccessKey(acs3::AccessKey),
}

impl Credentials {
    /// Takes everything secret out of a text that came from elsewhere.
    pub(crate) fn redact(&self, text: String) -> String {
        self.secrets().into_iter().fold(text, |text, key| key.redact(text))
    }

    /// The same for a text that may have been cut in the middle of a secret.
    pub(crate) fn redact_cut(&self, text: String) -> String {
        self.secrets().into_iter().fold(self.redact(text), |text, key| key.redact_end(text))
    }

    /// The longest first: it may contain another one.
    fn secrets(&self) -> Vec<&Key> {
        match self {
            Self::Key(key) => vec![key],
            #[cfg(feature = "acs3")]
            Self::AccessKey(key) => {
                let mut secrets: Vec<&Key> = [&key.id, &key.secret].into_iter().chain(&key.token).collect();
                secrets.sort_by_key(|key| std::cmp::Reverse(key.len()));
                secrets
            }
        }
    }
}

/// Adds what the scheme wants.
///
/// # Errors
///
/// What is missing or not possible, as a sentence.
pub(crate) fn authorise(shared: &Shared, request: &mut TransportRequest) -> Result<(), String> {
    let (name, prefix) = match shared.api.auth {
        AuthScheme::None => return Ok(()),
        AuthScheme::Bearer => (AUTHORIZATION, "Bearer "),
        AuthScheme::Header(name) => match HeaderName::from_bytes(name.as_bytes()) {
            Ok(name) => (name, ""),
            Err(_) => return Err("the API's key goes into a header whose name no header can have".to_owned()),
        },
        #[cfg(feature = "acs3")]
        AuthScheme::Acs3 => {
            let Some(Credentials::AccessKey(key)) = &shared.credentials else { return Err("there is no access key".to_owned()) };
            let nonce = u128::from(shared.random.next()) << 64 | u128::from(shared.random.next());
            return acs3::sign(key, &acs3::Once { now: shared.clock.now(), nonce }, request);
        }
    };
    let key = match &shared.credentials {
        Some(Credentials::Key(key)) => key.header(prefix),
        _ => None,
    };
    // Whatever a caller put there, the client's own key counts.
    request.headers.insert(name, key.ok_or("there is no key")?);
    Ok(())
}
