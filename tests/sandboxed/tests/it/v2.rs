//! The whole team API, in the order in which a program would use it.

use std::time::Duration;

use powerdrill::{Answer, BlockContent, Source, StreamAnswer};
use powerdrill_client::v2::Client;
use powerdrill_client::v2::data_sources::{DataSource, DataSourceStatus};
use powerdrill_client::v2::files::{MultipartUpload, UploadedPart};
use powerdrill_client::v2::jobs::CustomOptions;
use powerdrill_client::v2::sessions::Agent;
use powerdrill_client::v2::types::{JobMode, OutputLanguage};
use powerdrill_sandbox::{Config, Limits, Sandbox};

use super::journal::Journal;
use super::support::{ADDRESS, CSV, QUESTION, fetched, put, sandbox, v2_client};

const API: &str = "powerdrill-v2";
const TRACE: &str = "trace-1";
/// Calls with everything are made by somebody else.
const OTHER: &str = "user-2";

#[tokio::test]
async fn every_operation_of_the_team_api() {
    let limits = Limits { part: 30, ..Limits::default() };
    let sandbox = sandbox(Config { limits, ..Config::default() }).await;
    let client = v2_client(&sandbox);
    let mut journal = Journal::new(&sandbox, API);
    let sessions = Box::pin(sessions(&client, &mut journal)).await;
    let datasets = Box::pin(datasets(&client, &mut journal)).await;
    let keys = Box::pin(files(&sandbox, &client, &mut journal)).await;
    let sources = Box::pin(data_sources(&client, &mut journal, &datasets, &keys)).await;
    sandbox.advance(Duration::from_secs(1));
    Box::pin(ready(&client, &mut journal, &datasets, &sources)).await;
    Box::pin(jobs(&client, &mut journal, &sessions, &sources)).await;
    Box::pin(deleted(&client, &mut journal, &sessions, &datasets, &sources)).await;
    journal.close();
}

/// Creates two sessions, the second with everything, and gives their ids.
async fn sessions(client: &Client, journal: &mut Journal<'_>) -> [String; 2] {
    let sessions = client.sessions();
    let plain = journal.minimal(sessions.create("Q3 review").send()).await.id;
    let call = sessions
        .create("Q3 & Q4")
        .output_language(OutputLanguage::En)
        .job_mode(JobMode::DataAnalytics)
        .max_contextual_job_history(3)
        .agent_id(Agent::DataAnalysisAgent)
        .external_trace_id(TRACE)
        .user_id(OTHER);
    let set = journal.full(call.send()).await.id;
    journal.name(plain.as_str(), "session-1");
    journal.name(set.as_str(), "session-2");

    let shown = journal.minimal(sessions.get(&plain).send()).await;
    assert_eq!((shown.id.as_str(), shown.name.as_str()), (plain.as_str(), "Q3 review"));
    assert_eq!((shown.output_language, shown.job_mode), (Some(OutputLanguage::Auto), Some(JobMode::Auto)));
    assert_eq!(shown.max_contextual_job_history, Some(10));
    let shown = journal.full(sessions.get(&set).external_trace_id(TRACE).user_id(OTHER).send()).await;
    assert_eq!((shown.id.as_str(), shown.name.as_str()), (set.as_str(), "Q3 & Q4"));
    assert_eq!((shown.output_language, shown.job_mode), (Some(OutputLanguage::En), Some(JobMode::DataAnalytics)));
    assert_eq!((shown.max_contextual_job_history, shown.agent_id), (Some(3), Some(Agent::DataAnalysisAgent)));

    journal.minimal(sessions.update(&plain, "Q4 review").send()).await;
    let call = sessions
        .update(&set, "Q3 & Q4, again")
        .output_language(OutputLanguage::ZhCn)
        .job_mode(JobMode::Auto)
        .max_contextual_job_history(0)
        .external_trace_id(TRACE)
        .user_id(OTHER);
    journal.full(call.send()).await;

    let listed = journal.minimal(sessions.list().send()).await;
    assert_eq!((listed.total_items, listed.page_number, listed.page_size), (1, 1, 10));
    assert_eq!((listed.records[0].id.as_str(), listed.records[0].name.as_str()), (plain.as_str(), "Q4 review"));
    let call = sessions.list().page_number(1).page_size(50).search("q3 & q4").external_trace_id(TRACE).user_id(OTHER);
    let listed = journal.full(call.send()).await;
    assert_eq!((listed.total_items, listed.page_size, listed.records.len()), (1, 50, 1));
    let record = &listed.records[0];
    assert_eq!((record.id.as_str(), record.name.as_str()), (set.as_str(), "Q3 & Q4, again"));
    assert_eq!((&record.output_language, &record.job_mode), (&Some(OutputLanguage::ZhCn), &Some(JobMode::Auto)));
    assert_eq!(record.max_contextual_job_history, Some(0));
    [plain.as_str().to_owned(), set.as_str().to_owned()]
}

/// Creates two datasets, the second with everything, and gives their ids.
async fn datasets(client: &Client, journal: &mut Journal<'_>) -> [String; 2] {
    let datasets = client.datasets();
    let plain = journal.minimal(datasets.create("Sales").send()).await.id;
    let call = datasets.create("Costs").description("Costs by region").external_trace_id(TRACE).user_id(OTHER);
    let set = journal.full(call.send()).await.id;
    journal.name(plain.as_str(), "dataset-1");
    journal.name(set.as_str(), "dataset-2");
    journal.minimal(datasets.update(&plain).name("All sales").send()).await;
    let call = datasets.update(&set).name("All costs").description("Costs by region and month").external_trace_id(TRACE).user_id(OTHER);
    journal.full(call.send()).await;
    let listed = journal.minimal(datasets.list().send()).await;
    assert_eq!(listed.total_items, 2, "datasets are shared within a project");
    let call = datasets.list().page_number(1).page_size(50).search("costs by").external_trace_id(TRACE).user_id(OTHER);
    let listed = journal.full(call.send()).await;
    assert_eq!((listed.total_items, listed.page_number, listed.page_size), (1, 1, 50));
    let record = &listed.records[0];
    assert_eq!((record.id.as_str(), record.name.as_str()), (set.as_str(), "All costs"));
    assert_eq!(record.description.as_deref(), Some("Costs by region and month"));
    [plain.as_str().to_owned(), set.as_str().to_owned()]
}

/// Uploads the file in one request and in parts, and gives the key of each.
async fn files(sandbox: &Sandbox, client: &Client, journal: &mut Journal<'_>) -> [String; 2] {
    let files = client.files();
    let file = || ("sales.csv", Source::bytes(CSV));
    let whole = journal.minimal(files.upload(file()).send()).await.file_object_key;
    journal.full(files.upload(file()).external_trace_id(TRACE).user_id(OTHER).send()).await;
    let size = i64::try_from(CSV.len()).expect("a small file");
    let first = journal.minimal(files.init_multipart_upload("sales.csv", size).send()).await;
    let call = files.init_multipart_upload("sales.csv", size).external_trace_id(TRACE).user_id(OTHER);
    let second = journal.full(call.send()).await;
    for (number, upload) in [&first, &second].into_iter().enumerate() {
        journal.name(upload.upload_id.as_str(), &format!("upload-{}", number + 1));
        journal.name(upload.file_object_key.as_str(), &format!("temp/file-{}.csv", number + 1));
        let sizes: Vec<i64> = upload.part_items.iter().map(|part| part.size).collect();
        assert_eq!(sizes, [30, size - 30]);
    }
    let parts = sent(sandbox, journal, &first).await;
    let call = files.complete_multipart_upload(&first.file_object_key, &first.upload_id, parts);
    let joined = journal.minimal(call.send()).await.file_object_key;
    assert_eq!(joined, first.file_object_key);
    let parts = sent(sandbox, journal, &second).await;
    let call = files.complete_multipart_upload(&second.file_object_key, &second.upload_id, parts).external_trace_id(TRACE).user_id(OTHER);
    assert_eq!(journal.full(call.send()).await.file_object_key, second.file_object_key);
    journal.name(whole.as_str(), "temp/file-3.csv");
    [whole.as_str().to_owned(), joined.as_str().to_owned()]
}

async fn sent(sandbox: &Sandbox, journal: &mut Journal<'_>, upload: &MultipartUpload) -> Vec<UploadedPart> {
    let mut parts = Vec::new();
    let mut rest = CSV.as_bytes();
    for part in &upload.part_items {
        let (own, left) = rest.split_at(usize::try_from(part.size).expect("a size"));
        rest = left;
        let etag = put(sandbox, &part.upload_url, own).await;
        journal.name(&etag, &format!("etag-{}", part.number));
        parts.push(UploadedPart::new(part.number, etag));
    }
    parts
}

/// Creates data sources in each way, which are not ready yet.
async fn data_sources(client: &Client, journal: &mut Journal<'_>, datasets: &[String; 2], keys: &[String; 2]) -> [DataSource; 3] {
    let sources = client.data_sources();
    let [first, second] = datasets;
    let plain = journal.minimal(sources.create(first, "sales.csv").url(ADDRESS).send()).await;
    assert_eq!((plain.dataset_id.as_str(), plain.name.as_str()), (first.as_str(), "sales.csv"));
    assert_eq!(plain.status, DataSourceStatus::Synching);
    let call = sources.create(second, "costs.csv").url(ADDRESS).external_trace_id(TRACE).user_id(OTHER);
    journal.full(call.send()).await;
    let call = sources.create(second, "parts.csv").file_object_key(keys[1].as_str()).external_trace_id(TRACE).user_id(OTHER);
    let parts = journal.full(call.send()).await;

    let alone = journal.minimal(sources.create_in_new_dataset("alone.csv").url(ADDRESS).send()).await;
    assert!(!datasets.iter().any(|known| known == alone.dataset_id.as_str()));
    let call = sources.create_in_new_dataset("linked.csv").url(ADDRESS).external_trace_id(TRACE).user_id(OTHER);
    journal.full(call.send()).await;
    let call = sources.create_in_new_dataset("whole.csv").file_object_key(keys[0].as_str()).external_trace_id(TRACE).user_id(OTHER);
    let whole = journal.full(call.send()).await;
    for (number, source) in [&plain, &parts, &whole].into_iter().enumerate() {
        journal.name(source.id.as_str(), &format!("datasource-{}", number + 1));
    }
    journal.name(whole.dataset_id.as_str(), "dataset-3");
    let status = journal.minimal(client.datasets().get_status(second).send()).await;
    assert_eq!((status.synched_count, status.invalid_count, status.synching_count), (0, 0, 2));
    [plain, parts, whole]
}

/// What is known of the data sources when they are ready.
async fn ready(client: &Client, journal: &mut Journal<'_>, datasets: &[String; 2], made: &[DataSource; 3]) {
    let sources = client.data_sources();
    let [first, second] = datasets;
    let [plain, parts, _] = made;
    let status = journal.full(client.datasets().get_status(second).external_trace_id(TRACE).user_id(OTHER).send()).await;
    assert_eq!((status.synched_count, status.invalid_count, status.synching_count), (2, 0, 0));
    let overview = journal.minimal(client.datasets().get_overview(first).send()).await;
    assert_eq!((overview.id.as_str(), overview.name.as_str()), (first.as_str(), "All sales"));
    assert_eq!(overview.keywords, Some(vec!["Region".to_owned(), "Sales".to_owned()]));
    assert_eq!(overview.summary.as_deref(), Some("sales.csv has 3 rows with Region, Sales."));
    assert_eq!(overview.exploration_questions.map(|questions| questions.len()), Some(3));
    let overview = journal.full(client.datasets().get_overview(second).external_trace_id(TRACE).user_id(OTHER).send()).await;
    assert_eq!(overview.description.as_deref(), Some("Costs by region and month"));

    let listed = journal.minimal(sources.list(second).send()).await;
    assert_eq!(listed.records.iter().map(|source| source.name.as_str()).collect::<Vec<_>>(), ["parts.csv", "costs.csv"]);
    let statuses = [DataSourceStatus::Synching, DataSourceStatus::Synched];
    let call = sources.list(second).page_number(2).page_size(1).status(statuses).external_trace_id(TRACE).user_id(OTHER);
    let listed = journal.full(call.send()).await;
    assert_eq!((listed.total_items, listed.page_number, listed.page_size), (2, 2, 1));
    assert_eq!((listed.records.len(), listed.records[0].name.as_str()), (1, "costs.csv"));

    let shown = journal.minimal(sources.get(first, &plain.id).send()).await;
    assert_eq!((shown.id.as_str(), shown.status), (plain.id.as_str(), DataSourceStatus::Synched));
    let shown = journal.full(sources.get(second, &parts.id).external_trace_id(TRACE).user_id(OTHER).send()).await;
    assert_eq!(shown.size, i64::try_from(CSV.len()).ok());

    let link = journal.minimal(sources.presign(first, &plain.id).send()).await;
    assert_eq!(fetched(client, &link.presigned_url).await, CSV.as_bytes());
    let first_end = link.expires_at.and_then(|end| end.to_system_time()).expect("a time");
    let call = sources.presign(second, &parts.id).expires_in(3600).external_trace_id(TRACE).user_id(OTHER);
    let link = journal.full(call.send()).await;
    assert_eq!(fetched(client, &link.presigned_url).await, CSV.as_bytes());
    let end = link.expires_at.and_then(|end| end.to_system_time()).expect("a time");
    assert_eq!(end.duration_since(first_end).expect("it is later"), Duration::from_secs(3000));
}

/// Asks without data, and with everything, in one piece and streamed; then looks the answers up.
async fn jobs(client: &Client, journal: &mut Journal<'_>, sessions: &[String; 2], made: &[DataSource; 3]) {
    let [plain, set] = sessions;
    let alone = journal.minimal(client.jobs().create(plain, "Which region grew?").send()).await;
    assert!(Answer::from(alone.clone()).text().contains("there is no data to answer it from"));
    let [_, _, source] = made;
    let call = || {
        let options = CustomOptions::new().user_prompt("Answer in one sentence.").with_citation(false);
        let call = client.jobs().create(set, QUESTION).dataset_id(&source.dataset_id).datasource_ids([&source.id]);
        let call = call.output_language(OutputLanguage::En).job_mode(JobMode::Auto).custom_options(options);
        call.external_trace_id(TRACE).user_id(OTHER)
    };
    let job = journal.full(call().send()).await;
    let answer = Answer::from(job.clone());
    assert!(answer.text().contains("South: **40**"), "{}", answer.text());
    assert_eq!(answer.sources().count(), 0, "no citations were wanted");
    assert_eq!((answer.tables().len(), answer.images().len(), answer.questions().count()), (1, 1, 3));
    let table = fetched(client, &answer.tables()[0].url).await;
    assert_eq!(String::from_utf8_lossy(&table), "Region,total Sales\nSouth,40\nEast,25\nNorth,10\n");
    assert!(fetched(client, &answer.images()[0].url).await.starts_with(b"\x89PNG"));

    let streamed = journal.full(async { call().stream().await?.finish().await }).await;
    assert_eq!(streamed.text(), answer.text());

    let history = journal.minimal(client.sessions().list_history(plain).send()).await;
    assert_eq!((history.total_items, &history.records[0].job_id), (1, &alone.job_id));
    let call = client.sessions().list_history(set).page_number(1).page_size(50).external_trace_id(TRACE).user_id(OTHER);
    let history = journal.full(call.send()).await;
    assert_eq!((history.total_items, history.page_number, history.page_size), (2, 1, 50));
    assert_eq!(Some(history.records[0].job_id.as_str()), streamed.job_id.as_deref(), "the newest comes first");
    assert_eq!(history.records[1].job_id, job.job_id);
    let kept = Answer::from(history.records[1].clone());
    assert_eq!(kept.text(), answer.text());
    assert!(kept.blocks.iter().any(|block| matches!(&block.content, BlockContent::Table(file) if file.name.is_empty())), "bare links");
}

/// What is deleted is gone.
async fn deleted(client: &Client, journal: &mut Journal<'_>, sessions: &[String; 2], datasets: &[String; 2], made: &[DataSource; 3]) {
    let [plain, parts, _] = made;
    let (sources, [first, second]) = (client.data_sources(), datasets);
    journal.minimal(sources.delete(first, &plain.id).send()).await;
    journal.full(sources.delete(second, &parts.id).external_trace_id(TRACE).user_id(OTHER).send()).await;
    for source in [plain, parts] {
        let error = sources.get(&source.dataset_id, &source.id).send().await.expect_err("it is gone");
        assert!(error.is_not_found(), "{error}");
    }
    journal.minimal(client.datasets().delete(first).send()).await;
    journal.full(client.datasets().delete(second).external_trace_id(TRACE).user_id(OTHER).send()).await;
    for dataset in datasets {
        assert!(client.datasets().get_status(dataset).send().await.expect_err("it is gone").is_not_found());
    }
    journal.minimal(client.sessions().delete(&sessions[0]).send()).await;
    journal.full(client.sessions().delete(&sessions[1]).external_trace_id(TRACE).user_id(OTHER).send()).await;
    for (session, user) in sessions.iter().zip(["user-1", OTHER]) {
        assert!(client.sessions().get(session).user_id(user).send().await.expect_err("it is gone").is_not_found());
    }
}
