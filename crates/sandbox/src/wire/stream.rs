//! An answer -> the events of a stream, for the team API and for the personal one.

use serde_json::{Map, Value, json};

use super::{file, source};
use crate::ask::answer::{Item, What};
use crate::clock::Instant;
use crate::reply::{Data, Event};
use crate::state::State;
use crate::store::Job;
use crate::store::files::Kind;

/// The longest title of a session, in characters.
const TITLE: usize = 60;

/// The stream of the team API.
pub(crate) fn v2(state: &State, job: &Job, now: Instant) -> Vec<Event> {
    let mut events = vec![Event::text("JOB_ID", &job.id)];
    for item in &job.answer.items {
        if let What::Pause = item.what {
            events.push(Event::Comment("keep-alive"));
            continue;
        }
        if let Some((name, content)) = payload(state, job, item, now) {
            let plain = !matches!(item.what, What::Message(_) | What::Code(_));
            events.push(frame(job, item, name, content, now, |frame, delta, group| {
                if !plain {
                    delta.insert("role".into(), Value::Null);
                }
                frame["choices"][0]["finish_reason"] = Value::Null;
                frame["group_id"] = json!(group.0);
                frame["group_name"] = json!(group.1);
                frame["stage"] = json!(item.stage.name());
            }));
        }
    }
    events.push(Event::text("END_MARK", "[DONE]"));
    events
}

/// The stream of the personal API, which has other events around the same answer, and text word by word.
pub(crate) fn v1(state: &State, job: &Job, now: Instant) -> Vec<Event> {
    let title: String = job.question.chars().take(TITLE).collect();
    let mut events = vec![Event::text("AI_MESSAGE_ID", &job.id), Event::text("TITLE_GENERATION", title)];
    let add =
        |events: &mut Vec<Event>, item: &Item, name: &str, content: Value| events.push(frame(job, item, name, content, now, |_, _, _| {}));
    for item in &job.answer.items {
        match &item.what {
            What::Pause => events.push(Event::Comment("keep-alive")),
            What::Message(text) => {
                for token in text.split_inclusive(' ') {
                    add(&mut events, item, "MESSAGE", json!(token));
                }
            }
            What::Code(code) => {
                add(&mut events, item, "CODE", json!(code));
                for status in ["running", "done"] {
                    add(&mut events, item, "PROCESS", json!({ "name": "Executing Code", "type": "code", "status": status }));
                }
            }
            What::Task { id, name, status, file } => {
                let files = file.as_ref().map_or_else(|| json!({}), |file| json!({ "files": file }));
                let task = json!({ "name": name, "id": id, "status": status, "stage": item.stage.name(), "properties": files });
                add(&mut events, item, "TASK", task);
            }
            What::Table => {
                let file = file(state, job, Kind::Table, now);
                let mut link = json!({ "name": file.name, "url": file.url });
                if !state.captured() {
                    link["expiredAt"] = json!(file.expires);
                }
                add(&mut events, item, "TABLE", link);
            }
            What::Image => {
                let (name, content) = chart(state, job, now);
                add(&mut events, item, name, content);
            }
            What::Sources(sources) => {
                let note = json!("Planner<[]>");
                events.push(frame(job, &Item { group: None, stage: item.stage, what: What::Trigger }, "TAG", note, now, |_, _, _| {}));
                let told = sources.iter().enumerate().map(|(at, source)| {
                    json!({
                        "id": (at + 1).to_string(),
                        "source": source.name,
                        "datasourceId": source.data_source,
                        "datasetId": source.dataset,
                        "fileType": source.extension,
                    })
                });
                add(&mut events, item, "SOURCES", told.collect());
            }
            What::Questions(questions) => add(&mut events, item, "QUESTIONS", json!(questions)),
            What::Trigger => add(&mut events, item, "TRIGGER", trigger()),
        }
    }
    events.push(Event::text("END_MARK", "[DONE]"));
    events
}

fn trigger() -> Value {
    json!({ "name": "conclusion_slice", "arguments": { "answer": "$answer" } })
}

/// The later streams of the personal API had a chart where the earlier ones, and the documents, have a picture.
fn chart(state: &State, job: &Job, now: Instant) -> (&'static str, Value) {
    let image = file(state, job, Kind::Image, now);
    let Some(chart) = job.answer.chart().filter(|_| state.captured()) else {
        return ("IMAGE", json!({ "name": image.name, "url": image.url, "expiredAt": image.expires }));
    };
    let headers = job.answer.headers();
    let content = json!({
        "code": "result.plot()",
        "codeType": "PYTHON",
        "name": image.name,
        "url": file(state, job, Kind::Data, now).url,
        "imageUrl": image.url,
        "datasourceId": "-1",
        "datasetId": "-1",
        "chartConfig": {
            "chartName": chart.title,
            "chartType": "bar",
            "supportedTypes": ["table", "bar", "line"],
            "columns": headers,
            "legend": "top",
            "xField": headers.first(),
            "xLabel": chart.label,
            "yFields": headers.last().into_iter().collect::<Vec<_>>(),
            "yLabel": chart.value,
        },
    });
    ("CHART", content)
}

/// The name and the payload of an event of the team API.
fn payload(state: &State, job: &Job, item: &Item, now: Instant) -> Option<(&'static str, Value)> {
    let link = |kind, captured: &str| {
        let file = file(state, job, kind, now);
        let expires = if state.captured() { captured } else { "expires_at" };
        // Tables were seen with another order of members, and another spelling, than pictures.
        if kind == Kind::Table {
            json!({ "name": file.name, "url": file.url, expires: file.expires })
        } else {
            json!({ "url": file.url, "name": file.name, expires: file.expires })
        }
    };
    Some(match &item.what {
        What::Task { id, name, status, file } => {
            let files = file.as_ref().map_or_else(|| json!({}), |file| json!({ "files": file }));
            let task =
                json!({ "name": name, "id": id, "status": status, "parent_id": null, "stage": item.stage.name(), "properties": files });
            ("TASK", task)
        }
        What::Message(text) => ("MESSAGE", json!(text)),
        What::Code(code) => ("CODE", json!(code)),
        What::Table => ("TABLE", link(Kind::Table, "expired_at")),
        What::Image => ("IMAGE", link(Kind::Image, "expiredAt")),
        What::Sources(sources) => ("SOURCES", sources.iter().enumerate().map(|(at, each)| source(at, each)).collect()),
        What::Questions(questions) => ("QUESTIONS", json!(questions)),
        What::Trigger => ("TRIGGER", trigger()),
        What::Pause => return None,
    })
}

/// The JSON around a payload. `more` adds what only one of the APIs has.
fn frame(
    job: &Job,
    item: &Item,
    name: &str,
    content: Value,
    now: Instant,
    more: impl FnOnce(&mut Value, &mut Map<String, Value>, (&str, &str)),
) -> Event {
    let group = item.group.and_then(|group| job.answer.groups.get(group));
    let group = group.map_or(("-1", ""), |group| (group.id.as_str(), group.name.as_str()));
    let mut frame = json!({ "id": group.0, "model": "", "choices": [{ "index": 0 }], "created": now.seconds() });
    let mut delta = Map::new();
    more(&mut frame, &mut delta, group);
    delta.insert("content".into(), content);
    frame["choices"][0]["delta"] = Value::Object(delta);
    Event::Named { id: Some(group.0.to_owned()), name: name.to_owned(), data: Data::Frame(frame) }
}
