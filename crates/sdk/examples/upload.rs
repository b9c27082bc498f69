//! Uploads a file of any size and shows how far it has come. What is ready can be asked about: see `ask`.
//!
//! Needs `POWERDRILL_PROJECT_API_KEY` and `POWERDRILL_USER_ID`: `cargo run --example upload -- sales.csv [DATASET]`.

use powerdrill::prelude::*;
use powerdrill::{Progress, Step, Unfinished};

#[tokio::main(flavor = "current_thread")]
async fn main() -> powerdrill::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let Some(path) = arguments.next() else {
        eprintln!("usage: upload FILE [DATASET]");
        return Ok(());
    };
    let client = Client::from_env()?;
    let mut upload = client.data_sources().upload(path).progress(show);
    if let Some(dataset) = arguments.next() {
        upload = upload.dataset_id(dataset);
    }
    let uploaded = upload.await;
    // The line of the progress ends here.
    eprintln!();
    let source = uploaded.inspect_err(|error| {
        if let Some(upload) = Unfinished::of(error) {
            eprintln!("{upload}");
        }
    })?;
    println!("{} is ready in dataset {}", source.name, source.dataset_id);
    Ok(())
}

fn show(progress: Progress) {
    let total = progress.total.map(|total| format!(" of {total}")).unwrap_or_default();
    match progress.step {
        Step::Sending => eprint!("\r{}{total} bytes sent", progress.done),
        Step::Synchronising => eprint!("\n{}{total} data sources ready", progress.done),
        _ => {}
    }
}
