//! A sandbox in which time stands still, and clients of it that wait for nothing and try nothing twice.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use powerdrill::{RetryPolicy, SecretText};
use powerdrill_client::{Method, v1, v2};
use powerdrill_sandbox::{Config, Sandbox, Time};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The file that questions are about. `SALES` of it are 10, 40 and 25.
pub const CSV: &str = "Region,Sales\nNorth,10\nSouth,40\nEast,25\n";
pub const ADDRESS: &str = "https://files.example.com/sales.csv";
pub const QUESTION: &str = "What is the total sales by region?";

/// No test takes longer for one call, whatever goes wrong with it.
pub const LONGEST: Duration = Duration::from_secs(20);

pub fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_739_445_440)
}

/// A sandbox that knows the file.
pub async fn sandbox(config: Config) -> Sandbox {
    let sandbox = Sandbox::start(Config { time: Time::Frozen(now()), ..config }).await.expect("it starts");
    sandbox.register_content(ADDRESS, CSV);
    sandbox
}

pub fn v1_client(sandbox: &Sandbox) -> v1::Client {
    v1::Client::builder().key("key-1").base_url(sandbox.base()).retry(RetryPolicy::off()).build().expect("a client")
}

pub fn v2_client(sandbox: &Sandbox) -> v2::Client {
    v2_builder(sandbox).build().expect("a client")
}

pub fn v2_builder(sandbox: &Sandbox) -> v2::ClientBuilder {
    v2::Client::builder().key("key-1").base_url(sandbox.base()).user_id("user-1").retry(RetryPolicy::off())
}

/// A session of the team API, and a dataset with the file in it that is ready.
pub async fn prepared(sandbox: &Sandbox) -> (String, String) {
    let client = v2_client(sandbox);
    let session = client.sessions().create("Review").send().await.expect("a session");
    let source = client.data_sources().create_in_new_dataset("sales.csv").url(ADDRESS).send().await.expect("a data source");
    sandbox.advance(Duration::from_secs(1));
    (session.id.as_str().to_owned(), source.dataset_id.as_str().to_owned())
}

/// What is at a link of an answer or of a data source.
pub async fn fetched(client: &v2::Client, url: &SecretText) -> Vec<u8> {
    let download = client.runtime().external("download", Method::Get, url).download().await.expect("a file");
    download.bytes(1 << 20).await.expect("the whole file").to_vec()
}

/// Sends one part of an upload to its link, as an object store wants it, and gives the ETag without its quotation marks.
pub async fn put(sandbox: &Sandbox, url: &SecretText, part: &[u8]) -> String {
    let target = url.expose().strip_prefix(sandbox.url()).expect("a link of the sandbox");
    let mut stream = TcpStream::connect(sandbox.address()).await.expect("a connection");
    let head = format!("PUT {target} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", part.len());
    stream.write_all(&[head.as_bytes(), part].concat()).await.expect("it is sent");
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.expect("a reply");
    let etag = reply.lines().find_map(|line| line.strip_prefix("etag: "));
    etag.unwrap_or_else(|| panic!("no ETag in {reply}")).trim_matches('"').to_owned()
}
