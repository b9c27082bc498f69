//! Recorded streams of every generation, whole and cut in every way.

use std::collections::BTreeMap;
use std::fmt::Write;

use powerdrill::{Answer, BlockContent, Decoder, End, ErrorKind, Generation, JobEvent};
use proptest::prelude::{ProptestConfig, prop, prop_assert_eq, proptest};

pub const ANALYSIS: &str = include_str!("../streams/analysis.sse");
pub const RETRIEVAL: &str = include_str!("../streams/retrieval.sse");
pub const MAXIR: &str = include_str!("../streams/maxir.sse");
pub const TEAM_V1: &str = include_str!("../streams/team-v1.sse");
#[cfg(feature = "v1")]
pub const PERSONAL: &str = include_str!("../streams/personal.sse");

/// Each stream with its name, the generation that reads it, and the number of its events.
fn recordings() -> Vec<(&'static str, &'static str, Generation, u64)> {
    vec![
        ("analysis", ANALYSIS, Generation::V2, 45),
        ("retrieval", RETRIEVAL, Generation::V2, 32),
        ("maxir", MAXIR, Generation::V2, 46),
        ("team_v1", TEAM_V1, Generation::V2, 21),
        #[cfg(feature = "v1")]
        ("personal", PERSONAL, Generation::V1, 35),
    ]
}

/// Everything that a stream says, and how it ends: `Ok` with the number of events, or the kind of the error and its text.
type Told = (Vec<JobEvent>, Result<u64, (ErrorKind, String)>, Option<End>);

fn decode<'a>(generation: Generation, pieces: impl IntoIterator<Item = &'a [u8]>) -> Told {
    let (mut decoder, mut events) = (Decoder::new(generation), Vec::new());
    let mut pieces = pieces.into_iter();
    loop {
        match decoder.next_event() {
            Ok(Some(event)) => events.push(event),
            Ok(None) if decoder.end().is_some() => return (events, Ok(decoder.events()), decoder.end()),
            Ok(None) => match pieces.next() {
                Some(piece) => decoder.push(piece),
                None => decoder.finish(),
            },
            Err(error) => return (events, Err((error.kind().clone(), error.to_string())), decoder.end()),
        }
    }
}

fn whole(generation: Generation, text: &str) -> Told {
    decode(generation, [text.as_bytes()])
}

#[test]
fn every_generation_reads_the_same() {
    for (name, text, generation, count) in recordings() {
        let (events, end, ended) = whole(generation, text);
        assert_eq!((end, ended), (Ok(count), Some(End::Completed)), "{name}");
        let mut shown = String::new();
        for event in &events {
            writeln!(shown, "{:?}", sorted(event.clone())).expect("a text");
        }
        insta::assert_snapshot!(name, format!("{shown}\n{}", shown_answer(&assembled(&events))));
    }
}

/// The order of members in free JSON depends on what else is built.
fn sorted(event: JobEvent) -> JobEvent {
    let JobEvent::Block(mut block) = event else { return event };
    if let BlockContent::Chart(chart) = &mut block.content
        && let Some(config) = chart.config.as_ref().and_then(|config| config.as_object())
    {
        let members: BTreeMap<_, _> = config.iter().collect();
        chart.config = Some(serde_json::to_string(&members).expect("JSON").into());
    }
    JobEvent::Block(block)
}

/// What an answer holds, and what it gives when it is asked.
fn shown_answer(answer: &Answer) -> String {
    let mut shown = format!("job_id: {:?}\ntitle: {:?}\n", answer.job_id, answer.title);
    for block in &answer.blocks {
        writeln!(shown, "{:?}", sorted(JobEvent::Block(block.clone()))).expect("a text");
    }
    for task in &answer.tasks {
        writeln!(shown, "{task:?}").expect("a text");
    }
    let names = |files: Vec<&powerdrill::File>| files.iter().map(|file| format!("{} {}", file.name, file.url.expose())).collect::<Vec<_>>();
    let sources: Vec<_> = answer.sources().map(|source| (&source.source, source.extension())).collect();
    let programs: Vec<_> = answer.programs().collect();
    let questions: Vec<_> = answer.questions().collect();
    let (tables, images) = (names(answer.tables()), names(answer.images()));
    writeln!(shown, "tables: {tables:?}\nimages: {images:?}\nprograms: {programs:?}\nsources: {sources:?}\nquestions: {questions:?}")
        .expect("a text");
    writeln!(shown, "text:\n{}", answer.text()).expect("a text");
    shown
}

fn assembled(events: &[JobEvent]) -> Answer {
    let mut answer = Answer::default();
    events.iter().for_each(|event| answer.add(event));
    answer
}

/// The same stream in other words: line ends, a mark, comments, data in several lines, fields that mean nothing.
fn variants(text: &str) -> Vec<(&'static str, String)> {
    let mut mixed = String::new();
    for (number, line) in text.split_terminator('\n').enumerate() {
        // An LF after a CR would belong to the line before.
        let end = if line.is_empty() && mixed.ends_with('\r') { "\r\n" } else { ["\n", "\r\n", "\r"][number % 3] };
        mixed += line;
        mixed += end;
    }
    vec![
        ("as it is", text.to_owned()),
        ("CRLF", text.replace('\n', "\r\n")),
        ("CR", text.replace('\n', "\r")),
        ("mixed", mixed),
        ("a mark", format!("\u{feff}{text}")),
        ("spaces", text.replace("\ndata:", "\ndata: ").replace("event:", "event: ")),
        ("comments", text.replace('\n', "\n: a comment\n")),
        ("unknown fields", text.replace("\ndata:", "\nretry:1\nfoo\nid:a\u{0}b\ndata:")),
        ("data in lines", text.replace(",\"choices\":", "\ndata:,\"choices\":").replace(",\"created\":", "\ndata:,\ndata:\"created\":")),
    ]
}

#[test]
fn other_words_make_no_difference() {
    for (name, text, generation, _) in recordings() {
        let expected = whole(generation, text);
        for (variant, text) in variants(text) {
            let text = text.as_bytes();
            assert!(decode(generation, [text]) == expected, "{name}, {variant}");
            assert!(decode(generation, text.chunks(1)) == expected, "{name}, {variant}, byte by byte");
        }
    }
}

/// Cut in two at every byte.
fn cuts_make_no_difference(wanted: &str) {
    for (name, text, generation, _) in recordings().into_iter().filter(|(name, ..)| *name == wanted) {
        let expected = whole(generation, text);
        for cut in 0..=text.len() {
            let (before, after) = text.as_bytes().split_at(cut);
            assert!(decode(generation, [before, after]) == expected, "{name}, cut in two at {cut}");
        }
    }
}

#[test]
fn cuts_of_an_analysis() {
    cuts_make_no_difference("analysis");
}

#[test]
fn cuts_of_a_retrieval() {
    cuts_make_no_difference("retrieval");
}

#[test]
fn cuts_of_another_language() {
    cuts_make_no_difference("maxir");
}

#[test]
fn cuts_of_older_generations() {
    cuts_make_no_difference("team_v1");
    cuts_make_no_difference("personal");
}

/// What is left when the bytes end early is what was complete, and the end says so.
#[test]
fn a_stream_that_is_cut_off_is_truncated() {
    let end_mark = "event:END_MARK\ndata:[DONE]";
    for (name, text, generation, _) in recordings() {
        let complete = text.find(end_mark).expect("an end mark") + end_mark.len();
        let (mut decoder, mut events) = (Decoder::new(generation), 0);
        for cut in 0..text.len() {
            let mut cut_off = decoder.clone();
            cut_off.finish();
            let before = &text.as_bytes()[..cut];
            match cut_off.next_event() {
                Ok(event) => {
                    assert!(cut >= complete, "{name} cut off at {cut}");
                    assert_eq!((event, cut_off.end()), (None, Some(End::Completed)), "{name} cut off at {cut}");
                }
                Err(error) => {
                    assert!(cut < complete, "{name} cut off at {cut}");
                    assert_eq!((error.kind(), cut_off.end()), (&ErrorKind::StreamEnded, Some(End::Truncated)), "{name} cut off at {cut}");
                    let between = before.rsplit(|byte| *byte == b'\n').next() == Some(b"") && !begun(before);
                    assert_eq!(error.message().contains("without the last event"), between, "{name} cut off at {cut}: {error}");
                }
            }
            assert_eq!(events, whole_events(before), "{name} cut off at {cut}");
            decoder.push(&text.as_bytes()[cut..=cut]);
            events += usize::from(decoder.next_event().expect("no error yet").is_some());
        }
    }
}

/// Whether the last event has a line that counts.
fn begun(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let last = text.rsplit("\n\n").next().unwrap_or_default();
    last.lines().any(|line| line.starts_with("event:") || line.starts_with("data:"))
}

fn whole_events(text: &[u8]) -> usize {
    let text = String::from_utf8_lossy(text);
    let mut blocks: Vec<_> = text.split("\n\n").collect();
    blocks.pop();
    blocks.iter().filter(|block| !block.starts_with(':')).count()
}

#[test]
fn every_end_is_told_once_and_nothing_follows() {
    let framed = |event: &str, content: &str| format!("event:{event}\ndata:{{\"choices\":[{{\"delta\":{{\"content\":{content}}}}}]}}\n\n");
    for (text, end, expected) in [
        ("event:END_MARK\ndata:[ERROR]\n\n".to_owned(), End::Failed, "refused: [ERROR]"),
        ("event:END_MARK\n\n".to_owned(), End::Failed, "refused: no reason given"),
        (
            "event:END_MARK\ndata:[ERROR]\n".to_owned(),
            End::Truncated,
            "the stream ended early: the bytes ended in the middle of an event, after 1 events of job-1",
        ),
        (
            "event:END_MARK\ndata:[DO".to_owned(),
            End::Truncated,
            "the stream ended early: the bytes ended in the middle of an event, after 1 events of job-1",
        ),
        ("event:ERROR\ndata:the server is tired\n\n".to_owned(), End::Failed, "refused: the server is tired"),
        ("event:ERROR\ndata:{\"code\":\"no jobs left\"}\n\n".to_owned(), End::Failed, "refused: no jobs left"),
        (framed("ERROR", "{\"code\":\"no jobs left\"}"), End::Failed, "refused: no jobs left"),
        (framed("ERROR", "{\"code\":210021,\"message\":\"none left\"}"), End::Failed, "refused, code 210021 job_quota_exceeded: none left"),
        (framed("ERROR", "{\"code\":\"E_BUSY\",\"message\":\"later\"}"), End::Failed, "refused, code E_BUSY: later"),
        (framed("ERROR", "{\"code\":9999}"), End::Failed, "refused, code 9999 internal_error: no reason given"),
        (framed("ERROR", "\"bare text\""), End::Failed, "refused: bare text"),
        (framed("ERROR", "{\"code\":201,\"message\":\"later\"}"), End::Failed, "refused, code 201 rate_limited: later"),
        (framed("ERROR", "{\"code\":1003}"), End::Failed, "refused, code 1003 insufficient_authentication: no reason given"),
        (String::new(), End::Truncated, "the stream ended early: the bytes ended without the last event, after 1 events of job-1"),
    ] {
        let mut decoder = Decoder::new(Generation::V2);
        decoder.push(format!("event:JOB_ID\ndata:job-1\n\n{text}").as_bytes());
        assert_eq!(decoder.next_event().expect("an event"), Some(JobEvent::JobId("job-1".into())));
        decoder.finish();
        let error = decoder.next_event().expect_err("no good end");
        assert_eq!(error.to_string(), expected, "{text:?}");
        assert!(error.outcome_unknown(), "the question was taken: {text:?}");
        assert_eq!((error.is_retryable(), error.is_rate_limited()), (end != End::Failed, false), "{text:?}");
        assert_eq!((decoder.end(), decoder.job_id()), (Some(end), Some("job-1")), "{text:?}");
        decoder.push(b"event:END_MARK\ndata:[DONE]\n\n");
        let again = decoder.next_event().expect_err("nothing follows").to_string();
        assert_eq!(again, format!("the stream ended early: nothing follows: the stream is {end}"));
    }
}

#[test]
fn ids_that_say_nothing_are_none() {
    let mut decoder = Decoder::new(Generation::V2);
    decoder.push(b"event:JOB_ID\ndata: \n\nevent:AI_MESSAGE_ID\ndata:message-1\n\nevent:JOB_ID\ndata:\n\n");
    while decoder.next_event().expect("an event").is_some() {}
    assert_eq!((decoder.job_id(), decoder.message_id()), (Some("message-1"), Some("message-1")));
    decoder.push(b"event:JOB_ID\ndata: job-1 \n\n");
    assert!(decoder.next_event().expect("an event").is_some());
    assert_eq!((decoder.job_id(), decoder.message_id()), (Some("job-1"), Some("message-1")));
}

#[cfg(feature = "v1")]
#[test]
fn a_heartbeat_of_the_next_generation_is_one_here_too() {
    for name in ["KEEP_ALIVE", "keep-alive"] {
        let (events, _, _) = decode(Generation::V1, [format!("event:{name}\ndata:\n\nevent:{name}\n\n").as_bytes()]);
        assert_eq!(events, [JobEvent::KeepAlive, JobEvent::KeepAlive]);
    }
}

#[test]
fn bytes_that_are_no_text_end_it_and_a_malformed_event_does_not() {
    let done = &b"event:END_MARK\ndata:[DONE]\n\n"[..];
    let (events, end, ended) = decode(Generation::V2, [&b"event:JOB_ID\ndata:job-\xff\n\n"[..], done]);
    assert!(events.is_empty());
    let expected = (ErrorKind::Decode { path: String::new() }, "unreadable reply: an event is not UTF-8, after 0 events".to_owned());
    assert_eq!((end, ended), (Err(expected), Some(End::Unreadable)));

    let mut decoder = Decoder::new(Generation::V2);
    decoder.push(b"event:TABLE\ndata:{\"choices\":[{\"delta\":{\"content\":{\"name\":\"a.csv\"}}}]}\n\n");
    decoder.push(b"event:TASK\ndata:{\"choices\":[\n\nevent:NEW\ndata:7\n\n");
    decoder.push(done);
    let error = decoder.next_event().expect_err("no link");
    assert_eq!(*error.kind(), ErrorKind::Decode { path: "choices[0].delta.content.url".to_owned() });
    assert!(decoder.next_event().is_err(), "half of an object");
    assert_eq!(decoder.end(), None);
    assert_eq!(decoder.next_event().expect("the next event"), Some(JobEvent::Unknown { name: "NEW".to_owned(), data: "7".into() }));
    assert_eq!(decoder.next_event().expect("the end"), None);
    assert_eq!((decoder.end(), decoder.events()), (Some(End::Completed), 4));
}

#[test]
fn the_limit_is_sixteen_mebibytes_unless_it_is_set() {
    let around = "event:MESSAGE\ndata:{\"choices\":[{\"delta\":{\"content\":\"\"}}]}\n\n".len();
    let event =
        |size: usize| format!("event:MESSAGE\ndata:{{\"choices\":[{{\"delta\":{{\"content\":\"{}\"}}}}]}}\n\n", "x".repeat(size - around));
    let read = |size: usize, limit: Option<usize>| {
        let mut decoder = Decoder::new(Generation::V2);
        if let Some(limit) = limit {
            decoder.set_max_event(limit);
        }
        let text = event(size);
        let mut pieces = text.as_bytes().chunks(64 * 1024);
        loop {
            match decoder.next_event() {
                Ok(Some(JobEvent::Block(block))) => return block,
                Ok(other) => assert_eq!(other, None),
                Err(error) => panic!("{:?} {error}", decoder.end()),
            }
            decoder.push(pieces.next().expect("more"));
        }
    };
    assert!(matches!(read(16 << 20, None).content, BlockContent::Message(text) if text.len() == (16 << 20) - around));
    read(1000, Some(1000));
    for (size, limit, shown) in [((16 << 20) + 1, None, 16 << 20), (1001, Some(1000), 1000)] {
        let panicked = std::panic::catch_unwind(|| read(size, limit)).expect_err("too large");
        let message = panicked.downcast_ref::<String>().expect("a text");
        assert_eq!(
            *message,
            format!("Some(TooLarge) the reply has more than {shown} bytes: an event has more than {shown} bytes, after 0 events")
        );
    }
}

/// The events of a stream of the team API.
pub fn events_of(text: &str) -> Vec<JobEvent> {
    whole(Generation::V2, text).0
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn pieces_of_any_size_give_the_same(
        stream in 0_usize..5,
        variant in 0_usize..9,
        sizes in prop::collection::vec(1_usize..400, 1..50),
        cut in prop::option::of(0.0..1.0),
    ) {
        let recordings = recordings();
        let (_, text, generation, _) = recordings[stream % recordings.len()];
        let (_, text) = variants(text).swap_remove(variant);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a small text")]
        let end = cut.map_or(text.len(), |cut: f64| (cut * text.len() as f64) as usize);
        let text = &text.as_bytes()[..end];
        let (mut pieces, mut rest) = (Vec::new(), text);
        for size in sizes.iter().cycle().take_while(|_| !text.is_empty()) {
            if rest.is_empty() {
                break;
            }
            let (piece, after) = rest.split_at((*size).min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        prop_assert_eq!(decode(generation, pieces), decode(generation, [text]));
    }
}
