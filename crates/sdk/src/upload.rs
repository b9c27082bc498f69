//! A file of this machine, bytes or a reader -> a data source that jobs can read: the file is sent, the data source created, and its
//! synchronisation awaited.
//!
//! Small files go in one request. Larger ones go in parts, cut as the server says, a few at a time; a part that fails is sent again, and
//! the others are not. Only parts that are on their way are in memory, of files a few pieces of each.

mod input;
mod parts;

use std::fmt;
use std::num::NonZeroUsize;
use std::time::Duration;

use apispec_runtime::{BoxFuture, Error, Part, Patience, Result};
use powerdrill_client::v2;
use powerdrill_client::v2::data_sources::{DataSource, DataSourceStatus, DataSources};
use powerdrill_client::v2::types::{DatasetId, FileObjectKey, UserId};

pub use input::Upload;

use crate::progress::{Listener, Progress, Step};
use crate::sync::DEADLINE;
use input::{Opened, Rules};
use parts::Meter;

/// The server recommends one request for files below this size, and parts for all others.
const ONE_REQUEST: u64 = 1_000_000;
const PARTS_AT_ONCE: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3);
/// What it is called in errors.
const OPERATION: &str = "upload_data_source";

/// Uploads that become data sources. In the [prelude](crate::prelude), for `client.data_sources()`.
pub trait UploadSource: sealed::Sources {
    /// Uploads a file and makes a data source of it, in a new dataset unless one is given. Once this has succeeded, jobs can read it.
    ///
    /// It takes a path, or an [`Upload`] of bytes or of a reader. Nothing is sent until it is awaited.
    ///
    /// ```no_run
    /// # use powerdrill::prelude::*;
    /// # async fn example(client: Client) -> powerdrill::Result<()> {
    /// let source = client.data_sources().upload("sales.csv").await?;
    /// println!("ask about {}", source.dataset_id);
    /// # Ok(())
    /// # }
    /// ```
    fn upload(&self, file: impl Into<Upload>) -> SourceUpload;
}

impl UploadSource for DataSources {
    fn upload(&self, file: impl Into<Upload>) -> SourceUpload {
        SourceUpload {
            client: self.client().clone().into(),
            file: file.into(),
            rules: Rules::default(),
            dataset: None,
            user: None,
            at_once: PARTS_AT_ONCE,
            wait: Some(DEADLINE),
            listener: Listener::default(),
        }
    }
}

/// An upload that has not begun. Returned by [`UploadSource::upload`]; `.await` it, or call [`send`](Self::send).
#[derive(Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct SourceUpload {
    client: v2::Client,
    file: Upload,
    rules: Rules,
    dataset: Option<DatasetId>,
    user: Option<UserId>,
    at_once: NonZeroUsize,
    wait: Option<Duration>,
    listener: Listener,
}

impl SourceUpload {
    /// Sets the dataset that the data source is created in. Without it, a new one is created, with the name of the file.
    pub fn dataset_id(mut self, value: impl Into<DatasetId>) -> Self {
        self.dataset = Some(value.into());
        self
    }

    /// Sets the name of the data source, with the extension that says how to read it. It is the name of the file when this is not set.
    ///
    /// The server keeps 128 characters. Of a longer name the end before the extension is left out.
    pub fn name(mut self, value: impl Into<String>) -> Self {
        self.rules.name = Some(value.into());
        self
    }

    /// Sets in whose name the file is uploaded. The client's own user is used when this is not set.
    pub fn user_id(mut self, value: impl Into<UserId>) -> Self {
        self.user = Some(value.into());
        self
    }

    /// Sets how many parts of a large file are sent at the same time, 4 if this is not set. Zero is taken as one.
    pub fn parts_at_once(mut self, parts: usize) -> Self {
        self.at_once = NonZeroUsize::new(parts).unwrap_or(NonZeroUsize::MIN);
        self
    }

    /// Sends files whose extension is not one of those that servers are known to read, and lets the server decide.
    pub fn any_extension(mut self) -> Self {
        self.rules.any_extension = true;
        self
    }

    /// Tells how far it has come: bytes while the file is sent, then whether the data source is synchronised.
    ///
    /// It is called from the tasks that send, and they wait for it.
    pub fn progress(mut self, tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.listener = Listener::new(tell);
        self
    }

    /// Sets how long to wait until the data source is synchronised, 10 minutes if this is not set. Sending has no such limit.
    pub fn wait(mut self, deadline: Duration) -> Self {
        self.wait = Some(deadline);
        self
    }

    /// Does not wait until the data source is synchronised: jobs may not be able to read it yet.
    pub fn no_wait(mut self) -> Self {
        self.wait = None;
        self
    }

    /// Uploads the file, creates the data source, and waits until it is synchronised.
    ///
    /// # Errors
    ///
    /// `File` if the file cannot be read, `InvalidRequest` if it is empty or of a kind that no server reads: nothing was sent. `Api`
    /// without a code if the data source is invalid, `Timeout` if it is not synchronised in time, otherwise those of the calls.
    /// [`Unfinished::of`] finds what is on the server by then: a file that was sent need not be sent again.
    pub async fn send(self) -> Result<DataSource> {
        let mut reached = Unfinished::default();
        match Box::pin(self.run(&mut reached)).await {
            Ok(source) => Ok(source),
            Err(error) if reached.file_object_key.is_none() => Err(error),
            Err(error) => Err(error.through(|cause| Unfinished { cause, ..reached })),
        }
    }

    async fn run(self, reached: &mut Unfinished) -> Result<DataSource> {
        let Self { client, file, rules, dataset, user, at_once, wait, listener } = self;
        let opened = file.open(&rules).await.map_err(|error| error.during(OPERATION))?;
        let name = opened.name.clone();
        let meter = Meter::new(listener.clone(), opened.size);
        let key = if opened.size < ONE_REQUEST {
            whole(&client, opened, user.as_ref(), &meter).await?
        } else {
            parts::send(&client, opened, user.as_ref(), at_once, &meter).await?
        };
        *reached = Unfinished { name: name.clone(), file_object_key: Some(key.clone()), ..Unfinished::default() };
        let source = create(&client, &name, &key, dataset, user.as_ref()).await?;
        reached.source = Some(source.clone());
        match wait {
            Some(deadline) => synched(&client, source, user.as_ref(), deadline, &listener).await,
            None => Ok(source),
        }
    }
}

impl IntoFuture for SourceUpload {
    type Output = Result<DataSource>;
    type IntoFuture = BoxFuture<'static, Result<DataSource>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// Sends a small file.
async fn whole(client: &v2::Client, opened: Opened, user: Option<&UserId>, meter: &Meter) -> Result<FileObjectKey> {
    let name = opened.name.clone();
    let size = opened.size;
    let mut content = opened.content;
    let source = content.next(0, size).await.map_err(|error| error.during(OPERATION))?;
    content.ended(size).await.map_err(|error| error.during(OPERATION))?;
    let mut call = client.files().upload(Part::file("file", name, meter.watch(source)));
    if let Some(user) = user {
        call = call.user_id(user);
    }
    Ok(call.send().await?.file_object_key)
}

async fn create(
    client: &v2::Client,
    name: &str,
    key: &FileObjectKey,
    dataset: Option<DatasetId>,
    user: Option<&UserId>,
) -> Result<DataSource> {
    let sources = client.data_sources();
    if let Some(dataset) = dataset {
        let mut call = sources.create(dataset, name).file_object_key(key);
        if let Some(user) = user {
            call = call.user_id(user);
        }
        return call.send().await;
    }
    let mut call = sources.create_in_new_dataset(name).file_object_key(key);
    if let Some(user) = user {
        call = call.user_id(user);
    }
    call.send().await
}

/// Waits until the data source can be read. The answer of the server at its creation counts as the first look.
async fn synched(
    client: &v2::Client,
    mut source: DataSource,
    user: Option<&UserId>,
    deadline: Duration,
    listener: &Listener,
) -> Result<DataSource> {
    let mut patience = Patience::new(deadline);
    loop {
        let ready = source.status == DataSourceStatus::Synched;
        listener.tell(Step::Synchronising, u64::from(ready), Some(1));
        if ready {
            return Ok(source);
        }
        if source.status == DataSourceStatus::Invalid {
            let message = format!("{} could not be read by the server, which does not say why (data source {})", source.name, source.id);
            return Err(Error::refusal(&v2::API, None, message).during(OPERATION));
        }
        patience.rest(OPERATION, || format!("{} is still not synchronised (data source {})", source.name, source.id)).await?;
        let mut call = client.data_sources().get(&source.dataset_id, &source.id);
        if let Some(user) = user {
            call = call.user_id(user);
        }
        if let Some(seen) = patience.look(call.send()).await? {
            source = seen;
        }
    }
}

/// What an upload that failed has got so far: a part of its error, found with [`Unfinished::of`]. Where nothing is on the server, there
/// is none.
///
/// ```
/// # use powerdrill::{Error, Unfinished};
/// fn explain(error: &Error) {
///     if let Some(upload) = Unfinished::of(error) {
///         eprintln!("{} was sent, and need not be sent again", upload.name);
///     }
/// }
/// ```
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Unfinished {
    /// The name that the data source has, or would have had.
    pub name: String,
    /// The key with which a data source can be created from the file.
    pub file_object_key: Option<FileObjectKey>,
    /// The data source, if it was created. It may still become ready, unless it is invalid.
    pub source: Option<DataSource>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Unfinished {
    /// Finds what is known in an error that an upload gave.
    #[must_use]
    pub fn of(error: &Error) -> Option<&Self> {
        std::error::Error::source(error)?.downcast_ref()
    }
}

impl fmt::Display for Unfinished {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(source) => write!(formatter, "{} was sent, and is data source {} of dataset {}", self.name, source.id, source.dataset_id),
            None => write!(formatter, "{} was sent, and is no data source yet", self.name),
        }
    }
}

impl std::error::Error for Unfinished {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

mod sealed {
    pub trait Sources {}

    impl Sources for powerdrill_client::v2::data_sources::DataSources {}
}
