//! Keys and settings of the layer: what the platform leaves open is a setting here.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::HeaderName;
use http::header::AUTHORIZATION;
use paykka_sign::{SharedKeyRing, Signer};
use tower::Layer;

use super::service::SignVerify;
use crate::Error;

/// Makes [`SignVerify`] services that share keys and settings.
#[derive(Clone)]
pub struct SignVerifyLayer {
    pub(super) signer: Arc<dyn Signer>,
    pub(super) platform: SharedKeyRing,
    pub(super) settings: Arc<SignVerifySettings>,
}

impl SignVerifyLayer {
    /// `signer` signs the requests; `platform` holds the keys that answers must be signed with, and may be swapped
    /// while calls are under way.
    #[must_use]
    pub fn new(
        signer: Arc<dyn Signer>,
        platform: impl Into<SharedKeyRing>,
        settings: SignVerifySettings,
    ) -> Self {
        Self { signer, platform: platform.into(), settings: Arc::new(settings) }
    }
}

impl<S> Layer<S> for SignVerifyLayer {
    type Service = SignVerify<S>;

    fn layer(&self, inner: S) -> SignVerify<S> {
        SignVerify::new(inner, self.clone())
    }
}

impl fmt::Debug for SignVerifyLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignVerifyLayer")
            .field("key_id", &self.signer.key_id())
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// What the platform's pages leave open, and where time and randomness come from.
#[derive(Clone)]
pub struct SignVerifySettings {
    pub(super) response_header: HeaderName,
    pub(super) tolerance: Duration,
    pub(super) max_answer_len: usize,
    pub(super) clock: Clock,
    pub(super) entropy: Entropy,
}

/// Where "now" comes from.
type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// Where nonces come from.
type Entropy = Arc<dyn Fn() -> Result<[u8; 16], Error> + Send + Sync>;

impl SignVerifySettings {
    /// The header in which an answer carries its signature. Default `authorization` (I: the name isn't public).
    #[must_use]
    pub fn response_header(mut self, name: HeaderName) -> Self {
        self.response_header = name;
        self
    }

    /// How far an answer's signed time may lie from this machine's clock, to both sides. Default 5 minutes (I).
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// The largest answer that is read, in bytes. Default 4 MiB.
    #[must_use]
    pub const fn max_answer_len(mut self, bytes: usize) -> Self {
        self.max_answer_len = bytes;
        self
    }

    /// Another source of nonces than the operating system, for tests: 16 bytes that are never the same twice.
    #[must_use]
    pub fn entropy(mut self, entropy: impl Fn() -> [u8; 16] + Send + Sync + 'static) -> Self {
        self.entropy = Arc::new(move || Ok(entropy()));
        self
    }

    /// Another clock than the system's, for tests.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }
}

impl Default for SignVerifySettings {
    fn default() -> Self {
        Self {
            response_header: AUTHORIZATION,
            tolerance: Duration::from_secs(300),
            max_answer_len: 4 * 1024 * 1024,
            clock: Arc::new(SystemTime::now),
            entropy: Arc::new(system_entropy),
        }
    }
}

impl fmt::Debug for SignVerifySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignVerifySettings")
            .field("response_header", &self.response_header)
            .field("tolerance", &self.tolerance)
            .field("max_answer_len", &self.max_answer_len)
            .finish_non_exhaustive()
    }
}

fn system_entropy() -> Result<[u8; 16], Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        Error::config_because("the operating system gives no randomness for a nonce", "try again", error)
    })?;
    Ok(bytes)
}
