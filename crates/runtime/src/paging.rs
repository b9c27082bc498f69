//! Lists that come in numbered pages -> pages, or items one by one.

use std::fmt;
use std::future::Future;
use std::hash::{DefaultHasher, Hasher};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;
use serde::Serialize;

use crate::clock::BoxFuture;
use crate::error::{Error, ErrorKind};
use crate::operation::Operation;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// How many items the whole list has, if the server says it.
    pub total: Option<u64>,
}

/// A page on its way.
type Fetching<T> = BoxFuture<'static, Result<Page<T>, Error>>;

/// A list that is fetched page by page, when the next one is asked for.
///
/// Also a `Stream`. It ends with the first empty page, or when as many items have come as the server says there are. The size of a page means nothing:
/// servers give less than they are asked for. A server that gives the same page again is not asked for ever.
#[must_use = "nothing is fetched until a page is asked for"]
pub struct Pages<T> {
    operation: &'static str,
    fetch: Box<dyn FnMut(i64) -> Fetching<T> + Send>,
    underway: Option<Fetching<T>>,
    number: i64,
    /// The items that came before the next page; unknown when the caller did not start with the first page.
    seen: Option<u64>,
    last: Option<u64>,
    ended: bool,
}

impl<T: Serialize> Pages<T> {
    /// Starts with page number `start`, where the list begins with number `first`; `fetch` gets a page of the operation by its number.
    ///
    /// Starting later takes up a list where an earlier run stopped: see [`next_number`](Self::next_number).
    pub fn new<F, R>(operation: &Operation, first: i64, start: i64, mut fetch: F) -> Self
    where
        F: FnMut(i64) -> R + Send + 'static,
        R: Future<Output = Result<Page<T>, Error>> + Send + 'static,
    {
        Self {
            operation: operation.name(),
            fetch: Box::new(move |number| Box::pin(fetch(number))),
            underway: None,
            number: start,
            seen: (start == first).then_some(0),
            last: None,
            ended: false,
        }
    }

    /// Gives the number of the page that comes next.
    #[must_use]
    pub fn next_number(&self) -> i64 {
        self.number
    }

    /// Fetches the next page; `None` after the last. When it fails it can be asked again, and fetches the same page.
    ///
    /// # Errors
    ///
    /// Those of the call, and [`ErrorKind::RepeatedPage`].
    pub async fn next_page(&mut self) -> Result<Option<Page<T>>, Error> {
        std::future::poll_fn(|context| self.poll_page(context)).await
    }

    /// Gives the items one by one.
    pub fn items(self) -> Items<T> {
        Items { pages: self, page: Vec::new().into_iter() }
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<Page<T>>, Error>> {
        if self.ended {
            return Poll::Ready(Ok(None));
        }
        let Self { fetch, underway, number, .. } = self;
        let fetched = ready!(underway.get_or_insert_with(|| fetch(*number)).as_mut().poll(context));
        self.underway = None;
        Poll::Ready(fetched.and_then(|page| self.took(page)))
    }

    fn took(&mut self, page: Page<T>) -> Result<Option<Page<T>>, Error> {
        if page.items.is_empty() {
            self.ended = true;
            return Ok(None);
        }
        let print = fingerprint(&page.items);
        if print.is_some() && print == self.last {
            self.ended = true;
            // A server that does not know more pages repeats its last one. With items missing, it is something worse.
            return match (self.seen, page.total) {
                (Some(seen), Some(total)) if seen < total => {
                    let message = format!("page {} is the same as the one before, and only {seen} of {total} items have come", self.number);
                    Err(Error::new(ErrorKind::RepeatedPage, message).during(self.operation))
                }
                _ => Ok(None),
            };
        }
        self.last = print;
        self.number = self.number.saturating_add(1);
        self.seen = self.seen.map(|seen| seen.saturating_add(page.items.len() as u64));
        self.ended = matches!((self.seen, page.total), (Some(seen), Some(total)) if seen >= total);
        Ok(Some(page))
    }
}

/// Two pages with the same items have the same print. `None` if they cannot be written, and then nothing is compared.
fn fingerprint<T: Serialize>(items: &[T]) -> Option<u64> {
    struct Hashed(DefaultHasher);
    impl std::io::Write for Hashed {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.write(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut hashed = Hashed(DefaultHasher::new());
    serde_json::to_writer(&mut hashed, items).ok()?;
    Some(hashed.0.finish())
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pages").field("next_number", &self.number).finish_non_exhaustive()
    }
}

impl<T: Serialize> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_page(context).map(Result::transpose)
    }
}

/// The items of a list, one by one. Also a `Stream`.
#[must_use = "nothing is fetched until an item is asked for"]
pub struct Items<T> {
    pages: Pages<T>,
    page: vec::IntoIter<T>,
}

impl<T: Serialize> Items<T> {
    /// Gives the next item, fetching a page if need be; `None` after the last.
    ///
    /// # Errors
    ///
    /// Those of [`Pages::next_page`].
    pub async fn next_item(&mut self) -> Result<Option<T>, Error> {
        std::future::poll_fn(|context| self.poll_item(context)).await
    }

    /// Fetches everything that is left.
    ///
    /// # Errors
    ///
    /// Those of [`Pages::next_page`].
    pub async fn all(mut self) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while let Some(item) = self.next_item().await? {
            all.push(item);
        }
        Ok(all)
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<T>, Error>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Ok(Some(item)));
            }
            match ready!(self.pages.poll_page(context))? {
                Some(page) => self.page = page.items.into_iter(),
                None => return Poll::Ready(Ok(None)),
            }
        }
    }
}

// Nothing in it is pinned: futures are boxed, and items are moved out.
impl<T> Unpin for Items<T> {}

impl<T: Serialize> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_item(context).map(Result::transpose)
    }
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}
