//! A request and a key -> the authorised request.
//!
//! It runs once per attempt, when everything else about the request is settled, since a signature covers all of it.

#[cfg(feature = "acs3")]
pub(crate) mod acs3;

use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderName};
use url::form_urlencoded;

use crate::api::AuthScheme;
use crate::client::Shared;
use crate::encode::component;
use crate::secret::Key;
use crate::transport::TransportRequest;

/// What a client proves with who it is.
#[derive(Clone, Debug)]
pub(crate) enum Credentials {
    /// A key that is sent along.
    Key(Key),
    /// A secret that is sent within something else: a password in the letters of Basic, a token behind its kind, a key as a query has it.
    Within {
        /// The secret.
        secret: Key,
        /// What is sent.
        sent: Key,
    },
    /// A key that is only signed with.
    #[cfg(feature = "acs3")]
    AccessKey(acs3::AccessKey),
}

impl Credentials {
    /// What is sent along.
    fn sent(&self) -> Option<&Key> {
        match self {
            Self::Key(key) | Self::Within { sent: key, .. } => Some(key),
            #[cfg(feature = "acs3")]
            Self::AccessKey(_) => None,
        }
    }

    /// What must not be seen.
    pub(crate) fn secrets(&self) -> Vec<&Key> {
        match self {
            Self::Key(key) => vec![key],
            Self::Within { secret, sent } => vec![sent, secret],
            #[cfg(feature = "acs3")]
            Self::AccessKey(key) => [&key.id, &key.secret].into_iter().chain(&key.token).collect(),
        }
    }
}

/// Adds the headers that every request of the client has, unless the call has one of the name.
pub(crate) fn add_headers(shared: &Shared, headers: &mut HeaderMap) {
    for (name, credentials) in &shared.headers {
        if let Some(value) = credentials.sent().and_then(|key| key.header("")) {
            headers.entry(name).or_insert(value);
        }
    }
}

/// Adds what the scheme wants.
///
/// # Errors
///
/// What is missing or not possible, as a sentence.
pub(crate) fn authorise(shared: &Shared, request: &mut TransportRequest) -> Result<(), String> {
    let key = shared.credentials.as_ref().and_then(Credentials::sent);
    let missing = "there is no key";
    let (name, prefix) = match shared.api.auth {
        AuthScheme::None => return Ok(()),
        AuthScheme::Bearer => (AUTHORIZATION, "Bearer "),
        AuthScheme::Basic => (AUTHORIZATION, "Basic "),
        AuthScheme::Query(name) => {
            request.url = with_pair(&request.url, name, key.ok_or(missing)?);
            return Ok(());
        }
        AuthScheme::Cookie(name) => {
            let line = request.headers.get(COOKIE).and_then(|line| line.to_str().ok()).unwrap_or_default();
            let is_other = |pair: &&str| !pair.is_empty() && pair.split('=').next() != Some(name);
            let others: String = line.split("; ").filter(is_other).map(|pair| format!("{pair}; ")).collect();
            let line = key.ok_or(missing)?.header(&format!("{others}{name}="));
            request.headers.insert(COOKIE, line.ok_or("the key cannot be a cookie")?);
            return Ok(());
        }
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
    // Whatever a caller put there, the client's own key counts.
    request.headers.insert(name, key.and_then(|key| key.header(prefix)).ok_or(missing)?);
    Ok(())
}

/// A URL with the key, which is encoded already, in its query, and no other value of that name.
fn with_pair(url: &str, name: &str, key: &Key) -> String {
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let is_other = |pair: &&str| !pair.is_empty() && form_urlencoded::parse(pair.as_bytes()).next().is_none_or(|(known, _)| known != name);
    let mut pairs: Vec<String> = query.split('&').filter(is_other).map(str::to_owned).collect();
    pairs.push(format!("{}={}", component(name), key.expose()));
    format!("{address}?{}", pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use super::with_pair;
    use crate::secret::Key;

    #[test]
    fn a_key_in_the_query_stands_there_once() {
        let (_, key) = Key::in_query(&"a&b=c".into()).expect("a key");
        for (url, expected) in [
            ("https://api.example.com/it", "https://api.example.com/it?api%20key=a%26b%3Dc"),
            ("https://api.example.com/it?a=%20b&api%20key=x&api+key=y", "https://api.example.com/it?a=%20b&api%20key=a%26b%3Dc"),
        ] {
            assert_eq!(with_pair(url, "api key", &key), expected);
        }
    }
}
