//! Every operation of the dataset jobs, called by its name.

use apispec_runtime::decode::from_text;
use pai_datasets::Client;
use pai_datasets::dataset_job_configs::{self as configs, Config};
use pai_datasets::dataset_jobs::{self as jobs, JobSpec};
use serde::de::DeserializeOwned;

use crate::arguments::{Arguments, Sending, Unsayable, set};
use crate::show;

type Caller = fn(&Client, Arguments) -> Result<Sending, Unsayable>;

pub static OPERATIONS: [(&str, Caller); 11] = [
    ("create_dataset_job", |client, mut given| {
        let dataset = given.take::<String>("DatasetId")?;
        let (workspace, action) = (given.take::<String>("WorkspaceId")?, given.take::<String>("JobAction")?);
        let spec = job_spec(&action, given.take::<String>("JobSpec")?)?;
        let call = set!(client.dataset_jobs().create(dataset, workspace, spec), given,
            "DatasetVersion" => dataset_version: String, "JobMode" => job_mode: String, "Description" => description: String);
        given.call(call, |call| call.send())
    }),
    ("list_dataset_jobs", |client, mut given| {
        let call = client.dataset_jobs().list(given.take::<String>("DatasetId")?);
        let call = set!(call, given,
            "DatasetVersion" => dataset_version: String, "WorkspaceId" => workspace_id: String, "JobAction" => job_action: String,
            "Status" => status: String, "PageNumber" => page_number: i64, "PageSize" => page_size: i64, "Order" => order: String,
            "SortBy" => sort_by: String, "WithLogs" => with_logs: bool);
        given.call(call, |call| call.send())
    }),
    ("get_dataset_job", |client, mut given| {
        let call = client.dataset_jobs().get(given.take::<String>("DatasetId")?, given.take::<String>("DatasetJobId")?);
        let call = set!(call, given, "DatasetVersion" => dataset_version: String, "WorkspaceId" => workspace_id: String);
        given.call(call, |call| call.send())
    }),
    ("update_dataset_job", |client, mut given| {
        let call = client.dataset_jobs().update(given.take::<String>("DatasetId")?, given.take::<String>("DatasetJobId")?);
        let call = set!(call, given,
            "Description" => description: String, "DatasetVersion" => dataset_version: String, "WorkspaceId" => workspace_id: String);
        given.call(call, |call| call.send())
    }),
    ("delete_dataset_job", |client, mut given| {
        let call = client.dataset_jobs().delete(given.take::<String>("DatasetId")?, given.take::<String>("DatasetJobId")?);
        given.call(call, |call| call.send())
    }),
    ("stop_dataset_job", |client, mut given| {
        let call = client.dataset_jobs().stop(given.take::<String>("DatasetId")?, given.take::<String>("DatasetJobId")?);
        let call = set!(call, given, "DatasetVersion" => dataset_version: String, "WorkspaceId" => workspace_id: String);
        given.call(call, |call| call.send())
    }),
    ("create_dataset_job_config", |client, mut given| {
        let dataset = given.take::<String>("DatasetId")?;
        let (workspace, ty) = (given.take::<String>("WorkspaceId")?, given.take::<String>("ConfigType")?);
        let config = config(&ty, given.take::<String>("Config")?)?;
        let call = client.dataset_job_configs().create(dataset, workspace, config);
        let call = set!(call, given, "DatasetVersion" => dataset_version: String);
        given.call(call, |call| call.send())
    }),
    ("list_dataset_job_configs", |client, mut given| {
        let call = client.dataset_job_configs().list(given.take::<String>("DatasetId")?);
        let call = set!(call, given,
            "WorkspaceId" => workspace_id: String, "ConfigType" => config_type: String, "DatasetVersion" => dataset_version: String,
            "PageNumber" => page_number: i64, "PageSize" => page_size: i64);
        given.call(call, |call| call.send())
    }),
    ("get_dataset_job_config", |client, mut given| {
        let call = client.dataset_job_configs().get(given.take::<String>("DatasetId")?, given.take::<String>("DatasetJobConfigId")?);
        let call = set!(call, given, "WorkspaceId" => workspace_id: String);
        given.call(call, |call| call.send())
    }),
    ("update_dataset_job_config", |client, mut given| {
        let call = client.dataset_job_configs().update(given.take::<String>("DatasetId")?, given.take::<String>("DatasetJobConfigId")?);
        let call = set!(call, given, "WorkspaceId" => workspace_id: String);
        let call = match given.optional::<String>("ConfigType")? {
            Some(ty) => call.config(config(&ty, given.take::<String>("Config")?)?),
            None => call,
        };
        given.call(call, |call| call.send())
    }),
    ("delete_dataset_job_config", |client, mut given| {
        let call = client.dataset_job_configs().delete(given.take::<String>("DatasetId")?, given.take::<String>("DatasetJobConfigId")?);
        let call = set!(call, given, "WorkspaceId" => workspace_id: String);
        given.call(call, |call| call.send())
    }),
];

/// The details of a job in the type that belongs to its action, so that their text is written by the client.
fn job_spec(action: &str, text: String) -> Result<JobSpec, Unsayable> {
    match action {
        "SemanticIndex" => typed::<jobs::SemanticIndexSpec, _>("JobSpec", &text),
        "IntelligentTag" => typed::<jobs::IntelligentTagSpec, _>("JobSpec", &text),
        "FileMetaExport" => typed::<jobs::FileMetaExportSpec, _>("JobSpec", &text),
        "FileMetaBuild" => typed::<jobs::FileMetaBuildSpec, _>("JobSpec", &text),
        "IntelligentTagRevert" => typed::<jobs::IntelligentTagRevertSpec, _>("JobSpec", &text),
        "FileMetaImport" => typed::<jobs::FileMetaImportSpec, _>("JobSpec", &text),
        _ => Ok(JobSpec::other(action, text)),
    }
}

/// The same for the settings of jobs.
fn config(ty: &str, text: String) -> Result<Config, Unsayable> {
    match ty {
        "MultimodalIntelligentTag" => typed::<configs::IntelligentTagConfig, _>("Config", &text),
        "MultimodalSemanticIndex" => typed::<configs::SemanticIndexConfig, _>("Config", &text),
        _ => Ok(Config::other(ty, text)),
    }
}

fn typed<T: DeserializeOwned + Into<U>, U>(member: &str, text: &str) -> Result<U, Unsayable> {
    from_text::<T>(text).map(Into::into).map_err(|error| Unsayable::because(format!("{member}: {}", show::error(&error))))
}
