//! An answer -> the blocks and the events of the APIs, in the spellings that were seen or in those that are documented.

pub(crate) mod blocks;
pub(crate) mod stream;

use std::time::Duration;

use serde_json::{Value, json};

use crate::ask::answer::{Answer, DATA, IMAGE, Source, Stage, TABLE, What};
use crate::clock::Instant;
use crate::state::State;
use crate::store::Job;
use crate::store::files::Kind;

/// How long the links in an answer work.
const LINKS: Duration = Duration::from_secs(600);

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::Analyze => "Analyze",
            Self::Respond => "Respond",
        }
    }
}

/// The text of an answer.
pub(crate) fn text(answer: &Answer) -> String {
    let texts = answer.items.iter().filter_map(|item| match &item.what {
        What::Message(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

/// A file of an answer, and when its link expires.
struct File {
    name: &'static str,
    url: String,
    expires: String,
}

fn file(state: &State, job: &Job, kind: Kind, now: Instant) -> File {
    let name = match kind {
        Kind::Image => IMAGE,
        Kind::Data => DATA,
        _ => TABLE,
    };
    let expires = now.plus(LINKS);
    File { name, url: state.link(kind, &job.id, name, expires), expires: expires.precise() }
}

/// A source in the spelling of the team API.
fn source(at: usize, source: &Source) -> Value {
    json!({
        "id": (at + 1).to_string(),
        "source": source.name,
        "page_no": null,
        "content": source.passage,
        "datasource_id": source.data_source,
        "dataset_id": source.dataset,
        "file_type": source.extension,
        "external_id": null,
    })
}
