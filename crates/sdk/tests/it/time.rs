//! Stalls, dropped futures and repeated questions, in virtual time.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use apispec_runtime::{Bytes, Timeout};
use powerdrill::prelude::*;
use powerdrill::{ErrorKind, JobStream, Result, RetryPolicy, Stream, Timeouts};
use tokio::time::{Instant, sleep, timeout};

use super::recorded::{ANALYSIS, events_of};
use super::script::{Reply, Script, Then, reply, stream, stream_then};

const BEGUN: &str = "event:JOB_ID\ndata:job-1\n\n";
const DONE: &str = "event:END_MARK\ndata:[DONE]\n\n";

async fn ask(client: &Client) -> Result<JobStream> {
    client.jobs().create("session-1", "Which region grew?").stream().await
}

/// What `Stream` gives next.
async fn next<S: Stream<Item = Result<JobEvent>> + Unpin>(stream: &mut S) -> Option<Result<JobEvent>> {
    poll_fn(|context| Pin::new(&mut *stream).poll_next(context)).await
}

#[tokio::test(start_paused = true)]
async fn a_stall_before_the_head_ends_in_its_time() {
    let script = Script::new([Reply::Silence]);
    let client = script.client_with(RetryPolicy::default(), Timeouts::default().first_byte(Duration::from_secs(40)));
    let started = Instant::now();
    let error = ask(&client).await.expect_err("nothing came");
    assert_eq!((error.kind(), started.elapsed().as_secs()), (&ErrorKind::Timeout(Timeout::FirstByte), 40));
    assert!(error.outcome_unknown() && Interrupted::of(&error).is_none());
    assert_eq!(script.questions(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stall_in_the_middle_of_an_event_ends_in_its_time() {
    let script = Script::new([stream_then(&format!("{BEGUN}event:MESSAGE\ndata:{{\"cho"), Then::Silence)]);
    let client = script.client_with(RetryPolicy::default(), Timeouts::default().idle(Duration::from_secs(70)));
    let started = Instant::now();
    let mut answer = ask(&client).await.expect("a stream");
    let error = answer.finish().await.expect_err("nothing more came");
    assert_eq!((error.kind(), started.elapsed().as_secs()), (&ErrorKind::Timeout(Timeout::Idle), 70));
    let known = Interrupted::of(&error).expect("what is known");
    assert_eq!((known.end, known.events, known.recovery.is_some()), (End::Idle, 1, true));
    assert_eq!(script.questions(), 1);
}

/// A heartbeat is life, as a comment and as an event; the event is reported.
#[tokio::test(start_paused = true)]
async fn a_heartbeat_is_life() {
    let beat = |text: &'static str| (Duration::from_secs(50), Bytes::from(text));
    let beats = [":keep-alive\n\n", "event:KEEP_ALIVE\ndata:\n\n", "event:keep-alive\n\n", ":", BEGUN, DONE].map(beat);
    let script = Script::new([Reply::Body(200, "text/event-stream", beats.to_vec(), Then::End)]);
    let client = script.client_with(RetryPolicy::default(), Timeouts::default().idle(Duration::from_secs(60)));
    let mut answer = ask(&client).await.expect("a stream");
    let mut seen = Vec::new();
    while let Some(event) = answer.next_event().await.expect("an event") {
        seen.push(event);
    }
    // The lone colon is a comment with the line that follows it.
    assert_eq!(seen, [JobEvent::KeepAlive, JobEvent::KeepAlive, JobEvent::Unknown { name: String::new(), data: "job-1".into() }]);
}

/// Only who waits can be left waiting: here the server sends the next piece a second after it is asked for.
#[tokio::test(start_paused = true)]
async fn a_reader_that_pauses_is_no_silence_of_the_server() {
    let pieces = [BEGUN, BEGUN, DONE].map(|text| (Duration::from_secs(1), Bytes::from(text)));
    let script = Script::new([Reply::Body(200, "text/event-stream", pieces.to_vec(), Then::Silence)]);
    let client = script.client_with(RetryPolicy::default(), Timeouts::default().idle(Duration::from_secs(60)));
    let mut answer = ask(&client).await.expect("a stream");
    for _ in 0..2 {
        sleep(Duration::from_secs(300)).await;
        assert!(answer.next_event().await.expect("no silence").is_some());
    }
    sleep(Duration::from_secs(300)).await;
    assert_eq!(answer.next_event().await.expect("no silence"), None);
}

/// The future of `next_event` is dropped again and again, in the middle of everything.
#[tokio::test(start_paused = true)]
async fn asking_again_goes_on_where_it_was() {
    let pieces = ANALYSIS.as_bytes().chunks(7).map(|piece| (Duration::from_millis(3), Bytes::from_static(piece))).collect();
    let script = Script::new([Reply::Body(200, "text/event-stream", pieces, Then::End)]);
    let mut answer = ask(&script.client()).await.expect("a stream");
    let (mut seen, mut dropped) = (Vec::new(), 0);
    loop {
        match timeout(Duration::from_millis(1), answer.next_event()).await {
            Err(_) => dropped += 1,
            Ok(Ok(Some(event))) => seen.push(event),
            Ok(Ok(None)) => break,
            Ok(Err(error)) => panic!("{error}"),
        }
    }
    assert!(dropped > ANALYSIS.len() / 7, "{dropped} futures were dropped");
    assert_eq!(seen, events_of(ANALYSIS));
    let mut whole = Answer::default();
    seen.iter().for_each(|event| whole.add(event));
    assert_eq!(answer.finish().await.expect("complete"), whole);
}

/// So is that of `finish`, which keeps what it has read, malformed events included.
#[tokio::test(start_paused = true)]
async fn finishing_again_goes_on_where_it_was() {
    for (malformed, whole) in [("", true), ("event:TABLE\ndata:{}\n\n", false)] {
        let text = format!("{malformed}{ANALYSIS}");
        let pieces = text.as_bytes().chunks(700).map(|piece| (Duration::from_millis(3), Bytes::copy_from_slice(piece))).collect();
        let script = Script::new([Reply::Body(200, "text/event-stream", pieces, Then::End)]);
        let mut answer = ask(&script.client()).await.expect("a stream");
        let mut dropped = 0;
        let finished = loop {
            match timeout(Duration::from_millis(1), answer.finish()).await {
                Err(_) => dropped += 1,
                Ok(finished) => break finished,
            }
        };
        assert!(dropped > text.len() / 700, "{dropped} futures were dropped");
        assert_eq!((finished.is_ok(), answer.malformed()), (whole, u64::from(!whole)));
        let mut expected = Answer::default();
        events_of(ANALYSIS).iter().for_each(|event| expected.add(event));
        assert_eq!(*answer.answer(), expected);
    }
}

/// Who reads it as a `Stream` is told of the end once.
#[tokio::test(start_paused = true)]
async fn a_cancelled_stream_says_so_once_and_ends() {
    let script = Script::new([stream_then(BEGUN, Then::Silence)]);
    let mut answer = ask(&script.client()).await.expect("a stream");
    assert!(next(&mut answer).await.expect("an event").is_ok());
    answer.cancel();
    let error = next(&mut answer).await.expect("the end is told").expect_err("cancelled");
    assert_eq!(Interrupted::of(&error).map(|known| known.end), Some(End::Cancelled));
    assert!(next(&mut answer).await.is_none() && next(&mut answer).await.is_none());
    assert!(answer.next_event().await.is_err(), "and again, to whoever asks");

    let mut events = ask(&script.client()).await.expect("a stream").into_events();
    events.cancel();
    assert!(next(&mut events).await.expect("the end is told").is_err());
    assert!(next(&mut events).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_complete_stream_ends_and_stays_so() {
    let script = Script::new([stream(&format!("{BEGUN}{DONE}"))]);
    let mut answer = ask(&script.client()).await.expect("a stream");
    assert!(next(&mut answer).await.expect("an event").is_ok());
    assert!(next(&mut answer).await.is_none());
    answer.cancel();
    assert!(next(&mut answer).await.is_none());
    assert_eq!(answer.end(), Some(End::Completed));
}

/// How often the question is sent under the policy that every client has, for every end.
#[tokio::test(start_paused = true)]
async fn the_question_is_sent_once() {
    let begun = |rest: &str, then: Then| stream_then(&format!("{BEGUN}{rest}"), then);
    let refusal = |status: u16, code: u32| reply(status, "application/json", &format!("{{\"code\":{code},\"msg\":\"no\"}}"));
    for (what, first, asked, end) in [
        ("completed", begun(DONE, Then::End), 1, Some(End::Completed)),
        ("failed", begun("event:END_MARK\ndata:[ERROR]\n\n", Then::End), 1, Some(End::Failed)),
        (
            "too many requests, in the stream",
            begun("event:ERROR\ndata:{\"code\":201,\"message\":\"x\"}\n\n", Then::End),
            1,
            Some(End::Failed),
        ),
        ("cut", begun("", Then::End), 1, Some(End::Truncated)),
        ("reset", begun("event:MES", Then::Reset), 1, Some(End::Truncated)),
        ("idle", begun("", Then::Silence), 1, Some(End::Idle)),
        ("too large", begun(&"x".repeat(2000), Then::Silence), 1, Some(End::TooLarge)),
        ("too large in all", begun(&message(&"x".repeat(800)).repeat(2), Then::Silence), 1, Some(End::TooLarge)),
        ("a refusal with 200", refusal(200, 210_021), 1, None),
        ("a refusal", refusal(400, 300_001), 1, None),
        ("a failing server", refusal(500, 9999), 1, None),
        ("a failing proxy", reply(502, "text/html", "<html>"), 1, None),
        ("a busy proxy", reply(429, "text/html", "<html>"), 1, None),
        ("a page", reply(200, "text/html", "<html>"), 1, None),
        ("broken before the head", Reply::Reset, 1, None),
        ("silence", Reply::Silence, 1, None),
        ("too many requests, says the API", refusal(429, 201), 3, None),
        ("nothing was sent", Reply::Refused, 3, None),
    ] {
        let script = Script::new([first]);
        let client = script.client_with(RetryPolicy::default(), Timeouts::default());
        let ended = match ask(&client).await {
            Ok(answer) => {
                let mut answer = answer.max_event(1000).max_answer(1000);
                let finished = answer.finish().await;
                assert_eq!(finished.is_ok(), end == Some(End::Completed), "{what}");
                answer.end()
            }
            Err(_) => None,
        };
        assert_eq!((ended, script.questions()), (end, asked), "{what}");
    }
}

fn message(text: &str) -> String {
    format!("event:MESSAGE\ndata:{{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}],\"group_id\":\"g\",\"stage\":\"Respond\"}}\n\n")
}

/// A recovery repeats its looks by itself, on top of what the client repeats, and still asks nothing.
#[tokio::test(start_paused = true)]
async fn a_recovery_asks_nothing() {
    let script = Script::new([stream(BEGUN), reply(503, "text/html", "busy")]);
    let client = script.client_with(RetryPolicy::default(), Timeouts::default());
    let mut answer = ask(&client).await.expect("a stream");
    answer.finish().await.expect_err("truncated");
    let error = answer.recovery().expect("an id").deadline(Duration::from_secs(60)).find().await.expect_err("never there");
    assert!(error.is_timeout(), "{error}");
    assert!(script.requests().len() > 10, "{:?}", script.requests());
    assert_eq!(script.questions(), 1);
}
