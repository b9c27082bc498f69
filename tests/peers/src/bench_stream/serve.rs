//! The other process: a server that streams what the question asks for.

use std::io::Write;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::inputs::message;

/// What the questions are.
pub const SMALL: &str = "small events";
pub const LARGE: &str = "a large event";
pub const GIBIBYTE: &str = "a gibibyte";

/// How many small events every stream begins with.
pub const BEGINNING: usize = 20;

/// How large the large event is.
pub const LARGE_EVENT: usize = 300 * 1024;

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
const FIRST: &str = "event:JOB_ID\ndata:job-1\n\n";

/// How many bytes every stream begins with.
pub fn beginning() -> usize {
    FIRST.len() + BEGINNING * small().len()
}

fn small() -> String {
    message(&"y".repeat(1024))
}

/// Prints its port and serves until its input ends.
pub fn run() -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_line(&mut String::new());
        std::process::exit(0);
    });
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
        println!("{}", listener.local_addr().map_err(|error| error.to_string())?);
        std::io::stdout().flush().map_err(|error| error.to_string())?;
        loop {
            if let Ok((stream, _)) = listener.accept().await {
                // A client that goes away ends its own stream only.
                tokio::spawn(async move { drop(answer(stream).await) });
            }
        }
    })
}

async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 2048];
    while !request.ends_with(b"true}") {
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        request.extend_from_slice(&buffer[..count]);
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    stream.write_all(format!("{HEAD}{FIRST}").as_bytes()).await?;
    if request.contains(GIBIBYTE) {
        let event = message(&"x".repeat(4096));
        for _ in 0..(1 << 30) / event.len() {
            stream.write_all(event.as_bytes()).await?;
        }
        return stream.write_all(b"event:END_MARK\ndata:[DONE]\n\n").await;
    }
    for _ in 0..BEGINNING {
        stream.write_all(small().as_bytes()).await?;
    }
    if request.contains(LARGE) {
        stream.write_all(message(&"z".repeat(LARGE_EVENT)).as_bytes()).await?;
        stream.write_all(message("done").as_bytes()).await?;
    }
    // The stream stays open until the client goes.
    while stream.read(&mut buffer).await? > 0 {}
    Ok(())
}
