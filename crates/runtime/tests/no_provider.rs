//! A build that brings no cryptography: an error that says so, and no panic. A transport of one's own works without.

#![cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]

use std::sync::Arc;

use apispec_runtime::{
    Api, AuthScheme, BoxFuture, Client, ErrorKind, Method, Transport, TransportError, TransportRequest, TransportResponse,
};

static API: Api = Api::new("test", AuthScheme::Bearer);

#[test]
fn the_builder_says_what_is_missing() {
    let error = Client::builder(&API).key("k").base_url("https://api.example.com").build().expect_err("no cryptography");
    assert_eq!(*error.kind(), ErrorKind::Config);
    assert!(error.to_string().starts_with("not set up: there is no cryptography for TLS: build with the feature"), "{error}");
}

struct Canned;

impl Transport for Canned {
    fn send(&self, _: TransportRequest) -> BoxFuture<'_, Result<TransportResponse, TransportError>> {
        Box::pin(async { Ok(TransportResponse::new(200, "7")) })
    }
}

#[tokio::test]
async fn a_transport_of_ones_own_needs_none() {
    let client = Client::builder(&API).key("k").base_url("https://api.example.com").transport(Arc::new(Canned)).build();
    assert_eq!(client.expect("a client").request(Method::Get, "/x").send::<u8>().await.expect("a reply"), 7);
}
