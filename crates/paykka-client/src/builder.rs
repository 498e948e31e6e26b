//! From settings to a client: every mistake in keys and addresses is found here, before anything is sent.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, fs};

use paykka_sign::{KeyRing, SharedKeyRing, Signer, SigningKey, VerifyingKey};
use paykka_transport::{Roots, SignVerifySettings, Transport, WireSettings};

use zeroize::Zeroizing;

use crate::{Client, Error};

/// Builds a [`Client`]; see [`Client::builder`].
pub struct ClientBuilder {
    base_url: String,
    signing: Option<Signing>,
    platform: Option<Platform>,
    merchant: Option<String>,
    roots: Roots,
    timeout: Option<Duration>,
    connect_timeout: Option<Duration>,
    signatures: SignVerifySettings,
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("base_url", &self.base_url)
            .field("merchant", &self.merchant)
            .finish_non_exhaustive()
    }
}

impl ClientBuilder {
    pub(crate) fn new(base_url: String) -> Self {
        Self {
            base_url,
            signing: None,
            platform: None,
            merchant: None,
            roots: Roots::Platform,
            timeout: None,
            connect_timeout: None,
            signatures: SignVerifySettings::default(),
        }
    }

    /// The private key that signs requests, and the key id that the platform gave it.
    #[must_use]
    pub fn signing_key(self, key: SigningKey) -> Self {
        self.signer(Arc::new(key))
    }

    /// As [`signing_key`](Self::signing_key), for a key that is held elsewhere: a KMS, an HSM, another process.
    #[must_use]
    pub fn signer(mut self, signer: Arc<dyn Signer>) -> Self {
        self.signing = Some(Signing::With(signer));
        self
    }

    /// As [`signing_key`](Self::signing_key), from a file in any form that [`SigningKey::from_bytes`] reads.
    #[must_use]
    pub fn private_key_file(mut self, key_id: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        self.signing = Some(Signing::File(key_id.into(), path.into()));
        self
    }

    /// The platform's public keys, with which answers must be signed. Give a [`SharedKeyRing`] to rotate them while calls
    /// are under way.
    #[must_use]
    pub fn platform_keys(mut self, keys: impl Into<SharedKeyRing>) -> Self {
        self.platform = Some(Platform::Keys(keys.into()));
        self
    }

    /// As [`platform_keys`](Self::platform_keys), with the one key of a file in any form that
    /// [`VerifyingKey::from_bytes`] reads.
    #[must_use]
    pub fn platform_key_file(mut self, key_id: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        self.platform = Some(Platform::File(key_id.into(), path.into()));
        self
    }

    /// The merchant number, sent and signed as `X-Merch-Id` where a call belongs to a merchant.
    #[must_use]
    pub fn merchant(mut self, merchant: impl Into<String>) -> Self {
        self.merchant = Some(merchant.into());
        self
    }

    /// Which certificate authorities are trusted. Default: this machine's.
    #[must_use]
    pub fn roots(mut self, roots: Roots) -> Self {
        self.roots = roots;
        self
    }

    /// How long a call may take, from its start to the end of its answer, with all attempts. Default 45 seconds.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long connecting may take, name resolution and TLS included. Default 10 seconds.
    #[must_use]
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// What the platform leaves open about signatures: the answer's header, the clock's tolerance, the largest answer.
    #[must_use]
    pub fn signatures(mut self, settings: SignVerifySettings) -> Self {
        self.signatures = settings;
        self
    }

    /// Builds the client. Nothing is connected yet.
    ///
    /// # Errors
    /// [`Error::is_config`], naming the file or setting and the fix.
    pub fn build(self) -> Result<Client, Error> {
        let key = self
            .signing
            .ok_or_else(|| Error::config("no private key is set", "call signing_key or private_key_file"))?
            .load()?;
        let platform = self
            .platform
            .ok_or_else(|| {
                Error::config("no platform key is set", "call platform_keys or platform_key_file")
            })?
            .load()?;
        let mut wire = WireSettings::default().roots(self.roots);
        if let Some(timeout) = self.connect_timeout {
            wire = wire.connect_timeout(timeout);
        }
        let mut transport =
            Transport::builder(self.base_url, key, platform).wire(wire).signatures(self.signatures);
        if let Some(timeout) = self.timeout {
            transport = transport.timeout(timeout);
        }
        Ok(Client::from_transport(transport.build().map_err(Error::setup)?, self.merchant))
    }
}

enum Signing {
    With(Arc<dyn Signer>),
    File(String, PathBuf),
}

impl Signing {
    fn load(self) -> Result<Arc<dyn Signer>, Error> {
        match self {
            Self::With(signer) => Ok(signer),
            Self::File(key_id, path) => {
                let pem = read(&path)?;
                let key =
                    SigningKey::from_bytes(key_id, &pem).map_err(|error| Error::key_file(path, error))?;
                Ok(Arc::new(key))
            }
        }
    }
}

enum Platform {
    Keys(SharedKeyRing),
    File(String, PathBuf),
}

impl Platform {
    fn load(self) -> Result<SharedKeyRing, Error> {
        match self {
            Self::Keys(keys) => Ok(keys),
            Self::File(key_id, path) => {
                let pem = read(&path)?;
                VerifyingKey::from_bytes(pem)
                    .and_then(|key| KeyRing::new([(key_id, key)]))
                    .map(SharedKeyRing::from)
                    .map_err(|error| Error::key_file(path, error))
            }
        }
    }
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    fs::read(path).map(Zeroizing::new).map_err(|error| Error::key_file(path.to_owned(), error))
}
