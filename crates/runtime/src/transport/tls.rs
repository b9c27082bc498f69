//! A ready configuration of rustls: cryptography from a feature, trust from the operating system.
//!
//! Nothing is installed for the whole process; a provider that the program has installed comes before the ones of the features.

use std::sync::{Arc, OnceLock};

use rustls::ClientConfig;
use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls_platform_verifier::Verifier;

pub(super) struct Tls {
    pub(super) config: ClientConfig,
    /// Why no server can be trusted, if that is so. Plain connections to this machine still work then.
    pub(super) untrusting: Option<String>,
}

/// The configuration. It is made once: reading the system's certificates takes milliseconds.
///
/// # Errors
///
/// There is no cryptography, as a sentence. It is asked again the next time, since a program may install some in between.
pub(super) fn config() -> Result<&'static Tls, String> {
    static MADE: OnceLock<Tls> = OnceLock::new();
    if let Some(made) = MADE.get() {
        return Ok(made);
    }
    let provider = provider().ok_or(
        "there is no cryptography for TLS: build with the feature `ring` or `aws-lc-rs`, \
         or install a provider for the process with `rustls::crypto::CryptoProvider::install_default`",
    )?;
    let made = make(provider)?;
    Ok(MADE.get_or_init(|| made))
}

fn make(provider: Arc<CryptoProvider>) -> Result<Tls, String> {
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("the cryptography does not fit TLS: {error}"))?;
    Ok(match Verifier::new(provider) {
        Ok(verifier) => {
            Tls { config: builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth(), untrusting: None }
        }
        Err(error) => Tls {
            config: builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth(),
            untrusting: Some(format!("no server can be trusted, since the system has no root certificates: {error}")),
        },
    })
}

fn provider() -> Option<Arc<CryptoProvider>> {
    CryptoProvider::get_default().cloned().or_else(built_in)
}

#[cfg(feature = "aws-lc-rs")]
fn built_in() -> Option<Arc<CryptoProvider>> {
    Some(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
}

#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
fn built_in() -> Option<Arc<CryptoProvider>> {
    Some(Arc::new(rustls::crypto::ring::default_provider()))
}

#[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
fn built_in() -> Option<Arc<CryptoProvider>> {
    None
}
