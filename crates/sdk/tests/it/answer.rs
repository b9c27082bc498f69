//! Answers: what is kept of a stream that is not as it should be, how large they may be, and what they say of files.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::time::{Duration, Instant, SystemTime};

use powerdrill::prelude::*;
use powerdrill::{Block, Chart, Decoder, ErrorKind, Generation, JobStream, Result};
use serde_json::{Value, json};

use super::recorded::{ANALYSIS, RETRIEVAL};
use super::script::{Script, Then, stream, stream_then};

const BEGUN: &str = "event:JOB_ID\ndata:job-1\n\n";
const DONE: &str = "event:END_MARK\ndata:[DONE]\n\n";

fn event(name: &str, content: &Value, group: &str, stage: &str) -> String {
    let frame = json!({"choices": [{"delta": {"content": content}}], "group_id": group, "group_name": "G", "stage": stage});
    format!("event:{name}\ndata:{frame}\n\n")
}

fn text(text: &str) -> String {
    event("MESSAGE", &json!(text), "g", "Respond")
}

fn assembled(text: &str) -> Answer {
    let (mut decoder, mut answer) = (Decoder::new(Generation::V2), Answer::default());
    decoder.push(text.as_bytes());
    while let Some(event) = decoder.next_event().expect("a good event") {
        answer.add(&event);
    }
    answer
}

async fn ask(script: &std::sync::Arc<Script>) -> Result<JobStream> {
    script.client().jobs().create("session-1", "Which region grew?").stream().await
}

/// The reply to the same question that was not streamed: in each group the same blocks in the same order. The order of the groups may
/// differ, and what belongs to no step changes its group and stage on the way.
#[test]
fn the_blocks_are_those_of_the_reply_that_is_not_streamed() {
    for (text, reply, groups) in
        [(ANALYSIS, include_str!("../streams/analysis.json"), 3), (RETRIEVAL, include_str!("../streams/retrieval.json"), 1)]
    {
        let streamed = assembled(text);
        let reply: Value = serde_json::from_str(reply).expect("JSON");
        let job: powerdrill::v2::jobs::Job = serde_json::from_value(reply["data"].clone()).expect("a job");
        let replied = Answer::from(job);
        let (told, expected) = (by_group(&streamed), by_group(&replied));
        assert_eq!(told, expected);
        assert_eq!(told.len(), groups);
        assert_eq!(streamed.questions().collect::<Vec<_>>(), replied.questions().collect::<Vec<_>>());
        assert_same_sources(&streamed, &replied);
        assert_eq!(streamed.text(), replied.text());
        assert_eq!(streamed.job_id, replied.job_id);
    }
}

/// The blocks of each step, with everything but the parts of links that are made anew.
fn by_group(answer: &Answer) -> BTreeMap<(&str, &str), Vec<String>> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for block in &answer.blocks {
        let content = match &block.content {
            BlockContent::Sources(_) | BlockContent::Questions(_) => continue,
            BlockContent::Table(file) | BlockContent::Image(file) => {
                assert!(file.expires_at.is_some(), "{file:?}");
                format!("{} {} {}", kind(&block.content), file.name, file.url.expose().split('?').next().unwrap_or_default())
            }
            other => format!("{other:?}"),
        };
        let group = (block.group_id.as_deref().expect("a group"), block.group_name.as_deref().expect("a name"));
        groups.entry(group).or_default().push(format!("{:?} {content}", block.stage));
    }
    groups
}

fn kind(content: &BlockContent) -> &'static str {
    if matches!(content, BlockContent::Table(_)) { "table" } else { "image" }
}

/// Every source with every member. A reply may leave members out, and has other spellings of nothing, but says nothing else.
#[track_caller]
fn assert_same_sources(streamed: &Answer, replied: &Answer) {
    let (streamed, replied): (Vec<_>, Vec<_>) = (streamed.sources().collect(), replied.sources().collect());
    assert_eq!(streamed.len(), replied.len());
    assert!(!streamed.is_empty());
    for (told, expected) in streamed.into_iter().zip(replied) {
        assert_eq!(
            (&told.source, &told.datasource_id, &told.dataset_id, told.extension()),
            (&expected.source, &expected.datasource_id, &expected.dataset_id, expected.extension())
        );
        let optional = [
            (&told.id, &expected.id),
            (&told.page_no, &expected.page_no),
            (&told.content, &expected.content),
            (&told.external_id, &expected.external_id),
        ];
        for (told, expected) in optional {
            if let Some(expected) = expected.as_ref().filter(|text| !text.is_empty()) {
                assert_eq!(told.as_ref(), Some(expected));
            }
        }
    }
}

/// The stream is read to its end, and the answer is never taken for the whole one.
#[tokio::test(start_paused = true)]
async fn a_malformed_event_is_an_error_of_the_whole_answer() {
    let malformed = event("TABLE", &json!({"name": "a.csv"}), "g", "Respond");
    for (end, rest, last) in [(End::Completed, DONE, 5), (End::Truncated, "", 4)] {
        let whole = format!("{BEGUN}{}{malformed}{}{rest}", text("The north "), text("grew."));
        for read_before in [false, true] {
            let script = Script::new([stream(&whole)]);
            let mut answer = ask(&script).await.expect("a stream");
            if read_before {
                while answer.next_event().await.is_ok() {}
                assert_eq!(answer.end(), None, "the stream goes on");
            }
            for _ in 0..2 {
                let error = answer.finish().await.expect_err("not whole");
                assert_eq!(*error.kind(), ErrorKind::Decode { path: "choices[0].delta.content.url".to_owned() }, "{error}");
                assert_eq!(error.operation(), "create_job");
                let known = Interrupted::of(&error).expect("what is known");
                assert_eq!((known.end, known.events, known.malformed), (end, last, 1));
                assert_eq!((known.answer.text().as_str(), known.recovery.is_some()), ("The north grew.", true));
                assert!(known.to_string().contains(" events, 1 of them malformed"), "{known}");
                let cause = known.source().map(ToString::to_string);
                assert_eq!(cause.is_some_and(|cause| cause.contains("ended early")), end == End::Truncated);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_has_a_greatest_size() {
    let script = Script::new([stream_then(&format!("{BEGUN}{}", text(&"x".repeat(100)).repeat(1000)), Then::Silence)]);
    let mut answer = ask(&script).await.expect("a stream").max_answer(50_000);
    let error = answer.finish().await.expect_err("too large");
    assert_eq!(*error.kind(), ErrorKind::TooLarge { limit: 50_000 });
    assert!(error.message().starts_with("the answer has more than 50000 bytes, after "), "{error}");
    let known = Interrupted::of(&error).expect("what is known");
    assert_eq!((known.end, known.recovery.is_some()), (End::TooLarge, true));
    assert!((49_000..=50_100).contains(&known.answer.text().len()), "{}", known.answer.text().len());

    let mut events = ask(&script).await.expect("a stream").max_answer(50_000).into_events();
    for _ in 0..=1000 {
        assert!(events.next_event().await.expect("no end").is_some(), "nothing is kept, so nothing is too large");
    }
}

#[tokio::test(start_paused = true)]
async fn the_greatest_size_is_set_without_asking() {
    let script = Script::new([stream_then(&format!("{BEGUN}{}", text(&"x".repeat(1 << 20)).repeat(65)), Then::Silence)]);
    let error = ask(&script).await.expect("a stream").finish().await.expect_err("too large");
    assert_eq!(*error.kind(), ErrorKind::TooLarge { limit: 64 << 20 });
}

/// Tens of thousands of everything: with a search for each, this would take a minute.
#[test]
fn an_answer_of_many_parts_takes_no_longer_for_each() {
    const MANY: usize = 30_000;
    let (mut decoder, mut answer) = (Decoder::new(Generation::V2), Answer::default());
    let mut add = |answer: &mut Answer, text: String| {
        decoder.push(text.as_bytes());
        while let Some(event) = decoder.next_event().expect("a good event") {
            answer.add(&event);
        }
    };
    let started = Instant::now();
    for number in 0..MANY {
        let name = format!("part-{number:06}");
        add(&mut answer, event("TASK", &json!({"id": name, "name": "Look"}), &name, "Analyze"));
        add(&mut answer, event("TABLE", &json!({"name": name, "url": format!("https://files.example.com/{name}")}), "g", "Respond"));
        add(&mut answer, event("MESSAGE", &json!("The"), &name, "Respond") + &event("MESSAGE", &json!(" north."), &name, "Respond"));
    }
    assert_eq!((answer.tasks.len(), answer.tables().len(), answer.blocks.len()), (MANY, MANY, 2 * MANY));
    assert_eq!(answer.text().len(), "The north.".len() * MANY);
    assert!(started.elapsed() < Duration::from_secs(40), "{:?}", started.elapsed());
}

/// Every kind of block counts with what it holds; a step that is reported again does not.
#[tokio::test(start_paused = true)]
async fn what_is_kept_counts_and_what_is_replaced_does_not() {
    let long = "x".repeat(2000);
    let task = json!({"id": "t", "name": long, "status": "running"});
    let script = Script::new([stream(&format!("{BEGUN}{}{DONE}", event("TASK", &task, "g", "Analyze").repeat(100)))]);
    assert_eq!(ask(&script).await.expect("a stream").max_answer(5000).finish().await.expect("small").tasks.len(), 1);
    for (name, content) in [
        ("CODE", json!(long)),
        ("TABLE", json!({"name": "a.csv", "url": format!("https://files.example.com/{long}")})),
        ("CHART_INFO", json!({"code": long})),
        ("CHART_INFO", json!({"columns": [long]})),
        ("SOURCES", json!([{"source": "a.pdf", "content": long}])),
        ("QUESTIONS", json!([long])),
        ("NEW", json!({"inside": [{"text": long}]})),
    ] {
        let blocks = event(name, &content, "g", "Analyze").repeat(3);
        let script = Script::new([stream(&format!("{BEGUN}{blocks}{DONE}"))]);
        let error = ask(&script).await.expect("a stream").max_answer(6000).finish().await.expect_err(name);
        assert_eq!(*error.kind(), ErrorKind::TooLarge { limit: 6000 }, "{name}");
        let script = Script::new([stream(&format!("{BEGUN}{blocks}{DONE}"))]);
        assert!(ask(&script).await.expect("a stream").max_answer(12_000).finish().await.is_ok(), "{name}");
    }
}

/// A block of a kind that is not known is the same in a stream and in a reply.
#[test]
fn blocks_that_are_not_known_are_kept() {
    let streamed = assembled(&format!(
        "{BEGUN}{}{}event:NOTE\ndata:just a note\n\nevent:PULSE\ndata:{{\"n\":1}}\n\n{DONE}",
        event("MAP", &json!({"at": [1, 2]}), "g", "Respond"),
        event("VOICE", &json!(null), "", "Respond"),
    ));
    let reply = json!({"job_id": "job-1", "blocks": [
        {"type": "MAP", "content": {"at": [1, 2]}, "group_id": "g", "group_name": "G", "stage": "Respond"},
        {"type": "VOICE", "group_id": "", "group_name": "G", "stage": "Respond"},
    ]});
    let replied = Answer::from(serde_json::from_value::<powerdrill::v2::jobs::Job>(reply).expect("a job"));
    assert_eq!(streamed.blocks, replied.blocks);
    assert_eq!(streamed.blocks.len(), 2, "what is no block is none");

    let bare = json!({"job_id": "job-1", "blocks": [{"type": "MAP", "at": [1, 2], "stage": "Respond"}]});
    let bare = Answer::from(serde_json::from_value::<powerdrill::v2::jobs::Job>(bare).expect("a job"));
    let BlockContent::Unknown { tag, raw } = &bare.blocks[0].content else { panic!("{bare:?}") };
    assert_eq!((tag.as_str(), raw.as_deref()), ("MAP", Some(&json!({"at": [1, 2]}))));
}

#[test]
fn a_file_is_known_by_its_name_and_its_place() {
    let file = |name: &str, url: &str| event("TABLE", &json!({"name": name, "url": url}), "g", "Respond");
    let answer = assembled(
        &[
            file("a.csv", "https://files.example.com/1?signature=1"),
            file("b.csv", "https://files.example.com/1?signature=2"),
            file("a.csv", "https://files.example.com/2?signature=3"),
            file("a.csv", "https://files.example.com/1?signature=4"),
        ]
        .concat(),
    );
    let tables: Vec<_> = answer.tables().iter().map(|file| format!("{} {}", file.name, file.url.expose())).collect();
    assert_eq!(
        tables,
        [
            "a.csv https://files.example.com/1?signature=4",
            "b.csv https://files.example.com/1?signature=2",
            "a.csv https://files.example.com/2?signature=3",
        ]
    );
}

#[test]
fn links_stop_working_at_their_time() {
    let at = |seconds: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    let content = |expires: &Value| json!({"name": "a", "url": "https://files.example.com/1", "expires_at": expires});
    for (expires, before, after) in [
        (json!("2025-02-13T11:27:21.5Z"), 1_739_446_041, Some(1_739_446_042)),
        (json!("2025-02-13T11:27:21Z"), 1_739_446_040, Some(1_739_446_041)),
        (json!(null), u64::from(u32::MAX), None),
    ] {
        let answer = assembled(&[event("TABLE", &content(&expires), "g", ""), event("CHART_INFO", &content(&expires), "g", "")].concat());
        let [Block { content: BlockContent::Table(file), .. }, Block { content: BlockContent::Chart(chart), .. }] = &answer.blocks[..]
        else {
            panic!("{answer:?}")
        };
        let chart: &Chart = chart;
        for is_expired in [&(|now| file.is_expired(now)) as &dyn Fn(SystemTime) -> bool, &|now| chart.is_expired(now)] {
            assert!(!is_expired(at(before)), "{expires}");
            assert!(after.is_none_or(|after| is_expired(at(after))), "{expires}");
        }
    }
}
