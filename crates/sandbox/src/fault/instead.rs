//! Faults that answer in place of the operation.

use hyper::StatusCode;
use hyper::header::LOCATION;

use super::Fault;
use crate::refusal::Refusal;
use crate::reply::Reply;
use crate::spec::Api;

/// What is answered, if the fault is one of these.
pub(crate) fn reply(fault: &Fault, api: Api, host: &str, request: &str) -> Option<Reply> {
    Some(match fault {
        Fault::Status(status) => {
            let status = StatusCode::from_u16(*status).ok()?;
            refusal(api, status).status(status).reply(api, host, request)
        }
        Fault::RateLimit(seconds) => rate_limited(api, seconds.unwrap_or(1)).reply(api, host, request),
        Fault::JsonRefusal(code) => Refusal::coded(api, code).reply(api, host, request),
        Fault::Redirect(url) => Reply::bytes(StatusCode::TEMPORARY_REDIRECT, "text/plain", "moved").header(LOCATION, url),
        Fault::Html => {
            let page = "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n";
            Reply::bytes(StatusCode::BAD_GATEWAY, "text/html; charset=utf-8", page)
        }
        _ => return None,
    })
}

/// Too many requests; the caller may come back after so many seconds.
pub(crate) fn rate_limited(api: Api, seconds: u64) -> Refusal {
    match api {
        Api::Pai => Refusal::pai("Throttling.User", 400, "Request was denied due to user flow control.")
            .header("x-acs-retry-after", seconds.saturating_mul(1000).to_string()),
        _ => Refusal::new(201, "request.frequency.limit: too many requests in a second").header("retry-after", seconds.to_string()),
    }
}

/// A refusal that goes with a status.
fn refusal(api: Api, status: StatusCode) -> Refusal {
    let message = format!("answered with HTTP {} on request", status.as_u16());
    match (api, status.as_u16()) {
        (Api::Pai, 503) => Refusal::pai("ServiceUnavailable", 503, message),
        (Api::Pai, 500..) => Refusal::pai("InternalError", 500, message),
        (Api::Pai, 429) => Refusal::pai("Throttling", 429, message),
        (Api::Pai, 401 | 403) => Refusal::pai("Forbidden.RAM", 403, message),
        (Api::Pai, _) => Refusal::pai("InvalidParameter", 400, message),
        (_, 500..) => Refusal::new(9999, message),
        (_, 429) => Refusal::new(201, message),
        (_, 401 | 403) => Refusal::new(1003, message),
        (Api::V1, _) => Refusal::new(100, message),
        (Api::V2, _) => Refusal::new(300_001, message),
    }
}
