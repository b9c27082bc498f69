//! Questions about files -> answers that are right, or that say that the question was not understood.

pub(crate) mod answer;
pub(crate) mod chart;
mod finding;
mod passages;
mod plan;
mod question;
mod run;
mod suggest;
mod tell;
mod words;

use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use crate::data::{self, Data};

/// A data source as questions see it.
pub(crate) struct Readable {
    pub(crate) id: String,
    pub(crate) dataset: String,
    pub(crate) name: String,
    pub(crate) extension: String,
    pub(crate) content: Bytes,
    pub(crate) data: Arc<OnceLock<Arc<Data>>>,
}

impl Readable {
    /// What is in the file. It is read when it is needed for the first time, which takes a while for a large one.
    pub(crate) fn data(&self) -> Arc<Data> {
        Arc::clone(self.data.get_or_init(|| Arc::new(data::read(&self.extension, &self.content))))
    }
}

/// What a dataset says about itself.
pub(crate) struct Overview {
    pub(crate) summary: Option<String>,
    pub(crate) questions: Option<Vec<String>>,
    pub(crate) keywords: Option<Vec<String>>,
}

/// Looks at files that are ready. Without any, everything is missing.
pub(crate) fn overview(sources: &[Readable]) -> Overview {
    let mut summary = Vec::new();
    let (mut questions, mut keywords) = (Vec::new(), Vec::new());
    for source in sources {
        match &*source.data() {
            Data::Table(table) => {
                let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
                summary.push(format!("{} has {} rows with {}.", source.name, table.rows, names.join(", ")));
                questions.extend(suggest::questions(table));
                keywords.extend(names.into_iter().map(str::to_owned));
            }
            Data::Text(passages) => summary.push(format!("{} has {} passages of text.", source.name, passages.len())),
            Data::Opaque => summary.push(format!("{} is of a kind that the sandbox does not read.", source.name)),
            Data::Broken(message) => summary.push(format!("{} cannot be read: {message}.", source.name)),
        }
    }
    let some = !sources.is_empty();
    questions.truncate(5);
    keywords.truncate(10);
    Overview { summary: some.then(|| summary.join(" ")), questions: some.then_some(questions), keywords: some.then_some(keywords) }
}
