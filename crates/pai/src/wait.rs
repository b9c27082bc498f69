//! A job that was created -> the job when it has come to its end.
//!
//! The API does not report it, so it is asked, with longer and longer pauses.

use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use apispec_runtime::{BoxFuture, Patience, Result};

use crate::dataset_jobs::{DatasetJob, DatasetJobId, DatasetJobs, JobStatus};
use crate::types::{DatasetId, WorkspaceId};

/// How long is waited unless the caller says otherwise.
const DEADLINE: Duration = Duration::from_secs(60 * 60);
/// What it is called in errors.
const OPERATION: &str = "wait_for_dataset_job";

impl DatasetJobs {
    /// Waits until a job has come to its end, and gives it as it is then. A job that has failed is no error: its status says so.
    ///
    /// ```no_run
    /// # async fn example(client: pai_datasets::Client) -> pai_datasets::Result<()> {
    /// let job = client.dataset_jobs().wait("dataset-1", "job-1").await?;
    /// println!("{:?} of {:?} files", job.completed_file_count, job.total_file_count);
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait(&self, dataset_id: impl Into<DatasetId>, dataset_job_id: impl Into<DatasetJobId>) -> JobWait {
        JobWait {
            jobs: self.clone(),
            dataset: dataset_id.into(),
            job: dataset_job_id.into(),
            workspace: None,
            deadline: DEADLINE,
            listener: Listener(None),
        }
    }
}

impl JobStatus {
    /// Whether no other status follows. One that this client does not know is taken not to be the last.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::Succeeded | Self::PartialFailed | Self::Failed | Self::ManuallyStop | Self::Deleted => true,
            Self::Pending | Self::Starting | Self::Running | Self::Deleting | Self::Unknown(_) => false,
        }
    }
}

/// A wait that has not begun. Returned by [`DatasetJobs::wait`]; `.await` it, or call [`send`](Self::send).
#[derive(Clone, Debug)]
#[must_use = "nothing is asked until it is awaited"]
pub struct JobWait {
    jobs: DatasetJobs,
    dataset: DatasetId,
    job: DatasetJobId,
    workspace: Option<WorkspaceId>,
    deadline: Duration,
    listener: Listener,
}

/// Whom to tell, if anyone.
#[derive(Clone)]
struct Listener(Option<Arc<Tell>>);

type Tell = dyn Fn(&DatasetJob) + Send + Sync;

impl JobWait {
    /// Sets how long to wait, an hour if this is not set.
    pub fn deadline(mut self, time: Duration) -> Self {
        self.deadline = time;
        self
    }

    /// Sets the workspace that the job belongs to.
    pub fn workspace_id(mut self, value: impl Into<WorkspaceId>) -> Self {
        self.workspace = Some(value.into());
        self
    }

    /// Shows the job after each look, with its counts of files.
    pub fn progress(mut self, tell: impl Fn(&DatasetJob) + Send + Sync + 'static) -> Self {
        self.listener = Listener(Some(Arc::new(tell)));
        self
    }

    /// Waits.
    ///
    /// # Errors
    ///
    /// `Timeout` when the time is over; those of [`DatasetJobs::get`], if trying again does not help. Nothing is changed on the server:
    /// the job goes on.
    pub async fn send(self) -> Result<DatasetJob> {
        let mut patience = Patience::new(self.deadline);
        let mut last = "of unknown status".to_owned();
        loop {
            let mut look = self.jobs.get(self.dataset.clone(), self.job.clone());
            if let Some(workspace) = &self.workspace {
                look = look.workspace_id(workspace.clone());
            }
            if let Some(job) = patience.look(look.send()).await? {
                if let Some(tell) = &self.listener.0 {
                    tell(&job);
                }
                match &job.status {
                    Some(status) if status.is_final() => return Ok(job),
                    Some(status) => last = status.as_str().to_owned(),
                    None => {}
                }
            }
            patience.rest(OPERATION, || format!("job {} of dataset {} is still {last}", self.job, self.dataset)).await?;
        }
    }
}

impl IntoFuture for JobWait {
    type Output = Result<DatasetJob>;
    type IntoFuture = BoxFuture<'static, Result<DatasetJob>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_some() { "Listener" } else { "nobody" })
    }
}
