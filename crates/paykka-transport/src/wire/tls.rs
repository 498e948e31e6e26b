//! TLS 1.2 and up by rustls, with an explicit provider, no early data (it could be replayed), and no way to take a
//! certificate unseen.

use std::fmt;
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use super::settings::WireSettings;
use crate::Error;

/// Which certificate authorities are trusted to vouch for the server.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Roots {
    /// Those of this machine.
    #[default]
    Platform,
    /// Those of this machine, and these beside them: PEM text with one or more certificates.
    PlatformAnd(Vec<u8>),
    /// Mozilla's, built into the program, for machines that have none.
    #[cfg(feature = "bundled-roots")]
    Bundled,
    /// These alone, as PEM text with one or more certificates.
    Only(Vec<u8>),
}

impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Platform => "Platform",
            Self::PlatformAnd(_) => "PlatformAnd(..)",
            #[cfg(feature = "bundled-roots")]
            Self::Bundled => "Bundled",
            Self::Only(_) => "Only(..)",
        })
    }
}

/// A certificate with its private key, by which this client shows who it is (mTLS).
///
/// With TLS 1.3 a server refuses a certificate while the request is on its way already, so such a call counts as one that may
/// have been executed, though it wasn't; with TLS 1.2 it counts as unsent.
pub struct ClientIdentity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl ClientIdentity {
    /// The certificate, those that vouch for it, and the private key (PKCS#8, PKCS#1 or SEC1), each as PEM text.
    ///
    /// # Errors
    /// [`Error::is_config`] for a text without certificate or key.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<Self, Error> {
        let chain = certificates(chain, "the client certificate")?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| {
            Error::config_because(
                "the client certificate's key can't be read",
                "give a PEM private key (-----BEGIN PRIVATE KEY-----)",
                error,
            )
        })?;
        Ok(Self { chain, key })
    }
}

impl Clone for ClientIdentity {
    fn clone(&self) -> Self {
        Self { chain: self.chain.clone(), key: self.key.clone_key() }
    }
}

/// The key is left out.
impl fmt::Debug for ClientIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientIdentity").field("certificates", &self.chain.len()).finish_non_exhaustive()
    }
}

pub(super) fn config(settings: &WireSettings) -> Result<ClientConfig, Error> {
    let provider = provider();
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::config_because("TLS can't be set up", "report this", error))?;
    let builder = match &settings.roots {
        _ if !settings.has_tls => builder.with_root_certificates(RootCertStore::empty()),
        Roots::Platform => builder.dangerous().with_custom_certificate_verifier(platform(&[], provider)?),
        Roots::PlatformAnd(pem) => {
            let more = certificates(pem, "a root certificate")?;
            builder.dangerous().with_custom_certificate_verifier(platform(&more, provider)?)
        }
        #[cfg(feature = "bundled-roots")]
        Roots::Bundled => builder.with_root_certificates(bundled()),
        Roots::Only(pem) => builder.with_root_certificates(root_store(pem)?),
    };
    let config = match settings.identity.clone() {
        None => builder.with_no_client_auth(),
        Some(ClientIdentity { chain, key }) => {
            builder.with_client_auth_cert(chain, key).map_err(|error| {
                Error::config_because(
                    "the client certificate can't be used",
                    "give the private key that belongs to it",
                    error,
                )
            })?
        }
    };
    #[cfg(feature = "http2")]
    let config = {
        let mut config = config;
        if settings.http2 {
            config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        }
        config
    };
    Ok(config)
}

/// The backend that signs is the backend that encrypts.
fn provider() -> Arc<CryptoProvider> {
    #[cfg(feature = "aws-lc-rs")]
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    #[cfg(not(feature = "aws-lc-rs"))]
    let provider = rustls::crypto::ring::default_provider();
    Arc::new(provider)
}

fn platform(more: &[CertificateDer<'static>], provider: Arc<CryptoProvider>) -> Result<Arc<Verifier>, Error> {
    let verifier = if more.is_empty() {
        Verifier::new(provider)
    } else {
        Verifier::new_with_extra_roots(more.iter().cloned(), provider)
    };
    verifier.map(Arc::new).map_err(|error| {
        Error::config_because(
            "this machine's root certificates can't be read",
            "install them (Debian: ca-certificates) or give your own roots",
            error,
        )
    })
}

#[cfg(feature = "bundled-roots")]
fn bundled() -> RootCertStore {
    webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect()
}

fn root_store(pem: &[u8]) -> Result<RootCertStore, Error> {
    let mut store = RootCertStore::empty();
    for certificate in certificates(pem, "a root certificate")? {
        store.add(certificate).map_err(|error| unreadable("a root certificate", &error))?;
    }
    Ok(store)
}

fn certificates(pem: &[u8], whose: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let read = read.map_err(|error| unreadable(whose, &error))?;
    if read.is_empty() { Err(Error::config_of(format!("{whose} wasn't found"), PEM)) } else { Ok(read) }
}

fn unreadable(whose: &str, error: &dyn fmt::Display) -> Error {
    Error::config_of(format!("{whose} can't be read: {error}"), PEM)
}

const PEM: &str = "give one or more PEM certificates (-----BEGIN CERTIFICATE-----)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_said_before_the_server_has_been_seen() {
        let config = config(&WireSettings::default().without_tls()).unwrap();
        assert!(!config.enable_early_data && config.enable_sni);
    }

    /// Of some hundred; the name is one that won't leave Mozilla's list soon.
    #[cfg(feature = "bundled-roots")]
    #[test]
    fn bundled_roots_are_mozillas() {
        let bundled = bundled();
        let is_named = |subject: &[u8]| subject.windows(12).any(|bytes| bytes == b"ISRG Root X1");
        assert!(bundled.roots.len() > 50 && bundled.roots.iter().any(|root| is_named(&root.subject)));
    }

    #[test]
    fn roots_must_be_certificates() {
        assert!(root_store(b"").unwrap_err().to_string().contains("a root certificate wasn't found"));
        let key = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(root_store(key).unwrap_err().to_string().contains("can't be read"));
    }
}
