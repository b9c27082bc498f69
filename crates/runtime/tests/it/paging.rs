//! Lists over pages, good and bad.

use std::pin::Pin;
use std::sync::{Arc, Mutex};

use apispec_runtime::{Error, ErrorKind, Items, Method, Operation, Page, Pages, Retry, Stream};

const LIST: Operation = Operation::new("list_numbers", Method::Get, "/numbers", Retry::Safe);

/// A list of `count` numbers, in pages of `size` from page 1, and the numbers of the pages that were fetched.
fn list(count: u32, size: u32, total: bool) -> (Pages<u32>, Arc<Mutex<Vec<i64>>>) {
    from(1, move |number| {
        let first = (u32::try_from(number).expect("a page") - 1) * size;
        Ok(Page { items: (first..count.min(first + size)).collect(), total: total.then_some(u64::from(count)) })
    })
}

fn from(start: i64, answer: impl Fn(i64) -> Result<Page<u32>, Error> + Send + Sync + 'static) -> (Pages<u32>, Arc<Mutex<Vec<i64>>>) {
    let (fetched, answer) = (Arc::new(Mutex::new(Vec::new())), Arc::new(answer));
    let record = Arc::clone(&fetched);
    let pages = Pages::new(&LIST, 1, start, move |number| {
        record.lock().expect("not poisoned").push(number);
        let answer = Arc::clone(&answer);
        async move { answer(number) }
    });
    (pages, fetched)
}

async fn all(items: Items<u32>) -> Vec<u32> {
    items.all().await.expect("all of it")
}

#[tokio::test]
async fn it_ends_with_the_total_or_an_empty_page() {
    for (count, size, total, expected) in
        [(5, 2, true, 3), (5, 2, false, 4), (4, 2, true, 2), (4, 2, false, 3), (0, 2, true, 1), (0, 2, false, 1), (1, 100, true, 1)]
    {
        let (pages, fetched) = list(count, size, total);
        assert_eq!(all(pages.items()).await, (0..count).collect::<Vec<_>>());
        assert_eq!(fetched.lock().expect("not poisoned").len(), expected, "{count} by {size}, {total}");
    }
}

#[tokio::test]
async fn nothing_is_fetched_before_it_is_asked_for() {
    let (mut pages, fetched) = list(5, 2, true);
    assert_eq!(fetched.lock().expect("not poisoned").len(), 0);
    assert_eq!(pages.next_page().await.expect("a page").expect("not the end").items, [0, 1]);
    assert_eq!((fetched.lock().expect("not poisoned").len(), pages.next_number()), (1, 2));
    let (mut later, _) = from(2, |number| Ok(Page { items: if number == 2 { vec![2, 3] } else { Vec::new() }, total: Some(4) }));
    assert_eq!(later.next_page().await.expect("a page").expect("not the end").items, [2, 3]);
    assert!(later.next_page().await.expect("the end").is_none());
    assert!(later.next_page().await.expect("still the end").is_none());
}

#[tokio::test]
async fn pages_are_a_stream_like_their_items() {
    fn next<S: Stream + Unpin>(stream: &mut S) -> impl Future<Output = Option<S::Item>> {
        std::future::poll_fn(|context| Pin::new(&mut *stream).poll_next(context))
    }
    let (mut pages, fetched) = list(3, 2, true);
    assert_eq!(next(&mut pages).await.expect("a page").expect("fetched").items, [0, 1]);
    assert_eq!(fetched.lock().expect("not poisoned").len(), 1);
    let mut items = pages.items();
    assert_eq!(next(&mut items).await.expect("an item").expect("fetched"), 2);
    assert!(next(&mut items).await.is_none());
    let (mut failing, _) = from(1, |_| Err(Error::new(ErrorKind::Transport, "cut")));
    assert!(next(&mut failing).await.expect("an end").is_err());
}

#[tokio::test]
async fn a_page_that_repeats_is_noticed() {
    let (pages, fetched) = from(1, |_| Ok(Page { items: vec![1, 2], total: Some(9) }));
    let error = pages.items().all().await.expect_err("the same for ever");
    assert_eq!((error.kind(), error.operation()), (&ErrorKind::RepeatedPage, "list_numbers"));
    assert_eq!(error.to_string(), "list_numbers: page 2 is the same as the one before, and only 2 of 9 items have come");
    assert_eq!(*fetched.lock().expect("not poisoned"), [1, 2]);
    let (pages, _) = from(1, |_| Ok(Page { items: vec![1, 2], total: None }));
    assert_eq!(all(pages.items()).await, [1, 2], "a server that repeats its last page");
}

#[tokio::test]
async fn after_a_failure_the_same_page_comes() {
    let failed = Mutex::new(false);
    let (mut pages, fetched) = from(1, move |number| {
        let mut failed = failed.lock().expect("not poisoned");
        if number == 2 && !std::mem::replace(&mut *failed, true) {
            return Err(Error::new(ErrorKind::Transport, "cut"));
        }
        Ok(Page { items: vec![u32::try_from(number).expect("a page")], total: Some(3) })
    });
    pages.next_page().await.expect("the first");
    pages.next_page().await.expect_err("cut");
    assert_eq!(pages.next_page().await.expect("the second").expect("not the end").items, [2]);
    assert_eq!(all(pages.items()).await, [3]);
    assert_eq!(*fetched.lock().expect("not poisoned"), [1, 2, 2, 3]);
}

#[tokio::test]
async fn a_number_that_no_page_has_is_asked_for_as_it_is() {
    let (mut pages, fetched) =
        from(-1, |number| Err(Error::new(ErrorKind::InvalidRequest { field: "page".to_owned() }, number.to_string())));
    assert_eq!(pages.next_page().await.expect_err("no such page").message(), "-1");
    assert_eq!(*fetched.lock().expect("not poisoned"), [-1]);
}
