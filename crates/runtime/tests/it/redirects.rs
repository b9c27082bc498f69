//! Two servers on this machine: what the first may make a client send to the second.

use apispec_runtime::{ErrorKind, Method, SecretText};
use serde_json::{Value, json};

use super::server::{Server, reply, reply_with};
use super::support::{CREATE, KEY, LIST, RENAME, client};

async fn pointing_to(status: u16, target: String) -> Server {
    Server::start(move |_, seen| {
        if seen.target == "/done" {
            reply(200, "application/json", r#"{"code":0,"data":"done"}"#)
        } else {
            reply_with(status, &[("location", target.as_str())], "")
        }
    })
    .await
}

#[tokio::test]
async fn neither_key_nor_body_reaches_another_origin() {
    for status in [301, 302, 303, 307, 308] {
        let second = Server::replying(200, r#"{"code":0}"#).await;
        let first = pointing_to(status, format!("{}/done", second.url())).await;
        for operation in [&CREATE, &LIST, &RENAME] {
            let call = client(&first.url()).call(operation).path("session_id", "s-1").json(&json!({"question": "canary"}));
            let error = call.send_unit().await.expect_err("not followed");
            assert_eq!(*error.kind(), ErrorKind::Redirect { host: "127.0.0.1".to_owned() });
            assert_eq!(error.http_status(), Some(status));
            assert_eq!(error.outcome_unknown(), status == 303);
        }
        assert_eq!((first.count(), second.count()), (3, 0), "{status}");
    }
}

#[tokio::test]
async fn streams_and_downloads_of_the_api_stay_too() {
    let second = Server::replying(200, "{}").await;
    let first = pointing_to(307, format!("{}/done", second.url())).await;
    let call = client(&first.url()).call(&CREATE).json(&json!({}));
    assert!(matches!(call.open_stream("stream").await.expect_err("not followed").kind(), ErrorKind::Redirect { .. }));
    let call = client(&first.url()).call(&LIST);
    assert!(matches!(call.download().await.expect_err("not followed").kind(), ErrorKind::Redirect { .. }));
    assert_eq!(second.count(), 0);
}

#[tokio::test]
async fn within_the_origin_only_what_is_safe_is_followed() {
    let server = pointing_to(307, "/done".to_owned()).await;
    let call = client(&server.url()).call(&RENAME).path("session_id", "s-1").json(&json!({"name": "n"}));
    assert_eq!(call.send::<Value>().await.expect("followed"), "done");
    let seen = server.last();
    assert_eq!((seen.method.as_str(), seen.text(), seen.header("x-test-key")), ("PATCH", r#"{"name":"n"}"#, Some(KEY)));
    let error = client(&server.url()).call(&CREATE).json(&json!({})).send_unit().await.expect_err("not followed");
    assert!(error.to_string().ends_with("this request must not be sent twice"), "{error}");
    assert_eq!(server.count(), 3);
    let server = pointing_to(303, "/done".to_owned()).await;
    let call = client(&server.url()).call(&RENAME).path("session_id", "s-1").json(&json!({"name": "n"}));
    assert_eq!(call.send::<Value>().await.expect("followed"), "done");
    assert_eq!((server.last().method.as_str(), server.last().body.len()), ("GET", 0));
}

#[tokio::test]
async fn loops_end() {
    let server = pointing_to(302, "/again".to_owned()).await;
    let error = client(&server.url()).call(&LIST).send_unit().await.expect_err("a loop");
    assert!(error.to_string().ends_with("there were too many redirects"), "{error}");
    assert_eq!(server.count(), 11);
}

#[tokio::test]
async fn what_a_caller_adds_is_for_the_first_server_only() {
    let second = Server::start(|number, seen| match (number, seen.target.as_str()) {
        (0, _) => reply_with(307, &[("location", "/again")], ""),
        _ => reply(200, "application/json", "[]"),
    })
    .await;
    let target = format!("{}/file", second.url());
    let first = Server::start(move |number, _| {
        let target = if number == 0 { "/within" } else { target.as_str() };
        reply_with(307, &[("location", target)], "")
    })
    .await;
    let link = SecretText::from(format!("{}/file?signature=s1", first.url()));
    let call = client(&first.url()).external("download", Method::Get, &link).json(&json!({"question": "canary"}));
    let call = call.header("authorization", "canary").header("cookie", "canary").header("range", "bytes=5-");
    call.send_unit().await.expect("a file");
    assert_eq!((first.count(), second.count()), (2, 2));
    for seen in first.seen() {
        assert_eq!((seen.header("authorization"), seen.text()), (Some("canary"), r#"{"question":"canary"}"#));
    }
    for seen in second.seen() {
        assert!(!format!("{:?} {}", seen.headers, seen.text()).contains("canary"), "{seen:?}");
        assert_eq!((seen.header("range"), seen.header("accept"), seen.body.len()), (Some("bytes=5-"), Some("application/json"), 0));
    }
}

#[tokio::test]
async fn presigned_links_are_followed_and_carry_nothing_of_the_client() {
    let second = Server::start(|_, _| reply(200, "text/csv", "a,b\n1,2\n")).await;
    let first = pointing_to(302, format!("{}/file?signature=s2", second.url())).await;
    let link = SecretText::from(format!("{}/file?signature=s1%2F", first.url()));
    let file = client(&first.url()).external("download", Method::Get, &link).download().await.expect("a file");
    assert_eq!((file.length(), file.content_type()), (Some(8), Some("text/csv")));
    assert_eq!(file.bytes(100).await.expect("all of it"), "a,b\n1,2\n");
    assert_eq!(first.last().target, "/file?signature=s1%2F", "as it was given");
    assert_eq!(second.last().target, "/file?signature=s2");
    for seen in [first.last(), second.last()] {
        assert!(seen.headers.iter().all(|(name, value)| name != "x-test-key" && !value.contains(KEY)), "{seen:?}");
    }
}
