//! Links that have expired, and the tables and pictures of real answers.

use std::time::{Duration, SystemTime};

use powerdrill::prelude::*;
use powerdrill::{ErrorKind, ExpiredLink, File, Upload};
use powerdrill_sandbox::{Config, Fault, Rule, Sandbox, Time};

use super::store::{Reply, Store};
use super::support::{CSV, Folder, client, sandbox};

/// The table and the picture of an answer.
async fn files(client: &Client) -> Vec<File> {
    let source = client.data_sources().upload(Upload::bytes("sales.csv", CSV)).await.expect("a data source");
    let session = client.sessions().create("Review").send().await.expect("a session");
    let ask = client.jobs().create(&session.id, "What are the total sales by region?").dataset_id(&source.dataset_id);
    let answer = ask.stream().await.expect("a stream").finish().await.expect("an answer");
    let made = answer.blocks.into_iter().filter(|block| block.stage == Some(Stage::Respond)).filter_map(|block| match block.content {
        BlockContent::Table(file) | BlockContent::Image(file) => Some(file),
        _ => None,
    });
    made.collect()
}

#[tokio::test]
async fn tables_and_pictures_of_an_answer_are_saved() {
    let (sandbox, folder) = (sandbox().await, Folder::new());
    let client = client(&sandbox);
    let files = files(&client).await;
    assert!(files.len() >= 2, "{files:?}");
    sandbox.fault(Rule::new(Fault::Cut(10)).operation("files"));
    for file in &files {
        let path = file.download(&client).save_in(folder.path()).await.expect("the file");
        let saved = std::fs::read(&path).expect("a file");
        let expected: &[u8] = if file.name.ends_with(".png") { b"\x89PNG" } else { b"region" };
        assert!(saved.starts_with(expected), "{}: {}", file.name, String::from_utf8_lossy(&saved));
    }
    assert_eq!(folder.names().len(), files.len());
}

#[tokio::test]
async fn a_link_that_says_that_it_is_over_is_not_asked() {
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    let sandbox = Sandbox::start(Config { time: Time::Frozen(long_ago), ..Config::default() }).await.expect("a sandbox");
    let client = client(&sandbox);
    let source = client.data_sources().upload(Upload::bytes("sales.csv", CSV)).no_wait().await.expect("a data source");
    let link = client.data_sources().presign(&source.dataset_id, &source.id).send().await.expect("a link");
    sandbox.forget_requests();
    let folder = Folder::new();
    let error = File::from(link).download(&client).save_in(folder.path()).await.expect_err("expired");
    let expected = "download_file: not sent: the link to sales.csv expired at 2023-11-14T22:23:20";
    assert!(error.to_string().starts_with(expected), "{error}");
    assert!(error.to_string().ends_with(": get a new one from the history of the session"), "{error}");
    assert!(ExpiredLink::of(&error).is_some_and(|link| link.expires_at.is_some() && link.name == "sales.csv"));
    assert!(sandbox.requests().is_empty() && folder.names().is_empty());
}

#[tokio::test]
async fn a_link_that_the_store_refuses_is_told_without_showing_it() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    let files = files(&client).await;
    sandbox.advance(Duration::from_secs(7 * 24 * 3600));
    let error = files[0].download(&client).bytes(1000).await.expect_err("expired");
    assert_eq!((error.kind(), error.http_status()), (&ErrorKind::Http, Some(403)));
    let name = &files[0].name;
    let expected = format!("the link to {name} does not work any more: get a new one from the history of the session");
    assert!(error.to_string().ends_with(&expected), "{error}");
    assert!(ExpiredLink::of(&error).is_some());
    for (status, expired) in [(401, true), (403, true), (410, true), (404, false), (400, false)] {
        let store = Store::start([Reply::status(status)]).await;
        let error = File::linked("a.csv", store.link()).download(&super::store::client()).bytes(1000).await.expect_err("refused");
        assert_eq!((error.http_status(), ExpiredLink::of(&error).is_some()), (Some(status), expired));
        assert!(!format!("{error} {error:?} {error:#?}").contains("canary"), "{error:#?}");
        assert_eq!(store.requests().len(), 1, "it is not tried again");
    }
}

#[tokio::test]
async fn redirects_have_an_end_and_take_no_key_along() {
    let target = Store::start([Reply::file(b"a\n1\n")]).await;
    let to = |link: String| Reply { headers: format!("location: {link}\r\n"), ..Reply::status(302) };
    let first = Store::start([to(target.link())]).await;
    let file = File::linked("a.csv", first.link());
    assert_eq!(file.download(&super::store::client()).bytes(1000).await.expect("the file"), "a\n1\n");
    assert!(target.requests()[0].header("x-pd-api-key").is_none());
    let loops = Store::start([Reply { headers: "location: /again\r\n".to_owned(), ..Reply::status(302) }]).await;
    let error = File::linked("a.csv", loops.link()).download(&super::store::client()).bytes(1000).await.expect_err("for ever");
    assert!(matches!(error.kind(), ErrorKind::Redirect { .. }), "{error}");
    assert!(loops.requests().len() <= 11, "{}", loops.requests().len());
}

#[tokio::test]
async fn what_is_no_link_is_told() {
    let error = File::linked("a.csv", "temp/a.csv").download(&super::store::client()).bytes(1000).await.expect_err("a key of the store");
    assert_eq!(error.to_string(), "download_file: not sent: the address is not a web address");
}
