//! Forms with files, and bodies that are read while they are sent.

use std::io::Write;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use apispec_runtime::{Bytes, ErrorKind, Method, Multipart, Part, SecretText, Source, Stream, Timeouts};

use super::server::{Server, reply};
use super::support::{CREATE, RENAME, builder, client};

const OK: &str = r#"{"code":0}"#;
const BOUNDARY: &str = "boundary-80000000000000008000000000000000";

/// A file that is there for one test.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str, content: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("apispec-runtime-{}-{name}", std::process::id()));
        std::fs::File::create(&path).and_then(|mut file| file.write_all(content)).expect("a file");
        Self(path)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

/// Pieces with a pause before each.
struct Slowly {
    left: usize,
    pause: Pin<Box<tokio::time::Sleep>>,
}

impl Slowly {
    fn new(pieces: usize) -> Self {
        Self { left: pieces, pause: Box::pin(tokio::time::sleep(Duration::ZERO)) }
    }
}

impl Stream for Slowly {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        std::task::ready!(self.pause.as_mut().poll(context));
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        self.pause = Box::pin(tokio::time::sleep(Duration::from_millis(60)));
        Poll::Ready(Some(Ok(Bytes::from_static(b"piece "))))
    }
}

#[tokio::test]
async fn a_form_byte_for_byte() {
    let server = Server::replying(200, OK).await;
    let file = Temporary::new("sales.csv", b"a,b\n1,2\n");
    let form = Multipart::new()
        .text("purpose", "\u{4e2d}\r\n--x")
        .part(Part::file("file", "qu\"ote\r\n.csv", Source::bytes("x,y")).content_type("text/csv"))
        .part(Part::path("second", &file.0));
    client(&server.url()).call(&CREATE).multipart(form).fill_body("user_id", "user_id").send_unit().await.expect("a reply");
    let seen = server.last();
    let name = file.0.file_name().and_then(|name| name.to_str()).expect("a name");
    let expected = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"user_id\"\r\n\r\nuser-1\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\n\u{4e2d}\r\n--x\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"qu%22ote%0D%0A.csv\"\r\nContent-Type: text/csv\r\n\r\nx,y\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"second\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n\
         a,b\n1,2\n\r\n--{BOUNDARY}--\r\n"
    );
    assert_eq!(seen.text(), expected);
    assert_eq!(seen.header("content-type"), Some(format!("multipart/form-data; boundary={BOUNDARY}").as_str()));
    assert_eq!(seen.header("content-length"), Some(expected.len().to_string().as_str()));
}

#[tokio::test]
async fn a_stream_of_unknown_length_is_sent_in_chunks() {
    let server = Server::replying(200, OK).await;
    let form = Multipart::new().part(Part::file("file", "f", Source::stream(Slowly::new(3), None)));
    client(&server.url()).call(&CREATE).multipart(form).send_unit().await.expect("a reply");
    assert!(server.last().text().contains("\r\n\r\npiece piece piece \r\n--"), "{}", server.last().text());
    assert_eq!((server.last().header("transfer-encoding"), server.last().header("content-length")), (Some("chunked"), None));
}

#[tokio::test]
async fn files_are_sent_again_and_streams_are_not() {
    let file = Temporary::new("again", &[7; 200_000]);
    for (source, expected) in [(Source::file(&file.0), 3), (Source::bytes(vec![7; 200_000]), 3), (Source::stream(Slowly::new(1), None), 1)]
    {
        let server = Server::start(|_, _| reply(503, "text/html", "busy")).await;
        let call = client(&server.url()).call(&RENAME).path("session_id", "s").body(source, "application/octet-stream");
        call.send_unit().await.expect_err("busy");
        assert_eq!(server.count(), expected);
        assert!(server.seen().windows(2).all(|pair| pair[0].body == pair[1].body), "the same each time");
    }
}

#[tokio::test]
async fn what_is_taken_to_be_sent_is_told_for_each_attempt() {
    let file = Temporary::new("watched", &[7; 150_000]);
    for source in [Source::file(&file.0), Source::bytes(vec![7; 150_000])] {
        let server =
            Server::start(|number, _| if number == 0 { reply(503, "text/html", "busy") } else { reply(200, "application/json", OK) }).await;
        let told = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&told);
        let source = source.watched(move |taken| record.lock().expect("not poisoned").push(taken));
        let call = client(&server.url()).call(&RENAME).path("session_id", "s").body(source, "application/octet-stream");
        call.send_unit().await.expect("a reply");
        assert_eq!(server.seen().iter().map(|request| request.body.len()).collect::<Vec<_>>(), [150_000; 2]);
        assert_eq!(server.last().header("content-length"), Some("150000"));
        let each = [0, 65_536, 131_072, 150_000];
        assert_eq!(*told.lock().expect("not poisoned"), [each, each].concat());
    }
}

#[tokio::test]
async fn a_part_of_a_file_to_a_presigned_address() {
    let server = Server::start(|_, _| reply(200, "application/xml", "")).await;
    let file = Temporary::new("parts", b"0123456789");
    let link = SecretText::from(format!("{}/part?n=1", server.url()));
    let call = client(&server.url()).external("upload_part", Method::Put, &link).body(Source::file_range(&file.0, 3..7), "");
    let reply = call.send_raw::<Option<String>>().await.expect("a reply");
    assert_eq!(reply.status(), 200);
    assert_eq!((server.last().text(), server.last().header("content-length")), ("3456", Some("4")));
    let call = client(&server.url()).external("upload_part", Method::Put, &link).body(Source::file_range(&file.0, 3..70), "");
    let error = call.send_unit().await.expect_err("too short");
    assert!(error.to_string().ends_with("it has 10 bytes, which is less than asked for"), "{error}");
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_before_anything_is_sent() {
    let server = Server::replying(200, OK).await;
    for (source, expected) in [
        (
            Source::file("/no/such/file"),
            "create_job: not sent: the upload cannot be read (/no/such/file): No such file or directory (os error 2)",
        ),
        (Source::file("/"), "create_job: not sent: the upload cannot be read (/): it is a folder"),
    ] {
        let call = client(&server.url()).call(&CREATE).multipart(Multipart::new().part(Part::file("file", "f", source)));
        let error = call.send_unit().await.expect_err(expected);
        assert_eq!(error.to_string(), expected);
    }
    let part = Part::file("file", "f", Source::bytes("x")).content_type("text/csv\r\nx: y");
    let call = client(&server.url()).call(&CREATE).multipart(Multipart::new().part(part));
    assert!(matches!(call.send_unit().await.expect_err("a line end").kind(), ErrorKind::InvalidRequest { .. }));
    assert_eq!(server.count(), 0);
}

/// Fails after its first piece.
struct Failing(u8);

impl Stream for Failing {
    type Item = Result<Bytes, std::io::Error>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0 += 1;
        Poll::Ready(Some(if self.0 == 1 { Ok(Bytes::from_static(b"x")) } else { Err(std::io::Error::other("the disk is gone")) }))
    }
}

#[tokio::test]
async fn a_source_that_fails_on_the_way_is_told_apart_from_the_connection() {
    let server = Server::replying(200, OK).await;
    let call = client(&server.url()).call(&CREATE).body(Source::stream(Failing(0), None), "text/csv");
    let error = call.send_unit().await.expect_err("no disk");
    assert_eq!(error.to_string(), "create_job: the connection broke: the body of the request could not be read: the disk is gone");
    assert_eq!(server.count(), 0, "no request was complete");
}

#[tokio::test]
async fn a_slow_upload_is_not_a_silent_server() {
    let server = Server::replying(200, OK).await;
    let short = Duration::from_millis(300);
    let client =
        builder(&server.url()).timeouts(Timeouts::default().first_byte(short).attempt(short).total(short)).build().expect("a client");
    let call = client.call(&CREATE).body(Source::stream(Slowly::new(12), Some(72)), "text/plain");
    call.send_unit().await.expect("slow, and not silent");
    assert_eq!(server.last().body.len(), 72);
    let call = client.call(&CREATE).body(Source::stream(Slowly::new(12), Some(72)), "text/plain").timeout(short);
    assert!(call.send_unit().await.expect_err("its own time counts").is_timeout());
}

#[tokio::test]
async fn whatever_becomes_a_part_gets_the_name_that_the_server_wants() {
    let server = Server::start(|_, _| reply(200, "application/json", OK)).await;
    let file = Temporary::new("named.csv", b"a,b");
    let name = file.0.file_name().expect("a name").to_string_lossy().into_owned();
    let parts = [
        (Part::from(file.0.as_path()), name.as_str()),
        (Part::from(file.0.clone()), name.as_str()),
        (Part::from(("sales.csv", Source::bytes("a,b"))), "sales.csv"),
        (Part::file("another", "x.csv", Source::bytes("a,b")), "x.csv"),
    ];
    for (part, file_name) in parts {
        client(&server.url())
            .call(&RENAME)
            .path("session_id", "s-1")
            .multipart(Multipart::new().named("table", part))
            .send_unit()
            .await
            .expect("sent");
        let head = format!("name=\"table\"; filename=\"{file_name}\"\r\nContent-Type: application/octet-stream\r\n\r\na,b\r\n");
        assert!(server.last().text().contains(&head), "{}", server.last().text());
    }
}
