//! A request and a key -> the authorised request.
//!
//! It runs once per attempt, when everything else about the request is settled, since a signature covers all of it.

use http::HeaderName;
use http::header::AUTHORIZATION;

use crate::api::AuthScheme;
use crate::secret::Key;
use crate::transport::TransportRequest;

/// Adds what the scheme wants.
///
/// # Errors
///
/// What is missing or not possible, as a sentence.
pub(crate) fn authorise(scheme: AuthScheme, key: Option<&Key>, request: &mut TransportRequest) -> Result<(), String> {
    let (name, prefix) = match scheme {
        AuthScheme::None => return Ok(()),
        AuthScheme::Bearer => (AUTHORIZATION, "Bearer "),
        AuthScheme::Header(name) => match HeaderName::from_bytes(name.as_bytes()) {
            Ok(name) => (name, ""),
            Err(_) => return Err("the API's key goes into a header whose name no header can have".to_owned()),
        },
        #[cfg(feature = "acs3")]
        AuthScheme::Acs3 => return Err("requests signed with ACS3 are not supported yet".to_owned()),
    };
    let value = key.and_then(|key| key.header(prefix)).ok_or("there is no key")?;
    // Whatever a caller put there, the client's own key counts.
    request.headers.insert(name, value);
    Ok(())
}
