//! What the platform's pages leave open, where time and randomness come from, and where RSA is computed.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::HeaderName;
use http::header::AUTHORIZATION;
use paykka_sign::Timestamp;

use super::seen::ReplayGuard;
use super::work::RsaWork;
use crate::Error;

/// Settings of a [`SignVerifyLayer`](crate::SignVerifyLayer).
#[derive(Clone)]
pub struct SignVerifySettings {
    pub(crate) response_header: HeaderName,
    pub(super) tolerance: Duration,
    pub(crate) signed_prefix: String,
    pub(super) rsa_work: RsaWork,
    pub(super) replay_guard: ReplayGuard,
    pub(super) policies: HashMap<&'static str, ResponsePolicy>,
    pub(super) clock: Clock,
    pub(super) entropy: Entropy,
}

/// What is asked of an answer's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ResponsePolicy {
    /// It must be there and right.
    #[default]
    Required,
    /// Where it is there it must be right. After an operation's first verified answer it must be there.
    WhenPresent,
    /// Nobody looks at it.
    Off,
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

    /// How far an answer's signed time may lie before its request and after now, by this machine's clock. Default 5
    /// minutes (I).
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// What stands before the path where it is signed, e.g. `/gateway`, if the platform signs another path than the
    /// operation's; nothing by default. What stands before it on the wire is another setting
    /// ([`BaseLayer::prefix`](crate::BaseLayer::prefix)).
    #[must_use]
    pub fn signed_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.signed_prefix = prefix.into();
        self
    }

    /// Where signatures are computed. Default: a pool of as many places as there are cores.
    #[must_use]
    pub const fn rsa_work(mut self, work: RsaWork) -> Self {
        self.rsa_work = work;
        self
    }

    /// Another memory of the answers that were taken than the process's own.
    #[must_use]
    pub fn replay_guard(mut self, guard: ReplayGuard) -> Self {
        self.replay_guard = guard;
        self
    }

    /// Takes answers of one operation that aren't signed. **Danger:** whoever sits on the way can make them up, so they are
    /// no evidence, and nothing about money may be decided by them. For a platform that is known not to sign some answer.
    #[must_use]
    pub fn dangerously_take_unsigned(mut self, operation: &'static str, policy: ResponsePolicy) -> Self {
        self.policies.insert(operation, policy);
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

    pub(super) fn now(&self) -> Result<Timestamp, paykka_sign::Error> {
        Timestamp::try_from((self.clock)())
    }
}

impl Default for SignVerifySettings {
    fn default() -> Self {
        Self {
            response_header: AUTHORIZATION,
            tolerance: Duration::from_secs(300),
            signed_prefix: String::new(),
            rsa_work: RsaWork::default(),
            replay_guard: ReplayGuard::default(),
            policies: HashMap::new(),
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
            .field("signed_prefix", &self.signed_prefix)
            .field("rsa_work", &self.rsa_work)
            .field("policies", &self.policies)
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

#[cfg(test)]
impl SignVerifySettings {
    /// As the guide writes them.
    pub(crate) fn defaults(&self) -> Vec<(&'static str, String)> {
        assert!(self.policies.is_empty() && self.signed_prefix.is_empty());
        assert_eq!(self.response_header, AUTHORIZATION);
        let cores = std::thread::available_parallelism().unwrap().get();
        assert_eq!(format!("{:?}", self.rsa_work), format!("Pool({cores})"));
        vec![
            ("response header", "`Authorization`".to_owned()),
            ("tolerance", format!("{} minutes", self.tolerance.as_secs() / 60)),
            ("response policy", format!("`{:?}`", ResponsePolicy::Required)),
        ]
    }
}
