//! PAI: signatures, and the lives of jobs and configs. The signer is one of its own, and is held against published vectors first.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::client::{Answer, send};
use super::{frozen, oracle};
use crate::{AccessKey, Config, Sandbox};

/// What a request is signed with, each part of which a test can spoil.
pub(super) struct Signer<'a> {
    sandbox: &'a Sandbox,
    key: AccessKey,
    date: String,
    nonce: Option<String>,
}

static NONCE: AtomicU64 = AtomicU64::new(0);

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The header `Authorization` for headers that are sorted by name.
fn authorization(key: &AccessKey, method: &str, path: &str, query: &str, headers: &[(&str, &str)], body: &[u8]) -> String {
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let canonical = format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{}", hex(&Sha256::digest(body)));
    let to_sign = format!("ACS3-HMAC-SHA256\n{}", hex(&Sha256::digest(canonical.as_bytes())));
    let mut mac = Hmac::<Sha256>::new_from_slice(key.secret.as_bytes()).expect("a key of any length");
    mac.update(to_sign.as_bytes());
    format!("ACS3-HMAC-SHA256 Credential={},SignedHeaders={names},Signature={}", key.id, hex(&mac.finalize().into_bytes()))
}

#[test]
fn the_signer_of_these_tests_makes_the_published_signature() {
    let key = AccessKey { id: "YourAccessKeyId".into(), secret: "YourAccessKeySecret".into(), ..AccessKey::default() };
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let headers = [
        ("host", "ecs.cn-shanghai.aliyuncs.com"),
        ("x-acs-action", "RunInstances"),
        ("x-acs-content-sha256", empty),
        ("x-acs-date", "2023-10-26T10:22:32Z"),
        ("x-acs-signature-nonce", "3156853299f313e23d1673dc12e1703d"),
        ("x-acs-version", "2014-05-26"),
    ];
    let query = "ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai";
    let made = authorization(&key, "POST", "/", query, &headers, b"");
    assert!(made.ends_with("Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"), "{made}");
}

impl<'a> Signer<'a> {
    pub(super) fn new(sandbox: &'a Sandbox) -> Self {
        let date = sandbox.state().clock.now().whole();
        Self { sandbox, key: AccessKey::default(), date, nonce: None }
    }

    async fn call(&self, action: &str, method: &str, path: &str, query: &str, body: Value) -> Answer {
        let answer = self.spoiled(action, method, path, query, body, |_| {}).await;
        oracle::judge(method, path, &answer);
        answer
    }

    /// Sends what `spoil` has made of the headers after they were signed.
    async fn spoiled(
        &self,
        action: &str,
        method: &str,
        path: &str,
        query: &str,
        body: Value,
        spoil: impl FnOnce(&mut Vec<(&str, String)>),
    ) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let nonce = self.nonce.clone().unwrap_or_else(|| format!("nonce-{}", NONCE.fetch_add(1, Ordering::Relaxed)));
        let (host, hash) = (self.sandbox.address().to_string(), hex(&Sha256::digest(body.as_bytes())));
        let mut signed = vec![("host", host.as_str()), ("x-acs-action", action), ("x-acs-content-sha256", &hash)];
        signed.extend([("x-acs-date", self.date.as_str()), ("x-acs-signature-nonce", &nonce), ("x-acs-version", "2021-02-04")]);
        if !body.is_empty() {
            signed.insert(0, ("content-type", "application/json; charset=utf-8"));
        }
        if let Some(token) = &self.key.token {
            signed.insert(signed.len() - 2, ("x-acs-security-token", token));
        }
        let authorization = authorization(&self.key, method, path, query, &signed, body.as_bytes());
        let mut headers: Vec<(&str, String)> =
            signed[..].iter().filter(|(name, _)| *name != "host").map(|(name, value)| (*name, (*value).to_owned())).collect();
        headers.push(("authorization", authorization));
        spoil(&mut headers);
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
        send(self.sandbox, method, &target, &headers, body.as_bytes()).await
    }

    async fn create(&self, action: &str, spec: Value, more: Value) -> Answer {
        let mut body = json!({ "WorkspaceId": "100001", "JobAction": action, "JobSpec": spec.to_string() });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        self.call("CreateDatasetJob", "POST", "/api/v1/datasets/d-1/datasetjobs", "", body).await
    }

    async fn status(&self, id: &str) -> Value {
        self.call("GetDatasetJob", "GET", &format!("/api/v1/datasets/d-1/datasetjobs/{id}"), "", Value::Null).await.json()
    }
}

fn id(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["DatasetJobId"].as_str().expect("a text").to_owned()
}

/// Each action, and a job from its creation to its end.
pub(super) async fn live(signer: &Signer<'_>) {
    let specs = [
        ("SemanticIndex", json!({ "contentList": ["file"], "vectorIndexConfig": "{\"shards\":1}" })),
        ("IntelligentTag", json!({ "modelId": "m", "intelligentTagConnectionId": "c", "promptId": "p" })),
        ("FileMetaExport", json!({ "exportDirUri": "oss://bucket-1/path/", "query": { "QueryType": "TAG", "TopK": 5 } })),
        ("FileMetaBuild", json!({})),
        ("FileMetaImport", json!({ "manifestUri": "oss://bucket-1/pai_dataset_filemeta_manifest.yaml" })),
    ];
    for (action, spec) in specs {
        signer.create(action, spec, json!({ "Description": "a job", "DatasetVersion": "v1", "JobMode": "Full" })).await;
    }
    let job = id(&signer.create("FileMetaBuild", json!({}), json!({})).await);
    let path = format!("/api/v1/datasets/d-1/datasetjobs/{job}");
    for expected in ["Pending", "Starting", "Running", "Running", "Running", "Succeeded", "Succeeded"] {
        assert_eq!(signer.status(&job).await["Status"], expected);
        signer.sandbox.advance(Duration::from_millis(200));
    }
    let done = signer.status(&job).await;
    assert_eq!((&done["CompletedFileCount"], &done["FailedFileCount"]), (&done["TotalFileCount"], &json!(0)));
    signer.call("UpdateDatasetJob", "PUT", &path, "", json!({ "Description": "ä" })).await;
    let query = "Order=ASC&PageNumber=1&PageSize=2&SortBy=CreateTime&Status=Succeeded&WithLogs=true";
    let list = signer.call("ListDatasetJobs", "GET", "/api/v1/datasets/d-1/datasetjobs", query, Value::Null).await.json();
    assert_eq!((list["DatasetJobs"].as_array().expect("a list").len(), &list["TotalCount"]), (2, &json!(6)));
    let stopped = id(&signer.create("FileMetaBuild", json!({}), json!({})).await);
    let stop = format!("/api/v1/datasets/d-1/datasetjobs/{stopped}/action/stop");
    signer.call("StopDatasetJob", "PUT", &stop, "", json!({})).await;
    assert_eq!(signer.status(&stopped).await["Status"], "ManuallyStop");
    signer.call("StopDatasetJob", "PUT", &format!("{path}/action/stop"), "", json!({})).await;
    assert_eq!(signer.status(&job).await["Status"], "Succeeded", "what has ended stays as it ended");
    signer.call("DeleteDatasetJob", "DELETE", &path, "", Value::Null).await;
    assert_eq!(signer.status(&job).await["Status"], "Deleting");
    signer.sandbox.advance(Duration::from_millis(200));
    let gone = signer.call("GetDatasetJob", "GET", &path, "", Value::Null).await;
    assert_eq!((gone.status, &gone.json()["Code"]), (404, &json!("201300003")));
}

pub(super) async fn configs(signer: &Signer<'_>) {
    let base = "/api/v1/datasets/d-1/datasetjobconfigs";
    let config = json!({ "WorkspaceId": "100001", "ConfigType": "MultimodalIntelligentTag", "Config": "{\"apiKey\":\"your-key\"}" });
    let made = signer.call("CreateDatasetJobConfig", "POST", base, "", config).await.json();
    let path = format!("{base}/{}", made["DatasetJobConfigId"].as_str().expect("a text"));
    let kept = signer.sandbox.requests();
    let kept = kept.last().expect("one at least");
    assert_eq!(kept.json().expect("JSON")["Config"], "[redacted]");
    assert_eq!(kept.header("authorization"), Some("ACS3-HMAC-SHA256 [redacted]"));
    let update = json!({ "ConfigType": "MultimodalSemanticIndex", "Config": "{\"defaultModelId\":\"model-1\"}" });
    signer.call("UpdateDatasetJobConfig", "PUT", &path, "", update).await;
    let shown = signer.call("GetDatasetJobConfig", "GET", &path, "WorkspaceId=100001", Value::Null).await.json();
    assert_eq!(shown["Config"], "{\"defaultModelId\":\"model-1\"}");
    let list = signer.call("ListDatasetJobConfigs", "GET", &format!("{base}/"), "PageSize=5", Value::Null).await.json();
    assert_eq!(list["TotalCount"], 1);
    let elsewhere = signer.call("GetDatasetJobConfig", "GET", &path, "WorkspaceId=2", Value::Null).await;
    assert_eq!(elsewhere.json()["Code"], "100400008");
    assert_eq!(signer.call("DeleteDatasetJobConfig", "DELETE", &path, "", Value::Null).await.status, 200);
    assert_eq!(signer.call("GetDatasetJobConfig", "GET", &path, "", Value::Null).await.status, 404);
}

#[tokio::test]
async fn a_spec_that_breaks_its_schema_is_refused_with_its_place() {
    let sandbox = frozen(Config::default()).await;
    let signer = Signer::new(&sandbox);
    for (action, spec, more, code, said) in [
        ("SemanticIndex", json!({}), json!({}), "MissingParameter", "/body/JobSpec/contentList: required"),
        (
            "SemanticIndex",
            json!({ "contentList": [], "vectorIndexConfig": "{\"shards\":\"x\"}" }),
            json!({}),
            "InvalidParameter",
            "/body/JobSpec/vectorIndexConfig/shards: type",
        ),
        ("FileMetaImport", json!({}), json!({}), "InvalidParameter", "/body/JobSpec: oneOf"),
        ("Nothing", json!({}), json!({}), "InvalidParameter", "/body/JobAction: enum"),
        ("FileMetaBuild", json!({}), json!({ "JobMode": "Increment" }), "InvalidParameter", "/body/JobMode"),
    ] {
        let refused = signer.create(action, spec, more).await;
        assert_eq!((refused.status, &refused.json()["Code"]), (400, &json!(code)));
        assert!(refused.text().contains(said), "{}", refused.text());
    }
    for (wish, status) in [("sandbox:failed", "Failed"), ("sandbox:partial-failed", "PartialFailed")] {
        let job = id(&signer.create("FileMetaBuild", json!({}), json!({ "Description": wish })).await);
        sandbox.advance(Duration::from_secs(2));
        assert_eq!(signer.status(&job).await["Status"], status);
    }
    let dangling = id(&signer.create("IntelligentTagRevert", json!({ "intelligentTagJobId": "dsjob-none" }), json!({})).await);
    sandbox.advance(Duration::from_secs(2));
    assert_eq!(signer.status(&dangling).await["Status"], "Failed");
}

/// The status and the code of a list that is asked for with a spoiled signature.
async fn list(signer: Signer<'_>, spoil: impl FnOnce(&mut Vec<(&str, String)>)) -> (u16, String) {
    let path = "/api/v1/datasets/d-1/datasetjobs";
    let answer = signer.spoiled("ListDatasetJobs", "GET", path, "Order=ASC&Status=Failed", Value::Null, spoil).await;
    oracle::judge("GET", path, &answer);
    (answer.status, answer.json()["Code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn every_way_to_sign_wrongly_has_its_code() {
    let expiry = SystemTime::UNIX_EPOCH + Duration::from_secs(1_739_445_440 + 60);
    let token = AccessKey { id: "key-2".into(), secret: "secret-2".into(), token: Some("token-2".into()), expires: Some(expiry) };
    let sandbox = frozen(Config { access_keys: vec![AccessKey::default(), token.clone()], ..Config::default() }).await;
    let signer = || Signer::new(&sandbox);
    let refused = |status: u16, code: &str| (status, code.to_owned());
    assert_eq!(list(signer(), |_| {}).await, refused(200, ""));
    assert_eq!(list(Signer { key: token.clone(), ..signer() }, |_| {}).await, refused(200, ""));
    let wrong = AccessKey { secret: "other".into(), ..AccessKey::default() };
    assert_eq!(list(Signer { key: wrong, ..signer() }, |_| {}).await, refused(400, "SignatureDoesNotMatch"));
    let unknown = AccessKey { id: "other".into(), ..AccessKey::default() };
    assert_eq!(list(Signer { key: unknown, ..signer() }, |_| {}).await, refused(404, "InvalidAccessKeyId.NotFound"));
    assert_eq!(list(Signer { date: "2025-02-13T11:32:21Z".into(), ..signer() }, |_| {}).await, refused(400, "InvalidTimeStamp.Expired"));
    assert_eq!(list(Signer { date: "yesterday".into(), ..signer() }, |_| {}).await, refused(400, "InvalidTimeStamp.Format"));
    for expected in [refused(200, ""), refused(400, "SignatureNonceUsed")] {
        assert_eq!(list(Signer { nonce: Some("twice".into()), ..signer() }, |_| {}).await, expected);
    }
    assert_eq!(list(signer(), |headers| headers.retain(|(name, _)| *name != "authorization")).await, refused(400, "IncompleteSignature"));
    assert_eq!(list(signer(), |headers| headers.push(("x-acs-other", "1".into()))).await, refused(400, "IncompleteSignature"));
    let tampered = |headers: &mut Vec<(&str, String)>| {
        headers.iter_mut().filter(|(name, _)| *name == "x-acs-signature-nonce").for_each(|(_, value)| value.push('x'))
    };
    assert_eq!(list(signer(), tampered).await, refused(400, "SignatureDoesNotMatch"));
    let hashed = |headers: &mut Vec<(&str, String)>| {
        headers.iter_mut().filter(|(name, _)| *name == "x-acs-content-sha256").for_each(|(_, value)| *value = "0".into())
    };
    assert_eq!(list(signer(), hashed).await, refused(400, "SignatureDoesNotMatch"));
    let foreign = |headers: &mut Vec<(&str, String)>| headers.push(("x-acs-security-token", "none".into()));
    assert_eq!(list(signer(), foreign).await, refused(400, "IncompleteSignature"), "the token is not signed");
    sandbox.advance(Duration::from_secs(60));
    let late = || Signer { key: token.clone(), ..signer() };
    assert_eq!(list(late(), |_| {}).await, refused(400, "InvalidSecurityToken.Expired"));
    let wrong = AccessKey { secret: "other".into(), ..token.clone() };
    assert_eq!(list(Signer { key: wrong, ..late() }, |_| {}).await, refused(400, "SignatureDoesNotMatch"), "only its owner is told");
}
