//! Who calls: the keys of the Powerdrill APIs, and the signatures of PAI.

pub(crate) mod acs3;

use hyper::HeaderMap;

use crate::refusal::Refusal;
use crate::spec::Api;
use crate::state::State;

/// A request as a signature covers it.
pub(crate) struct Signed<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// The key that a call is made with. Everything that is stored belongs to a key.
pub(crate) fn key(state: &State, api: Api, request: &Signed<'_>) -> Result<String, Refusal> {
    let text = |name: &str| request.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim).unwrap_or_default();
    let key = match api {
        Api::Pai => return acs3::key(state, request),
        Api::V1 => match text("authorization").split_once(' ') {
            Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim(),
            _ => "",
        },
        Api::V2 => text("x-pd-api-key"),
    };
    if key.is_empty() {
        let header = if api == Api::V1 { "Authorization: Bearer" } else { "x-pd-api-key" };
        return Err(Refusal::new(1003, format!("insufficient.authentication: the header `{header}` is missing")));
    }
    let keys = &state.config.keys;
    if !keys.is_empty() && !keys.iter().any(|known| known == key) {
        return Err(Refusal::new(1004, "bad.credentials: the key is not known"));
    }
    Ok(key.to_owned())
}
