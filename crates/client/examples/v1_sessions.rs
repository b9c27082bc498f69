//! Sessions of the personal API: makes one, lists all of them, and deletes it.
//!
//! Needs `POWERDRILL_API_KEY`.

use powerdrill_client::Result;
use powerdrill_client::v1::Client;
use powerdrill_client::v1::sessions::SessionConfig;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let client = Client::from_env()?;
    let session = client.sessions().create("Q3 review", SessionConfig::new().max_messages_in_context(20)).send().await?;
    let mut sessions = client.sessions().list().pages().items();
    while let Some(found) = sessions.next_item().await? {
        println!("{}  {}", found.id, found.title);
    }
    client.sessions().delete(&session.id).send().await
}
