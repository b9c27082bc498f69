//! Waiting for datasets of both generations.

use std::time::Duration;

use powerdrill::prelude::*;
use powerdrill::{ErrorKind, File, Upload, v1};
use powerdrill_sandbox::{Fault, Rule, Sandbox};

use super::support::{CSV, Told, calls, client, sandbox};

/// A dataset with these files.
async fn dataset(client: &Client, files: &[(&str, &'static [u8])]) -> powerdrill::v2::types::DatasetId {
    let dataset = client.datasets().create("Sales").send().await.expect("a dataset").id;
    for (name, content) in files {
        let upload = client.data_sources().upload(Upload::bytes(*name, *content)).dataset_id(&dataset);
        upload.no_wait().await.expect("a data source");
    }
    dataset
}

fn v1_client(sandbox: &Sandbox) -> v1::Client {
    v1::Client::builder().key("key-1").base_url(sandbox.base()).build().expect("a client")
}

#[tokio::test]
async fn it_waits_for_all_data_sources() {
    let sandbox = sandbox().await;
    let (client, told) = (client(&sandbox), Told::default());
    let dataset = dataset(&client, &[("north.csv", CSV.as_bytes()), ("south.csv", CSV.as_bytes())]).await;
    client.datasets().wait_until_synced(&dataset).progress(told.listener()).await.expect("ready");
    let told = told.all();
    assert_eq!(told.last().map(|progress| (progress.done, progress.total)), Some((2, Some(2))));
    let status = client.datasets().get_status(&dataset).send().await.expect("a status");
    assert_eq!((status.synched_count, status.synching_count), (2, 0));
}

#[tokio::test]
async fn it_fails_as_soon_as_one_is_invalid_and_names_it() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    let dataset = dataset(&client, &[("north.csv", CSV.as_bytes()), ("broken.csv", b"a\0b")]).await;
    let error = client.datasets().wait_until_synced(&dataset).await.expect_err("invalid");
    assert_eq!(error.kind(), &ErrorKind::Api);
    let expected = format!("broken.csv in dataset {dataset} could not be read by the server, which does not say why");
    assert_eq!(error.to_string(), format!("wait_until_synced: refused: {expected}"));
}

#[tokio::test]
async fn it_ends_with_its_time_and_says_what_went_wrong_last() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    let dataset = dataset(&client, &[("north.csv", CSV.as_bytes())]).await;
    sandbox.fault(Rule::new(Fault::Status(503)).operation("get_dataset_status").times(1000));
    let wait = client.datasets().wait_until_synced(&dataset).deadline(Duration::from_secs(2));
    let error = wait.await.expect_err("never ready");
    assert!(error.is_timeout() && error.to_string().ends_with("is still not synchronised"), "{error}");
}

#[tokio::test]
async fn a_problem_that_stays_is_told_at_once() {
    let sandbox = sandbox().await;
    let error = client(&sandbox).datasets().wait_until_synced("dataset-0").await.expect_err("no such dataset");
    assert!(error.is_not_found(), "{error}");
    assert_eq!(calls(&sandbox), ["GET get_dataset_status"]);
}

#[tokio::test]
async fn a_problem_that_passes_is_waited_out() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    let dataset = dataset(&client, &[("north.csv", CSV.as_bytes())]).await;
    sandbox.fault(Rule::new(Fault::Status(503)).operation("get_dataset_status").times(4));
    client.datasets().wait_until_synced(&dataset).await.expect("ready");
}

#[tokio::test]
async fn an_empty_dataset_is_not_waited_for_for_ever() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    let empty = dataset(&client, &[]).await;
    let error = client.datasets().wait_until_synced(&empty).await.expect_err("nothing there");
    assert_eq!(error.to_string(), format!("wait_until_synced: refused: dataset {empty} has no data sources"));
    assert!(calls(&sandbox).len() > 3, "it was looked at more than once");
}

#[tokio::test]
async fn the_personal_api_is_waited_for_too() {
    let sandbox = sandbox().await;
    let client = v1_client(&sandbox);
    sandbox.register_content("https://files.example.com/sales.csv", CSV);
    let source = client.data_sources().create_in_new_dataset("sales.csv", "https://files.example.com/sales.csv", "csv");
    let source = source.send().await.expect("a data source");
    client.datasets().wait_until_synced(&source.dataset_id).await.expect("ready");
    let file = client.data_sources().get(&source.dataset_id, &source.id).expand("preSignUrl").send().await.expect("a link");
    let file = File::linked(file.name, file.url).download(&client);
    assert_eq!(file.bytes(1000).await.expect("the file"), CSV);
    let gone = client.data_sources().create_in_new_dataset("gone.csv", "https://files.example.com/gone.csv", "csv");
    let gone = gone.send().await.expect("a data source");
    let error = client.datasets().wait_until_synced(&gone.dataset_id).await.expect_err("invalid");
    assert!(error.to_string().contains("could not be read by the server"), "{error}");
}
