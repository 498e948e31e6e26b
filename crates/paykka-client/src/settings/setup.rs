//! What a client was built with, for people who want to see it before they trust it: no secret is in it.

use std::path::{Path, PathBuf};

use paykka_sign::{KeyRing, Signer, VerifyingKey};

use super::Environment;

/// What a client was built with; see [`Client::setup`](crate::Client::setup). Keys that were swapped since aren't in it.
#[derive(Debug, Clone)]
pub struct Setup {
    environment: Option<Environment>,
    base_url: String,
    proxy: Option<String>,
    key_id: String,
    own_key: VerifyingKey,
    own_key_file: Option<PathBuf>,
    platform_keys: Vec<(Option<String>, VerifyingKey)>,
}

impl Setup {
    /// The environment, where settings say it.
    #[must_use]
    pub const fn environment(&self) -> Option<Environment> {
        self.environment
    }

    /// The platform's address.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The proxy on the way there, without user and password; `None` where the way is straight.
    #[must_use]
    pub fn proxy(&self) -> Option<&str> {
        self.proxy.as_deref()
    }

    /// The id under which this side signs.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The public half of the key with which this side signs.
    #[must_use]
    pub const fn own_key(&self) -> &VerifyingKey {
        &self.own_key
    }

    /// The file with the private half of that key; `None` where it came in another way.
    #[must_use]
    pub fn own_key_file(&self) -> Option<&Path> {
        self.own_key_file.as_deref()
    }

    /// The platform's keys by their ids, in no order; one without an id verifies answers whatever id they name.
    #[must_use]
    pub fn platform_keys(&self) -> &[(Option<String>, VerifyingKey)] {
        &self.platform_keys
    }

    pub(super) fn new(
        environment: Option<Environment>,
        base_url: &str,
        proxy: Option<String>,
        signer: &dyn Signer,
        ring: &KeyRing,
    ) -> Self {
        let platform_keys = ring.entries().map(|(id, key)| (id.map(str::to_owned), key.clone())).collect();
        Self {
            environment,
            base_url: base_url.to_owned(),
            proxy,
            key_id: signer.key_id().to_owned(),
            own_key: signer.verifying_key().clone(),
            own_key_file: None,
            platform_keys,
        }
    }

    pub(super) fn with_own_key_file(self, own_key_file: Option<PathBuf>) -> Self {
        Self { own_key_file, ..self }
    }
}
