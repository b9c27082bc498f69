//! What a caller gets wrong is said before anything goes out; what looks wrong and is not arrives as it is.

use powerdrill_client::{Error, v1, v2};

use wire::server::Server;
use wire::show;
use wire::support::{DONE, key, server, v1_client, v2_builder, v2_client};

/// A line for each failure, in the order in which they are given.
fn lines(errors: impl IntoIterator<Item = Error>) -> String {
    let line = |error: Error| {
        let line = show::error(&error);
        assert!(!error.outcome_unknown() && error.attempts() == 0, "something was sent: {error:?}");
        format!("{line}\n")
    };
    errors.into_iter().map(line).collect()
}

#[test]
fn a_client_that_cannot_work_is_not_made() {
    let url = "https://api.example.com";
    let v2 = || v2::Client::builder().base_url(url).user_id("user-1");
    let errors = [
        v2().build().expect_err("no key"),
        v2().key("").build().expect_err("an empty key"),
        v2().key(format!("{}\n{}", key(), key())).build().expect_err("a key with a newline"),
        v2().key(format!("Bearer {}", key())).build().expect_err("a key with a space"),
        v2().key(key()).base_url("api.example.com").build().expect_err("no scheme"),
        v2().key(key()).base_url("").build().expect_err("no address"),
        v2().key(key()).base_url("ftp://api.example.com").build().expect_err("another scheme"),
        v2().key(key()).base_url("https://user:word@api.example.com").build().expect_err("a password"),
        v2().key(key()).base_url("https://api.example.com/?a=1").build().expect_err("a query"),
        v2().key(key()).base_url("http://api.example.com").build().expect_err("plain http"),
        v2::Client::maxir("").key(key()).build().expect_err("no domain"),
        v2::Client::maxir("maxir.example.com/evil").key(key()).build().expect_err("a domain with a path"),
        v1::Client::builder().build().expect_err("no key"),
        v1::Client::builder().key(key()).base_url("api.example.com").build().expect_err("no scheme"),
    ];
    insta::assert_snapshot!(lines(errors), @"
    not set up: there is no key: set the environment variable POWERDRILL_PROJECT_API_KEY, or give it to the builder
    not set up: the key is empty
    not set up: the key contains a space, a line end or another character that no header may hold
    not set up: the key contains a space, a line end or another character that no header may hold
    not set up: the base URL has no scheme: write it like https://api.example.com
    not set up: the base URL is empty
    not set up: the base URL must begin with https://: write it like https://api.example.com
    not set up: the base URL contains a user name or password, which would end up in logs: leave it out
    not set up: the base URL contains `?` or `#`: leave out what follows
    not set up: the key would be sent to api.example.com over plain http, where anyone on the way can read it: use https
    not set up: domain must be a plain name such as acme.example.com, without a scheme and without slashes
    not set up: domain must be a plain name such as acme.example.com, without a scheme and without slashes
    not set up: there is no key: set the environment variable POWERDRILL_API_KEY, or give it to the builder
    not set up: the base URL has no scheme: write it like https://api.example.com
    ");
}

#[test]
fn variables_of_the_environment_are_named() {
    let from = |variables: &'static [(&'static str, &'static str)]| {
        let read = move |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        v2::Client::builder().with(|builder| builder.from_variables(read)).build()
    };
    let errors = [
        from(&[]).expect_err("no key"),
        from(&[("POWERDRILL_PROJECT_API_KEY", " ")]).expect_err("an empty key"),
        from(&[("POWERDRILL_PROJECT_API_KEY", "your-key"), ("POWERDRILL_API_URL", "api.example.com")]).expect_err("no scheme"),
    ];
    insta::assert_snapshot!(lines(errors), @"
    not set up: there is no key: set the environment variable POWERDRILL_PROJECT_API_KEY, or give it to the builder
    not set up: there is no key: set the environment variable POWERDRILL_PROJECT_API_KEY, or give it to the builder
    not set up: the base URL has no scheme: write it like https://api.example.com
    ");
    from(&[("POWERDRILL_PROJECT_API_KEY", "your-key\n"), ("POWERDRILL_API_URL", "https://api.example.com/v2/team/")]).expect("a client");
}

#[tokio::test]
async fn a_call_without_a_user_is_not_sent() {
    let server = server(200, DONE).await;
    let client = v2::Client::builder().key(key()).base_url(server.url()).build().expect("a client");
    let errors = [
        client.sessions().list().send().await.expect_err("no user"),
        client.sessions().create("Q3 review").send().await.expect_err("no user"),
        client.files().upload(("sales.csv", apispec_runtime::Source::bytes("a"))).send().await.expect_err("no user"),
    ];
    insta::assert_snapshot!(lines(errors), @"
    list_sessions: not set up: there is no user_id: give it to the call or to the builder of the client, or set the environment variable POWERDRILL_USER_ID
    create_session: not set up: there is no user_id: give it to the call or to the builder of the client, or set the environment variable POWERDRILL_USER_ID
    upload_file: not set up: there is no user_id: give it to the call or to the builder of the client, or set the environment variable POWERDRILL_USER_ID
    ");
    client.sessions().delete("session-1").user_id("user-2").send().await.expect("a user of its own");
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn what_the_server_would_refuse_is_not_sent() {
    let server = server(200, DONE).await;
    let client = v2_client(&server.url());
    let (jobs, sessions) = (client.jobs(), client.sessions());
    let ids = || (0..1001).map(|number| format!("datasource-{number}"));
    let errors = [
        sessions.create("Q3 review").max_contextual_job_history(11).send().await.expect_err("11 jobs"),
        sessions.create("Q3 review").max_contextual_job_history(-1).send().await.expect_err("fewer than none"),
        sessions.create("").send().await.expect_err("no name"),
        sessions.list().page_size(0).send().await.expect_err("an empty page"),
        jobs.create("session-1", "Which region grew?").datasource_ids(ids()).send().await.expect_err("1001 data sources"),
        jobs.create("session-1", "x".repeat(6001)).send().await.expect_err("a long question"),
        jobs.create("session-1", "").send().await.expect_err("no question"),
        jobs.create("session-1", "x".repeat(6001)).open_stream().await.expect_err("a long question"),
        jobs.create("session-1", "?").external_trace_id("x".repeat(129)).send().await.expect_err("a long trace id"),
        jobs.create("session-1", "?").external_trace_id("a\nb").send().await.expect_err("a trace id of two lines"),
        jobs.create("session-1", "?").header("x-more", "a\r\nb: c").send().await.expect_err("a header of two lines"),
        client.data_sources().create("dataset-1", "sales.csv").send().await.expect_err("no content"),
        client.datasets().update("dataset-1").send().await.expect_err("nothing to change"),
        client.files().init_multipart_upload("sales.csv", -1).send().await.expect_err("a negative size"),
        client.data_sources().presign("dataset-1", "datasource-1").expires_in(59).send().await.expect_err("a short life"),
    ];
    insta::assert_snapshot!(lines(errors), @"
    create_session: not sent: max_contextual_job_history is 11, but must be at most 10
    create_session: not sent: max_contextual_job_history is -1, but must be at least 0
    create_session: not sent: name has 0 characters, but needs at least 1
    list_sessions: not sent: page_size is 0, but must be at least 1
    create_job: not sent: datasource_ids has 1001 items, but may have at most 1000
    create_job: not sent: question has 6001 characters, but may have at most 6000
    create_job: not sent: question has 0 characters, but needs at least 1
    create_job: not sent: question has 6001 characters, but may have at most 6000
    create_job: not sent: x-pd-external-trace-id has 129 characters, but may have at most 128
    create_job: not sent: x-pd-external-trace-id contains a line end or another character that no header may hold
    create_job: not sent: x-more contains a line end or another character that no header may hold
    create_data_source: not sent: url or file_object_key must be given, but neither is
    update_dataset: not sent: name or description must be given, but neither is
    init_multipart_upload: not sent: file_size is -1, but must be at least 1
    presign_data_source: not sent: expires_in is 59, but must be at least 60
    ");
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn bounds_are_inclusive_and_count_characters() {
    let server = server(200, r#"{"code":0,"data":{"job_id":"job-1","blocks":[],"id":"session-1"}}"#).await;
    let client = v2_client(&server.url());
    let ids = (0..1000).map(|number| format!("datasource-{number}"));
    client.sessions().create("Q3 review").max_contextual_job_history(10).send().await.expect("10 jobs");
    client.jobs().create("session-1", "\u{95ee}".repeat(6000)).datasource_ids(ids).send().await.expect("6000 characters");
    assert_eq!(server.count(), 2);
}

#[tokio::test]
async fn ids_that_a_path_cannot_hold_are_not_sent() {
    let server = server(200, DONE).await;
    let (client, personal) = (v2_client(&server.url()), v1_client(&server.url()));
    let mut errors = Vec::new();
    for id in ["", ".", ".."] {
        errors.push(client.sessions().get(id).send().await.expect_err(id));
        errors.push(client.data_sources().get("dataset-1", id).send().await.expect_err(id));
        errors.push(personal.sessions().delete(id).send().await.expect_err(id));
    }
    insta::assert_snapshot!(lines(errors), @"
    get_session: not sent: session_id is empty
    get_data_source: not sent: datasource_id is empty
    delete_session: not sent: session_id is empty
    get_session: not sent: session_id is `.` or `..`, which a URL cannot hold
    get_data_source: not sent: datasource_id is `.` or `..`, which a URL cannot hold
    delete_session: not sent: session_id is `.` or `..`, which a URL cannot hold
    get_session: not sent: session_id is `.` or `..`, which a URL cannot hold
    get_data_source: not sent: datasource_id is `.` or `..`, which a URL cannot hold
    delete_session: not sent: session_id is `.` or `..`, which a URL cannot hold
    ");
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn any_other_id_arrives_as_it_is() {
    let server = server(200, DONE).await;
    let (client, personal) = (v2_client(&server.url()), v1_client(&server.url()));
    let ids = [
        "a/b",
        "50%",
        "%2F",
        "%2e%2e",
        "a?b=c",
        "a#b",
        "a b",
        " ",
        "a+b",
        "a&b",
        "a;b",
        "a:b",
        "a\\b",
        "..a",
        "a..",
        "...",
        "a\"b",
        "a'b",
        "a\r\nb",
        "\u{4f1a}\u{8bdd}-1",
        "caf\u{e9}",
        "\u{1f4c8}",
        "a\u{0}b",
        "~a_b-c.d",
    ];
    for id in ids {
        client.data_sources().delete(id, id).send().await.expect(id);
        let seen = last(&server);
        assert_eq!(segments(&seen), ["v2", "team", "datasets", id, "datasources", id], "{seen}");
        personal.data_sources().delete(id, "datasource-1").send().await.expect(id);
        let seen = last(&server);
        assert_eq!(segments(&seen), ["v1", "datasets", id, "datasources", "datasource-1"], "{seen}");
    }
}

#[tokio::test]
async fn searches_arrive_as_they_are() {
    let server = server(200, r#"{"code":0,"data":{"total_items":0,"page_number":1,"page_size":10,"records":[]}}"#).await;
    for text in ["Q3 & Q4", "a=b", "50%", "a+b", "#1", "\u{9500}\u{552e}", "a/b?c"] {
        v2_client(&server.url()).sessions().list().search(text).user_id(text).send().await.expect(text);
        let target = last(&server);
        let query = target.split_once('?').map(|(_, query)| query).unwrap_or_default();
        let values: Vec<String> = query.split('&').map(decoded).collect();
        assert_eq!(values, [format!("search={text}"), format!("user_id={text}")], "{target}");
    }
}

#[tokio::test]
async fn the_vendors_spellings_of_the_address_are_the_same_place() {
    let server = server(200, DONE).await;
    for end in ["", "/", "/v2/team", "/v2/team/"] {
        let client = v2_builder(&format!("{}{end}", server.url())).build().expect("a client");
        client.sessions().delete("session-1").send().await.expect("a reply");
        assert_eq!(last(&server), "/v2/team/sessions/session-1", "{end:?}");
    }
}

fn last(server: &Server) -> String {
    server.last().target
}

fn segments(target: &str) -> Vec<String> {
    target.split('/').skip(1).map(decoded).collect()
}

/// What a server makes of the escapes.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        bytes.push(*first);
        if let (b'%', [high, low, after @ ..]) = (first, rest) {
            let digits = std::str::from_utf8(&[*high, *low]).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
            *bytes.last_mut().expect("just pushed") = digits.expect("two digits");
            rest = after;
        }
    }
    String::from_utf8(bytes).expect("a text")
}
