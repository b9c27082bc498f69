//! A question -> its answer on the screen, in files, in a report; and the truth about how it ended.
//!
//! A stream that breaks is not asked again: the answer is looked up in the history of the session.

mod files;
mod shown;

use std::path::Path;

use powerdrill::v2::jobs::CreateJob;
use powerdrill::v2::types::{DatasetId, SessionId};
use powerdrill::{Answer, Client, End, Error, Interrupted, JobStream, StreamAnswer};

use crate::args::{About, Output};
use crate::context::Context;
use crate::failure::{Exit, Failure};
use crate::interrupt::{self, Interrupt};
use crate::progress::Progress;
use crate::record;
use crate::report;
use crate::transfer;
pub(crate) use files::{Fetched, Sort};
use shown::Shown;

/// A question with everything it is about.
pub(crate) struct Asked<'a> {
    pub(crate) client: &'a Client,
    pub(crate) question: &'a str,
    pub(crate) session: &'a SessionId,
    pub(crate) dataset: Option<&'a DatasetId>,
    pub(crate) about: &'a About,
    pub(crate) report: Option<&'a Path>,
    /// Files of the same name are replaced, not kept beside.
    pub(crate) replace: bool,
}

/// An answer, as far as it came, and what went wrong if it is not whole.
struct Ended {
    answer: Answer,
    end: End,
    events: u64,
    failure: Option<Failure>,
}

impl Asked<'_> {
    /// Asks, shows, saves. What was received is shown however it ends.
    pub(crate) async fn answer(&self, context: &Context) -> Result<(), Failure> {
        let progress = Progress::new(context);
        progress.say("asking");
        let mut shown = Shown::new(context, &progress, self.about.code);
        // Once somebody has listened for it, Ctrl-C does nothing else: it is listened for until the files are there.
        let mut interrupt = interrupt::listen().await;
        let answered =
            if self.about.no_stream { self.whole(&mut interrupt).await } else { self.streamed(&mut shown, &mut interrupt).await };
        let mut ended = answered?;
        shown.finish(&ended.answer)?;
        let mut files = Vec::new();
        if !ended.is_interrupted() {
            tokio::select! {
                fetched = files::fetch(context, self, &ended.answer, &progress) => files = fetched,
                _ = &mut interrupt => ended.failure = Some(self.left()),
            }
        }
        progress.clear();
        if ended.is_interrupted() {
            self.close(context, &ended, &[], shown.unknown)?;
            return ended.failure.map_or(Ok(()), Err);
        }
        if context.is_text() {
            files::show(context, &files, shown.is_empty())?;
            shown.extras(&ended.answer)?;
        }
        let saved: Vec<String> = files.iter().filter_map(|file| file.path.as_ref()).map(|path| path.display().to_string()).collect();
        self.close(context, &ended, &saved, shown.unknown)?;
        if let Some(path) = self.report {
            transfer::write(path, report::page(self.question, &ended.answer, ended.end, &files).as_bytes())?;
            context.note(&format!("report: {}", path.display()));
        }
        let lost = files.into_iter().find_map(|file| file.content.err());
        ended.failure.or(lost).map_or(Ok(()), Err)
    }

    fn request(&self) -> CreateJob {
        let mut request = self.client.jobs().create(self.session, self.question);
        if let Some(dataset) = self.dataset {
            request = request.dataset_id(dataset);
        }
        if let Some(language) = &self.about.language {
            request = request.output_language(language.as_str());
        }
        request
    }

    async fn whole(&self, interrupt: &mut Interrupt) -> Result<Ended, Failure> {
        tokio::select! {
            job = self.request().send() => Ok(Ended { answer: job?.into(), end: End::Completed, events: 0, failure: None }),
            _ = interrupt => Err(Failure::new(
                Exit::Interrupted,
                "interrupted before the answer came",
                self.look_later(),
            )),
        }
    }

    async fn streamed(&self, shown: &mut Shown<'_>, interrupt: &mut Interrupt) -> Result<Ended, Failure> {
        let mut stream = tokio::select! {
            opened = self.request().stream() => opened?,
            _ = &mut *interrupt => return Err(Failure::new(Exit::Interrupted, "interrupted before the answer began", self.look_later())),
        };
        let mut malformed: Option<Failure> = None;
        let error = loop {
            let next = tokio::select! {
                next = stream.next_event() => next,
                _ = &mut *interrupt => return Ok(self.interrupted(stream)),
            };
            match next {
                Ok(Some(event)) => shown.take(&event)?,
                Ok(None) => return Ok(Ended::of(&stream, malformed)),
                Err(error) if stream.end().is_some() => break error,
                // One event could not be read; the next one may be. The answer lacks it, which is said at the end.
                Err(error) => malformed = malformed.or_else(|| Some(error.into())),
            }
        };
        match stream.end() {
            Some(End::Truncated | End::Idle) => {}
            _ => return Ok(Ended::of(&stream, Some(error.into()))),
        }
        shown.note(&broken(&error));
        let recovered = tokio::select! {
            recovered = stream.recover() => recovered,
            _ = &mut *interrupt => return Ok(self.interrupted(stream)),
        };
        match recovered {
            Ok(answer) => {
                shown.note("recovered: the whole answer was in the history");
                shown.catch_up(&answer)?;
                Ok(Ended { answer, end: End::Completed, events: stream.events(), failure: None })
            }
            Err(missing) => {
                let what = format!("{error}; and it was not found in the history: {missing}");
                Ok(Ended::of(&stream, Some(Failure::new(Exit::Truncated, what, self.look_later()))))
            }
        }
    }

    fn interrupted(&self, mut stream: JobStream) -> Ended {
        stream.cancel();
        let answer = stream.answer();
        let what = format!(
            "interrupted after {} events, with {} characters of text, {} tables and {} pictures",
            stream.events(),
            answer.text().chars().count(),
            answer.tables().len(),
            answer.images().len()
        );
        let failure = Failure::new(Exit::Interrupted, what, self.look_later());
        Ended { answer: answer.clone(), end: End::Cancelled, events: stream.events(), failure: Some(failure) }
    }

    /// Somebody did not wait for the files.
    fn left(&self) -> Failure {
        let help = format!("`powerdrill history {} --save DIR` gets them later", self.session);
        Failure::new(Exit::Interrupted, "interrupted before the files of the answer were there", help)
    }

    fn look_later(&self) -> String {
        format!("the job goes on without its reader: `powerdrill history {}` shows its answer later", self.session)
    }

    /// The end, for programs: the whole answer, or the last line.
    fn close(&self, context: &Context, ended: &Ended, saved: &[String], unknown: u64) -> Result<(), Failure> {
        let end = ended.end.to_string();
        match context.output() {
            Output::Text => Ok(()),
            Output::Json => context.json(&record::of_answer(&ended.answer, Some(self.session.as_str()), &end, saved)),
            Output::Jsonl => {
                if self.about.no_stream {
                    for block in &ended.answer.blocks {
                        context.json(&record::Record::of_block(block))?;
                    }
                }
                let events = if self.about.no_stream { ended.answer.blocks.len() as u64 } else { ended.events };
                context.json(&record::Last { end: &end, job_id: ended.answer.job_id.as_deref(), events, unknown })
            }
        }
    }
}

impl Ended {
    fn is_interrupted(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.exit == Exit::Interrupted)
    }

    fn of(stream: &JobStream, failure: Option<Failure>) -> Self {
        let end = stream.end().unwrap_or(End::Truncated);
        Self { answer: stream.answer().clone(), end, events: stream.events(), failure }
    }
}

fn broken(error: &Error) -> String {
    match Interrupted::of(error) {
        Some(stream) => format!("{stream}: looking for the answer in the history of the session"),
        None => format!("{error}: looking for the answer in the history of the session"),
    }
}
