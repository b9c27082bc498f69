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
        match self {
            Self::Key(key) => key.redact(text),
            #[cfg(feature = "acs3")]
            Self::AccessKey(key) => {
                let text = key.secret.redact(key.id.redact(text));
                key.token.iter().fold(text, |text, token| token.redact(text))
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
