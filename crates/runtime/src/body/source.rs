//! Where the bytes of an upload come from: memory, a file or a part of one, or a stream.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::io::SeekFrom;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncSeekExt, ReadBuf};

use crate::error::{Error, ErrorKind};
use crate::transport::{ByteStream, TransportError};

/// How much of a file is in memory at a time.
const PIECE: usize = 64 * 1024;

/// The bytes of an upload.
///
/// Memory and files can be sent again when an attempt fails; a stream only once. Files and streams are read while they are sent, so
/// their size does not matter.
#[derive(Clone)]
pub struct Source {
    kind: Kind,
    watch: Option<Watch>,
}

/// Told how much of a source the present attempt has taken.
type Watch = Arc<dyn Fn(u64) + Send + Sync>;

#[derive(Clone)]
enum Kind {
    Bytes(Bytes),
    File { path: Arc<PathBuf>, range: Option<Range<u64>> },
    Stream { length: Option<u64>, stream: Arc<Mutex<Option<ByteStream>>> },
}

/// One attempt's worth of a source.
pub(crate) enum Pieces {
    Bytes(Bytes),
    Stream(ByteStream),
}

impl Source {
    /// Takes bytes from memory.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Kind::Bytes(bytes.into()).into()
    }

    /// Reads a file. It is opened when the request is sent, and again for every further attempt.
    pub fn file(path: impl AsRef<Path>) -> Self {
        Kind::File { path: Arc::new(path.as_ref().to_owned()), range: None }.into()
    }

    /// Reads a part of a file, from the first byte of the range to before its last.
    pub fn file_range(path: impl AsRef<Path>, range: Range<u64>) -> Self {
        Kind::File { path: Arc::new(path.as_ref().to_owned()), range: Some(range) }.into()
    }

    /// Reads a stream. The request cannot be sent a second time, whatever happens to the first.
    pub fn stream<E>(stream: impl Stream<Item = Result<Bytes, E>> + Send + 'static, length: Option<u64>) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
    {
        let stream = ByteStream::new(Mapped(Box::pin(stream)));
        Kind::Stream { length, stream: Arc::new(Mutex::new(Some(stream))) }.into()
    }

    /// Tells how many bytes the present attempt has taken to be sent: zero when it begins, more with every piece.
    #[must_use]
    pub fn watched(mut self, watch: impl Fn(u64) + Send + Sync + 'static) -> Self {
        self.watch = Some(Arc::new(watch));
        self
    }

    pub(crate) fn replayable(&self) -> bool {
        match &self.kind {
            Kind::Bytes(_) | Kind::File { .. } => true,
            Kind::Stream { .. } => false,
        }
    }

    pub(crate) fn streams(&self) -> bool {
        self.watch.is_some() || !matches!(self.kind, Kind::Bytes(_))
    }

    /// The length, if it is known, and the bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`]: the file cannot be read, or is shorter than the range, or the stream has been used.
    pub(crate) async fn open(&self) -> Result<(Option<u64>, Pieces), Error> {
        let (length, pieces) = self.unwatched().await?;
        let Some(watch) = &self.watch else { return Ok((length, pieces)) };
        watch(0);
        let watch = Arc::clone(watch);
        Ok((length, Pieces::Stream(ByteStream::new(Counted { pieces, taken: 0, watch }))))
    }

    async fn unwatched(&self) -> Result<(Option<u64>, Pieces), Error> {
        match &self.kind {
            Kind::Bytes(bytes) => Ok((Some(bytes.len() as u64), Pieces::Bytes(bytes.clone()))),
            Kind::File { path, range } => {
                let told = |error: std::io::Error| invalid(format!("cannot be read ({}): {error}", path.display())).caused_by(error);
                let (file, length) = opened(path, range.clone()).await.map_err(told)?;
                Ok((Some(length), Pieces::Stream(ByteStream::new(Reading::new(file, length)))))
            }
            Kind::Stream { length, stream } => {
                let taken = stream.lock().unwrap_or_else(PoisonError::into_inner).take();
                taken
                    .map(|stream| (*length, Pieces::Stream(stream)))
                    .ok_or_else(|| invalid("is a stream that has been sent before".to_owned()))
            }
        }
    }
}

impl From<Kind> for Source {
    fn from(kind: Kind) -> Self {
        Self { kind, watch: None }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Bytes(bytes) => write!(formatter, "Source({} bytes)", bytes.len()),
            Kind::File { path, .. } => write!(formatter, "Source({})", path.display()),
            Kind::Stream { .. } => formatter.write_str("Source(a stream)"),
        }
    }
}

fn invalid(reason: String) -> Error {
    Error::new(ErrorKind::InvalidRequest { field: "the upload".to_owned() }, reason)
}

async fn opened(path: &Path, range: Option<Range<u64>>) -> std::io::Result<(File, u64)> {
    let mut file = File::open(path).await?;
    let about = file.metadata().await?;
    if about.is_dir() {
        return Err(std::io::Error::other("it is a folder"));
    }
    let Some(range) = range else { return Ok((file, about.len())) };
    if range.end > about.len() || range.start > range.end {
        return Err(std::io::Error::other(format!("it has {} bytes, which is less than asked for", about.len())));
    }
    file.seek(SeekFrom::Start(range.start)).await?;
    Ok((file, range.end - range.start))
}

/// Reads exactly `left` bytes of a file, a piece at a time.
struct Reading {
    file: File,
    left: u64,
    buffer: Box<[u8]>,
}

impl Reading {
    fn new(file: File, length: u64) -> Self {
        Self { file, left: length, buffer: vec![0; PIECE].into_boxed_slice() }
    }
}

impl Stream for Reading {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let Self { file, left, buffer } = &mut *self;
        let room = buffer.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
        let mut read = ReadBuf::new(&mut buffer[..room]);
        let result = ready!(Pin::new(file).poll_read(context, &mut read));
        Poll::Ready(Some(match result {
            Err(error) => Err(TransportError::body(error)),
            Ok(()) if read.filled().is_empty() => Err(TransportError::body("the file became shorter while it was sent")),
            Ok(()) => {
                *left -= read.filled().len() as u64;
                Ok(Bytes::copy_from_slice(read.filled()))
            }
        }))
    }
}

/// A caller's stream, with its errors told apart from those of the connection.
struct Mapped<S>(Pin<Box<S>>);

impl<E: Into<Box<dyn std::error::Error + Send + Sync>>, S: Stream<Item = Result<Bytes, E>>> Stream for Mapped<S> {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context).map(|next| next.map(|piece| piece.map_err(TransportError::body)))
    }
}

/// Pieces that are counted when they are taken. What is in memory comes in pieces too, so that there is something to count.
struct Counted {
    pieces: Pieces,
    taken: u64,
    watch: Watch,
}

impl Stream for Counted {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = match &mut self.pieces {
            Pieces::Bytes(left) if left.is_empty() => None,
            Pieces::Bytes(left) => {
                let room = left.len().min(PIECE);
                Some(Ok(left.split_to(room)))
            }
            Pieces::Stream(stream) => ready!(Pin::new(stream).poll_next(context)),
        };
        if let Some(Ok(piece)) = &next {
            self.taken += piece.len() as u64;
            (self.watch)(self.taken);
        }
        Poll::Ready(next)
    }
}

/// One after the other.
pub(crate) struct Chain(VecDeque<Pieces>);

impl Chain {
    pub(crate) fn new(parts: Vec<Pieces>) -> Self {
        Self(parts.into())
    }
}

impl Stream for Chain {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match self.0.front_mut() {
                None => return Poll::Ready(None),
                Some(Pieces::Bytes(bytes)) => {
                    let bytes = std::mem::take(bytes);
                    self.0.pop_front();
                    if !bytes.is_empty() {
                        return Poll::Ready(Some(Ok(bytes)));
                    }
                }
                Some(Pieces::Stream(stream)) => match ready!(Pin::new(stream).poll_next(context)) {
                    Some(piece) => return Poll::Ready(Some(piece)),
                    None => drop(self.0.pop_front()),
                },
            }
        }
    }
}

/// Waits for the next piece; for loops that read a stream to its end.
pub(crate) fn next(stream: &mut ByteStream) -> impl Future<Output = Option<Result<Bytes, TransportError>>> + Send + '_ {
    std::future::poll_fn(|context| Pin::new(&mut *stream).poll_next(context))
}
