//! A sandbox, a client for it, and a folder that is there for one test.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use powerdrill::{Client, Progress, RetryPolicy};
use powerdrill_sandbox::{Config, Received, Sandbox};

pub const CSV: &str = "region,quarter,sales\nNorth,Q1,100\nNorth,Q2,150\nSouth,Q1,80\nSouth,Q2,70\n";

pub async fn sandbox() -> Sandbox {
    Sandbox::start(Config::default()).await.expect("a sandbox")
}

pub fn client(sandbox: &Sandbox) -> Client {
    client_with(sandbox, RetryPolicy::default())
}

pub fn client_with(sandbox: &Sandbox, retry: RetryPolicy) -> Client {
    let builder = Client::builder().key("key-1").user_id("user-1").base_url(sandbox.base());
    builder.retry(retry).build().expect("a client")
}

/// `POST upload_file`, `PUT files` and so on, in the order in which they came.
pub fn calls(sandbox: &Sandbox) -> Vec<String> {
    let name = |request: &Received| {
        let operation = request.operation.as_deref().and_then(|name| name.rsplit('#').next());
        format!("{} {}", request.method, operation.unwrap_or("files"))
    };
    sandbox.requests().iter().map(name).collect()
}

/// A folder that is there for one test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("powerdrill-workflows-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, content).expect("a file");
        path
    }

    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).expect("a folder");
        let mut names: Vec<String> = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Keeps what it is told.
#[derive(Clone, Default)]
pub struct Told(Arc<Mutex<Vec<Progress>>>);

impl Told {
    pub fn listener(&self) -> impl Fn(Progress) + Send + Sync + 'static {
        let told = Arc::clone(&self.0);
        move |progress| told.lock().expect("not poisoned").push(progress)
    }

    pub fn all(&self) -> Vec<Progress> {
        self.0.lock().expect("not poisoned").clone()
    }
}

/// A table of about so many bytes.
pub fn table(bytes: usize) -> String {
    let mut text = String::from("region,quarter,sales\n");
    let mut row = 0;
    while text.len() < bytes {
        text.push_str(&format!("Region {},Q{},{}\n", row % 7, row % 4 + 1, row % 1000));
        row += 1;
    }
    text
}
