//! The dataset jobs of PAI: every operation, the life of a job, what goes wrong with signatures, and signatures of anything at all,
//! which the sandbox verifies with an implementation of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use pai_datasets::dataset_job_configs::{ConfigType, IntelligentTagConfig, SemanticIndexConfig};
use pai_datasets::dataset_jobs::{
    DatasetJobSortBy, FileMetaBuildSpec, FileMetaExportSpec, FileMetaImportByManifest, FileMetaImportByQuery, FileMetaImportSpec,
    ImportMode, IntelligentTagRevertSpec, IntelligentTagSpec, JobAction, JobMode, JobSpec, JobStatus, QueryParams, QueryType,
    SemanticIndexSpec, SortOrder, VectorIndexConfig,
};
use pai_datasets::runtime::{Clock, Random, SystemClock};
use pai_datasets::{BoxFuture, Client, ClientBuilder, Error, ErrorKind, JsonText, Method, RetryPolicy, codes};
use powerdrill_sandbox::{AccessKey, Config, Sandbox};
use proptest::prelude::*;
use proptest::test_runner::{Config as Cases, TestRunner};

use super::journal::Journal;
use super::support::{now, sandbox};

const MINUTE: Duration = Duration::from_secs(60);

/// A clock that stands still, `ahead` of that of the sandbox.
struct Still {
    ahead: Duration,
}

impl Clock for Still {
    fn now(&self) -> SystemTime {
        now() + self.ahead
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        SystemClock.sleep(time)
    }
}

/// Chance that says the same number each time.
struct Same;

impl Random for Same {
    fn next(&self) -> u64 {
        7
    }
}

/// Chance without a repetition.
struct Counting(AtomicU64);

impl Random for Counting {
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

fn builder(sandbox: &Sandbox) -> ClientBuilder {
    let builder = Client::builder().access_key("sandbox", "sandbox-secret").base_url(sandbox.url()).retry(RetryPolicy::off());
    builder.with(|builder| builder.clock(Arc::new(Still { ahead: Duration::ZERO })).random(Arc::new(Counting(AtomicU64::new(0)))))
}

fn client(sandbox: &Sandbox) -> Client {
    builder(sandbox).build().expect("a client")
}

#[tokio::test]
async fn every_operation_of_the_dataset_jobs() {
    let sandbox = sandbox(Config::default()).await;
    let client = client(&sandbox);
    let mut journal = Journal::new(&sandbox, "pai-dataset-jobs");
    let ids = Box::pin(created(&client, &mut journal)).await;
    let jobs = client.dataset_jobs();
    let listed = journal.minimal(jobs.list("dataset-1").send()).await;
    assert_eq!(listed.total_count, Some(8));
    let list = jobs.list("dataset-1").dataset_version("v1").workspace_id("100001").job_action(JobAction::SemanticIndex);
    let list = list.status(JobStatus::Pending).page_number(1).page_size(50).order(SortOrder::Asc).sort_by(DatasetJobSortBy::CreateTime);
    let listed = journal.full(list.with_logs(true).send()).await.dataset_jobs.expect("jobs");
    assert_eq!(listed.iter().map(|job| job.dataset_job_id.as_ref().expect("an id").as_str()).collect::<Vec<_>>(), [&ids[1]]);
    assert!(listed[0].logs.is_some());

    let job = journal.minimal(jobs.get("dataset-1", &*ids[1]).send()).await;
    let Some(JobSpec::SemanticIndex(spec)) = job.read_job_spec().expect("JSON") else { panic!("{job:?}") };
    let vector = spec.vector_index_config.as_ref().expect("settings").read().expect("JSON");
    assert_eq!((vector.similarity.as_deref(), spec.content_list), (Some("cosine"), vec!["file".to_owned()]));
    journal.full(jobs.get("dataset-1", &*ids[1]).dataset_version("v1").workspace_id("100001").send()).await;
    journal.minimal(jobs.update("dataset-1", &*ids[0]).send()).await;
    let update = jobs.update("dataset-1", &*ids[1]).description("Anders & neu.").dataset_version("v1").workspace_id("100001");
    journal.full(update.send()).await;
    journal.minimal(jobs.stop("dataset-1", &*ids[0]).send()).await;
    journal.full(jobs.stop("dataset-1", &*ids[1]).dataset_version("v1").workspace_id("100001").send()).await;
    let job = jobs.get("dataset-1", &*ids[1]).send().await.expect("a job");
    assert_eq!((job.status, job.description.as_deref()), (Some(JobStatus::ManuallyStop), Some("Anders & neu.")));
    journal.minimal(jobs.delete("dataset-1", &*ids[0]).send()).await;
    journal.full(jobs.delete("dataset-1", &*ids[1]).send()).await;
    Box::pin(configs(&client, &mut journal)).await;
    journal.close();
}

fn index() -> SemanticIndexSpec {
    let config = VectorIndexConfig::new().shards(1).similarity("cosine").index_type("hnsw");
    let spec = SemanticIndexSpec::new(["file"]).model_id("model-1").model_version("1.0.0").concurrency(2);
    spec.vector_index_config(JsonText::Value(config))
}

/// A job of each action, the first with as little as it takes, the second with everything.
async fn created(client: &Client, journal: &mut Journal<'_>) -> Vec<String> {
    let jobs = client.dataset_jobs();
    let query = QueryParams::new().query_type(QueryType::Tag).query_tags_include_any(["sky", "sea"]).top_k(10).score_threshold(0.5);
    let attributes = ["FileName", "Uri", "FileFingerPrint", "DataSize", "FileType", "ContentType"];
    let by_query = FileMetaImportByQuery::new("dataset-2", "100001", "v1").query(query.clone()).filtered_attributes(attributes);
    let by_manifest = FileMetaImportByManifest::new("oss://bucket-1/path/pai_dataset_filemeta_manifest.yaml");
    let specs: [JobSpec; 6] = [
        IntelligentTagSpec::new("qwen-vl-max", "connection-1", "prompt-1").into(),
        FileMetaExportSpec::new("oss://bucket-1/path/").query(query).filtered_attributes(["Uri", "FileName"]).into(),
        IntelligentTagRevertSpec::new("job-1").into(),
        FileMetaImportSpec::from(by_query.import_mode(ImportMode::Append)).into(),
        FileMetaImportSpec::from(by_manifest.import_mode(ImportMode::Replace)).into(),
        FileMetaBuildSpec::new().into(),
    ];
    let mut ids = Vec::new();
    let created = journal.minimal(jobs.create("dataset-1", "100001", FileMetaBuildSpec::new()).send()).await;
    ids.push(created.dataset_job_id.expect("an id").as_str().to_owned());
    let whole = |spec: JobSpec| jobs.create("dataset-1", "100001", spec).dataset_version("v1").description("Eins & zwei, é 文.");
    let created = journal.full(whole(index().into()).job_mode(JobMode::Increment).send()).await;
    ids.push(created.dataset_job_id.expect("an id").as_str().to_owned());
    for spec in specs {
        let created = journal.full(whole(spec).job_mode(JobMode::Full).send()).await;
        ids.push(created.dataset_job_id.expect("an id").as_str().to_owned());
    }
    for (number, id) in ids.iter().enumerate() {
        journal.name(id, &format!("job-{}", number + 1));
    }
    ids
}

async fn configs(client: &Client, journal: &mut Journal<'_>) {
    let configs = client.dataset_job_configs();
    let created = journal.minimal(configs.create("dataset-1", "100001", SemanticIndexConfig::new()).send()).await;
    let plain = created.dataset_job_config_id.expect("an id");
    let tag = IntelligentTagConfig::new().api_key("your-key");
    let created = journal.full(configs.create("dataset-1", "100001", tag.clone()).dataset_version("v1").send()).await;
    let set = created.dataset_job_config_id.expect("an id");
    journal.name(&plain, "config-1");
    journal.name(&set, "config-2");
    assert_eq!(journal.minimal(configs.list("dataset-1").send()).await.total_count, Some(2));
    let list = configs.list("dataset-1").workspace_id("100001").config_type(ConfigType::MultimodalIntelligentTag).dataset_version("v1");
    let listed = journal.full(list.page_number(1).page_size(50).send()).await.dataset_job_configs.expect("configs");
    assert_eq!(listed.iter().map(|config| config.dataset_job_config_id.as_ref()).collect::<Vec<_>>(), [Some(&set)]);
    let shown = journal.minimal(configs.get("dataset-1", &set).send()).await;
    assert!(!format!("{shown:?}").contains("your-key"), "{shown:?}");
    assert_eq!(shown.read_config().expect("JSON"), Some(tag.into()));
    journal.full(configs.get("dataset-1", &set).workspace_id("100001").send()).await;
    journal.minimal(configs.update("dataset-1", &plain).send()).await;
    let index = SemanticIndexConfig::new().default_model_id("model-2").default_model_version("1.0.0");
    journal.full(configs.update("dataset-1", &plain).workspace_id("100001").config(index.clone()).send()).await;
    let shown = configs.get("dataset-1", &plain).send().await.expect("a config");
    assert_eq!(shown.read_config().expect("JSON"), Some(index.into()));
    journal.minimal(configs.delete("dataset-1", &plain).send()).await;
    journal.full(configs.delete("dataset-1", &set).workspace_id("100001").send()).await;
}

#[tokio::test]
async fn a_job_is_waited_for_to_its_end() {
    let sandbox = Sandbox::start(Config::default()).await.expect("it starts");
    let client = builder(&sandbox).with(|builder| builder.clock(Arc::new(SystemClock))).build().expect("a client");
    let jobs = client.dataset_jobs();
    let id = jobs.create("dataset-1", "100001", index()).send().await.expect("a job").dataset_job_id.expect("an id");
    let looks = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&looks);
    let wait = jobs.wait("dataset-1", &id).progress(move |job| {
        assert!(job.status.is_some());
        seen.fetch_add(1, Ordering::Relaxed);
    });
    let job = wait.await.expect("its end");
    assert!(job.status.as_ref().is_some_and(JobStatus::is_final), "{job:?}");
    assert!(looks.load(Ordering::Relaxed) > 1);

    let id = jobs.create("dataset-1", "100001", index()).send().await.expect("a job").dataset_job_id.expect("an id");
    let error = jobs.wait("dataset-1", &id).deadline(Duration::from_millis(1)).await.expect_err("too short a time");
    assert!(error.is_timeout(), "{error}");
    assert!(error.to_string().contains(id.as_str()) && error.to_string().contains("is still"), "{error}");
    let error = jobs.wait("dataset-1", "job-none").deadline(Duration::MAX).await.expect_err("there is none");
    assert!(error.is_not_found() || *error.kind() == ErrorKind::Api, "{error}");
}

#[tokio::test]
async fn whatever_is_wrong_with_a_signature_is_told() {
    let temporary = AccessKey {
        id: "temporary".into(),
        secret: "temporary-secret".into(),
        token: Some("token-1".into()),
        expires: Some(now() + MINUTE),
    };
    let sandbox = sandbox(Config { access_keys: vec![AccessKey::default(), temporary], ..Config::default() }).await;
    let list = |builder: ClientBuilder| async { builder.build().expect("a client").dataset_jobs().list("dataset-1").send().await };
    let refused = |error: Error| {
        assert_eq!(*error.kind(), ErrorKind::Api, "{error:?}");
        assert!(error.trace_id().is_some() && !error.outcome_unknown() && !error.is_retryable(), "{error:?}");
        error
    };

    let error = refused(list(builder(&sandbox).access_key("sandbox", "another-secret")).await.expect_err("a wrong secret"));
    assert!(error.is_auth() && error.code() == Some(codes::SIGNATURE_DOES_NOT_MATCH), "{error}");
    let error = refused(list(builder(&sandbox).access_key("nobody", "sandbox-secret")).await.expect_err("an unknown key"));
    assert!(error.is_auth() && error.code() == Some(codes::ACCESS_KEY_NOT_FOUND), "{error}");
    for token in [None, Some("token-0")] {
        let own = builder(&sandbox).access_key("temporary", "temporary-secret");
        let own = match token {
            Some(token) => own.security_token(token),
            None => own,
        };
        let error = refused(list(own).await.expect_err("no token of this key"));
        assert!(error.is_auth() && error.code() == Some(codes::SECURITY_TOKEN_MISMATCH), "{error}");
        assert!(error.message().contains("security token") && !error.message().contains("token-0"), "{error}");
    }
    list(builder(&sandbox).access_key("temporary", "temporary-secret").security_token("token-1")).await.expect("a signed token");

    let ahead = builder(&sandbox).with(|builder| builder.clock(Arc::new(Still { ahead: Duration::from_secs(16 * 60) })));
    let error = refused(list(ahead).await.expect_err("a wrong clock"));
    assert!(error.is_auth() && error.code() == Some(codes::TIMESTAMP_EXPIRED), "{error}");
    let again = builder(&sandbox).with(|builder| builder.random(Arc::new(Same))).build().expect("a client");
    again.dataset_jobs().list("dataset-1").send().await.expect("the first time");
    let error = refused(again.dataset_jobs().list("dataset-1").send().await.expect_err("the same nonce"));
    assert!(error.is_auth() && error.code() == Some(codes::SIGNATURE_NONCE_USED), "{error}");

    sandbox.advance(MINUTE);
    let late = builder(&sandbox).with(|builder| builder.clock(Arc::new(Still { ahead: MINUTE })));
    let late = late.access_key("temporary", "temporary-secret").security_token("token-1");
    let error = refused(list(late).await.expect_err("a token that has expired"));
    assert!(error.is_auth() && error.code() == Some(codes::SECURITY_TOKEN_EXPIRED), "{error}");
}

#[tokio::test]
async fn a_creation_is_repeated_only_when_it_was_one_too_many() {
    let sandbox = sandbox(Config::default()).await;
    let patient = builder(&sandbox).retry(RetryPolicy::default()).build().expect("a client");
    let create = |fault: &str| {
        let call = patient.dataset_jobs().create("dataset-1", "100001", FileMetaBuildSpec::new()).header("x-sandbox-fault", fault);
        async { call.send().await }
    };
    let sent = || sandbox.requests().len();

    sandbox.forget_requests();
    let error = create("rate-limit=0").await.expect_err("too many");
    assert!(error.is_rate_limited() && error.code() == Some(codes::THROTTLED_USER), "{error}");
    assert_eq!((error.http_status(), sent()), (Some(400), 3), "each attempt was refused");
    let nonces: std::collections::BTreeSet<_> =
        sandbox.requests().iter().filter_map(|seen| seen.header("x-acs-signature-nonce").map(str::to_owned)).collect();
    assert_eq!(nonces.len(), 3, "each attempt is signed anew");

    for (fault, status) in [("html", 502), ("status=503", 503), ("status=500", 500)] {
        sandbox.forget_requests();
        let error = create(fault).await.expect_err("a failure");
        assert_eq!((error.http_status(), sent()), (Some(status), 1), "{error}");
        assert!(error.outcome_unknown() && error.trace_id().is_some(), "{error:?}");
    }
    sandbox.forget_requests();
    let error = create("cut=0").await.expect_err("a broken connection");
    assert!(error.outcome_unknown() && sent() == 1, "{error:?}");
}

#[test]
fn a_region_is_needed_and_is_a_plain_name() {
    let keyed = |builder: ClientBuilder| builder.access_key("id", "secret").build();
    let error = keyed(Client::builder()).expect_err("no region");
    assert_eq!(*error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("Client::region(..) or Client::vpc(..)"), "{error}");
    for odd in ["", "cn-hangzhou.example.com/", "a b", "u@h", "cn-guangzhou\t"] {
        assert_eq!(*keyed(Client::region(odd)).expect_err(odd).kind(), ErrorKind::Config, "{odd:?}");
    }
    for region in ["cn-hangzhou", "cn-guangzhou", "ap-southeast-5", "eu-west-1"] {
        let url = |builder| keyed(builder).expect("a client").runtime().base_url().to_owned();
        assert_eq!(url(Client::region(region)), format!("https://aiworkspace.{region}.aliyuncs.com"));
        assert_eq!(url(Client::vpc(region)), format!("https://aiworkspace-vpc.{region}.aliyuncs.com"));
    }
}

/// Texts with everything that encoders disagree about.
fn odd() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ +*~/%&=?#.:;,@!'()\\[\\]a-zA-Z0-9_-]{0,24}",
        any::<String>().prop_map(|text| text.chars().filter(|letter| !letter.is_control()).take(24).collect()),
    ]
}

#[test]
fn anything_that_is_signed_is_verified() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let sandbox = runtime.block_on(sandbox(Config::default()));
    let client = client(&sandbox);
    let segments = (odd().prop_filter("a segment is not empty", |text| !text.is_empty()), odd());
    let requests = (segments, prop::collection::btree_map(odd(), odd(), 0..4), "[ -~]{0,30}", odd(), any::<bool>());
    let verified = std::cell::Cell::new(0);
    let run = |((dataset, job), query, header, text, write): ((String, String), _, String, String, bool)| {
        let job = if job.is_empty() { "job-1".to_owned() } else { job };
        let outcome = runtime.block_on(async {
            let query: std::collections::BTreeMap<String, String> = query;
            if write {
                let call = client.dataset_jobs().update(&*dataset, &*job).description(text).header("x-acs-extra", header.trim());
                query.into_iter().fold(call, |call, (name, value)| call.query(name, value)).send().await.map(drop)
            } else {
                let call = client.dataset_jobs().get(&*dataset, &*job).dataset_version(text).header("x-acs-extra", header.trim());
                query.into_iter().fold(call, |call, (name, value)| call.query(name, value)).send().await.map(drop)
            }
        });
        // The job does not exist, which is only said to those whose signature is right.
        let error = outcome.expect_err("there is no such job");
        match error.kind() {
            // Segments that no URL can hold are not sent.
            ErrorKind::InvalidRequest { .. } => return Ok(()),
            ErrorKind::Api => {}
            other => prop_assert!(false, "{:?}: {:?}", other, error),
        }
        prop_assert!(!error.is_auth() && error.trace_id().is_some(), "{:?}", error);
        verified.set(verified.get() + u32::from(error.is_not_found()));
        Ok(())
    };
    TestRunner::new(Cases { cases: 400, failure_persistence: None, ..Cases::default() })
        .run(&requests, run)
        .unwrap_or_else(|failure| panic!("{failure}"));
    assert!(verified.get() > 300, "{} of 400 got as far as being looked for", verified.get());
    // The same check does refuse what was not signed.
    let wrong = builder(&sandbox).access_key("sandbox", "another").build().expect("a client");
    let error = runtime.block_on(wrong.request(Method::Get, "/api/v1/datasets/d/datasetjobs/j").send::<pai_datasets::Json>());
    assert!(error.expect_err("a wrong secret").http_status() == Some(400));
}
