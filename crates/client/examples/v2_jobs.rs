//! Jobs of the team API: asks a question, prints the answer, and tells what a refusal means.
//!
//! Needs `POWERDRILL_PROJECT_API_KEY` and `POWERDRILL_USER_ID`. Answers that come while they are made need the `powerdrill` package.

use powerdrill_client::v2::types::BlockContent;
use powerdrill_client::v2::{Client, codes};
use powerdrill_client::{Error, Result};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let client = Client::from_env()?;
    let session = client.sessions().create("Q3 review").send().await?;
    let asked = client.jobs().create(&session.id, "Which region grew?").dataset_id("dataset-1").send().await;
    let job = asked.inspect_err(explain)?;
    for block in &job.blocks {
        match &block.content {
            BlockContent::Message(text) => println!("{text}"),
            BlockContent::Table(file) | BlockContent::Image(file) => println!("[{}]", file.name.as_deref().unwrap_or("a file")),
            _ => {}
        }
    }
    Ok(())
}

fn explain(error: &Error) {
    match error.code() {
        Some(codes::JOB_QUOTA_EXCEEDED) => eprintln!("no jobs left this month"),
        Some(code) => eprintln!("refused: {code} (trace {:?})", error.trace_id()),
        None if error.outcome_unknown() => eprintln!("the job may have run; look at the history of the session before asking again"),
        None => eprintln!("not answered"),
    }
}
