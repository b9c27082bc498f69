//! Files that are uploaded, in one request and in parts, and files that cannot be.

use std::time::Duration;

use powerdrill::prelude::*;
use powerdrill::v2::data_sources::DataSourceStatus;
use powerdrill::{ErrorKind, RetryPolicy, Step, Unfinished, Upload};
use powerdrill_sandbox::{Config, Fault, Limits, Rule, Sandbox};

use super::support::{CSV, Folder, Told, calls, client, client_with, sandbox, table};

/// What the server has of a data source.
async fn content(client: &Client, source: &powerdrill::v2::data_sources::DataSource) -> Vec<u8> {
    let link = client.data_sources().presign(&source.dataset_id, &source.id).send().await.expect("a link");
    powerdrill::File::from(link).download(client).bytes(1 << 30).await.expect("the file").to_vec()
}

#[tokio::test]
async fn a_small_file_goes_in_one_request_and_can_be_asked_about() {
    let (sandbox, folder) = (sandbox().await, Folder::new());
    let (client, path, told) = (client(&sandbox), folder.file("sales.csv", CSV), Told::default());
    let source = client.data_sources().upload(&path).progress(told.listener()).await.expect("a data source");
    assert_eq!((source.name.as_str(), &source.status), ("sales.csv", &DataSourceStatus::Synched));
    let made = calls(&sandbox);
    assert_eq!(made[..2], ["POST upload_file", "POST create_data_source_in_new_dataset"]);
    assert!(made.len() > 2 && made[2..].iter().all(|call| call == "GET get_data_source"), "{made:?}");
    let told: Vec<_> = told.all().iter().map(|progress| (progress.step, progress.done, progress.total)).collect();
    let size = CSV.len() as u64;
    assert_eq!(told[..2], [(Step::Sending, 0, Some(size)), (Step::Sending, size, Some(size))]);
    assert_eq!(told[2], (Step::Synchronising, 0, Some(1)));
    assert_eq!(told.last(), Some(&(Step::Synchronising, 1, Some(1))));
    assert_eq!(content(&client, &source).await, CSV.as_bytes());
    let session = client.sessions().create("Review").send().await.expect("a session");
    let ask = client.jobs().create(&session.id, "Which region has the highest sales?").dataset_id(&source.dataset_id);
    let answer: Answer = ask.send().await.expect("an answer").into();
    assert!(answer.text().contains("North"), "{}", answer.text());
}

#[tokio::test]
async fn settings_are_sent_as_they_were_set() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    let dataset = client.datasets().create("Sales").user_id("user-2").send().await.expect("a dataset").id;
    let upload = client.data_sources().upload(Upload::bytes("data", CSV)).name("north.csv").dataset_id(&dataset).user_id("user-2");
    let source = upload.no_wait().await.expect("a data source");
    assert_eq!((&source.dataset_id, source.name.as_str(), &source.status), (&dataset, "north.csv", &DataSourceStatus::Synching));
    assert_eq!(calls(&sandbox), ["POST create_dataset", "POST upload_file", "POST create_data_source"]);
    assert!(sandbox.requests().iter().all(|request| {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        body.contains("user-2") && !body.contains("user-1")
    }));
}

#[tokio::test]
async fn a_large_file_goes_in_parts_without_a_key() {
    let limits = Limits { part: 300_000, ..Limits::default() };
    let sandbox = Sandbox::start(Config { limits, ..Config::default() }).await.expect("a sandbox");
    let (client, folder) = (client(&sandbox), Folder::new());
    let text = table(1_400_000);
    let path = folder.file("large.csv", &text);
    for upload in [
        Upload::from(path.as_path()),
        Upload::bytes("large.csv", text.clone()),
        Upload::reader("large.csv", text.len() as u64, std::io::Cursor::new(text.clone())),
    ] {
        sandbox.forget_requests();
        let shown = format!("{upload:?}");
        let told = Told::default();
        let source = client.data_sources().upload(upload).parts_at_once(2).progress(told.listener()).await.expect(&shown);
        let made = calls(&sandbox);
        assert_eq!(made[0], "POST init_multipart_upload");
        assert_eq!(made[1..6], ["PUT files"; 5], "{shown}");
        assert_eq!(made[6..8], ["POST complete_multipart_upload", "POST create_data_source_in_new_dataset"], "{shown}");
        for put in sandbox.requests().iter().filter(|request| request.method == "PUT") {
            assert_eq!(put.header("content-type"), Some("application/octet-stream"));
            let told: Vec<&str> = put.headers.iter().map(|(name, _)| name.as_str()).collect();
            assert!(!told.iter().any(|name| name.starts_with("x-") || *name == "authorization"), "{told:?}");
        }
        let told: Vec<u64> = told.all().iter().filter(|progress| progress.step == Step::Sending).map(|progress| progress.done).collect();
        assert!(told.is_sorted() && told.last() == Some(&(text.len() as u64)), "{told:?}");
        assert_eq!(content(&client, &source).await, text.as_bytes(), "{shown}");
    }
}

#[tokio::test]
async fn a_part_that_fails_is_sent_again_and_the_others_are_not() {
    let limits = Limits { part: 300_000, ..Limits::default() };
    let sandbox = Sandbox::start(Config { limits, ..Config::default() }).await.expect("a sandbox");
    let text = table(1_000_000);
    let upload = |client: &Client| client.data_sources().upload(Upload::bytes("large.csv", text.clone())).parts_at_once(1);
    // The client repeats by itself; a client that does not is made good for by the upload.
    for retry in [RetryPolicy::default().base(Duration::from_millis(1)), RetryPolicy::off()] {
        sandbox.forget_requests();
        let client = client_with(&sandbox, retry);
        let times = if retry.retries == 0 { 1 } else { 2 };
        sandbox.fault(Rule::new(Fault::Status(503)).operation("files").skip(1).times(times));
        let source = upload(&client).await.expect("a data source");
        let puts: Vec<(String, u16)> =
            sandbox.requests().iter().filter(|one| one.method == "PUT").map(|one| (one.path.clone(), one.status)).collect();
        assert_eq!(puts.len(), 4 + times as usize);
        assert!(puts[1..=times as usize].iter().all(|put| put == &(puts[1].0.clone(), 503)), "{puts:?}");
        assert_eq!(puts.iter().filter(|(_, status)| *status == 200).count(), 4);
        assert_eq!(content(&client, &source).await, text.as_bytes());
    }
}

#[tokio::test]
async fn a_part_that_is_refused_ends_the_upload() {
    let sandbox = sandbox().await;
    sandbox.fault(Rule::new(Fault::Status(403)).operation("files"));
    let upload = client(&sandbox).data_sources().upload(Upload::bytes("large.csv", table(1_000_000)));
    let error = upload.await.expect_err("refused");
    assert!(error.to_string().ends_with("the link for part 1 was refused: it may have expired"), "{error}");
    assert_eq!((error.http_status(), error.operation()), (Some(403), "upload_part"));
    assert!(Unfinished::of(&error).is_none(), "nothing is there that could be used");
    assert_eq!(calls(&sandbox), ["POST init_multipart_upload", "PUT files"]);
}

#[tokio::test]
async fn no_more_than_so_many_parts_are_under_way_and_they_end_with_the_upload() {
    let limits = Limits { part: 100_000, ..Limits::default() };
    let sandbox = Sandbox::start(Config { limits, ..Config::default() }).await.expect("a sandbox");
    sandbox.fault(Rule::new(Fault::Stall(None)).operation("files").times(100));
    let upload = client(&sandbox).data_sources().upload(Upload::bytes("large.csv", table(1_000_000))).parts_at_once(3);
    let cut_short = tokio::time::timeout(Duration::from_secs(1), upload.into_future()).await;
    assert!(cut_short.is_err(), "the parts are stalled");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(calls(&sandbox), ["POST init_multipart_upload", "PUT files", "PUT files", "PUT files"]);
}

#[tokio::test]
async fn what_cannot_be_uploaded_is_told_before_anything_is_sent() {
    let (sandbox, folder) = (sandbox().await, Folder::new());
    let client = client(&sandbox);
    let (empty, program, bare) = (folder.file("empty.csv", ""), folder.file("program.exe", "x"), folder.file("sales", "x"));
    let missing = folder.path().join("missing.csv");
    for (upload, expected) in [
        (Upload::from(missing.as_path()), format!("{} does not exist", missing.display())),
        (Upload::from(folder.path()), format!("{} is a folder: upload the files in it one by one", folder.path().display())),
        (Upload::from(empty.as_path()), format!("not sent: {} is empty, and servers refuse empty files", empty.display())),
        (Upload::from(program.as_path()), format!("not sent: {} has the extension `exe`; readable are csv, tsv,", program.display())),
        (Upload::from(bare.as_path()), format!("not sent: {} has no extension; readable are csv, tsv,", bare.display())),
        (Upload::from("/dev/null"), "/dev/null is not an ordinary file: upload it as a reader with a length".to_owned()),
        (Upload::from(""), " does not exist".to_owned()),
        (Upload::bytes("empty.csv", ""), "not sent: empty.csv is empty, and servers refuse empty files".to_owned()),
        (Upload::bytes("", "x"), "not sent: the name of the file is empty".to_owned()),
        (Upload::reader("short.csv", 9, &b"a\n1\n"[..]), "short.csv ended after 4 bytes, which is less than was announced".to_owned()),
        (Upload::reader("long.csv", 3, &b"a\n1\n"[..]), "long.csv has more than the 3 bytes that were announced".to_owned()),
    ] {
        let error = client.data_sources().upload(upload).await.expect_err(&expected);
        assert!(error.to_string().starts_with(&format!("upload_data_source: {expected}")), "{error}");
        assert!(!error.outcome_unknown() && !error.is_retryable(), "{error}");
        assert!(matches!(error.kind(), ErrorKind::File { .. } | ErrorKind::InvalidRequest { .. }), "{error}");
    }
    assert!(sandbox.requests().is_empty(), "nothing was sent");
}

#[tokio::test]
async fn the_server_decides_about_an_extension_if_it_shall() {
    let sandbox = sandbox().await;
    let upload = client(&sandbox).data_sources().upload(Upload::bytes("program.exe", "x")).any_extension();
    assert_eq!(upload.await.expect_err("refused").code(), Some(codes::UNSUPPORTED_FILE_EXTENSION));
    let name = format!("{}.csv", "x".repeat(200));
    let source = client(&sandbox).data_sources().upload(Upload::bytes(name, CSV)).await.expect("a data source");
    assert_eq!((source.name.len(), &source.name[123..]), (128, "x.csv"), "the extension is kept");
}

#[tokio::test]
async fn a_data_source_that_cannot_be_read_fails_at_once_and_says_what_is_there() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    let error = client.data_sources().upload(Upload::bytes("broken.csv", &b"a\0b"[..])).await.expect_err("invalid");
    let upload = Unfinished::of(&error).expect("what is there");
    let source = upload.source.as_ref().expect("a data source");
    let expected = "broken.csv could not be read by the server, which does not say why";
    assert_eq!(error.to_string(), format!("upload_data_source: refused: {expected} (data source {})", source.id));
    assert_eq!((error.kind(), &source.status), (&ErrorKind::Api, &DataSourceStatus::Synching), "as it was created");
    assert!(upload.to_string().starts_with("broken.csv was sent, and is data source "), "{upload}");
}

#[tokio::test]
async fn a_deadline_ends_the_wait_but_not_the_data_source() {
    let config = Config {
        delays: powerdrill_sandbox::Delays { synchronising: Duration::from_secs(3600), ..Default::default() },
        ..Config::default()
    };
    let sandbox = Sandbox::start(config).await.expect("a sandbox");
    let client = client(&sandbox);
    let wait = Duration::from_millis(600);
    let error = client.data_sources().upload(Upload::bytes("sales.csv", CSV)).wait(wait).await.expect_err("too slow");
    assert!(error.is_timeout(), "{error}");
    assert!(error.to_string().contains("after 600ms, sales.csv is still not synchronised (data source "), "{error}");
    let source = Unfinished::of(&error).and_then(|upload| upload.source.clone()).expect("the data source");
    sandbox.advance(Duration::from_secs(3600));
    client.datasets().wait_until_synced(&source.dataset_id).await.expect("it is ready later");
}

#[tokio::test]
async fn a_file_that_was_sent_need_not_be_sent_again() {
    let sandbox = sandbox().await;
    let client = client(&sandbox);
    sandbox.fault(Rule::new(Fault::Status(500)).operation("create_data_source_in_new_dataset"));
    let error = client.data_sources().upload(Upload::bytes("sales.csv", CSV)).await.expect_err("failed");
    let upload = Unfinished::of(&error).expect("the file is there");
    assert!(upload.source.is_none());
    let key = upload.file_object_key.clone().expect("a key");
    let source = client.data_sources().create_in_new_dataset(&upload.name).file_object_key(key).send().await.expect("a data source");
    client.datasets().wait_until_synced(&source.dataset_id).await.expect("ready");
    assert_eq!(calls(&sandbox).iter().filter(|call| *call == "POST upload_file").count(), 1);
}
