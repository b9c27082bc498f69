//! Headers that every request of a client has, and keys that are more than one word.

use apispec_runtime::{Api, AuthScheme, Client, Method, Operation, Retry};

use super::server::{Server, reply};
use super::support::KEY;

static NONE: Api = Api::new("test", AuthScheme::None);
static WORDS: Api = Api::new("test", AuthScheme::Header("Authorization"));
static GET: Operation = Operation::new("get_it", Method::Get, "/it", Retry::Never);

#[tokio::test]
async fn are_sent_with_every_request_to_the_api_and_to_nobody_else() {
    let server = Server::replying(200, "{}").await;
    let builder =
        Client::builder(&NONE).base_url(server.url()).header("Authorization", format!("token {KEY}")).header("accept", "text/csv");
    let client = builder.build().expect("a client");
    client.call(&GET).send_unit().await.expect("done");
    assert_eq!(server.last().header("authorization"), Some(&*format!("token {KEY}")));
    assert_eq!(server.last().header("accept"), Some("text/csv"));
    client.call(&GET).header("authorization", "another").send_unit().await.expect("done");
    assert_eq!(server.last().header("authorization"), Some("another"), "a call has the last word");
    client.external("download", Method::Get, &format!("{}/file", server.url()).into()).send_unit().await.expect("done");
    assert_eq!(server.last().header("authorization"), None);
}

#[tokio::test]
async fn the_key_of_an_api_may_stand_behind_a_word() {
    let echoing = Server::start(|_, seen| {
        let sent = seen.header("authorization").unwrap_or_default();
        let secret = sent.rsplit(' ').next().unwrap_or_default();
        reply(400, "text/plain", &format!("{sent} and {secret}"))
    })
    .await;
    let client = Client::builder(&WORDS).base_url(echoing.url()).key(format!("Token  {KEY}\n")).build().expect("a client");
    let error = client.call(&GET).send_unit().await.expect_err("refused");
    assert_eq!(echoing.last().header("authorization"), Some(&*format!("Token  {KEY}")));
    assert!(!format!("{error} {error:?} {client:?}").contains("canary"), "{error:?}");
    assert!(error.to_string().contains("(key) and (key)"), "{error}");
}

#[tokio::test]
async fn no_form_of_a_key_is_shown() {
    static QUERY: Api = Api::new("test", AuthScheme::Query("api key"));
    static COOKIE: Api = Api::new("test", AuthScheme::Cookie("session"));
    static BASIC: Api = Api::new("test", AuthScheme::Basic);
    let echoing = Server::start(|_, seen| {
        let header = |name| seen.header(name).unwrap_or_default();
        let all = format!("{} {} {} {KEY}+/= {KEY}", seen.target, header("cookie"), header("authorization"));
        reply(400, "text/plain", &all)
    })
    .await;
    for (api, key, basic) in [
        (&QUERY, format!("{KEY}+/="), ""),
        (&COOKIE, format!("{KEY}+/="), ""),
        (&BASIC, format!("name:{KEY}"), "bmFtZTpjYW5hcnkta2V5LTdmM2E="),
        (&BASIC, format!("{KEY}:"), "Y2FuYXJ5LWtleS03ZjNhOg=="),
    ] {
        let builder = Client::builder(api).base_url(echoing.url()).key(key).header("x-org", "canary").header("x-token", KEY);
        let error = builder.build().expect("a client").call(&GET).send_unit().await.expect_err("refused");
        let shown = format!("{error} {error:?} {}", error.message());
        assert!(!shown.contains("7f3a") && (basic.is_empty() || !shown.contains(basic)), "{shown}");
        assert!(shown.contains("(key)"), "{shown}");
    }
    assert!(echoing.seen()[0].target.ends_with("?api%20key=canary-key-7f3a%2B%2F%3D"), "{:?}", echoing.seen()[0].target);
}

#[test]
fn are_secrets_too() {
    let builder = || Client::builder(&NONE).header("x-token", KEY);
    let error = builder().base_url("http://api.example.com").build().expect_err("anyone could read it");
    assert!(error.to_string().contains("over plain http"), "{error}");
    let client = builder().base_url("https://api.example.com").build().expect("a client");
    assert!(!format!("{client:?} {:?}", builder()).contains(KEY));
    for value in [format!("{KEY}\nx: y"), format!("{KEY}\u{e9}")] {
        let error = Client::builder(&NONE).base_url("https://api.example.com").header("x-token", value).build().expect_err("no header");
        assert!(error.to_string().starts_with("not set up: the value of the header x-token contains"), "{error}");
        assert!(!format!("{error} {error:?}").contains(KEY));
    }
}
