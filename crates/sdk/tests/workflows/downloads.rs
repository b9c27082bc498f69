//! Downloads that arrive, break, go on, and start over.

use powerdrill::{ErrorKind, File};

use super::store::{Reply, Store, client};
use super::support::{Folder, Told};

const CONTENT: &[u8] = b"region,sales\nNorth,250\nSouth,150\n";

fn file(store: &Store) -> File {
    File::linked("sales.csv", store.link())
}

#[tokio::test]
async fn a_file_arrives_under_its_name_and_no_key_goes_along() {
    let (store, folder, told) = (Store::start([Reply::file(CONTENT)]).await, Folder::new(), Told::default());
    let download = file(&store).download(&client()).progress(told.listener());
    let path = download.save_to(folder.path().join("table.csv")).await.expect("the file");
    assert_eq!((std::fs::read(&path).expect("a file"), folder.names()), (CONTENT.to_vec(), vec!["table.csv".to_owned()]));
    let size = CONTENT.len() as u64;
    assert_eq!(told.all().last().map(|progress| (progress.done, progress.total)), Some((size, Some(size))));
    let request = &store.requests()[0];
    assert!(request.line.starts_with("GET /tables/sales.csv?signature=canary "), "{request:?}");
    assert!(!format!("{:?}", request.headers).contains("canary"), "{request:?}");
    assert!(request.header("x-pd-api-key").is_none() && request.header("range").is_none());
    assert_eq!(file(&store).download(&client()).bytes(CONTENT.len()).await.expect("the file"), CONTENT);
}

#[tokio::test]
async fn a_download_that_breaks_goes_on_where_it_broke() {
    let store = Store::start([Reply::file(CONTENT).cut(10), Reply::file(CONTENT).cut(5), Reply::file(CONTENT)]).await;
    let folder = Folder::new();
    let path = file(&store).download(&client()).save_in(folder.path()).await.expect("the file");
    assert_eq!(std::fs::read(&path).expect("a file"), CONTENT);
    assert_eq!(store.ranges(), [None, Some("bytes=10- \"v1\"".to_owned()), Some("bytes=15- \"v1\"".to_owned())]);
    assert_eq!(folder.names(), ["sales.csv"]);
    let store = Store::start([Reply::file(CONTENT).cut(10), Reply::file(CONTENT)]).await;
    assert_eq!(file(&store).download(&client()).bytes(100).await.expect("the file"), CONTENT);
    assert_eq!(store.ranges().len(), 2);
}

#[tokio::test]
async fn what_one_call_has_left_the_next_one_takes_up() {
    let folder = Folder::new();
    let path = folder.path().join("sales.csv");
    let broken = Store::start([Reply::file(CONTENT).cut(10), Reply::status(403)]).await;
    file(&broken).download(&client()).save_to(&path).await.expect_err("it broke, and then the link expired");
    assert_eq!(folder.names(), ["sales.csv.part", "sales.csv.part.etag"]);
    let fresh = Store::start([Reply::file(CONTENT)]).await;
    file(&fresh).download(&client()).save_to(&path).await.expect("the file");
    assert_eq!(fresh.ranges(), [Some("bytes=10- \"v1\"".to_owned())]);
    assert_eq!((std::fs::read(&path).expect("a file"), folder.names()), (CONTENT.to_vec(), vec!["sales.csv".to_owned()]));
}

#[tokio::test]
async fn a_rest_that_does_not_belong_to_the_beginning_is_not_taken() {
    let other = b"region,sales\nEast,999999\nWest,111111\n";
    let cut = || Reply::file(CONTENT).cut(10);
    let deaf = Reply { ranges: false, ..Reply::file(CONTENT) };
    let unversioned = || Reply::file(CONTENT).etag(None).cut(10);
    for (what, replies, expected) in [
        ("the file has changed, and the store says so", vec![cut(), Reply::file(other).etag(Some("\"v2\""))], &other[..]),
        ("the store gives no parts", vec![cut(), deaf], CONTENT),
        ("the store has no versions", vec![unversioned(), Reply::file(CONTENT).etag(None)], CONTENT),
        ("the version is a weak one", vec![cut().etag(Some("W/\"v1\"")), Reply::file(CONTENT).etag(Some("W/\"v1\""))], CONTENT),
        ("there is no rest", vec![cut(), Reply::file(b"short"), Reply::file(b"short")], b"short"),
    ] {
        let (store, folder) = (Store::start(replies).await, Folder::new());
        let path = file(&store).download(&client()).save_in(folder.path()).await.expect(what);
        assert_eq!(std::fs::read(&path).expect("a file"), expected, "{what}: {:?}", store.ranges());
        assert_eq!(folder.names(), ["sales.csv"], "{what}");
    }
}

#[tokio::test]
async fn a_store_that_ignores_the_version_is_noticed() {
    // It gives the rest of another version, although it was told which one is wanted.
    let rest = Reply {
        status: 206,
        content: b"999999".to_vec(),
        ranges: false,
        etag: Some("\"v2\""),
        headers: "content-range: bytes 10-15/16\r\n".to_owned(),
        ..Reply::file(b"")
    };
    let (store, folder) = (Store::start([Reply::file(CONTENT).cut(10), rest, Reply::file(CONTENT)]).await, Folder::new());
    let path = file(&store).download(&client()).save_in(folder.path()).await.expect("the file");
    assert_eq!(std::fs::read(&path).expect("a file"), CONTENT);
    assert_eq!(store.ranges(), [None, Some("bytes=10- \"v1\"".to_owned()), None]);
}

#[tokio::test]
async fn a_download_that_always_breaks_is_given_up() {
    let deaf = Reply { ranges: false, ..Reply::file(CONTENT) }.cut(10);
    let (store, folder) = (Store::start([deaf]).await, Folder::new());
    let error = file(&store).download(&client()).save_in(folder.path()).await.expect_err("it always breaks");
    assert_eq!((error.kind(), error.operation()), (&ErrorKind::StreamEnded, "download_file"));
    assert_eq!(store.requests().len(), 4, "it came no further than at first, three times");
    assert!(!folder.names().contains(&"sales.csv".to_owned()), "what is there is whole");
}

#[tokio::test]
async fn memory_has_a_limit() {
    let store = Store::start([Reply::file(CONTENT), Reply { sized: false, ..Reply::file(CONTENT) }]).await;
    for what in ["the length is known", "it is not"] {
        let error = file(&store).download(&client()).bytes(20).await.expect_err(what);
        assert_eq!(error.kind(), &ErrorKind::TooLarge { limit: 20 }, "{what}");
    }
    assert_eq!(store.requests().len(), 2, "not again");
}

#[tokio::test]
async fn nothing_is_replaced_in_a_folder_and_names_are_harmless() {
    let (store, folder) = (Store::start([Reply::file(CONTENT)]).await, Folder::new());
    folder.file("sales.csv", "mine");
    let results = folder.path().join("new/results");
    let (first, second) = (file(&store).download(&client()), file(&store).download(&client()));
    let (first, second) = tokio::join!(first.save_in(folder.path()), second.save_in(folder.path()));
    let mut names = [first, second].map(|path| path.expect("the file").file_name().expect("a name").to_string_lossy().into_owned());
    names.sort();
    assert_eq!(names, ["sales (2).csv", "sales (3).csv"]);
    assert_eq!(std::fs::read(folder.path().join("sales.csv")).expect("a file"), b"mine");
    let hostile = File::linked("../../escaped.csv", store.link());
    let path = hostile.download(&client()).save_in(&results).await.expect("the file");
    assert_eq!(path, results.join("escaped.csv"));
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_named() {
    let (store, folder) = (Store::start([Reply::file(CONTENT)]).await, Folder::new());
    let plain = folder.file("plain", "x");
    let missing = folder.path().join("no/such/folder/sales.csv");
    for (path, expected) in [
        (folder.path().to_owned(), "is a folder: name a file, or use `save_in`"),
        (missing, "cannot be written: No such file or directory"),
        (plain.join("sales.csv"), "cannot be written: Not a directory"),
    ] {
        let error = file(&store).download(&client()).save_to(&path).await.expect_err(expected);
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.to_string().starts_with(&format!("download_file: {}", path.display())), "{error}");
        assert!(matches!(error.kind(), ErrorKind::File { .. }));
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&plain, folder.path().join("linked.csv.part")).expect("a link");
        let error = file(&store).download(&client()).save_to(folder.path().join("linked.csv")).await.expect_err("a link");
        assert!(error.to_string().ends_with("linked.csv.part is there, and is not an ordinary file: remove it"), "{error}");
        assert_eq!(std::fs::read(&plain).expect("a file"), b"x");
    }
    let error = file(&store).download(&client()).save_in(&plain).await.expect_err("a file");
    assert!(error.to_string().contains("plain cannot be made: "), "{error}");
    assert!(store.requests().is_empty(), "nothing was asked for");
}
