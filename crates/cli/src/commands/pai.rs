//! `powerdrill pai jobs`: the jobs that Alibaba Cloud PAI runs over the files of a dataset.

use std::path::Path;
use std::time::Duration;

use pai_datasets::dataset_jobs::{DatasetJob, JobSpec, JobStatus};
use pai_datasets::{Client, Error, ErrorKind, Timestamp};
use powerdrill_sandbox::{Config, Sandbox};
use serde_json::json;

use crate::args::{PaiJobs, PaiPlace, PaiThings};
use crate::connect::{NAME, start};
use crate::context::Context;
use crate::failure::{Exit, Failure, usage};
use crate::progress::Progress;

pub(super) async fn run(context: &Context, place: PaiPlace, what: PaiThings) -> Result<(), Failure> {
    let PaiThings::Jobs { action } = what;
    let (client, _sandbox) = connect(context, &place).await?;
    let jobs = client.dataset_jobs();
    let workspace = place.workspace.as_deref();
    match action {
        PaiJobs::Create { dataset, action, spec, mode, dataset_version, description } => {
            let workspace = workspace.ok_or_else(|| usage("it is not said which workspace the dataset is in", "add `--workspace ID`"))?;
            let mut create = jobs.create(&*dataset, workspace, details(&action, &spec)?);
            if let Some(mode) = mode {
                create = create.job_mode(mode);
            }
            if let Some(version) = dataset_version {
                create = create.dataset_version(version);
            }
            if let Some(description) = description {
                create = create.description(description);
            }
            let created = create.send().await?;
            let id = created.dataset_job_id.as_ref().map(ToString::to_string).unwrap_or_default();
            context.facts(&created, &[("created", id)])
        }
        PaiJobs::List { dataset } => {
            let mut list = jobs.list(&*dataset);
            if let Some(workspace) = workspace {
                list = list.workspace_id(workspace);
            }
            let all = list.pages().items().all().await?;
            context.list(&all, &["id", "action", "status", "files", "created"], row, "There are no jobs.")
        }
        PaiJobs::Show { dataset, job } => {
            let mut get = jobs.get(&*dataset, &*job);
            if let Some(workspace) = workspace {
                get = get.workspace_id(workspace);
            }
            show(context, &get.send().await?)
        }
        PaiJobs::Wait { dataset, job, timeout } => {
            let progress = Progress::new(context);
            let mut wait = jobs.wait(&*dataset, &*job).deadline(Duration::from_secs(timeout));
            if let Some(workspace) = workspace {
                wait = wait.workspace_id(workspace);
            }
            let told = progress.clone();
            let ended = wait.progress(move |job| told.say(&format!("{} {}", status(job), files(job)))).await?;
            progress.clear();
            show(context, &ended)?;
            ended_well(&job, &ended)
        }
        PaiJobs::Stop { dataset, job } => {
            let mut stop = jobs.stop(&*dataset, &*job);
            if let Some(workspace) = workspace {
                stop = stop.workspace_id(workspace);
            }
            stop.send().await?;
            context.facts(&json!({ "id": job, "stopped": true }), &[("stopped", job.clone())])
        }
        PaiJobs::Delete { dataset, job } => {
            jobs.delete(&*dataset, &*job).send().await?;
            context.facts(&json!({ "id": job, "deleted": true }), &[("deleted", job.clone())])
        }
    }
}

/// A client of the region, of another address, or of a sandbox, which lives as long as it is kept.
async fn connect(context: &Context, place: &PaiPlace) -> Result<(Client, Option<Sandbox>), Failure> {
    let named = |builder: pai_datasets::ClientBuilder| builder.with(|builder| builder.user_agent(NAME)).build();
    if context.common.sandbox {
        let sandbox = start(Config::default()).await?;
        let client = named(Client::builder().base_url(sandbox.url()).access_key("sandbox", "sandbox-secret"))?;
        return Ok((client, Some(sandbox)));
    }
    let builder = match (&place.region, &context.common.url) {
        (Some(region), _) => Client::region(region),
        (None, Some(url)) => Client::builder().base_url(url),
        (None, None) => return Err(usage("it is not said where PAI is", "add `--region cn-hangzhou`, or the region of your workspace")),
    };
    Ok((named(builder.from_env())?, None))
}

/// The details of a job, checked against what is known of its action. One that came later is sent as it is.
fn details(action: &str, spec: &str) -> Result<JobSpec, Failure> {
    let text = match spec.strip_prefix('@') {
        Some(path) => std::fs::read_to_string(path).map_err(|error| Failure::file(Path::new(path), "read", &error))?,
        None => spec.to_owned(),
    };
    let wrong = |error: &dyn std::fmt::Display| {
        usage(format!("the details of the job: {error}"), "give them as JSON, as API.md of pai-datasets has them")
    };
    match JobSpec::Text(text.clone()).read(action).map_err(|error| wrong(&placed(&error)))? {
        JobSpec::Text(_) => match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(_) => Ok(JobSpec::other(action, text)),
            Err(error) => Err(wrong(&error)),
        },
        known => Ok(known),
    }
}

/// What is wrong, and where in the details.
fn placed(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Decode { path } => format!("{path} {}", error.message()),
        _ => error.to_string(),
    }
}

fn row(job: &DatasetJob) -> Vec<String> {
    vec![id(job), action(job), status(job), files(job), job.create_time.as_ref().map(ToString::to_string).unwrap_or_default()]
}

fn show(context: &Context, job: &DatasetJob) -> Result<(), Failure> {
    let time = |time: &Option<Timestamp>| time.as_ref().map(ToString::to_string).unwrap_or_default();
    let facts = [
        ("id", id(job)),
        ("action", action(job)),
        ("status", status(job)),
        ("files", files(job)),
        ("created", time(&job.create_time)),
        ("finished", time(&job.finish_time)),
        ("description", job.description.clone().unwrap_or_default()),
        ("log", job.logs.clone().unwrap_or_default().join(" / ")),
    ];
    context.facts(job, &facts)
}

fn id(job: &DatasetJob) -> String {
    job.dataset_job_id.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn action(job: &DatasetJob) -> String {
    job.job_action.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn status(job: &DatasetJob) -> String {
    job.status.as_ref().map_or("of unknown status", |status| status.as_str()).to_owned()
}

/// How many files are done.
fn files(job: &DatasetJob) -> String {
    match (job.completed_file_count, job.total_file_count, job.failed_file_count) {
        (Some(done), Some(total), Some(failed)) if failed > 0 => format!("{done}/{total}, {failed} failed"),
        (Some(done), Some(total), _) => format!("{done}/{total}"),
        _ => String::new(),
    }
}

/// A job that has come to its end has not always succeeded.
fn ended_well(id: &str, job: &DatasetJob) -> Result<(), Failure> {
    match &job.status {
        Some(JobStatus::Succeeded) => Ok(()),
        _ => Err(Failure::new(
            Exit::Refused,
            format!("the job {id} has ended as {}", status(job)),
            "its log and the counts of its files say more",
        )),
    }
}
