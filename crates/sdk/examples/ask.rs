//! Asks a question about a dataset, prints the answer while it is made, and gets it from the history if the stream breaks.
//!
//! Needs `POWERDRILL_PROJECT_API_KEY` and `POWERDRILL_USER_ID`: `cargo run --example ask -- dataset-1 "Which region grew?"`.

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
    let mut answer = client.jobs().create(&session.id, question).dataset_id(dataset).stream().await?;
    loop {
        match (answer.next_event().await, answer.end()) {
            (Ok(Some(event)), _) => show(event),
            (Ok(None), _) => {
                println!();
                return Ok(());
            }
            // One event was malformed, and others follow.
            (Err(error), None) => eprintln!("{error}"),
            (Err(error), Some(End::Truncated | End::Idle)) => {
                eprintln!("{error}: looking for the answer");
                println!("\n{}", answer.recover().await?.text());
                return Ok(());
            }
            (Err(error), Some(_)) => return Err(error),
        }
    }
}

fn show(event: JobEvent) {
    let JobEvent::Block(block) = event else { return };
    match block.content {
        BlockContent::Message(text) => print!("{text}"),
        BlockContent::Table(file) | BlockContent::Image(file) => println!("\n{}", file.name),
        _ => {}
    }
}
