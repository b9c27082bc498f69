//! The format of streams, read by two parsers that nobody here wrote: on valid streams all three agree, however the bytes are cut.
//!
//! Left out is what the parsers are known to differ in: `eventsource-stream` panics on a byte order mark, drops events whose data is empty,
//! and holds a CR back until more comes; neither of the two tells an event that the end cuts off.

use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use eventsource_stream::Eventsource;
use futures_core::Stream;
use powerdrill::frames::Frames;
use powerdrill::{Decoder, End, Generation, MAX_EVENT};
use proptest::prelude::{ProptestConfig, prop, prop_assert_eq, proptest};
use sse_stream::SseByteStream;

/// Name and data of each event.
type Events = Vec<(String, String)>;

fn ours(pieces: &[Bytes]) -> Events {
    let (mut frames, mut events) = (Frames::new(MAX_EVENT), Vec::new());
    for piece in pieces {
        frames.push(piece);
        while let Some(frame) = frames.next_frame().expect("a valid stream") {
            events.push((frame.name.to_owned(), frame.data.to_owned()));
        }
    }
    events
}

fn by_sse_stream(pieces: &[Bytes]) -> Events {
    let blocks = all(SseByteStream::new(Pieces(pieces.iter().cloned())));
    let blocks = blocks.into_iter().map(|block| block.expect("a valid stream"));
    let events = blocks.filter(|block| block.event.is_some() || block.data.is_some());
    events.map(|block| (block.event.unwrap_or_default(), block.data.unwrap_or_default())).collect()
}

/// It names events without a name as the standard does.
fn by_eventsource_stream(pieces: &[Bytes]) -> Events {
    let events = all(Pieces(pieces.iter().cloned()).eventsource());
    let events = events.into_iter().map(|event| event.expect("a valid stream"));
    events.map(|event| (event.event, event.data)).map(|(name, data)| (if name == "message" { String::new() } else { name }, data)).collect()
}

struct Pieces<I>(I);

impl<I: Iterator<Item = Bytes> + Unpin> Stream for Pieces<I> {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next().map(Ok))
    }
}

fn all<S: Stream>(stream: S) -> Vec<S::Item> {
    let mut stream = pin!(stream);
    let mut context = Context::from_waker(Waker::noop());
    let mut items = Vec::new();
    while let Poll::Ready(Some(item)) = stream.as_mut().poll_next(&mut context) {
        items.push(item);
    }
    items
}

fn cut(text: &[u8], sizes: &[usize]) -> Vec<Bytes> {
    let mut pieces = Vec::new();
    let mut rest = Bytes::copy_from_slice(text);
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        pieces.push(rest.split_to((*size).min(rest.len())));
    }
    pieces
}

#[test]
fn the_recorded_streams() {
    for name in ["analysis", "retrieval", "maxir", "team-v1", "personal"] {
        let path = format!("{}/../../crates/sdk/tests/streams/{name}.sse", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        for sizes in [&[usize::MAX][..], &[1], &[7, 1460, 3]] {
            let pieces = cut(&text, sizes);
            let events = ours(&pieces);
            assert!(events.len() > 20, "{name}");
            assert_eq!(events, by_sse_stream(&pieces), "{name}");
            assert_eq!(events, by_eventsource_stream(&pieces), "{name}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn any_valid_stream(
        mark in prop::bool::ANY,
        events in prop::collection::vec(
            (
                prop::option::of("[A-Za-z_ ]{1,8}"),
                prop::collection::vec("[a-z:{} \u{4e2d}\u{6587}\u{1f642}]{0,12}", 0..4),
                prop::collection::vec(prop::sample::select(vec![":keep-alive", ":", "id:1", "id", "foo:bar", "database:1"]), 0..3),
            ),
            0..8,
        ),
        end in prop::sample::select(vec!["\n", "\r\n", "\r"]),
        sizes in prop::collection::vec(1_usize..30, 1..10),
    ) {
        let mut text = if mark { "\u{feff}".to_owned() } else { String::new() };
        let mut with_data_only = true;
        for (name, data, others) in &events {
            let mut lines: Vec<String> = others.iter().map(|&line| line.to_owned()).collect();
            lines.extend(name.iter().map(|name| format!("event:{name}")));
            lines.extend(data.iter().map(|line| format!("data:{line}")));
            lines.push(String::new());
            text.extend(lines.iter().flat_map(|line| [line.as_str(), end]));
            with_data_only &= data.join("").len() > 1 || (data.is_empty() && name.is_none());
        }
        let pieces = cut(text.as_bytes(), &sizes);
        let read = ours(&pieces);
        prop_assert_eq!(&read, &by_sse_stream(&pieces));
        if !mark && with_data_only && end != "\r" {
            prop_assert_eq!(&read, &by_eventsource_stream(&pieces));
        }
    }
}

/// The inputs of the fuzz target: whatever they are, cuts make no difference.
#[test]
fn what_the_fuzz_target_starts_from() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/decode");
    let files = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder}: {error}"));
    let mut count = 0;
    for file in files {
        let input = std::fs::read(file.expect("a file").path()).expect("a file");
        let stream = input.get(3..).expect("three bytes before the stream");
        let whole = told([stream]);
        assert_eq!(whole, told(stream.chunks(1)));
        assert_eq!(whole, told(stream.chunks(7)));
        count += 1;
    }
    assert!(count > 10, "{count} inputs");
}

/// Events or texts of errors, and the end.
fn told<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<String>, Option<End>) {
    let (mut decoder, mut told, mut pieces) = (Decoder::new(Generation::V2), Vec::new(), pieces.into_iter());
    loop {
        match decoder.next_event() {
            Ok(Some(event)) => told.push(format!("{event:?}")),
            Ok(None) if decoder.end().is_some() => break,
            Ok(None) => match pieces.next() {
                Some(piece) => decoder.push(piece),
                None => decoder.finish(),
            },
            Err(error) => {
                told.push(error.to_string());
                if decoder.end().is_some() {
                    break;
                }
            }
        }
    }
    (told, decoder.end())
}
