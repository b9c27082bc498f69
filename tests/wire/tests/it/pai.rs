//! The operations of the dataset jobs that the evidence sends, called by their names.

use apispec_runtime::decode::from_text;
use serde::de::DeserializeOwned;
use wire::pai::Client;
use wire::pai::dataset_jobs::{self as jobs, CreateDatasetJobBody, JobSpec};

use super::arguments::{Arguments, Sending, Unsayable, set};
use super::show;

type Caller = fn(&Client, Arguments) -> Result<Sending, Unsayable>;

pub static OPERATIONS: [(&str, Caller); 3] = [
    ("create_dataset_job", |client, mut given| {
        let dataset = given.take::<String>("DatasetId")?;
        let (workspace, action) = (given.take::<String>("WorkspaceId")?, given.take::<String>("JobAction")?);
        let spec = job_spec(&action, given.take::<String>("JobSpec")?)?;
        let body = CreateDatasetJobBody::new(workspace, action, spec);
        let body = set!(body, given,
            "DatasetVersion" => dataset_version: String, "JobMode" => job_mode: String, "Description" => description: String);
        given.call(client.dataset_jobs().create(dataset, body), |call| call.send())
    }),
    ("get_dataset_job", |client, mut given| {
        let call = client.dataset_jobs().get(given.take::<String>("DatasetId")?, given.take::<String>("DatasetJobId")?);
        let call = set!(call, given, "DatasetVersion" => dataset_version: String, "WorkspaceId" => workspace_id: String);
        given.call(call, |call| call.send())
    }),
    ("list_dataset_job_configs", |client, mut given| {
        let call = client.dataset_job_configs().list(given.take::<String>("DatasetId")?);
        let call = set!(call, given,
            "WorkspaceId" => workspace_id: String, "ConfigType" => config_type: String, "DatasetVersion" => dataset_version: String,
            "PageNumber" => page_number: i64, "PageSize" => page_size: i64);
        given.call(call, |call| call.send())
    }),
];

/// The details of a job in the type that belongs to its action, so that their text is written by the client.
fn job_spec(action: &str, text: String) -> Result<JobSpec, Unsayable> {
    fn typed<T: DeserializeOwned + Into<JobSpec>>(text: &str) -> Result<JobSpec, Unsayable> {
        from_text::<T>(text).map(Into::into).map_err(|error| Unsayable::because(format!("JobSpec: {}", show::error(&error))))
    }
    match action {
        "SemanticIndex" => typed::<jobs::SemanticIndexSpec>(&text),
        "IntelligentTag" => typed::<jobs::IntelligentTagSpec>(&text),
        "FileMetaExport" => typed::<jobs::FileMetaExportSpec>(&text),
        "FileMetaBuild" => typed::<jobs::FileMetaBuildSpec>(&text),
        "IntelligentTagRevert" => typed::<jobs::IntelligentTagRevertSpec>(&text),
        "FileMetaImport" => typed::<jobs::FileMetaImportSpec>(&text),
        _ => Ok(text.into()),
    }
}
