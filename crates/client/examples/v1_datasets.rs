//! Datasets of the personal API: makes one and looks whether its files are ready.
//!
//! Needs `POWERDRILL_API_KEY`.

use powerdrill_client::Result;
use powerdrill_client::v1::Client;
use powerdrill_client::v1::datasets::DatasetStatus;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let client = Client::from_env()?;
    let dataset = client.datasets().create("Sales").send().await?;
    match client.datasets().get_status(&dataset.id).send().await? {
        DatasetStatus::Synched => println!("ready"),
        DatasetStatus::EmptyDatasource => println!("there is nothing in it yet"),
        other => println!("not ready: {other}"),
    }
    Ok(())
}
