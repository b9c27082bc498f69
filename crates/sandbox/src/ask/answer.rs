//! A question and its files -> an answer: steps, files and text in the order in which they are told, independent of any API.

use bytes::Bytes;

use super::chart::Chart;
use super::finding::{Finding, find};
use super::question::{Puzzle, read};
use super::run::Cell;
use super::{Readable, passages, suggest, tell};
use crate::data::Data;
use crate::data::table::Table;
use crate::ids::Ids;
use crate::store::files::Kind;

/// Everything that is told, whether it is streamed or not.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) groups: Vec<Group>,
    pub(crate) items: Vec<Item>,
    headers: Vec<String>,
    rows: Vec<Vec<Cell>>,
    chart: Option<Chart>,
}

/// A step of the work, or the whole of the conclusions.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Analyze,
    Respond,
}

/// One thing that is told. `group` is its place in [`Answer::groups`]; nothing belongs to no group.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) group: Option<usize>,
    pub(crate) stage: Stage,
    pub(crate) what: What,
}

#[derive(Debug)]
pub(crate) enum What {
    Task {
        id: String,
        name: String,
        status: &'static str,
        file: Option<String>,
    },
    Message(String),
    Code(String),
    Table,
    Image,
    Sources(Vec<Source>),
    Questions(Vec<String>),
    Trigger,
    /// The connection is kept alive.
    Pause,
}

/// A place that an answer rests on.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) data_source: String,
    pub(crate) dataset: String,
    pub(crate) extension: String,
    /// The passage, if it is one of a text.
    pub(crate) passage: Option<String>,
}

/// The names of the files that an answer may have made.
pub(crate) const TABLE: &str = "result.csv";
pub(crate) const IMAGE: &str = "visualization.png";
pub(crate) const DATA: &str = "result.json";

impl Answer {
    /// A file that the answer has made.
    pub(crate) fn file(&self, kind: Kind, name: &str) -> Option<Bytes> {
        match (kind, name) {
            (Kind::Table, TABLE) if !self.headers.is_empty() => self.csv(),
            (Kind::Image, IMAGE) => self.chart.as_ref()?.draw().ok(),
            (Kind::Data, DATA) if !self.headers.is_empty() => {
                let rows: Vec<Vec<String>> = self.rows.iter().map(|row| row.iter().map(tell::cell).collect()).collect();
                Some(serde_json::json!({ "columns": self.headers, "rows": rows }).to_string().into())
            }
            _ => None,
        }
    }

    fn csv(&self) -> Option<Bytes> {
        let mut writer = ::csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.headers).ok()?;
        for row in &self.rows {
            writer.write_record(row.iter().map(tell::cell)).ok()?;
        }
        writer.into_inner().ok().map(Bytes::from)
    }

    /// How many cells its table has.
    pub(crate) fn cells(&self) -> usize {
        self.headers.len() * self.rows.len()
    }

    pub(crate) fn chart(&self) -> Option<&Chart> {
        self.chart.as_ref()
    }

    pub(crate) fn headers(&self) -> &[String] {
        &self.headers
    }
}

/// Builds an answer step by step.
struct Telling<'a> {
    ids: &'a Ids,
    answer: Answer,
}

impl Telling<'_> {
    fn group(&mut self, name: impl Into<String>) -> usize {
        self.answer.groups.push(Group { id: self.ids.uuid(), name: name.into() });
        self.answer.groups.len() - 1
    }

    fn tell(&mut self, group: impl Into<Option<usize>>, stage: Stage, what: What) {
        self.answer.items.push(Item { group: group.into(), stage, what });
    }

    /// The task of a group carries the id and the name of the group.
    fn task(&mut self, group: usize, stage: Stage, status: &'static str, file: Option<&str>) {
        let Group { id, name } = &self.answer.groups[group];
        let task = What::Task { id: id.clone(), name: name.clone(), status, file: file.map(str::to_owned) };
        self.tell(group, stage, task);
    }

    fn messages(&mut self, group: usize, texts: &[&str]) {
        for text in texts {
            self.tell(group, Stage::Respond, What::Message((*text).to_owned()));
        }
    }

    /// A question about the files, told by somebody who looks them up beside the work.
    fn search(&mut self, status: &'static str, id: &str) {
        let task = What::Task { id: id.to_owned(), name: "Search references".into(), status, file: None };
        self.tell(None, Stage::Analyze, task);
    }

    fn start(&mut self) {
        let group = self.group("Analyze");
        self.task(group, Stage::Analyze, "running", None);
        self.tell(None, Stage::Analyze, What::Pause);
        self.task(group, Stage::Analyze, "running", Some(""));
        self.task(group, Stage::Analyze, "done", Some(""));
    }
}

/// Answers a question from these files. `citation` says whether the sources are told.
pub(crate) fn answer(ids: &Ids, question: &str, sources: &[Readable], citation: bool) -> Answer {
    let answer = Answer { groups: Vec::new(), items: Vec::new(), headers: Vec::new(), rows: Vec::new(), chart: None };
    let mut telling = Telling { ids, answer };
    let read_all: Vec<_> = sources.iter().map(Readable::data).collect();
    let tables = sources.iter().zip(&read_all).filter_map(|(source, data)| match &**data {
        Data::Table(table) => Some((source, table)),
        _ => None,
    });
    let tables: Vec<(&Readable, &Table)> = tables.collect();
    let texts: Vec<(usize, &[String])> = read_all
        .iter()
        .enumerate()
        .filter_map(|(at, data)| match &**data {
            Data::Text(passages) => Some((at, &passages[..])),
            _ => None,
        })
        .collect();
    let mut puzzle = None;
    for (source, table) in &tables {
        match read(table, &source.name, question) {
            Ok(plan) => match find(table, &source.name, &plan) {
                Some(finding) => {
                    telling.analysis(source, table, finding, citation);
                    return telling.answer;
                }
                None => puzzle = Some("No row fulfils what the question asks for.".to_owned()),
            },
            // The first table says why, if none can answer.
            Err(reason) => puzzle = puzzle.or_else(|| Some(riddle(&reason, table))),
        }
    }
    if !texts.is_empty() {
        let found = passages::search(question, &texts);
        if !found.is_empty() || tables.is_empty() {
            telling.retrieval(sources, &found, citation);
            return telling.answer;
        }
    }
    let reason = puzzle.unwrap_or_else(|| unreadable(sources, &read_all));
    let suggested = tables.first().map(|(_, table)| suggest::questions(table)).unwrap_or_default();
    telling.refusal(&reason, suggested);
    telling.answer
}

fn riddle(puzzle: &Puzzle, table: &Table) -> String {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let told = match puzzle {
        Puzzle::Unknown(words) => {
            format!("I did not understand the question: `{}` is neither a column nor a value of the table.", words.join("`, `"))
        }
        Puzzle::Ambiguous(word, columns) => {
            let columns: Vec<&str> = columns.iter().filter_map(|column| names.get(*column).copied()).collect();
            format!("I did not understand the question: `{word}` is a value of {}, and it does not say of which.", columns.join(" and of "))
        }
        Puzzle::Unclear => "I did not understand the question: it does not say what to compute.".into(),
    };
    format!("{told} The columns are {}.", names.join(", "))
}

fn unreadable(sources: &[Readable], read: &[std::sync::Arc<Data>]) -> String {
    if sources.is_empty() {
        return "I did not understand the question: there is no data to answer it from. Choose a dataset with data sources in it.".into();
    }
    let told = sources.iter().zip(read).map(|(source, data)| match &**data {
        Data::Broken(message) => format!("{} cannot be read: {message}.", source.name),
        _ => format!("{} is of a kind that the sandbox does not read.", source.name),
    });
    told.collect::<Vec<_>>().join(" ")
}

impl Telling<'_> {
    /// An answer from a table, in the order in which such answers were seen.
    fn analysis(&mut self, source: &Readable, table: &Table, finding: Finding, citation: bool) {
        use Stage::{Analyze, Respond};
        self.start();
        let understand = self.group("Understand data");
        self.task(understand, Analyze, "running", None);
        let compute = self.group(format!("{}.", finding.title));
        self.task(compute, Analyze, "running", Some(&source.name));
        self.task(compute, Analyze, "running", Some(&source.name));
        let search = self.ids.uuid();
        self.search("running", &search);
        self.tell(compute, Analyze, What::Code(fenced(&finding.program)));
        self.search("done", &search);
        self.task(understand, Analyze, "done", None);
        self.tell(compute, Analyze, What::Table);
        self.task(compute, Analyze, "done", Some(&source.name));
        if finding.chart.is_some() {
            let draw = self.group("Visualize the result.");
            self.task(draw, Analyze, "running", Some(""));
            self.task(draw, Analyze, "running", Some(TABLE));
            // The first attempt of a step may fail and be repeated.
            self.task(draw, Analyze, "error", Some(""));
            self.task(draw, Analyze, "running", Some(TABLE));
            self.tell(
                draw,
                Analyze,
                What::Code(fenced("import matplotlib.pyplot as plt\n\nresult.plot()\nplt.savefig('visualization.png')")),
            );
            self.tell(draw, Analyze, What::Image);
            self.task(draw, Analyze, "done", Some(""));
            self.task(draw, Analyze, "done", Some(""));
        }
        let end = self.group("Conclusions");
        self.task(end, Respond, "running", None);
        self.messages(end, &["\n\n`Analyzing Conclusions` \n\n", "### Result\n\n", "", &format!("{}\n\n", finding.headline)]);
        self.tell(end, Respond, What::Table);
        self.tell(None, Respond, What::Pause);
        self.messages(end, &["\n\n"]);
        for point in &finding.points {
            self.messages(end, &[&format!("- {point}\n")]);
        }
        if finding.chart.is_some() {
            self.messages(end, &["\n#### Visualization\n", ""]);
            self.tell(end, Respond, What::Image);
        }
        self.messages(end, &["\n\n", &format!("This was computed from {} rows of {}.", table.rows, source.name)]);
        self.tell(end, Respond, What::Questions(suggest::questions(table)));
        self.tell(end, Respond, What::Trigger);
        self.task(end, Respond, "done", None);
        if citation {
            self.tell(None, Analyze, What::Sources(vec![cited(source, None)]));
        }
        (self.answer.headers, self.answer.rows, self.answer.chart) = (finding.headers, finding.rows, finding.chart);
    }

    /// An answer from texts: what was found, in its own words.
    fn retrieval(&mut self, sources: &[Readable], found: &[passages::Found], citation: bool) {
        use Stage::{Analyze, Respond};
        self.start();
        let summary = self.group("Search summary");
        self.task(summary, Analyze, "running", None);
        let cites: Vec<Source> = found.iter().filter_map(|found| Some(cited(sources.get(found.source)?, Some(&found.text)))).collect();
        if citation && !cites.is_empty() {
            self.tell(summary, Analyze, What::Sources(cites));
        }
        self.task(summary, Analyze, "running", None);
        if found.is_empty() {
            self.messages(summary, &["Nothing in the texts is about this question."]);
        }
        for (at, found) in found.iter().enumerate() {
            self.messages(summary, &[&format!("{} ", found.text.replace('\n', " ")), &format!("[{}]\n\n", at + 1)]);
        }
        self.tell(None, Respond, What::Pause);
        self.task(summary, Analyze, "done", None);
    }

    /// The question was not understood, or there is nothing to answer it from.
    fn refusal(&mut self, reason: &str, questions: Vec<String>) {
        use Stage::Respond;
        self.start();
        let end = self.group("Conclusions");
        self.task(end, Respond, "running", None);
        self.messages(end, &[reason]);
        if !questions.is_empty() {
            self.tell(end, Respond, What::Questions(questions));
        }
        self.task(end, Respond, "done", None);
    }
}

fn fenced(program: &str) -> String {
    format!("```python\n\n{program}\n\n```")
}

fn cited(source: &Readable, passage: Option<&str>) -> Source {
    Source {
        name: source.name.clone(),
        data_source: source.id.clone(),
        dataset: source.dataset.clone(),
        extension: source.extension.clone(),
        passage: passage.map(str::to_owned),
    }
}
