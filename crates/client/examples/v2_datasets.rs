//! Datasets of the team API: makes one, says how far its files are, and what they are about.
//!
//! Needs `POWERDRILL_PROJECT_API_KEY` and `POWERDRILL_USER_ID`.

use powerdrill_client::Result;
use powerdrill_client::v2::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let client = Client::from_env()?;
    let dataset = client.datasets().create("Sales").description("Orders of the last three years").send().await?;

    let status = client.datasets().get_status(&dataset.id).send().await?;
    println!("{} ready, {} under way, {} unreadable", status.synched_count, status.synching_count, status.invalid_count);

    let overview = client.datasets().get_overview(&dataset.id).send().await?;
    for question in overview.exploration_questions.unwrap_or_default() {
        println!("worth asking: {question}");
    }
    Ok(())
}
