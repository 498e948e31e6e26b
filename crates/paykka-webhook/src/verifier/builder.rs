//! How a verifier is made. What would accept what it mustn't is refused here, before a request can come.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use paykka_model::{Event, NotificationKind, OPERATIONS, Role};
use paykka_sign::{Parts, SharedKeyRing, Timestamp, VerifyingKey, string_to_sign};

use super::{Applications, Clock, Merchants, Rules, Verifier};

/// Builds a [`Verifier`]; see [`Verifier::builder`].
pub struct VerifierBuilder {
    platform: SharedKeyRing,
    path: String,
    kind: Option<NotificationKind>,
    merchants: Option<Merchants>,
    applications: Option<Applications>,
    own: Vec<VerifyingKey>,
    for_loopback: bool,
    tolerance: Duration,
    clock: Clock,
}

impl VerifierBuilder {
    pub(super) fn new(platform: SharedKeyRing, path: String) -> Self {
        Self {
            platform,
            path,
            kind: None,
            merchants: None,
            applications: None,
            own: Vec::new(),
            for_loopback: false,
            tolerance: Duration::from_secs(300),
            clock: Box::new(SystemTime::now),
        }
    }

    /// Whose notifications are taken.
    #[must_use]
    pub fn merchants(mut self, merchants: Merchants) -> Self {
        self.merchants = Some(merchants);
        self
    }

    /// Takes onboardings and assessments of merchants who aren't ours yet, if `is_known` knows the `request_id` under which
    /// they applied. Without this they must be of one of [`merchants`](Self::merchants), as all others.
    #[must_use]
    pub fn applications(mut self, is_known: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        self.applications = Some(Box::new(is_known));
        self
    }

    /// Names the public half of the key that signs our own calls. A ring that holds it would take our own messages, sent
    /// back to us, for the platform's; it is refused here, and one that is swapped in later refuses everything
    /// ([`Reason::OwnKey`](crate::Reason::OwnKey)).
    #[must_use]
    pub fn own_key(mut self, key: &VerifyingKey) -> Self {
        self.own.push(key.clone());
        self
    }

    /// The address takes notifications of one kind alone, so that the kind needn't be guessed from the body.
    #[must_use]
    pub fn only<E: Event>(mut self) -> Self {
        self.kind = Some(E::KIND);
        self
    }

    /// How far the signed time may lie from this machine's clock, to both sides, in whole milliseconds; both edges are
    /// inside. Default 5 minutes (I), at most 1 hour.
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Another clock than the system's, for tests.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Takes a ring that was built for loopback, too, for tests and demos on this machine. **An endpoint that others can
    /// reach must not be made so**: the keys of tests are published, and anybody can sign with them.
    #[must_use]
    pub const fn for_loopback(mut self) -> Self {
        self.for_loopback = true;
        self
    }

    /// Builds the verifier.
    ///
    /// # Errors
    /// [`ConfigError`] without merchants; for a merchant number or a path that can't stand in a signature; for the path of
    /// one of the platform's own calls (a captured answer to such a call could be posted here); for a ring that was built
    /// for loopback, which takes keys whose private halves are published, or that holds our [own](Self::own_key) key,
    /// unless it is [for loopback](Self::for_loopback) here, too; and for a tolerance above 1 hour.
    pub fn build(self) -> Result<Verifier, ConfigError> {
        let ring = self.platform.load();
        if ring.is_for_loopback() && !self.for_loopback {
            return Err(FOR_LOOPBACK);
        }
        if !ring.is_for_loopback() && self.own.iter().any(|own| ring.holds(own)) {
            return Err(OWN_KEY);
        }
        let merchants = self.merchants.filter(|merchants| !merchants.is_none()).ok_or(NO_MERCHANT)?;
        if !merchants.are_numbers() {
            return Err(MERCHANT);
        }
        check_path(&self.path)?;
        if self.tolerance > Duration::from_secs(3600) {
            return Err(TOLERANCE);
        }
        let rules = Rules {
            merchants,
            applications: self.applications,
            own: self.own,
            tolerance: self.tolerance,
            clock: self.clock,
        };
        Ok(Verifier {
            platform: self.platform,
            path: self.path.into(),
            kind: self.kind,
            rules: Arc::new(rules),
        })
    }
}

impl fmt::Debug for VerifierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifierBuilder")
            .field("platform", &self.platform)
            .field("path", &self.path)
            .field("merchants", &self.merchants)
            .finish_non_exhaustive()
    }
}

/// A receiver that would accept what it mustn't. The message names the setting and the fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(&'static str);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for ConfigError {}

/// paykka-sign's own rules for what may stand on a line of the string to sign, and not where a call's answers belong.
pub(super) fn check_path(path: &str) -> Result<(), ConfigError> {
    let parts = Parts { path, merchant: None, body: b"" };
    let can_be_signed =
        Timestamp::from_unix_millis(0).and_then(|epoch| string_to_sign(&parts, epoch, "nonce")).is_ok();
    if path.contains(['?', '#']) || !can_be_signed {
        return Err(PATH);
    }
    let is_of_a_call = OPERATIONS.iter().any(|row| row.role == Role::Call && row.path == path);
    if is_of_a_call { Err(CALL) } else { Ok(()) }
}

const FOR_LOOPBACK: ConfigError = ConfigError(
    "the key ring was built for loopback, so anybody may have the private half of its keys; build it without \
     `for_loopback`, or, in a test, say `for_loopback` to the verifier, too",
);
const OWN_KEY: ConfigError = ConfigError(
    "the key ring holds the public half of our own signing key; install the platform's public key, two files were \
     probably mixed up",
);
const NO_MERCHANT: ConfigError =
    ConfigError("no merchant is accepted; give the merchant numbers that are yours with `merchants`");
const MERCHANT: ConfigError = ConfigError("a merchant number must have 1..64 visible ASCII characters");
const PATH: ConfigError = ConfigError(
    "the signed path must be visible ASCII that starts with `/`, without query, at most 2048 characters",
);
const CALL: ConfigError =
    ConfigError("the signed path is that of one of the platform's calls; choose another");
const TOLERANCE: ConfigError =
    ConfigError("the tolerance is above 1 hour; set this machine's clock by NTP and choose a few minutes");
