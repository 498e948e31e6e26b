//! From settings to a client: every mistake in keys and addresses is found here, before anything is sent.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use paykka_sign::{KeyRing, SigningKey, VerifyingKey};
use paykka_transport::{Roots, Transport};

use crate::{Client, Error};

/// Builds a [`Client`]; see [`Client::builder`].
#[derive(Debug)]
pub struct ClientBuilder {
    base_url: String,
    signing: Option<Signing>,
    platform: Option<Platform>,
    merchant: Option<String>,
    roots: Roots,
    timeout: Option<Duration>,
}

impl ClientBuilder {
    pub(crate) const fn new(base_url: String) -> Self {
        Self {
            base_url,
            signing: None,
            platform: None,
            merchant: None,
            roots: Roots::Platform,
            timeout: None,
        }
    }

    /// The private key that signs requests, and the key id that the platform gave it.
    #[must_use]
    pub fn signing_key(mut self, key: SigningKey) -> Self {
        self.signing = Some(Signing::Key(Box::new(key)));
        self
    }

    /// As [`signing_key`](Self::signing_key), from a PKCS#8 PEM file.
    #[must_use]
    pub fn private_key_file(mut self, key_id: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        self.signing = Some(Signing::File(key_id.into(), path.into()));
        self
    }

    /// The platform's public keys, with which answers must be signed.
    #[must_use]
    pub fn platform_keys(mut self, keys: KeyRing) -> Self {
        self.platform = Some(Platform::Keys(keys));
        self
    }

    /// As [`platform_keys`](Self::platform_keys), with the one key of an SPKI PEM file.
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

    /// How long a call may take, from its start to the end of its answer. Default 30 seconds.
    #[must_use]
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
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
        let mut transport = Transport::builder(self.base_url, key, platform).roots(self.roots);
        if let Some(timeout) = self.timeout {
            transport = transport.timeout(timeout);
        }
        Ok(Client::new(transport.build().map_err(Error::setup)?, self.merchant.map(Arc::from)))
    }
}

#[derive(Debug)]
enum Signing {
    Key(Box<SigningKey>),
    File(String, PathBuf),
}

impl Signing {
    fn load(self) -> Result<SigningKey, Error> {
        match self {
            Self::Key(key) => Ok(*key),
            Self::File(key_id, path) => {
                let pem = read(&path)?;
                SigningKey::from_pkcs8_pem(key_id, &pem).map_err(|error| Error::key_file(path, error))
            }
        }
    }
}

#[derive(Debug)]
enum Platform {
    Keys(KeyRing),
    File(String, PathBuf),
}

impl Platform {
    fn load(self) -> Result<KeyRing, Error> {
        match self {
            Self::Keys(keys) => Ok(keys),
            Self::File(key_id, path) => {
                let pem = read(&path)?;
                VerifyingKey::from_spki_pem(pem)
                    .and_then(|key| KeyRing::new([(key_id, key)]))
                    .map_err(|error| Error::key_file(path, error))
            }
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error: io::Error| Error::key_file(path.to_owned(), error))
}
