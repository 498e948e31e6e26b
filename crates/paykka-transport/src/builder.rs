//! Putting the stack together: deadline, sign and verify, wire. Each default has its reason beside it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use paykka_sign::{SharedKeyRing, Signer};
use tower::ServiceBuilder;
use tower::util::BoxCloneSyncService;

use crate::wire::Wire;
use crate::{DeadlineLayer, Error, SignVerifyLayer, SignVerifySettings, Transport};

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
pub struct TransportBuilder {
    base_url: String,
    signer: Arc<dyn Signer>,
    platform: SharedKeyRing,
    settings: SignVerifySettings,
    roots: Roots,
    timeout: Duration,
    connect_timeout: Duration,
}

impl fmt::Debug for TransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportBuilder")
            .field("base_url", &self.base_url)
            .field("key_id", &self.signer.key_id())
            .finish_non_exhaustive()
    }
}

impl TransportBuilder {
    pub(crate) fn new(base_url: String, signer: Arc<dyn Signer>, platform: SharedKeyRing) -> Self {
        Self {
            base_url,
            signer,
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
    /// for roots that can't be read, for a key ring that holds the signer's own key (our own request, sent back, would
    /// pass for an answer), and for a ring built for loopback with a host that isn't.
    pub fn build(self) -> Result<Transport, Error> {
        let ring = self.platform.load();
        if !ring.is_for_loopback() && ring.holds(self.signer.verifying_key()) {
            return Err(Error::own_key());
        }
        let wire = Wire::new(&self.base_url, &self.roots, self.connect_timeout)?;
        if ring.is_for_loopback() && !wire.is_loopback() {
            return Err(Error::config(
                "the platform's key ring is built for loopback, and the host isn't a loopback address",
                "build the ring without `for_loopback`, of the platform's real keys",
            ));
        }
        let stack = ServiceBuilder::new()
            .layer(DeadlineLayer::new(self.timeout))
            .layer(SignVerifyLayer::new(self.signer, self.platform, self.settings));
        Ok(Transport::new(BoxCloneSyncService::new(stack.service(wire))))
    }
}
