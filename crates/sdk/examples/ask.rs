//! Asks a question about a dataset, prints the answer while it is made, and gets it from the history if the stream breaks.
//!
//! Needs `POWERDRILL_PROJECT_API_KEY` and `POWERDRILL_USER_ID`: `cargo run --example ask -- dataset-1 "Which region grew?"`.

use powerdrill::Interrupted;
use powerdrill::prelude::*;

#[tokio::main(flavor = "current_thread")]
async fn main() -> powerdrill::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(dataset), Some(question)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: ask DATASET QUESTION");
        return Ok(());
    };
    let client = Client::from_env()?;
    let session = client.sessions().create("Q3 review").send().await?;

    let ask = client.jobs().create(&session.id, question).dataset_id(dataset);
    let mut answer = ask.stream().await.inspect_err(explain)?;
    loop {
        match answer.next_event().await {
            Ok(Some(event)) => show(event),
            Ok(None) => return Ok(()),
            Err(error) => {
                explain(&error);
                let recovered = answer.recover().await?;
                println!("\n{}", recovered.text());
                return Ok(());
            }
        }
    }
}

fn show(event: JobEvent) {
    let JobEvent::Block(block) = event else { return };
    match block.content {
        // Tables and images come twice; `block.stage` tells the analysis from the answer.
        BlockContent::Message(text) => print!("{text}"),
        BlockContent::Table(file) | BlockContent::Image(file) => println!("\n{}", file.name),
        _ => {}
    }
}

fn explain(error: &Error) {
    match (error.code(), Interrupted::of(error)) {
        (Some(codes::JOB_QUOTA_EXCEEDED), _) => eprintln!("no jobs left this month"),
        (Some(code), _) => eprintln!("refused: {code} (trace {:?})", error.trace_id()),
        (None, Some(stream)) => eprintln!("{stream}: looking for the answer"),
        (None, None) => eprintln!("not answered: {error}"),
    }
}
