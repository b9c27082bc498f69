//! The whole answer after a stream has broken, in virtual time.

#[cfg(feature = "v1")]
mod personal;

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use powerdrill::prelude::*;
use powerdrill::{ErrorKind, Recovery};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::script::{Reply, Script, json_reply, reply, stream};

/// One page of a history with these jobs, newest first: each an id and the text of its answer.
fn history(total: usize, jobs: &[(&str, &str)]) -> Reply {
    let record = |(id, text): &(&str, &str)| answered(id, &if text.is_empty() { json!([]) } else { json!([message(text, "Respond")]) });
    page(total, &jobs.iter().map(record).collect::<Vec<_>>())
}

fn page(total: usize, records: &[Value]) -> Reply {
    json_reply(&json!({"code": 0, "data": {"total_items": total, "page_number": 1, "page_size": 10, "records": records}}))
}

/// A history of one job, whose answer has these blocks.
fn blocks(blocks: &Value) -> Reply {
    page(1, &[answered("job-1", blocks)])
}

fn answered(id: &str, blocks: &Value) -> Value {
    let question = json!({"blocks": [{"type": "MESSAGE", "content": "Which region grew?"}]});
    json!({"job_id": id, "question": question, "answer": {"blocks": blocks}})
}

fn message(text: &str, stage: &str) -> Value {
    json!({"type": "MESSAGE", "content": text, "group_id": stage, "stage": stage})
}

fn table(name: &str, signature: u32, stage: &str) -> Value {
    let link = format!("https://files.example.com/{name}?signature={signature}");
    let content = json!({"name": name, "url": link, "expires_at": format!("2030-01-01T00:00:0{signature}Z")});
    json!({"type": "TABLE", "content": content, "group_id": stage, "stage": stage})
}

/// Looks for a job of which nothing is known.
fn looking(script: &Arc<Script>) -> Recovery {
    Recovery::of_job(&script.client(), "session-1", "job-1")
}

const BROKEN: &str = "event:JOB_ID\ndata:job-1\n\n\
    event:MESSAGE\ndata:{\"choices\":[{\"delta\":{\"content\":\"The north \"}}],\"group_id\":\"g\",\"stage\":\"Respond\"}\n\n";
const HISTORY: &str = "GET /v2/team/sessions/session-1/history";

#[tokio::test(start_paused = true)]
async fn the_answer_is_found_when_it_is_finished() {
    let script = Script::new([
        stream(BROKEN),
        history(1, &[("job-0", "Another one.")]),
        history(2, &[("job-1", ""), ("job-0", "Another one.")]),
        reply(503, "text/html", "busy"),
        history(2, &[("job-1", "The"), ("job-0", "Another one.")]),
        history(2, &[("job-1", "The"), ("job-0", "Another one.")]),
        history(2, &[("job-1", "The north grew."), ("job-0", "Another one.")]),
    ]);
    let mut answer = script.client().jobs().create("session-1", "Which region grew?").user_id("user-2").stream().await.expect("a stream");
    let error = answer.finish().await.expect_err("truncated");
    let recovered = answer.recover().await.expect("the answer");
    assert_eq!((recovered.text().as_str(), recovered.job_id.as_deref()), ("The north grew.", Some("job-1")));
    let requests = script.requests();
    assert_eq!(requests[0], "POST /v2/team/jobs");
    assert!(requests[1..].iter().all(|request| request.starts_with(HISTORY) && request.contains("user_id=user-2")), "{requests:#?}");
    assert_eq!(script.times(), [0, 0, 2, 6, 14, 30, 60, 62], "longer and longer pauses, and once more when it may be whole");

    let kept = Interrupted::of(&error).expect("what is known").recovery.clone().expect("an id");
    assert_eq!(kept.find().await.expect("the error alone is enough").text(), "The north grew.");
}

#[tokio::test(start_paused = true)]
async fn it_is_looked_for_on_the_latest_pages() {
    let others = |from: usize| (from..from + 2).map(|number| (format!("job-{number}"), "Another one.")).collect::<Vec<_>>();
    let page = |jobs: &[(String, &str)]| history(9, &jobs.iter().map(|(id, text)| (id.as_str(), *text)).collect::<Vec<_>>());
    let found = history(9, &[("job-1", "Found.")]);
    let script = Script::new([page(&others(10)), page(&others(20)), found.clone(), page(&others(10)), page(&others(20)), found]);
    let answer = Recovery::of_job(&script.client(), "session-1", "job-1").find().await.expect("the answer");
    assert_eq!(answer.text(), "Found.");
    let requests = script.requests();
    assert_eq!(requests.len(), 6);
    assert!(requests[2].contains("page_number=3"), "{requests:#?}");
}

#[tokio::test(start_paused = true)]
async fn the_deadline_ends_it() {
    let script = Script::new([history(1, &[("job-0", "Another one.")])]);
    let look = || Recovery::of_job(&script.client(), "session-1", "job-1").deadline(Duration::from_secs(100));
    let started = Instant::now();
    let error = look().find().await.expect_err("not there");
    assert_eq!(started.elapsed().as_secs(), 100);
    assert!(error.is_timeout() && !error.operation().is_empty());
    assert!(error.to_string().ends_with("after 100s, job-1 is not in the history of its session"), "{error}");

    let script = Script::new([history(1, &[("job-1", "")])]);
    let look = Recovery::of_job(&script.client(), "session-1", "job-1").deadline(Duration::from_secs(9));
    let error = look.find().await.expect_err("not finished");
    assert!(error.to_string().ends_with("after 9s, job-1 is not finished"), "{error}");
}

/// What could not be seen is not said to be missing, and what has passed is not the reason.
#[tokio::test(start_paused = true)]
async fn the_deadline_says_what_was_seen_last() {
    let busy = || reply(503, "text/html", "busy");
    let absent = || history(1, &[("job-0", "Another one.")]);
    for (replies, state, has_cause) in [
        (vec![busy()], "was not looked up: the history of its session cannot be read", true),
        (vec![busy(), absent()], "is not in the history of its session", false),
        (vec![absent(), busy()], "is not in the history of its session", true),
        (vec![Reply::Silence], "was not looked up: the history of its session cannot be read", false),
    ] {
        let error = looking(&Script::new(replies)).deadline(Duration::from_secs(100)).find().await.expect_err("not there");
        assert!(error.to_string().ends_with(&format!("after 100s, job-1 {state}")), "{error}");
        assert_eq!(error.source().is_some(), has_cause, "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_get_better_is_not_tried_again() {
    let refusal = json!({"code": 1003, "msg": "insufficient.authentication"});
    let script = Script::new([reply(403, "application/json", &refusal.to_string())]);
    let error = Recovery::of_job(&script.client(), "session-1", "job-1").find().await.expect_err("refused");
    assert!(error.is_auth());
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stream_without_an_id_cannot_be_looked_for() {
    let script = Script::new([stream("event:JOB_I")]);
    let mut answer = script.client().jobs().create("session-1", "?").stream().await.expect("a stream");
    let error = answer.next_event().await.expect_err("truncated");
    let known = Interrupted::of(&error).expect("what is known");
    assert_eq!((known.end, known.events, known.recovery.is_none()), (End::Truncated, 0, true));
    let error = answer.recover().await.expect_err("no id");
    assert_eq!(*error.kind(), ErrorKind::StreamEnded);
    assert_eq!(script.requests().len(), 1, "nothing was looked up, and nothing asked again");
}

/// The text may be whole before the rest is.
#[tokio::test(start_paused = true)]
async fn what_still_changes_is_not_finished() {
    let (text, more) = (message("The north grew.", "Respond"), message("The north grew!", "Respond"));
    let script = Script::new([
        blocks(&json!([text])),
        blocks(&json!([more])),
        blocks(&json!([more, table("a.csv", 1, "Respond")])),
        blocks(&json!([more, table("b.csv", 1, "Respond")])),
        blocks(&json!([more, table("b.csv", 2, "Respond")])),
    ]);
    let answer = looking(&script).find().await.expect("the answer");
    assert_eq!((answer.text().as_str(), answer.tables()[0].name.as_str()), ("The north grew!", "b.csv"));
    assert!(answer.tables()[0].url.expose().ends_with("signature=2"), "the latest link");
    assert_eq!(script.times(), [0, 2, 6, 14, 30], "links that are made anew are no change");
}

/// Two looks in one moment say nothing.
#[tokio::test(start_paused = true)]
async fn the_looks_are_apart() {
    let script = Script::new([blocks(&json!([message("The north grew.", "Respond")]))]);
    let started = Instant::now();
    looking(&script).find().await.expect("the answer");
    assert!(started.elapsed() >= Duration::from_secs(2), "{:?}", started.elapsed());
    assert_eq!(script.requests().len(), 2);
}

/// What the stream has brought must be there: words, programs, files, charts.
#[tokio::test(start_paused = true)]
async fn less_than_the_stream_had_is_not_finished() {
    let link = json!({"name": "a", "url": "https://files.example.com/a"});
    let text = json!([message("The north grew.", "Respond")]);
    for (name, content) in [("CODE", json!("```\nx\n```")), ("TABLE", link.clone()), ("IMAGE", link.clone()), ("CHART_INFO", link)] {
        let frame = json!({"choices": [{"delta": {"content": content}}], "group_id": "w", "stage": "Analyze"});
        let broken = stream(&format!("{BROKEN}event:{name}\ndata:{frame}\n\n"));
        let whole = json!([{"type": name, "content": content, "stage": "Analyze"}, text[0]]);
        let script = Script::new([broken.clone(), blocks(&text), blocks(&text), blocks(&whole)]);
        let mut answer = script.client().jobs().create("session-1", "?").stream().await.expect("a stream");
        answer.finish().await.expect_err("truncated");
        assert_eq!(answer.recover().await.expect("the answer").blocks.len(), 2, "{name}");
        assert_eq!(script.times(), [0, 0, 2, 6, 8], "{name}");

        // The server may keep less than it streams. What it keeps is taken when it has been the same for long.
        let script = Script::new([broken, blocks(&text)]);
        let mut answer = script.client().jobs().create("session-1", "?").stream().await.expect("a stream");
        answer.finish().await.expect_err("truncated");
        let short = answer.recovery().expect("the way").deadline(Duration::from_secs(100));
        let error = short.find().await.expect_err(name).to_string();
        assert!(error.ends_with("after 100s, job-1 has less in the history of its session than the stream had"), "{error}");
        let started = Instant::now();
        assert_eq!(answer.recover().await.expect("what there is").text(), "The north grew.", "{name}");
        assert!(started.elapsed() >= Duration::from_secs(120), "{name}");
    }
}

/// What was read before the answer was no longer kept counts too.
#[tokio::test(start_paused = true)]
async fn what_was_read_before_counts() {
    let whole = history(1, &[("job-1", "The north grew.")]);
    let script = Script::new([stream(BROKEN), history(1, &[("job-1", "The")]), history(1, &[("job-1", "The")]), whole]);
    let mut answer = script.client().jobs().create("session-1", "?").stream().await.expect("a stream");
    for _ in 0..2 {
        assert!(answer.next_event().await.expect("an event").is_some());
    }
    let mut events = answer.into_events();
    let error = events.next_event().await.expect_err("truncated");
    let recovery = Interrupted::of(&error).expect("what is known").recovery.clone().expect("the way");
    assert_eq!(recovery.find().await.expect("the answer").text(), "The north grew.");
    assert_eq!(script.times(), [0, 0, 2, 6, 8]);
}

/// A server that knows one page only gives it again, however many records it says there are.
#[tokio::test(start_paused = true)]
async fn a_page_that_comes_again_is_no_end() {
    let other = history(20, &[("job-0", "Another one.")]);
    let script = Script::new([other.clone(), other.clone(), other.clone(), other, history(20, &[("job-1", "The north grew.")])]);
    assert_eq!(looking(&script).find().await.expect("the answer").text(), "The north grew.");
    assert_eq!(script.times(), [0, 0, 2, 2, 6, 8]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_when_to_come_again_is_left_alone_until_then() {
    let script = Script::new([Reply::Busy(45), Reply::Busy(1), history(1, &[("job-1", "The north grew.")])]);
    assert_eq!(looking(&script).find().await.expect("the answer").text(), "The north grew.");
    assert_eq!(script.times(), [0, 45, 49, 51], "no sooner than it says, and no sooner than without it");
    let script = Script::new([Reply::Busy(u64::MAX)]);
    let error = looking(&script).find().await.expect_err("never there");
    assert!(error.is_timeout() && script.requests().len() == 1, "{error}");
}

/// An answer need not have words; then it has to stay the same for longer.
#[tokio::test(start_paused = true)]
async fn an_answer_without_words_is_found_too() {
    for (found, expected) in [
        (json!([table("a.csv", 1, "Respond")]), [0, 10]),
        (json!([table("a.csv", 1, "Analyze"), message("Looking.", "Analyze")]), [0, 30]),
        (json!([{"type": "CODE", "content": "x", "stage": "Analyze"}]), [0, 30]),
        (json!([{"type": "NEW", "content": [1], "stage": "Respond"}]), [0, 10]),
    ] {
        let script = Script::new([blocks(&found)]);
        let answer = looking(&script).find().await.expect("the answer");
        assert_eq!(answer.blocks.len(), found.as_array().expect("blocks").len());
        assert_eq!(script.times(), expected, "{found}");
    }
    let other = blocks(&json!([table("b.csv", 1, "Respond")]));
    let script = Script::new([blocks(&json!([table("a.csv", 1, "Respond")])), other]);
    assert_eq!(looking(&script).find().await.expect("the answer").tables()[0].name, "b.csv");
    assert_eq!(script.times(), [0, 10, 14, 20], "two looks that are alike are not enough, if they are too close");
    let script = Script::new([blocks(&json!([message(" \n", "Respond")]))]);
    let error = looking(&script).find().await.expect_err("nothing");
    assert!(error.to_string().ends_with("after 600s, job-1 is not finished"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_still_to_come_is_waited_for() {
    let to_come = |answer: Value| page(1, &[json!({"job_id": "job-1", "question": null, "answer": answer})]);
    let script = Script::new([
        json_reply(&json!({"code": 0, "data": {"total_items": 0, "records": null}})),
        to_come(json!(null)),
        page(1, &[json!({"job_id": "job-1"})]),
        to_come(json!({"blocks": null})),
        history(1, &[("job-1", "The north grew.")]),
    ]);
    assert_eq!(looking(&script).find().await.expect("the answer").text(), "The north grew.");
    let script = Script::new([to_come(json!(null))]);
    let error = looking(&script).deadline(Duration::from_secs(9)).find().await.expect_err("not finished");
    assert!(error.is_timeout() && error.to_string().ends_with("after 9s, job-1 is not finished"), "{error}");
}

/// What is wrong with another record does no harm; what is wrong with this one is said at once.
#[tokio::test(start_paused = true)]
async fn only_its_own_record_is_read() {
    let others = [json!(7), json!({"job_id": 7}), json!({"job_id": "job-0", "answer": "x"}), json!({})];
    let with = |own: Value| page(5, &[&others[..], &[own]].concat());
    let script = Script::new([with(answered("job-1", &json!([message("The north grew.", "Respond")])))]);
    assert_eq!(looking(&script).find().await.expect("the answer").text(), "The north grew.");

    for (answer, place) in [
        (json!({"blocks": [{"type": "TABLE", "content": {"name": "canary"}}]}), "records[4].answer.blocks[0].content.url"),
        (json!({"blocks": "canary"}), "records[4].answer.blocks"),
        (json!("canary"), "records[4].answer"),
        (json!({}), "records[4].answer.blocks"),
    ] {
        let script = Script::new([with(json!({"job_id": "job-1", "answer": answer}))]);
        let error = looking(&script).find().await.expect_err("malformed");
        assert_eq!(*error.kind(), ErrorKind::Decode { path: place.to_owned() }, "{error}");
        assert_eq!((error.operation(), script.requests().len()), ("list_session_history", 1));
        assert!(!format!("{error} {error:#?}").contains("canary"), "{error:#?}");
    }
    for (data, place) in [(json!({"total_items": 0}), "records"), (json!({"records": {}}), "records"), (json!([]), "records")] {
        let script = Script::new([json_reply(&json!({"code": 0, "data": data}))]);
        let error = looking(&script).find().await.expect_err("malformed");
        assert_eq!((error.kind(), error.operation()), (&ErrorKind::Decode { path: place.to_owned() }, "list_session_history"));
    }
}

/// A failed job makes no more of its answer.
#[tokio::test(start_paused = true)]
async fn a_failed_job_is_not_looked_for() {
    for events in [false, true] {
        let script = Script::new([stream(&format!("{BROKEN}event:END_MARK\ndata:[ERROR]\n\n"))]);
        let mut answer = script.client().jobs().create("session-1", "?").stream().await.expect("a stream");
        let error = if events {
            let mut answer = answer.into_events();
            while answer.end().is_none() && answer.next_event().await.is_ok() {}
            assert!(answer.recovery().is_none());
            answer.next_event().await.expect_err("failed")
        } else {
            let error = answer.finish().await.expect_err("failed");
            let refused = answer.recover().await.expect_err("nothing to find").to_string();
            assert!(refused.ends_with("the job has failed, so there is no whole answer to look for"), "{refused}");
            error
        };
        let known = Interrupted::of(&error).expect("what is known");
        assert_eq!((known.end, known.recovery.is_none()), (End::Failed, true));
        assert_eq!(script.requests().len(), 1);
    }
}

/// A stream that keeps no answer offers the way to it too, and knows how much of it was given out.
#[tokio::test(start_paused = true)]
async fn events_alone_lead_to_the_answer() {
    let short = history(1, &[("job-1", "The")]);
    let script = Script::new([stream(BROKEN), short.clone(), short, history(1, &[("job-1", "The north grew.")])]);
    let mut events = script.client().jobs().create("session-1", "?").stream().await.expect("a stream").into_events();
    assert!(events.recovery().is_none(), "there is no id yet");
    let error = loop {
        match events.next_event().await {
            Ok(event) => assert!(event.is_some()),
            Err(error) => break error,
        }
    };
    let known = Interrupted::of(&error).expect("what is known");
    let answer = known.recovery.clone().expect("the way").find().await.expect("the answer");
    assert_eq!((answer.text().as_str(), script.times()), ("The north grew.", vec![0, 0, 2, 6, 8]));
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_no_clock_can_hold_is_for_ever() {
    let script = Script::new([history(1, &[("job-1", "The north grew.")])]);
    let answer = looking(&script).deadline(Duration::MAX).find().await.expect("the answer");
    assert_eq!(answer.text(), "The north grew.");
}

/// The history is read by a request of its own: it is the one that the generated call sends.
#[tokio::test(start_paused = true)]
async fn the_request_is_that_of_the_generated_call() {
    let script = Script::new([history(1, &[("job-1", "The north grew.")])]);
    looking(&script).find().await.expect("the answer");
    let list = script.client().sessions().list_history("session-1").page_number(1);
    list.send().await.expect("a page");
    let requests = script.requests();
    let (first, rest) = requests.split_first().expect("requests");
    assert!(rest.iter().all(|request| request == first), "{requests:#?}");
    assert!(first.contains("user_id=user-1"), "{first}");
}
