//! A large file -> parts at the links that the server has given, a few at a time, each repeated by itself until it has arrived.
//!
//! The links are secrets that need no key: neither the key of the client nor any header of its calls goes there. Dropping the upload ends
//! the parts that are on their way.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use apispec_runtime::{Client, Error, ErrorKind, Method, Result, Source};
use powerdrill_client::v2;
use powerdrill_client::v2::files::{MultipartUpload, UploadPart, UploadedPart};
use powerdrill_client::v2::types::{FileObjectKey, UserId};
use tokio::task::{JoinError, JoinSet};
use tokio::time::sleep;

use super::OPERATION;
use super::input::Opened;
use crate::progress::{Listener, Step};

/// How a part is called in errors.
const PART: &str = "upload_part";
/// How long to wait before a part that has failed, with all attempts of the client, is tried anew: a line that breaks comes back.
const PAUSES: [Duration; 2] = [Duration::from_secs(2), Duration::from_secs(8)];

/// Sends a file in parts.
pub(super) async fn send(
    client: &v2::Client,
    opened: Opened,
    user: Option<&UserId>,
    at_once: NonZeroUsize,
    meter: &Meter,
) -> Result<FileObjectKey> {
    let Opened { name, size, mut content } = opened;
    let local = |error: Error| error.during(OPERATION);
    let mut call = client.files().init_multipart_upload(name, i64::try_from(size).unwrap_or(i64::MAX));
    if let Some(user) = user {
        call = call.user_id(user);
    }
    let MultipartUpload { upload_id, file_object_key, part_items, .. } = call.send().await?;
    let planned = plan(part_items, size)?;
    let (mut under_way, mut arrived) = (JoinSet::new(), Vec::new());
    let mut start = 0;
    for (part, length) in planned {
        if under_way.len() >= at_once.get() {
            arrived.extend(under_way.join_next().await.map(joined).transpose()?);
        }
        let source = meter.watch(content.next(start, length).await.map_err(local)?);
        start += length;
        under_way.spawn(put(client.runtime().clone(), part, source));
    }
    while let Some(ended) = under_way.join_next().await {
        arrived.push(joined(ended)?);
    }
    content.ended(size).await.map_err(local)?;
    arrived.sort_by_key(|part: &UploadedPart| part.number);
    let mut call = client.files().complete_multipart_upload(file_object_key, upload_id, arrived);
    if let Some(user) = user {
        call = call.user_id(user);
    }
    Ok(call.send().await?.file_object_key)
}

/// The parts in the order of their numbers, with their sizes.
///
/// # Errors
///
/// `Decode`: they are not the file.
fn plan(mut parts: Vec<UploadPart>, size: u64) -> Result<Vec<(UploadPart, u64)>> {
    let wrong = |message: String| {
        let kind = ErrorKind::Decode { path: "part_items".to_owned() };
        Error::new(kind, message).during("init_multipart_upload")
    };
    parts.sort_by_key(|part| part.number);
    if let Some(twice) = parts.windows(2).find(|pair| pair[0].number == pair[1].number) {
        return Err(wrong(format!("part {} is there twice", twice[0].number)));
    }
    let mut planned = Vec::with_capacity(parts.len());
    let mut total = 0_u64;
    for part in parts {
        let length = u64::try_from(part.size).ok().filter(|length| *length > 0);
        let length = length.ok_or_else(|| wrong(format!("part {} has {} bytes", part.number, part.size)))?;
        total = total.saturating_add(length);
        planned.push((part, length));
    }
    if total != size {
        return Err(wrong(format!("the parts have {total} bytes, and the file has {size}")));
    }
    Ok(planned)
}

/// Sends one part until it has arrived. To send it twice does no harm: the later one replaces the earlier.
async fn put(client: Client, part: UploadPart, source: Source) -> Result<UploadedPart> {
    let mut pauses = PAUSES.iter();
    loop {
        let error = match put_once(&client, &part, source.clone()).await {
            Ok(arrived) => return Ok(arrived),
            Err(error) => error,
        };
        match pauses.next() {
            Some(pause) if error.is_retryable() => sleep(*pause).await,
            _ => return Err(error),
        }
    }
}

async fn put_once(client: &Client, part: &UploadPart, source: Source) -> Result<UploadedPart> {
    let call = client.external(PART, Method::Put, &part.upload_url).body(source, "application/octet-stream");
    // What the store says beside the headers is of no use.
    let reply = call.download().await.map_err(|error| match error.http_status() {
        Some(401 | 403 | 410) => error.saying(format!("the link for part {} was refused: it may have expired", part.number)),
        _ => error,
    })?;
    let etag = reply.headers().get("etag").and_then(|etag| etag.to_str().ok());
    let etag = etag.map(|etag| etag.strip_prefix("W/").unwrap_or(etag).trim_matches('"')).filter(|etag| !etag.is_empty());
    let etag = etag.ok_or_else(|| Error::new(ErrorKind::Http, format!("the reply to part {} has no ETag", part.number)).during(PART))?;
    Ok(UploadedPart::new(part.number, etag))
}

/// What a task gave. One that panicked goes on panicking here; the others end with the set.
fn joined(ended: Result<Result<UploadedPart>, JoinError>) -> Result<UploadedPart> {
    match ended.map_err(JoinError::try_into_panic) {
        Ok(result) => result,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        Err(Err(cancelled)) => Err(Error::new(ErrorKind::Transport, "the program is ending").caused_by(cancelled).during(PART)),
    }
}

/// Adds up what the parts have sent.
pub(super) struct Meter {
    listener: Listener,
    total: u64,
    sent: Arc<Mutex<u64>>,
}

impl Meter {
    pub(super) fn new(listener: Listener, total: u64) -> Self {
        Self { listener, total, sent: Arc::new(Mutex::new(0)) }
    }

    /// Counts a source in. What an attempt has sent is taken out again when the next one begins.
    pub(super) fn watch(&self, source: Source) -> Source {
        let (listener, total, sent) = (self.listener.clone(), self.total, Arc::clone(&self.sent));
        let before = AtomicU64::new(0);
        source.watched(move |taken| {
            // The listener is called under the lock, so that it is told everything in order.
            let mut sent = sent.lock().unwrap_or_else(PoisonError::into_inner);
            *sent = sent.saturating_sub(before.swap(taken, Ordering::Relaxed)).saturating_add(taken);
            listener.tell(Step::Sending, *sent, Some(total));
        })
    }
}

#[cfg(test)]
mod tests {
    use apispec_runtime::SecretText;
    use powerdrill_client::v2::files::UploadPart;
    use serde_json::json;

    use super::plan;

    fn parts(numbers_and_sizes: &[(i64, i64)]) -> Vec<UploadPart> {
        let part = |(number, size): &(i64, i64)| json!({"number": number, "size": size, "upload_url": "https://store.example.com/1"});
        numbers_and_sizes.iter().map(|one| serde_json::from_value(part(one)).expect("a part")).collect()
    }

    #[test]
    fn parts_are_put_in_order() {
        let planned = plan(parts(&[(2, 5), (10, 3), (1, 5)]), 13).expect("the file");
        assert_eq!(planned.iter().map(|(part, length)| (part.number, *length)).collect::<Vec<_>>(), [(1, 5), (2, 5), (10, 3)]);
        assert_eq!(planned[0].0.upload_url, SecretText::from("https://store.example.com/1"));
    }

    #[test]
    fn parts_that_are_not_the_file_are_refused() {
        for (wrong, expected) in [
            (parts(&[(1, 5), (2, 5)]), "the parts have 10 bytes, and the file has 13"),
            (parts(&[]), "the parts have 0 bytes, and the file has 13"),
            (parts(&[(1, 8), (1, 5)]), "part 1 is there twice"),
            (parts(&[(1, 13), (2, 0)]), "part 2 has 0 bytes"),
            (parts(&[(1, -13), (2, 26)]), "part 1 has -13 bytes"),
            (parts(&[(1, i64::MAX), (2, i64::MAX), (3, 15)]), "bytes, and the file has 13"),
        ] {
            let error = plan(wrong, 13).expect_err(expected).to_string();
            assert!(error.starts_with("init_multipart_upload: unreadable reply at part_items: "), "{error}");
            assert!(error.ends_with(expected), "{error}");
        }
    }
}
