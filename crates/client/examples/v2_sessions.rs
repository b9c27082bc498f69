//! Sessions of the team API: makes one, lists all of them, reads what was asked in it, and deletes it.
//!
//! Needs `POWERDRILL_PROJECT_API_KEY` and `POWERDRILL_USER_ID`.

use powerdrill_client::Result;
use powerdrill_client::v2::Client;
use powerdrill_client::v2::types::OutputLanguage;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let client = Client::from_env()?;
    let session = client.sessions().create("Q3 review").output_language(OutputLanguage::En).send().await?;
    client.sessions().update(&session.id, "Q3 review, second round").send().await?;

    let mut sessions = client.sessions().list().search("Q3").pages().items();
    while let Some(found) = sessions.next_item().await? {
        println!("{}  {}", found.id, found.name);
    }

    let history = client.sessions().list_history(&session.id).page_size(20).send().await?;
    println!("{} questions so far", history.total_items);
    client.sessions().delete(&session.id).send().await
}
