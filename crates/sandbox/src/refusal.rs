//! Why a call is refused -> the vendor's code, its HTTP status and its form of saying so.

use hyper::StatusCode;
use hyper::header::HeaderName;
use serde_json::{Value, json};

use crate::reply::Reply;
use crate::spec::Api;
use crate::spec::check::Violation;

/// A refusal before it is put into the form of its API.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(&'static str, String)>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Code {
    Number(i64),
    Text(String),
}

/// The HTTP status that comes with a code of the Powerdrill APIs, from their table of errors.
const STATUS: [(i64, u16); 27] = [
    (100, 400),
    (201, 429),
    (1002, 403),
    (1003, 403),
    (1004, 403),
    (9999, 500),
    (100_105, 400),
    (100_106, 400),
    (100_112, 400),
    (210_014, 400),
    (210_020, 400),
    (210_021, 400),
    (210_022, 400),
    (210_023, 400),
    (210_024, 400),
    (210_025, 400),
    (210_026, 400),
    (300_001, 400),
    (300_010, 400),
    // The others arrive with HTTP 200, as do these older forms of two of them.
    (100_001, 200),
    (204_001, 200),
    (211_001, 200),
    (211_002, 200),
    (214_002, 200),
    (300_002, 200),
    (300_003, 200),
    (300_009, 200),
];

impl Refusal {
    /// A refusal with a code of a Powerdrill API and the status that belongs to it.
    pub(crate) fn new(code: i64, message: impl Into<String>) -> Self {
        let status = STATUS.iter().find(|(known, _)| *known == code).map_or(200, |(_, status)| *status);
        Self::with(Code::Number(code), status, message)
    }

    /// A refusal of PAI.
    pub(crate) fn pai(code: &str, status: u16, message: impl Into<String>) -> Self {
        Self::with(Code::Text(code.into()), status, message)
    }

    fn with(code: Code, status: u16, message: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        Self { code, message: message.into(), status, headers: Vec::new() }
    }

    pub(crate) fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A refusal with a code given as text, in the status that the code usually has.
    pub(crate) fn coded(api: Api, code: &str) -> Self {
        let message = format!("refused with {code} on request");
        match (api, code.parse::<i64>()) {
            (Api::Pai, _) => Self::pai(code, pai_status(code), message),
            (_, Ok(number)) => Self::new(number, message),
            (_, Err(_)) => Self::new(300_001, message),
        }
    }

    /// Something like a session or a file does not exist.
    pub(crate) fn missing(api: Api, what: &str) -> Self {
        match (api, what) {
            (Api::V1, "session") => Self::new(211_002, "the session does not exist"),
            (Api::V1, _) => Self::new(100_001, format!("{what} not found")),
            (Api::V2, _) => Self::new(300_003, format!("{what} not found")),
            (Api::Pai, _) => Self::pai("201300003", 404, format!("{what} not found")),
        }
    }

    /// The request breaks the spec.
    pub(crate) fn violations(api: Api, operation: &str, violations: &[Violation]) -> Self {
        let told: Vec<String> = violations
            .iter()
            .take(5)
            .map(|violation| format!("{}: {}: {}", violation.pointer, violation.rule, violation.message))
            .collect();
        let message = format!("{operation}: {}", told.join("; "));
        let any = |pointer: &str, rule: &str| violations.iter().any(|found| found.pointer == pointer && found.rule.contains(rule));
        match api {
            Api::Pai if violations.iter().any(|violation| violation.rule == "required") => Self::pai("MissingParameter", 400, message),
            Api::Pai => Self::pai("InvalidParameter", 400, message),
            Api::V1 if any("/body/config/maxMessagesInContext", "imum") => Self::new(100_105, message),
            Api::V1 if any("/body/config/mediaTtl", "imum") => Self::new(100_106, message),
            Api::V1 => Self::new(100, message),
            Api::V2 if any("/body/question", "maxLength") => Self::new(210_022, message),
            Api::V2 if any("/body/datasource_ids", "maxItems") => Self::new(210_025, message),
            Api::V2 => Self::new(300_001, message),
        }
    }

    /// Nothing is served at the path.
    pub(crate) fn unknown_path(path: &str) -> (Api, Self) {
        let message = "no operation has this path";
        if path.contains("/datasetjob") {
            (Api::Pai, Self::pai("InvalidApi.NotFound", 404, message))
        } else if path.starts_with("/api/v1/") {
            (Api::V1, Self::new(100_001, message).status(StatusCode::NOT_FOUND))
        } else {
            (Api::V2, Self::new(300_003, message).status(StatusCode::NOT_FOUND))
        }
    }

    /// The path is served with other methods.
    pub(crate) fn method(api: Api, allowed: &str) -> Self {
        let message = format!("this path has the methods {allowed}");
        let refusal = match api {
            Api::V1 => Self::new(100_001, message),
            Api::V2 => Self::new(300_001, message),
            Api::Pai => Self::pai("InvalidApi.NotFound", 405, message),
        };
        refusal.status(StatusCode::METHOD_NOT_ALLOWED).header("allow", allowed)
    }

    /// The refusal in the form of its API. `request` is the id of the request.
    pub(crate) fn reply(&self, api: Api, host: &str, request: &str) -> Reply {
        let body = match (api, &self.code) {
            (Api::Pai, code) => json!({
                "RequestId": request,
                "HostId": host,
                "Code": code.text(),
                "Message": self.message,
                "Recommend": format!("http://{host}/help?code={}", code.text()),
            }),
            (_, Code::Number(number)) => json!({ "code": number, "msg": self.message }),
            (_, Code::Text(text)) => json!({ "code": 300_001, "msg": format!("{text}: {}", self.message) }),
        };
        let mut reply = Reply::json(self.status, body);
        for (name, value) in &self.headers {
            reply = reply.header(HeaderName::from_static(name), value);
        }
        reply
    }
}

impl Code {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

/// The HTTP status that usually comes with a code of PAI.
fn pai_status(code: &str) -> u16 {
    match code {
        "InvalidAccessKeyId.NotFound" | "InvalidApi.NotFound" => 404,
        "Forbidden.RAM" => 403,
        "InternalError" => 500,
        "ServiceUnavailable" => 503,
        number if number.bytes().all(|byte| byte.is_ascii_digit()) => 404,
        _ => 400,
    }
}

/// What success looks like around `data`.
pub(crate) fn envelope(captured: bool, data: Value) -> Value {
    if captured { json!({ "code": 0, "msg": null, "data": data }) } else { json!({ "code": 0, "data": data }) }
}
