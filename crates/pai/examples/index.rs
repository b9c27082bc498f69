//! Creates a job that indexes the files of a dataset, and waits until it has come to its end.
//!
//! Needs `ALIBABA_CLOUD_ACCESS_KEY_ID` and `ALIBABA_CLOUD_ACCESS_KEY_SECRET`: `cargo run --example index -- cn-hangzhou d-1 478000`.

use pai_datasets::dataset_jobs::{JobMode, SemanticIndexSpec};
use pai_datasets::{Client, Error, Result, codes};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [region, dataset, workspace] = arguments.as_slice() else {
        eprintln!("usage: index REGION DATASET WORKSPACE");
        return Ok(());
    };
    let client = Client::region(region).from_env().build()?;
    let spec = SemanticIndexSpec::new(["file"]).model_id("model-1").model_version("1.0.0");
    let created = client.dataset_jobs().create(dataset, workspace, spec).job_mode(JobMode::Increment).send().await;
    let Some(id) = created.inspect_err(explain)?.dataset_job_id else {
        eprintln!("the server has not said what the job is called: look at the list");
        return Ok(());
    };

    let job = client.dataset_jobs().wait(dataset, id).workspace_id(workspace);
    let job = job.progress(|job| eprintln!("{:?} of {:?} files", job.completed_file_count, job.total_file_count)).await?;
    println!("{}", job.status.as_ref().map_or("of unknown status", |status| status.as_str()));
    Ok(())
}

fn explain(error: &Error) {
    match error.code() {
        Some(codes::DATASET_NOT_FOUND) => eprintln!("there is no such dataset in this region"),
        _ if error.is_auth() => eprintln!("the key is not accepted (request {:?})", error.trace_id()),
        _ if error.outcome_unknown() => eprintln!("the job may have been created: look at the list before trying again"),
        _ => {}
    }
}
