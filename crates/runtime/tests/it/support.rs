//! An API that does not exist, a clock that does not wait, and shorthands.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use apispec_runtime::{
    Api, AuthScheme, BoxFuture, Client, ClientBuilder, Clock, CodeInfo, CodeKey, CodeKind, Envelope, Environment, Method, Operation,
    Random, Retry, Server, Success, TimeUnit,
};

/// Looked for in everything that is shown or logged.
pub const KEY: &str = "canary-key-7f3a";

pub static API: Api = Api::new("test", AuthScheme::Header("x-test-key"))
    .servers(&[Server { name: None, url: "https://api.example.com/api" }, Server { name: Some("hosted"), url: "https://{domain}/app/api" }])
    .base_suffixes(&["/v2/team", "/v2"])
    .environment(Environment {
        key: Some("TEST_KEY"),
        base_url: Some("TEST_URL"),
        parameters: &[("user_id", "TEST_USER_ID")],
        ..Environment::NONE
    })
    .envelope(Envelope {
        code: &["code"],
        message: &["msg", "message"],
        data: Some("data"),
        request_id: &["request_id"],
        trace_header: Some("x-trace-id"),
        success: Success::StatusAndZero,
    })
    .retry_after("x-retry-after-ms", TimeUnit::Milliseconds)
    .rate_limit(20.0)
    .codes(&[
        CodeInfo { code: CodeKey::Number(201), name: "rate_limited", kind: CodeKind::RateLimited },
        CodeInfo { code: CodeKey::Number(1003), name: "bad_key", kind: CodeKind::Authentication },
        CodeInfo { code: CodeKey::Number(9999), name: "internal_error", kind: CodeKind::Internal },
        CodeInfo { code: CodeKey::Number(210021), name: "job_quota_exceeded", kind: CodeKind::Quota },
        CodeInfo { code: CodeKey::Number(300001), name: "bad_request", kind: CodeKind::InvalidRequest },
        CodeInfo { code: CodeKey::Number(300003), name: "not_found", kind: CodeKind::NotFound },
        CodeInfo { code: CodeKey::Text("Busy*"), name: "busy", kind: CodeKind::Unavailable },
    ]);

/// Costs money.
pub static CREATE: Operation = Operation::new("create_job", Method::Post, "/v2/team/jobs", Retry::Never);
pub static GET: Operation = Operation::new("get_session", Method::Get, "/v2/team/sessions/{session_id}", Retry::Safe);
pub static LIST: Operation = Operation::new("list_sessions", Method::Get, "/v2/team/sessions", Retry::Safe);
/// Changes something, and may be sent twice.
pub static RENAME: Operation = Operation::new("rename_session", Method::Patch, "/v2/team/sessions/{session_id}", Retry::Safe);

/// Waits for nothing, and remembers how long it should have.
#[derive(Default)]
pub struct Quick(pub Mutex<Vec<Duration>>);

impl Quick {
    pub fn waits(&self) -> Vec<u128> {
        self.0.lock().expect("not poisoned").iter().map(Duration::as_millis).collect()
    }
}

impl Clock for Quick {
    /// Sun, 06 Nov 1994 08:49:37 GMT
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(784_111_777)
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.0.lock().expect("not poisoned").push(time);
        Box::pin(async {})
    }
}

/// Half of everything.
pub struct Half;

impl Random for Half {
    fn next(&self) -> u64 {
        1 << 63
    }
}

pub fn builder(url: &str) -> ClientBuilder {
    Client::builder(&API).key(KEY).base_url(url).parameter("user_id", "user-1").clock(Arc::new(Quick::default())).random(Arc::new(Half))
}

pub fn client(url: &str) -> Client {
    builder(url).build().expect("a client")
}
