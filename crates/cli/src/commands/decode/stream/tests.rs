//! The two ways in which a recording is read, against each other.

use powerdrill::JobEvent as Event;
use serde_json::{Value, json};

use super::*;
use crate::record::Record;

const RECORDINGS: [&[u8]; 5] = [
    include_bytes!("../../../../tests/recordings/analysis.sse"),
    include_bytes!("../../../../tests/recordings/personal.sse"),
    include_bytes!("../../../../tests/recordings/team-v1.sse"),
    include_bytes!("../../../../tests/recordings/odd.sse"),
    include_bytes!("../../../../tests/recordings/failed.sse"),
];

/// Everything about an end but the words.
fn facts(summary: &Summary) -> (End, Option<String>, u64, u64, u64, Option<Exit>) {
    let Summary { end, job_id, events, unknown, malformed, failure, .. } = summary;
    (*end, job_id.clone(), *events, *unknown, *malformed, failure.as_ref().map(|failure| failure.exit))
}

fn both(recording: &[u8]) -> (Summary, Summary) {
    let in_lines = lines(&mut &*recording, &mut Lines::into_nothing()).unwrap_or_else(|_| panic!("it is read from memory"));
    let (in_text, _) = answer(&mut &*recording).unwrap_or_else(|_| panic!("it is read from memory"));
    (in_lines, in_text)
}

#[test]
fn an_id_that_says_nothing_is_none() {
    for (ids, expected) in [
        ("event:JOB_ID\ndata:\n\n", None),
        ("event:AI_MESSAGE_ID\ndata:message-1\n\nevent:JOB_ID\ndata: job-1 \n\n", Some("job-1")),
        ("event:JOB_ID\ndata:job-1\n\nevent:AI_MESSAGE_ID\ndata:message-1\n\n", Some("job-1")),
        ("event:AI_MESSAGE_ID\ndata:message-1\n\nevent:JOB_ID\ndata: \n\n", Some("message-1")),
    ] {
        let (in_lines, in_text) = both(format!("{ids}event:END_MARK\ndata:[DONE]\n\n").as_bytes());
        assert_eq!((in_lines.job_id.as_deref(), in_text.job_id.as_deref()), (expected, expected), "{ids}");
    }
}

#[test]
fn lines_and_text_agree_wherever_a_stream_is_cut() {
    let mut ends = Vec::new();
    for recording in RECORDINGS {
        // Every byte of the end, where it matters, and some before.
        let rough = (0..recording.len()).step_by(29);
        for cut in rough.chain(recording.len().saturating_sub(300)..=recording.len()) {
            let (in_lines, in_text) = both(&recording[..cut]);
            assert_eq!(facts(&in_lines), facts(&in_text), "cut at {cut}");
            ends.push(in_lines.end);
        }
    }
    for end in [End::Completed, End::Truncated, End::Failed] {
        assert!(ends.contains(&end), "{end:?} never happens");
    }
}

/// What `ask --output jsonl` writes of an event is what `decode` writes of its recording. Steps have no group there.
#[test]
fn a_live_stream_reads_like_its_recording() {
    let mut compared = 0;
    for recording in RECORDINGS {
        let mut frames = Frames::new(MAX_EVENT);
        frames.push(recording);
        while let Ok(Some(frame)) = frames.next_frame() {
            let Ok(raw) = JobEvent::decode(frame.name, frame.data) else { continue };
            let mut decoder = Decoder::new(Generation::V2);
            decoder.push(format!("event:{}\ndata:{}\n\n", frame.name, frame.data).as_bytes());
            let Ok(Some(event)) = decoder.next_event() else { continue };
            let recorded = json!(Line::of_event(frame.name, &raw));
            let mut live = json!(Record::of_event(&event));
            // Under which of its names it came, an event does not say any more.
            let kind = live["type"].as_str().expect("a text");
            let usual = if kind == "unknown" { frame.name.to_owned() } else { kind.to_uppercase() };
            assert_eq!(live["event"], usual);
            live["event"] = recorded["event"].clone();
            if !matches!(event, Event::Block(_)) {
                live["group_id"] = recorded["group_id"].clone();
            }
            if matches!(event, Event::Process(_) | Event::Trigger(_) | Event::Tag(_)) {
                live["stage"] = recorded["stage"].clone();
            }
            if let Event::Task(_) = event {
                without_empty(&mut live["content"]);
            }
            let mut recorded = recorded;
            if let Event::Task(_) = event {
                without_empty(&mut recorded["content"]);
            }
            assert_eq!(live, recorded);
            compared += 1;
        }
    }
    assert!(compared > 90, "{compared}");
}

/// An empty list of files is none.
fn without_empty(task: &mut Value) {
    let files = task.pointer("/properties/files").and_then(Value::as_str).unwrap_or_default();
    if files.is_empty()
        && let Some(task) = task.as_object_mut()
    {
        task.remove("properties");
    }
}
