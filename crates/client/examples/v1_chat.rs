//! Chat of the personal API: asks a question in a session and prints the reply, whose shape is not documented.
//!
//! Needs `POWERDRILL_API_KEY`. Answers that come while they are made need the `powerdrill` package.

use powerdrill_client::Result;
use powerdrill_client::v1::Client;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let client = Client::from_env()?;
    let reply = client.chat().create_completion("session-1", "Which region grew?").dataset_id("dataset-1").send().await?;
    println!("{reply:#?}");
    Ok(())
}
