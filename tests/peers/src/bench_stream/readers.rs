//! Ways from bytes to events: ours, a fast parser with hand-written types, and the usual one. Each says how many events there were.

use std::convert::Infallible;
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use eventsource_stream::Eventsource;
use futures_core::Stream;
use powerdrill::frames::Frames;
use powerdrill::v2::jobs::Task;
use powerdrill::v2::types::{FileLink, SourceReference, Stage};
use powerdrill::{Block, BlockContent, Decoder, Generation, JobEvent, MAX_EVENT};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sse_stream::SseByteStream;

use crate::inputs::Input;

pub type Reader = fn(&Input) -> usize;

/// From bytes to typed events.
pub const EVENTS: [(&str, Reader); 3] = [("ours", ours), ("sse-stream + types", sse_stream_typed), ("eventsource-stream + Value", usual)];

/// From bytes to name and data.
pub const FRAMES: [(&str, Reader); 3] = [("ours", our_frames), ("sse-stream", sse_stream_frames), ("eventsource-stream", usual_frames)];

fn ours(input: &Input) -> usize {
    let mut decoder = Decoder::new(Generation::V2);
    let mut count = 0;
    for piece in input.pieces() {
        decoder.push(&piece);
        while let Some(event) = decoder.next_event().expect("a good stream") {
            black_box(event);
            count += 1;
        }
    }
    count
}

fn our_frames(input: &Input) -> usize {
    let mut frames = Frames::new(MAX_EVENT);
    let mut count = 0;
    for piece in input.pieces() {
        frames.push(&piece);
        while let Some(frame) = frames.next_frame().expect("a good stream") {
            black_box(frame);
            count += 1;
        }
    }
    count - 1
}

fn sse_stream_typed(input: &Input) -> usize {
    each(SseByteStream::new(pieces(input)), |event| {
        let event = event.expect("a good stream");
        match (event.event.as_deref(), event.data) {
            (Some(name), Some(data)) => typed(name, data),
            other => panic!("{other:?}"),
        }
    })
}

fn sse_stream_frames(input: &Input) -> usize {
    each(SseByteStream::new(pieces(input)), |event| Some(event.expect("a good stream"))) - 1
}

fn usual(input: &Input) -> usize {
    each(pieces(input).eventsource(), |event| {
        let event = event.expect("a good stream");
        match event.event.as_str() {
            "END_MARK" => None,
            "JOB_ID" => Some(serde_json::Value::from(event.data)),
            _ => Some(serde_json::from_str(&event.data).expect("JSON")),
        }
    })
}

fn usual_frames(input: &Input) -> usize {
    each(pieces(input).eventsource(), |event| Some(event.expect("a good stream"))) - 1
}

/// What somebody would write by hand who wants the same events.
#[derive(Deserialize)]
struct Frame<T> {
    id: Option<String>,
    choices: Vec<Choice<T>>,
    group_id: Option<String>,
    group_name: Option<String>,
    stage: Option<Stage>,
}

#[derive(Deserialize)]
struct Choice<T> {
    delta: Delta<T>,
}

#[derive(Deserialize)]
struct Delta<T> {
    content: T,
}

#[derive(Deserialize)]
struct Trigger {
    name: String,
    arguments: serde_json::Value,
}

fn typed(name: &str, data: String) -> Option<JobEvent> {
    Some(match name {
        "END_MARK" => return None,
        "JOB_ID" => JobEvent::JobId(data.into()),
        "TASK" => JobEvent::Task(frame::<Task>(&data).1.into()),
        "MESSAGE" => block(&data, BlockContent::Message),
        "CODE" => block(&data, BlockContent::Code),
        "TABLE" => block(&data, |file: FileLink| BlockContent::Table(file.into())),
        "IMAGE" => block(&data, |file: FileLink| BlockContent::Image(file.into())),
        "QUESTIONS" => block(&data, BlockContent::Questions),
        "SOURCES" => block(&data, |list: Vec<SourceReference>| BlockContent::Sources(list.into_iter().map(Into::into).collect())),
        "TRIGGER" => {
            let trigger = frame::<Trigger>(&data).1;
            JobEvent::Tag((black_box(trigger.name) + &trigger.arguments.to_string()).into())
        }
        other => panic!("{other}"),
    })
}

fn frame<T: DeserializeOwned>(data: &str) -> (Frame<T>, T) {
    let mut frame: Frame<T> = serde_json::from_str(data).expect("a good event");
    let content = frame.choices.pop().expect("a choice").delta.content;
    (frame, content)
}

fn block<T: DeserializeOwned>(data: &str, content: impl FnOnce(T) -> BlockContent) -> JobEvent {
    let (frame, payload) = frame(data);
    let group_id = frame.group_id.or(frame.id).filter(|id| !id.is_empty() && id != "-1");
    JobEvent::Block(Block { group_id, group_name: frame.group_name, stage: frame.stage, content: content(payload) })
}

/// A stream of pieces that is always ready.
fn pieces(input: &Input) -> Pieces<impl Iterator<Item = Bytes> + use<'_>> {
    Pieces(input.pieces())
}

struct Pieces<I>(I);

impl<I: Iterator<Item = Bytes> + Unpin> Stream for Pieces<I> {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next().map(Ok))
    }
}

/// Reads a stream that is always ready to its end, and counts what `read` makes of it.
fn each<S: Stream, T>(stream: S, mut read: impl FnMut(S::Item) -> Option<T>) -> usize {
    let mut stream = pin!(stream);
    let mut context = Context::from_waker(Waker::noop());
    let mut count = 0;
    while let Poll::Ready(Some(item)) = stream.as_mut().poll_next(&mut context) {
        count += usize::from(black_box(read(item)).is_some());
    }
    count
}
