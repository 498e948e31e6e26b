//! The core: headers and bytes in, a verified notification or a reason out. It knows no framework.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue};
use paykka_model::{DecodeError, Event, Notification, OPERATIONS, Role};
use paykka_sign::{Parts, SharedKeyRing, Timestamp, Verified, Window, string_to_sign};

use crate::{Received, Rejection};

/// Judges notifications: keys, signed path, merchants and clock window in one place.
pub struct Verifier {
    platform: SharedKeyRing,
    path: String,
    merchants: HashSet<String>,
    tolerance: Duration,
    clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    decode: fn(&[u8]) -> Result<Notification, DecodeError>,
}

impl Verifier {
    /// A verifier for notifications that the platform signs with a key of `platform` and sends to `path`, the path as
    /// the platform calls it, whatever a proxy makes of it later. Only `merchants` are accepted.
    ///
    /// Tell the ring your own public key, too (`KeyRing::builder().own(…)`), so that it can't be installed as the
    /// platform's.
    ///
    /// # Errors
    /// [`ConfigError`] without a merchant, for a merchant number or a path that can't stand in a signature, for the path of
    /// one of the platform's own calls (a captured answer to such a call could be posted here), and for a ring that was
    /// built for loopback, which takes keys whose private halves are published.
    pub fn new<M: Into<String>>(
        platform: impl Into<SharedKeyRing>,
        path: impl Into<String>,
        merchants: impl IntoIterator<Item = M>,
    ) -> Result<Self, ConfigError> {
        let platform = platform.into();
        if platform.load().is_for_loopback() {
            return Err(ConfigError(
                "the key ring was built for loopback, so anybody may have the private half of its keys; build it without \
                 `for_loopback`, or, in a test, take `Verifier::for_loopback_tests`",
            ));
        }
        Self::for_loopback_tests(platform, path, merchants)
    }

    /// As [`new`](Self::new), for tests on this machine: a ring that was built for loopback is taken, too. **An endpoint that
    /// others can reach must not be made so**: the keys of tests are published, and anybody can sign with them.
    ///
    /// # Errors
    /// As [`new`](Self::new), but for the last.
    pub fn for_loopback_tests<M: Into<String>>(
        platform: impl Into<SharedKeyRing>,
        path: impl Into<String>,
        merchants: impl IntoIterator<Item = M>,
    ) -> Result<Self, ConfigError> {
        let path = path.into();
        let merchants: HashSet<String> = merchants.into_iter().map(Into::into).collect();
        if merchants.is_empty() {
            return Err(ConfigError("no merchant is accepted; give the merchant numbers that are yours"));
        }
        if !merchants.iter().all(|merchant| can_be_signed("/", merchant)) {
            return Err(ConfigError("a merchant number must have 1..64 visible ASCII characters"));
        }
        if path.contains(['?', '#']) || !can_be_signed(&path, "M") {
            return Err(ConfigError(
                "the signed path must be visible ASCII that starts with `/`, without query, at most 2048 characters",
            ));
        }
        if OPERATIONS.iter().any(|row| row.role == Role::Call && row.path == path) {
            return Err(ConfigError(
                "the signed path is that of one of the platform's calls; choose another",
            ));
        }
        Ok(Self {
            platform: platform.into(),
            path,
            merchants,
            tolerance: Duration::from_secs(300),
            clock: Arc::new(SystemTime::now),
            decode: Notification::from_body,
        })
    }

    /// The address takes notifications of one kind alone, so that the kind needn't be guessed from the body.
    #[must_use]
    pub fn only<E: Event>(mut self) -> Self {
        self.decode = Notification::from_body_of::<E>;
        self
    }

    /// How far the signed time may lie from this machine's clock, to both sides. Default 5 minutes (I).
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Another clock than the system's, for tests.
    #[must_use]
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Verifies, then parses. `body` is what came, byte for byte.
    ///
    /// # Errors
    /// [`Rejection`] with the first reason found: headers, signature and clock window, merchant. A notification that is
    /// genuine and ours, and can't be parsed, is no rejection: it comes as [`Received`] with its raw bytes.
    pub fn verify(&self, headers: &HeaderMap, body: Bytes) -> Result<Received, Rejection> {
        if headers.contains_key(CONTENT_ENCODING) {
            return Err(Rejection::encoded());
        }
        let authorization =
            single(headers, AUTHORIZATION, "Authorization")?.ok_or(Rejection::header("Authorization"))?;
        let merchant = single(headers, HeaderName::from_static("x-merch-id"), "X-Merch-Id")?
            .map(|value| value.to_str().map_err(|_| Rejection::header("X-Merch-Id")))
            .transpose()?;
        let now = Timestamp::try_from((self.clock)()).map_err(Rejection::sign)?;
        let parts = Parts { path: &self.path, merchant, body };
        let window = Window::new(now, self.tolerance);
        let raw =
            self.platform.load().verify(authorization.as_bytes(), parts, &window).map_err(Rejection::sign)?;
        self.check_merchant(raw.merchant())?;
        let notification = raw.decode(self.decode);
        self.check_data(raw.merchant(), &notification)?;
        Ok(Received { raw, notification })
    }

    fn check_merchant(&self, merchant: Option<&str>) -> Result<(), Rejection> {
        let ours = merchant.is_none_or(|merchant| self.merchants.contains(merchant));
        if ours { Ok(()) } else { Err(Rejection::foreign_merchant()) }
    }

    /// Header and data must name the same merchant; with neither, nobody knows whose it is.
    fn check_data(
        &self,
        signed: Option<&str>,
        notification: &Result<Verified<Notification>, DecodeError>,
    ) -> Result<(), Rejection> {
        let stated = notification.as_ref().ok().and_then(|notification| notification.value().merch_id());
        let attributed = match (signed, stated) {
            (Some(signed), Some(stated)) => signed == stated,
            (Some(_), None) | (None, Some(_)) => true,
            (None, None) => false,
        };
        if attributed { self.check_merchant(stated) } else { Err(Rejection::foreign_merchant()) }
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("platform", &self.platform)
            .field("path", &self.path)
            .field("merchants", &self.merchants)
            .field("tolerance", &self.tolerance)
            .finish_non_exhaustive()
    }
}

/// A verifier that would accept what it mustn't. The message names the setting and the fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(&'static str);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for ConfigError {}

/// paykka-sign's own rules for what may stand on a line of the string to sign.
fn can_be_signed(path: &str, merchant: &str) -> bool {
    let parts = Parts { path, merchant: Some(merchant), body: b"" };
    Timestamp::from_unix_millis(0).and_then(|epoch| string_to_sign(&parts, epoch, "nonce")).is_ok()
}

fn single<'a>(
    headers: &'a HeaderMap,
    name: HeaderName,
    shown: &'static str,
) -> Result<Option<&'a HeaderValue>, Rejection> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() { Err(Rejection::header(shown)) } else { Ok(first) }
}
