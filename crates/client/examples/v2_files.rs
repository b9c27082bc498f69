//! Files of the team API: uploads a small file in one request and makes a data source from it.
//!
//! Needs `POWERDRILL_PROJECT_API_KEY` and `POWERDRILL_USER_ID`. Large files, which go up in parts, are easier with the `powerdrill`
//! package.

use powerdrill_client::v2::Client;
use powerdrill_client::{Result, Source};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let client = Client::from_env()?;
    let uploaded = client.files().upload(("sales.csv", Source::bytes("region,revenue\nNorth,1200\n"))).send().await?;
    let source = client.data_sources().create_in_new_dataset("sales.csv").file_object_key(&uploaded.file_object_key).send().await?;
    println!("{} is {}", source.id, source.status);
    Ok(())
}
