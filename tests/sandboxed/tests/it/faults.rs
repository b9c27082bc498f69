//! Every fault, as a user of the client meets it: the error that is told, or the answer that comes all the same, in bounded time.

use std::collections::BTreeSet;
use std::time::Duration;

use powerdrill::{Answer, Block, BlockContent, End, Interrupted, JobEvent, Result, StreamAnswer, Timeouts};
use powerdrill_client::v2::Client;
use powerdrill_client::v2::jobs::CreateJob;
use powerdrill_client::{Error, ErrorKind, Timeout};
use powerdrill_sandbox::{Config, Sandbox};
use tokio::time::timeout;

use super::support::{LONGEST, QUESTION, prepared, sandbox, v2_builder};

/// All faults, as the sandbox's README names them.
const ALL: [&str; 14] = [
    "status",
    "rate-limit",
    "html",
    "json-refusal",
    "redirect",
    "stall",
    "cut",
    "split",
    "bad-utf8",
    "error-event",
    "huge-event",
    "null-fields",
    "extra-fields",
    "unknown-event",
];

/// Two clients that have something to ask, of which one does not wait for long.
struct Caller {
    sandbox: Sandbox,
    client: Client,
    impatient: Client,
    session: String,
    dataset: String,
}

impl Caller {
    async fn new() -> Self {
        let sandbox = sandbox(Config::default()).await;
        let (session, dataset) = prepared(&sandbox).await;
        let builder = || v2_builder(&sandbox).with(|builder| builder.max_reply_bytes(300_000));
        let timeouts = Timeouts::default().first_byte(Duration::from_secs(1)).idle(Duration::from_millis(300));
        let client = builder().build().expect("a client");
        let impatient = builder().timeouts(timeouts).build().expect("a client");
        Self { sandbox, client, impatient, session, dataset }
    }

    fn call(&self, fault: &str) -> CreateJob {
        let client = if fault == "stall" { &self.impatient } else { &self.client };
        client.jobs().create(&*self.session, QUESTION).dataset_id(&*self.dataset).header("x-sandbox-fault", fault)
    }

    /// The question, answered in one piece.
    async fn whole(&self, fault: &str) -> Result<Answer> {
        let call = self.call(fault);
        timeout(LONGEST, call.send()).await.expect("it ends").map(Answer::from)
    }

    /// The question, answered with a stream, with the events that the client does not know.
    async fn streamed(&self, fault: &str) -> Result<(Answer, Vec<String>)> {
        let call = self.call(fault);
        let reading = async {
            let mut stream = call.stream().await?.max_event(200_000);
            let mut unknown = Vec::new();
            while let Some(event) = stream.next_event().await? {
                if let JobEvent::Unknown { name, .. } = event {
                    unknown.push(name);
                }
            }
            Ok((stream.answer().clone(), unknown))
        };
        timeout(LONGEST, Box::pin(reading)).await.expect("it ends")
    }

    /// What a user reads, with the places that differ from run to run made up.
    fn line(&self, error: &Error) -> String {
        let told = error.to_string();
        let told = error.trace_id().map_or(told.clone(), |trace| told.replace(trace, "trace-1"));
        // How large the rest of the reply is does not matter here.
        let told = told.split(": it has ").next().unwrap_or_default();
        told.replace(self.sandbox.url(), "http://127.0.0.1:8080")
    }
}

#[tokio::test]
async fn what_takes_the_place_of_a_reply_is_an_error_in_both_ways() {
    let caller = Caller::new().await;
    let mut lines = String::new();
    type Expected = fn(&Error) -> bool;
    let cases: [(&str, Expected); 10] = [
        ("status=503", |error| error.http_status() == Some(503) && error.is_retryable() && error.outcome_unknown()),
        ("status=403", |error| error.http_status() == Some(403) && error.is_auth() && !error.outcome_unknown()),
        ("rate-limit=7", |error| error.is_rate_limited() && error.retry_after() == Some(Duration::from_secs(7))),
        ("rate-limit", |error| error.is_rate_limited() && error.is_retryable() && !error.outcome_unknown()),
        ("html", |error| matches!(error.kind(), ErrorKind::Http) && error.http_status() == Some(502) && error.code().is_none()),
        ("json-refusal=210021", |error| matches!(error.kind(), ErrorKind::Api) && error.is_quota() && !error.is_retryable()),
        ("json-refusal=300003", |error| error.http_status() == Some(200) && error.is_not_found()),
        ("json-refusal=9999", |error| error.http_status() == Some(500) && error.outcome_unknown()),
        (
            "redirect=http://127.0.0.1:1/elsewhere",
            |error| matches!(error.kind(), ErrorKind::Redirect { host } if host.contains("127.0.0.1")),
        ),
        ("status=404", |error| error.http_status() == Some(404) && !error.is_retryable()),
    ];
    for (fault, expected) in cases {
        let whole = caller.whole(fault).await.expect_err(fault);
        let streamed = caller.streamed(fault).await.expect_err(fault);
        for error in [&whole, &streamed] {
            assert!(expected(error), "{fault}: {error:?}");
            assert_eq!(error.attempts(), 1);
        }
        assert_eq!(caller.line(&whole), caller.line(&streamed), "{fault}");
        lines.push_str(&format!("{fault}\n    {}\n", caller.line(&whole)));
    }
    insta::assert_snapshot!(lines);
    let history = caller.client.sessions().list_history(&*caller.session).send().await.expect("a history");
    assert_eq!(history.total_items, 0, "none of the questions was taken");
}

#[tokio::test]
async fn what_breaks_a_reply_is_told_and_the_question_is_not_sent_again() {
    let caller = Caller::new().await;
    let mut lines = String::new();
    type Expected = fn(&Error) -> bool;
    let whole: [(&str, Expected); 5] = [
        ("stall", |error| matches!(error.kind(), ErrorKind::Timeout(Timeout::FirstByte)) && error.outcome_unknown()),
        ("cut=40", |error| matches!(error.kind(), ErrorKind::Transport) && error.outcome_unknown()),
        ("cut=0", |error| matches!(error.kind(), ErrorKind::Transport) && error.outcome_unknown()),
        ("bad-utf8", |error| matches!(error.kind(), ErrorKind::Decode { .. } | ErrorKind::Http) && error.outcome_unknown()),
        ("huge-event=400000", |error| matches!(error.kind(), ErrorKind::TooLarge { limit: 300_000 })),
    ];
    for (fault, expected) in whole {
        caller.sandbox.forget_requests();
        let error = caller.whole(fault).await.expect_err(fault);
        assert!(expected(&error), "{fault}: {error:?}");
        assert_eq!(caller.sandbox.requests().len(), 1, "{fault}");
        lines.push_str(&format!("{fault}, in one piece\n    {}\n", caller.line(&error)));
    }
    let streamed: [(&str, End, Expected); 6] = [
        ("stall", End::Idle, |error| matches!(error.kind(), ErrorKind::Timeout(Timeout::Idle))),
        ("cut=1500", End::Truncated, |error| matches!(error.kind(), ErrorKind::Transport | ErrorKind::StreamEnded)),
        ("cut=0", End::Truncated, |error| matches!(error.kind(), ErrorKind::Transport | ErrorKind::StreamEnded)),
        ("bad-utf8", End::Unreadable, |error| matches!(error.kind(), ErrorKind::Decode { .. })),
        ("error-event", End::Failed, |error| matches!(error.kind(), ErrorKind::Api) && error.message().contains("failed on request")),
        ("huge-event=250000", End::TooLarge, |error| matches!(error.kind(), ErrorKind::TooLarge { limit: 200_000 })),
    ];
    for (fault, end, expected) in streamed {
        caller.sandbox.forget_requests();
        let error = caller.streamed(fault).await.expect_err(fault);
        assert!(expected(&error), "{fault}: {error:?}");
        let known = Interrupted::of(&error).unwrap_or_else(|| panic!("{fault}: {error:?}"));
        assert_eq!(known.end, end, "{fault}");
        assert_eq!(known.job_id.is_some(), fault != "cut=0", "{fault}");
        assert_eq!(caller.sandbox.requests().len(), 1, "{fault}");
        lines.push_str(&format!("{fault}, streamed\n    {}\n    {known}\n", caller.line(&error)));
    }
    let text = lines.lines().map(mask_job).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(text);
}

/// The ids of jobs come from the seed, and are of no interest here.
fn mask_job(line: &str) -> String {
    let after = |rest: &str| rest.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric()).to_owned();
    line.split_once("job-").map_or_else(|| line.to_owned(), |(before, rest)| format!("{before}job-1{}", after(rest)))
}

#[tokio::test]
async fn what_only_looks_odd_gives_the_whole_answer() {
    let caller = Caller::new().await;
    let (expected, _) = caller.streamed("").await.expect("an answer");
    assert!(expected.text().contains("South: **40**"));
    for fault in ["split", "null-fields", "extra-fields", "unknown-event", "huge-event=1000", "stall=0"] {
        let whole = caller.whole(fault).await.unwrap_or_else(|error| panic!("{fault}: {error}"));
        assert_eq!(whole.text(), expected.text(), "{fault}, in one piece");
        assert_eq!((whole.tables().len(), whole.images().len()), (1, 1), "{fault}, in one piece");
        let (streamed, unknown) = caller.streamed(fault).await.unwrap_or_else(|error| panic!("{fault}: {error}"));
        assert_eq!(streamed.text(), expected.text(), "{fault}, streamed");
        let is_huge = |block: &Block| matches!(&block.content, BlockContent::Message(text) if text == &"x".repeat(1000));
        assert_eq!(streamed.blocks.iter().any(is_huge), fault == "huge-event=1000", "{fault}, streamed");
        assert_eq!((streamed.tables().len(), streamed.images().len()), (1, 1), "{fault}, streamed");
        assert_eq!(unknown == ["SANDBOX_NEWS"], fault == "unknown-event", "{fault}: {unknown:?}");
        let news = whole.blocks.iter().any(|block| matches!(&block.content, BlockContent::Unknown { tag, .. } if tag == "SANDBOX_NEWS"));
        assert_eq!(news, fault == "unknown-event", "{fault}, in one piece");
    }
}

#[tokio::test]
async fn a_broken_stream_is_found_in_the_history() {
    let caller = Caller::new().await;
    let error = caller.streamed("cut=3000").await.expect_err("it breaks");
    let known = Interrupted::of(&error).expect("what is known");
    let found = timeout(LONGEST, known.recovery.clone().expect("a way").find()).await.expect("it ends").expect("the answer");
    assert_eq!(found.job_id, known.job_id);
    assert!(found.text().contains("South: **40**") && !known.answer.text().contains("South: **40**"));
}

/// The tests above and the README of the sandbox name the same faults.
#[test]
fn no_fault_is_missing() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/sandbox/README.md");
    let readme = std::fs::read_to_string(path).expect("a text");
    let section = readme.split("## Faults").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("a section on faults");
    let name = |line: &str| {
        let first = line.strip_prefix("| `")?.split(['`', '=', '[']).next()?;
        Some(first.to_owned())
    };
    let documented: BTreeSet<String> = section.lines().filter_map(name).collect();
    assert_eq!(documented, ALL.into_iter().map(str::to_owned).collect());
    let own = include_str!("faults.rs");
    for fault in ALL {
        assert!(own.matches(&format!("\"{fault}")).count() >= 2, "{fault} is named in the list and in no test");
    }
}
