//! A file that an answer has made -> its bytes, in memory or under a name of this machine.
//!
//! A link to such a file is a secret that needs no key, and works for some minutes only. The key of the client never goes there. A
//! download that breaks goes on where it broke, if the store can give the rest of the same file; otherwise it starts over.

mod name;
mod partial;

use std::fmt;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use apispec_runtime::{Bytes, Client, Download, Error, ErrorKind, Method, Result, SecretText, Stream, Timestamp};
use powerdrill_client::v2::data_sources::PresignedDataSource;
use tokio::time::sleep;

use crate::block::File;
use crate::progress::{Listener, Progress, Step};
use partial::{Memory, Partial, Place, Target};

/// What it is called in errors.
pub(crate) const OPERATION: &str = "download_file";
/// How long to wait before a download that broke goes on. One that came further than ever before starts with the first pause again.
const PAUSES: [Duration; 3] = [Duration::from_millis(500), Duration::from_secs(2), Duration::from_secs(5)];
/// How many names are tried for a file whose own name is taken.
const MOST_NAMES: u32 = 1000;

/// A client of any of the APIs: downloads use its connections and timeouts, and nothing else of it.
pub trait AnyClient: sealed::Runtime {}

impl<T: sealed::Runtime> AnyClient for T {}

impl File {
    /// Makes a file of a link, such as one that a program has kept.
    #[must_use]
    pub fn linked(name: impl Into<String>, url: impl Into<SecretText>) -> Self {
        Self { name: name.into(), url: url.into(), expires_at: None }
    }

    /// Gives the name that the file gets in a folder: the last part of its own name, or of its link, without anything that means something
    /// to a file system.
    ///
    /// ```
    /// use powerdrill::File;
    ///
    /// assert_eq!(File::linked("../sales.csv", "https://files.example.com/1").file_name(), "sales.csv");
    /// assert_eq!(File::linked("", "https://files.example.com/result.csv?signature=1").file_name(), "result.csv");
    /// ```
    #[must_use]
    pub fn file_name(&self) -> String {
        name::safe(self)
    }

    /// Downloads the file. Nothing is asked for until one of the methods of [`FileDownload`] is awaited.
    ///
    /// ```no_run
    /// # use powerdrill::{Client, File};
    /// # async fn example(client: Client, file: File) -> powerdrill::Result<()> {
    /// let path = file.download(&client).save_in("results").await?;
    /// println!("{}", path.display());
    /// # Ok(())
    /// # }
    /// ```
    pub fn download(&self, client: &impl AnyClient) -> FileDownload {
        FileDownload { client: client.runtime().clone(), file: self.clone(), listener: Listener::default() }
    }
}

impl From<PresignedDataSource> for File {
    /// The name is that in the link.
    fn from(link: PresignedDataSource) -> Self {
        Self { name: String::new(), url: link.presigned_url, expires_at: link.expires_at }
    }
}

/// A download that has not begun. Returned by [`File::download`].
#[derive(Clone, Debug)]
#[must_use = "nothing is asked for until one of its methods is awaited"]
pub struct FileDownload {
    client: Client,
    file: File,
    listener: Listener,
}

impl FileDownload {
    /// Tells how many bytes have come.
    pub fn progress(mut self, tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.listener = Listener::new(tell);
        self
    }

    /// Saves the file under a path, and gives the path. A file that is there is replaced when the download is complete.
    ///
    /// Until then the bytes are in a file beside it, whose name ends in `.part`. If the download fails it stays, and the next call with
    /// the same path goes on from there, provided that the store can tell that it is still the same file.
    ///
    /// # Errors
    ///
    /// `File` if it cannot be written; `InvalidRequest` if the link has expired, before anything is asked for; `Http` if the store
    /// refuses it, see [`ExpiredLink::of`]; `StreamEnded` and those of connections if it broke and could not be continued.
    pub async fn save_to(self, path: impl AsRef<Path>) -> Result<PathBuf> {
        let path = path.as_ref().to_owned();
        self.alive()?;
        if path.is_dir() {
            return Err(cannot(&path, "is a folder: name a file, or use `save_in`".to_owned()));
        }
        let part = Partial::open(&path).await?;
        self.save(part, path).await
    }

    /// Saves the file in a folder, under its own name, and gives the path. The folder is made if it is not there. Nothing is replaced:
    /// where the name is taken, the file is called `sales (2).csv` and so on.
    ///
    /// The name comes from the server. Only its last part is used, without characters that mean something to a file system.
    ///
    /// # Errors
    ///
    /// As [`save_to`](Self::save_to).
    pub async fn save_in(self, folder: impl AsRef<Path>) -> Result<PathBuf> {
        let folder = folder.as_ref();
        self.alive()?;
        tokio::fs::create_dir_all(folder).await.map_err(|error| cannot(folder, format!("cannot be made: {error}")).caused_by(error))?;
        let name = name::safe(&self.file);
        for number in 1..=MOST_NAMES {
            let path = folder.join(name::numbered(&name, number));
            if tokio::fs::symlink_metadata(&path).await.is_ok() {
                continue;
            }
            match Partial::open(&path).await {
                // Another download may have finished with this name in between.
                Ok(part) if tokio::fs::symlink_metadata(&path).await.is_ok() => Target::Partial(part).leave().await,
                Ok(part) => return self.save(part, path).await,
                // Another download of this moment has taken the name.
                Err(error) if partial::is_taken(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Err(cannot(&folder.join(name), format!("is there {MOST_NAMES} times: use another folder")))
    }

    /// Reads the file into memory, if it has at most `limit` bytes.
    ///
    /// # Errors
    ///
    /// As [`save_to`](Self::save_to), without `File`; `TooLarge` if it has more bytes.
    pub async fn bytes(self, limit: usize) -> Result<Bytes> {
        self.alive()?;
        let mut target = Target::Memory(Memory::new(limit));
        Box::pin(self.fetch(&mut target)).await?;
        Ok(target.into_bytes())
    }

    async fn save(self, part: Partial, path: PathBuf) -> Result<PathBuf> {
        let mut target = Target::Partial(part);
        match Box::pin(self.fetch(&mut target)).await {
            Ok(()) => target.keep(&path).await.map(|()| path),
            Err(error) => {
                target.leave().await;
                Err(error)
            }
        }
    }

    /// A link that says itself that it is over need not be asked.
    fn alive(&self) -> Result<()> {
        if !self.file.is_expired(SystemTime::now()) {
            return Ok(());
        }
        let when = self.file.expires_at.as_ref().map(|end| format!(" at {end}")).unwrap_or_default();
        let kind = ErrorKind::InvalidRequest { field: format!("the link to {}", self.shown()) };
        Err(self.expired(Error::new(kind, format!("expired{when}: get a new one from the history of the session")).during(OPERATION)))
    }

    /// Asks until everything has come.
    async fn fetch(&self, target: &mut Target) -> Result<()> {
        let mut furthest = target.length();
        let mut pauses = PAUSES.iter();
        loop {
            let error = match self.go_on(target).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            if target.length() > furthest {
                furthest = target.length();
                pauses = PAUSES.iter();
            }
            match pauses.next() {
                Some(pause) if error.is_retryable() => sleep(*pause).await,
                _ => return Err(error),
            }
        }
    }

    /// One exchange: what is there already is not asked for again.
    async fn go_on(&self, target: &mut Target) -> Result<()> {
        let call = self.client.external(OPERATION, Method::Get, &self.file.url);
        let call = match target.resumable() {
            Some((start, version)) => call.header("range", format!("bytes={start}-")).header("if-range", version),
            None => call,
        };
        let reply = match call.download().await {
            // What is there has no rest: it is another file, or complete and only its end was lost.
            Err(error) if error.http_status() == Some(416) && target.length() > 0 => {
                target.restart(None).await?;
                return Err(Error::new(ErrorKind::StreamEnded, "the store has no rest of what was received").during(OPERATION));
            }
            reply => reply.map_err(|error| self.explained(error))?,
        };
        let place = Place::of(&reply);
        if !target.fits(&place) {
            target.restart(place.version.clone()).await?;
            if place.start > 0 {
                let message = "the store gave the rest of another file: it starts over";
                return Err(Error::new(ErrorKind::StreamEnded, message).during(OPERATION));
            }
        }
        self.receive(reply, target, place.total).await
    }

    async fn receive(&self, mut reply: Download, target: &mut Target, total: Option<u64>) -> Result<()> {
        target.expect(total)?;
        self.listener.tell(Step::Receiving, target.length(), total);
        while let Some(piece) = std::future::poll_fn(|context| Pin::new(&mut reply).poll_next(context)).await {
            target.add(&piece?).await?;
            self.listener.tell(Step::Receiving, target.length(), total);
        }
        match total {
            Some(total) if target.length() != total => {
                let message = format!("{} of {total} bytes of {} have come", target.length(), self.shown());
                Err(Error::new(ErrorKind::StreamEnded, message).during(OPERATION))
            }
            _ => Ok(()),
        }
    }

    /// What a store means by its refusal. It says it in words that may repeat the link, so they are not shown.
    fn explained(&self, error: Error) -> Error {
        let name = self.shown();
        match error.http_status() {
            Some(401 | 403 | 410) => {
                let message = format!("the link to {name} does not work any more: get a new one from the history of the session");
                self.expired(error.saying(message))
            }
            Some(404) => error.saying(format!("{name} is not there any more")),
            _ => error,
        }
    }

    fn expired(&self, error: Error) -> Error {
        let (name, expires_at) = (self.shown(), self.file.expires_at.clone());
        error.through(|cause| ExpiredLink { name, expires_at, cause })
    }

    fn shown(&self) -> String {
        name::safe(&self.file)
    }
}

/// A link that has stopped working: a part of the error, found with [`ExpiredLink::of`]. The history of the session has new ones.
#[derive(Debug)]
#[non_exhaustive]
pub struct ExpiredLink {
    /// The name of the file.
    pub name: String,
    /// When the link stopped working, if it says so.
    pub expires_at: Option<Timestamp>,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl ExpiredLink {
    /// Finds it in an error that a download gave.
    #[must_use]
    pub fn of(error: &Error) -> Option<&Self> {
        std::error::Error::source(error)?.downcast_ref()
    }
}

impl fmt::Display for ExpiredLink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the link to {} has expired", self.name)
    }
}

impl std::error::Error for ExpiredLink {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

/// A file of this machine that cannot be used.
pub(crate) fn cannot(path: &Path, message: String) -> Error {
    Error::new(ErrorKind::File { path: path.display().to_string() }, message).during(OPERATION)
}

mod sealed {
    pub trait Runtime {
        fn runtime(&self) -> &apispec_runtime::Client;
    }

    impl Runtime for apispec_runtime::Client {
        fn runtime(&self) -> &apispec_runtime::Client {
            self
        }
    }

    impl Runtime for powerdrill_client::v2::Client {
        fn runtime(&self) -> &apispec_runtime::Client {
            self.runtime()
        }
    }

    #[cfg(feature = "v1")]
    impl Runtime for powerdrill_client::v1::Client {
        fn runtime(&self) -> &apispec_runtime::Client {
            self.runtime()
        }
    }
}
