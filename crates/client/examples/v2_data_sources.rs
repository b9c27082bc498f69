//! Data sources of the team API: adds a file from the web to a dataset and lists those that are ready.
//!
//! Needs `POWERDRILL_PROJECT_API_KEY` and `POWERDRILL_USER_ID`.

use powerdrill_client::Result;
use powerdrill_client::v2::Client;
use powerdrill_client::v2::data_sources::DataSourceStatus;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let client = Client::from_env()?;
    let source = client.data_sources().create_in_new_dataset("sales.csv").url("https://files.example.com/sales.csv").send().await?;
    println!("{} is in {}", source.id, source.dataset_id);

    let ready = client.data_sources().list(&source.dataset_id).status([DataSourceStatus::Synched]).send().await?;
    for source in &ready.records {
        println!("{}  {} bytes", source.name, source.size.unwrap_or_default());
    }

    // The link is a secret: printing it takes `expose`.
    let link = client.data_sources().presign(&source.dataset_id, &source.id).expires_in(600).send().await?;
    println!("{:?} works until {:?}", link.presigned_url, link.expires_at);
    Ok(())
}
