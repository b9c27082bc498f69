//! Data sources of the personal API: adds a file from the web to a dataset and lists what is there.
//!
//! Needs `POWERDRILL_API_KEY`.

use powerdrill_client::Result;
use powerdrill_client::v1::Client;
use powerdrill_client::v1::data_sources::CreateDataSourceBody;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let client = Client::from_env()?;
    let file = CreateDataSourceBody::new("sales", "https://files.example.com/sales.csv", "csv");
    let source = client.data_sources().create("dataset-1", file).send().await?;
    let all = client.data_sources().list(&source.dataset_id).pages().items().all().await?;
    for source in all {
        println!("{}  {}", source.name, source.status);
    }
    Ok(())
}
