//! Dataset jobs, which live through their statuses as time passes.

use std::time::Duration;

use serde_json::{Value, json};

use crate::call::{Answered, Call, Outcome};
use crate::clock::Instant;
use crate::refusal::Refusal;
use crate::store::{Project, Store};

pub(crate) struct Job {
    project: Project,
    dataset: String,
    version: String,
    workspace: String,
    action: String,
    mode: String,
    description: String,
    spec: String,
    created: Instant,
    /// How it ends, if nobody stops it.
    end: End,
    files: u64,
    stopped: Option<Instant>,
    deleted: Option<Instant>,
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    Succeeded,
    PartialFailed,
    Failed,
}

/// A job runs for so many steps after it was started.
const RUNS: u32 = 3;

struct Shown {
    status: &'static str,
    finished: Option<Instant>,
    completed: u64,
    failed: u64,
}

impl Job {
    /// Where the job is in its life: pending, starting, running, and how it ended.
    fn at(&self, now: Instant, step: Duration) -> Shown {
        let life = |now: Instant| {
            let steps = u32::try_from(now.since(self.created).as_nanos() / step.as_nanos().max(1)).unwrap_or(u32::MAX);
            let failing = match self.end {
                End::Succeeded => 0,
                End::PartialFailed => 1.min(self.files),
                End::Failed => self.files,
            };
            match steps {
                0 => Shown { status: "Pending", finished: None, completed: 0, failed: 0 },
                1 => Shown { status: "Starting", finished: None, completed: 0, failed: 0 },
                running if running < 2 + RUNS => {
                    let done = (self.files - failing) * u64::from(running - 1) / u64::from(RUNS + 1);
                    Shown { status: "Running", finished: None, completed: done, failed: 0 }
                }
                _ => {
                    let status = match self.end {
                        End::Succeeded => "Succeeded",
                        End::PartialFailed => "PartialFailed",
                        End::Failed => "Failed",
                    };
                    let finished = Some(self.created.plus(step * (2 + RUNS)));
                    Shown { status, finished, completed: self.files - failing, failed: failing }
                }
            }
        };
        if self.deleted.is_some() {
            return Shown { status: "Deleting", ..life(now) };
        }
        match self.stopped {
            Some(stopped) => Shown { status: "ManuallyStop", finished: Some(stopped), ..life(stopped) },
            None => life(now),
        }
    }

    /// The members that a job has wherever it is told.
    fn shown(&self, call: &Call, logs: bool) -> Value {
        let at = self.at(call.now, call.state.config.delays.job_step);
        let mut shown = json!({
            "JobAction": self.action,
            "JobMode": self.mode,
            "Status": at.status,
            "Description": self.description,
            "JobSpec": self.spec,
            "CreateTime": self.created.whole(),
            "TotalFileCount": self.files,
            "CompletedFileCount": at.completed,
            "FailedFileCount": at.failed,
        });
        if let Some(finished) = at.finished {
            shown["FinishTime"] = json!(finished.whole());
        }
        if logs {
            let mut lines = vec![format!("{} The job was created.", self.created.whole())];
            lines.extend(at.finished.map(|finished| format!("{} The job has ended: {}.", finished.whole(), at.status)));
            shown["Logs"] = json!(lines);
        }
        shown
    }
}

/// What the call names, if it exists. A deleted job exists for one more step.
fn find<'a>(call: &Call, store: &'a mut Store) -> Result<&'a mut Job, Refusal> {
    let step = call.state.config.delays.job_step;
    store.pai_jobs.retain(|_, job| job.deleted.is_none_or(|deleted| call.now.since(deleted) < step));
    let (id, dataset) = (call.path("DatasetJobId"), call.path("DatasetId"));
    let found = store.pai_jobs.get_mut(id).filter(|job| job.project == call.project && job.dataset == dataset);
    let job = found.ok_or_else(|| Refusal::missing(call.api(), "dataset job"))?;
    let given = |name: &str| call.query_text(name).or_else(|| call.body(name).as_str()).filter(|text| !text.is_empty());
    if given("WorkspaceId").is_some_and(|workspace| workspace != job.workspace) {
        return Err(Refusal::pai("100400008", 404, "workspace not found"));
    }
    if given("DatasetVersion").is_some_and(|version| version != job.version) {
        return Err(Refusal::missing(call.api(), "dataset version"));
    }
    Ok(job)
}

/// How a job ends: as its description asks for, and badly when it refers to what does not exist.
fn end(call: &Call, store: &Store) -> End {
    let description = call.text("Description");
    let spec: Value = serde_json::from_str(call.text("JobSpec")).unwrap_or_default();
    let reverted = spec["intelligentTagJobId"].as_str();
    let dangling = reverted.is_some_and(|id| store.pai_jobs.get(id).is_none_or(|job| job.action != "IntelligentTag"));
    if dangling || description.contains("sandbox:failed") {
        End::Failed
    } else if description.contains("sandbox:partial-failed") {
        End::PartialFailed
    } else {
        End::Succeeded
    }
}

pub(super) fn create(call: &Call) -> Answered {
    let (action, mode) = (call.text("JobAction"), call.body("JobMode").as_str().unwrap_or("Full"));
    if mode == "Increment" && !["SemanticIndex", "IntelligentTag"].contains(&action) {
        return Err(Refusal::pai("InvalidParameter", 400, format!("/body/JobMode: {action} has no mode Increment")));
    }
    let id = call.id("dsjob");
    let mut store = call.state.store();
    let job = Job {
        project: call.project.clone(),
        dataset: call.path("DatasetId").to_owned(),
        version: call.body("DatasetVersion").as_str().unwrap_or("v1").to_owned(),
        workspace: call.text("WorkspaceId").to_owned(),
        action: action.to_owned(),
        mode: mode.to_owned(),
        description: call.text("Description").to_owned(),
        spec: call.text("JobSpec").to_owned(),
        created: call.now,
        end: end(call, &store),
        files: 10 + call.state.ids.number() % 90,
        stopped: None,
        deleted: None,
    };
    store.pai_jobs.insert(id.clone(), job);
    Ok(Outcome::Data(json!({ "DatasetJobId": id })))
}

pub(super) fn get(call: &Call) -> Answered {
    let mut store = call.state.store();
    Ok(Outcome::Data(find(call, &mut store)?.shown(call, true)))
}

pub(super) fn list(call: &Call) -> Answered {
    let step = call.state.config.delays.job_step;
    let mut store = call.state.store();
    store.pai_jobs.retain(|_, job| job.deleted.is_none_or(|deleted| call.now.since(deleted) < step));
    // An empty text is a filter that is not set: SDKs send it.
    let wanted = |name: &str| call.query_text(name).filter(|text| !text.is_empty());
    let fits = |name: &str, own: &str| wanted(name).is_none_or(|wanted| wanted == own);
    let logs = call.query("WithLogs").and_then(Value::as_bool).unwrap_or(false);
    let mut found: Vec<Value> = Vec::new();
    for (id, job) in &store.pai_jobs {
        let mine = job.project == call.project && job.dataset == call.path("DatasetId");
        let fitting = fits("WorkspaceId", &job.workspace) && fits("DatasetVersion", &job.version) && fits("JobAction", &job.action);
        if mine && fitting && fits("Status", job.at(call.now, step).status) {
            let mut shown = job.shown(call, logs);
            shown["DatasetJobId"] = json!(id);
            shown["DatasetVersion"] = json!(job.version);
            shown["WorkspaceId"] = json!(job.workspace);
            found.push(shown);
        }
    }
    drop(store);
    let by = wanted("SortBy").unwrap_or("CreateTime");
    found.sort_by(|one, other| one[by].as_str().unwrap_or_default().cmp(other[by].as_str().unwrap_or_default()));
    if wanted("Order") != Some("ASC") {
        found.reverse();
    }
    Ok(Outcome::Data(super::page(call, found, "DatasetJobs", 20)))
}

pub(super) fn update(call: &Call) -> Answered {
    let mut store = call.state.store();
    let job = find(call, &mut store)?;
    if let Some(description) = call.body("Description").as_str() {
        job.description = description.to_owned();
    }
    Ok(Outcome::Data(json!({})))
}

pub(super) fn delete(call: &Call) -> Answered {
    let mut store = call.state.store();
    let job = find(call, &mut store)?;
    job.deleted.get_or_insert(call.now);
    Ok(Outcome::Data(json!({})))
}

/// A job that has ended stays as it ended.
pub(super) fn stop(call: &Call) -> Answered {
    let step = call.state.config.delays.job_step;
    let mut store = call.state.store();
    let job = find(call, &mut store)?;
    if job.at(call.now, step).finished.is_none() {
        job.stopped = Some(call.now);
    }
    Ok(Outcome::Data(json!({})))
}
