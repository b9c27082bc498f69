//! How generated code calls the runtime: one operation with a body, one with a query and pages, one that streams.
//!
//! Written by hand in the shape that the generator prints, and run against the server, so that the two cannot drift apart unseen.

use std::fmt;

use apispec_runtime::{
    CallOptions, Client, ErrorKind, EventBytes, Method, Operation, Page, Pages, Response, Result, Retry, Violation, validate,
};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::server::{Server, Step, head, reply};
use super::support::client;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
struct SessionId(String);

impl fmt::Display for SessionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
struct Session {
    id: SessionId,
}

#[derive(Debug, Deserialize)]
struct SessionPage {
    records: Vec<Session>,
    total_items: Option<i64>,
}

/// The body of [`CreateJob`]. What is not set is not sent, and the client's parameter only where the caller overrides it.
#[derive(Clone, Debug)]
struct CreateJobBody {
    session_id: SessionId,
    question: String,
    user_id: Option<String>,
}

impl CreateJobBody {
    fn check(&self) -> Result<(), Violation> {
        validate::length("question", &self.question, Some(1), Some(6000))
    }
}

impl Serialize for CreateJobBody {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("session_id", &self.session_id)?;
        map.serialize_entry("question", &self.question)?;
        if let Some(user_id) = &self.user_id {
            map.serialize_entry("user_id", user_id)?;
        }
        map.end()
    }
}

#[derive(Clone, Debug)]
struct CreateJob {
    client: Client,
    body: CreateJobBody,
    options: CallOptions,
}

impl CreateJob {
    const OPERATION: Operation = Operation::new("create_job", Method::Post, "/v2/team/jobs", Retry::Never);

    fn user_id(mut self, value: impl Into<String>) -> Self {
        self.body.user_id = Some(value.into());
        self
    }

    fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.add_header(name, value);
        self
    }

    fn call(self) -> apispec_runtime::Call {
        self.client.call(&Self::OPERATION).check(self.body.check()).json(&self.body).fill_body("user_id", "user_id").options(self.options)
    }

    async fn send(self) -> Result<serde_json::Value> {
        self.call().send().await
    }

    async fn send_raw(self) -> Result<Response<serde_json::Value>> {
        self.call().send_raw().await
    }

    async fn open_stream(self) -> Result<EventBytes> {
        self.call().open_stream("stream").await
    }
}

#[derive(Clone, Debug)]
struct ListSessions {
    client: Client,
    page_number: Option<i64>,
    search: Option<String>,
    options: CallOptions,
}

impl ListSessions {
    const OPERATION: Operation = Operation::new("list_sessions", Method::Get, "/v2/team/sessions", Retry::Safe);

    fn page_number(mut self, value: i64) -> Self {
        self.page_number = Some(value);
        self
    }

    async fn send(self) -> Result<SessionPage> {
        let call = self.client.call(&Self::OPERATION).query_opt("page_number", self.page_number).query_opt("search", self.search);
        call.fill_query("user_id", "user_id").options(self.options).send().await
    }

    /// All sessions from the page that is set, or from the first.
    fn pages(self) -> Pages<Session> {
        Pages::new(&Self::OPERATION, 1, self.page_number.unwrap_or(1), move |number| {
            let page = self.clone().page_number(number).send();
            async move {
                let reply = page.await?;
                Ok(Page { items: reply.records, total: reply.total_items.and_then(|total| total.try_into().ok()) })
            }
        })
    }
}

fn create(client: &Client, question: &str) -> CreateJob {
    let body = CreateJobBody { session_id: SessionId("s-1".to_owned()), question: question.to_owned(), user_id: None };
    CreateJob { client: client.clone(), body, options: CallOptions::default() }
}

fn list(client: &Client) -> ListSessions {
    ListSessions { client: client.clone(), page_number: None, search: Some("Q3 & Q4".to_owned()), options: CallOptions::default() }
}

#[tokio::test]
async fn an_operation_with_a_body() {
    let server = Server::replying(200, r#"{"code":0,"data":{"job_id":"j-1"}}"#).await;
    let client = client(&server.url());
    let made = create(&client, "Which region grew?").header("x-external-trace", "t-9").send().await.expect("a job");
    assert_eq!(made["job_id"], "j-1");
    assert_eq!(server.last().text(), r#"{"session_id":"s-1","question":"Which region grew?","user_id":"user-1"}"#);
    assert_eq!(server.last().header("x-external-trace"), Some("t-9"));
    create(&client, "?").user_id("other").send_raw().await.expect("a job");
    assert_eq!(server.last().text(), r#"{"session_id":"s-1","question":"?","user_id":"other"}"#);
    let error = create(&client, &"x".repeat(6001)).send().await.expect_err("too long");
    assert_eq!(*error.kind(), ErrorKind::InvalidRequest { field: "question".to_owned() });
    assert_eq!(error.to_string(), "create_job: not sent: question has 6001 characters, but may have at most 6000");
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn an_operation_with_pages() {
    let server = Server::start(|number, _| {
        let records: Vec<_> = (number * 2..5.min(number * 2 + 2)).map(|id| format!(r#"{{"id":"s-{id}"}}"#)).collect();
        reply(200, "application/json", &format!(r#"{{"code":0,"data":{{"records":[{}],"total_items":5}}}}"#, records.join(",")))
    })
    .await;
    let sessions = list(&client(&server.url())).pages().items().all().await.expect("all of it");
    assert_eq!(sessions.len(), 5);
    assert_eq!(sessions[4].id, SessionId("s-4".to_owned()));
    let targets: Vec<_> = server.seen().into_iter().map(|seen| seen.target).collect();
    let expected = [1, 2, 3].map(|page| format!("/v2/team/sessions?page_number={page}&search=Q3%20%26%20Q4&user_id=user-1"));
    assert_eq!(targets, expected);
}

#[tokio::test]
async fn an_operation_that_streams() {
    let steps = vec![Step::Send(head(200, &[("content-type", "text/event-stream")])), Step::Send(b"data: [DONE]\n\n".to_vec())];
    let server = Server::start(move |_, _| steps.clone()).await;
    let mut stream = create(&client(&server.url()), "?").open_stream().await.expect("a stream");
    let piece = std::future::poll_fn(|context| apispec_runtime::Stream::poll_next(std::pin::Pin::new(&mut stream), context)).await;
    assert_eq!(piece.expect("a piece").expect("no error"), "data: [DONE]\n\n");
    assert_eq!(server.last().text(), r#"{"session_id":"s-1","question":"?","user_id":"user-1","stream":true}"#);
}
