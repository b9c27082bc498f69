//! How much memory open streams take, and a long one that is read slowly. The server is another process.

use std::alloc::System;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use powerdrill::prelude::*;
use powerdrill::{JobStream, Result, Stream};
use stats_alloc::Region;

use crate::ALLOCATOR;
use crate::inputs::message;
use crate::serve::{BEGINNING, GIBIBYTE, LARGE, LARGE_EVENT, SMALL, beginning};

const STREAMS: usize = 2000;
const MEBIBYTE: usize = 1 << 20;
/// How much a stream of any length may grow this process.
const MOST_GROWTH: usize = 32 * MEBIBYTE;

/// Measures everything, each in a process of its own: memory that was used before would blur the figures.
pub fn run() -> std::result::Result<(), String> {
    println!("{STREAMS} streams open at once, bytes per stream\n");
    for part in 0..4 {
        again(part)?;
    }
    println!("\nOne stream of 1 GiB, read slowly\n");
    again(4)
}

fn again(part: usize) -> std::result::Result<(), String> {
    let program = std::env::current_exe().map_err(|error| format!("this program is not found: {error}"))?;
    let status = Command::new(program).args(["memory", &part.to_string()]).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("part {part} ended with {status}")),
        Err(error) => Err(format!("part {part} did not start: {error}")),
    }
}

pub fn part(part: &str) -> std::result::Result<(), String> {
    let server = Server::start()?;
    let client = Client::builder().key("key-1").user_id("user-1").base_url(format!("http://{}", server.address));
    let client = client.build().map_err(|error| error.to_string())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| error.to_string())?;
    let with_large = beginning() + message(&"z".repeat(LARGE_EVENT)).len() + message("done").len();
    let growth = runtime.block_on(async {
        match part {
            "0" => open_bytes(&client, SMALL, beginning(), "bytes, after 20 events of 1.3 KiB").await?,
            "1" => open(&client, SMALL, BEGINNING, "events, after the same").await?,
            "2" => open_bytes(&client, LARGE, with_large, "bytes, after one of 300 KiB as well").await?,
            "3" => open(&client, LARGE, BEGINNING + 2, "events, after the same").await?,
            _ => return long(&client).await,
        }
        Ok(0)
    });
    let growth = growth.map_err(|error: Error| error.to_string())?;
    if growth > MOST_GROWTH {
        return Err(format!("this process has grown by {:.1} MiB, more than {:.1}", mebibytes(growth), mebibytes(MOST_GROWTH)));
    }
    Ok(())
}

/// Opens the streams, reads what they say and keeps them.
async fn open(client: &Client, question: &str, blocks: usize, what: &str) -> Result<()> {
    let measure = Measure::start();
    let mut streams = Vec::with_capacity(STREAMS);
    for _ in 0..STREAMS {
        streams.push(ask(client, question).await?);
    }
    let mut text = 0;
    for stream in &mut streams {
        for _ in 0..=blocks {
            stream.next_event().await?;
        }
        // A stream that is open is one that is waited for.
        let more = tokio::time::timeout(Duration::from_micros(1), stream.next_event()).await;
        assert!(more.is_err(), "nothing more is sent");
        text += stream.answer().text().len();
    }
    measure.tell(what, text);
    Ok(())
}

/// The same without a reader of events: what the connections take.
async fn open_bytes(client: &Client, question: &str, bytes: usize, what: &str) -> Result<()> {
    let measure = Measure::start();
    let mut streams = Vec::with_capacity(STREAMS);
    for _ in 0..STREAMS {
        streams.push(client.jobs().create("session-1", question).open_stream().await?);
    }
    for stream in &mut streams {
        let mut count = 0;
        while count < bytes {
            let piece = std::future::poll_fn(|context| std::pin::Pin::new(&mut *stream).poll_next(context)).await;
            count += piece.transpose()?.map_or(usize::MAX, |piece| piece.len());
        }
        let more = std::future::poll_fn(|context| std::pin::Pin::new(&mut *stream).poll_next(context));
        assert!(tokio::time::timeout(Duration::from_micros(1), more).await.is_err(), "nothing more is sent");
    }
    measure.tell(what, 0);
    Ok(())
}

/// What was there before.
struct Measure {
    heap: Region<'static, System>,
    resident: usize,
}

impl Measure {
    fn start() -> Self {
        Self { heap: Region::new(ALLOCATOR), resident: resident() }
    }

    fn tell(&self, what: &str, answers: usize) {
        let (grown, heap) = (resident().saturating_sub(self.resident), self.heap.change());
        let live = heap.bytes_allocated.saturating_sub(heap.bytes_deallocated);
        let each = |bytes: usize| bytes / STREAMS;
        println!("  {what:44} {:>8} resident, {:>8} on the heap, of which {:>7} the answer", each(grown), each(live), each(answers));
    }
}

/// Reads slowly, and gives by how much this process has grown.
async fn long(client: &Client) -> Result<usize> {
    let mut events = ask(client, GIBIBYTE).await?.into_events();
    let (before, started) = (resident(), Instant::now());
    let (mut count, mut most) = (0_usize, 0);
    while events.next_event().await?.is_some() {
        count += 1;
        if count.is_multiple_of(1024) {
            most = most.max(resident().saturating_sub(before));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    println!("  {count} events in {:.1} s, {:.1} MiB of growth at most", started.elapsed().as_secs_f64(), mebibytes(most));
    Ok(most)
}

async fn ask(client: &Client, question: &str) -> Result<JobStream> {
    client.jobs().create("session-1", question).stream().await
}

/// The memory of this process that is in use, in bytes; 0 where the system does not tell.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")).and_then(|text| text.parse::<usize>().ok()).unwrap_or(0) * 1024
}

#[expect(clippy::cast_precision_loss, reason = "a figure to look at")]
fn mebibytes(bytes: usize) -> f64 {
    bytes as f64 / MEBIBYTE as f64
}

struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start() -> std::result::Result<Self, String> {
        let program = std::env::current_exe().map_err(|error| format!("this program is not found: {error}"))?;
        let started = Command::new(program).arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = started.map_err(|error| format!("the server did not start: {error}"))?;
        let mut address = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut address).map_err(|error| format!("the server says nothing: {error}"))?;
        }
        Ok(Self { process, address: address.trim().to_owned() })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Closing its input ends it.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
