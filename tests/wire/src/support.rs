//! Clients for tests: with a key that is looked for everywhere, a clock that does not wait, and replies to give them.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use apispec_runtime::{BoxFuture, ClientBuilder, Clock, Random};
use pai_datasets as pai;
use powerdrill_client::{v1, v2};

use crate::server::{Server, Steps, reply};
use crate::show;

/// What no output of any test may contain: the keys begin with it, and so do the paths of links that give access to something.
pub const CANARY: &str = "canary-5d1c";

pub const JSON: &str = "application/json";

/// A success that says nothing more.
pub const DONE: &str = r#"{"code":0,"data":{}}"#;

pub fn key() -> String {
    show::start();
    format!("{CANARY}-key-70b2")
}

/// Waits for nothing.
pub struct Quick;

impl Clock for Quick {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(784_111_777)
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
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

fn quick(builder: ClientBuilder) -> ClientBuilder {
    builder.clock(Arc::new(Quick)).random(Arc::new(Half))
}

pub fn v1_builder(url: &str) -> v1::ClientBuilder {
    v1::Client::builder().key(key()).base_url(url).with(quick)
}

pub fn v2_builder(url: &str) -> v2::ClientBuilder {
    v2::Client::builder().key(key()).base_url(url).user_id("user-1").with(quick)
}

pub fn v1_client(url: &str) -> v1::Client {
    let builder = v1_builder(url);
    show::value("a builder", &builder);
    let client = builder.build().expect("a client");
    show::value("a client", &client);
    client
}

pub fn v2_client(url: &str) -> v2::Client {
    let builder = v2_builder(url);
    show::value("a builder", &builder);
    let client = builder.build().expect("a client");
    show::value("a client", &client);
    client
}

pub fn pai_client(url: &str) -> pai::Client {
    let builder = pai::Client::builder().access_key("access-key-1", key()).base_url(url).with(quick);
    show::value("a builder", &builder);
    let client = builder.build().expect("a client");
    show::value("a client", &client);
    client
}

/// A server that always gives the same JSON.
pub async fn server(status: u16, body: &str) -> Server {
    Server::replying(status, body).await
}

/// A server that breaks the connection off as soon as it has read a request.
pub async fn broken() -> Server {
    Server::start(|_, _| Vec::new()).await
}

/// A page that a proxy would give.
pub fn page(status: u16) -> Steps {
    reply(status, "text/html", "<html>\n<head><title>502 Bad Gateway</title></head>\n<body>nginx</body>\n</html>\n")
}
