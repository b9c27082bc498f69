//! A dataset that was given files -> the moment when all of them can be asked about, or why that moment does not come.
//!
//! The servers do not report it, so they are asked, with longer and longer pauses. A data source that has become invalid stays so: then
//! there is nothing to wait for.

use std::time::Duration;

use apispec_runtime::{Api, BoxFuture, Error, Patience, Result};
#[cfg(feature = "v1")]
use powerdrill_client::v1;
use powerdrill_client::v2;
use powerdrill_client::v2::data_sources::DataSourceStatus;

use crate::progress::{Listener, Progress, Step};

/// How long is waited unless the caller says otherwise.
pub(crate) const DEADLINE: Duration = Duration::from_secs(10 * 60);
/// What it is called in errors.
const OPERATION: &str = "wait_until_synced";
/// How often a dataset may seem to be empty: what was created a moment ago may not be counted yet.
const EMPTY_LOOKS: usize = 4;

/// Waiting for a dataset. In the [prelude](crate::prelude), for `client.datasets()`.
pub trait WaitUntilSynced: sealed::Datasets {
    /// Waits until every data source of a dataset is synchronised, so that jobs can read it.
    ///
    /// ```no_run
    /// # use powerdrill::prelude::*;
    /// # async fn example(client: Client) -> powerdrill::Result<()> {
    /// client.datasets().wait_until_synced("dataset-1").await?;
    /// # Ok(())
    /// # }
    /// ```
    fn wait_until_synced(&self, dataset_id: impl Into<Self::Id>) -> SyncWait;
}

impl WaitUntilSynced for v2::datasets::Datasets {
    fn wait_until_synced(&self, dataset_id: impl Into<Self::Id>) -> SyncWait {
        SyncWait::new(Dataset::V2 { client: self.client().clone().into(), id: dataset_id.into(), user: None })
    }
}

#[cfg(feature = "v1")]
impl WaitUntilSynced for v1::datasets::Datasets {
    fn wait_until_synced(&self, dataset_id: impl Into<Self::Id>) -> SyncWait {
        SyncWait::new(Dataset::V1 { client: self.client().clone().into(), id: dataset_id.into() })
    }
}

/// A wait that has not begun. Returned by [`WaitUntilSynced::wait_until_synced`]; `.await` it, or call [`send`](Self::send).
#[derive(Clone, Debug)]
#[must_use = "nothing is asked until it is awaited"]
pub struct SyncWait {
    dataset: Dataset,
    deadline: Duration,
    listener: Listener,
}

#[derive(Clone, Debug)]
enum Dataset {
    #[cfg(feature = "v1")]
    V1 {
        client: v1::Client,
        id: v1::types::DatasetId,
    },
    V2 {
        client: v2::Client,
        id: v2::types::DatasetId,
        user: Option<v2::types::UserId>,
    },
}

/// What one look at a dataset has shown.
enum Seen {
    Ready,
    Waiting,
    Empty,
}

impl SyncWait {
    fn new(dataset: Dataset) -> Self {
        Self { dataset, deadline: DEADLINE, listener: Listener::default() }
    }

    /// Sets how long to wait, 10 minutes if this is not set.
    pub fn deadline(mut self, time: Duration) -> Self {
        self.deadline = time;
        self
    }

    /// Sets in whose name the dataset is looked at. The client's own user is used when this is not set. The personal API has no users.
    pub fn user_id(mut self, value: impl Into<v2::types::UserId>) -> Self {
        match &mut self.dataset {
            Dataset::V2 { user, .. } => *user = Some(value.into()),
            #[cfg(feature = "v1")]
            Dataset::V1 { .. } => {}
        }
        self
    }

    /// Tells how many data sources are ready, after each look. The personal API does not say how many, and nothing is told.
    pub fn progress(mut self, tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.listener = Listener::new(tell);
        self
    }

    /// Waits.
    ///
    /// # Errors
    ///
    /// `Api` without a code as soon as a data source is invalid, which names it, or if the dataset stays empty; `Timeout` when the time
    /// is over; those of asking, if trying again does not help. Nothing is changed on the server.
    pub async fn send(self) -> Result<()> {
        let mut patience = Patience::new(self.deadline);
        let mut empty = 0;
        loop {
            match patience.look(self.dataset.look(&self.listener)).await? {
                Some(Seen::Ready) => return Ok(()),
                Some(Seen::Empty) if empty >= EMPTY_LOOKS => {
                    return Err(self.dataset.refused(format!("dataset {} has no data sources", self.dataset.id())));
                }
                Some(Seen::Empty) => empty += 1,
                Some(Seen::Waiting) | None => {}
            }
            patience.rest(OPERATION, || format!("dataset {} is still not synchronised", self.dataset.id())).await?;
        }
    }
}

impl IntoFuture for SyncWait {
    type Output = Result<()>;
    type IntoFuture = BoxFuture<'static, Result<()>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl Dataset {
    fn id(&self) -> &str {
        match self {
            #[cfg(feature = "v1")]
            Self::V1 { id, .. } => id.as_str(),
            Self::V2 { id, .. } => id.as_str(),
        }
    }

    fn refused(&self, message: String) -> Error {
        match self {
            #[cfg(feature = "v1")]
            Self::V1 { .. } => refused(&v1::API, message),
            Self::V2 { .. } => refused(&v2::API, message),
        }
    }

    async fn look(&self, listener: &Listener) -> Result<Seen> {
        match self {
            #[cfg(feature = "v1")]
            Self::V1 { client, id } => match client.datasets().get_status(id).send().await? {
                v1::datasets::DatasetStatus::Synched => Ok(Seen::Ready),
                v1::datasets::DatasetStatus::EmptyDatasource => Ok(Seen::Empty),
                v1::datasets::DatasetStatus::PartError => {
                    Err(self.refused(format!("at least one data source of dataset {id} could not be read by the server")))
                }
                _ => Ok(Seen::Waiting),
            },
            Self::V2 { client, id, user } => {
                let mut call = client.datasets().get_status(id);
                if let Some(user) = user {
                    call = call.user_id(user);
                }
                let status = call.send().await?;
                let count = |number: i64| u64::try_from(number).unwrap_or(0);
                let ready = count(status.synched_count);
                let total = ready.saturating_add(count(status.synching_count)).saturating_add(count(status.invalid_count));
                listener.tell(Step::Synchronising, ready, Some(total));
                match (status.invalid_count, status.synching_count, total) {
                    (1.., _, _) => Err(self.refused(self.invalid(client, user.as_ref()).await)),
                    (_, _, 0) => Ok(Seen::Empty),
                    (_, 0, _) => Ok(Seen::Ready),
                    _ => Ok(Seen::Waiting),
                }
            }
        }
    }

    /// Which data sources could not be read. The server does not say why.
    async fn invalid(&self, client: &v2::Client, user: Option<&v2::types::UserId>) -> String {
        let mut call = client.data_sources().list(self.id()).status([DataSourceStatus::Invalid]);
        if let Some(user) = user {
            call = call.user_id(user);
        }
        // That there are some is known; only their names would be missing.
        let names: Vec<String> = match call.send().await {
            Ok(page) => page.records.into_iter().filter(|one| one.status == DataSourceStatus::Invalid).map(|one| one.name).collect(),
            Err(_) => Vec::new(),
        };
        let which = if names.is_empty() { "at least one data source".to_owned() } else { names.join(", ") };
        format!("{which} in dataset {} could not be read by the server, which does not say why", self.id())
    }
}

fn refused(api: &'static Api, message: String) -> Error {
    Error::refusal(api, None, message).during(OPERATION)
}

mod sealed {
    pub trait Datasets {
        /// What identifies a dataset.
        type Id;
    }

    impl Datasets for powerdrill_client::v2::datasets::Datasets {
        type Id = powerdrill_client::v2::types::DatasetId;
    }

    #[cfg(feature = "v1")]
    impl Datasets for powerdrill_client::v1::datasets::Datasets {
        type Id = powerdrill_client::v1::types::DatasetId;
    }
}
