//! Hostile input: it is refused clearly or answered rightly, and the sandbox stays up.

use std::time::Duration;

use serde_json::json;

use super::client::{Caller, raw, raw_at, send};
use super::frozen;
use crate::{Config, Delays, Limits, Sandbox};

#[tokio::test]
async fn large_slow_and_broken_requests_are_refused() {
    let limits = Limits { body: 1000, ..Limits::default() };
    let delays = Delays { head: Duration::from_millis(300), body: Duration::from_millis(300), ..Delays::default() };
    let sandbox = Sandbox::start(Config { limits, delays, ..Config::default() }).await.expect("it starts");
    let path = "/api/v2/team/sessions";
    let headers = [("x-pd-api-key", "key-1"), ("content-type", "application/json")];
    let large = send(&sandbox, "POST", path, &headers, &[b'x'; 1001]).await;
    assert_eq!((large.status, large.code()), (413, 300_001));
    let slow = raw(&sandbox, b"POST /api/v2/team/sessions HTTP/1.1\r\nhost: x\r\n").await;
    assert!(slow.status == 0 || slow.status == 408, "the head never ends, and the connection is closed: {slow:?}");
    let slow = raw(&sandbox, b"POST /api/v2/team/sessions HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 5\r\n\r\nab").await;
    assert_eq!(slow.status, 408, "the body never ends");
    assert_eq!(raw(&sandbox, b"\x16\x03\x01 not http\r\n\r\n").await.status, 400);
    for (body, said) in [
        (&b"{"[..], "/body: json"),
        (b"{\"name\":\"\xff\"}", "/body: json"),
        (b"[]", "/body: type"),
        (b"{\"name\":\"a\",\"user_id\":null}", "/body/user_id: type"),
        (b"", "/headers/content-type: media-type"),
    ] {
        let headers = [("x-pd-api-key", "key-1"), ("content-type", if body.is_empty() { "text/plain" } else { "application/json" })];
        let refused = send(&sandbox, "POST", path, &headers, body).await;
        assert_eq!(refused.status, 400);
        assert!(refused.text().contains(said), "{}", refused.text());
    }
    let sandbox = frozen(Config::default()).await;
    let parts = format!("{{\"part_etags\":[{}1]}}", "1,".repeat(4 << 20));
    let refused = send(&sandbox, "POST", "/api/v2/team/file/complete-multipart-upload", &headers, parts.as_bytes()).await;
    assert!(refused.status == 400 && refused.text().contains("/body: size"), "{}", refused.text());
    let deep = [vec![b'['; 400], vec![b']'; 400]].concat();
    assert!(send(&sandbox, "POST", path, &headers, &deep).await.text().contains("recursion limit"));
    let nothing = send(&sandbox, "POST", path, &[("x-pd-api-key", "key-1")], b"").await;
    assert!(nothing.text().contains("/body: required"), "{}", nothing.text());
    Caller::v2(&sandbox).session().await;
}

#[tokio::test]
async fn forms_that_are_none_are_refused() {
    let sandbox = frozen(Config::default()).await;
    let path = "/api/v2/team/file/upload-datasource";
    for (media, body, said) in [
        ("multipart/form-data", "", "boundary"),
        ("multipart/form-data; boundary=x", "--x--", "/body/file: required"),
        ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc\r\n--x--", "`filename`"),
        ("application/json", "{}", "media-type"),
        ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nabc", "/body"),
        ("multipart/form-data; boundary=x", "--x\r\nno colon\r\n\r\nabc\r\n--x--", "/body"),
        ("multipart/form-data; boundary=x", "--y\r\n\r\nabc\r\n--y--", "/body"),
        ("multipart/form-data; boundary=", "--\r\n\r\n----", "boundary"),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"user_id\"\r\n\r\n\u{fffd}\r\n--x--",
            "/body/file: required",
        ),
    ] {
        let refused = send(&sandbox, "POST", path, &[("x-pd-api-key", "key-1"), ("content-type", media)], body.as_bytes()).await;
        assert_eq!(refused.status, 400);
        assert!(refused.text().contains(said), "{}", refused.text());
    }
}

/// Requests that no client writes. None is a server's failure, and after each the sandbox answers the next.
#[tokio::test]
async fn requests_that_no_client_writes_are_refused() {
    let delays = Delays { head: Duration::from_millis(300), body: Duration::from_millis(300), ..Delays::default() };
    let sandbox = Sandbox::start(Config { delays, ..Config::default() }).await.expect("it starts");
    let post = |head: &str, body: &str| {
        format!("POST /api/v2/team/sessions HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-pd-api-key: key-1\r\n{head}\r\n{body}")
            .into_bytes()
    };
    let get = |target: &str| format!("GET {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-pd-api-key: key-1\r\n\r\n").into_bytes();
    let flood: String = (0..5000).map(|number| format!("x-header-{number}: value\r\n")).collect();
    let json = "content-type: application/json\r\n";
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("a flood of headers", post(&flood, "")),
        ("one endless header", post(&format!("x-long: {}\r\n", "a".repeat(2_000_000)), "")),
        ("an endless target", get(&format!("/api/v2/team/sessions?search={}", "a".repeat(200_000)))),
        ("two lengths", post(&format!("{json}content-length: 2\r\ncontent-length: 3\r\n"), "{}")),
        ("a negative length", post(&format!("{json}content-length: -2\r\n"), "{}")),
        ("a length that no body has", post(&format!("{json}content-length: 99999999999999999999\r\n"), "{}")),
        ("a length and chunks", post(&format!("{json}content-length: 2\r\ntransfer-encoding: chunked\r\n"), "0\r\n\r\n")),
        ("chunks of no size", post(&format!("{json}transfer-encoding: chunked\r\n"), "zz\r\n{}\r\n0\r\n\r\n")),
        ("a chunk that never comes", post(&format!("{json}transfer-encoding: chunked\r\n"), "ffffff\r\n{")),
        ("no header value", post("content-type\r\n", "")),
        ("a zero in a header", post("x-zero: a\0b\r\n", "")),
        ("another protocol", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec()),
        ("another version", b"GET / HTTP/9.9\r\n\r\n".to_vec()),
        ("a proxy's target", get("http://files.example.com/secret")),
        ("a path that leads up", get("/api/v2/team/../../../etc/passwd?user_id=user-1")),
        ("an encoded path that leads up", get("/files/sources/%2e%2e%2f%2e%2e%2fetc/passwd?expires=9999999999&signature=0")),
        ("a path that is no text", get("/api/v2/team/sessions/%ff%fe?user_id=user-1")),
        ("a zero in a path", get("/api/v2/team/sessions/%00?user_id=user-1")),
        ("a path of nothing but slashes", get("////////////")),
        ("a number that is none", get("/api/v2/team/sessions?user_id=user-1&page_number=99999999999999999999999")),
        ("the last page of all", get("/api/v2/team/sessions?user_id=user-1&page_number=9223372036854775807&page_size=9223372036854775807")),
        ("a fault that is none", post("x-sandbox-fault: cut=-1\r\n", "")),
        ("a fault that is no text", [&post("x-sandbox-fault: ", "")[..], b"\xff\r\n\r\n"].concat()),
        ("nothing", Vec::new()),
    ];
    for (what, request) in cases {
        let answer = tokio::time::timeout(Duration::from_secs(20), raw(&sandbox, &request)).await.unwrap_or_else(|_| panic!("{what}"));
        assert!(answer.status < 500, "{what}: {answer:?}");
        let accepted = answer.status == 200 && answer.code() == 0;
        assert_eq!(accepted, what == "the last page of all", "{what}: {answer:?}");
        Caller::v2(&sandbox).get("/sessions").await.data();
    }
}

#[tokio::test]
async fn many_connections_at_once_do_not_keep_others_out() {
    let sandbox = frozen(Config::default()).await;
    let mut silent = Vec::new();
    for _ in 0..300 {
        let mut stream = tokio::net::TcpStream::connect(sandbox.address()).await.expect("a connection");
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"GET /api/v2/team/sessions HTTP/1.1\r\nhost: x\r\n").await.expect("it is sent");
        silent.push(stream);
    }
    let calls: Vec<_> = (0..50)
        .map(|number| {
            let (address, name) = (sandbox.address(), format!("session {number}"));
            let body = json!({ "name": name, "user_id": "user-1" }).to_string();
            let request = format!(
                "POST /api/v2/team/sessions HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-pd-api-key: key-1\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                body.len()
            );
            tokio::spawn(async move { raw_at(address, request.as_bytes()).await.status })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.expect("it ends"), 200);
    }
    assert_eq!(Caller::v2(&sandbox).get("/sessions?page_size=100").await.data()["total_items"], 50);
    drop(silent);
}

#[tokio::test]
async fn names_that_lead_elsewhere_are_names() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let long = json!({ "name": format!("{}.csv", "n".repeat(5000)), "type": "FILE", "url": "https://files.example.com/plain.csv" });
    assert_eq!(caller.post("/datasources", long).await.code(), 300_004, "a name is cut off, and has lost its extension then");
    for name in ["../../etc/passwd.csv", "..\\..\\boot.csv", "/etc/shadow.csv", "a\u{0}b.csv", "\u{202e}vsc.csv", "a\r\nx: y.csv"] {
        let url = "https://files.example.com/plain.csv";
        sandbox.register_content(url, "a\n1\n");
        let source = caller.post("/datasources", json!({ "name": name, "type": "FILE", "url": url })).await.data();
        assert_eq!(source["status"], "synching");
        sandbox.advance(Duration::from_secs(1));
        let path = format!(
            "/datasets/{}/datasources/{}/presign",
            source["dataset_id"].as_str().expect("a text"),
            source["id"].as_str().expect("a text")
        );
        let link = caller.post(&path, json!({})).await.data()["presigned_url"].as_str().expect("a text").to_owned();
        let file = send(&sandbox, "GET", &link, &[], b"").await;
        assert_eq!((file.status, file.text().as_str()), (200, "a\n1\n"), "{name:?}");
        assert!(file.head.lines().all(|line| !line.starts_with("x: y")), "{name:?}: {}", file.head);
        let begun = caller.post("/file/init-multipart-upload", json!({ "file_name": name, "file_size": 4 })).await.data();
        let key = begun["file_object_key"].as_str().expect("a text");
        assert!(key.starts_with("temp/file-") && key.ends_with(".csv") && key.len() < 40, "{key}");
    }
}

#[tokio::test]
async fn odd_files_are_answered_or_explained() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let session = caller.session().await;
    for (name, content, said) in [
        ("header.csv", "a,b\n", "has a header and no rows"),
        ("quotes.csv", "a,b\n\"x,1\ny,2\n", "never closed"),
        ("broken.json", "[{", "is not JSON"),
        ("report.pdf", "%PDF-1.7", "does not read"),
        ("ragged.csv", "a,b\n1,2\n3\n", "fewer cells"),
        ("formula.csv", "a,b\n=cmd|' /C calc'!A0,2\nx,3\n", "total b is **5**"),
    ] {
        let dataset = caller.dataset(name, content).await;
        let answer = caller.ask(&session, &dataset, "What is the total b?").await;
        answer.data();
        assert!(answer.text().contains(said), "{name}: {}", answer.text());
    }
}

/// Small files that would take for ever, or all of the memory, if they were taken at their word.
#[tokio::test]
async fn small_files_that_ask_for_much_are_bounded() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let session = caller.session().await;
    let header = |count: usize| (0..count).map(|at| format!("sales {at}")).collect::<Vec<_>>().join(",");
    let objects = (0..10_000).map(|at| format!("{{\"k{at}\":{at}}}")).collect::<Vec<_>>().join(",");
    let files = [
        ("wide.csv", format!("{}\n{}\n", header(16_000), vec!["1"; 16_000].join(",")), "sales 0"),
        ("wider.csv", format!("{}\n1\n", header(100_000)), "it has 100000 columns"),
        ("gaps.csv", format!("{}\n{}", header(16_000), "1\n".repeat(16_000)), "more than 50000000 cells"),
        ("gaps.json", format!("[{objects}]"), "more than 50000000 cells"),
        ("endless.txt", "sales word ".repeat(200_000), "sales word"),
        ("quotes.txt", "“".repeat(300_000), "Nothing in the texts"),
        ("huge.csv", "Region,Sales\na,1e308\na,1e308\nb,-1e308\nb,-1e308\n".into(), "No row fulfils"),
        ("apart.csv", "Region,Sales\na,1e308\nb,-1e308\n".into(), "b: **-1000"),
    ];
    for (name, content, said) in files {
        let dataset = caller.dataset(name, content).await;
        let asked = caller.ask(&session, &dataset, "What is the total sales by region?");
        let answer = tokio::time::timeout(Duration::from_secs(60), asked).await.unwrap_or_else(|_| panic!("{name}"));
        answer.data();
        assert!(answer.text().contains(said), "{name}: {:.500}", answer.text());
    }
}

#[tokio::test]
async fn a_million_rows_are_counted() {
    let sandbox = frozen(Config::default()).await;
    let caller = Caller::v2(&sandbox);
    let mut text = String::from("Region,Sales\n");
    for row in 0..1_000_000 {
        text.push_str(if row % 4 == 0 { "North,3\n" } else { "South,1\n" });
    }
    let (session, dataset) = (caller.session().await, caller.dataset("big.csv", text).await);
    let answer = caller.ask(&session, &dataset, "What is the total sales by region?").await;
    assert!(answer.text().contains("North: **750000**") && answer.text().contains("South: **750000**"), "{}", answer.text());
}

#[tokio::test]
async fn the_same_seed_gives_the_same_ids() {
    let mut told = Vec::new();
    for seed in [1, 1, 2] {
        let sandbox = frozen(Config { seed, ..Config::default() }).await;
        let caller = Caller::v2(&sandbox);
        let session = caller.session().await;
        let job = caller.post("/jobs", json!({ "session_id": session, "question": "Why?" })).await;
        told.push((session, job.text()));
    }
    assert_eq!(told[0], told[1]);
    assert_ne!(told[0].0, told[2].0);
    assert!(told[0].1.contains("there is no data to answer it from"));
}
