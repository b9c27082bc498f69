//! Settings and environment variables -> a client, or one line that says what is wrong.

use apispec_runtime::{Api, AuthScheme, Client};

use super::server::Server;
use super::support::{API, KEY, LIST};

fn variables(name: &str) -> Option<String> {
    match name {
        "TEST_KEY" => Some(format!("{KEY}\n")),
        "TEST_URL" => Some("https://test.example.com/api/v2/team/".to_owned()),
        "TEST_USER_ID" => Some("user-7".to_owned()),
        _ => None,
    }
}

#[test]
fn from_variables() {
    let client = Client::builder(&API).from_variables(variables).build().expect("a client");
    assert_eq!(client.base_url(), "https://test.example.com/api");
    assert_eq!(client.parameter("user_id"), Some("user-7"));
    let client = Client::builder(&API).base_url("https://mine.example.com").parameter("user_id", "mine").from_variables(variables);
    let client = client.build().expect("a client");
    assert_eq!((client.base_url(), client.parameter("user_id")), ("https://mine.example.com", Some("mine")));
}

#[test]
fn servers() {
    let base = |client: apispec_runtime::ClientBuilder| client.key("k").build().map(|client| client.base_url().to_owned());
    assert_eq!(base(Client::builder(&API)).expect("a client"), "https://api.example.com/api");
    let hosted = base(Client::builder(&API).server("hosted", &[("domain", "acme.example.com")]));
    assert_eq!(hosted.expect("a client"), "https://acme.example.com/app/api");
}

#[test]
fn what_is_wrong_is_said() {
    let told = |result: Result<Client, apispec_runtime::Error>| result.expect_err("wrong").to_string();
    let with = || Client::builder(&API).key("k");
    for (told, expected) in [
        (
            told(Client::builder(&API).build()),
            "not set up: there is no key: set the environment variable TEST_KEY, or give it to the builder",
        ),
        (
            told(Client::builder(&API).from_variables(|_| Some(" ".to_owned())).build()),
            "not set up: there is no key: set the environment variable TEST_KEY, or give it to the builder",
        ),
        (told(Client::builder(&API).key("").build()), "not set up: the key is empty"),
        (told(with().base_url("api.example.com").build()), "not set up: the base URL has no scheme: write it like https://api.example.com"),
        (told(with().base_url("").build()), "not set up: the base URL is empty"),
        (told(with().server("hosted", &[]).build()), "not set up: the server needs a value for domain"),
        (told(with().server("other", &[]).build()), "not set up: there is no server called other"),
        (
            told(with().server("hosted", &[("domain", "https://x")]).build()),
            "not set up: domain must be a plain name such as acme.example.com, without a scheme and without slashes",
        ),
        (told(with().rate_limit(0.0).build()), "not set up: the rate limit must be a number above zero"),
        (told(with().user_agent("a\nb").build()), "not set up: the user agent cannot be a header"),
        (told(with().header("a b", "c").build()), "not set up: `a b` cannot be the name of a header"),
        (told(with().header("x-token", " ").build()), "not set up: the value of the header x-token is empty"),
    ] {
        assert_eq!(told, expected);
    }
    let client = with().build().expect("a client");
    let told = client.require("user_id").expect_err("no user").to_string();
    assert_eq!(
        told,
        "not set up: there is no user_id: give it to the call or to the builder of the client, or set the environment variable TEST_USER_ID"
    );
}

#[tokio::test]
async fn schemes() {
    static BEARER: Api = Api::new("bearer", AuthScheme::Bearer);
    static OPEN: Api = Api::new("open", AuthScheme::None);
    let server = Server::replying(200, "[]").await;
    for (api, expected) in [(&BEARER, Some("Bearer canary")), (&OPEN, None)] {
        let client = Client::builder(api).key("canary").base_url(server.url()).build().expect("a client");
        client.call(&LIST).send_unit().await.expect("a reply");
        assert_eq!(server.last().header("authorization"), expected);
    }
}

#[cfg(feature = "acs3")]
#[tokio::test]
async fn every_attempt_is_signed_anew() {
    const ENVIRONMENT: apispec_runtime::Environment = apispec_runtime::Environment {
        key_id: Some("EXAMPLE_ID"),
        key_secret: Some("EXAMPLE_SECRET"),
        security_token: Some("EXAMPLE_TOKEN"),
        ..apispec_runtime::Environment::NONE
    };
    static SIGNED: Api = Api::new("signed", AuthScheme::Acs3).environment(ENVIRONMENT);
    let server = Server::replying(503, "busy").await;
    let builder = || Client::builder(&SIGNED).base_url(server.url());
    let told = |builder: apispec_runtime::ClientBuilder| builder.build().expect_err("it is not complete").to_string();
    assert_eq!(
        told(builder()),
        "not set up: there is no id of the access key: set the environment variable EXAMPLE_ID, or give it to the builder"
    );
    assert_eq!(
        told(builder().access_key("canary-id", "two words")),
        "not set up: the secret of the access key contains a space, a line end or another character that no header may hold"
    );
    let injected = told(builder().access_key("canary-id,Signature=x", "canary-secret"));
    assert_eq!(injected, "not set up: the id of the access key contains a sign that would end it in the header with the signature");

    let client = builder().access_key("canary-id", "canary-secret").security_token("canary-token").build().expect("a client");
    let error = client.call(&LIST).send_unit().await.expect_err("it is busy");
    assert!(!format!("{error} {error:?} {client:?}").contains("canary"));
    let (first, last) = (server.seen().remove(0), server.last());
    assert!(server.count() > 1);
    assert_ne!(first.header("x-acs-signature-nonce"), last.header("x-acs-signature-nonce"));
    assert_ne!(first.header("authorization"), last.header("authorization"));
}

#[cfg(feature = "acs3")]
#[tokio::test]
async fn an_access_key_is_taken_as_a_whole() {
    const ENVIRONMENT: apispec_runtime::Environment = apispec_runtime::Environment {
        key_id: Some("ID"),
        key_secret: Some("SECRET"),
        security_token: Some("TOKEN"),
        ..apispec_runtime::Environment::NONE
    };
    static SIGNED: Api = Api::new("signed", AuthScheme::Acs3).environment(ENVIRONMENT);
    let whole = |name: &str| Some(format!(" canary-{name}\r\n"));
    let blank = |name: &str| Some(if name == "TOKEN" { " \n".to_owned() } else { format!("canary-{name}") });
    let server = Server::replying(200, "[]").await;
    let builder = || Client::builder(&SIGNED).base_url(server.url());
    for (builder, id, token) in [
        (builder().from_variables(whole), "canary-ID", Some("canary-TOKEN")),
        (builder().from_variables(blank), "canary-ID", None),
        (builder().from_variables(blank).from_variables(whole), "canary-ID", None),
        (builder().access_key("own-id", "own-secret").from_variables(whole), "own-id", None),
        (builder().from_variables(whole).access_key("own-id", "own-secret"), "own-id", None),
        (builder().security_token("own-token").from_variables(whole), "canary-ID", Some("own-token")),
        (builder().from_variables(whole).security_token("own-token"), "canary-ID", Some("own-token")),
    ] {
        builder.build().expect("a client").call(&LIST).send_unit().await.expect("a reply");
        let seen = server.last();
        assert!(seen.header("authorization").expect("a signature").contains(&format!("Credential={id},")), "{id} {token:?}");
        assert_eq!(seen.header("x-acs-security-token"), token);
    }
    let error = builder().access_key("own-id", "own-secret").security_token("").build().expect_err("an empty token");
    assert_eq!(error.to_string(), "not set up: the security token is empty");
}
