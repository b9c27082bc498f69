//! Servers that cannot prove who they are: they are asked once, since a certificate does not get better.

use std::io::ErrorKind::UnexpectedEof;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use apispec_runtime::{BoxFuture, Client, ErrorKind, Operation, Transport, TransportError, TransportRequest, TransportResponse};
use rustls::pki_types::CertificateDer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::{ServerConfig, ServerConnection, SignatureAlgorithm, SignatureScheme};

use super::support::{CREATE, LIST, builder};

/// A key that signs nothing: the certificate is looked at first, and that is where it ends.
#[derive(Debug)]
struct NoKey;

impl SigningKey for NoKey {
    fn choose_scheme(&self, _: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        Some(Box::new(Self))
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for NoKey {
    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, rustls::Error> {
        Ok(vec![0; 64])
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP256_SHA256
    }
}

impl ResolvesServerCert for NoKey {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let certificate = CertificateDer::from(b"no certificate".to_vec());
        Some(Arc::new(CertifiedKey::new(vec![certificate], Arc::new(Self))))
    }
}

#[cfg(feature = "aws-lc-rs")]
use rustls::crypto::aws_lc_rs as cryptography;
#[cfg(not(feature = "aws-lc-rs"))]
use rustls::crypto::ring as cryptography;

/// A server whose certificate is none: its URL, and the number of connections it got.
fn impostor() -> (String, Arc<AtomicUsize>) {
    let config = ServerConfig::builder_with_provider(Arc::new(cryptography::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(NoKey));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("https://{}", listener.local_addr().expect("an address"));
    let (config, count) = (Arc::new(config), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            counted.fetch_add(1, Ordering::SeqCst);
            let mut tls = ServerConnection::new(Arc::clone(&config)).expect("a connection");
            let ended = tls.complete_io(&mut stream).expect_err("the client goes away");
            assert!(ended.kind() == UnexpectedEof || ended.get_ref().is_some_and(|error| error.is::<rustls::Error>()), "{ended:?}");
        }
    });
    (url, count)
}

async fn is_asked_once(client: &Client, operation: &'static Operation) -> String {
    let error = client.call(operation).json(&"?").send::<u8>().await.expect_err("another server");
    assert_eq!((error.kind(), error.attempts()), (&ErrorKind::Connect, 1), "{error}");
    assert!(!error.is_retryable() && !error.outcome_unknown(), "{error}");
    error.to_string()
}

#[tokio::test]
async fn a_certificate_that_is_none_is_looked_at_once() {
    let (url, count) = impostor();
    let client = builder(&url).build().expect("a client");
    let first = client.call(&LIST).send::<u8>().await.expect_err("another server");
    if *first.kind() == ErrorKind::Config {
        // Where the system has no root certificates, that is said, and nobody is asked.
        assert!(first.to_string().contains("no root certificates"), "{first}");
        assert_eq!(count.load(Ordering::SeqCst), 0);
        return;
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);
    for (operation, expected) in [(&LIST, 2), (&CREATE, 3)] {
        let error = is_asked_once(&client, operation).await;
        assert!(error.contains("127.0.0.1 cannot be trusted: invalid peer certificate"), "{error}");
        assert_eq!(count.load(Ordering::SeqCst), expected);
    }
}

/// Any transport can say so.
#[tokio::test]
async fn a_transport_that_trusts_nobody_is_used_once() {
    struct Untrusting(AtomicUsize);
    impl Transport for Untrusting {
        fn send(&self, _: TransportRequest) -> BoxFuture<'_, Result<TransportResponse, TransportError>> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Box::pin(async { Err(TransportError::untrusted("another name")) })
        }
    }
    let transport = Arc::new(Untrusting(AtomicUsize::new(0)));
    let shared: Arc<dyn Transport> = Arc::clone(&transport) as _;
    let client = builder("https://api.example.com").transport(shared).build().expect("a client");
    assert_eq!(is_asked_once(&client, &LIST).await, "list_sessions: no connection: api.example.com cannot be trusted: another name");
    is_asked_once(&client, &CREATE).await;
    assert_eq!(transport.0.load(Ordering::SeqCst), 2);
}
