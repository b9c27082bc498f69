//! The evidence of what was received, read by the generated types: it comes out as the ledger says, or is refused where it says.
//!
//! A reply goes through a whole call, since its envelope is opened by the runtime. Anything else is read by its type and written again,
//! in canonical spelling. Two things of `reads` are not in a typed value: members that the spec does not declare, and null.

use apispec::Pointer;
use apispec::index::Operation;
use apispec_runtime::decode::from_text;
use pai_datasets::dataset_jobs;
use powerdrill_client::v1::chat::ChatEvent;
use powerdrill_client::v2::jobs::JobEvent;
use powerdrill_client::{Code, Error, ErrorKind, v1, v2};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::evidence::{self, Decode, Event};
use wire::calls::{AnyClient, samples};
use wire::show;
use wire::spec::{self, declared};
use wire::support::{CANARY, pai_client, server};

type Reader = fn(&str) -> Result<Value, Error>;

/// Reads a text as a type, and writes it again.
fn reread<T: DeserializeOwned + Serialize + std::fmt::Debug>(text: &str) -> Result<Value, Error> {
    let value: T = from_text(text)?;
    show::value("a value", &value);
    Ok(serde_json::to_value(value).expect("a value can be written"))
}

macro_rules! readers {
    ($($name:literal => $type:ty),* $(,)?) => { &[$(($name, reread::<$type>)),*] };
}

/// Which type reads a schema. A union whose shorthand is folded is read by the object's type; a text has none of its own.
static V1: &[(&str, Reader)] = readers! {
    "ChartContent" => v1::chat::ChartContent,
    "Conversation" => v1::sessions::Conversation,
    "DataSource" => v1::data_sources::DataSource,
    "DataSourceStatus" => v1::data_sources::DataSourceStatus,
    "Dataset" => v1::datasets::Dataset,
    "FileContent" => v1::chat::FileLink,
    "FileLink" => v1::chat::FileLink,
    "InternalTag" => String,
    "ProcessStep" => v1::chat::ProcessStep,
    "Session" => v1::sessions::Session,
    "SessionPage" => v1::sessions::SessionPage,
    "SourceReference" => v1::chat::SourceReference,
    "StoredSessionConfig" => v1::sessions::StoredSessionConfig,
    "StreamFailure" => v1::chat::StreamError,
    "StreamFrame" => v1::chat::StreamFrame,
    "Task" => v1::chat::Task,
};

static V2: &[(&str, Reader)] = readers! {
    "Block" => v2::types::Block,
    "ChartContent" => v2::types::ChartContent,
    "DataSource" => v2::data_sources::DataSource,
    "DataSourceStatus" => v2::data_sources::DataSourceStatus,
    "Dataset" => v2::datasets::Dataset,
    "DatasetOverview" => v2::datasets::DatasetOverview,
    "FileContent" => v2::types::FileLink,
    "FileLink" => v2::types::FileLink,
    "JobAnswer" => v2::sessions::JobAnswer,
    "JobMode" => v2::types::JobMode,
    "JobRecord" => v2::sessions::JobRecord,
    "PresignedDataSource" => v2::data_sources::PresignedDataSource,
    "Session" => v2::sessions::Session,
    "SessionPage" => v2::sessions::SessionPage,
    "SourceReference" => v2::types::SourceReference,
    "StreamFailure" => v2::jobs::StreamError,
    "StreamFrame" => v2::jobs::StreamFrame,
    "Task" => v2::jobs::Task,
    "Trigger" => v2::jobs::Trigger,
};

/// Without an envelope a reply is its type and nothing else, so that the types are enough. Errors have none, and are read by a call.
static PAI: &[(&str, Reader)] = readers! {
    "CreatedDatasetJob" => dataset_jobs::CreatedDatasetJob,
    "DatasetJob" => dataset_jobs::DatasetJob,
    "DatasetJobList" => dataset_jobs::DatasetJobList,
    "FileMetaExportSpec" => dataset_jobs::FileMetaExportSpec,
    "FileMetaImportSpec" => dataset_jobs::FileMetaImportSpec,
    "IntelligentTagSpec" => dataset_jobs::IntelligentTagSpec,
    "QueryParams" => dataset_jobs::QueryParams,
    "SemanticIndexSpec" => dataset_jobs::SemanticIndexSpec,
};

/// What became of one payload.
enum Read {
    /// The value in canonical form.
    Value(Value),
    /// The path of what is wrong, or none where the reply as a whole is no reply of the API.
    Refused(String),
}

/// How many payloads and events the evidence has, and failures of a stream, each in two wrappings. They are counted so that none is
/// passed over.
const RECEIVED: usize = 250;
const EVENTS: usize = 13;
const FAILURES: usize = 12;

#[tokio::test]
async fn everything_received_reads_as_the_ledger_says() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in evidence::all() {
        for (number, decode) in file.decodes.iter().enumerate() {
            count += 1;
            let faults = judge(decode).await;
            wrong.extend(faults.into_iter().map(|fault| format!("{} decodes[{number}] ({}): {fault}", file.name, decode.seen)));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} payloads:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(count, RECEIVED, "the number of payloads in the evidence");
}

async fn judge(decode: &Decode) -> Vec<String> {
    let (api, place) = evidence::parts(&decode.r#as);
    let schema = Pointer::parse(place).expect("a pointer");
    let name = schema.last().expect("a name");
    // Every link becomes one that must not be seen.
    let wire = secret(&decode.wire);
    let index = spec::index(api);
    let replies = index.operations().iter().filter(|operation| api != "pai-dataset-jobs" && is_reply(operation, &schema));
    let replies: Vec<_> = replies.collect();
    let mut faults = Vec::new();
    if api == "pai-dataset-jobs" && name == "ErrorBody" {
        faults.extend(refusal(decode, &wire).await);
    } else if replies.is_empty() {
        let table = match api {
            "powerdrill-v1" => V1,
            "powerdrill-v2" => V2,
            _ => PAI,
        };
        let (_, reader) = table.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("{name} of {api} is in no table"));
        let read = match reader(&wire.to_string()) {
            Ok(value) => Read::Value(value),
            Err(error) => Read::Refused(path_of(&error)),
        };
        let expected = declared(index, &schema, &secret(&decode.reads));
        faults.extend(compare(read, expected, decode.refused.as_deref().map(dotted)));
    }
    for operation in replies {
        faults.extend(reply(api, operation, decode, &wire).await.into_iter().map(|fault| format!("{}: {fault}", operation.name())));
    }
    faults
}

/// Whether the schema is what the operation answers with.
fn is_reply(operation: &Operation<'_>, schema: &Pointer) -> bool {
    operation.successes().any(|(_, response)| {
        let reference = response.value.pointer("/content/application~1json/schema/$ref").and_then(Value::as_str);
        reference == Some(format!("#{}", schema.as_str()).as_str())
    })
}

/// Lets a server give the reply to a call of the operation.
async fn reply(api: &str, operation: &Operation<'_>, decode: &Decode, wire: &Value) -> Option<String> {
    let server = server(200, &wire.to_string()).await;
    let minimal = &samples(api)[&operation.name()].minimal;
    let sending = AnyClient::new(api, &server.url()).call(&operation.name(), minimal).unwrap_or_else(|reason| panic!("{reason}"));
    let outcome = sending.await;
    let reads = secret(&decode.reads);
    match (outcome, decode.refused.as_deref()) {
        (Err(error), None) if reads["code"] != 0 => {
            show::error(&error);
            let code = reads["code"].as_i64().map(Code::Number);
            let told = (error.code(), error.message());
            let expected = (code, reads.get("msg").and_then(Value::as_str).unwrap_or_default());
            (*error.kind() != ErrorKind::Api || told != expected).then(|| format!("{error:?} in place of {expected:?}"))
        }
        // The envelope is not a type: without it, a reply is not one of the API.
        (Err(error), Some("/code")) => (*error.kind() != ErrorKind::Http).then(|| format!("{error:?}")),
        (Err(error), refused) => {
            let refused = refused.map(|place| dotted(place.strip_prefix("/data").unwrap_or(place)));
            compare(Read::Refused(path_of(&error)), Value::Null, refused)
        }
        (Ok(value), refused) => {
            let data = data_schema(spec::index(api), decode);
            let expected =
                data.filter(|_| !value.is_null()).map_or(Value::Null, |schema| declared(spec::index(api), &schema, &reads["data"]));
            compare(Read::Value(value), expected, refused.map(dotted))
        }
    }
}

/// Lets a server refuse a signed call with the payload.
async fn refusal(decode: &Decode, wire: &Value) -> Option<String> {
    let server = server(400, &wire.to_string()).await;
    let call = pai_client(&server.url()).dataset_jobs().get("dataset-1", "job-1").send();
    let error = call.await.expect_err("a refusal");
    show::error(&error);
    let reads = &decode.reads;
    let text = |name: &str| reads.get(name).and_then(Value::as_str);
    // What is refused has no code, and is no less an error.
    let expected = (text("Code").map(Code::Text), text("Message").unwrap_or_default(), text("RequestId"));
    let told = (error.code(), error.message(), error.trace_id());
    let same = match decode.refused.as_deref() {
        None => *error.kind() == ErrorKind::Api && told == expected,
        Some("/Code") => error.code().is_none() && error.http_status() == Some(400),
        Some(other) => panic!("{other} of an error is refused"),
    };
    (!same).then(|| format!("{error:?} in place of {expected:?}"))
}

/// Where the schema of the payload stands in that of a reply.
fn data_schema(index: &apispec::Index<'_>, decode: &Decode) -> Option<Pointer> {
    let schema = Pointer::parse(evidence::parts(&decode.r#as).1)?;
    let data = schema.child("allOf").item(1).child("properties").child("data");
    index.document().find(&data).map(|_| data)
}

fn compare(read: Read, expected: Value, refused: Option<String>) -> Option<String> {
    match (read, refused) {
        (Read::Value(value), None) => (value != expected).then(|| format!("reads as {value}, not {expected}")),
        (Read::Value(value), Some(place)) => Some(format!("reads as {value}, but should be refused at `{place}`")),
        (Read::Refused(at), None) => Some(format!("is refused at `{at}`")),
        (Read::Refused(at), Some(place)) => (at != place).then(|| format!("is refused at `{at}`, not `{place}`")),
    }
}

fn path_of(error: &Error) -> String {
    show::error(error);
    match error.kind() {
        ErrorKind::Decode { path } => path.clone(),
        other => format!("({other:?})"),
    }
}

/// `/choices/0/delta` as errors have it: `choices[0].delta`.
fn dotted(pointer: &str) -> String {
    let mut path = String::new();
    for token in pointer.split('/').skip(1) {
        if token.bytes().all(|byte| byte.is_ascii_digit()) {
            path.push_str(&format!("[{token}]"));
        } else {
            path.push_str(if path.is_empty() { "" } else { "." });
            path.push_str(token);
        }
    }
    path
}

fn secret(value: &Value) -> Value {
    let text = value.to_string().replace("https://files.example.com/", &format!("https://files.example.com/{CANARY}-link/"));
    serde_json::from_str(&text).expect("still JSON")
}

/// The canonical name of an event, or none of one that is kept as unknown.
fn name_in_v1(event: &ChatEvent) -> Option<&'static str> {
    match event {
        ChatEvent::Chart { .. } => Some("CHART"),
        ChatEvent::Sources { .. } => Some("SOURCES"),
        ChatEvent::Unknown { .. } => None,
        other => panic!("the evidence has no such event yet: {other:?}"),
    }
}

fn name_in_v2(event: &JobEvent) -> Option<&'static str> {
    match event {
        JobEvent::ChartInfo { .. } => Some("CHART_INFO"),
        JobEvent::Sources { .. } => Some("SOURCES"),
        JobEvent::Trigger { .. } => Some("TRIGGER"),
        JobEvent::Tag { .. } => Some("TAG"),
        JobEvent::KeepAlive(..) => Some("KEEP_ALIVE"),
        JobEvent::Unknown { .. } => None,
        other => panic!("the evidence has no such event yet: {other:?}"),
    }
}

/// The data of an event that reads as `name`.
fn data(name: Option<&str>) -> String {
    let payload = match name {
        Some("CHART" | "CHART_INFO" | "TRIGGER") => json!({"name": "growth"}),
        Some("SOURCES") => json!([]),
        Some("TAG") => json!("Planner"),
        Some("KEEP_ALIVE") | None => return "still here".to_owned(),
        Some(other) => panic!("the evidence has no {other} yet"),
    };
    framed(&payload)
}

fn framed(payload: &Value) -> String {
    let choices = [json!({"delta": {"content": payload}, "index": 0})];
    json!({"id": "group-1", "model": "", "choices": choices, "created": 1, "group_id": "group-1"}).to_string()
}

#[test]
fn events_are_called_as_the_ledger_says() {
    let events: Vec<Event> = evidence::all().into_iter().flat_map(|file| file.events).collect();
    for event in &events {
        let data = data(event.reads.as_deref());
        let read = match event.of.as_str() {
            "powerdrill-v1#create_chat_completion" => name_in_v1(&ChatEvent::decode(&event.name, &data).expect("an event")),
            "powerdrill-v2#create_job" => name_in_v2(&JobEvent::decode(&event.name, &data).expect("an event")),
            other => panic!("{other} has no events here"),
        };
        assert_eq!(read, event.reads.as_deref(), "{} of {}", event.name, event.of);
    }
    assert_eq!(events.len(), EVENTS, "the number of events in the evidence");
}

/// A failure may come in a frame, as a bare object or as bare text, and is the same each time.
#[test]
fn failures_read_the_same_in_every_wrapping() {
    let mut count = 0;
    for decode in evidence::all().into_iter().flat_map(|file| file.decodes).filter(|decode| decode.r#as.ends_with("/StreamFailure")) {
        let Value::Object(expected) = &decode.reads else { continue };
        let bare = decode.wire.as_str().map_or_else(|| decode.wire.to_string(), str::to_owned);
        for data in [framed(&decode.wire), bare] {
            count += 1;
            let read = if decode.r#as.starts_with("powerdrill-v1") {
                failure(ChatEvent::decode("ERROR", &data), |event| match event {
                    ChatEvent::Error { content, .. } => serde_json::to_value(content).ok(),
                    _ => None,
                })
            } else {
                failure(JobEvent::decode("ERROR", &data), |event| match event {
                    JobEvent::Error { content, .. } => serde_json::to_value(content).ok(),
                    _ => None,
                })
            };
            assert_eq!(read, Ok(Value::Object(expected.clone())), "{data}");
        }
    }
    assert_eq!(count, FAILURES, "the number of failures in the evidence, each in two wrappings");
}

fn failure<E>(event: Result<E, Error>, content: impl FnOnce(E) -> Option<Value>) -> Result<Value, String> {
    event.map_err(|error| show::error(&error)).map(|event| content(event).expect("a failure"))
}
