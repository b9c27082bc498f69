//! MAXIR AI runs under the domain of each customer: a host, and nothing that could lead elsewhere.

use powerdrill::{Client, ErrorKind};

fn address(domain: &str) -> Result<String, powerdrill::Error> {
    let client = Client::builder().maxir(domain).key("key-1").user_id("user-1").build()?;
    Ok(client.runtime().base_url().to_owned())
}

#[test]
fn a_domain_becomes_an_encrypted_address() {
    for (domain, expected) in [
        ("acme.example.com", "https://acme.example.com/app/api"),
        ("ACME.example.com", "https://acme.example.com/app/api"),
        ("acme.example.com:8443", "https://acme.example.com:8443/app/api"),
        ("192.0.2.1", "https://192.0.2.1/app/api"),
    ] {
        assert_eq!(address(domain).expect(domain), expected);
    }
    let before = Client::maxir("acme.example.com").key("key-1").build().expect("a client");
    assert_eq!(before.runtime().base_url(), "https://acme.example.com/app/api");
}

#[test]
fn what_is_no_domain_is_refused() {
    for wrong in [
        "",
        " ",
        "https://acme.example.com",
        "acme.example.com/x",
        "acme.example.com/../../",
        "acme.example.com\\@other.example.com",
        "user@acme.example.com",
        "user:word@acme.example.com",
        "acme.example.com?x=1",
        "acme.example.com#x",
        "acme.example.com\r\nx: y",
        "acme%2eexample.com",
        "{domain}",
        "acme.example.com:port",
        "acme.example.com:1:2",
        "acme.example.com:99999",
        ":443",
    ] {
        let error = address(wrong).expect_err(wrong);
        assert_eq!(error.kind(), &ErrorKind::Config, "{wrong:?}: {error}");
    }
}

#[test]
fn what_the_program_says_comes_before_the_environment() {
    let variables = |name: &str| match name {
        "POWERDRILL_PROJECT_API_KEY" => Some("key-1".to_owned()),
        "POWERDRILL_API_URL" => Some("https://other.example.com".to_owned()),
        _ => None,
    };
    let client = Client::builder().maxir("acme.example.com").with(|builder| builder.from_variables(variables)).build().expect("a client");
    assert_eq!(client.runtime().base_url(), "https://acme.example.com/app/api");
}
