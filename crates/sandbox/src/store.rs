//! What is stored: sessions, datasets, data sources, files, uploads and jobs of every key.
//!
//! Everything stands in the order in which it was made and belongs to a project, which is an API together with a key.

pub(crate) mod files;
pub(crate) mod sources;

use std::collections::VecDeque;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::ask::answer::Answer;
use crate::refusal::Refusal;
use crate::spec::Api;

use files::{File, Upload};
use sources::DataSource;

/// Jobs that a session remembers; older ones are forgotten, so that a sandbox can run for long.
const HISTORY: usize = 200;

/// Cells that the tables of all jobs have together; the oldest jobs are forgotten before there are more.
const CELLS: usize = 5_000_000;

#[derive(Default)]
pub(crate) struct Store {
    pub(crate) sessions: IndexMap<String, Session>,
    pub(crate) datasets: IndexMap<String, Dataset>,
    pub(crate) sources: IndexMap<String, DataSource>,
    pub(crate) files: IndexMap<String, File>,
    pub(crate) uploads: IndexMap<String, Upload>,
    /// In the order in which they ended.
    pub(crate) jobs: IndexMap<String, Arc<Job>>,
    /// Jobs that were paid for, by project.
    pub(crate) used: IndexMap<Project, u64>,
    pub(crate) pai_jobs: IndexMap<String, crate::api::pai::jobs::Job>,
    pub(crate) pai_configs: IndexMap<String, crate::api::pai::configs::Config>,
}

/// Whose something is: an API, and a key of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Project {
    pub(crate) api: Api,
    pub(crate) key: String,
}

pub(crate) struct Session {
    pub(crate) project: Project,
    /// Who created it. Empty where users have no names.
    pub(crate) user: String,
    pub(crate) name: String,
    pub(crate) settings: Map<String, Value>,
    /// The ids of its jobs, the oldest first.
    pub(crate) jobs: VecDeque<String>,
}

pub(crate) struct Dataset {
    pub(crate) project: Project,
    pub(crate) user: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
}

pub(crate) struct Job {
    pub(crate) id: String,
    /// The id of the question, where questions have one.
    pub(crate) question_id: String,
    pub(crate) question: String,
    pub(crate) answer: Answer,
}

impl Store {
    /// A session of the project, if the user created it.
    pub(crate) fn session(&mut self, project: &Project, user: &str, id: &str) -> Result<&mut Session, Refusal> {
        let found = self.sessions.get_mut(id).filter(|session| session.project == *project);
        let session = found.ok_or_else(|| Refusal::missing(project.api, "session"))?;
        if session.user == user { Ok(session) } else { Err(denied("the session belongs to another user")) }
    }

    pub(crate) fn dataset(&mut self, project: &Project, id: &str) -> Result<&mut Dataset, Refusal> {
        let found = self.datasets.get_mut(id).filter(|dataset| dataset.project == *project);
        found.ok_or_else(|| Refusal::missing(project.api, "dataset"))
    }

    /// A dataset that the user may change.
    pub(crate) fn own_dataset(&mut self, project: &Project, user: &str, id: &str) -> Result<&mut Dataset, Refusal> {
        let dataset = self.dataset(project, id)?;
        if dataset.user == user { Ok(dataset) } else { Err(denied("the dataset belongs to another user")) }
    }

    pub(crate) fn source(&self, project: &Project, dataset: &str, id: &str) -> Result<&DataSource, Refusal> {
        let found = self.sources.get(id).filter(|source| source.project == *project && source.dataset == dataset);
        found.ok_or_else(|| Refusal::missing(project.api, "data source"))
    }

    pub(crate) fn sources_of(&self, dataset: &str) -> impl Iterator<Item = &DataSource> {
        self.sources.values().filter(move |source| source.dataset == dataset)
    }

    /// Deletes a dataset and all that is in it.
    pub(crate) fn delete_dataset(&mut self, id: &str) {
        self.datasets.shift_remove(id);
        self.sources.retain(|_, source| source.dataset != id);
    }

    /// Deletes a session and its history.
    pub(crate) fn delete_session(&mut self, id: &str) {
        for job in self.sessions.shift_remove(id).into_iter().flat_map(|session| session.jobs) {
            self.jobs.shift_remove(&job);
        }
    }

    /// Adds a job to the history of its session, unless that was deleted meanwhile.
    pub(crate) fn remember(&mut self, session: &str, job: Arc<Job>) {
        let Some(session) = self.sessions.get_mut(session) else { return };
        session.jobs.push_back(job.id.clone());
        let forgotten = if session.jobs.len() > HISTORY { session.jobs.pop_front() } else { None };
        self.jobs.insert(job.id.clone(), job);
        if let Some(forgotten) = forgotten {
            self.jobs.shift_remove(&forgotten);
        }
        self.forget(CELLS);
    }

    /// Forgets the oldest jobs until the others have no more cells than this. The last one stays.
    fn forget(&mut self, most: usize) {
        let mut cells: usize = self.jobs.values().map(|job| job.answer.cells()).sum();
        while cells > most && self.jobs.len() > 1 {
            cells -= self.jobs.shift_remove_index(0).map_or(0, |(_, job)| job.answer.cells());
        }
    }

    /// Uses up one job of the quota.
    pub(crate) fn pay(&mut self, project: &Project, quota: Option<u64>) -> Result<(), Refusal> {
        let used = self.used.entry(project.clone()).or_default();
        if quota.is_some_and(|quota| *used >= quota) {
            let code = if project.api == Api::V1 { 100_001 } else { 210_021 };
            return Err(Refusal::new(code, "Job quota exceeded."));
        }
        *used += 1;
        Ok(())
    }
}

fn denied(message: &str) -> Refusal {
    Refusal::new(300_002, format!("no permission: {message}"))
}

/// Names are cut off after 128 characters.
pub(crate) fn cut(name: &str) -> String {
    name.chars().take(128).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Job, Store};
    use crate::ask::{Readable, answer};
    use crate::ids::Ids;

    #[test]
    fn the_oldest_jobs_go_when_tables_take_too_much_room() {
        let (ids, text) = (Ids::new(1), String::new());
        let content = "Region,Sales\nNorth,1\nSouth,2\n".into();
        let source = Readable {
            id: text.clone(),
            dataset: text.clone(),
            name: "a.csv".into(),
            extension: "csv".into(),
            content,
            data: Arc::default(),
        };
        let mut store = Store::default();
        for id in ["1", "2", "3"] {
            let answer = answer::answer(&ids, "What is the total sales by region?", std::slice::from_ref(&source), false);
            assert_eq!(answer.cells(), 4);
            store.jobs.insert(id.into(), Arc::new(Job { id: id.into(), question_id: text.clone(), question: text.clone(), answer }));
        }
        store.forget(8);
        assert_eq!(store.jobs.keys().collect::<Vec<_>>(), ["2", "3"]);
        store.forget(1);
        assert_eq!(store.jobs.keys().collect::<Vec<_>>(), ["3"], "what was answered last can be looked at");
    }
}
