//! The whole personal API, in the order in which a program would use it.

use std::time::Duration;

use powerdrill::StreamAnswer;
use powerdrill_client::v1::Client;
use powerdrill_client::v1::chat::{AnswerConfig, PastExchange};
use powerdrill_client::v1::data_sources::{CreateDataSourceBody, DataSource, DataSourceStatus, Expansion};
use powerdrill_client::v1::datasets::DatasetStatus;
use powerdrill_client::v1::sessions::SessionConfig;
use powerdrill_client::v1::types::{ChatMode, LanguageType};
use powerdrill_sandbox::Config;

use super::journal::Journal;
use super::support::{ADDRESS, CSV, QUESTION, fetched, sandbox, v1_client, v2_client};

#[tokio::test]
async fn every_operation_of_the_personal_api() {
    let sandbox = sandbox(Config::default()).await;
    let client = v1_client(&sandbox);
    let mut journal = Journal::new(&sandbox, "powerdrill-v1");
    let sessions = Box::pin(sessions(&client, &mut journal)).await;
    let datasets = Box::pin(datasets(&client, &mut journal)).await;
    let sources = Box::pin(data_sources(&client, &mut journal, &datasets)).await;
    sandbox.advance(Duration::from_secs(1));
    Box::pin(ready(&client, &mut journal, &datasets, &sources)).await;
    // Links carry their own permission, so any client can follow them.
    let shown = journal.full(client.data_sources().get(&datasets[0], &sources[0].id).expand(Expansion::PreSignUrl).send()).await;
    assert_eq!(fetched(&v2_client(&sandbox), &shown.url).await, CSV.as_bytes());
    Box::pin(questions(&client, &mut journal, &sessions, &sources)).await;
    Box::pin(deleted(&client, &mut journal, &sessions, &datasets, &sources)).await;
    journal.close();
}

fn config(language: LanguageType, seconds: i64, mode: ChatMode) -> SessionConfig {
    let config = SessionConfig::new().language_type(language).media_ttl(seconds).max_messages_in_context(5);
    config.color_index(["#112233", "#445566"]).chat_mode(mode)
}

/// Creates two sessions, the second with everything, and gives their ids.
async fn sessions(client: &Client, journal: &mut Journal<'_>) -> [String; 2] {
    let sessions = client.sessions();
    let plain = journal.minimal(sessions.create("Q3 review", SessionConfig::new()).send()).await.id;
    let call = sessions.create("Q3 & Q4", config(LanguageType::En, 600, ChatMode::DataAnalytics));
    let set = journal.full(call.send()).await.id;
    journal.name(plain.as_str(), "session-1");
    journal.name(set.as_str(), "session-2");
    let shown = journal.minimal(sessions.get(&plain).send()).await;
    assert_eq!((shown.id.as_str(), shown.title.as_str()), (plain.as_str(), "Q3 review"));
    let shown = journal.full(sessions.get(&set).send()).await;
    let kept = shown.config.expect("settings");
    assert_eq!((kept.language_type, kept.media_ttl, kept.max_messages_in_context), (Some(LanguageType::En), Some(600), Some(5)));
    assert_eq!(kept.color_index, Some(vec!["#112233".to_owned(), "#445566".to_owned()]));

    journal.minimal(sessions.update(&plain).title("Q4 review").send()).await;
    journal.full(sessions.update(&set).title("Q3 & Q4, again").config(config(LanguageType::ZhCn, 60, ChatMode::All)).send()).await;
    let listed = journal.minimal(sessions.list().send()).await;
    let titles: Vec<&str> = listed.records.iter().map(|session| session.title.as_str()).collect();
    assert_eq!((listed.total, titles), (2, vec!["Q3 & Q4, again", "Q4 review"]));
    let listed = journal.full(sessions.list().title("& q4").page_number(1).page_size(50).send()).await;
    assert_eq!((listed.total, listed.page_number, listed.page_size), (1, 1, 50));
    let kept = listed.records[0].config.as_ref().expect("settings");
    assert_eq!((&kept.language_type, kept.media_ttl), (&Some(LanguageType::ZhCn), Some(60)));
    [plain.as_str().to_owned(), set.as_str().to_owned()]
}

/// Creates two datasets, the second with everything, and gives their ids.
async fn datasets(client: &Client, journal: &mut Journal<'_>) -> [String; 2] {
    let datasets = client.datasets();
    let plain = journal.minimal(datasets.create("Sales").send()).await.id;
    let set = journal.full(datasets.create("Costs").description("Costs by region").send()).await.id;
    journal.name(plain.as_str(), "dataset-1");
    journal.name(set.as_str(), "dataset-2");
    journal.minimal(datasets.update(&plain).name("All sales").send()).await;
    journal.full(datasets.update(&set).name("All costs").description("Costs by region and month").send()).await;
    let listed = journal.minimal(datasets.list().send()).await;
    assert_eq!((listed.total, listed.records[1].name.as_str()), (2, "All sales"));
    let listed = journal.full(datasets.list().name("cost").page_number(1).page_size(50).send()).await;
    assert_eq!((listed.total, listed.page_number, listed.page_size), (1, 1, 50));
    assert_eq!((listed.records[0].name.as_str(), listed.records[0].id.as_str()), ("All costs", set.as_str()));
    assert_eq!(listed.records[0].description.as_deref(), Some("Costs by region and month"));
    assert_eq!(journal.minimal(datasets.get_status(&plain).send()).await, DatasetStatus::EmptyDatasource);
    [plain.as_str().to_owned(), set.as_str().to_owned()]
}

/// Creates data sources in both ways. The arguments are all required, so the least is also the most.
async fn data_sources(client: &Client, journal: &mut Journal<'_>, datasets: &[String; 2]) -> [DataSource; 3] {
    let sources = client.data_sources();
    let body = |name: &str| CreateDataSourceBody::new(name, ADDRESS, "csv");
    let first = journal.minimal(sources.create(&datasets[0], body("sales.csv")).send()).await;
    assert_eq!((first.dataset_id.as_str(), first.name.as_str(), first.ext.as_str()), (datasets[0].as_str(), "sales.csv", "csv"));
    assert_eq!((&first.status, first.url.expose()), (&DataSourceStatus::Pending, ADDRESS));
    let second = journal.full(sources.create(&datasets[1], body("costs.csv")).send()).await;
    let third = journal.minimal(sources.create_in_new_dataset("alone.csv", ADDRESS, "csv").send()).await;
    assert!(!datasets.iter().any(|known| known == third.dataset_id.as_str()));
    journal.full(sources.create_in_new_dataset("too.csv", ADDRESS, "csv").send()).await;
    journal.name(third.dataset_id.as_str(), "dataset-3");
    for (number, source) in [&first, &second, &third].into_iter().enumerate() {
        journal.name(source.id.as_str(), &format!("datasource-{}", number + 1));
    }
    [first, second, third]
}

/// What is known of the data sources when they are ready.
async fn ready(client: &Client, journal: &mut Journal<'_>, datasets: &[String; 2], made: &[DataSource; 3]) {
    let sources = client.data_sources();
    assert_eq!(journal.full(client.datasets().get_status(&datasets[1]).send()).await, DatasetStatus::Synched);
    let shown = journal.minimal(sources.get(&datasets[0], &made[0].id).send()).await;
    assert_eq!((shown.status, shown.url.expose()), (DataSourceStatus::Synched, ADDRESS));
    let listed = journal.minimal(sources.list(&datasets[0]).send()).await;
    assert_eq!((listed.total, listed.records[0].url.expose()), (1, ADDRESS));
    let call = sources.list(&datasets[1]).name("cost").expand(Expansion::PreSignUrl).page_number(1).page_size(50);
    let listed = journal.full(call.send()).await;
    assert_eq!((listed.total, listed.page_number, listed.page_size), (1, 1, 50));
    assert_eq!(listed.records[0].id, made[1].id);
    assert!(listed.records[0].url.expose().starts_with("http://127.0.0.1:"), "a link of the sandbox");
}

/// Asks without data, and with everything, in one piece and streamed; then looks the answers up.
async fn questions(client: &Client, journal: &mut Journal<'_>, sessions: &[String; 2], made: &[DataSource; 3]) {
    let reply = journal.minimal(client.chat().create_completion(&sessions[0], "Which region grew?").send()).await;
    assert!(reply["content"].as_str().is_some_and(|text| text.contains("there is no data to answer it from")));
    let source = &made[2];
    let call = || {
        let call = client.chat().create_completion(&sessions[1], QUESTION).dataset_id(&source.dataset_id).datasource_id_list([&source.id]);
        let call = call.history([PastExchange::new("How many regions are there?", "Three.")]).language_type(LanguageType::En);
        let call = call.chat_mode(ChatMode::DataAnalytics);
        call.answer_config(AnswerConfig::new("model-1").max_tokens(1000).temperature(0.5))
    };
    let reply = journal.full(call().send()).await;
    let text = reply["content"].as_str().expect("a text");
    assert!(text.contains("South: **40**"), "{text}");
    let streamed = journal.full(async { call().stream().await?.finish().await }).await;
    assert_eq!((streamed.text().as_str(), streamed.title.as_deref()), (text, Some(QUESTION)));
    assert_eq!((streamed.tables().len(), streamed.questions().count()), (1, 3));

    let history = journal.minimal(client.sessions().list_history(&sessions[0]).send()).await;
    assert_eq!((history.total, history.records[0].question.content.as_str()), (1, "Which region grew?"));
    let history = journal.full(client.sessions().list_history(&sessions[1]).page_number(1).page_size(50).send()).await;
    assert_eq!((history.total, history.page_number, history.page_size), (2, 1, 50));
    assert_eq!(Some(history.records[0].answer.message_id.as_str()), streamed.job_id.as_deref(), "the newest comes first");
    assert_eq!(
        (history.records[1].answer.message_id.as_str(), history.records[1].answer.content.as_str()),
        (reply["messageId"].as_str().expect("an id"), text)
    );
}

/// What is deleted is gone.
async fn deleted(client: &Client, journal: &mut Journal<'_>, sessions: &[String; 2], datasets: &[String; 2], made: &[DataSource; 3]) {
    let sources = client.data_sources();
    journal.minimal(sources.delete(&datasets[0], &made[0].id).send()).await;
    journal.full(sources.delete(&datasets[1], &made[1].id).send()).await;
    for dataset in datasets {
        assert_eq!(client.datasets().get_status(dataset).send().await.expect("a status"), DatasetStatus::EmptyDatasource);
    }
    journal.minimal(client.datasets().delete(&datasets[0]).send()).await;
    journal.full(client.datasets().delete(&datasets[1]).send()).await;
    assert_eq!(client.datasets().list().name("All").send().await.expect("a list").total, 0);
    journal.minimal(client.sessions().delete(&sessions[0]).send()).await;
    journal.full(client.sessions().delete(&sessions[1]).send()).await;
    for session in sessions {
        assert!(client.sessions().get(session).send().await.expect_err("it is gone").is_not_found());
    }
}
