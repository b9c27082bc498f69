//! Whoever has a link to a file can open it, so no `Debug` shows one, nor what has not been read yet.

use std::fmt::Debug;

use powerdrill::frames::Frames;
use powerdrill::prelude::*;
use powerdrill::{Decoder, Generation, MAX_EVENT};
use serde_json::json;

use super::script::{Script, Then, stream, stream_then};

/// A stream with a link wherever there can be one, and then an event that is cut.
fn told() -> String {
    let link = "https://files.example.com/canary?signature=canary";
    let file = json!({"name": "a.csv", "url": link, "expires_at": null});
    let chart =
        json!({"name": "c", "url": link, "image": link, "chart_config": {"data": link}, "options": [{"at": link}], "columns": [link]});
    let mut text = "event:JOB_ID\ndata:job-1\n\n".to_owned();
    for (name, content) in [
        ("TABLE", file.clone()),
        ("TABLE", json!({"name": "no link, so malformed", "href": link})),
        ("IMAGE", json!(link)),
        ("CHART_INFO", chart),
        ("CHART_INFO", json!({"chart_config": format!("{{\"data\":\"{link}\"}}")})),
        ("TRIGGER", json!({"name": "t", "arguments": {"file": file.clone(), "link": link}})),
        ("TAG", json!(format!("Planner<[{{\"link\":\"{link}\"}}]>"))),
        ("MAP", file),
    ] {
        let frame = json!({"choices": [{"delta": {"content": content}}], "group_id": "g", "stage": "Respond"});
        text += &format!("event:{name}\ndata:{frame}\n\n");
    }
    text + &format!("event:NOTE\ndata:see {link}\n\nevent:TABLE\ndata:{{\"url\":\"{link}")
}

#[track_caller]
fn hides(what: &impl Debug) {
    for shown in [format!("{what:?}"), format!("{what:#?}")] {
        assert!(!shown.contains("canary"), "{shown}");
    }
}

#[test]
fn frames_and_decoders_hide_it() {
    let text = told();
    assert!(text.matches("canary").count() > 20);
    let mut frames = Frames::new(MAX_EVENT);
    frames.push(text.as_bytes());
    hides(&frames);
    while let Some(frame) = frames.next_frame().expect("text") {
        hides(&frame);
    }
    hides(&frames);
    for generation in [
        Generation::V2,
        #[cfg(feature = "v1")]
        Generation::V1,
    ] {
        let (mut decoder, mut answer) = (Decoder::new(generation), Answer::default());
        decoder.push(text.as_bytes());
        decoder.finish();
        while decoder.end().is_none() {
            hides(&decoder);
            match decoder.next_event() {
                Ok(event) => {
                    hides(&event);
                    answer.add(&event.expect("there is a bad end"));
                }
                Err(error) => {
                    hides(&error);
                    assert!(!error.to_string().contains("canary"), "{error}");
                }
            }
        }
        hides(&decoder);
        hides(&answer);
        assert!(answer.blocks.len() > 4, "{answer:?}");
    }
}

/// Nothing that comes after the end is kept.
#[test]
fn an_end_keeps_nothing() {
    let mut decoder = Decoder::new(Generation::V2);
    decoder.push(b"event:END_MARK\ndata:[DONE]\n\nevent:LATE\ndata:canary");
    assert!(decoder.next_event().expect("the end").is_none());
    decoder.push(b"more");
    assert!(format!("{decoder:?}").contains("waiting_bytes: 0"), "{decoder:?}");
}

#[tokio::test(start_paused = true)]
async fn streams_and_errors_hide_it() {
    for then in [Then::End, Then::Reset, Then::Silence] {
        let script = Script::new([stream_then(&told(), then)]);
        let mut answer = script.client().jobs().create("session-1", "?").stream().await.expect("a stream");
        let error = answer.finish().await.expect_err("a bad end");
        hides(&answer);
        hides(&error);
        let known = Interrupted::of(&error).expect("what is known");
        hides(known);
        hides(&known.recovery);
        assert!(!format!("{error} {known}").contains("canary"), "{error} {known}");
        let mut events = script.client().jobs().create("session-1", "?").stream().await.expect("a stream").into_events();
        while events.end().is_none() {
            hides(&events.next_event().await);
            hides(&events);
        }
    }
    let failed = "event:ERROR\ndata:{\"code\":\"no\",\"at\":\"https://canary\"}\n\n";
    let script = Script::new([stream(failed)]);
    hides(&script.client().jobs().create("session-1", "?").stream().await.expect("a stream").finish().await);
}
