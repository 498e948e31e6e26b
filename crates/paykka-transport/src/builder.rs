//! Putting the stack together: deadline, sign and verify, wire. Each default has its reason beside it.

use std::fmt;
use std::time::Duration;

use paykka_sign::{KeyRing, SigningKey};
use tower::ServiceBuilder;
use tower::util::BoxCloneSyncService;

use crate::{DeadlineLayer, Error, SignVerifyLayer, SignVerifySettings, Transport, Wire};

/// Which certificate authorities are trusted to vouch for the server.
#[derive(Clone, Default)]
#[non_exhaustive]
pub enum Roots {
    /// Those of this machine.
    #[default]
    Platform,
    /// These alone, as PEM text with one or more certificates.
    Only(Vec<u8>),
}

impl fmt::Debug for Roots {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Platform => "Platform",
            Self::Only(_) => "Only(..)",
        })
    }
}

/// Builds a [`Transport`]; see [`Transport::builder`].
#[derive(Debug)]
pub struct TransportBuilder {
    base_url: String,
    key: SigningKey,
    platform: KeyRing,
    settings: SignVerifySettings,
    roots: Roots,
    timeout: Duration,
    connect_timeout: Duration,
}

impl TransportBuilder {
    pub(crate) fn new(base_url: String, key: SigningKey, platform: KeyRing) -> Self {
        Self {
            base_url,
            key,
            platform,
            settings: SignVerifySettings::default(),
            roots: Roots::default(),
            // Long enough for a slow payment, short enough that a caller's own request can still answer.
            timeout: Duration::from_secs(30),
            // A host that doesn't answer a connect in this time won't answer a payment either.
            connect_timeout: Duration::from_secs(10),
        }
    }

    /// What the platform leaves open about signatures: response header, clock tolerance, limits.
    #[must_use]
    pub fn signatures(mut self, settings: SignVerifySettings) -> Self {
        self.settings = settings;
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
        self.timeout = timeout;
        self
    }

    /// How long a TCP connect may take. Default 10 seconds.
    #[must_use]
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Builds the stack. Nothing is connected yet.
    ///
    /// # Errors
    /// [`Error::is_config`] for a base URL that isn't `https://HOST[:PORT]` (or plain HTTP to a loopback address),
    /// and for roots that can't be read.
    pub fn build(self) -> Result<Transport, Error> {
        let wire = Wire::new(&self.base_url, &self.roots, self.connect_timeout)?;
        let stack = ServiceBuilder::new()
            .layer(DeadlineLayer::new(self.timeout))
            .layer(SignVerifyLayer::new(self.key, self.platform, self.settings));
        Ok(Transport::new(BoxCloneSyncService::new(stack.service(wire))))
    }
}
